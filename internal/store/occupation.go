package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
)

// occupationColumns are the columns scanOccupation reads.
const occupationColumns = `o.id, o.label, o.definition, o.access, o.conditions`

func scanOccupation(row interface{ Scan(...any) error }) (occupation.Occupation, error) {
	var o occupation.Occupation
	return o, row.Scan(&o.ID, &o.Label, &o.Definition, &o.Access, &o.Conditions)
}

// scanName reads the short form of an occupation: lists have no use for its texts.
func scanName(row interface{ Scan(...any) error }) (occupation.Occupation, error) {
	var o occupation.Occupation
	return o, row.Scan(&o.ID, &o.Label)
}

// Occupation finds one entry of a nomenclature. It returns a NotFound fault when there is none.
func (s *Store) Occupation(ctx context.Context, id occupation.ID) (occupation.Occupation, error) {
	o, err := scanOccupation(s.reader().QueryRowContext(ctx, `SELECT `+occupationColumns+` FROM occupation o WHERE o.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		f := fault.New(fault.NotFound, "find occupation", "there is no occupation %q", id)
		f.Hint = "an occupation is named by its nomenclature and code, such as rome3-J1506; search finds it by name"
		return o, f
	}
	if err != nil {
		return o, fmt.Errorf("find occupation %s: %w", id, err)
	}
	return o, nil
}

// Occupations lists the entries of a nomenclature at a grain by code, without their texts.
func (s *Store) Occupations(ctx context.Context, n occupation.Nomenclature, g occupation.Grain) ([]occupation.Occupation, error) {
	return query(ctx, s, "occupations", scanName,
		`SELECT id, label FROM occupation WHERE nomenclature = $1 AND grain = $2 ORDER BY code`, n, g)
}

// Children lists the entries one grain below an entry by code, without their texts.
func (s *Store) Children(ctx context.Context, id occupation.ID) ([]occupation.Occupation, error) {
	return query(ctx, s, "children of "+string(id), scanName,
		`SELECT id, label FROM occupation WHERE parent_id = $1 ORDER BY code`, id)
}

// Correspondences lists the entries of other nomenclatures that cover the same work, whichever list the
// published crosswalk starts from: official ones first, unconfirmed ones last, each entry once.
func (s *Store) Correspondences(ctx context.Context, id occupation.ID) ([]market.Correspondence, error) {
	found, err := query(ctx, s, "correspondences of "+string(id), scanCorrespondence, `SELECT `+occupationColumns+`, x.relation, x.quality
		FROM (SELECT to_id AS id, relation, quality FROM crosswalk WHERE from_id = $1
			UNION ALL SELECT from_id, relation, quality FROM crosswalk WHERE to_id = $1) AS x
		JOIN occupation o ON o.id = x.id
		ORDER BY CASE x.quality WHEN 'official' THEN 0 WHEN 'derived' THEN 1 ELSE 2 END, o.nomenclature, o.code, x.relation`, id)
	if err != nil {
		return nil, err
	}
	seen := map[occupation.ID]bool{}
	out := found[:0]
	for _, c := range found {
		if !seen[c.Occupation.ID] {
			seen[c.Occupation.ID] = true
			out = append(out, c)
		}
	}
	return out, nil
}

func scanCorrespondence(row interface{ Scan(...any) error }) (market.Correspondence, error) {
	var c market.Correspondence
	o := &c.Occupation
	return c, row.Scan(&o.ID, &o.Label, &o.Definition, &o.Access, &o.Conditions, &c.Relation, &c.Quality)
}

// Titles lists the names people use for an occupation, by name.
func (s *Store) Titles(ctx context.Context, id occupation.ID) ([]occupation.Title, error) {
	return query(ctx, s, "titles of "+string(id), func(row interface{ Scan(...any) error }) (occupation.Title, error) {
		var t occupation.Title
		return t, row.Scan(&t.Occupation, &t.Code, &t.Label)
	}, `SELECT occupation_id, code, label FROM title WHERE occupation_id = $1 ORDER BY label`, id)
}

// Skills lists the skills of an occupation: core ones first, savoir-faire before savoirs, by name.
func (s *Store) Skills(ctx context.Context, id occupation.ID) ([]market.RankedSkill, error) {
	return query(ctx, s, "skills of "+string(id), func(row interface{ Scan(...any) error }) (market.RankedSkill, error) {
		var k market.RankedSkill
		return k, row.Scan(&k.ID, &k.Label, &k.Kind, &k.Core)
	}, `SELECT k.id, k.label, k.kind, l.core FROM skill_link l JOIN skill k ON k.id = l.skill_id
		WHERE l.occupation_id = $1 ORDER BY l.core DESC, k.kind, k.label`, id)
}

// Near lists the occupations people move to from an occupation, those open at once first, with the
// latest national class of each.
func (s *Store) Near(ctx context.Context, id occupation.ID) ([]market.NearOccupation, error) {
	return query(ctx, s, "occupations near "+string(id), func(row interface{ Scan(...any) error }) (market.NearOccupation, error) {
		var n market.NearOccupation
		return n, row.Scan(&n.ID, &n.Label, &n.Definition, &n.Access, &n.Conditions, &n.Close, &n.Class)
	}, `SELECT `+occupationColumns+`, m.is_close, coalesce((SELECT c.class FROM cell c
			WHERE c.area_id = 'FR' AND c.occupation_id = o.id AND c.class > 0 ORDER BY c.year DESC LIMIT 1), 0)
		FROM mobility m JOIN occupation o ON o.id = m.to_id
		WHERE m.from_id = $1 ORDER BY m.is_close DESC, o.label`, id)
}
