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
	stock, err := query(ctx, s, "stock of offers by basin", func(r interface{ Scan(...any) error }) (x surge.CellRate, err error) {
		var o occupation.ID
		var a territory.ID
		err = r.Scan(&o, &a, &x.PerDay)
		x.Cell = surge.Cell{Occupation: o.Code(), Area: a.Code()}
		return x, err
	}, `SELECT o.occupation_id, m.area_id, sum(o.offers_stock) FROM release r JOIN observation o ON o.release_id = r.id
		JOIN membership m ON m.commune_id = o.area_id AND m.zoning = $1
		WHERE r.dataset = 'offers_stock' AND r.superseded_by IS NULL AND r.vintage = $2
		GROUP BY o.occupation_id, m.area_id ORDER BY o.occupation_id, m.area_id`, "be2019", days[0])
	if err != nil {
		return out, err
	}
	out.Months = months
	out.Rates, out.Measured, err = surge.Flow(stock, total, day, months)
	return out, err
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
