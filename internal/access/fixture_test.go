package access_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
	"time"

	"filiere/internal/access"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// world is a gate over a real store, with a clock a test can turn.
type world struct {
	t     testing.TB
	store *store.Store
	gate  *access.Gate
	now   time.Time
}

// each runs f over both engines.
func each(t *testing.T, f func(*testing.T, *world)) {
	t.Helper()
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) { f(t, newWorld(t, engine, "http://localhost")) })
	}
}

func newWorld(t testing.TB, engine, url string) *world {
	t.Helper()
	w := &world{t: t, now: storetest.Clock()}
	clock := func() time.Time { return w.now }
	s, err := store.Open(t.Context(), storetest.Fresh(t, engine), clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	w.store = s
	w.gate, err = access.New(access.Config{Store: s, PublicURL: url, Now: clock, Log: slog.New(slog.DiscardHandler), Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// person makes an account.
func (w *world) person(email string, grants ...people.Grant) people.Account {
	w.t.Helper()
	a, err := w.store.CreateAccount(w.t.Context(), people.ByCLI, people.Account{Email: email, Name: "Somebody", Lang: "fr", Grants: grants})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// session signs a person in and gives the secret of the cookie.
func (w *world) session(a people.Account) string {
	w.t.Helper()
	secret, _, err := w.store.OpenSession(w.t.Context(), a.ID, "link", "test", "192.0.2.1")
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// surface is a set of routes that answers a refusal with its reason.
type surface struct {
	routes  []access.Route
	forApps bool
	refused access.Refusal
}

func (s *surface) Routes() []access.Route { return s.routes }
func (s *surface) Ambient() bool          { return !s.forApps }

func (s *surface) Refuse(w http.ResponseWriter, _ *http.Request, why access.Refusal) {
	s.refused = why
	http.Error(w, why.Why.String(), http.StatusForbidden)
}

// let is what the handlers of these tests answer.
func let(w http.ResponseWriter, r *http.Request) {
	_, _ = w.Write([]byte("let through " + access.Who(r.Context()).Account.Email))
}

func (w *world) mux(s access.Surface) http.Handler {
	w.t.Helper()
	m, err := w.gate.Mux(s)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// ask sends a request with headers given as name, value pairs.
func ask(h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
