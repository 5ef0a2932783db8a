package store_test

import (
	"strings"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// TestWhatIsNoNameIsNotFoundAndNoDefect asks for things by names that break statements, patterns or the
// databases' idea of text. The answer is the same as for a name nobody has.
func TestWhatIsNoNameIsNotFoundAndNoDefect(t *testing.T) {
	hostile := map[string]string{
		"a quote":         `' OR '1'='1`,
		"a statement":     `x'; DROP TABLE account; --`,
		"a zero byte":     "a\x00b",
		"what is no text": "\xff\xfe",
		"a megabyte":      strings.Repeat("x", 1<<20),
		"a pattern":       "%",
	}
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe := t.Context(), h.account(t, "zoe@example.org", admin)
		for name, s := range hostile {
			id, by := people.AccountID(s), people.By(zoe.ID)
			for what, do := range map[string]func() error{
				"account":      func() error { _, err := h.a.Account(ctx, id); return err },
				"email":        func() error { _, err := h.a.AccountByEmail(ctx, s); return err },
				"profile":      func() error { return h.a.ChangeProfile(ctx, by, id, "Zoé", "fr", "") },
				"state":        func() error { return h.a.SetAccountState(ctx, by, id, people.Suspended) },
				"erase":        func() error { _, err := h.a.EraseAccount(ctx, by, id); return err },
				"export":       func() error { _, err := h.a.PersonalData(ctx, id); return err },
				"give":         func() error { return h.a.GiveGrant(ctx, by, id, expert) },
				"take":         func() error { return h.a.TakeGrant(ctx, by, zoe.ID, people.Grant{Role: people.Role(s)}) },
				"session":      func() error { _, _, err := h.a.SessionBySecret(ctx, s, s); return err },
				"open":         func() error { _, _, err := h.a.OpenSession(ctx, id, "link", s, s); return err },
				"close":        func() error { return h.a.CloseSession(ctx, by, zoe.ID, s) },
				"token":        func() error { _, _, err := h.a.TokenBySecret(ctx, s); return err },
				"revoke":       func() error { return h.a.RevokeToken(ctx, by, zoe.ID, s) },
				"link":         func() error { _, err := h.a.CreateLink(ctx, by, people.LinkSignIn, id); return err },
				"passkey":      func() error { _, _, err := h.a.AccountByPasskey(ctx, s); return err },
				"rem. passkey": func() error { return h.a.RemovePasskey(ctx, by, zoe.ID, s) },
				"password":     func() error { return h.a.SetPassword(ctx, by, id, "hash") },
				"identity":     func() error { _, err := h.a.AccountByOIDC(ctx, s, s); return err },
				"unlink":       func() error { return h.a.UnlinkOIDC(ctx, by, zoe.ID, "https://idp.example", s) },
				"ceremony":     func() error { _, err := h.a.TakeCeremony(ctx, s, "passkey"); return err },
			} {
				if err := do(); fault.CodeOf(err) != fault.NotFound || err == nil {
					t.Errorf("%s by %s: %.200v", what, name, err)
				}
			}
			if _, err := h.a.UseLink(ctx, s, people.LinkSignIn); err != people.ErrLink {
				t.Errorf("link by %s: %v", name, err)
			}
			if _, err := h.a.TakeLimit(ctx, people.Limit{Name: "x", Burst: 9, Every: time.Second}, s); err != nil {
				t.Errorf("limit by %s: %v", name, err)
			}
			list, n, err := h.a.Accounts(ctx, s, 0, 0)
			if err != nil || n != 0 || len(list) != 0 {
				t.Errorf("accounts by %s: %d, %v", name, n, err)
			}
			events, err := h.a.AuditEvents(ctx, people.AuditFilter{Actor: people.Actor(s), Action: s, Object: people.Ref{Kind: people.Kind(s), ID: s}})
			if err != nil || len(events) != 0 {
				t.Errorf("events by %s: %d, %v", name, len(events), err)
			}
		}
		if n := h.count(t, "account"); n != 1 {
			t.Errorf("%d accounts are left", n)
		}
	})
}
