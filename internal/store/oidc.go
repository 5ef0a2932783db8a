package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// LinkOIDC lets an account at an OpenID Connect provider sign in as an active account here; doing it
// again changes nothing.
//
// Errors: NotFound; Forbidden when the account is not active; Conflict when it signs in as another one.
func (s *Store) LinkOIDC(ctx context.Context, by people.Actor, id people.AccountID, issuer, subject string) error {
	return s.change(ctx, event(by, people.DidLinkOIDC, id, "issuer", issuer), func(tx *sql.Tx) error {
		if err := mustBeActive(ctx, tx, id); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `INSERT INTO oidc_identity (issuer, subject, account_id, created_at)
			VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, issuer, subject, id, at(s.stamp()))
		if err != nil {
			return fmt.Errorf("link to a provider: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return linkedTo(ctx, tx, id, issuer, subject)
	})
}

// linkedTo tells an identity linked to the account already (errUnchanged) from one linked to another.
func linkedTo(ctx context.Context, tx *sql.Tx, id people.AccountID, issuer, subject string) error {
	var other people.AccountID
	err := tx.QueryRowContext(ctx, `SELECT account_id FROM oidc_identity WHERE issuer = $1 AND subject = $2`,
		issuer, subject).Scan(&other)
	if err != nil {
		return found(err, "identity")
	}
	if other != id {
		return fault.New(fault.Conflict, "link to a provider", "this identity signs in as another account")
	}
	return errUnchanged
}

// UnlinkOIDC ends what LinkOIDC began. It returns a NotFound fault when it is not linked to the account.
func (s *Store) UnlinkOIDC(ctx context.Context, by people.Actor, id people.AccountID, issuer, subject string) error {
	return s.change(ctx, event(by, people.DidUnlinkOIDC, id, "issuer", issuer), func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM oidc_identity WHERE issuer = $1 AND subject = $2 AND account_id = $3`,
			issuer, subject, id)
		return touched(r, err, "identity")
	})
}

// AccountByOIDC finds the active account an identity signs in as. It returns a NotFound fault.
func (s *Store) AccountByOIDC(ctx context.Context, issuer, subject string) (people.Account, error) {
	return s.one(ctx, ` FROM account a JOIN oidc_identity o ON o.account_id = a.id
		WHERE o.issuer = $1 AND o.subject = $2 AND a.state = 'active'`, issuer, subject)
}

// OIDCIdentities lists the identities that sign in as an account, the oldest first.
func (s *Store) OIDCIdentities(ctx context.Context, id people.AccountID) ([]people.OIDCIdentity, error) {
	return query(ctx, s, "identities", func(row scanner) (people.OIDCIdentity, error) {
		var o people.OIDCIdentity
		return o, row.Scan(&o.Issuer, &o.Subject, &o.Account, moment{&o.CreatedAt})
	}, `SELECT issuer, subject, account_id, created_at FROM oidc_identity
		WHERE account_id = $1 ORDER BY created_at, issuer, subject`, id)
}
