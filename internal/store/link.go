package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/people"
)

// CreateLink makes a one-time link for an account ("" for a link that makes the first administrator) and
// gives its secret. Links made before stay good until one of them is used.
//
// Errors: NotFound when there is no such account, Forbidden when it is not active.
func (s *Store) CreateLink(ctx context.Context, by people.Actor, purpose people.Purpose, id people.AccountID) (secret string, err error) {
	secret, hash, err := people.NewSecret(people.Random)
	if err != nil {
		return "", fmt.Errorf("make a link: %w", err)
	}
	now := s.stamp()
	err = s.change(ctx, linkEvent(by, people.DidCreateLink, id, purpose), func(tx *sql.Tx) error {
		if id != "" {
			if err := mustBeActive(ctx, tx, id); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO link (id, purpose, account_id, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5)`, hash, purpose, id, at(now), at(now.Add(purpose.Life())))
		if err != nil {
			return fmt.Errorf("create link: %w", err)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

func linkEvent(by people.Actor, action string, id people.AccountID, purpose people.Purpose) people.Event {
	e := event(by, action, id, "purpose", string(purpose))
	if id == "" {
		e.Object = people.Site
	}
	return e
}

const linkColumns = `l.id, l.purpose, l.account_id, l.created_at, l.expires_at, l.used_at`

// openLink finds a link whose account, if any, may act.
const openLink = `SELECT ` + linkColumns + ` FROM link l LEFT JOIN account a ON a.id = l.account_id
	WHERE l.id = $1 AND (l.account_id = '' OR a.state = 'active')`

func scanLink(row scanner) (people.Link, error) {
	var l people.Link
	return l, row.Scan(&l.ID, &l.Purpose, &l.Account, moment{&l.CreatedAt}, moment{&l.ExpiresAt}, moment{&l.UsedAt})
}

// asLink turns what was read into a link that opens, or people.ErrLink.
func (s *Store) asLink(l people.Link, err error, purpose people.Purpose) (people.Link, error) {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return people.Link{}, people.ErrLink
	case err != nil:
		return people.Link{}, fmt.Errorf("read link: %w", err)
	}
	if err := l.Usable(purpose, s.stamp()); err != nil {
		return people.Link{}, err
	}
	return l, nil
}

// PeekLink looks at a link without using it: mail scanners follow links, so a page asks before it uses
// one. It returns people.ErrLink when it would not open.
func (s *Store) PeekLink(ctx context.Context, secret string, purpose people.Purpose) (people.Link, error) {
	l, err := scanLink(s.reader().QueryRowContext(ctx, openLink, people.HashSecret(secret)))
	return s.asLink(l, err, purpose)
}

// UseLink opens a link, once: of any number that try at the same time one succeeds. The account's other
// links of the purpose end with it. It returns people.ErrLink when it does not open.
func (s *Store) UseLink(ctx context.Context, secret string, purpose people.Purpose) (people.Link, error) {
	l, err := s.PeekLink(ctx, secret, purpose) // names the actor; whether it opens is asked again below
	if err != nil {
		return l, err
	}
	by := people.By(l.Account)
	if l.Account == "" {
		by = people.ByVisitor
	}
	err = s.change(ctx, linkEvent(by, people.DidUseLink, l.Account, purpose), func(tx *sql.Tx) error {
		l, err = scanLink(tx.QueryRowContext(ctx, openLink, people.HashSecret(secret)))
		if l, err = s.asLink(l, err, purpose); err != nil {
			return err
		}
		l.UsedAt = s.stamp()
		_, err := tx.ExecContext(ctx, `UPDATE link SET used_at = $1
			WHERE purpose = $2 AND account_id = $3 AND used_at IS NULL`, at(l.UsedAt), purpose, l.Account)
		if err != nil {
			return fmt.Errorf("use link: %w", err)
		}
		return nil
	})
	if err != nil {
		return people.Link{}, err
	}
	return l, nil
}
