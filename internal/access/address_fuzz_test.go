package access

import (
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

// FuzzForwarded: whatever a reader writes to the left in X-Forwarded-For, they do not choose the address
// they count under, and the address is one.
func FuzzForwarded(f *testing.F) {
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	g, err := New(Config{PublicURL: "http://localhost", Proxies: proxies})
	if err != nil {
		f.Fatal(err)
	}
	for _, peer := range []string{"10.0.0.1:999", "192.0.2.1:999", "[::1]:1", "[fe80::1%eth0]:1", "@", ""} {
		f.Add(peer, "198.51.100.1, 10.0.0.2", "203.0.113.9")
		f.Add(peer, "", "10.0.0.3")
		f.Add(peer, "unknown, ,fe80::1%25eth0", "::ffff:10.0.0.1,")
	}
	f.Fuzz(func(t *testing.T, peer, forwarded, lie string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = peer
		r.Header["X-Forwarded-For"] = []string{forwarded}
		got := g.Address(r)
		from, err := netip.ParseAddrPort(peer)
		if err != nil {
			if got != "" || g.Network(r) != "unknown" {
				t.Fatalf("a request from nowhere (%q) comes from %q", peer, got)
			}
			return
		}
		at, err := netip.ParseAddr(got)
		if err != nil || at.Is4In6() {
			t.Fatalf("%q by %q comes from %q: %v", forwarded, peer, got, err)
		}
		if _, err := netip.ParsePrefix(g.Network(r)); err != nil && g.Network(r) != got {
			t.Errorf("%q counts as the network %q", got, g.Network(r))
		}
		if !g.trusted(from.Addr().Unmap()) && at != from.Addr().Unmap() {
			t.Errorf("%q is no proxy of ours and passes for %q", peer, got)
		}
		r.Header["X-Forwarded-For"] = []string{lie, forwarded}
		if lied := g.Address(r); !g.trusted(at) && lied != got {
			t.Errorf("%q by %q comes from %q, and from %q with %q to the left", forwarded, peer, got, lied, lie)
		}
	})
}

// FuzzSignInFor: wherever a refused request wanted to go and came from, signing in leads to this site.
func FuzzSignInFor(f *testing.F) {
	for _, s := range elsewhere {
		f.Add("GET", "/map", s, s)
		f.Add("POST", s, "http://filiere.test"+s, "filiere.test")
	}
	f.Fuzz(func(t *testing.T, method, target, referer, host string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := httptest.NewRequest("GET", "/", nil)
		r.Method, r.URL, r.Host = method, u, host
		r.Header["Referer"] = []string{referer}
		for _, again := range []bool{false, true} {
			at, err := url.Parse(signInFor(r, again))
			if err != nil || at.Path != SignInPath || at.Host != "" || at.Query().Has("again") != again {
				t.Fatalf("%s %q from %q is sent to %q: %v", method, target, referer, at, err)
			}
			if next := at.Query().Get("next"); next != "" && (!staysHere(next) || Local(next) != next) {
				t.Errorf("%s %q from %q leads on to %q", method, target, referer, next)
			}
		}
	})
}

// FuzzParseSite: a public address is an origin that reads back as itself, over TLS or of this machine.
func FuzzParseSite(f *testing.F) {
	for _, s := range []string{"https://filiere.test", "http://localhost:8080", "http://[::1]:1", "https://user@x", "https://x/path?q#f", "https://Ünï.test", "http://localhost.evil.test"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		site, err := ParseSite(s)
		if err != nil {
			return
		}
		origin := site.Origin()
		if again, err := ParseSite(origin); err != nil || again.Origin() != origin {
			t.Errorf("%q is %q, which is %q, %v", s, origin, again.Origin(), err)
		}
		u, err := url.Parse(site.Link("/sign-in"))
		if err != nil || u.Path != "/sign-in" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.ContainsFunc(origin, isControl) {
			t.Errorf("%q links to %v, %v", s, u, err)
		}
		if site.Secure() != (u != nil && u.Scheme == "https") {
			t.Errorf("%q: secure %v at %v", s, site.Secure(), u)
		}
	})
}
