package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"filiere/internal/access"
	"filiere/internal/people"
	"filiere/internal/store/storetest"
)

// What everybody can send is tried on both databases: one of them refuses texts the other takes.

// schools are one on each engine, with an administrator and a provider that vouches for nobody.
func schools(f *testing.F) []*school {
	f.Helper()
	var all []*school
	for _, engine := range storetest.Engines() {
		sc := newSchool(f, engine)
		sc.provider = &voucher{begun: map[string]bool{}}
		sc.mux = sc.process(sc.store)
		all = append(all, sc)
	}
	return all
}

// answered checks what must hold of every answer: it is no fault of ours, and it leads nowhere else.
func answered(t *testing.T, what string, w *httptest.ResponseRecorder) {
	t.Helper()
	if w.Code >= http.StatusInternalServerError {
		t.Errorf("%s: status %d", what, w.Code)
	}
	if at := w.Header().Get("Location"); at != "" && access.Local(at) != at && at != "https://provider.test/authorize?state=x" {
		t.Errorf("%s leads to %q", what, at)
	}
	for _, c := range w.Result().Cookies() {
		if c.Name == sessionCookie && c.Value != "" {
			t.Errorf("%s signs in", what)
		}
	}
}

// FuzzWaysIn: no address, form or cookie of the sign-in opens a session by itself, breaks a page, or leads
// to another site.
func FuzzWaysIn(f *testing.F) {
	all := schools(f)
	for _, sc := range all {
		sc.account("ada@example.org", "Ada")
	}
	paths := []string{
		"/sign-in", "/sign-in/link", "/sign-in/link/", "/sign-in/password", "/recover", "/recover/", "/invite/", "/start/",
		"/sign-in/oidc", "/sign-in/oidc/callback", "/sign-out", "/preferences", "/me", "/welcome",
	}
	for i := range paths {
		f.Add(i, "", "next=//evil.test&again=1&invitation=x&code=x&state=y", "email=ada%40example.org&password=x&next=%2F%5Cevil.test&back=//evil.test", "a.b.c.d")
		f.Add(i, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "lang=xx", "name=%00&lang=fr&theme=dark&email=%ff@x.y", `"quoted"; __Host-session=x`)
		f.Add(i, "\x00/../\xff", "next=%2F%2Fevil.test&next=/", "email=a@b.c%0d%0aBcc:x@y.z", "e.Ly9ldmls.AA.AA")
	}
	f.Fuzz(func(t *testing.T, route int, secret, query, body, carried string) {
		path := paths[uint(route)%uint(len(paths))]
		if strings.HasSuffix(path, "/") {
			path += url.PathEscape(secret)
		}
		target := path + "?" + query
		if _, err := url.ParseRequestURI(target); err != nil || strings.ContainsAny(target, " \r\n") {
			return // no such request line arrives
		}
		for _, sc := range all {
			sc.t = t
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				b := sc.browser()
				w := b.send(method, target, body, "Content-Type", "application/x-www-form-urlencoded", "Cookie", "__Host-oidc="+carried+"; lang="+carried+"; theme="+carried)
				answered(t, method+" "+target+" "+body, w)
			}
			sc.later.Wait()
			sc.now = sc.now.Add(people.LimitLink.Every) // or the limits answer instead
		}
	})
}

// FuzzDesk: whatever a signed-in administrator types into the pages of people, both databases take it or
// a page says what is wrong; the account itself stays theirs, and the trail whole.
func FuzzDesk(f *testing.F) {
	all := schools(f)
	type seat struct {
		*school
		root people.Account
		b    *browser
	}
	var seats []seat
	for _, sc := range all {
		root := sc.account("root@example.org", "Root", people.Grant{Role: people.Administrator})
		b := sc.browser()
		b.post("/sign-in/link/" + sc.link(people.LinkSignIn, root.ID))
		seats = append(seats, seat{sc, root, b})
	}
	const one = "/admin/accounts/{root}"
	paths := []string{
		"/admin", "/admin/audit", "/admin/audit/verify", "/admin/invite", "/admin/outbox", one, one + "/grants/give", one + "/grants/take", one + "/state",
		one + "/erase", "/admin/accounts/{typed}", "/admin/accounts/{typed}/grants/give", "/me/settings", "/me/security", "/me/security/tokens",
		"/me/security/tokens/revoke", "/me/security/passkeys/rename", "/me/security/passkeys/remove", "/me/security/sessions/close",
		"/me/security/providers/remove", "/me/data/erase", "/welcome",
	}
	for i := range paths {
		f.Add(i, "nobody", "q=a&page=2&actor=cli&action=grant.&object=x&before=3&done=x", "role=mentor&scope_kind=programme&scope_id=p1&state=active&name=N&lang=fr&email=x%40example.org&programme=p&confirm=x&scope=own.read&token=x&session=x&passkey=x")
		f.Add(i, "\x00", "q=%00&page=-1&actor=%00&action=%ff&object=%00&before=99999999999999999999", "role=administrator&scope_kind=%00&scope_id=%ff&name=%00&token=%00&session=%ff&passkey=%00&issuer=%00&subject=%00&email=%00@x.y&confirm=%ff")
		f.Add(i, "%", "q=%25_%5C&page=1000000&before=-1&done=%3Cscript%3E", "scope_id="+strings.Repeat("x", 300)+"&name=%E2%80%AEx&role=king&scope=king&issuer="+strings.Repeat("y", 3000))
	}
	f.Fuzz(func(t *testing.T, route int, typed, query, body string) {
		for _, s := range seats {
			s.t = t
			path := strings.NewReplacer("{root}", string(s.root.ID), "{typed}", url.PathEscape(typed)).Replace(paths[uint(route)%uint(len(paths))])
			target := path + "?" + query
			if _, err := url.ParseRequestURI(target); err != nil || strings.ContainsAny(target, " \r\n") {
				return
			}
			for _, method := range []string{http.MethodGet, http.MethodPost} {
				if s.b.cookies[sessionCookie] == "" || len(s.sessions(s.root)) == 0 {
					s.b.cookies = map[string]string{}
					s.b.post("/sign-in/link/" + s.link(people.LinkSignIn, s.root.ID))
				}
				w := s.b.send(method, target, body, "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin")
				answered(t, method+" "+target+" "+body, w)
				if strings.Contains(w.Body.String(), "<script>") {
					t.Errorf("%s %s: markup that was typed stands in the page", method, target)
				}
			}
			a, err := s.store.Account(t.Context(), s.root.ID)
			if err != nil || a.State != people.Active || !a.IsAdministrator() {
				t.Fatalf("%s %s: the last administrator is %+v, %v", target, body, a, err)
			}
		}
	})
}
