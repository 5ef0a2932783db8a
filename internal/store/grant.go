package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// GiveGrant gives an account a role; giving one it holds already changes nothing.
//
// Errors: Invalid for a grant that cannot be; NotFound when there is no such account; Conflict when it
// was erased.
func (s *Store) GiveGrant(ctx context.Context, by people.Actor, id people.AccountID, g people.Grant) error {
	if err := g.Check(); err != nil {
		return err
	}
	return s.change(ctx, grantEvent(by, people.DidGiveGrant, id, g), func(tx *sql.Tx) error {
		if err := mustStand(ctx, tx, id); err != nil {
			return err
		}
		return s.insertGrant(ctx, tx, by, id, g)
	})
}

// insertGrant checks the grant whoever gives it: readGrants trusts what is kept.
func (s *Store) insertGrant(ctx context.Context, tx *sql.Tx, by people.Actor, id people.AccountID, g people.Grant) error {
	if err := g.Check(); err != nil {
		return err
	}
	r, err := tx.ExecContext(ctx, `INSERT INTO account_grant (account_id, role, scope_kind, scope_id, given_at, given_by)
		VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`, id, g.Role, g.Scope.Kind, g.Scope.ID, at(s.stamp()), by)
	if err != nil {
		return fmt.Errorf("give a role: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errOr(err, errUnchanged)
	}
	return nil
}

// TakeGrant takes a role from an account.
//
// Errors: NotFound when the account does not hold it; Conflict when it is the last administrator's.
func (s *Store) TakeGrant(ctx context.Context, by people.Actor, id people.AccountID, g people.Grant) error {
	return s.change(ctx, grantEvent(by, people.DidTakeGrant, id, g), func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM account_grant
			WHERE account_id = $1 AND role = $2 AND scope_kind = $3 AND scope_id = $4`, id, g.Role, g.Scope.Kind, g.Scope.ID)
		if err := touched(r, err, "grant"); err != nil {
			return err
		}
		if g == (people.Grant{Role: people.Administrator}) {
			return mustHaveAdministrator(ctx, tx)
		}
		return nil
	})
}

func grantEvent(by people.Actor, action string, id people.AccountID, g people.Grant) people.Event {
	pairs := []string{"role", string(g.Role)}
	if g.Scope != (people.Ref{}) {
		pairs = append(pairs, "scope_kind", string(g.Scope.Kind), "scope_id", g.Scope.ID)
	}
	return event(by, action, id, pairs...)
}

const countAdministrators = `SELECT count(*) FROM account a JOIN account_grant g ON g.account_id = a.id
	WHERE a.state = 'active' AND g.role = 'administrator' AND g.scope_kind = '' AND g.scope_id = ''`

// HasAdministrator reports whether somebody runs the site: an active account that is administrator of
// the whole.
func (s *Store) HasAdministrator(ctx context.Context) (bool, error) {
	var n int
	if err := s.reader().QueryRowContext(ctx, countAdministrators).Scan(&n); err != nil {
		return false, fmt.Errorf("look for an administrator: %w", err)
	}
	return n > 0, nil
}

// mustHaveAdministrator refuses a change that would leave nobody to run the site.
func mustHaveAdministrator(ctx context.Context, tx *sql.Tx) error {
	var n int
	if err := tx.QueryRowContext(ctx, countAdministrators).Scan(&n); err != nil {
		return fmt.Errorf("look for an administrator: %w", err)
	}
	if n == 0 {
		f := fault.New(fault.Conflict, "change administrators", "this is the last active administrator")
		f.Hint = "make somebody else administrator first"
		return f
	}
	return nil
}

// errOr is err, or other when there is none.
func errOr(err, other error) error {
	if err != nil {
		return err
	}
	return other
}
