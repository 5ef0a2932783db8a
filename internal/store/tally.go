package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// The roll-ups that pages read instead of counting cells. refreshTallies runs them in this order.
var tallyStatements = []struct{ what, text string }{
	{"clear tallies", `DELETE FROM area_tally`},
	{"count cells by area and class", `INSERT INTO area_tally (area_id, level, zoning, nomenclature, grain, year,
			class1, class2, class3, class4, class5, max_class, cells, published)
		SELECT area_id, level, zoning, nomenclature, grain, year,
			sum(CASE WHEN class = 1 THEN 1 ELSE 0 END), sum(CASE WHEN class = 2 THEN 1 ELSE 0 END),
			sum(CASE WHEN class = 3 THEN 1 ELSE 0 END), sum(CASE WHEN class = 4 THEN 1 ELSE 0 END),
			sum(CASE WHEN class = 5 THEN 1 ELSE 0 END), max(class), count(*), sum(CASE WHEN origin = 'published' THEN 1 ELSE 0 END)
		FROM cell GROUP BY area_id, level, zoning, nomenclature, grain, year`},
	{"clear editions", `DELETE FROM edition`},
	{"sum tallies by edition", `INSERT INTO edition (nomenclature, grain, level, zoning, year, cells, classed, published, max_class)
		SELECT nomenclature, grain, level, zoning, year, sum(cells), sum(class1 + class2 + class3 + class4 + class5),
			sum(published), max(max_class)
		FROM area_tally GROUP BY nomenclature, grain, level, zoning, year`},
	{"clear difficulties", `DELETE FROM difficulty`},
	{"take surveyed difficulties", takeDifficulties},
	{"sum difficulties to départements", sumDifficulties("a.departement_id", "be2024")},
	{"sum difficulties to régions", sumDifficulties("a.region_id", "dep")},
	{"sum difficulties to the country", sumDifficulties("'FR'", "reg")},
}

// refreshTallies works the roll-ups out again from the cells and the current releases. It belongs in
// the transaction that writes the cells.
func refreshTallies(ctx context.Context, tx *sql.Tx) error {
	for _, st := range tallyStatements {
		if _, err := tx.ExecContext(ctx, st.text); err != nil {
			return fmt.Errorf("%s: %w", st.what, err)
		}
	}
	return nil
}

// Editions lists what the radar has cells for, latest year first within each nomenclature and level.
func (s *Store) Editions(ctx context.Context) ([]market.Edition, error) {
	return query(ctx, s, "editions", scanEdition, `SELECT nomenclature, grain, level, zoning, year, cells, classed, published
		FROM edition ORDER BY nomenclature, grain, level, zoning, year DESC`)
}

func scanEdition(row interface{ Scan(...any) error }) (market.Edition, error) {
	var e market.Edition
	return e, row.Scan(&e.Nomenclature, &e.Grain, &e.Level, &e.Zoning, &e.Year, &e.Cells, &e.Classed, &e.Published)
}

// Tallies counts the cells of each area of a level by class, by area. Zoning "" takes every zoning of
// the level; year 0 the latest.
func (s *Store) Tallies(ctx context.Context, level territory.Level, zoning territory.Zoning, n occupation.Nomenclature, g occupation.Grain, year int) ([]market.Tally, error) {
	return query(ctx, s, "tallies", scanTally, `SELECT `+tallyColumns+tallyFrom+`
		WHERE t.level = $1 AND ($2 = '' OR t.zoning = $2) AND t.nomenclature = $3 AND t.grain = $4
			AND t.year = CASE WHEN $5 = 0 THEN (SELECT max(year) FROM area_tally
				WHERE level = $1 AND ($2 = '' OR zoning = $2) AND nomenclature = $3 AND grain = $4) ELSE $5 END
		ORDER BY t.area_id`, level, zoning, n, g, year)
}

// AreaTallies counts the cells of one area by class, for every nomenclature, grain and year it has.
func (s *Store) AreaTallies(ctx context.Context, a territory.ID) ([]market.AreaTally, error) {
	return query(ctx, s, "tallies of "+string(a), func(row interface{ Scan(...any) error }) (market.AreaTally, error) {
		t := market.AreaTally{}
		k := &t.Classes
		return t, row.Scan(&t.Nomenclature, &t.Grain, &t.Area, &t.Label, &t.Year, &k[0], &k[1], &k[2], &k[3], &k[4])
	}, `SELECT t.nomenclature, t.grain, `+tallyColumns+tallyFrom+` WHERE t.area_id = $1
		ORDER BY t.nomenclature, t.grain, t.year DESC`, a)
}

const (
	tallyColumns = `t.area_id, coalesce(a.label, ''), t.year, t.class1, t.class2, t.class3, t.class4, t.class5`
	tallyFrom    = ` FROM area_tally t LEFT JOIN area a ON a.id = t.area_id`
)

func scanTally(row interface{ Scan(...any) error }) (market.Tally, error) {
	var t market.Tally
	c := &t.Classes
	return t, row.Scan(&t.Area, &t.Label, &t.Year, &c[0], &c[1], &c[2], &c[3], &c[4])
}
