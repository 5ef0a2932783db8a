package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Estimates gives the local estimates, nil when there are none: no table by basin was imported. They are read
// once for each version of the data and kept, about 8 MB; they must not be changed.
func (s *Store) Estimates(ctx context.Context) (*market.Estimates, error) {
	version, err := s.CellVersion(ctx)
	if err != nil {
		return nil, err
	}
	return s.estimates.of(version, func() (*market.Estimates, error) { return s.readEstimates(ctx) })
}

func (s *Store) readEstimates(ctx context.Context) (*market.Estimates, error) {
	var year, before int
	var mass float64
	var areas, sheets []byte
	err := s.db.QueryRowContext(ctx, `SELECT year, before_year, mass, areas, sheets FROM estimate_set WHERE id = 1`).
		Scan(&year, &before, &mass, &areas, &sheets)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read estimates: %w", err)
	}
	e := market.NewEstimates(year, before, mass, nil, nil)
	if err := errors.Join(json.Unmarshal(sheets, &e.Sheets), json.Unmarshal(areas, &e.Areas)); err != nil {
		return nil, fmt.Errorf("read what estimates are for: %w", err)
	}
	e = market.NewEstimates(year, before, mass, e.Sheets, e.Areas)
	rows, err := s.db.QueryContext(ctx, `SELECT occupation_id, cells FROM estimate`)
	if err != nil {
		return nil, fmt.Errorf("read estimates: %w", err)
	}
	_, err = collect(rows, func(row interface{ Scan(...any) error }) (struct{}, error) {
		var o occupation.ID
		var cells []byte
		if err := row.Scan(&o, &cells); err != nil {
			return struct{}{}, err
		}
		return struct{}{}, e.Load(o, cells)
	})
	if err != nil {
		return nil, err
	}
	areasNamed, err := s.placesOfFigures(ctx)
	if err != nil {
		return nil, err
	}
	e.Places = make(map[territory.ID]territory.Area, len(areasNamed))
	for _, a := range areasNamed {
		e.Places[a.ID] = a
	}
	if e.Labels, err = s.occupationLabels(ctx); err != nil {
		return nil, err
	}
	return e, s.nameBySheet(ctx, e)
}

// nameBySheet lets the occupations of ROME 4 be asked for: each has the estimates of its sheet.
func (s *Store) nameBySheet(ctx context.Context, e *market.Estimates) error {
	rows, err := s.db.QueryContext(ctx, `SELECT x.from_id, x.to_id FROM crosswalk x JOIN occupation o ON o.id = x.from_id
		WHERE o.nomenclature = $1`, occupation.ROME4)
	if err != nil {
		return fmt.Errorf("read sheets of occupations: %w", err)
	}
	_, err = collect(rows, func(row interface{ Scan(...any) error }) (struct{}, error) {
		var o, sheet occupation.ID
		err := row.Scan(&o, &sheet)
		e.Name(o, sheet)
		return struct{}{}, err
	})
	return err
}

// Backtest gives how estimates and forecasts did on what was held out when they were last made, nil when
// there are none.
func (s *Store) Backtest(ctx context.Context) (*market.Backtest, error) {
	var text []byte
	err := s.db.QueryRowContext(ctx, `SELECT backtest FROM estimate_set WHERE id = 1`).Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read backtest: %w", err)
	}
	var b market.Backtest
	if err := json.Unmarshal(text, &b); err != nil {
		return nil, fmt.Errorf("read backtest: %w", err)
	}
	return &b, nil
}

// JudgeUnseen adds to the backtest that is kept how estimates did on sheets held out whole, where it is not there
// yet: computing leaves it out, for it takes as long as all the rest. Pages are made anew with it. Nothing is
// kept when the data changed meanwhile.
func (s *Store) JudgeUnseen(ctx context.Context) error {
	b, err := s.Backtest(ctx)
	if err != nil || b == nil || len(b.Local) == 0 || len(b.Unseen) > 0 {
		return err
	}
	var madeAt time.Time
	if err := s.db.QueryRowContext(ctx, `SELECT made_at FROM estimate_set WHERE id = 1`).Scan(moment{&madeAt}); err != nil {
		return fmt.Errorf("read when estimates were made: %w", err)
	}
	f, err := s.estimateFacts(ctx, newest)
	if err != nil {
		return err
	}
	if b.Unseen, err = market.JudgeUnseen(ctx, f); err != nil {
		return err
	}
	text, err := json.Marshal(b)
	if err != nil {
		return fmt.Errorf("write backtest: %w", err)
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE estimate_set SET backtest = $1 WHERE id = 1 AND made_at = $2`, string(text), at(madeAt))
		if err != nil {
			return fmt.Errorf("keep backtest: %w", err)
		}
		return nil
	})
}

// RunBacktest runs both evaluations anew on the current releases. It returns nil when there is nothing to
// judge.
func (s *Store) RunBacktest(ctx context.Context) (*market.Backtest, error) {
	f, err := s.estimateFacts(ctx, newest)
	if err != nil {
		return nil, err
	}
	return market.RunBacktest(ctx, f)
}

// Forecasts lists the forecasts, by occupation. There are none when no national series was imported.
func (s *Store) Forecasts(ctx context.Context) ([]market.Forecast, error) {
	return query(ctx, s, "forecasts", func(row scanner) (f market.Forecast, err error) {
		return f, row.Scan(&f.Occupation, &f.Year, &f.From, &f.Class, &f.P)
	}, `SELECT occupation_id, year, from_year, class, p FROM forecast ORDER BY occupation_id`)
}

// Forecast gives the forecast of an occupation. ok is false when there is none.
func (s *Store) Forecast(ctx context.Context, o occupation.ID) (f market.Forecast, ok bool, err error) {
	err = s.reader().QueryRowContext(ctx, `SELECT occupation_id, year, from_year, class, p FROM forecast WHERE occupation_id = $1`, o).
		Scan(&f.Occupation, &f.Year, &f.From, &f.Class, &f.P)
	if errors.Is(err, sql.ErrNoRows) {
		return f, false, nil
	}
	if err != nil {
		return f, false, fmt.Errorf("read forecast of %s: %w", o, err)
	}
	return f, true, nil
}

// ForecastsOf gives the forecast that stands for each FAP family and ROME sheet that has one: a family's own, and of
// a sheet that of the largest family it belongs to, for a sheet that spans two is mostly of the larger. It is read
// once for each version of the data and kept; it must not be changed.
func (s *Store) ForecastsOf(ctx context.Context) (map[occupation.ID]market.Forecast, error) {
	version, err := s.CellVersion(ctx)
	if err != nil {
		return nil, err
	}
	return s.forecasts.of(version, func() (map[occupation.ID]market.Forecast, error) { return s.readForecastsOf(ctx) })
}

func (s *Store) readForecastsOf(ctx context.Context) (map[occupation.ID]market.Forecast, error) {
	list, err := s.Forecasts(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[occupation.ID]market.Forecast, 2*len(list))
	for _, f := range list {
		out[f.Occupation] = f
	}
	var last occupation.ID
	return out, s.each(ctx, "families of sheets", func(row scanner) error {
		var sheet, family occupation.ID
		if err := row.Scan(&sheet, &family); err != nil {
			return err
		}
		if sheet == last || family.Grain() != occupation.Detailed {
			return nil
		}
		last = sheet
		if f, ok := out[family]; ok {
			out[sheet] = f
		}
		return nil
	}, `SELECT x.to_id, x.from_id FROM crosswalk x JOIN occupation f ON f.id = x.from_id JOIN occupation o ON o.id = x.to_id
		LEFT JOIN (SELECT occupation_id, max(employment) AS employment FROM cell WHERE area_id = $1 GROUP BY occupation_id) AS of_all
			ON of_all.occupation_id = x.from_id
		WHERE f.nomenclature = $2 AND o.nomenclature = $3 AND x.quality <> $4
		ORDER BY x.to_id, coalesce(of_all.employment, -1) DESC, CASE x.quality WHEN 'official' THEN 0 ELSE 1 END, x.from_id`,
		territory.France, occupation.FAP2009, occupation.ROME3, occupation.Unconfirmed)
}

// replaceEstimates writes what was worked out in place of what there was.
func (s *Store) replaceEstimates(ctx context.Context, tx *sql.Tx, local market.Local, forecasts []market.Forecast) error {
	for _, table := range []string{"estimate_set", "estimate", "forecast"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+table); err != nil {
			return fmt.Errorf("clear %s: %w", table, err)
		}
	}
	for _, f := range forecasts {
		_, err := tx.ExecContext(ctx, `INSERT INTO forecast (occupation_id, year, from_year, class, p) VALUES ($1, $2, $3, $4, $5)`,
			f.Occupation, f.Year, f.From, f.Class, f.P)
		if err != nil {
			return fmt.Errorf("keep forecast of %s: %w", f.Occupation, err)
		}
	}
	e := local.Estimates
	if e == nil {
		return nil
	}
	areas, err1 := json.Marshal(e.Areas)
	sheets, err2 := json.Marshal(e.Sheets)
	backtest, err3 := json.Marshal(local.Backtest)
	if err := errors.Join(err1, err2, err3); err != nil {
		return fmt.Errorf("write estimates: %w", err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO estimate_set (id, year, before_year, mass, areas, sheets, backtest, made_at)
		VALUES (1, $1, $2, $3, $4, $5, $6, $7)`, e.Year, e.Before, e.Mass, string(areas), string(sheets), string(backtest), s.stamp())
	if err != nil {
		return fmt.Errorf("keep estimates: %w", err)
	}
	for _, o := range e.Sheets {
		if _, err := tx.ExecContext(ctx, `INSERT INTO estimate (occupation_id, cells) VALUES ($1, $2)`, o, e.Row(o)); err != nil {
			return fmt.Errorf("keep estimates of %s: %w", o, err)
		}
	}
	return nil
}
