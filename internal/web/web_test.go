package web_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"filiere/internal/market"
	"filiere/internal/web"
)

// looksLikeKey matches a catalogue key shown by mistake.
var looksLikeKey = regexp.MustCompile(`\b(home|map|nav|site|class|tension|cause|method|column|level|nomenclature|area|areas|occupation|occupations|search|error|about|origin|firmness|dataset|bmo|certs|near|names|pay|edition|versus|value)\.[a-z_]+[a-z0-9_.]*`)

func TestEveryPageOneCanReachIsWhole(t *testing.T) {
	s := newSite(t, sampleStore(t))
	for _, lang := range []string{"fr", "en"} {
		seen, queue := map[string]bool{}, []string{"/"}
		perKind := map[string]int{}
		for len(queue) > 0 {
			address := queue[0]
			queue = queue[1:]
			kind := kindOf(address)
			if seen[address] || strings.HasPrefix(address, "/api/") || perKind[kind] >= 12 {
				continue
			}
			seen[address] = true
			perKind[kind]++
			d := s.page(t, address, lang)
			for _, f := range append(d.faults(), d.tableFaults()...) {
				t.Errorf("%s: %s", d.name, f)
			}
			if got := attr(d.one("html"), "lang"); got != lang {
				t.Errorf("%s: the page says it is in %q", d.name, got)
			}
			if key := looksLikeKey.FindString(text(d.one("body"))); key != "" {
				t.Errorf("%s: shows the key %s", d.name, key)
			}
			for _, l := range d.links() {
				l, _, _ = strings.Cut(l, "#")
				if !strings.Contains(l, "lang=") {
					queue = append(queue, l)
				}
			}
		}
		if len(seen) < 40 {
			t.Errorf("%s: only %d pages reached", lang, len(seen))
		}
	}
	if s.log.Len() > 0 {
		t.Errorf("something went wrong: %s", s.log)
	}
}

// kindOf sorts addresses by page, so that a test need not read ten thousand occupations.
func kindOf(address string) string {
	path, query, _ := strings.Cut(address, "?")
	parts := strings.SplitN(strings.TrimPrefix(path, "/"), "/", 2)
	kind := parts[0]
	if len(parts) == 2 {
		id, _, _ := strings.Cut(parts[1], "-")
		kind += "/" + id
	}
	if query != "" {
		kind += "?"
	}
	return kind
}

func TestTheReadersLanguageIsTakenFromTheAddressThenTheCookieThenTheBrowser(t *testing.T) {
	s := newSite(t, openStore(t))
	for _, c := range []struct{ name, address, cookie, accept, want string }{
		{"nothing said is French", "/", "", "", "fr"},
		{"the browser is heard", "/", "", "en-GB", "en"},
		{"a cookie beats the browser", "/", "lang=fr", "en", "fr"},
		{"the address beats the cookie", "/?lang=en", "lang=fr", "fr", "en"},
		{"what is no language is ignored", "/?lang=xx", "lang=yy", "en", "en"},
	} {
		w := s.get(c.address, "Cookie", c.cookie, "Accept-Language", c.accept)
		if got := w.Header().Get("Content-Language"); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := s.get("/?lang=en").Header().Get("Set-Cookie"); !strings.HasPrefix(got, "lang=en;") {
		t.Errorf("the choice is not kept: %q", got)
	}
}

func TestAThemeIsChosenWithoutJavaScript(t *testing.T) {
	s := newSite(t, openStore(t))
	post := func(form string, headers ...string) *httptest.ResponseRecorder {
		r := httptest.NewRequest(http.MethodPost, "http://site.test/preferences", strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, r)
		return w
	}
	w := post("theme=dark&back=/map%3Flevel%3Dregion")
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/map?level=region" {
		t.Errorf("status %d to %q", w.Code, w.Header().Get("Location"))
	}
	if c := w.Header().Get("Set-Cookie"); !strings.HasPrefix(c, "theme=dark;") || !strings.Contains(c, "HttpOnly") || !strings.Contains(c, "SameSite=Lax") {
		t.Errorf("cookie %q", c)
	}
	if got := attr(parseHTML(t, "/", s.get("/", "Cookie", "theme=dark").Body.String()).one("html"), "data-theme"); got != "dark" {
		t.Errorf("the page is lit %q", got)
	}
	for _, back := range []string{"https://evil.test/", "//evil.test", "/%5Cevil.test", "javascript:alert(1)", "/\\evil.test", ""} {
		if got := post("theme=dark&back=" + back).Header().Get("Location"); got != "/" {
			t.Errorf("%q sends the reader to %q", back, got)
		}
	}
	if w := post("theme=dark&back=/", "Origin", "https://evil.test", "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden {
		t.Errorf("another site may choose the theme: status %d", w.Code)
	}
}

func TestEveryAnswerForbidsWhatAPageNeverNeeds(t *testing.T) {
	s := newSite(t, openStore(t))
	for _, address := range []string{"/", "/nope", "/static/nope.css", "/robots.txt"} {
		h := s.get(address).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
		} {
			if got := h.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q", address, name, got)
			}
		}
		if strings.Contains(h.Get("Content-Security-Policy"), "unsafe") {
			t.Errorf("%s: the policy allows inline code", address)
		}
	}
}

func TestAPageIsSentOnceAndThenOnlyWhenItChanges(t *testing.T) {
	st := sampleStore(t)
	s := newSite(t, st)
	first := s.get("/method")
	tag := first.Header().Get("ETag")
	if tag == "" {
		t.Fatal("no ETag")
	}
	if w := s.get("/method", "If-None-Match", tag); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
		t.Errorf("the same page again: status %d, %d bytes", w.Code, w.Body.Len())
	}
	if second := s.get("/method"); second.Body.String() != first.Body.String() {
		t.Error("the page from memory is another page")
	}
	for name, headers := range map[string][]string{
		"language": {"Accept-Language", "en"}, "theme": {"Cookie", "theme=dark"},
	} {
		if w := s.get("/method", append(headers, "If-None-Match", tag)...); w.Code != http.StatusOK {
			t.Errorf("another %s: status %d", name, w.Code)
		}
	}
	if w := s.get("/method?utm_source=x", "If-None-Match", tag); w.Code != http.StatusNotModified {
		t.Error("a parameter the page does not read makes it another page")
	}
}

func TestTextIsCompressedForWhoeverTakesIt(t *testing.T) {
	s := newSite(t, sampleStore(t))
	plain := s.get("/map", "Accept-Encoding", "identity")
	packed := s.get("/map", "Accept-Encoding", "br, gzip;q=0.8")
	if packed.Header().Get("Content-Encoding") != "gzip" || packed.Body.Len()*3 > plain.Body.Len() {
		t.Errorf("%d bytes packed as %q, %d plain", packed.Body.Len(), packed.Header().Get("Content-Encoding"), plain.Body.Len())
	}
	if plain.Header().Get("Content-Encoding") != "" || !strings.Contains(plain.Body.String(), "<!doctype html>") {
		t.Error("the plain page is not plain")
	}
	if w := s.get("/map", "Accept-Encoding", "gzip;q=0"); w.Header().Get("Content-Encoding") != "" {
		t.Error("gzip refused is gzip sent")
	}
}

func TestStaticFilesMayBeKeptForEver(t *testing.T) {
	s := newSite(t, openStore(t))
	d := parseHTML(t, "/", s.get("/").Body.String())
	sheets := 0
	for _, l := range d.all("link") {
		if attr(l, "rel") != "stylesheet" {
			continue
		}
		sheets++
		w := s.get(attr(l, "href"))
		if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/css") {
			t.Errorf("%s: %d %q %q", attr(l, "href"), w.Code, w.Header().Get("Cache-Control"), w.Header().Get("Content-Type"))
		}
	}
	if sheets != 2 {
		t.Errorf("%d style sheets", sheets)
	}
	if w := s.get("/static/../web.go"); w.Code == http.StatusOK {
		t.Error("files outside static are served")
	}
}

func TestWhatDoesNotExistIsToldKindly(t *testing.T) {
	s := newSite(t, sampleStore(t))
	for address, status := range map[string]int{
		"/nope": 404, "/occupations/rome3-ZZZZZ": 404, "/areas/dep-999": 404, "/occupations/%22%3E%3Cscript%3E": 404,
		"/map?occupation=nonsense": 404, "/map?occupation=fap2009-A0Z40&year=abc": 400,
	} {
		w := s.get(address)
		if w.Code != status {
			t.Errorf("%s: status %d, want %d", address, w.Code, status)
		}
		d := parseHTML(t, address, w.Body.String())
		if f := d.faults(); len(f) > 0 {
			t.Errorf("%s: %v", address, f)
		}
		if w.Header().Get("ETag") != "" {
			t.Errorf("%s: an error may be kept", address)
		}
	}
}

// failing is a reader whose database is gone.
type failing struct{ web.Reader }

func (failing) Editions(context.Context) ([]market.Edition, error) {
	return nil, errors.New("open /var/lib/secret.db: disk on fire")
}

func TestTheTextOfAnErrorGoesToTheLogAndNotToTheReader(t *testing.T) {
	s := newSite(t, failing{openStore(t)})
	w := s.get("/", "Accept-Language", "en")
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "secret.db") {
		t.Errorf("status %d: %s", w.Code, w.Body)
	}
	if !strings.Contains(s.log.String(), "disk on fire") {
		t.Error("the log does not say why")
	}
}

func TestAnEmptyDatabaseTellsHowToFillIt(t *testing.T) {
	s := newSite(t, openStore(t))
	for _, address := range []string{"/", "/map", "/occupations", "/areas", "/sources"} {
		if d := s.page(t, address, "en"); !d.says("filiere import") {
			t.Errorf("%s does not say how to import", address)
		}
	}
}

func TestOfficialLabelsAreMarkedAsFrenchOnEnglishPages(t *testing.T) {
	s := newSite(t, sampleStore(t))
	marked := func(lang string) int {
		n := 0
		for _, e := range within(s.page(t, "/", lang).one("main"), "span") {
			if attr(e, "lang") == "fr" {
				n++
			}
		}
		return n
	}
	if n := marked("en"); n < 10 {
		t.Errorf("%d labels marked in English", n)
	}
	if n := marked("fr"); n > 0 {
		t.Errorf("%d labels marked in French, where they need not be", n)
	}
}
