package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Limits of what a browser may have us keep.
const (
	maxUserAgent = 300
	maxAddress   = 64
)

// sessionMark is how much of a session's ID the audit trail names it by.
const sessionMark = 16

// OpenSession signs an active account in and gives the secret its browser carries.
//
// Errors: NotFound when there is no such account, Forbidden when it is not active.
func (s *Store) OpenSession(ctx context.Context, id people.AccountID, means, userAgent, address string) (secret string, session people.Session, err error) {
	secret, hash, err := people.NewSecret(people.Random)
	if err != nil {
		return "", session, fmt.Errorf("make a session secret: %w", err)
	}
	now := s.stamp()
	session = people.Session{
		ID: hash, Account: id, Means: means, OpenedAt: now, SeenAt: now,
		UserAgent: clip(userAgent, maxUserAgent), Address: clip(address, maxAddress),
	}
	e := event(people.By(id), people.DidOpenSession, id, "means", means, "session", hash[:sessionMark])
	err = s.change(ctx, e, func(tx *sql.Tx) error {
		if err := mustBeActive(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO session (`+sessionColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			session.ID, id, means, at(now), at(now), session.UserAgent, session.Address)
		if err != nil {
			return fmt.Errorf("open session: %w", err)
		}
		return nil
	})
	if err != nil {
		return "", people.Session{}, err
	}
	return secret, session, nil
}

const sessionColumns = `id, account_id, means, opened_at, seen_at, user_agent, address`

func intoSession(s *people.Session) []any {
	return []any{&s.ID, &s.Account, &s.Means, moment{&s.OpenedAt}, moment{&s.SeenAt}, &s.UserAgent, &s.Address}
}

func scanSession(row scanner) (people.Session, error) {
	var s people.Session
	return s, row.Scan(intoSession(&s)...)
}

// mustBeActive checks that an account may act. It returns a NotFound or Forbidden fault.
func mustBeActive(ctx context.Context, tx *sql.Tx, id people.AccountID) error {
	var state people.State
	if err := tx.QueryRowContext(ctx, `SELECT state FROM account WHERE id = $1`, id).Scan(&state); err != nil {
		return found(err, "account")
	}
	if state != people.Active {
		return fault.New(fault.Forbidden, "use account", "this account is not active")
	}
	return nil
}

const accountOfSession = `SELECT s.id, s.account_id, s.means, s.opened_at, s.seen_at, s.user_agent, s.address, ` + accountColumns + `
	FROM session s JOIN account a ON a.id = s.account_id WHERE s.id = $1 AND a.state = 'active'`

// SessionBySecret finds the session a browser carries and whose it is, and notes where it was last used
// from, once in a while (people.SeenEvery), when nobody is writing. It returns a NotFound fault when the session is not live or
// the account not active.
func (s *Store) SessionBySecret(ctx context.Context, secret, address string) (people.Session, people.Account, error) {
	var session people.Session
	list, err := query(ctx, s, "session", func(row scanner) (people.Account, error) {
		return intoAccount(row, intoSession(&session)...)
	}, accountOfSession, people.HashSecret(secret))
	now := s.stamp()
	if err == nil && (len(list) == 0 || !session.Live(now)) {
		err = found(sql.ErrNoRows, "session")
	}
	if err != nil {
		return people.Session{}, people.Account{}, err
	}
	if now.Sub(session.SeenAt) >= people.SeenEvery {
		session.SeenAt, session.Address = now, clip(address, maxAddress)
		err := s.noteDown(ctx, `UPDATE session SET seen_at = $1, address = $2 WHERE id = $3 AND seen_at < $1`,
			at(now), session.Address, session.ID)
		if err != nil {
			return people.Session{}, people.Account{}, fmt.Errorf("note that a session is used: %w", err)
		}
	}
	return session, list[0], nil
}

// Sessions lists the live sessions of an account, the last used first.
func (s *Store) Sessions(ctx context.Context, id people.AccountID) ([]people.Session, error) {
	now := s.stamp()
	return query(ctx, s, "sessions", scanSession, `SELECT `+sessionColumns+` FROM session
		WHERE account_id = $1 AND seen_at > $2 AND opened_at > $3 ORDER BY seen_at DESC, id`,
		id, at(now.Add(-people.SessionIdle)), at(now.Add(-people.SessionLifetime)))
}

// CloseSession signs a browser out. It returns a NotFound fault when the account has no such session.
func (s *Store) CloseSession(ctx context.Context, by people.Actor, id people.AccountID, session string) error {
	e := event(by, people.DidCloseSession, id, "session", clip(session, sessionMark))
	return s.change(ctx, e, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM session WHERE id = $1 AND account_id = $2`, session, id)
		return touched(r, err, "session")
	})
}

// CloseSessions signs all browsers of an account out but one; except "" spares none.
func (s *Store) CloseSessions(ctx context.Context, by people.Actor, id people.AccountID, except string) error {
	return s.change(ctx, event(by, people.DidCloseSession, id, "sessions", "all"), func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM session WHERE account_id = $1 AND id <> $2`, id, except)
		return atLeastOne(r, err, "close sessions")
	})
}

// atLeastOne turns a statement that changed nothing into errUnchanged.
func atLeastOne(r sql.Result, err error, what string) error {
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errOr(err, errUnchanged)
	}
	return nil
}
