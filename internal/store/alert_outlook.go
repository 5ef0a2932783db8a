package store

import (
	"context"
	"iter"
	"slices"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// outlook is what the models say: nothing while there are no estimates and no forecasts.
func (s *Store) outlook(ctx context.Context) (market.Outlook, error) {
	if s.foretell != nil {
		return s.foretell(ctx)
	}
	var o market.Outlook
	version, err := s.CellVersion(ctx)
	if err != nil {
		return o, err
	}
	e, err := s.Estimates(ctx)
	if err != nil {
		return o, err
	}
	if o.Forecasts, err = s.Forecasts(ctx); err != nil || e == nil && len(o.Forecasts) == 0 {
		return market.Outlook{}, err
	}
	o.Version = version
	if e != nil {
		o.At, o.Estimates = e.At, every(e)
	}
	return o, nil
}

// openStock reads how many offers are open, by sheet and basin. Where none was counted there is none.
func (s *Store) openStock(ctx context.Context) (func(occupation.ID, territory.ID) market.Value, error) {
	g, err := s.ground(ctx)
	if err != nil || len(g.open) == 0 {
		return nil, err
	}
	type key struct {
		o occupation.ID
		a territory.ID
	}
	open := map[key]float64{}
	for _, x := range g.stock() {
		open[key{x.Occupation, x.Basin}] = x.Offers
	}
	return func(o occupation.ID, a territory.ID) market.Value { return market.Is(open[key{o, a}]) }, nil
}

// every lists the estimates of areas alerts are opened for: of basins, those the figures are published for.
func every(e *market.Estimates) iter.Seq[market.Estimate] {
	levels, _ := market.Watchable()
	return func(yield func(market.Estimate) bool) {
		for _, sheet := range e.Sheets {
			for _, area := range e.Areas {
				if !slices.Contains(levels, area.Level()) || area.Zoning() == territory.Bassins2024 {
					continue
				}
				if x, ok := e.At(sheet, area); ok && !yield(x) {
					return
				}
			}
		}
	}
}

// foreseen gathers what a rule about estimates or forecasts is to be asked about.
func (s *Store) foreseen(ctx context.Context, rule market.Rule, scope market.ScanScope) ([]market.Subject, error) {
	o, err := s.outlook(ctx)
	if err != nil || o.Version == "" {
		return nil, err
	}
	b, err := s.background(ctx, scope)
	if err != nil {
		return nil, err
	}
	if rule.Basis == market.OnEstimates {
		if b.Stock, err = s.openStock(ctx); err != nil {
			return nil, err
		}
	}
	return rule.Candidates(o, b), nil
}

// background reads what is known of occupations where nothing is published.
func (s *Store) background(ctx context.Context, scope market.ScanScope) (market.Background, error) {
	b := market.Background{
		Occupations: map[occupation.ID]string{}, Areas: map[territory.ID]string{},
		Causes: map[occupation.ID][market.CauseCount]int{}, National: map[occupation.ID]market.Row{},
	}
	areas, err := s.placesOfFigures(ctx)
	if err != nil {
		return b, err
	}
	within := map[territory.ID]bool{}
	for _, a := range areas {
		b.Areas[a.ID] = a.Label
		within[a.ID] = (scope.Within == "" || a.ID == scope.Within || a.Region == scope.Within) && (scope.Level == "" || a.ID.Level() == scope.Level)
	}
	b.Within = func(a territory.ID) bool { return within[a] }
	_, err = query(ctx, s, "names of occupations", func(row scanner) (struct{}, error) {
		var id occupation.ID
		var label string
		err := row.Scan(&id, &label)
		b.Occupations[id] = label
		return struct{}{}, err
	}, `SELECT id, label FROM occupation WHERE grain = 0 AND nomenclature IN ($1, $2)`, occupation.ROME3, occupation.FAP2009)
	if err != nil {
		return b, err
	}
	if err := s.commonCauses(ctx, b.Causes); err != nil {
		return b, err
	}
	rows, err := s.rowsOf(ctx, "figures of the country", `c.grain = 0 AND c.level = $1 AND c.origin = $2 AND `+latestEdition, `c.occupation_id`,
		territory.Country, market.Published)
	for _, r := range rows {
		b.National[r.Occupation] = r
	}
	return b, err
}

// commonCauses reads the causes that are the occupation's, the same in every area of its latest published
// edition: they hold where nothing is published too.
func (s *Store) commonCauses(ctx context.Context, into map[occupation.ID][market.CauseCount]int) error {
	text := `SELECT c.occupation_id`
	for _, m := range market.Causes() {
		if market.IsCommon(m) {
			text += `, max(c.` + m.String() + `)`
		} else {
			text += `, 0`
		}
	}
	_, err := query(ctx, s, "causes of occupations", func(row scanner) (struct{}, error) {
		var id occupation.ID
		var causes [market.CauseCount]int
		dest := []any{&id}
		for i := range causes {
			dest = append(dest, &causes[i])
		}
		err := row.Scan(dest...)
		into[id] = causes
		return struct{}{}, err
	}, text+` FROM cell c WHERE c.grain = 0 AND c.level = $1 AND c.nomenclature = $2 AND c.origin = $3 AND `+latestEdition+`
		GROUP BY c.occupation_id`, territory.Bassin, occupation.ROME3, market.Published)
	return err
}
