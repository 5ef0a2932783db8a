package store

import (
	"context"
	"fmt"

	"filiere/internal/territory"
)

// overlaps says how each edition of the basins falls into the other zonings figures are computed for.
// A commune weighs as much as the offers open in it on the day they were counted, plus one: offers are
// where the labour market is, and a commune without any still belongs somewhere.
func (s *Store) overlaps(ctx context.Context) ([]territory.Overlap, error) {
	r, err := s.Resolver(ctx)
	if err != nil {
		return nil, err
	}
	weights, err := s.communeWeights(ctx)
	if err != nil {
		return nil, err
	}
	var out []territory.Overlap
	for _, pair := range [][2]territory.Zoning{
		{territory.Bassins2024, territory.Bassins2019},
		{territory.Bassins2024, territory.Zones2020},
		{territory.Bassins2019, territory.Zones2020},
	} {
		out = append(out, r.Overlaps(pair[0], pair[1], weights)...)
	}
	return out, nil
}

// communeWeights counts the offers open in each commune, arrondissements folded, in the current release.
func (s *Store) communeWeights(ctx context.Context) (map[territory.ID]float64, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT o.area_id, sum(o.offers_stock)
		FROM observation o JOIN release r ON r.id = o.release_id
		WHERE r.dataset = $1 AND r.superseded_by IS NULL AND o.offers_stock IS NOT NULL
		GROUP BY o.area_id ORDER BY o.area_id`, "offers_stock")
	if err != nil {
		return nil, fmt.Errorf("weigh communes: %w", err)
	}
	type weight struct {
		commune territory.ID
		offers  float64
	}
	list, err := collect(rows, func(row interface{ Scan(...any) error }) (w weight, err error) {
		err = row.Scan(&w.commune, &w.offers)
		return w, err
	})
	weights := make(map[territory.ID]float64, len(list))
	for _, w := range list {
		weights[territory.FoldArrondissement(w.commune)] += w.offers
	}
	return weights, err
}
