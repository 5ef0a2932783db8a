package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"filiere/internal/people"
)

// What each holding exports: everything but secrets and their hashes.

func exportAccount(_ context.Context, _ *Store, a people.Account, d *people.PersonalData) error {
	d.Account = people.AccountRecord{
		ID: a.ID, Email: a.Email, Name: a.Name, Lang: a.Lang, Theme: a.Theme, State: a.State, CreatedAt: a.CreatedAt,
	}
	return nil
}

func exportGrants(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) (err error) {
	d.Grants, err = query(ctx, s, "grants", func(row scanner) (people.GrantRecord, error) {
		var g people.GrantRecord
		return g, row.Scan(&g.Account, &g.Role, &g.ScopeKind, &g.ScopeID, moment{&g.GivenAt}, &g.GivenBy)
	}, `SELECT account_id, role, scope_kind, scope_id, given_at, given_by FROM account_grant
		WHERE account_id = $1 OR given_by = $1 ORDER BY given_at, account_id, role, scope_kind, scope_id`, string(a.ID))
	return err
}

func exportSessions(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) (err error) {
	d.Sessions, err = query(ctx, s, "sessions", func(row scanner) (people.SessionRecord, error) {
		v, err := scanSession(row)
		return people.SessionRecord{Means: v.Means, OpenedAt: v.OpenedAt, SeenAt: v.SeenAt, UserAgent: v.UserAgent, Address: v.Address}, err
	}, `SELECT `+sessionColumns+` FROM session WHERE account_id = $1 ORDER BY opened_at, id`, a.ID)
	return err
}

func exportTokens(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) error {
	tokens, err := s.Tokens(ctx, a.ID)
	for _, t := range tokens {
		d.Tokens = append(d.Tokens, people.TokenRecord{
			Name: t.Name, Scopes: t.Scopes, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt, UsedAt: t.UsedAt,
		})
	}
	return err
}

func exportLinks(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) (err error) {
	d.Links, err = query(ctx, s, "links", func(row scanner) (people.LinkRecord, error) {
		l, err := scanLink(row)
		return people.LinkRecord{Purpose: l.Purpose, CreatedAt: l.CreatedAt, ExpiresAt: l.ExpiresAt, UsedAt: l.UsedAt}, err
	}, `SELECT `+linkColumns+` FROM link l WHERE l.account_id = $1 ORDER BY l.created_at, l.id`, a.ID)
	return err
}

func exportPasskeys(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) error {
	passkeys, err := s.Passkeys(ctx, a.ID)
	for _, p := range passkeys {
		d.Passkeys = append(d.Passkeys, people.PasskeyRecord{ID: p.ID, Name: p.Name, CreatedAt: p.CreatedAt, UsedAt: p.UsedAt})
	}
	return err
}

func exportPassword(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) (err error) {
	d.Password, err = query(ctx, s, "password", func(row scanner) (people.PasswordRecord, error) {
		var p people.PasswordRecord
		return p, row.Scan(moment{&p.ChangedAt})
	}, `SELECT changed_at FROM password WHERE account_id = $1`, a.ID)
	return err
}

func exportOIDC(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) error {
	identities, err := s.OIDCIdentities(ctx, a.ID)
	for _, o := range identities {
		d.OIDC = append(d.OIDC, people.OIDCRecord{Issuer: o.Issuer, Subject: o.Subject, CreatedAt: o.CreatedAt})
	}
	return err
}

func exportNotifications(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) error {
	told, err := s.Notifications(ctx, a.ID, 0)
	for _, n := range told {
		d.Notifications = append(d.Notifications, people.NotificationRecord{
			Kind: n.Kind, RefKind: n.Ref.Kind, RefID: n.Ref.ID, Detail: n.Detail, CreatedAt: n.CreatedAt, ReadAt: n.ReadAt,
		})
	}
	return err
}

func exportMails(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) (err error) {
	if a.Email == "" {
		return nil
	}
	d.Mails, err = query(ctx, s, "mails", func(row scanner) (people.MailRecord, error) {
		m, err := scanMessage(row)
		return people.MailRecord{To: m.To, Subject: m.Subject, CreatedAt: m.CreatedAt, SentAt: m.SentAt}, err
	}, `SELECT `+messageColumns+` FROM outbox WHERE recipient = $1 ORDER BY created_at, id`, a.Email)
	return err
}

func exportEvents(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) (err error) {
	d.Events, err = query(ctx, s, "events", func(row scanner) (people.EventRecord, error) {
		e, err := scanEvent(row)
		return people.EventRecord{
			Seq: e.Seq, At: e.At, Actor: e.Actor, Action: e.Action,
			ObjectKind: e.Object.Kind, ObjectID: e.Object.ID, Detail: e.Detail,
		}, err
	}, `SELECT `+eventColumns+` FROM audit_event WHERE actor = $1 OR (object_kind = 'account' AND object_id = $1)
		ORDER BY seq`, string(a.ID))
	return err
}

// everyColumn exports the rows of a table in which one of some columns names the person, as they are kept.
// It is for tables that hold no secret.
func everyColumn(table string, columns ...string) func(context.Context, *Store, people.Account, *people.PersonalData) error {
	return func(ctx context.Context, s *Store, a people.Account, d *people.PersonalData) error {
		rows, err := s.db.QueryContext(ctx, `SELECT * FROM `+table+` WHERE `+strings.Join(columns, ` = $1 OR `)+` = $1`, string(a.ID))
		if err != nil {
			return fmt.Errorf("read %s: %w", table, err)
		}
		defer rows.Close()
		h := people.HeldTable{Table: table}
		if h.Columns, err = rows.Columns(); err != nil {
			return fmt.Errorf("read the columns of %s: %w", table, err)
		}
		for rows.Next() {
			values := make([]any, len(h.Columns))
			into := make([]any, len(values))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return fmt.Errorf("read a row of %s: %w", table, err)
			}
			row := make([]string, len(values))
			for i, v := range values {
				row[i] = textOf(v)
			}
			h.Rows = append(h.Rows, row)
		}
		if len(h.Rows) > 0 {
			d.Held = append(d.Held, h)
		}
		return rows.Err()
	}
}

// textOf writes a value of the database for a person; NULL is nothing.
func textOf(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case []byte:
		return string(x)
	case time.Time:
		return x.UTC().Format(time.RFC3339)
	}
	return fmt.Sprint(v)
}
