package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/people"
)

// SetPassword gives an active account a password, by its hash; "" takes it away.
//
// Errors: NotFound; Forbidden when the account is not active.
func (s *Store) SetPassword(ctx context.Context, by people.Actor, id people.AccountID, hash string) error {
	if hash == "" {
		return s.change(ctx, event(by, people.DidRemovePassword, id), func(tx *sql.Tx) error {
			r, err := tx.ExecContext(ctx, `DELETE FROM password WHERE account_id = $1`, id)
			return atLeastOne(r, err, "remove password")
		})
	}
	return s.change(ctx, event(by, people.DidSetPassword, id), func(tx *sql.Tx) error {
		if err := mustBeActive(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO password (account_id, hash, changed_at) VALUES ($1, $2, $3)
			ON CONFLICT (account_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`,
			id, hash, at(s.stamp()))
		if err != nil {
			return fmt.Errorf("set password: %w", err)
		}
		return nil
	})
}

// PasswordHash gives the hash of an account's password, "" when it has none.
func (s *Store) PasswordHash(ctx context.Context, id people.AccountID) (string, error) {
	var hash string
	err := s.reader().QueryRowContext(ctx, `SELECT hash FROM password WHERE account_id = $1`, id).Scan(&hash)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read password: %w", err)
	}
	return hash, nil
}

// RehashPassword replaces the hash of a password by one of the same password under newer parameters;
// a password changed meanwhile stays as it is. It is no change of what opens the account.
func (s *Store) RehashPassword(ctx context.Context, id people.AccountID, old, hash string) error {
	_, err := s.writer().ExecContext(ctx, `UPDATE password SET hash = $1 WHERE account_id = $2 AND hash = $3`, hash, id, old)
	if err != nil {
		return fmt.Errorf("rehash password: %w", err)
	}
	return nil
}
