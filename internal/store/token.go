package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"filiere/internal/people"
)

// CreateToken lets a program act for an active account, and gives the secret it carries. A zero
// ExpiresAt takes the longest life there is.
//
// Errors: Invalid for a name, scopes or life that cannot be; NotFound; Forbidden when the account is not
// active.
func (s *Store) CreateToken(ctx context.Context, by people.Actor, t people.Token) (secret string, err error) {
	now := s.stamp()
	if t, err = t.Check(now); err != nil {
		return "", err
	}
	if secret, t.ID, err = people.NewSecret(people.Random); err != nil {
		return "", fmt.Errorf("make a token: %w", err)
	}
	e := event(by, people.DidCreateToken, t.Account, "token", t.ID[:sessionMark], "scopes", scopesText(t.Scopes))
	err = s.change(ctx, e, func(tx *sql.Tx) error {
		if err := mustBeActive(ctx, tx, t.Account); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO token (id, account_id, name, scopes, created_at, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6)`, t.ID, t.Account, t.Name, scopesText(t.Scopes), at(now), at(t.ExpiresAt))
		if err != nil {
			return fmt.Errorf("create token: %w", err)
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return secret, nil
}

// scopesText is how scopes are stored: names of actions, which hold no space.
func scopesText(scopes []people.Action) string {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope)
	}
	return strings.Join(names, " ")
}

// scopesOf reads scopes back. It never gives nil, which would mean a person with all their rights.
func scopesOf(text string) []people.Action {
	scopes := []people.Action{}
	for _, name := range strings.Fields(text) {
		scopes = append(scopes, people.Action(name))
	}
	return scopes
}

const tokenColumns = `id, account_id, name, scopes, created_at, expires_at, used_at`

// intoToken are the places of a token's columns; scopes is read as text.
func intoToken(t *people.Token, scopes *string) []any {
	return []any{&t.ID, &t.Account, &t.Name, scopes, moment{&t.CreatedAt}, moment{&t.ExpiresAt}, moment{&t.UsedAt}}
}

func scanToken(row scanner) (people.Token, error) {
	var t people.Token
	var scopes string
	err := row.Scan(intoToken(&t, &scopes)...)
	t.Scopes = scopesOf(scopes)
	return t, err
}

// TokenBySecret finds the token a program carries and for whom it acts, and notes that it is used, once
// in a while (people.SeenEvery). It returns a NotFound fault when the token is over or revoked or the
// account not active.
func (s *Store) TokenBySecret(ctx context.Context, secret string) (people.Token, people.Account, error) {
	now := s.stamp()
	t, err := scanToken(s.reader().QueryRowContext(ctx, `SELECT `+tokenColumns+` FROM token WHERE id = $1`, people.HashSecret(secret)))
	if err == nil && !t.Live(now) {
		err = sql.ErrNoRows
	}
	if err != nil {
		return people.Token{}, people.Account{}, found(err, "token")
	}
	a, err := s.Account(ctx, t.Account)
	if err == nil && a.State != people.Active {
		err = found(sql.ErrNoRows, "token")
	}
	if err != nil {
		return people.Token{}, people.Account{}, err
	}
	if now.Sub(t.UsedAt) >= people.SeenEvery {
		t.UsedAt = now
		err := s.noteDown(ctx, `UPDATE token SET used_at = $1 WHERE id = $2`, at(now), t.ID)
		if err != nil {
			return people.Token{}, people.Account{}, fmt.Errorf("note that a token is used: %w", err)
		}
	}
	return t, a, nil
}

// Tokens lists the tokens of an account, the newest first, those that are over too.
func (s *Store) Tokens(ctx context.Context, id people.AccountID) ([]people.Token, error) {
	return query(ctx, s, "tokens", scanToken, `SELECT `+tokenColumns+` FROM token
		WHERE account_id = $1 ORDER BY created_at DESC, id`, id)
}

// RevokeToken ends a token. It returns a NotFound fault when the account has no such token.
func (s *Store) RevokeToken(ctx context.Context, by people.Actor, id people.AccountID, token string) error {
	e := event(by, people.DidRevokeToken, id, "token", clip(token, sessionMark))
	return s.change(ctx, e, func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM token WHERE id = $1 AND account_id = $2`, token, id)
		return touched(r, err, "token")
	})
}
