package store

import (
	"context"
	"fmt"
	"slices"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// ground is what brings zonings together: where each commune lies, and the offers open in it.
type ground struct {
	resolver *territory.Resolver
	open     []openOffers
}

// openOffers are the offers for a ROME sheet open in a commune on the day they were counted.
type openOffers struct {
	commune territory.ID
	sheet   occupation.ID
	offers  float64
}

func (s *Store) ground(ctx context.Context) (ground, error) {
	r, err := s.Resolver(ctx)
	if err != nil {
		return ground{}, err
	}
	rows, err := s.db.QueryContext(ctx, `SELECT o.area_id, o.occupation_id, o.offers_stock
		FROM observation o JOIN release r ON r.id = o.release_id
		WHERE r.dataset = $1 AND r.superseded_by IS NULL AND o.offers_stock IS NOT NULL`, "offers_stock")
	if err != nil {
		return ground{}, fmt.Errorf("read open offers: %w", err)
	}
	open, err := collect(rows, func(row interface{ Scan(...any) error }) (o openOffers, err error) {
		return o, row.Scan(&o.commune, &o.sheet, &o.offers)
	})
	return ground{r, open}, err
}

// overlaps says how each edition of the basins falls into the other zonings figures are computed for.
func (g ground) overlaps() []territory.Overlap {
	weights := g.weights()
	var out []territory.Overlap
	for _, pair := range [][2]territory.Zoning{
		{territory.Bassins2024, territory.Bassins2019},
		{territory.Bassins2024, territory.Zones2020},
		{territory.Bassins2019, territory.Zones2020},
	} {
		out = append(out, g.resolver.Overlaps(pair[0], pair[1], weights)...)
	}
	return out
}

// parts says how areas of other zonings are made up of the basins tensions are published for.
func (g ground) parts() []territory.Overlap {
	weights := g.weights()
	var out []territory.Overlap
	for _, z := range []territory.Zoning{territory.Bassins2024, territory.Zones2020} {
		out = append(out, g.resolver.Overlaps(z, territory.Bassins2019, weights)...)
	}
	return out
}

// weights counts the offers open in each commune, arrondissements folded. A commune weighs as much as the
// offers open in it on the day they were counted, plus one: offers are where the labour market is, and a
// commune without any still belongs somewhere.
func (g ground) weights() map[territory.ID]float64 {
	weights := map[territory.ID]float64{}
	for _, o := range g.open {
		weights[territory.FoldArrondissement(o.commune)] += o.offers
	}
	return weights
}

// stock brings the open offers together by basin.
func (g ground) stock() []market.Stock {
	basins := map[territory.ID]territory.ID{}
	type key struct {
		basin territory.ID
		sheet occupation.ID
	}
	sum := map[key]float64{}
	for _, o := range g.open {
		basin, seen := basins[o.commune]
		if !seen {
			basin, _ = g.resolver.Area(o.commune, territory.Bassins2019)
			basins[o.commune] = basin
		}
		if basin != "" {
			sum[key{basin, o.sheet}] += o.offers
		}
	}
	out := make([]market.Stock, 0, len(sum))
	for k, offers := range sum {
		out = append(out, market.Stock{Occupation: k.sheet, Basin: k.basin, Offers: offers})
	}
	slices.SortFunc(out, market.CompareStock)
	return out
}
