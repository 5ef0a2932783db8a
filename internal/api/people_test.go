package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"filiere/internal/access"
	"filiere/internal/api"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/studio"
)

// school is the API over a store with three people: an administrator and two learners.
type school struct {
	t              testing.TB
	store          *store.Store
	office         *registrar.Office
	handler        http.Handler
	root, ada, bob people.Account
	now            time.Time
	doc            *openapi3.T
	router         routers.Router  // of the document
	asked          map[string]bool // "METHOD /path" of the document that answered as it says
}

func newSchool(t testing.TB) *school {
	t.Helper()
	return schoolOver(t, storetest.Open(t, "sqlite"), nil)
}

// schoolOver serves a store; as replaces what the API sees of it.
func schoolOver(t testing.TB, s *store.Store, as api.People) *school {
	t.Helper()
	k := &school{t: t, store: s, now: storetest.Clock(), asked: map[string]bool{}}
	k.root = k.person("root@example.org", "Root", people.Grant{Role: people.Administrator})
	k.ada = k.person("ada@example.org", "Ada", people.Grant{Role: people.Learner})
	k.bob = k.person("bob@example.org", "Bob", people.Grant{Role: people.Learner})
	quiet := slog.New(slog.DiscardHandler)
	gate, err := access.New(access.Config{Store: s, PublicURL: "http://localhost", Now: func() time.Time { return k.now }, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	locales, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	if as == nil {
		as = s
	}
	clock := func() time.Time { return k.now }
	file := registrar.KeyFile{Path: filepath.Join(t.TempDir(), "issuer.key")}
	k.office = registrar.NewOffice(s, registrar.School{Name: "The school", Site: "http://localhost"}, file, clock, nil)
	k.handler, err = gate.Mux(api.New(s, quiet), api.NewPeople(api.PeopleConfig{
		Assessment: judges{s, k.office}, Campus: s, Registrar: k.office, Network: gate.Network,
		Store: as, Letters: letter.Post{Outbox: s, Locales: locales, Link: gate.Site().Link}, Archive: zipOf, Log: quiet, Alerts: s, Routes: s, Explain: func(lang string, a market.Alert) string { return letter.Explain(locales[locale.Lang(lang)], a) }, Thread: s, Library: s,
		Mission: s, Adverts: advertReader(t), Now: func() time.Time { return k.now },
		Studio: s, ExpertLetter: func(ctx context.Context, by people.Actor, a people.Account, to studio.Programme) error {
			post := letter.Post{Outbox: s, Locales: locales, Link: gate.Site().Link}
			return post.InviteExpert(ctx, by, a, letter.Programme{Title: to.Title, Path: "/studio/" + string(to.ID)})
		},
	}))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// judges is a store whose last signature issues diplomas, as the program's is.
type judges struct {
	*store.Store
	office *registrar.Office
}

func (j judges) SignMinutes(ctx context.Context, by people.AccountID, id campus.JuryID, hash string) error {
	if err := j.Store.SignMinutes(ctx, by, id, hash); err != nil {
		return err
	}
	_, err := j.office.IssueDue(ctx, people.BySystem)
	return err
}

// zipOf is an archive of JSON only.
func zipOf(w io.Writer, d people.PersonalData, _ string) error {
	z := zip.NewWriter(w)
	f, err := z.Create("data.json")
	if err != nil {
		return err
	}
	if err := json.NewEncoder(f).Encode(d); err != nil {
		return err
	}
	return z.Close()
}

func (k *school) person(email, name string, grants ...people.Grant) people.Account {
	k.t.Helper()
	a, err := k.store.CreateAccount(k.t.Context(), people.ByCLI, people.Account{Email: email, Name: name, Lang: "en", Grants: grants})
	if err != nil {
		k.t.Fatal(err)
	}
	return a
}

// cookie signs a person in and gives the header pair that carries their session.
func (k *school) cookie(a people.Account) []string {
	k.t.Helper()
	secret, _, err := k.store.OpenSession(k.t.Context(), a.ID, "passkey", `<script>alert(1)</script>`, "192.0.2.1")
	if err != nil {
		k.t.Fatal(err)
	}
	return []string{"Cookie", "session=" + secret}
}

// token makes a token with scopes, all its owner's when none are given.
func (k *school) token(a people.Account, scopes ...people.Action) []string {
	k.t.Helper()
	if len(scopes) == 0 {
		scopes = people.Scopes(people.Identity{Account: a.ID, Grants: a.Grants})
	}
	secret, err := k.store.CreateToken(k.t.Context(), people.By(a.ID), people.Token{Account: a.ID, Name: "test", Scopes: scopes})
	if err != nil {
		k.t.Fatal(err)
	}
	return []string{"Authorization", "Bearer " + secret}
}

// ask sends a request and checks the answer against the document.
func (k *school) ask(as []string, method, path, body string) *httptest.ResponseRecorder {
	k.t.Helper()
	w := httptest.NewRecorder()
	r := k.request(as, method, path, body)
	k.handler.ServeHTTP(w, r)
	k.keeps(k.request(as, method, path, body), w)
	return w
}

func (k *school) request(as []string, method, path, body string) *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), method, "http://localhost/api/v1"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(as); i += 2 {
		r.Header.Set(as[i], as[i+1])
	}
	return r
}

// keeps checks an answer against the document, and a request that was answered well.
func (k *school) keeps(r *http.Request, w *httptest.ResponseRecorder) {
	k.t.Helper()
	if k.doc == nil {
		doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
		if err != nil {
			k.t.Fatal(err)
		}
		k.doc = doc
	}
	if k.router == nil {
		router, err := legacy.NewRouter(k.doc)
		if err != nil {
			k.t.Fatal(err)
		}
		k.router = router
	}
	r.URL.Scheme, r.URL.Host = "", ""
	route, params, err := k.router.FindRoute(r)
	if err != nil {
		k.t.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	options := &openapi3filter.Options{IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}
	in := &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route, Options: options}
	if w.Code < 300 {
		k.asked[r.Method+" "+route.Path] = true
		if err := openapi3filter.ValidateRequest(k.t.Context(), in); err != nil {
			k.t.Errorf("%s %s was answered and breaks the contract: %v", r.Method, r.URL, err)
		}
	}
	body := io.NopCloser(bytes.NewReader(w.Body.Bytes()))
	if strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		return // the validator knows no zip, and no file of any kind
	}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: w.Code, Header: w.Header(), Body: body, Options: options}
	if err := openapi3filter.ValidateResponse(k.t.Context(), out); err != nil {
		k.t.Errorf("%s %s breaks the contract: %v", r.Method, r.URL, err)
	}
}

// want is ask for a status.
func (k *school) want(status int, as []string, method, path, body string) string {
	k.t.Helper()
	w := k.ask(as, method, path, body)
	if w.Code != status {
		k.t.Errorf("%s %s %s: status %d, want %d: %s", method, path, body, w.Code, status, w.Body)
	}
	if got := w.Header().Get("Cache-Control"); !strings.Contains(got, "no-store") {
		k.t.Errorf("%s %s may be kept: %q", method, path, got)
	}
	return w.Body.String()
}

func TestAnAdministratorRunsThePeopleOfASchoolByAPI(t *testing.T) {
	k := newSchool(t)
	root := k.token(k.root)
	var eve struct{ ID string }
	made := k.want(201, root, "POST", "/accounts", `{"email":"Eve@Example.org","name":"Eve","lang":"fr","grants":[{"role":"expert","scope_kind":"programme","scope_id":"p1"}]}`)
	if err := json.Unmarshal([]byte(made), &eve); err != nil || !strings.Contains(made, `"email":"eve@example.org"`) || !strings.Contains(made, `"scope_id":"p1"`) {
		t.Fatalf("%s, %v", made, err)
	}
	mails, err := k.store.Mails(t.Context(), 0)
	if err != nil || len(mails) != 1 || mails[0].To != "eve@example.org" || !strings.Contains(mails[0].Body, "http://localhost/invite/") {
		t.Fatalf("the invitation is not on its way: %+v, %v", mails, err)
	}
	k.want(409, root, "POST", "/accounts", `{"email":"eve@example.org","name":"Eve","lang":"fr"}`)
	if got := k.want(200, root, "GET", "/accounts?search=EVE", ""); !strings.Contains(got, eve.ID) || !strings.Contains(got, `"total":1`) {
		t.Errorf("the search finds %s", got)
	}
	if got := k.want(200, root, "GET", "/accounts?limit=2", ""); !strings.Contains(got, `"next":"/api/v1/accounts?limit=2`) {
		t.Errorf("there is no next page: %s", got)
	}
	at := "/accounts/" + eve.ID
	k.want(200, root, "GET", at, "")
	k.want(204, root, "PUT", at+"/grants/mentor", "")
	k.want(204, root, "PUT", at+"/grants/expert/programme/p2", "")
	if got := k.want(200, root, "GET", at, ""); !strings.Contains(got, `"role":"mentor"`) || !strings.Contains(got, `"p2"`) {
		t.Errorf("the roles were not given: %s", got)
	}
	k.want(204, root, "DELETE", at+"/grants/mentor", "")
	k.want(204, root, "DELETE", at+"/grants/expert/programme/p2", "")
	k.want(404, root, "DELETE", at+"/grants/mentor", "")
	k.want(400, root, "PUT", at+"/grants/king", "")
	k.want(400, root, "PUT", at+"/grants/expert", "")
	told, err := k.store.Notifications(t.Context(), people.AccountID(eve.ID), 0)
	if err != nil || len(told) != 4 {
		t.Errorf("the person was told %d things of 4: %v", len(told), err)
	}
	k.want(204, root, "POST", at+"/recovery", "")
	session := k.cookie(people.Account{ID: people.AccountID(eve.ID)})
	if got := k.want(200, root, "PATCH", at, `{"state":"suspended","name":"Eve Adams"}`); !strings.Contains(got, `"suspended"`) || !strings.Contains(got, "Eve Adams") {
		t.Errorf("the account is %s", got)
	}
	k.want(401, session, "GET", "/me", "")
	k.want(200, root, "PATCH", at, `{"state":"active"}`)
	k.want(200, root, "GET", at+"/export", "")
	k.want(200, root, "DELETE", at, "")
	if got := k.want(200, root, "GET", at, ""); !strings.Contains(got, `"erased"`) || strings.Contains(got, "Eve") {
		t.Errorf("what is left of an erased person: %s", got)
	}
	k.want(409, root, "PATCH", "/accounts/"+string(k.root.ID), `{"state":"suspended"}`)
	k.want(409, root, "DELETE", "/accounts/"+string(k.root.ID), "")
	k.want(404, root, "GET", "/accounts/nobody", "")
	if got := k.want(200, root, "GET", "/audit?action=grant.&object="+eve.ID, ""); strings.Count(got, `"seq"`) != 4 {
		t.Errorf("the trail of the roles: %s", got)
	}
	if got := k.want(200, root, "GET", "/audit?limit=2&kind=account", ""); !strings.Contains(got, "before=") {
		t.Errorf("the trail has no next page: %s", got)
	}
	if got := k.want(200, root, "GET", "/audit/verify", ""); !strings.Contains(got, `"whole":true`) {
		t.Errorf("the chain: %s", got)
	}
	k.want(400, root, "GET", "/audit?before=x", "")
}

func TestAPersonSeesAndChangesTheirOwnAccountByAPI(t *testing.T) {
	k := newSchool(t)
	ada := k.cookie(k.ada)
	other := k.cookie(k.ada)
	if got := k.want(200, ada, "GET", "/me", ""); !strings.Contains(got, `"actions":["own.read","own.change",`) || strings.Contains(got, "accounts.read") {
		t.Errorf("me: %s", got)
	}
	if got := k.want(200, ada, "PATCH", "/me", `{"theme":"dark"}`); !strings.Contains(got, `"dark"`) || !strings.Contains(got, `"Ada"`) {
		t.Errorf("changing the theme alone gives %s", got)
	}
	k.want(400, ada, "PATCH", "/me", `{"lang":"xx"}`)
	if got := k.want(200, ada, "GET", "/me/sessions", ""); strings.Count(got, `"means"`) != 2 || strings.Count(got, `"current":true`) != 1 {
		t.Errorf("sessions: %s", got)
	}
	var made struct{ ID, Secret string }
	if err := json.Unmarshal([]byte(k.want(201, ada, "POST", "/me/tokens", `{"name":"ci","scopes":["own.read"]}`)), &made); err != nil || made.Secret == "" {
		t.Fatalf("no secret: %v", err)
	}
	bearer := []string{"Authorization", "Bearer " + made.Secret}
	if got := k.want(200, bearer, "GET", "/me", ""); !strings.Contains(got, `"actions":["own.read"]`) {
		t.Errorf("a token within its scopes: %s", got)
	}
	k.want(403, bearer, "PATCH", "/me", `{"theme":"light"}`)
	if got := k.want(200, ada, "GET", "/me/tokens", ""); strings.Contains(got, made.Secret) {
		t.Error("a token's secret is told twice")
	}
	k.want(204, ada, "DELETE", "/me/tokens/"+made.ID, "")
	k.want(401, bearer, "GET", "/me", "")
	w := k.ask(ada, "GET", "/me/export", "")
	if z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len())); err != nil || len(z.File) == 0 || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("the export is no zip: %v, %v", err, w.Header())
	}
	k.want(204, ada, "DELETE", "/me/sessions", "")
	k.want(401, other, "GET", "/me", "")
	sessions, err := k.store.Sessions(t.Context(), k.ada.ID)
	if err != nil || len(sessions) != 1 {
		t.Fatalf("%d sessions, %v", len(sessions), err)
	}
	if got := k.want(200, ada, "DELETE", "/me", ""); !strings.Contains(got, `"audit_event"`) {
		t.Errorf("what is kept: %s", got)
	}
	k.want(401, ada, "GET", "/me", "")
	bob := k.cookie(k.bob)
	own, err := k.store.Sessions(t.Context(), k.bob.ID)
	if err != nil {
		t.Fatal(err)
	}
	k.want(204, bob, "DELETE", "/me/sessions/"+own[0].ID, "")
	k.want(401, bob, "GET", "/me", "")
}

func TestNobodyReachesWhatIsSomebodyElses(t *testing.T) {
	k := newSchool(t)
	k.cookie(k.bob)
	k.token(k.bob)
	sessions, err := k.store.Sessions(t.Context(), k.bob.ID)
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := k.store.Tokens(t.Context(), k.bob.ID)
	if err != nil {
		t.Fatal(err)
	}
	bob := "/accounts/" + string(k.bob.ID)
	for name, ada := range map[string][]string{"in person": k.cookie(k.ada), "by token": k.token(k.ada)} {
		t.Run(name, func(t *testing.T) {
			k.want(404, ada, "DELETE", "/me/sessions/"+sessions[0].ID, "")
			k.want(404, ada, "DELETE", "/me/tokens/"+tokens[0].ID, "")
			for _, c := range [][3]string{
				{"GET", "/accounts", ""},
				{"POST", "/accounts", `{"email":"x@example.org","name":"X","lang":"fr"}`},
				{"GET", bob, ""},
				{"PATCH", bob, `{"name":"Mallory"}`},
				{"DELETE", bob, ""},
				{"GET", bob + "/export", ""},
				{"POST", bob + "/recovery", ""},
				{"PUT", bob + "/grants/administrator", ""},
				{"DELETE", bob + "/grants/learner", ""},
				{"PUT", "/accounts/" + string(k.ada.ID) + "/grants/administrator", ""},
				{"PUT", bob + "/grants/expert/programme/p", ""},
				{"DELETE", bob + "/grants/expert/programme/p", ""},
				{"GET", "/audit", ""},
				{"GET", "/audit/verify", ""},
			} {
				k.want(403, ada, c[0], c[1], c[2])
			}
		})
	}
	for what, left := range map[string]func() (int, error){
		"sessions": func() (int, error) { s, err := k.store.Sessions(t.Context(), k.bob.ID); return len(s), err },
		"tokens":   func() (int, error) { s, err := k.store.Tokens(t.Context(), k.bob.ID); return len(s), err },
	} {
		if n, err := left(); err != nil || n != 1 {
			t.Errorf("%d %s are left of 1: %v", n, what, err)
		}
	}
}

func TestAFieldNobodyOffersIsRefusedByName(t *testing.T) {
	k := newSchool(t)
	ada, root := k.cookie(k.ada), k.token(k.root)
	for _, c := range []struct {
		as                        []string
		method, path, body, field string
	}{
		{ada, "PATCH", "/me", `{"state":"active"}`, "state"},
		{ada, "PATCH", "/me", `{"email":"root@example.org"}`, "email"},
		{ada, "PATCH", "/me", `{"name":"Ada","grants":[{"role":"administrator"}]}`, "grants"},
		{ada, "PATCH", "/me", `{"id":"` + string(k.root.ID) + `"}`, "id"},
		{ada, "POST", "/me/tokens", `{"name":"x","scopes":["own.read"],"account":"` + string(k.root.ID) + `"}`, "account"},
		{ada, "POST", "/me/tokens", `{"name":"x","scopes":["audit.read"]}`, "scopes"},
		{root, "POST", "/accounts", `{"email":"x@example.org","name":"X","lang":"fr","id":"mine"}`, "id"},
		{root, "POST", "/accounts", `{"email":"x@example.org","name":"X","lang":"fr","created_at":"2000-01-01T00:00:00Z"}`, "created_at"},
		{root, "PATCH", "/accounts/" + string(k.ada.ID), `{"email":"x@example.org"}`, "email"},
		{root, "PATCH", "/accounts/" + string(k.ada.ID), `{"name":7}`, "name"},
	} {
		var p struct{ Parameter, Code string }
		if err := json.Unmarshal([]byte(k.want(400, c.as, c.method, c.path, c.body)), &p); err != nil || p.Parameter != c.field || p.Code != "invalid" {
			t.Errorf("%s %s names %q, want %q", c.path, c.body, p.Parameter, c.field)
		}
	}
	for name, body := range map[string]string{
		"a name twice": `{"name":"Ada","name":"Eve"}`, "a name in capitals": `{"NAME":"Eve"}`, "a name like ours": `{"themeſ":"dark"}`,
		"nothing for a name": `{"name":null}`, "nothing at all": `null`,
		"two objects": `{}{}`, "no JSON": `name=Ada`, "an array": `[]`, "cut short": `{"name":`,
	} {
		if got := k.want(400, ada, "PATCH", "/me", body); !strings.Contains(got, "invalid") {
			t.Errorf("%s: %s", name, got)
		}
	}
	k.want(413, ada, "PATCH", "/me", `{"name":"`+strings.Repeat("a", 20<<10)+`"}`)
	a, err := k.store.Account(t.Context(), k.ada.ID)
	if err != nil || a.Email != k.ada.Email || a.State != people.Active || !slices.Equal(a.Grants, k.ada.Grants) || a.Name != "Ada" {
		t.Errorf("something of it was set: %+v, %v", a, err)
	}
}

func TestWhatCannotBeTakenBackNeedsAPersonWhoHasJustSignedIn(t *testing.T) {
	k := newSchool(t)
	token, session := k.token(k.ada), k.cookie(k.ada)
	k.want(403, token, "DELETE", "/me", "")
	k.want(403, token, "POST", "/me/tokens", `{"name":"x","scopes":["own.read"]}`)
	k.now = k.now.Add(people.FreshSignIn)
	k.want(403, session, "DELETE", "/me", "")
	k.want(403, session, "POST", "/me/tokens", `{"name":"x","scopes":["own.read"]}`)
	k.want(200, session, "GET", "/me", "")
	if a, err := k.store.Account(t.Context(), k.ada.ID); err != nil || a.State != people.Active {
		t.Errorf("the account is %s, %v", a.State, err)
	}
}

func TestAStaleCookieChangesNobodysAccount(t *testing.T) {
	k := newSchool(t)
	session, token := k.cookie(k.root), k.token(k.root)
	k.now = k.now.Add(people.FreshSignIn)
	path := "/accounts/" + string(k.ada.ID)
	k.want(403, session, "DELETE", path, "")
	k.want(403, session, "PUT", path+"/grants/analyst", "")
	k.want(403, session, "GET", path+"/export", "")
	k.want(200, session, "GET", path, "")
	k.want(200, token, "GET", path+"/export", "")
}

func TestAnotherSiteCannotUseThePersonsCookie(t *testing.T) {
	k := newSchool(t)
	cookie := k.cookie(k.ada)
	k.want(401, append(cookie, "Sec-Fetch-Site", "cross-site"), "GET", "/me", "")
	k.want(401, append(cookie, "Sec-Fetch-Site", "same-site"), "GET", "/me", "")
	k.want(403, append(cookie, "Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"), "PATCH", "/me", `{"name":"Mallory"}`)
	k.want(200, append(cookie, "Sec-Fetch-Site", "same-origin"), "GET", "/me", "")
}

// brokenTrail is a store whose trail was tampered with.
type brokenTrail struct{ *store.Store }

func (brokenTrail) VerifyAudit(context.Context) (int64, error) {
	return 7, fault.New(fault.Conflict, "verify audit trail", "event 8 was changed after it was written")
}

func TestABrokenTrailIsAnAnswerThatSaysWhere(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	k := schoolOver(t, s, brokenTrail{s})
	got := k.want(200, k.token(k.root), "GET", "/audit/verify", "")
	if !strings.Contains(got, `"whole":false`) || !strings.Contains(got, "event 8") {
		t.Errorf("the verdict is %s", got)
	}
}

func TestVisitorsAreToldToSignIn(t *testing.T) {
	k := newSchool(t)
	public := api.PublicDeeds()
	for key := range api.Deeds() {
		if public[key] {
			continue
		}
		method, path, _ := strings.Cut(key, " ")
		path = strings.NewReplacer("/api/v1", "", "{id}", string(k.ada.ID), "{", "", "}", "").Replace(path)
		body := ""
		if method == "POST" || method == "PATCH" {
			body = `{}`
		}
		k.want(401, nil, method, path, body)
	}
}

func TestTheDocumentKnowsEveryAction(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var listed []people.Action
	for _, a := range doc.Components.Schemas["Action"].Value.Enum {
		listed = append(listed, people.Action(a.(string)))
	}
	want := people.Actions()
	slices.Sort(want)
	if slices.Sort(listed); !slices.Equal(listed, want) {
		t.Errorf("the document lists %v, the table %v", listed, want)
	}
}

func TestABodyInAnotherFormThanJSONIsRefusedAsSuch(t *testing.T) {
	k := newSchool(t)
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/xml", "application/json; charset"} {
		as := append(k.cookie(k.ada), "Content-Type", kind)
		k.want(http.StatusUnsupportedMediaType, as, "PATCH", "/me", `{"theme":"dark"}`)
	}
	k.want(http.StatusOK, append(k.cookie(k.ada), "Content-Type", "application/json; charset=utf-8"), "PATCH", "/me", `{"theme":"dark"}`)
}
