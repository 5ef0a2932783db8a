package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestATokenDoesWhatItIsScopedToUntilItsEnd(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe, ana := t.Context(), h.account(t, "zoe@example.org", admin), h.account(t, "ana@example.org")
		made := people.Token{Account: zoe.ID, Name: "robot", Scopes: []people.Action{people.ReadOwn, people.ReadAudit}}
		secret, err := h.a.CreateToken(ctx, people.By(zoe.ID), made)
		ok(t, err)
		got, who, err := h.b.TokenBySecret(ctx, secret)
		ok(t, err)
		made.ID, made.CreatedAt, made.UsedAt = people.HashSecret(secret), h.time.Now(), h.time.Now()
		made.ExpiresAt = h.time.Now().Add(people.TokenLifetime)
		if d := cmp.Diff(made, got); d != "" || who.ID != zoe.ID || len(who.Grants) != 1 {
			t.Errorf("token of %+v (-want +got):\n%s", who, d)
		}
		faulty(t, fault.NotFound, h.a.RevokeToken(ctx, people.By(ana.ID), ana.ID, got.ID))
		h.time.pass(people.TokenLifetime - time.Second)
		got, _, err = h.b.TokenBySecret(ctx, secret)
		if err != nil || !got.UsedAt.Equal(h.time.Now()) {
			t.Errorf("in its last second: used %v, %v", got.UsedAt, err)
		}
		h.time.pass(time.Second)
		_, _, err = h.b.TokenBySecret(ctx, secret)
		faulty(t, fault.NotFound, err)
		list, err := h.a.Tokens(ctx, zoe.ID)
		if err != nil || len(list) != 1 {
			t.Errorf("its owner sees %v, %v", list, err)
		}
		ok(t, h.a.RevokeToken(ctx, people.By(zoe.ID), zoe.ID, got.ID))
		_, _, err = h.b.TokenBySecret(ctx, "")
		faulty(t, fault.NotFound, err)
	})
}

func TestATokenWithoutScopesIsNotMadeAndIfItIsThereAllowsNothing(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe := t.Context(), h.account(t, "zoe@example.org", admin)
		good := people.Token{Account: zoe.ID, Name: "robot", Scopes: []people.Action{people.ReadOwn}}
		for name, change := range map[string]func(*people.Token){
			"no scope":         func(t *people.Token) { t.Scopes = nil },
			"an unknown scope": func(t *people.Token) { t.Scopes = []people.Action{"everything"} },
			"no name":          func(t *people.Token) { t.Name = "" },
			"over already":     func(t *people.Token) { t.ExpiresAt = h.time.Now() },
			"two years":        func(t *people.Token) { t.ExpiresAt = h.time.Now().AddDate(2, 0, 0) },
		} {
			bad := good
			change(&bad)
			if _, err := h.a.CreateToken(ctx, people.By(zoe.ID), bad); fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		secret, err := h.a.CreateToken(ctx, people.By(zoe.ID), good)
		ok(t, err)
		if _, err := h.a.DB().ExecContext(ctx, `UPDATE token SET scopes = ''`); err != nil {
			t.Fatal(err)
		}
		got, who, err := h.a.TokenBySecret(ctx, secret)
		ok(t, err)
		if people.Allowed(people.Identity{Account: who.ID, Grants: who.Grants, Scopes: got.Scopes}, people.ReadAudit, people.Site) {
			t.Error("a token whose scopes are lost may do what its account may")
		}
	})
}

func TestPasskeysAreTheirAccountsOwn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe, ana := t.Context(), h.account(t, "zoe@example.org"), h.account(t, "ana@example.org")
		key := people.Passkey{ID: "AbC_-", Account: zoe.ID, Name: "téléphone", Data: []byte(`{"n":1}`)}
		ok(t, h.a.AddPasskey(ctx, people.By(zoe.ID), key))
		stolen := key
		stolen.Account = ana.ID
		faulty(t, fault.Conflict, h.a.AddPasskey(ctx, people.By(ana.ID), stolen))
		faulty(t, fault.NotFound, h.a.UpdatePasskey(ctx, stolen))
		faulty(t, fault.NotFound, h.a.RemovePasskey(ctx, people.By(ana.ID), ana.ID, key.ID))
		h.time.pass(time.Hour)
		used := key
		used.Data = []byte(`{"n":2}`)
		ok(t, h.b.UpdatePasskey(ctx, used))
		used.CreatedAt, used.UsedAt = h.time.Now().Add(-time.Hour), h.time.Now()
		who, got, err := h.a.AccountByPasskey(ctx, key.ID)
		if d := cmp.Diff(used, got); d != "" || err != nil || who.ID != zoe.ID {
			t.Errorf("passkey of %s, %v (-want +got):\n%s", who.ID, err, d)
		}
		list, err := h.a.Passkeys(ctx, zoe.ID)
		if d := cmp.Diff([]people.Passkey{used}, list); d != "" || err != nil {
			t.Errorf("passkeys (-want +got):\n%s%v", d, err)
		}
		ok(t, h.b.RemovePasskey(ctx, people.By(zoe.ID), zoe.ID, key.ID))
		_, _, err = h.a.AccountByPasskey(ctx, key.ID)
		faulty(t, fault.NotFound, err)
	})
}

func TestAPasswordIsSetReplacedRehashedAndRemoved(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe := t.Context(), h.account(t, "zoe@example.org")
		for _, step := range []struct {
			do   func() error
			want string
		}{
			{func() error { return nil }, ""},
			{func() error { return h.a.SetPassword(ctx, people.By(zoe.ID), zoe.ID, "one") }, "one"},
			{func() error { return h.b.SetPassword(ctx, people.By(zoe.ID), zoe.ID, "two") }, "two"},
			{func() error { return h.b.RehashPassword(ctx, zoe.ID, "one", "one, dearer") }, "two"}, // changed meanwhile
			{func() error { return h.b.RehashPassword(ctx, zoe.ID, "two", "two, dearer") }, "two, dearer"},
			{func() error { return h.a.SetPassword(ctx, people.By(zoe.ID), zoe.ID, "") }, ""},
		} {
			ok(t, step.do())
			if got, err := h.b.PasswordHash(ctx, zoe.ID); got != step.want || err != nil {
				t.Errorf("got %q, %v; want %q", got, err, step.want)
			}
		}
		faulty(t, fault.NotFound, h.a.SetPassword(ctx, people.ByCLI, "nobody", "x"))
	})
}

func TestAnIdentityElsewhereSignsInAsOneAccount(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe, ana := t.Context(), h.account(t, "zoe@example.org", expert), h.account(t, "ana@example.org")
		const idp = "https://idp.example"
		ok(t, h.a.LinkOIDC(ctx, people.By(zoe.ID), zoe.ID, idp, "s1"))
		ok(t, h.b.LinkOIDC(ctx, people.By(zoe.ID), zoe.ID, idp, "s1"))
		faulty(t, fault.Conflict, h.a.LinkOIDC(ctx, people.By(ana.ID), ana.ID, idp, "s1"))
		ok(t, h.a.LinkOIDC(ctx, people.By(ana.ID), ana.ID, "https://other.example", "s1"))
		got, err := h.b.AccountByOIDC(ctx, idp, "s1")
		if d := cmp.Diff(zoe, got); d != "" || err != nil {
			t.Errorf("account (-want +got):\n%s%v", d, err)
		}
		list, err := h.a.OIDCIdentities(ctx, zoe.ID)
		if d := cmp.Diff([]people.OIDCIdentity{{Issuer: idp, Subject: "s1", Account: zoe.ID, CreatedAt: h.time.Now()}}, list); d != "" || err != nil {
			t.Errorf("identities (-want +got):\n%s%v", d, err)
		}
		faulty(t, fault.NotFound, h.a.UnlinkOIDC(ctx, people.By(ana.ID), ana.ID, idp, "s1"))
		ok(t, h.a.UnlinkOIDC(ctx, people.By(zoe.ID), zoe.ID, idp, "s1"))
		_, err = h.b.AccountByOIDC(ctx, idp, "s1")
		faulty(t, fault.NotFound, err)
	})
}

func TestACeremonyIsTakenOnceInItsTimeByItsKind(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		ok(t, h.a.PutCeremony(ctx, "secret", "passkey", []byte(`{"c":1}`), time.Minute))
		_, err := h.b.TakeCeremony(ctx, "secret", "oidc")
		faulty(t, fault.NotFound, err)
		taken := 0
		for _, err := range together(6, func(i int) error {
			data, err := h.of(i).TakeCeremony(ctx, "secret", "passkey")
			if err == nil && string(data) != `{"c":1}` {
				t.Errorf("took %s", data)
			}
			return err
		}) {
			if err == nil {
				taken++
			}
		}
		if taken != 1 {
			t.Errorf("taken %d times", taken)
		}
		ok(t, h.a.PutCeremony(ctx, "late", "passkey", []byte(`{}`), time.Minute))
		h.time.pass(time.Minute)
		for range 2 { // at its end, and after
			_, err = h.b.TakeCeremony(ctx, "late", "passkey")
			faulty(t, fault.NotFound, err)
			h.time.pass(time.Second)
		}
		ok(t, h.b.Sweep(ctx))
		if n := h.count(t, "ceremony"); n != 0 {
			t.Errorf("%d ceremonies are left", n)
		}
	})
}

func TestNotificationsAreReadByWhomTheyAreFor(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe, ana := t.Context(), h.account(t, "zoe@example.org"), h.account(t, "ana@example.org")
		for _, n := range []people.Notification{
			{Account: zoe.ID, Kind: "one"},
			{Account: ana.ID, Kind: "hers"},
			{Account: zoe.ID, Kind: "two", Ref: people.Ref{Kind: people.KindProgramme, ID: "p1"}, Detail: `{"a":1}`},
		} {
			ok(t, h.a.Notify(ctx, n))
			h.time.pass(time.Second)
		}
		list, err := h.b.Notifications(ctx, zoe.ID, 1)
		ok(t, err)
		if len(list) != 1 || list[0].Kind != "two" || list[0].Ref.ID != "p1" || list[0].Detail != `{"a":1}` || !list[0].ReadAt.IsZero() {
			t.Errorf("the newest is %+v", list)
		}
		ok(t, h.a.ReadNotifications(ctx, zoe.ID))
		for id, read := range map[people.AccountID]bool{zoe.ID: true, ana.ID: false} {
			list, err := h.b.Notifications(ctx, id, 0)
			ok(t, err)
			for _, n := range list {
				if n.ReadAt.IsZero() == read {
					t.Errorf("%s: read at %v", n.Kind, n.ReadAt)
				}
			}
		}
	})
}

func TestWhatIsOverIsSweptAndNothingElse(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe := t.Context(), h.account(t, "zoe@example.org")
		add := func() {
			_, _, err := h.a.OpenSession(ctx, zoe.ID, "link", "", "")
			ok(t, err)
			_, err = h.a.CreateToken(ctx, people.ByCLI, people.Token{Account: zoe.ID, Name: "t", Scopes: []people.Action{people.ReadOwn}})
			ok(t, err)
			_, err = h.a.CreateLink(ctx, people.ByCLI, people.LinkInvite, zoe.ID)
			ok(t, err)
			ok(t, h.a.Notify(ctx, people.Notification{Account: zoe.ID, Kind: "x"}))
			ok(t, h.a.EnqueueMail(ctx, people.Message{To: "waits@example.org"}))
		}
		add()
		ok(t, h.a.MailSent(ctx, claim(t, h.a).ID))
		ok(t, h.a.EnqueueMail(ctx, people.Message{To: "waits@example.org"}))
		h.time.pass(2 * 365 * 24 * time.Hour)
		add()
		ok(t, h.b.Sweep(ctx))
		for table, want := range map[string]int{"session": 1, "token": 1, "link": 1, "notification": 1, "outbox": 2, "account": 1, "audit_event": 7} {
			if n := h.count(t, table); n != want {
				t.Errorf("%d rows of %s are left, want %d", n, table, want)
			}
		}
	})
}
