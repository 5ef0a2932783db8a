package store_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestEveryChangeIsWrittenInTheTrailOnceAndAFailureIsNot(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		h.account(t, "root@example.org", admin)
		zoe := h.account(t, "zoe@example.org")
		by, mentor := people.By("the one who acts"), people.Grant{Role: people.Mentor}
		secret, session, err := h.a.OpenSession(ctx, zoe.ID, "link", "a browser", "192.0.2.7")
		ok(t, err)
		token := people.Token{Account: zoe.ID, Name: "robot", Scopes: []people.Action{people.ReadOwn}}
		link, err := h.a.CreateLink(ctx, by, people.LinkSignIn, zoe.ID)
		ok(t, err)
		passkey := people.Passkey{ID: "k", Account: zoe.ID, Name: "key", Data: []byte("{}")}
		var tokenID string
		for _, c := range []struct {
			action string // the one event expected; "" for none
			do     func() error
		}{
			{people.DidCreateAccount, func() error { h.account(t, "ana@example.org"); return nil }},
			{people.DidChangeProfile, func() error { return h.a.ChangeProfile(ctx, by, zoe.ID, "Zoé", "en", "dark") }},
			{people.DidGiveGrant, func() error { return h.a.GiveGrant(ctx, by, zoe.ID, mentor) }},
			{"", func() error { return h.a.GiveGrant(ctx, by, zoe.ID, mentor) }},
			{people.DidTakeGrant, func() error { return h.a.TakeGrant(ctx, by, zoe.ID, mentor) }},
			{"", func() error { return h.a.TakeGrant(ctx, by, zoe.ID, mentor) }},
			{people.DidOpenSession, func() error { _, _, err := h.a.OpenSession(ctx, zoe.ID, "link", "", ""); return err }},
			{"", func() error { _, _, err := h.a.OpenSession(ctx, "nobody", "link", "", ""); return err }},
			{"", func() error { _, _, err := h.a.SessionBySecret(ctx, secret, ""); return err }},
			{people.DidCloseSession, func() error { return h.a.CloseSession(ctx, by, zoe.ID, session.ID) }},
			{"", func() error { return h.a.CloseSession(ctx, by, zoe.ID, session.ID) }},
			{people.DidCloseSession, func() error { return h.a.CloseSessions(ctx, by, zoe.ID, "") }},
			{"", func() error { return h.a.CloseSessions(ctx, by, zoe.ID, "") }},
			{people.DidCreateToken, func() error { s, err := h.a.CreateToken(ctx, by, token); tokenID = people.HashSecret(s); return err }},
			{people.DidRevokeToken, func() error { return h.a.RevokeToken(ctx, by, zoe.ID, tokenID) }},
			{"", func() error { return h.a.RevokeToken(ctx, by, zoe.ID, tokenID) }},
			{people.DidCreateLink, func() error { _, err := h.a.CreateLink(ctx, by, people.LinkBootstrap, ""); return err }},
			{"", func() error { _, err := h.a.PeekLink(ctx, link, people.LinkSignIn); return err }},
			{people.DidUseLink, func() error { _, err := h.a.UseLink(ctx, link, people.LinkSignIn); return err }},
			{"", func() error { _, err := h.a.UseLink(ctx, link, people.LinkSignIn); return err }},
			{people.DidAddPasskey, func() error { return h.a.AddPasskey(ctx, by, passkey) }},
			{"", func() error { return h.a.AddPasskey(ctx, by, passkey) }},
			{people.DidRemovePasskey, func() error { return h.a.RemovePasskey(ctx, by, zoe.ID, "k") }},
			{"", func() error { return h.a.RemovePasskey(ctx, by, zoe.ID, "k") }},
			{people.DidSetPassword, func() error { return h.a.SetPassword(ctx, by, zoe.ID, "a hash") }},
			{people.DidRemovePassword, func() error { return h.a.SetPassword(ctx, by, zoe.ID, "") }},
			{"", func() error { return h.a.SetPassword(ctx, by, zoe.ID, "") }},
			{people.DidLinkOIDC, func() error { return h.a.LinkOIDC(ctx, by, zoe.ID, "https://idp.example", "subject-7") }},
			{"", func() error { return h.a.LinkOIDC(ctx, by, zoe.ID, "https://idp.example", "subject-7") }},
			{people.DidUnlinkOIDC, func() error { return h.a.UnlinkOIDC(ctx, by, zoe.ID, "https://idp.example", "subject-7") }},
			{people.DidSetState, func() error { return h.a.SetAccountState(ctx, by, zoe.ID, people.Suspended) }},
			{people.DidErase, func() error { _, err := h.a.EraseAccount(ctx, by, zoe.ID); return err }},
			{"", func() error { _, err := h.a.EraseAccount(ctx, by, zoe.ID); return err }},
			{"", func() error { return h.a.ChangeProfile(ctx, by, zoe.ID, "Zoé", "en", "dark") }},
		} {
			before := h.count(t, "audit_event")
			_ = c.do() // whether it fails is other tests' matter
			newest, err := h.b.AuditEvents(ctx, people.AuditFilter{Limit: h.count(t, "audit_event") - before})
			ok(t, err)
			var actions []string
			if h.count(t, "audit_event") > before {
				for _, e := range newest {
					actions = append(actions, e.Action)
				}
			}
			if got := strings.Join(actions, ", "); got != c.action {
				t.Errorf("wrote %q, want %q", got, c.action)
			}
		}
		events, err := h.a.AuditEvents(ctx, people.AuditFilter{})
		ok(t, err)
		for _, e := range events {
			for _, private := range []string{"zoe@", "Zoé", "robot", "192.0.2.7", "browser", "subject-7", secret, link, "a hash"} {
				if strings.Contains(fmt.Sprint(e), private) {
					t.Errorf("%q is in the trail, which outlives the person: %+v", private, e)
				}
			}
		}
	})
}

func TestTheTrailIsReadByWhoWhatAndPage(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		for i, e := range []people.Event{
			{Actor: people.ByCLI, Action: "grant.give", Object: people.Ref{Kind: people.KindAccount, ID: "x"}},
			{Actor: people.BySystem, Action: "grant.take", Object: people.Ref{Kind: people.KindAccount, ID: "y"}},
			{Actor: people.ByCLI, Action: "grantXgive", Object: people.Ref{Kind: people.KindProgramme, ID: "x"}},
			{Actor: people.By("a"), Action: "session.open", Object: people.Site, Detail: `{"n":"é"}`},
		} {
			h.time.pass(time.Minute)
			ok(t, h.of(i).AppendAudit(ctx, e))
		}
		for name, c := range map[string]struct {
			filter people.AuditFilter
			want   []int64
		}{
			"all, newest first":    {people.AuditFilter{}, []int64{4, 3, 2, 1}},
			"a page":               {people.AuditFilter{Before: 4, Limit: 2}, []int64{3, 2}},
			"by actor":             {people.AuditFilter{Actor: people.ByCLI}, []int64{3, 1}},
			"by action":            {people.AuditFilter{Action: "grant.give"}, []int64{1}},
			"by kind of action":    {people.AuditFilter{Action: "grant."}, []int64{2, 1}},
			"a pattern is no name": {people.AuditFilter{Action: "grant_"}, nil},
			"by object":            {people.AuditFilter{Object: people.Ref{Kind: people.KindAccount, ID: "x"}}, []int64{1}},
			"by kind of object":    {people.AuditFilter{Object: people.Ref{Kind: people.KindAccount}}, []int64{2, 1}},
			"by all":               {people.AuditFilter{Actor: people.ByCLI, Action: "grant", Object: people.Ref{Kind: people.KindProgramme}, Before: 9}, []int64{3}},
			"nothing":              {people.AuditFilter{Actor: "nobody"}, nil},
		} {
			events, err := h.a.AuditEvents(ctx, c.filter)
			ok(t, err)
			var got []int64
			for _, e := range events {
				got = append(got, e.Seq)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", name, d)
			}
		}
		last, err := h.a.AuditEvents(ctx, people.AuditFilter{Limit: 1})
		ok(t, err)
		if e := last[0]; !e.At.Equal(h.time.Now()) || e.Detail != `{"n":"é"}` || e.Actor != "a" || e.Object != people.Site {
			t.Errorf("the last event reads %+v", e)
		}
	})
}

// TestNothingIsDoneToTheTrailUnseen tampers with a trail in a way drawn at random and has it verified.
func TestNothingIsDoneToTheTrailUnseen(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		rapid.Check(t, func(r *rapid.T) {
			n := rapid.Int64Range(2, 12).Draw(r, "events")
			freshTrail(r, h, n)
			if events, err := h.b.VerifyAudit(context.Background()); err != nil || events != n {
				r.Fatalf("a whole trail: %d events, %v", events, err)
			}
			seq := rapid.Int64Range(1, n).Draw(r, "event")
			tamper := rapid.SampledFrom(tamperings).Draw(r, "tampering")
			for _, text := range tamper.texts {
				run(r, h, text, seq, seq%n+1)
			}
			if _, err := h.b.VerifyAudit(context.Background()); fault.CodeOf(err) != fault.Conflict {
				r.Fatalf("%s at %d of %d: %v", tamper.name, seq, n, err)
			}
		})
	})
}

// tampering is something done to event $1; $2 is another one.
type tampering struct {
	name  string
	texts []string
}

const copied = ` at, actor, action, object_kind, object_id, detail, prev, hash FROM audit_event WHERE seq = `

var tamperings = []tampering{
	{"another time", []string{`UPDATE audit_event SET at = '2001-01-01 00:00:00' WHERE seq = $1 AND $2 > 0`}},
	{"another actor", []string{`UPDATE audit_event SET actor = actor || 'x' WHERE seq = $1 AND $2 > 0`}},
	{"another action", []string{`UPDATE audit_event SET action = action || 'x' WHERE seq = $1 AND $2 > 0`}},
	{"another kind", []string{`UPDATE audit_event SET object_kind = object_kind || 'x' WHERE seq = $1 AND $2 > 0`}},
	{"another object", []string{`UPDATE audit_event SET object_id = object_id || 'x' WHERE seq = $1 AND $2 > 0`}},
	{"another detail", []string{`UPDATE audit_event SET detail = detail || 'x' WHERE seq = $1 AND $2 > 0`}},
	{"words moved between fields", []string{`UPDATE audit_event SET actor = '', action = actor || action WHERE seq = $1 AND $2 > 0`}},
	{"another hash", []string{`UPDATE audit_event SET hash = 'f' || hash WHERE seq = $1 AND $2 > 0`}},
	{"another hash before", []string{`UPDATE audit_event SET prev = prev || '0' WHERE seq = $1 AND $2 > 0`}},
	{"deleted", []string{`DELETE FROM audit_event WHERE seq = $1 AND $2 > 0`}},
	{"deleted to the end", []string{`DELETE FROM audit_event WHERE seq >= $1 AND $2 > 0`}},
	{"deleted to the end, the end moved", []string{`DELETE FROM audit_event WHERE seq >= $1 AND $2 > 0`, `UPDATE audit_head SET seq = $1 - 1 WHERE $2 > 0`}},
	{"deleted, the rest moved up", []string{`DELETE FROM audit_event WHERE seq = $1 AND $2 > 0`, `UPDATE audit_event SET seq = 1 - seq WHERE seq > $1 AND $2 > 0`, `UPDATE audit_event SET seq = -seq WHERE seq < 0 AND $1 > 0 AND $2 > 0`}},
	{"all deleted", []string{`DELETE FROM audit_event WHERE $1 > 0 AND $2 > 0`}},
	{"one added at the end", []string{`INSERT INTO audit_event (seq, at, actor, action, object_kind, object_id, detail, prev, hash) SELECT 1000 + 0 * $2,` + copied + `$1`}},
	{"one added before the first", []string{`INSERT INTO audit_event (seq, at, actor, action, object_kind, object_id, detail, prev, hash) SELECT 0 * $2,` + copied + `$1`}},
	{"changed places", []string{`UPDATE audit_event SET seq = CASE WHEN seq = $1 THEN -$2 ELSE -$1 END WHERE seq IN ($1, $2)`, `UPDATE audit_event SET seq = -seq WHERE seq < 0 AND $1 > 0 AND $2 > 0`}},
	{"the content of another", []string{`UPDATE audit_event SET action = 'other' || seq, hash = (SELECT o.hash FROM audit_event o WHERE o.seq = $2) WHERE seq = $1`}},
	{"the end moved", []string{`UPDATE audit_head SET seq = seq + $1 + 0 * $2`}},
	{"the end sealed otherwise", []string{`UPDATE audit_head SET hash = 'x' WHERE $1 > 0 AND $2 > 0`}},
}

// freshTrail clears the trail and writes events whose fields may be the same.
func freshTrail(r *rapid.T, h house, n int64) {
	run(r, h, `DELETE FROM audit_event`)
	run(r, h, `UPDATE audit_head SET seq = 0, hash = ''`)
	for i := range n {
		e := people.Event{
			Actor: people.Actor(rapid.SampledFrom([]string{"cli", "a"}).Draw(r, "actor")), Action: "grant.give",
			Object: people.Ref{Kind: people.KindAccount, ID: rapid.StringMatching(`[ab]{0,2}`).Draw(r, "object")},
		}
		if err := h.of(int(i)).AppendAudit(context.Background(), e); err != nil {
			r.Fatal(err)
		}
	}
}

// run does something behind the store's back. The numbers are bigints for both engines.
func run(r *rapid.T, h house, text string, args ...any) {
	r.Helper()
	text = strings.NewReplacer("$1", "CAST($1 AS bigint)", "$2", "CAST($2 AS bigint)").Replace(text)
	if _, err := h.a.DB().ExecContext(context.Background(), text, args...); err != nil {
		r.Fatalf("%s: %v", text, err)
	}
}

func TestTheTrailStaysOneChainWhileManyWriteAndItIsVerified(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		const writers, each = 6, 30
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var verified sync.WaitGroup
		verified.Go(func() {
			for ctx.Err() == nil {
				if _, err := h.b.VerifyAudit(ctx); err != nil && ctx.Err() == nil {
					t.Errorf("verified while written: %v", err)
					return
				}
			}
		})
		for _, err := range together(writers, func(i int) error {
			for range each {
				e := people.Event{Actor: people.BySystem, Action: "grant.give", Object: people.Site}
				if err := h.of(i).AppendAudit(t.Context(), e); err != nil {
					return err
				}
			}
			return nil
		}) {
			ok(t, err)
		}
		cancel()
		verified.Wait()
		if n, err := h.a.VerifyAudit(t.Context()); err != nil || n != writers*each {
			t.Errorf("%d events, %v; want %d", n, err, writers*each)
		}
	})
}

func TestAnEmptyTrailIsWhole(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		if n, err := h.a.VerifyAudit(t.Context()); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	})
}
