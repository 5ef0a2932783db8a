package access_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"filiere/internal/access"
	"filiere/internal/people"
)

func TestNothingIsServedWithoutAnAction(t *testing.T) {
	g, err := access.New(access.Config{PublicURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	h := http.HandlerFunc(let)
	for name, routes := range map[string][]access.Route{
		"no action":                 {{Pattern: "GET /", Handler: h}},
		"an action nobody may do":   {{Pattern: "GET /", Action: "world.rule", Handler: h}},
		"no handler":                {{Pattern: "GET /", Action: people.ReadRadar}},
		"no path":                   {{Pattern: "GET", Action: people.ReadRadar, Handler: h}},
		"a path that is none":       {{Pattern: "GET /{", Action: people.ReadRadar, Handler: h}},
		"the same twice":            {{Pattern: "GET /", Action: people.ReadRadar, Handler: h}, {Pattern: "GET /", Action: people.SignIn, Handler: h}},
		"paths that cannot be told": {{Pattern: "GET /{a}/b", Action: people.ReadRadar, Handler: h}, {Pattern: "GET /a/{b}", Action: people.ReadRadar, Handler: h}},
		"private yet nobody looks":  {{Pattern: "GET /", Action: people.ReadAudit, Handler: h, Plain: true}},
	} {
		if _, err := g.Mux(&surface{routes: routes}); err == nil {
			t.Errorf("%s: served all the same", name)
		}
	}
	route := []access.Route{{Pattern: "GET /", Action: people.ReadRadar, Handler: h}}
	if _, err := g.Mux(&surface{routes: route}, &surface{routes: route}); err == nil {
		t.Error("two surfaces share an address")
	}
}

func TestAnAddressTakesItsMethodsOnly(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	s := own()
	h := w.mux(s)
	for method, want := range map[string]string{
		"GET": "let through", "HEAD": "let through", "PUT": "wrong method", "DELETE": "wrong method", "TRACE": "wrong method", "BREW": "wrong method",
	} {
		got := ask(h, method, "/")
		if !strings.HasPrefix(got.Body.String(), want) {
			t.Errorf("%s: %s", method, got.Body)
		}
		if want == "wrong method" && got.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: allow %q", method, got.Header().Get("Allow"))
		}
	}
}

func TestAnotherSiteCannotMakeABrowserChangeAnything(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	h, secret := w.mux(own()), w.session(w.person("ada@example.org"))
	for name, c := range map[string]struct {
		headers []string
		want    string
	}{
		"another site":                {[]string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.test"}, "cross origin"},
		"a neighbour":                 {[]string{"Sec-Fetch-Site", "same-site", "Origin", "http://evil.example.com"}, "cross origin"},
		"an old browser elsewhere":    {[]string{"Origin", "https://evil.test"}, "cross origin"},
		"a page without an origin":    {[]string{"Origin", "null"}, "cross origin"},
		"our own page":                {[]string{"Sec-Fetch-Site", "same-origin", "Origin", "http://example.com"}, "let through"},
		"our own page, an old reader": {[]string{"Origin", "http://example.com"}, "let through"},
	} {
		got := ask(h, "POST", "/me", append(c.headers, "Cookie", "session="+secret)...)
		if !strings.HasPrefix(got.Body.String(), c.want) {
			t.Errorf("%s: %s", name, got.Body)
		}
	}
}

func TestAProgramsSurfaceTakesCookiesFromOurOwnPagesOnly(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	s := own()
	s.forApps = true
	h, cookie := w.mux(s), "session="+w.session(w.person("ada@example.org"))
	for site, want := range map[string]string{"same-origin": "let through", "none": "let through", "": "let through", "same-site": "unknown", "cross-site": "unknown"} {
		if got := ask(h, "GET", "/me", "Cookie", cookie, "Sec-Fetch-Site", site); !strings.HasPrefix(got.Body.String(), want) {
			t.Errorf("%q: %s", site, got.Body)
		}
	}
	s.forApps = false
	if got := ask(h, "GET", "/me", "Cookie", cookie, "Sec-Fetch-Site", "cross-site"); !strings.HasPrefix(got.Body.String(), "let through") {
		t.Errorf("a person who follows a link from elsewhere is signed out: %s", got.Body)
	}
}

func TestABodyIsReadToItsLimit(t *testing.T) {
	g, err := access.New(access.Config{PublicURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	read := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, "too much", http.StatusRequestEntityTooLarge)
		}
	})
	m, err := g.Mux(&surface{routes: []access.Route{
		{Pattern: "POST /form", Action: people.SignIn, Handler: read},
		{Pattern: "POST /file", Action: people.SignIn, Handler: read, Body: 1 << 20},
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path   string
		bytes  int
		status int
	}{{"/form", 64 << 10, 200}, {"/form", 64<<10 + 1, 413}, {"/file", 1 << 20, 200}, {"/file", 1<<20 + 1, 413}} {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest("POST", c.path, strings.NewReader(strings.Repeat("x", c.bytes))))
		if w.Code != c.status {
			t.Errorf("%s with %d bytes: %d", c.path, c.bytes, w.Code)
		}
	}
}

func TestWhatSignedInPeopleSeeIsKeptNowhere(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	h, secret := w.mux(own()), w.session(w.person("ada@example.org"))
	if got := ask(h, "GET", "/", "Cookie", "session="+secret).Header().Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("signed in: %q", got)
	}
	if got := ask(h, "GET", "/").Header().Get("Cache-Control"); got != "" {
		t.Errorf("the gate decides for visitors: %q", got)
	}
}

func TestAPanicIsAnAnswerWithoutItsReason(t *testing.T) {
	w := newWorld(t, "sqlite", "http://localhost")
	h := w.mux(&surface{routes: []access.Route{{Pattern: "GET /", Action: people.ReadRadar, Handler: http.HandlerFunc(
		func(http.ResponseWriter, *http.Request) { panic("secret reason") })}}})
	if got := ask(h, "GET", "/"); got.Code != 500 || strings.Contains(got.Body.String(), "secret") || got.Header().Get("X-Frame-Options") != "DENY" {
		t.Errorf("%d %s", got.Code, got.Body)
	}
}

func TestASiteOverTLSKeepsBrowsersOnIt(t *testing.T) {
	for url, want := range map[string]string{"https://filiere.example": "max-age=31536000", "http://localhost:8080": ""} {
		w := newWorld(t, "sqlite", url)
		if got := ask(w.mux(own()), "GET", "/").Header().Get("Strict-Transport-Security"); got != want {
			t.Errorf("%s: %q, want %q", url, got, want)
		}
	}
}
