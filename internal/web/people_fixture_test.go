package web_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"filiere/internal/access"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/web"
)

// publicURL is where the tested site is reached.
const publicURL = "https://filiere.test"

// cheap is a cost that lets tests hash many passwords.
var cheap = people.HashCost{Memory: 64, Time: 1, Threads: 1}

// school is a site with accounts, over a real store, and a clock a test can turn.
type school struct {
	t     testing.TB
	store *store.Store
	dsn   string
	mux   http.Handler
	later *web.Later
	log   *strings.Builder
	now   time.Time

	provider web.Provider // of processes made from now on
	posted   bool         // the same: a mail server carries messages to people
}

// eachSchool runs f over both engines.
func eachSchool(t *testing.T, f func(*testing.T, *school)) {
	t.Helper()
	for _, engine := range engines() {
		t.Run(engine, func(t *testing.T) { f(t, newSchool(t, engine)) })
	}
}

func newSchool(t testing.TB, engine string) *school {
	t.Helper()
	sc := &school{t: t, now: now(), log: &strings.Builder{}}
	sc.dsn = storetest.Fresh(t, engine)
	s, err := store.Open(t.Context(), sc.dsn, sc.clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	sc.store = s
	sc.mux = sc.process(s)
	return sc
}

func (sc *school) clock() time.Time { return sc.now }

// process is one copy of the program over the school's store. p is what the pages see of it.
func (sc *school) process(p web.People) http.Handler {
	sc.t.Helper()
	log := slog.New(slog.NewTextHandler(sc.log, nil))
	gate, err := access.New(access.Config{Store: sc.store, PublicURL: publicURL, Now: sc.clock, Log: log})
	if err != nil {
		sc.t.Fatal(err)
	}
	hasher, err := people.NewHasher(cheap, 4, people.Random)
	if err != nil {
		sc.t.Fatal(err)
	}
	locales, err := locale.Load()
	if err != nil {
		sc.t.Fatal(err)
	}
	sc.later = web.NewLater(log)
	sc.t.Cleanup(sc.later.Wait)
	pages, err := web.New(web.Config{
		Reader: sc.store, Alerts: sc.store, Routes: sc.store, Thread: sc.store, Mission: sc.store, Now: sc.clock, Log: log, People: p, Gate: gate, Passwords: hasher,
		Assessment: sc.store,
		Leaks:      []people.LeakList{people.CommonLeaks()}, Later: sc.later, Provider: sc.provider,
		Archive: func(w io.Writer, d people.PersonalData, lang string) error {
			l, _ := locale.Parse(lang)
			return d.WriteZip(w, lang, locales[l].T)
		},
		OpenOutbox: !sc.posted,
		Campus:     sc.store, Shop: sc.store,
		Studio: sc.store,
	})
	if err != nil {
		sc.t.Fatal(err)
	}
	m, err := gate.Mux(pages)
	if err != nil {
		sc.t.Fatal(err)
	}
	return m
}

// account makes an account that prefers English.
func (sc *school) account(email, name string, grants ...people.Grant) people.Account {
	sc.t.Helper()
	a, err := sc.store.CreateAccount(sc.t.Context(), people.ByCLI, people.Account{Email: email, Name: name, Lang: "en", Grants: grants})
	if err != nil {
		sc.t.Fatal(err)
	}
	return a
}

// password gives an account a password.
func (sc *school) password(a people.Account, password string) {
	sc.t.Helper()
	hasher, err := people.NewHasher(cheap, 1, people.Random)
	if err != nil {
		sc.t.Fatal(err)
	}
	hash, err := hasher.Hash(sc.t.Context(), password)
	if err == nil {
		err = sc.store.SetPassword(sc.t.Context(), people.By(a.ID), a.ID, hash)
	}
	if err != nil {
		sc.t.Fatal(err)
	}
}

// link makes a link and gives its secret.
func (sc *school) link(purpose people.Purpose, id people.AccountID) string {
	sc.t.Helper()
	secret, err := sc.store.CreateLink(sc.t.Context(), people.ByCLI, purpose, id)
	if err != nil {
		sc.t.Fatal(err)
	}
	return secret
}

// mails waits for what is done after answers and lists the outbox, the newest first.
func (sc *school) mails() []people.Message {
	sc.t.Helper()
	sc.later.Wait()
	m, err := sc.store.Mails(sc.t.Context(), 100)
	if err != nil {
		sc.t.Fatal(err)
	}
	return m
}

// sessions lists the live sessions of an account.
func (sc *school) sessions(a people.Account) []people.Session {
	sc.t.Helper()
	s, err := sc.store.Sessions(sc.t.Context(), a.ID)
	if err != nil {
		sc.t.Fatal(err)
	}
	return s
}

// browser keeps cookies as browsers do. Its host is what it believes the site is called.
type browser struct {
	sc      *school
	mux     http.Handler
	host    string
	from    string // its network address
	cookies map[string]string
}

func (sc *school) browser() *browser {
	return &browser{sc: sc, mux: sc.mux, host: "filiere.test", from: "192.0.2.1:4711", cookies: map[string]string{}}
}

func (b *browser) send(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(body))
	r.Host, r.RemoteAddr = b.host, b.from
	r.Header.Set("Accept-Language", "en")
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	b.mux.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return w
}

func (b *browser) get(target string, headers ...string) *httptest.ResponseRecorder {
	return b.send(http.MethodGet, target, "", headers...)
}

// post sends a form as our own page would, fields given as name, value pairs.
func (b *browser) post(target string, fields ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, target, form.Encode(), "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
}

const sessionCookie = "__Host-session"

// is reports whose name stands in the header, "" for a visitor.
func (b *browser) is(t *testing.T) string {
	t.Helper()
	for _, nav := range parseHTML(t, "/about", b.get("/about").Body.String()).all("nav") {
		if attr(nav, "class") != "who" {
			continue
		}
		for _, a := range within(nav, "a") {
			if attr(a, "href") == "/me" {
				return text(a)
			}
		}
	}
	return ""
}

// wrong is what a page says is wrong.
func wrong(d document) string {
	var said []string
	for _, p := range d.all("p") {
		if attr(p, "class") == "wrong" && text(p) != "" {
			said = append(said, text(p))
		}
	}
	return strings.Join(said, "; ")
}

// leads checks an answer that sends the browser on.
func leads(t *testing.T, w *httptest.ResponseRecorder, to string) {
	t.Helper()
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != to {
		t.Errorf("status %d to %q, want %q; it says %s", w.Code, w.Header().Get("Location"), to, firstLines(w.Body.String()))
	}
}

var spaces = regexp.MustCompile(`\s+`)

func firstLines(body string) string {
	_, main, _ := strings.Cut(body, "<main")
	main = spaces.ReplaceAllString(main, " ")
	return main[:min(len(main), 600)]
}

// engines are the databases pages are tested on. With -short, as under the race detector, one is enough: pages
// do not know which it is, and the store is tested on both.
func engines() []string {
	if testing.Short() {
		return storetest.Engines()[:1]
	}
	return storetest.Engines()
}
