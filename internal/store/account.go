package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/fold"
	"filiere/internal/people"
)

// accountWithGrants reads accounts, a row for each of their grants (one with NULLs when they hold
// none). The rows of one account follow each other.
const (
	accountWithGrants = `SELECT a.id, a.email, a.name, a.lang, a.theme, a.state, a.created_at,
		g.role, g.scope_kind, g.scope_id FROM `
	itsGrants = ` a LEFT JOIN account_grant g ON g.account_id = a.id`
	inOrder   = ` ORDER BY a.folded, a.id, g.role, g.scope_kind, g.scope_id`
)

// accountRow is one row of accountWithGrants.
type accountRow struct {
	people.Account
	role, kind, scope sql.NullString
}

// into are the places of a row's columns.
func (r *accountRow) into() []any {
	return []any{
		&r.ID, &r.Email, &r.Name, &r.Lang, &r.Theme, &r.State,
		moment{&r.CreatedAt},
		&r.role, &r.kind, &r.scope,
	}
}

// grants is the grant a row tells of, if any.
func (r *accountRow) grants() []people.Grant {
	if !r.role.Valid {
		return nil
	}
	return []people.Grant{{
		Role:  people.Role(r.role.String),
		Scope: people.Ref{Kind: people.Kind(r.kind.String), ID: r.scope.String},
	}}
}

func scanAccountRow(row scanner) (accountRow, error) {
	var r accountRow
	return r, row.Scan(r.into()...)
}

// gather puts the rows of each account together.
func gather(rows []accountRow) []people.Account {
	var out []people.Account
	for _, r := range rows {
		if len(out) == 0 || out[len(out)-1].ID != r.ID {
			out = append(out, r.Account)
		}
		last := &out[len(out)-1]
		last.Grants = append(last.Grants, r.grants()...)
	}
	return out
}

// one reads the account a statement finds.
func (s *Store) one(ctx context.Context, text string, args ...any) (people.Account, error) {
	rows, err := query(ctx, s, "account", scanAccountRow, text, args...)
	if err == nil && len(rows) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return people.Account{}, found(err, "account")
	}
	return gather(rows)[0], nil
}

// Account finds an account, erased ones too. It returns a NotFound fault when there is none.
func (s *Store) Account(ctx context.Context, id people.AccountID) (people.Account, error) {
	return s.one(ctx, accountWithGrants+`account`+itsGrants+` WHERE a.id = $1`+inOrder, id)
}

// AccountByEmail finds the account with an address, however it is typed; suspended ones too. It returns
// a NotFound fault when there is none.
func (s *Store) AccountByEmail(ctx context.Context, email string) (people.Account, error) {
	email, err := people.FoldEmail(email)
	if err != nil {
		return people.Account{}, found(sql.ErrNoRows, "account")
	}
	return s.one(ctx, accountWithGrants+`account`+itsGrants+` WHERE a.email = $1 AND a.state <> 'erased'`+inOrder, email)
}

// maxSearch bounds what can be searched for: no name with its address is longer.
const maxSearch = 400

// Accounts lists the accounts whose name or address holds every word of search, by name, and how many
// there are in all. limit 0 lists every one. Erased accounts are left out.
func (s *Store) Accounts(ctx context.Context, search string, limit, offset int) ([]people.Account, int, error) {
	c := &clause{binder: &binder{}}
	c.add("state <> %s", people.Erased)
	for _, word := range strings.Fields(fold.Plain(clip(search, maxSearch))) {
		c.add(`folded LIKE %s ESCAPE '\'`, "%"+likeLiteral(word)+"%")
	}
	var total int
	err := s.db.QueryRowContext(ctx, `SELECT count(*) FROM account`+c.where(), c.args...).Scan(&total)
	if err != nil {
		return nil, 0, fmt.Errorf("count accounts: %w", err)
	}
	page := `(SELECT * FROM account` + c.where() + ` ORDER BY folded, id LIMIT ` + c.bind(limitOf(limit)) +
		` OFFSET ` + c.bind(max(offset, 0)) + `)`
	rows, err := query(ctx, s, "accounts", scanAccountRow, accountWithGrants+page+itsGrants+inOrder, c.args...)
	return gather(rows), total, err
}

// CreateAccount makes an account with the grants it comes with, active unless it says otherwise.
//
// Errors: Invalid for what an account cannot be; Conflict when the address is taken.
func (s *Store) CreateAccount(ctx context.Context, by people.Actor, a people.Account) (people.Account, error) {
	if a.State == "" {
		a.State = people.Active
	}
	a, err := a.Check()
	if err != nil {
		return a, err
	}
	if a.ID == "" {
		id, err := newID()
		if err != nil {
			return a, err
		}
		a.ID = people.AccountID(id)
	}
	a.CreatedAt = s.stamp()
	return a, s.change(ctx, event(by, people.DidCreateAccount, a.ID), func(tx *sql.Tx) error {
		if err := insertAccount(ctx, tx, a); err != nil {
			return err
		}
		for _, g := range a.Grants {
			if err := s.insertGrant(ctx, tx, by, a.ID, g); err != nil && !errors.Is(err, errUnchanged) {
				return err
			}
		}
		return nil
	})
}

func insertAccount(ctx context.Context, tx *sql.Tx, a people.Account) error {
	r, err := tx.ExecContext(ctx, `INSERT INTO account (id, email, name, lang, theme, state, created_at, folded)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
		a.ID, a.Email, a.Name, a.Lang, a.Theme, a.State, at(a.CreatedAt), foldedOf(a.Name, a.Email))
	if err != nil {
		return fmt.Errorf("create account: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		f := fault.New(fault.Conflict, "create account", "there is an account with this address already")
		f.Column = "email"
		return errOr(err, f)
	}
	return nil
}

// foldedOf is what searches look in.
func foldedOf(name, email string) string { return fold.Plain(name) + " " + fold.Plain(email) }

// ChangeProfile changes what a person tells of themself and how they like pages.
//
// Errors: Invalid, NotFound, Conflict when the account was erased.
func (s *Store) ChangeProfile(ctx context.Context, by people.Actor, id people.AccountID, name, lang, theme string) error {
	name, err := people.CheckName(name)
	if err != nil {
		return err
	}
	if err := people.CheckPreferences(lang, theme); err != nil {
		return err
	}
	return s.change(ctx, event(by, people.DidChangeProfile, id), func(tx *sql.Tx) error {
		if err := mustStand(ctx, tx, id); err != nil {
			return err
		}
		var email string
		if err := tx.QueryRowContext(ctx, `SELECT email FROM account WHERE id = $1`, id).Scan(&email); err != nil {
			return found(err, "account")
		}
		r, err := tx.ExecContext(ctx, `UPDATE account SET name = $1, lang = $2, theme = $3, folded = $4 WHERE id = $5`,
			name, lang, theme, foldedOf(name, email), id)
		if err := touched(r, err, "account"); err != nil {
			return err
		}
		return rewriteWords(ctx, tx, id)
	})
}

// SetAccountState suspends an account or lets it in again. Suspending closes its sessions, revokes its
// tokens and ends its links.
//
// Errors: Invalid for another state (EraseAccount erases); NotFound; Conflict when the account was erased
// or is the last active administrator's.
func (s *Store) SetAccountState(ctx context.Context, by people.Actor, id people.AccountID, state people.State) error {
	if state != people.Active && state != people.Suspended {
		return fault.New(fault.Invalid, "change account state", "an account is set active or suspended, not %q", state)
	}
	return s.change(ctx, event(by, people.DidSetState, id, "state", string(state)), func(tx *sql.Tx) error {
		if err := mustStand(ctx, tx, id); err != nil {
			return err
		}
		a, err := wasAdministrator(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE account SET state = $1 WHERE id = $2`, state, id); err != nil {
			return fmt.Errorf("change account state: %w", err)
		}
		if state == people.Active {
			return nil
		}
		if a {
			if err := mustHaveAdministrator(ctx, tx); err != nil {
				return err
			}
		}
		return deleteOf(ctx, tx, id, "session", "token", "link")
	})
}

// wasAdministrator reports whether an account is an active administrator of the whole.
func wasAdministrator(ctx context.Context, tx *sql.Tx, id people.AccountID) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, countAdministrators+` AND a.id = $1`, id).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for an administrator: %w", err)
	}
	return n > 0, nil
}

// mustStand checks that an account exists and was not erased. It returns a NotFound or Conflict fault.
func mustStand(ctx context.Context, tx *sql.Tx, id people.AccountID) error {
	var state people.State
	if err := tx.QueryRowContext(ctx, `SELECT state FROM account WHERE id = $1`, id).Scan(&state); err != nil {
		return found(err, "account")
	}
	if state == people.Erased {
		return fault.New(fault.Conflict, "change account", "this account was erased")
	}
	return nil
}

// deleteOf deletes what an account has in tables.
func deleteOf(ctx context.Context, tx *sql.Tx, id people.AccountID, tables ...string) error {
	for _, t := range tables {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+t+` WHERE account_id = $1`, id); err != nil {
			return fmt.Errorf("delete from %s: %w", t, err)
		}
	}
	return nil
}
