package access

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// elsewhere are ways to lead a redirect to another site, or to write a header.
var elsewhere = []string{
	"https://evil.test/", "//evil.test", "///evil.test", "/\\evil.test", "\\\\evil.test", "\\/evil.test", "/%5Cevil.test", "/%5cevil.test",
	"/%2Fevil.test", "/%2f/evil.test", "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "http:evil.test", "evil.test", "?next=//evil.test",
	"/\r\nSet-Cookie: session=x", "/\nx", "/\tevil", " //evil.test", "/a\\..\\evil", "//user@evil.test", "https:/\\evil.test", "/ok\x00", "", "#", ".", "..//evil.test",
}

func TestARedirectStaysOnThisSite(t *testing.T) {
	for _, s := range elsewhere {
		if got := Local(s); got != "/" {
			t.Errorf("%q leads to %q", s, got)
		}
	}
	for s, want := range map[string]string{
		"/": "/", "/map?level=region&year=2019": "/map?level=region&year=2019", "/a%20b": "/a%20b", "/me#keys": "/me",
		"/search?q=//evil.test": "/search?q=//evil.test", "/x?q=%0d%0aSet-Cookie:x": "/x?q=%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x": "/%0D%0ASet-Cookie:x",
	} {
		if got := Local(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	}
}

// staysHere reports whether a browser on https://filiere.test would stay there: it takes backslashes for
// slashes and drops tabs and line ends before it reads an address.
func staysHere(next string) bool {
	seen := strings.NewReplacer("\\", "/", "\t", "", "\n", "", "\r", "").Replace(strings.TrimLeft(next, " \x00\x01\x1f"))
	base, _ := url.Parse("https://filiere.test/sign-in")
	u, err := base.Parse(seen)
	return err == nil && u.Scheme == "https" && u.Host == "filiere.test" && !strings.HasPrefix(seen, "//")
}

func FuzzNext(f *testing.F) {
	for _, s := range elsewhere {
		f.Add(s)
	}
	f.Add("/map?level=region")
	f.Fuzz(func(t *testing.T, s string) {
		got := Local(s)
		if !strings.HasPrefix(got, "/") || !staysHere(got) || strings.ContainsFunc(got, isControl) {
			t.Errorf("%q leads to %q", s, got)
		}
		if again := Local(got); again != got {
			t.Errorf("%q becomes %q, and that %q", s, got, again)
		}
		w := httptest.NewRecorder()
		http.Redirect(w, httptest.NewRequest("GET", "/", nil), got, http.StatusSeeOther)
		if at := w.Header().Get("Location"); !staysHere(at) {
			t.Errorf("%q is sent as %q", s, at)
		}
	})
}

func FuzzBearer(f *testing.F) {
	f.Add("Bearer " + strings.Repeat("A", 43))
	f.Add("bearer")
	f.Add("Basic dXNlcjpwYXNz")
	f.Add("Bearer  x\x00y")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Authorization"] = []string{header}
		secret, sent := bearer(r)
		if !sent {
			t.Error("a header that was sent counts as none, and its sender as a visitor")
		}
		if wellFormed(secret) && !strings.HasSuffix(strings.TrimSpace(header), secret) {
			t.Errorf("%q gives %q", header, secret)
		}
	})
}

func FuzzCookie(f *testing.F) {
	g, err := New(Config{PublicURL: "http://localhost"})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("session=" + strings.Repeat("A", 43))
	f.Add("session=a; session=b")
	f.Add(`session="quoted"; lang=fr`)
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["Cookie"] = []string{header}
		secret, ok := g.sessionSecret(r)
		if ok && (!strings.Contains(header, secret) || strings.ContainsAny(secret, "\"'; \\\r\n%")) {
			t.Errorf("%q gives %q", header, secret)
		}
	})
}

func TestThePublicAddressIsASiteAndNothingElse(t *testing.T) {
	for s, want := range map[string]string{
		"https://filiere.test": "https://filiere.test", "https://Filiere.Test/": "https://filiere.test", "https://filiere.test:8443": "https://filiere.test:8443",
		"http://localhost:8080": "http://localhost:8080", "http://127.0.0.1:1": "http://127.0.0.1:1", "http://[::1]:1": "http://[::1]:1", "http://app.localhost": "http://app.localhost",
	} {
		if site, err := ParseSite(s); err != nil || site.Origin() != want {
			t.Errorf("%q: %q, %v", s, site.Origin(), err)
		}
	}
	for _, s := range []string{
		"", "filiere.test", "http://filiere.test", "http://192.0.2.1", "ftp://filiere.test", "https://", "https://user@filiere.test",
		"https://filiere.test/path", "https://filiere.test?q", "https://filiere.test#x", "http://localhost.evil.test", "javascript:alert(1)",
	} {
		if site, err := ParseSite(s); err == nil {
			t.Errorf("%q passes for %q", s, site.Origin())
		}
	}
}

func TestTheAddressOfAReaderIsNotTheirsToChoose(t *testing.T) {
	g, err := New(Config{PublicURL: "http://localhost", Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, peer, forwarded, want, network string }{
		{"straight", "192.0.2.1:999", "", "192.0.2.1", "192.0.2.1"},
		{"straight, and lying", "192.0.2.1:999", "198.51.100.1", "192.0.2.1", "192.0.2.1"},
		{"by a trusted proxy", "10.0.0.1:999", "198.51.100.1", "198.51.100.1", "198.51.100.1"},
		{"by two of them", "10.0.0.1:999", "198.51.100.1, 10.0.0.2", "198.51.100.1", "198.51.100.1"},
		{"lying to the proxy", "10.0.0.1:999", "203.0.113.9, 198.51.100.1", "198.51.100.1", "198.51.100.1"},
		{"nonsense from the proxy", "10.0.0.1:999", "unknown", "10.0.0.1", "10.0.0.1"},
		{"nothing from the proxy", "10.0.0.1:999", "", "10.0.0.1", "10.0.0.1"},
		{"IPv6 counts by network", "[2001:db8:1:2:3:4:5:6]:999", "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"IPv4 written as IPv6", "[::ffff:192.0.2.1]:999", "", "192.0.2.1", "192.0.2.1"},
		{"no address at all", "@", "", "", "unknown"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := g.Address(r); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got := g.Network(r); got != c.network {
			t.Errorf("%s: network %q, want %q", c.name, got, c.network)
		}
	}
}
