package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market/surge"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// SurgeScenario gives what surges are simulated on: the offers open on one day by sheet of ROME 3 and employment
// basin, turned into offers a day (surge.Flow), and the national series of offers by month. It returns a NotFound fault
// when either was not imported.
func (s *Store) SurgeScenario(ctx context.Context) (surge.Scenario, error) {
	var out surge.Scenario
	months, err := s.monthsOfOffers(ctx)
	if err != nil {
		return out, err
	}
	var day time.Time
	var total float64
	days, err := query(ctx, s, "stock of offers", func(r interface{ Scan(...any) error }) (v string, err error) {
		return v, r.Scan(&v, &total)
	}, `SELECT r.vintage, sum(o.offers_stock) FROM release r JOIN observation o ON o.release_id = r.id
		WHERE r.dataset = 'offers_stock' AND r.superseded_by IS NULL GROUP BY r.id, r.vintage ORDER BY r.vintage DESC, r.id LIMIT 1`)
	if err != nil {
		return out, err
	}
	if len(days) == 0 || len(months) == 0 {
		f := fault.New(fault.NotFound, "simulate", "no stock of offers by commune, or no series of offers by month, was imported")
		f.Hint = "import it first: filiere import FOLDER"
		return out, f
	}
	if day, err = time.Parse(time.DateOnly, days[0]); err != nil {
		return out, fmt.Errorf("read day of the stock of offers: %w", err)
	}
	stock, err := s.stockByBasin(ctx, days[0])
	if err != nil {
		return out, err
	}
	out.Months = months
	out.Rates, out.Measured, err = surge.Flow(stock, total, day, months)
	return out, err
}

// stockByBasin adds up the offers open on a day by sheet and basin (edition of 2024, which places arrondissements). Those
// of places that lie in no basin, or that the producer does not know, are left out.
func (s *Store) stockByBasin(ctx context.Context, day string) ([]surge.CellRate, error) {
	places, err := s.Resolver(ctx)
	if err != nil {
		return nil, err
	}
	type row struct {
		sheet   occupation.ID
		commune territory.ID
		n       float64
	}
	rows, err := query(ctx, s, "stock of offers by commune", func(r interface{ Scan(...any) error }) (x row, err error) {
		return x, r.Scan(&x.sheet, &x.commune, &x.n)
	}, `SELECT o.occupation_id, o.area_id, o.offers_stock FROM release r JOIN observation o ON o.release_id = r.id
		WHERE r.dataset = 'offers_stock' AND r.superseded_by IS NULL AND r.vintage = $1 AND o.offers_stock IS NOT NULL
		ORDER BY o.occupation_id, o.area_id`, day)
	if err != nil {
		return nil, err
	}
	var out []surge.CellRate
	at := map[surge.Cell]int{}
	for _, x := range rows {
		basin, ok := places.Area(x.commune, territory.Bassins2024)
		if !ok {
			continue
		}
		cell := surge.Cell{Occupation: x.sheet.Code(), Area: basin.Code()}
		i, known := at[cell]
		if !known {
			i = len(out)
			at[cell] = i
			out = append(out, surge.CellRate{Cell: cell})
		}
		out[i].PerDay += x.n
	}
	return out, nil
}

// monthsOfOffers are the national totals of offers by month.
func (s *Store) monthsOfOffers(ctx context.Context) ([]surge.MonthTotal, error) {
	return query(ctx, s, "offers by month", func(r interface{ Scan(...any) error }) (m surge.MonthTotal, err error) {
		var period string
		if err := r.Scan(&period, &m.N); err != nil {
			return m, err
		}
		at, err := time.Parse("2006-01", strings.TrimSpace(period))
		m.Year, m.Month = at.Year(), at.Month()
		return m, err
	}, `SELECT p.period, p.value FROM series_point p JOIN release r ON r.id = p.release_id
		WHERE p.series = 'offers_monthly' AND p.key = 'total' AND r.superseded_by IS NULL ORDER BY p.period`)
}
