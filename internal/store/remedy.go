package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Remedies answer how far training can cure shortages. They are made once for each version of the data and
// kept; they must not be changed.
func (s *Store) Remedies(ctx context.Context) (*market.Remedies, error) {
	version, err := s.CellVersion(ctx)
	if err != nil {
		return nil, err
	}
	e, err := s.Estimates(ctx)
	if err != nil {
		return nil, err
	}
	return s.remedies.of(version, func() (*market.Remedies, error) {
		tables, err := s.remedyTables(ctx)
		if err != nil {
			return nil, err
		}
		return market.NewRemedies(tables, e), nil
	})
}

func (s *Store) remedyTables(ctx context.Context) (market.RemedyTables, error) {
	t := market.RemedyTables{
		Causes: map[market.OccupationArea][market.CauseCount]int{}, Sources: map[occupation.ID][]occupation.ID{},
		Sheets: map[occupation.ID][]occupation.ID{}, LowPay: map[occupation.ID]float64{},
		Seasonal: map[market.OccupationArea]float64{}, Titles: map[occupation.ID]int{}, Places: map[territory.ID]territory.Area{},
	}
	areas, err := s.placesOfFigures(ctx)
	if err != nil {
		return t, err
	}
	for _, a := range areas {
		t.Places[a.ID] = a
	}
	for _, read := range []func(context.Context, *market.RemedyTables) error{
		s.readCauses, s.readMobility, s.readFamilies, s.readPay, s.readSeasons, s.readTitles,
	} {
		if err := read(ctx, &t); err != nil {
			return t, err
		}
	}
	return t, nil
}

// readCauses reads the causes of the newest table of each list.
func (s *Store) readCauses(ctx context.Context, t *market.RemedyTables) error {
	return s.each(ctx, "causes", func(row scanner) error {
		var k market.OccupationArea
		var c [market.CauseCount]int
		err := row.Scan(&k.Occupation, &k.Area, &c[0], &c[1], &c[2], &c[3], &c[4], &c[5])
		t.Causes[k] = c
		return err
	}, `SELECT c.occupation_id, c.area_id, c.intensite_embauches, c.lien_formation_emploi, c.manque_main_oeuvre,
			c.non_durabilite_emploi, c.conditions_travail, c.inadequation_geographique
		FROM cell c JOIN (SELECT nomenclature, max(year) AS year FROM cell
			WHERE origin = 'published' AND lien_formation_emploi > 0 GROUP BY nomenclature) AS last
			ON last.nomenclature = c.nomenclature AND last.year = c.year
		WHERE c.release_id <> '' AND c.lien_formation_emploi > 0`)
}

// readMobility reads from which sheets people come to each at once.
func (s *Store) readMobility(ctx context.Context, t *market.RemedyTables) error {
	return s.each(ctx, "moves between occupations", func(row scanner) error {
		var from, to occupation.ID
		err := row.Scan(&from, &to)
		t.Sources[to] = append(t.Sources[to], from)
		return err
	}, `SELECT m.from_id, m.to_id FROM mobility m JOIN occupation o ON o.id = m.to_id
		WHERE m.is_close AND o.nomenclature = $1 ORDER BY m.to_id, m.from_id`, occupation.ROME3)
}

func (s *Store) readFamilies(ctx context.Context, t *market.RemedyTables) error {
	return s.each(ctx, "sheets of families", func(row scanner) error {
		var family, sheet occupation.ID
		err := row.Scan(&family, &sheet)
		t.Sheets[family] = append(t.Sheets[family], sheet)
		return err
	}, `SELECT x.from_id, x.to_id FROM crosswalk x JOIN occupation f ON f.id = x.from_id JOIN occupation o ON o.id = x.to_id
		WHERE f.nomenclature = $1 AND o.nomenclature = $2 ORDER BY x.from_id, x.to_id`, occupation.FAP2009, occupation.ROME3)
}

// lowPayRanks are the bands below market.LowPayBelow: the two lowest of the Dares.
const lowPayRanks = 2

// readPay reads the share of low pay of each family, and gives each sheet the mean of its families.
func (s *Store) readPay(ctx context.Context, t *market.RemedyTables) error {
	err := s.each(ctx, "pay bands", func(row scanner) error {
		var o occupation.ID
		var percent float64
		err := row.Scan(&o, &percent)
		t.LowPay[o] = percent / 100
		return err
	}, `SELECT p.occupation_id, sum(p.percent) FROM pay_band p JOIN release r ON r.id = p.release_id
		WHERE p.rank < $1 AND r.superseded_by IS NULL GROUP BY p.occupation_id`, lowPayRanks)
	sum, n := map[occupation.ID]float64{}, map[occupation.ID]float64{}
	for family, sheets := range t.Sheets {
		if share, ok := t.LowPay[family]; ok && family.Grain() == occupation.Detailed {
			for _, sheet := range sheets {
				sum[sheet] += share
				n[sheet]++
			}
		}
	}
	for sheet, total := range sum {
		t.LowPay[sheet] = total / n[sheet]
	}
	return err
}

// readSeasons brings the survey's seasonal projects together for sheets and families. Correspondences still to
// be checked do not count.
func (s *Store) readSeasons(ctx context.Context, t *market.RemedyTables) error {
	return s.each(ctx, "seasonal projects", func(row scanner) error {
		var k market.OccupationArea
		var projects, seasonal float64
		err := row.Scan(&k.Occupation, &k.Area, &projects, &seasonal)
		if projects > 0 {
			t.Seasonal[k] = min(seasonal/projects, 1)
		}
		return err
	}, `SELECT x.to_id, d.area_id, sum(d.projects), sum(d.seasonal_projects)
		FROM difficulty d JOIN crosswalk x ON x.from_id = d.occupation_id
		WHERE d.projects IS NOT NULL AND d.seasonal_projects IS NOT NULL AND x.quality <> $1
			AND d.year = (SELECT max(year) FROM difficulty)
		GROUP BY x.to_id, d.area_id`, occupation.Unconfirmed)
}

// readTitles counts the active titles of each sheet, and of each family those of its sheets, each once.
func (s *Store) readTitles(ctx context.Context, t *market.RemedyTables) error {
	families := map[occupation.ID][]occupation.ID{}
	for family, sheets := range t.Sheets {
		for _, sheet := range sheets {
			families[sheet] = append(families[sheet], family)
		}
	}
	seen := map[string]bool{}
	return s.each(ctx, "active titles", func(row scanner) error {
		var o occupation.ID
		var title string
		if err := row.Scan(&o, &title); err != nil {
			return err
		}
		t.Titles[o]++
		for _, family := range families[o] {
			if key := strings.Join([]string{string(family), title}, "|"); !seen[key] {
				seen[key] = true
				t.Titles[family]++
			}
		}
		return nil
	}, `SELECT l.occupation_id, c.id FROM certification_link l JOIN certification c ON c.id = l.certification_id
		WHERE c.active AND (c.expires = '' OR c.expires >= $1)`, s.now().UTC().Format(time.DateOnly))
}

// each calls a function with every row of a query.
func (s *Store) each(ctx context.Context, what string, do func(scanner) error, text string, args ...any) error {
	rows, err := s.db.QueryContext(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return fmt.Errorf("read %s: %w", what, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}
