package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/people"
	"filiere/internal/registrar"
)

// IssuerKeys lists the school's public keys, the newest first: the one in use and those it used.
func (s *Store) IssuerKeys(ctx context.Context) ([]registrar.Key, error) {
	return query(ctx, s, "keys of the school", func(row scanner) (registrar.Key, error) {
		var k registrar.Key
		return k, row.Scan(&k.Public, moment{&k.CreatedAt}, moment{&k.RetiredAt})
	}, `SELECT public, created_at, retired_at FROM issuer_key ORDER BY created_at DESC, public`)
}

// UseIssuerKey makes a public key the one in use, instead of another ("" for none): when that is not the
// one in use any more, somebody else was faster and a Conflict fault says so.
func (s *Store) UseIssuerKey(ctx context.Context, by people.Actor, public, instead string) error {
	return s.change(ctx, eventOn(by, registrar.DidCreateKey, people.Site, "key", public), func(tx *sql.Tx) error {
		var active string
		err := tx.QueryRowContext(ctx, `SELECT public FROM issuer_key WHERE is_active`).Scan(&active)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read the school's key: %w", err)
		}
		if active != instead {
			return registrar.ErrOtherKey
		}
		_, err = tx.ExecContext(ctx, `UPDATE issuer_key SET is_active = false, retired_at = $1 WHERE is_active`, at(s.stamp()))
		if err != nil {
			return fmt.Errorf("retire the school's key: %w", err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO issuer_key (public, is_active, created_at) VALUES ($1, true, $2)`, public, at(s.stamp()))
		if err != nil {
			return fmt.Errorf("keep the school's key: %w", err)
		}
		return nil
	})
}

// StatusList tells what a status list says: how many of its entries are revoked, and since when. It returns a
// NotFound fault when there is none of that number.
func (s *Store) StatusList(ctx context.Context, id int) (registrar.List, error) {
	l := registrar.List{ID: id}
	err := s.reader().QueryRowContext(ctx, `SELECT revoked, changed_at FROM status_list WHERE id = $1`, id).Scan(&l.Revoked, moment{&l.ChangedAt})
	return l, found(err, "status list")
}

// RevokedEntries lists the entries of a status list that are revoked.
func (s *Store) RevokedEntries(ctx context.Context, list int) ([]int, error) {
	return query(ctx, s, "revoked diplomas", func(row scanner) (i int, err error) { return i, row.Scan(&i) },
		`SELECT list_index FROM diploma WHERE list_id = $1 AND state = 'revoked' ORDER BY list_index`, list)
}
