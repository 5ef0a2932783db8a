package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// AddPasskey gives an active account a passkey.
//
// Errors: Invalid for a name that is none; NotFound; Forbidden when the account is not active; Conflict
// when the passkey is registered already, here or for somebody else.
func (s *Store) AddPasskey(ctx context.Context, by people.Actor, p people.Passkey) error {
	name, err := people.CheckName(p.Name)
	if err != nil {
		return err
	}
	return s.change(ctx, event(by, people.DidAddPasskey, p.Account), func(tx *sql.Tx) error {
		if err := mustBeActive(ctx, tx, p.Account); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `INSERT INTO passkey (id, account_id, name, data, created_at)
			VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, p.ID, p.Account, name, string(p.Data), at(s.stamp()))
		if err != nil {
			return fmt.Errorf("add passkey: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errOr(err, fault.New(fault.Conflict, "add passkey", "this passkey is registered already"))
		}
		return nil
	})
}

const passkeyColumns = `id, account_id, name, data, created_at, used_at`

func scanPasskey(row scanner) (people.Passkey, error) {
	var p people.Passkey
	return p, row.Scan(&p.ID, &p.Account, &p.Name, &p.Data, moment{&p.CreatedAt}, moment{&p.UsedAt})
}

// Passkeys lists the passkeys of an account, the oldest first.
func (s *Store) Passkeys(ctx context.Context, id people.AccountID) ([]people.Passkey, error) {
	return query(ctx, s, "passkeys", scanPasskey, `SELECT `+passkeyColumns+` FROM passkey
		WHERE account_id = $1 ORDER BY created_at, id`, id)
}

// UpdatePasskey stores a passkey's name and data after it was used, and notes when. It returns a NotFound
// fault when the account has it no more.
func (s *Store) UpdatePasskey(ctx context.Context, p people.Passkey) error {
	name, err := people.CheckName(p.Name)
	if err != nil {
		return err
	}
	r, err := s.writer().ExecContext(ctx, `UPDATE passkey SET name = $1, data = $2, used_at = $3 WHERE id = $4 AND account_id = $5`,
		name, string(p.Data), at(s.stamp()), p.ID, p.Account)
	return touched(r, err, "passkey")
}

// RemovePasskey takes a passkey away. It returns a NotFound fault when the account has no such passkey.
func (s *Store) RemovePasskey(ctx context.Context, by people.Actor, id people.AccountID, passkey string) error {
	return s.change(ctx, event(by, people.DidRemovePasskey, id), func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM passkey WHERE id = $1 AND account_id = $2`, passkey, id)
		return touched(r, err, "passkey")
	})
}

// AccountByPasskey finds the active account that signs in with a passkey. It returns a NotFound fault.
func (s *Store) AccountByPasskey(ctx context.Context, passkeyID string) (people.Account, people.Passkey, error) {
	p, err := scanPasskey(s.reader().QueryRowContext(ctx, `SELECT `+passkeyColumns+` FROM passkey WHERE id = $1`, passkeyID))
	if err != nil {
		return people.Account{}, people.Passkey{}, found(err, "passkey")
	}
	a, err := s.active(ctx, p.Account)
	if err != nil {
		return people.Account{}, people.Passkey{}, err
	}
	return a, p, nil
}

// active is Account for those that may act; the others are not found.
func (s *Store) active(ctx context.Context, id people.AccountID) (people.Account, error) {
	a, err := s.Account(ctx, id)
	if err == nil && a.State != people.Active {
		return people.Account{}, found(sql.ErrNoRows, "account")
	}
	return a, err
}
