package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/fold"
	"filiere/internal/people"
)

// accountColumns read an account a with its grants, all of them in one value (see readGrants): an assessor has
// hundreds, every request of theirs reads them, and so many rows took longer than the page.
const accountColumns = `a.id, a.email, a.name, a.lang, a.theme, a.state, a.created_at,
	(SELECT string_agg(g.role || ' ' || g.scope_kind || ' ' || g.scope_id, '` + "\n" + `') FROM account_grant g WHERE g.account_id = a.id)`

func scanAccount(row scanner) (people.Account, error) { return intoAccount(row) }

// intoAccount reads accountColumns, after columns before them.
func intoAccount(row scanner, before ...any) (people.Account, error) {
	var a people.Account
	var grants sql.NullString
	if err := row.Scan(append(before, &a.ID, &a.Email, &a.Name, &a.Lang, &a.Theme, &a.State, moment{&a.CreatedAt}, &grants)...); err != nil {
		return a, err
	}
	a.Grants = readGrants(grants.String)
	return a, nil
}

// readGrants reads grants that stand one a line, its three words apart by a space: no role and no kind holds
// either, and no ID a new line (see insertGrant).
func readGrants(text string) []people.Grant {
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	slices.Sort(lines)
	out := make([]people.Grant, len(lines))
	for i, line := range lines {
		role, scope, _ := strings.Cut(line, " ")
		kind, id, _ := strings.Cut(scope, " ")
		out[i] = people.Grant{Role: people.Role(role), Scope: people.Ref{Kind: people.Kind(kind), ID: id}}
	}
	return out
}

// one reads the account a statement finds.
func (s *Store) one(ctx context.Context, text string, args ...any) (people.Account, error) {
	list, err := query(ctx, s, "account", scanAccount, `SELECT `+accountColumns+text, args...)
	if err == nil && len(list) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return people.Account{}, found(err, "account")
	}
	return list[0], nil
}

// Account finds an account, erased ones too. It returns a NotFound fault when there is none.
func (s *Store) Account(ctx context.Context, id people.AccountID) (people.Account, error) {
	return s.one(ctx, ` FROM account a WHERE a.id = $1`, id)
}

// PersonName is the name on an account, "" once it was erased. It returns a NotFound fault when there is none.
func (s *Store) PersonName(ctx context.Context, id people.AccountID) (string, error) {
	return nameOf(ctx, s.reader(), id)
}

// AccountByEmail finds the account with an address, however it is typed; suspended ones too. It returns
// a NotFound fault when there is none.
func (s *Store) AccountByEmail(ctx context.Context, email string) (people.Account, error) {
	email, err := people.FoldEmail(email)
	if err != nil {
		return people.Account{}, found(sql.ErrNoRows, "account")
	}
	return s.one(ctx, ` FROM account a WHERE a.email = $1 AND a.state <> 'erased'`, email)
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
	err := s.reader().QueryRowContext(ctx, `SELECT count(*) FROM account`+c.where(), c.args...).Scan(&total)
	if err != nil {
		return nil, 0, fmt.Errorf("count accounts: %w", err)
	}
	list, err := query(ctx, s, "accounts", scanAccount, `SELECT `+accountColumns+` FROM account a`+c.where()+
		` ORDER BY a.folded, a.id LIMIT `+c.bind(limitOf(limit))+` OFFSET `+c.bind(max(offset, 0)), c.args...)
	return list, total, err
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
