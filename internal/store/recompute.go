package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Recompute works out every cell anew from the current releases and replaces the stored ones, in one
// transaction. It returns how many cells there are and how well computed figures agree with published
// ones.
func (s *Store) Recompute(ctx context.Context, m market.Method) (market.Result, error) {
	version, err := s.currentVersion(ctx)
	if err != nil {
		return market.Result{}, err
	}
	facts, err := s.estimateFacts(ctx, newest)
	if err != nil {
		return market.Result{}, err
	}
	result := market.Compute(m, facts.Facts)
	local, err := market.EstimateLocal(ctx, facts)
	if err != nil {
		return market.Result{}, err
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		if err := s.replaceCells(ctx, tx, result.Cells); err != nil {
			return err
		}
		if err := replaceAgreements(ctx, tx, result.Agreement); err != nil {
			return err
		}
		if err := refreshTallies(ctx, tx); err != nil {
			return err
		}
		if err := s.replaceEstimates(ctx, tx, local, market.ForecastNational(facts.Facts)); err != nil {
			return err
		}
		return setSetting(ctx, tx, settingCellVersion, version)
	})
	if err != nil {
		return market.Result{}, err
	}
	return result, s.RefreshStatistics(ctx)
}

// RefreshStatistics has the planner of the database know the sizes of tables. On SQLite it looks at those that
// have grown tenfold since it looked last, and does nothing when there are none; PostgreSQL looks at all of them.
func (s *Store) RefreshStatistics(ctx context.Context) error {
	if _, err := s.writer().ExecContext(ctx, s.dialect.refreshStatistics()); err != nil {
		return fmt.Errorf("refresh statistics: %w", err)
	}
	return nil
}

// KeepStatistics is RefreshStatistics while the program serves: PostgreSQL does so by itself.
func (s *Store) KeepStatistics(ctx context.Context) error {
	if s.dialect == postgres {
		return nil
	}
	return s.RefreshStatistics(ctx)
}

// newest stands for the newest release there is: it sorts after every release ID, in any collation.
const newest = "zzzz"

// facts loads what Compute reads, all but the overlaps, as things stood when a release was the newest. Release IDs sort by
// time. Reference tables hold one edition only, so they are always today's.
func (s *Store) facts(ctx context.Context, release string) (market.Facts, error) {
	var f market.Facts
	var err error
	if f.Observations, err = s.observed(ctx, release); err != nil {
		return f, err
	}
	if f.Crosswalks, err = s.crosswalks(ctx); err != nil {
		return f, err
	}
	if f.Trainings, err = s.allTrainings(ctx, release); err != nil {
		return f, err
	}
	f.Areas, err = s.placesOfFigures(ctx)
	return f, err
}

// observed reads the current observations of the datasets a computation uses. Offers open on one day
// in each commune are no part of the indicator and are left in the database.
func (s *Store) observed(ctx context.Context, release string) ([]market.Observed, error) {
	q := `SELECT r.dataset, r.vintage, o.release_id, o.occupation_id, o.area_id, o.year, o.suppressed`
	for _, m := range market.Measures() {
		q += `, o.` + m.String()
	}
	q += ` FROM observation o JOIN release r ON r.id = o.release_id
		WHERE r.id <= $1 AND (r.superseded_by IS NULL OR r.superseded_by > $1)
			AND r.dataset IN ($2, $3, $4, $5, $6, $7, $8)
		ORDER BY r.id, o.occupation_id, o.area_id, o.year`
	rows, err := s.db.QueryContext(ctx, q, release,
		market.DatasetTensionFAP, market.DatasetTensionSeries, market.DatasetTensionBassin, market.DatasetBMO,
		market.DatasetEmployment, market.DatasetJobseekers, market.DatasetHirings)
	if err != nil {
		return nil, fmt.Errorf("read observations: %w", err)
	}
	return collect(rows, scanObserved)
}

func scanObserved(row interface{ Scan(...any) error }) (market.Observed, error) {
	var o market.Observed
	var suppressed int64
	var values [market.MeasureCount]sql.NullFloat64
	into := []any{&o.Dataset, &o.Vintage, &o.Release, &o.Occupation, &o.Area, &o.Year, &suppressed}
	for i := range values {
		into = append(into, &values[i])
	}
	if err := row.Scan(into...); err != nil {
		return o, err
	}
	for i, v := range values {
		o.Values[i] = valueOf(v, suppressed&(1<<i) != 0)
	}
	return o, nil
}

// valueOf puts a figure's three states back together from a nullable column and its bit.
func valueOf(v sql.NullFloat64, secret bool) market.Value {
	switch {
	case v.Valid:
		return market.Is(v.Float64)
	case secret:
		return market.Secret()
	}
	return market.Value{}
}

// column is valueOf turned round: what goes into a nullable column.
func column(v market.Value) any {
	if v.Known() {
		return v.Float
	}
	return nil
}

func (s *Store) crosswalks(ctx context.Context) ([]occupation.Crosswalk, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT from_id, to_id, relation, quality FROM crosswalk ORDER BY from_id, to_id`)
	if err != nil {
		return nil, fmt.Errorf("read crosswalks: %w", err)
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (x occupation.Crosswalk, err error) {
		err = row.Scan(&x.From, &x.To, &x.Relation, &x.Quality)
		return x, err
	})
}

func (s *Store) allTrainings(ctx context.Context, release string) ([]market.Training, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT t.occupation_id, t.nsf, t.label, t.thousands, t.percent
		FROM training t JOIN release r ON r.id = t.release_id WHERE r.id <= $1 AND (r.superseded_by IS NULL OR r.superseded_by > $1)
		ORDER BY t.occupation_id, t.nsf, t.label`, release)
	if err != nil {
		return nil, fmt.Errorf("read training specialities: %w", err)
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (t market.Training, err error) {
		err = row.Scan(&t.Occupation, &t.NSF, &t.Label, &t.Thousands, &t.Percent)
		return t, err
	})
}

// placesOfFigures reads the areas figures are published for: all but communes.
func (s *Store) placesOfFigures(ctx context.Context) ([]territory.Area, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, label, region_id, departement_id FROM area
		WHERE level <> $1 ORDER BY id`, territory.Commune)
	if err != nil {
		return nil, fmt.Errorf("read areas: %w", err)
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (a territory.Area, err error) {
		err = row.Scan(&a.ID, &a.Label, &a.Region, &a.Departement)
		return a, err
	})
}

var cellTable = table{name: "cell", columns: []string{
	"area_id", "occupation_id", "year", "level", "zoning", "nomenclature", "grain", "tension", "class", "origin",
	"intensite_embauches", "lien_formation_emploi", "manque_main_oeuvre", "non_durabilite_emploi",
	"conditions_travail", "inadequation_geographique", "causes_computed",
	"offers", "jobseekers", "employment", "projects", "difficult_projects", "secret", "sources", "release_id", "changed",
}, key: 3}

// secretBits marks which of a cell's counts the producer withholds, in the order of cellCounts.
func secretBits(c market.Cell) (bits int64) {
	for i, v := range []market.Value{c.Offers, c.Jobseekers, c.Employment, c.Projects, c.Difficult} {
		if v.State == market.Suppressed {
			bits |= 1 << i
		}
	}
	return bits
}

func cellRow(c market.Cell) []any {
	row := []any{
		c.Area, c.Occupation, c.Year, c.Area.Level(), c.Area.Zoning(), c.Occupation.Nomenclature(), c.Occupation.Grain(),
		column(c.Tension), c.Class, c.Origin,
	}
	for _, cause := range c.Causes {
		row = append(row, cause)
	}
	return append(row, c.CausesComputed, column(c.Offers), column(c.Jobseekers), column(c.Employment),
		column(c.Projects), column(c.Difficult), secretBits(c), c.Sources, c.Release)
}

func replaceAgreements(ctx context.Context, tx *sql.Tx, agreements []market.Agreement) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM agreement`); err != nil {
		return fmt.Errorf("clear agreements: %w", err)
	}
	for i, a := range agreements {
		_, err := tx.ExecContext(ctx, `INSERT INTO agreement (rank, what, basis, cells, same_class, within_one, spearman)
			VALUES ($1, $2, $3, $4, $5, $6, $7)`, i, a.What, a.Basis, a.Cells, a.SameClass, a.Within1, a.Spearman)
		if err != nil {
			return fmt.Errorf("record agreement: %w", err)
		}
	}
	return nil
}

// Agreements lists how well computed figures agree with published ones, as measured by the last
// Recompute.
func (s *Store) Agreements(ctx context.Context) ([]market.Agreement, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT what, basis, cells, same_class, within_one, spearman
		FROM agreement ORDER BY rank`)
	if err != nil {
		return nil, fmt.Errorf("read agreements: %w", err)
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (a market.Agreement, err error) {
		err = row.Scan(&a.What, &a.Basis, &a.Cells, &a.SameClass, &a.Within1, &a.Spearman)
		return a, err
	})
}
