package access_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"filiere/internal/access"
	"filiere/internal/people"
)

// own is a route for signed-in people, and one anybody may read.
func own() *surface {
	return &surface{routes: []access.Route{
		{Pattern: "GET /", Action: people.ReadRadar, Handler: http.HandlerFunc(let)},
		{Pattern: "GET /me", Action: people.ReadOwn, Object: access.Own, Handler: http.HandlerFunc(let)},
		{Pattern: "POST /me", Action: people.ChangeOwn, Object: access.Own, Fresh: true, Handler: http.HandlerFunc(let)},
	}}
}

func TestACookieOpensWhileItsSessionStands(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.person("ada@example.org")
		h := w.mux(own())
		secret := w.session(ada)
		if got := ask(h, "GET", "/me", "Cookie", "session="+secret); got.Body.String() != "let through ada@example.org" {
			t.Errorf("signed in: %s", got.Body)
		}
		if got := ask(h, "GET", "/me").Body.String(); !strings.HasPrefix(got, "unknown") {
			t.Errorf("a visitor: %s", got)
		}
		for name, cookie := range map[string]string{
			"one letter else":    "session=" + strings.ToUpper(secret[:1]) + strings.ToLower(secret[1:]),
			"two of the name":    "session=" + secret + "; session=" + secret,
			"the stored hash":    "session=" + people.HashSecret(secret),
			"another name":       "__Host-session=" + secret,
			"with a quotation":   `session="` + secret + `' OR 1=1"`,
			"a very long secret": "session=" + strings.Repeat(secret, 1000),
		} {
			if got := ask(h, "GET", "/me", "Cookie", cookie).Body.String(); !strings.HasPrefix(got, "unknown") {
				t.Errorf("%s: %s", name, got)
			}
		}
		w.now = w.now.Add(people.SessionIdle)
		if got := ask(h, "GET", "/me", "Cookie", "session="+secret).Body.String(); !strings.HasPrefix(got, "unknown") {
			t.Errorf("after hours of nothing: %s", got)
		}
	})
}

func TestAClosedSessionsCookieIsWorthNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.person("ada@example.org")
		h, secret := w.mux(own()), w.session(ada)
		r := httptest.NewRequest("POST", "/sign-out", nil)
		r.Header.Set("Cookie", "session="+secret)
		gone, err := w.gate.SignOut(r)
		if err != nil || gone.MaxAge >= 0 || gone.Value != "" {
			t.Fatalf("signed out with %v, %v", gone, err)
		}
		if got := ask(h, "GET", "/me", "Cookie", "session="+secret).Body.String(); !strings.HasPrefix(got, "unknown") {
			t.Errorf("the cookie kept from before: %s", got)
		}
	})
}

func TestASuspendedPersonIsOutAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.person("root@example.org", people.Grant{Role: people.Administrator})
		ada := w.person("ada@example.org")
		h, secret := w.mux(own()), w.session(ada)
		token, err := w.store.CreateToken(t.Context(), people.By(ada.ID), people.Token{Account: ada.ID, Name: "t", Scopes: []people.Action{people.ReadOwn}})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.store.SetAccountState(t.Context(), people.ByCLI, ada.ID, people.Suspended); err != nil {
			t.Fatal(err)
		}
		if got := ask(h, "GET", "/me", "Cookie", "session="+secret).Body.String(); !strings.HasPrefix(got, "unknown") {
			t.Errorf("by cookie: %s", got)
		}
		if got := ask(h, "GET", "/me", "Authorization", "Bearer "+token).Body.String(); !strings.HasPrefix(got, "bad token") {
			t.Errorf("by token: %s", got)
		}
	})
}

func TestATokenDoesWhatItsScopesSayAndNoMore(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		ada := w.person("ada@example.org")
		h := w.mux(own())
		token, err := w.store.CreateToken(t.Context(), people.By(ada.ID), people.Token{Account: ada.ID, Name: "t", Scopes: []people.Action{people.ReadOwn}})
		if err != nil {
			t.Fatal(err)
		}
		for name, c := range map[string]struct{ method, header, want string }{
			"in scope":                  {"GET", "Bearer " + token, "let through ada"},
			"the scheme in small print": {"GET", "bearer " + token, "let through ada"},
			"out of scope":              {"POST", "Bearer " + token, "forbidden"},
			"another scheme":            {"GET", "Basic " + token, "bad token"},
			"no secret":                 {"GET", "Bearer", "bad token"},
			"nobody's":                  {"GET", "Bearer " + strings.Repeat("A", 43), "bad token"},
		} {
			if got := ask(h, c.method, "/me", "Authorization", c.header).Body.String(); !strings.HasPrefix(got, c.want) {
				t.Errorf("%s: %s", name, got)
			}
		}
		if got := ask(h, "GET", "/", "Authorization", "Bearer nonsense").Body.String(); !strings.HasPrefix(got, "bad token") {
			t.Errorf("a wrong token on a public page passes for a visitor: %s", got)
		}
		if got := ask(h, "GET", "/me", "Authorization", "Bearer "+token, "Authorization", "Bearer "+token).Body.String(); !strings.HasPrefix(got, "bad token") {
			t.Errorf("two tokens: %s", got)
		}
		made, err := w.store.Tokens(t.Context(), ada.ID)
		if err != nil || len(made) != 1 {
			t.Fatal(made, err)
		}
		if err := w.store.RevokeToken(t.Context(), people.By(ada.ID), ada.ID, made[0].ID); err != nil {
			t.Fatal(err)
		}
		if got := ask(h, "GET", "/me", "Authorization", "Bearer "+token).Body.String(); !strings.HasPrefix(got, "bad token") {
			t.Errorf("revoked: %s", got)
		}
	})
}

func TestATokenWithEveryScopeIsStillNoFreshPerson(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	ada := w.person("ada@example.org")
	token, err := w.store.CreateToken(t.Context(), people.By(ada.ID), people.Token{Account: ada.ID, Name: "t", Scopes: []people.Action{people.ReadOwn, people.ChangeOwn}})
	if err != nil {
		t.Skipf("no token may have the scope: %v", err)
	}
	if got := ask(w.mux(own()), "POST", "/me", "Authorization", "Bearer "+token).Body.String(); !strings.HasPrefix(got, "forbidden") {
		t.Errorf("%s", got)
	}
}

func TestWhatIsGraveNeedsAFreshSignIn(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	s := own()
	h, secret := w.mux(s), w.session(w.person("ada@example.org"))
	if got := ask(h, "POST", "/me", "Cookie", "session="+secret).Body.String(); !strings.HasPrefix(got, "let through") {
		t.Errorf("just signed in: %s", got)
	}
	w.now = w.now.Add(people.FreshSignIn)
	if got := ask(h, "POST", "/me", "Cookie", "session="+secret, "Referer", "http://example.com/settings?tab=keys").Body.String(); !strings.HasPrefix(got, "stale") {
		t.Errorf("ten minutes later: %s", got)
	}
	if want := "/sign-in?again=1&next=%2Fsettings%3Ftab%3Dkeys"; s.refused.SignIn != want {
		t.Errorf("sent to %q, want %q", s.refused.SignIn, want)
	}
	if got := ask(h, "GET", "/me", "Cookie", "session="+secret).Body.String(); !strings.HasPrefix(got, "let through") {
		t.Errorf("reading: %s", got)
	}
}

func TestSigningInGivesANewSecretAndEndsTheOld(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		mallory, ada := w.person("mallory@example.org"), w.person("ada@example.org")
		h, planted := w.mux(own()), w.session(mallory)
		r := httptest.NewRequest("POST", "/sign-in", nil)
		r.Header.Set("Cookie", "session="+planted)
		c, err := w.gate.SignIn(r, ada.ID, "password")
		if err != nil {
			t.Fatal(err)
		}
		if c.Value == planted || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("cookie %v", c)
		}
		if got := ask(h, "GET", "/me", "Cookie", "session="+c.Value).Body.String(); got != "let through ada@example.org" {
			t.Errorf("the new cookie: %s", got)
		}
		if got := ask(h, "GET", "/me", "Cookie", "session="+planted).Body.String(); !strings.HasPrefix(got, "unknown") {
			t.Errorf("the cookie known before: %s", got)
		}
	})
}

func TestOverTLSTheCookieIsHeldToTheHost(t *testing.T) {
	w := newWorld(t, "sqlite", "https://filiere.test")
	c, err := w.gate.SignIn(httptest.NewRequest("POST", "/sign-in", nil), w.person("ada@example.org").ID, "link")
	if err != nil {
		t.Fatal(err)
	}
	if c.Name != "__Host-session" || !c.Secure || c.Path != "/" || c.Domain != "" || !c.HttpOnly {
		t.Errorf("cookie %v", c)
	}
	h := w.mux(own())
	if got := ask(h, "GET", "/me", "Cookie", "__Host-session="+c.Value).Body.String(); !strings.HasPrefix(got, "let through") {
		t.Errorf("%s", got)
	}
	if got := ask(h, "GET", "/me", "Cookie", "session="+c.Value).Body.String(); !strings.HasPrefix(got, "unknown") {
		t.Errorf("a cookie without the prefix, which any neighbour could plant: %s", got)
	}
}

// broken is a store whose database is gone.
type broken struct{ access.Store }

func (broken) SessionBySecret(context.Context, string, string) (people.Session, people.Account, error) {
	return people.Session{}, people.Account{}, errors.New("disk on fire")
}

func TestNobodyIsLetThroughWhenItCannotBeToldWhoTheyAre(t *testing.T) {
	g, err := access.New(access.Config{Store: broken{}, PublicURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	s := own()
	m, err := g.Mux(s)
	if err != nil {
		t.Fatal(err)
	}
	if got := ask(m, "GET", "/me", "Cookie", "session="+strings.Repeat("A", 43)); !strings.HasPrefix(got.Body.String(), "failed") || s.refused.Err == nil {
		t.Errorf("%s, %v", got.Body, s.refused.Err)
	}
}

func TestASessionIsTouchedFromWhereItIsUsed(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	ada := w.person("ada@example.org")
	h, secret := w.mux(own()), w.session(ada)
	w.now = w.now.Add(2 * people.SeenEvery)
	ask(h, "GET", "/me", "Cookie", "session="+secret, "X-Forwarded-For", "198.51.100.7")
	live, err := w.store.Sessions(t.Context(), ada.ID)
	if err != nil || len(live) != 1 || live[0].Address != "192.0.2.1" || !live[0].SeenAt.Equal(w.now.Truncate(time.Microsecond)) {
		t.Errorf("sessions %+v, %v", live, err)
	}
}

func TestEveryRefusalIsNotedWithoutWhatWasTyped(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	var log strings.Builder
	gate, err := access.New(access.Config{
		Store: w.store, PublicURL: "http://localhost", Now: func() time.Time { return w.now }, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	s := own()
	s.routes = append(s.routes, access.Route{
		Pattern: "GET /links/{secret}", Action: people.ReadAudit, Handler: http.HandlerFunc(let),
	})
	mux, err := gate.Mux(s)
	if err != nil {
		t.Fatal(err)
	}
	ada := w.person("ada@example.org")
	secret := w.session(ada)
	for _, c := range []struct{ why, method, target, header, value, names string }{
		{"unknown", "GET", "/me", "", "", "192.0.2.1"},
		{"forbidden", "GET", "/links/c2VjcmV0", "Cookie", "session=" + secret, string(ada.ID)},
		{"bad token", "GET", "/me", "Authorization", "Bearer " + strings.Repeat("A", 43), "route=/me"},
		{"wrong method", "BREW", "/me", "", "", "method=other"},
		{"cross origin", "POST", "/me", "Sec-Fetch-Site", "cross-site", "POST"},
	} {
		log.Reset()
		ask(mux, c.method, c.target, c.header, c.value)
		said := log.String()
		if strings.Count(said, "\n") != 1 || !strings.Contains(said, c.why) || !strings.Contains(said, c.names) {
			t.Errorf("%s: %q", c.why, said)
		}
		for _, never := range []string{"c2VjcmV0", "ada@example.org", "AAAA", secret, "BREW"} {
			if strings.Contains(said, never) {
				t.Errorf("%s: the log holds %q: %s", c.why, never, said)
			}
		}
	}
	log.Reset()
	if ask(mux, "GET", "/me", "Cookie", "session="+secret); log.String() != "" {
		t.Errorf("what is let through is noted as refused: %s", log.String())
	}
}
