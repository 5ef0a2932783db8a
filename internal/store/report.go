package store

import (
	"context"
	"fmt"

	"filiere/internal/market"
)

// Unjoined is a code that figures of a release use and no imported nomenclature or zoning knows.
type Unjoined struct {
	Kind string `json:"kind"` // "area" or "occupation"
	Code string `json:"code"` // the ID with its nomenclature or zoning
	Rows int    `json:"rows"` // figures concerned; they are kept
}

// Refusals lists the rows a release could not read, in file order, up to the number kept at import.
func (s *Store) Refusals(ctx context.Context, releaseID string) ([]market.Refusal, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT line, col, value, reason FROM refusal
		WHERE release_id = $1 ORDER BY line, col`, releaseID)
	if err != nil {
		return nil, fmt.Errorf("read refusals: %w", err)
	}
	return collect(rows, func(row interface{ Scan(...any) error }) (r market.Refusal, err error) {
		err = row.Scan(&r.Line, &r.Column, &r.Value, &r.Reason)
		return r, err
	})
}

// Unjoined lists the codes of a release that do not join, as things stand now: importing the missing
// nomenclature or zoning afterwards makes them join without importing the figures again.
//
// A commune joins through the published passages too: old codes and arrondissements are listed only
// when those lead nowhere.
func (s *Store) Unjoined(ctx context.Context, releaseID string) ([]Unjoined, error) {
	rows, err := s.db.QueryContext(ctx, `
		SELECT 'occupation', o.occupation_id, count(*) FROM observation o
		WHERE o.release_id = $1 AND o.occupation_id <> 'all'
			AND NOT EXISTS (SELECT 1 FROM occupation k WHERE k.id = o.occupation_id)
		GROUP BY o.occupation_id
		UNION ALL
		SELECT 'area', o.area_id, count(*) FROM observation o
		WHERE o.release_id = $1
			AND NOT EXISTS (SELECT 1 FROM area k WHERE k.id = o.area_id)
		GROUP BY o.area_id
		ORDER BY 1, 2`, releaseID)
	if err != nil {
		return nil, fmt.Errorf("look for codes that do not join: %w", err)
	}
	found, err := collect(rows, func(row interface{ Scan(...any) error }) (u Unjoined, err error) {
		err = row.Scan(&u.Kind, &u.Code, &u.Rows)
		return u, err
	})
	if err != nil {
		return nil, err
	}
	return s.withoutResolvable(ctx, found)
}
