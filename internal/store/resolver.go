package store

import (
	"context"
	"fmt"

	"filiere/internal/territory"
)

// Resolver loads what places communes in the zonings.
func (s *Store) Resolver(ctx context.Context) (*territory.Resolver, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT commune_id, area_id FROM membership`)
	if err != nil {
		return nil, fmt.Errorf("read memberships: %w", err)
	}
	members, err := collect(rows, func(row interface{ Scan(...any) error }) (m territory.Membership, err error) {
		err = row.Scan(&m.Commune, &m.Area)
		return m, err
	})
	if err != nil {
		return nil, err
	}
	rows, err = s.db.QueryContext(ctx, `SELECT old_id, new_id, year FROM passage WHERE old_id <> new_id ORDER BY old_id, new_id`)
	if err != nil {
		return nil, fmt.Errorf("read passages: %w", err)
	}
	passages, err := collect(rows, func(row interface{ Scan(...any) error }) (p territory.Passage, err error) {
		err = row.Scan(&p.Old, &p.New, &p.Year)
		return p, err
	})
	if err != nil {
		return nil, err
	}
	return territory.NewResolver(members, passages), nil
}

// withoutResolvable drops the communes that the passages lead to a basin of either edition, and the
// mark of figures nobody located.
func (s *Store) withoutResolvable(ctx context.Context, found []Unjoined) ([]Unjoined, error) {
	communes := false
	for _, u := range found {
		communes = communes || territory.ID(u.Code).Level() == territory.Commune
	}
	var r *territory.Resolver
	if communes {
		var err error
		if r, err = s.Resolver(ctx); err != nil {
			return nil, err
		}
	}
	out := found[:0]
	for _, u := range found {
		id := territory.ID(u.Code)
		if id.Level() == territory.Commune {
			if _, ok := r.Area(id, territory.Bassins2019); ok {
				continue
			}
			if _, ok := r.Area(id, territory.Bassins2024); ok {
				continue
			}
		}
		out = append(out, u)
	}
	return out, nil
}
