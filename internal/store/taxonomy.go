package store

import (
	"context"
	"fmt"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/match"
)

// Taxonomy gives the names of work in a nomenclature and what is known of their structure: what a matcher of titles
// is made from. That of ESCO has the ISCO groups among its entries and the titles of the ROME around it, with the
// official crosswalk; others are entries and names alone. It returns a NotFound fault when the nomenclature was not
// imported.
func (s *Store) Taxonomy(ctx context.Context, n occupation.Nomenclature) (match.Taxonomy, error) {
	var t match.Taxonomy
	var err error
	if t.Entries, err = s.entries(ctx, n); err != nil {
		return t, fmt.Errorf("read taxonomy of %s: %w", n, err)
	}
	if len(t.Entries) == 0 {
		f := fault.New(fault.NotFound, "read taxonomy", "no entry of %s was imported", string(n))
		f.Hint = "import it first: filiere import FOLDER"
		return t, f
	}
	if n != occupation.ESCO {
		return t, nil
	}
	groups, err := s.entries(ctx, occupation.ISCO08)
	if err != nil {
		return t, fmt.Errorf("read groups of occupations: %w", err)
	}
	for _, g := range groups {
		g.Whole, g.Group = true, occupation.ID(g.ID).Code()
		t.Entries = append(t.Entries, g)
	}
	if err := s.groupEntries(ctx, t.Entries); err != nil {
		return t, err
	}
	t.Titles, err = s.tiedTitles(ctx)
	return t, err
}

// entries are the detailed entries of a nomenclature with their names, the preferred one first; of ISCO all grains.
func (s *Store) entries(ctx context.Context, n occupation.Nomenclature) ([]match.Entry, error) {
	type row struct{ id, preferred, label string }
	rows, err := query(ctx, s, "names of "+string(n), func(r interface{ Scan(...any) error }) (row, error) {
		var x row
		return x, r.Scan(&x.id, &x.preferred, &x.label)
	}, `SELECT o.id, o.label, coalesce(t.label, o.label) FROM occupation o LEFT JOIN title t ON t.occupation_id = o.id
		WHERE o.nomenclature = $1 AND (o.grain = 0 OR o.nomenclature = 'isco08')
		ORDER BY o.id, CASE WHEN t.label = o.label THEN 0 ELSE 1 END, t.label`, n)
	if err != nil {
		return nil, err
	}
	var out []match.Entry
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].ID != r.id {
			out = append(out, match.Entry{ID: r.id, Labels: []string{r.preferred}})
		}
		if e := &out[len(out)-1]; r.label != r.preferred {
			e.Labels = append(e.Labels, r.label)
		}
	}
	return out, nil
}

// groupEntries says of every ESCO occupation which ISCO group it is in.
func (s *Store) groupEntries(ctx context.Context, entries []match.Entry) error {
	rows, err := query(ctx, s, "groups of ESCO", func(r interface{ Scan(...any) error }) (x [2]string, err error) {
		return x, r.Scan(&x[0], &x[1])
	}, `SELECT from_id, to_id FROM crosswalk WHERE from_id LIKE 'esco-%' AND to_id LIKE 'isco08-%'`)
	if err != nil {
		return err
	}
	group := make(map[string]string, len(rows))
	for _, r := range rows {
		group[r[0]] = occupation.ID(r[1]).Code()
	}
	for i, e := range entries {
		if g, ok := group[e.ID]; ok {
			entries[i].Group = g
		}
	}
	return nil
}

// tiedTitles are the titles of the ROME, of both editions, with the sheet of the third they are on, the occupation
// of the fourth, and the ESCO occupation the crosswalk ties them to.
func (s *Store) tiedTitles(ctx context.Context) ([]match.Title, error) {
	type row struct{ code, label, occupation, parent string }
	rows, err := query(ctx, s, "titles of the ROME", func(r interface{ Scan(...any) error }) (x row, err error) {
		return x, r.Scan(&x.code, &x.label, &x.occupation, &x.parent)
	}, `SELECT t.code, t.label, t.occupation_id, coalesce((SELECT min(x.to_id) FROM crosswalk x WHERE x.from_id = t.occupation_id AND x.to_id LIKE 'rome3-%'), '')
		FROM title t WHERE t.occupation_id LIKE 'rome4-%' OR t.occupation_id LIKE 'rome3-%'
		ORDER BY substr(t.occupation_id, 1, 5) DESC, t.code, t.label`)
	if err != nil {
		return nil, err
	}
	ties, err := query(ctx, s, "crosswalk of ESCO", func(r interface{ Scan(...any) error }) (x [3]string, err error) {
		return x, r.Scan(&x[0], &x[1], &x[2])
	}, `SELECT from_id, to_id, relation FROM crosswalk WHERE from_id LIKE 'esco-%' AND to_id LIKE 'ogr-%' ORDER BY from_id, to_id`)
	if err != nil {
		return nil, err
	}
	tie := make(map[string][3]string, len(ties))
	for _, x := range ties {
		tie[strings.TrimPrefix(x[1], "ogr-")] = x
	}
	var out []match.Title
	at := map[string]int{} // titles by their code
	for _, r := range rows {
		id := occupation.ID(r.occupation)
		i, known := at[r.code]
		switch {
		case !known:
			t := match.Title{Name: r.label, Entry: tie[r.code][0], Relation: tie[r.code][2]}
			if id.Nomenclature() == occupation.ROME4 {
				t.Fine, t.Sheet = r.occupation, r.parent
			} else {
				t.Sheet = r.occupation
			}
			at[r.code] = len(out)
			out = append(out, t)
		case id.Nomenclature() == occupation.ROME3:
			out[i].Sheet = r.occupation
			if out[i].Name != r.label { // it was said otherwise then
				out = append(out, match.Title{Name: r.label, Sheet: r.occupation, Fine: out[i].Fine})
			}
		}
	}
	return out, nil
}
