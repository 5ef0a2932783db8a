package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"filiere/internal/access"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
)

// walker walks every route of the program as everybody there is.
type walker struct {
	t        *testing.T
	store    *store.Store
	gate     *access.Gate
	surfaces []access.Surface
	now      time.Time
	other    people.AccountID // somebody else's account
}

// who is one of those who walk: what they bring, and what the table knows of them.
type who struct {
	name    string
	headers []string
	id      people.AccountID
	roles   []people.Role  // besides visitor, everywhere
	grants  []people.Grant // for one object
	scopes  []people.Action
	token   bool
}

func newWalker(t *testing.T) *walker {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &walker{t: t, now: time.Now()}
	clock := func() time.Time { return w.now }
	if w.store, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "filiere.db"), clock); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.store.Close() })
	var log bytes.Buffer
	env := map[string]string{
		"FILIERE_OIDC_ISSUER": "https://provider.test", "FILIERE_OIDC_CLIENT_ID": "filiere", "FILIERE_OIDC_CLIENT_SECRET": "x",
	} // so that its routes are walked too; no request reaches it
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &log, stderr: &log, now: clock, getenv: func(k string) string { return env[k] }}
	if w.gate, w.surfaces, err = p.surfaces(w.store); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.later.Wait)
	w.other = w.account("other").ID
	return w
}

func (w *walker) account(name string, grants ...people.Grant) people.Account {
	w.t.Helper()
	a, err := w.store.CreateAccount(w.t.Context(), people.ByCLI, people.Account{Email: name + "@example.org", Name: name, Lang: "en", Grants: grants})
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

// inPerson signs an account in.
func (w *walker) inPerson(name string, a people.Account, roles ...people.Role) who {
	w.t.Helper()
	secret, _, err := w.store.OpenSession(w.t.Context(), a.ID, "passkey", "test", "")
	if err != nil {
		w.t.Fatal(err)
	}
	return who{name: name, headers: []string{"Cookie", "session=" + secret}, id: a.ID, roles: append(roles, people.Member)}
}

// byToken gives an account's program a token with one scope. ok is false when no token may have it.
func (w *walker) byToken(name string, a people.Account, scope people.Action, roles ...people.Role) (who, bool) {
	secret, err := w.store.CreateToken(w.t.Context(), people.By(a.ID), people.Token{Account: a.ID, Name: name, Scopes: []people.Action{scope}})
	return who{
		name: name, headers: []string{"Authorization", "Bearer " + secret}, id: a.ID, roles: append(roles, people.Member),
		scopes: []people.Action{scope}, token: true,
	}, err == nil
}

// given is the ID of the objects that roles given for one object are given for.
const given = "given"

// assigned are people with a role for one object: one for each role and kind the table has such a row of.
func (w *walker) assigned() []who {
	var all []who
	for _, p := range people.Permissions() {
		name := fmt.Sprintf("%s-of-%s", p.Role, p.Kind)
		if p.Reach != people.Assigned || slices.ContainsFunc(all, func(a who) bool { return a.name == name }) {
			continue
		}
		g := people.Grant{Role: p.Role, Scope: people.Ref{Kind: p.Kind, ID: given}}
		one := w.inPerson(name, w.account(name, g))
		one.grants = []people.Grant{g}
		all = append(all, one)
	}
	return all
}

// everybody is one of each kind: a visitor, each role, everywhere and for one object, tokens of a member
// and of an administrator for each scope, and somebody suspended.
func (w *walker) everybody() []who {
	all := []who{{name: "visitor"}, {name: "somebody with a made-up cookie", headers: []string{"Cookie", "session=" + strings.Repeat("A", 43)}}}
	all = append(all, w.inPerson("member", w.account("member")))
	var root people.Account
	for _, role := range people.Grantable() {
		g := people.Grant{Role: role}
		if g.Check() != nil {
			continue // given for one object only
		}
		a := w.account(string(role), g)
		if role == people.Administrator {
			root = a
		}
		all = append(all, w.inPerson(string(role), a, role))
	}
	all = append(all, w.assigned()...)
	tokens := 0
	for _, scope := range people.Actions() {
		member := w.account("token-" + strings.ReplaceAll(string(scope), ".", "-"))
		if one, ok := w.byToken("member's token for "+string(scope), member, scope); ok {
			all, tokens = append(all, one), tokens+1
		}
		if one, ok := w.byToken("administrator's token for "+string(scope), root, scope, people.Administrator); ok {
			all, tokens = append(all, one), tokens+1
		}
	}
	if tokens < 4 {
		w.t.Fatalf("only %d tokens walk", tokens)
	}
	gone := w.account("suspended", people.Grant{Role: people.Administrator})
	one := w.inPerson("suspended administrator", gone)
	if err := w.store.SetAccountState(w.t.Context(), people.ByCLI, gone.ID, people.Suspended); err != nil {
		w.t.Fatal(err)
	}
	one.id, one.roles = "", nil
	return append(all, one)
}

// mayDo reads the table on its own, row by row: this is the expectation the gate is held to.
func (w who) mayDo(action people.Action, object people.Ref) bool {
	if w.token && action != people.ReadRadar && action != people.ReadCatalogue && !slices.Contains(w.scopes, action) {
		return false
	}
	for _, p := range people.Permissions() {
		if p.Action != action || p.Kind != object.Kind {
			continue
		}
		forIt := slices.Contains(w.grants, people.Grant{Role: p.Role, Scope: object})
		everywhere := p.Role == people.Visitor || slices.Contains(w.roles, p.Role)
		switch {
		case p.Reach == people.Assigned && forIt,
			p.Reach == people.Own && everywhere && w.id != "" && object.ID == string(w.id),
			p.Reach == people.Any && (everywhere || forIt):
			return true
		}
	}
	return false
}

var wildcard = regexp.MustCompile(`\{([a-z_]+)(\.\.\.)?\}`)

// request makes a request of a route, with an ID in its wildcards, as the gate will see it.
func (w *walker) request(rt access.Route, as who, id string) *http.Request {
	method, path, ok := strings.Cut(rt.Pattern, " ")
	if !ok {
		method, path = http.MethodGet, rt.Pattern
	}
	path = strings.TrimSuffix(path, "{$}")
	r := httptest.NewRequest(method, "http://localhost:8080"+wildcard.ReplaceAllString(path, id), nil)
	for _, m := range wildcard.FindAllStringSubmatch(path, -1) {
		r.SetPathValue(m[1], id)
	}
	for i := 0; i+1 < len(as.headers); i += 2 {
		r.Header.Set(as.headers[i], as.headers[i+1])
	}
	return r
}

// object is what a route's action is done to when somebody asks.
func object(rt access.Route, r *http.Request, as who) people.Ref {
	if rt.Object == nil {
		return people.Site
	}
	account := people.Account{ID: as.id}
	return rt.Object(r.WithContext(access.With(r.Context(), access.Caller{Identity: people.Identity{Account: as.id}, Account: account})))
}

// hollow is a surface whose handlers only say that they were reached.
type hollow struct{ access.Surface }

const reached = http.StatusTeapot

func (h hollow) Routes() []access.Route {
	routes := h.Surface.Routes()
	for i := range routes {
		routes[i].Handler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(reached) })
	}
	return routes
}

// hollowed is the program's gate and routes without what stands behind them.
func (w *walker) hollowed() (*access.Mux, map[string]bool) {
	w.t.Helper()
	var hollows []access.Surface
	forApps := map[string]bool{} // routes of programs' surfaces, by pattern
	for _, s := range w.surfaces {
		hollows = append(hollows, hollow{s})
		for _, rt := range s.Routes() {
			forApps[rt.Pattern] = !s.Ambient()
		}
	}
	m, err := w.gate.Mux(hollows...)
	if err != nil {
		w.t.Fatal(err)
	}
	return m, forApps
}

// refusedAsItShould checks the answer of a gate that stays shut.
func refusedAsItShould(answer *httptest.ResponseRecorder, as who, forApps bool) error {
	visitor := as.id == ""
	switch {
	case forApps && visitor && answer.Code == http.StatusUnauthorized && answer.Header().Get("WWW-Authenticate") != "":
	case forApps && !visitor && answer.Code == http.StatusForbidden && answer.Header().Get("Content-Type") == "application/problem+json":
	case !forApps && visitor && answer.Code == http.StatusSeeOther && strings.HasPrefix(answer.Header().Get("Location"), access.SignInPath):
	case !forApps && !visitor && answer.Code == http.StatusForbidden:
	default:
		return fmt.Errorf("status %d, location %q", answer.Code, answer.Header().Get("Location"))
	}
	return nil
}

func TestEveryRouteOpensToThoseTheTableNamesAndToNobodyElse(t *testing.T) {
	if testing.Short() {
		t.Skip("everybody on every route takes the race detector many minutes")
	}
	w := newWalker(t)
	m, forApps := w.hollowed()
	opened, shut := map[string]int{}, 0
	for _, as := range w.everybody() {
		for _, rt := range m.Routes() {
			for _, id := range slices.Compact([]string{string(as.id), string(w.other), given, "no-such"}) {
				if id == "" {
					continue
				}
				r := w.request(rt, as, id)
				may := rt.Plain || as.mayDo(rt.Action, object(rt, r, as)) && (!rt.Fresh || !as.token)
				answer := httptest.NewRecorder()
				m.ServeHTTP(answer, r)
				if got := answer.Code == reached; got != may {
					t.Errorf("%s, %s for %s: open %v, and the table says %v", as.name, rt.Pattern, id, got, may)
				}
				if may {
					opened[as.name]++
				} else if err := refusedAsItShould(answer, as, forApps[rt.Pattern]); err != nil {
					t.Errorf("%s, %s for %s: refused with %v", as.name, rt.Pattern, id, err)
				} else {
					shut++
				}
			}
		}
	}
	if opened["visitor"] < 20 || opened["administrator"] <= opened["member"] || opened["member"] <= opened["visitor"] || shut < 200 {
		t.Errorf("the walk was too short to prove anything: %v opened, %d shut", opened, shut)
	}
}

func TestWhatAskForAFreshSignInIsShutToAnOldOne(t *testing.T) {
	w := newWalker(t)
	m, _ := w.hollowed()
	root := w.inPerson("administrator", w.account("root", people.Grant{Role: people.Administrator}), people.Administrator)
	w.now = w.now.Add(people.FreshSignIn)
	fresh := 0
	for _, rt := range m.Routes() {
		r := w.request(rt, root, string(root.id))
		if !root.mayDo(rt.Action, object(rt, r, root)) && !rt.Plain {
			continue
		}
		answer := httptest.NewRecorder()
		m.ServeHTTP(answer, r)
		if got := answer.Code == reached; got == (rt.Fresh || rt.Recent) {
			t.Errorf("%s: open %v to a sign-in of ten minutes ago", rt.Pattern, got)
		}
		if rt.Fresh {
			fresh++
		}
	}
	if fresh == 0 {
		t.Error("no route asks for a fresh sign-in")
	}
}

// TestWhatIsRefusedChangesNothing walks the real handlers where the gate must stay shut: nothing may
// happen behind it.
func TestWhatIsRefusedChangesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("everybody on every route takes the race detector many minutes")
	}
	w := newWalker(t)
	m, err := w.gate.Mux(w.surfaces...)
	if err != nil {
		t.Fatal(err)
	}
	all := w.everybody()
	before, err := w.store.VerifyAudit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for _, as := range all {
		for _, rt := range m.Routes() {
			r := w.request(rt, as, string(w.other))
			if rt.Plain || as.mayDo(rt.Action, object(rt, r, as)) && (!rt.Fresh || !as.token) {
				continue
			}
			answer := httptest.NewRecorder()
			m.ServeHTTP(answer, r)
			refused++
			if answer.Code != http.StatusSeeOther && answer.Code != http.StatusUnauthorized && answer.Code != http.StatusForbidden {
				t.Errorf("%s, %s: status %d", as.name, rt.Pattern, answer.Code)
			}
			if len(answer.Result().Cookies()) > 0 {
				t.Errorf("%s, %s: refused, yet given %v", as.name, rt.Pattern, answer.Result().Cookies())
			}
		}
	}
	after, err := w.store.VerifyAudit(context.Background())
	if err != nil || after != before || refused < 100 {
		t.Errorf("%d requests were refused, and %d events followed, %v", refused, after-before, err)
	}
}

// leavesForProvider tells the routes that ask the OpenID Connect provider, which is not there in the walk.
func leavesForProvider(rt access.Route) bool {
	return strings.Contains(rt.Pattern, "oidc") || strings.HasSuffix(rt.Pattern, "/providers/join")
}

func TestNoAnswerMayBeFramedOrRunAnothersScript(t *testing.T) {
	w := newWalker(t)
	m, err := w.gate.Mux(w.surfaces...)
	if err != nil {
		t.Fatal(err)
	}
	root := w.inPerson("administrator", w.account("root", people.Grant{Role: people.Administrator}), people.Administrator)
	for _, as := range []who{{name: "visitor"}, root} {
		for _, rt := range m.Routes() {
			if !strings.HasPrefix(rt.Pattern, "GET ") || leavesForProvider(rt) {
				continue
			}
			answer := httptest.NewRecorder()
			m.ServeHTTP(answer, w.request(rt, as, string(w.other)))
			csp := answer.Header().Get("Content-Security-Policy")
			if answer.Header().Get("X-Frame-Options") != "DENY" || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "default-src 'none'") ||
				strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") {
				t.Errorf("%s, %s: %q", as.name, rt.Pattern, csp)
			}
			if answer.Code >= http.StatusInternalServerError {
				t.Errorf("%s, %s: status %d", as.name, rt.Pattern, answer.Code)
			}
			if kept := answer.Header().Get("Cache-Control"); as.id != "" && strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") && kept != "private, no-store" {
				t.Errorf("%s, %s: may be kept: %q", as.name, rt.Pattern, kept)
			}
		}
	}
}

func TestAnotherSitePostsNothing(t *testing.T) {
	w := newWalker(t)
	m, _ := w.hollowed()
	root := w.inPerson("administrator", w.account("root", people.Grant{Role: people.Administrator}), people.Administrator)
	tried := 0
	for _, rt := range m.Routes() {
		for _, headers := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.test"}, {"Origin", "null"}} {
			r := w.request(rt, root, string(root.id))
			if r.Method == http.MethodGet {
				continue
			}
			r.Header.Set(headers[0], headers[1])
			answer := httptest.NewRecorder()
			m.ServeHTTP(answer, r)
			tried++
			if answer.Code != http.StatusForbidden {
				t.Errorf("%s with %v: status %d", rt.Pattern, headers, answer.Code)
			}
		}
	}
	if tried < 40 {
		t.Errorf("only %d tried", tried)
	}
}
