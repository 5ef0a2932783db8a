package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"filiere/internal/people"
)

const goodPassword = "quatre sabots en porcelaine"

// signedIn is a browser with a session of an account.
func (sc *school) signedIn(a people.Account) *browser {
	sc.t.Helper()
	secret, _, err := sc.store.OpenSession(sc.t.Context(), a.ID, "passkey", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "192.0.2.1")
	if err != nil {
		sc.t.Fatal(err)
	}
	b := sc.browser()
	b.cookies[sessionCookie] = secret
	return b
}

func (sc *school) passkey(a people.Account, id, name string) {
	sc.t.Helper()
	err := sc.store.AddPasskey(sc.t.Context(), people.By(a.ID), people.Passkey{ID: id, Account: a.ID, Name: name, Data: []byte("{}")})
	if err != nil {
		sc.t.Fatal(err)
	}
}

func (sc *school) token(a people.Account, name string) {
	sc.t.Helper()
	_, err := sc.store.CreateToken(sc.t.Context(), people.By(a.ID), people.Token{Account: a.ID, Name: name, Scopes: []people.Action{people.ReadOwn}})
	if err != nil {
		sc.t.Fatal(err)
	}
}

// page reads a page that must be there.
func (b *browser) page(t *testing.T, target string) document {
	t.Helper()
	w := b.get(target)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d, %s", target, w.Code, w.Header().Get("Location"))
	}
	if got := w.Header().Get("Cache-Control"); got != "private, no-store" {
		t.Errorf("%s may be kept: %q", target, got)
	}
	return parseHTML(t, target, w.Body.String())
}

// values are those of the fields of a name on a page.
func values(d document, name string) []string {
	var out []string
	for _, tag := range []string{"input", "button"} {
		for _, e := range d.all(tag) {
			if attr(e, "name") == name {
				out = append(out, attr(e, "value"))
			}
		}
	}
	return out
}

// navigation lists where the signed-in navigation leads.
func navigation(d document) string {
	var out []string
	for _, nav := range d.all("nav") {
		if attr(nav, "class") == "desk" {
			for _, a := range within(nav, "a") {
				out = append(out, attr(a, "href"))
			}
		}
	}
	return strings.Join(out, " ")
}

func TestNavigationOffersOnlyWhatAPersonMayDo(t *testing.T) {
	sc := newSchool(t, "sqlite")
	own := "/me /learning /me/alerts /me/settings /me/subscription /me/security /me/data"
	for _, c := range []struct {
		name   string
		grants []people.Grant
		want   string
	}{
		{"somebody without a role", nil, own},
		{"a learner", []people.Grant{{Role: people.Learner}}, own},
		{"an administrator", []people.Grant{{Role: people.Administrator}}, strings.Replace(own, "/me/settings", "/webhooks /me/settings", 1) + " /admin /admin/invoices /admin/audit /admin/outbox"},
	} {
		a := sc.account(url.PathEscape(strings.ReplaceAll(c.name, " ", "."))+"@example.org", "Somebody", c.grants...)
		if got := navigation(sc.signedIn(a).page(t, "/me")); got != c.want {
			t.Errorf("%s is offered %q, want %q", c.name, got, c.want)
		}
	}
	if w := sc.browser().get("/me"); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in?") {
		t.Errorf("a visitor at /me gets %d %s", w.Code, w.Header().Get("Location"))
	}
}

func TestTodaySaysWhatWaits(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada", people.Grant{Role: people.Mentor})
		b := sc.signedIn(ada)
		d := b.page(t, "/me")
		if !d.says("Add a passkey") || !d.says("No notification") || !d.says("Mentor") {
			t.Errorf("the first day: %s", text(d.one("main")))
		}
		sc.passkey(ada, "a1", "phone")
		if err := sc.store.Notify(t.Context(), people.Notification{Account: ada.ID, Kind: people.DidGiveGrant, Detail: `{"role":"juror"}`}); err != nil {
			t.Fatal(err)
		}
		if d := b.page(t, "/me"); !d.says("Nothing waits for you") || !d.says("You were given a role: Juror") || !d.says("New") {
			t.Errorf("with news: %s", text(d.one("main")))
		}
		leads(t, b.post("/me/notifications"), "/me")
		if d := b.page(t, "/me"); d.says("Mark all as read") {
			t.Error("what was read is still new")
		}
	})
}

func TestLanguageAndThemeFollowAPersonToAnyBrowser(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		sc.password(ada, goodPassword)
		leads(t, sc.signedIn(ada).post("/me/settings", "name", " Ada  Lovelace ", "lang", "fr", "theme", "dark", "state", "suspended", "email", "x@example.org", "role", "administrator"), "/me/settings?done=settings")
		got, err := sc.store.Account(t.Context(), ada.ID)
		if err != nil || got.Name != "Ada Lovelace" || got.Lang != "fr" || got.Theme != "dark" {
			t.Fatalf("kept %+v, %v", got, err)
		}
		if got.State != people.Active || got.Email != "ada@example.org" || len(got.Grants) > 0 {
			t.Errorf("a field nobody offers was taken: %+v", got)
		}
		other := sc.browser()
		leads(t, other.post("/sign-in/password", "email", "ada@example.org", "password", goodPassword, "next", "/me"), "/me")
		d := other.page(t, "/me")
		if attr(d.one("html"), "lang") != "fr" || attr(d.one("html"), "data-theme") != "dark" {
			t.Errorf("another browser shows %q, lit %q", attr(d.one("html"), "lang"), attr(d.one("html"), "data-theme"))
		}
		leads(t, other.post("/preferences", "theme", "light", "back", "/me"), "/me")
		if got, err := sc.store.Account(t.Context(), ada.ID); err != nil || got.Theme != "light" {
			t.Errorf("the theme chosen at the foot of a page is not kept: %q, %v", got.Theme, err)
		}
		if w := other.post("/me/settings", "name", "", "lang", "xx"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("no name and no language: status %d", w.Code)
		}
	})
}

func TestTheLastMeansOfSignInStays(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		sc.passkey(ada, "a1", "phone")
		b := sc.signedIn(ada)
		if d := b.page(t, "/me/security"); !d.says("only means of sign-in") {
			t.Error("the page does not say that the passkey is the last")
		}
		if w := b.post("/me/security/passkeys/remove", "passkey", "a1"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "last means of sign-in") {
			t.Errorf("removing the last passkey: status %d", w.Code)
		}
		leads(t, b.post("/me/security/passkeys/rename", "passkey", "a1", "name", "old phone"), "/me/security?done=renamed")
		leads(t, b.post("/me/security/password", "password", goodPassword), "/me/security?done=password")
		leads(t, b.post("/me/security/passkeys/remove", "passkey", "a1"), "/me/security?done=unpasskey")
		if w := b.post("/me/security/password/remove"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("removing the last password: status %d", w.Code)
		}
		sc.passkey(ada, "a2", "key")
		leads(t, b.post("/me/security/password/remove"), "/me/security?done=unpassword")
		if d := b.page(t, "/me"); !d.says("A passkey was removed: old phone") || !d.says("Your password was changed") {
			t.Errorf("the person was not told: %s", text(d.one("main")))
		}
	})
}

func TestAPasswordIsRefusedInPlainWords(t *testing.T) {
	sc := newSchool(t, "sqlite")
	b := sc.signedIn(sc.account("ada.lovelace@example.org", "Ada Lovelace"))
	for password, says := range map[string]string{
		"Zebre7": "too short", strings.Repeat("long ", 50): "too long", "qwertyuiop123": "stolen elsewhere", "lovelace.ada.filiere": "too close to your name",
	} {
		w := b.post("/me/security/password", "password", password)
		if got := wrong(parseHTML(t, "", w.Body.String())); w.Code != http.StatusUnprocessableEntity || !strings.Contains(got, says) {
			t.Errorf("%q: status %d, %q", password, w.Code, got)
		}
		if strings.Contains(w.Body.String(), password) {
			t.Errorf("%q stands on the page", password)
		}
	}
}

func TestAChangedPasswordSignsOtherDevicesOut(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	thief, b := sc.signedIn(ada), sc.signedIn(ada)
	leads(t, b.post("/me/security/password", "password", goodPassword), "/me/security?done=password")
	if thief.is(t) != "" || b.is(t) != "Ada" {
		t.Errorf("signed in: the other %q, this %q", thief.is(t), b.is(t))
	}
}

func TestSessionsAreListedAndClosed(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		phone, lost, b := sc.signedIn(ada), sc.signedIn(ada), sc.signedIn(ada)
		d := b.page(t, "/me/security")
		if all := values(d, "session"); len(all) != 3 || !d.says("Firefox on Linux") || !d.says("This one") {
			t.Fatalf("%d sessions: %s", len(all), text(d.one("main")))
		}
		leads(t, b.post("/me/security/sessions/close", "session", people.HashSecret(lost.cookies[sessionCookie])), "/me/security?done=session")
		if lost.is(t) != "" || phone.is(t) == "" {
			t.Error("not the one session was closed")
		}
		leads(t, b.post("/me/security/sessions/others"), "/me/security?done=sessions")
		if phone.is(t) != "" || b.is(t) == "" {
			t.Error("not the others were closed")
		}
		leads(t, b.post("/me/security/sessions/close", "session", people.HashSecret(b.cookies[sessionCookie])), "/")
		if b.is(t) != "" {
			t.Error("closing this session does not sign out")
		}
	})
}

func TestATokenIsShownOnceAndRevoked(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		b := sc.signedIn(ada)
		w := b.post("/me/security/tokens", "name", "ci", "scope", "own.read", "account", "somebody", "expires_at", "2099-01-01")
		var secret string
		for _, e := range parseHTML(t, "", w.Body.String()).all("section") {
			if attr(e, "class") == "secret" {
				secret = text(within(e, "code")[0])
			}
		}
		token, owner, err := sc.store.TokenBySecret(t.Context(), secret)
		if w.Code != http.StatusOK || err != nil || owner.ID != ada.ID || len(token.Scopes) != 1 || token.ExpiresAt.After(sc.now.Add(people.TokenLifetime)) {
			t.Fatalf("status %d, %+v, %v", w.Code, token, err)
		}
		if got := w.Header().Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("the secret may be kept: %q", got)
		}
		if strings.Contains(b.get("/me/security").Body.String(), secret) {
			t.Error("the secret is shown twice")
		}
		for _, scopes := range [][]string{{}, {"scope", "audit.read"}, {"scope", "nonsense"}} {
			if w := b.post("/me/security/tokens", append([]string{"name", "x"}, scopes...)...); w.Code != http.StatusUnprocessableEntity {
				t.Errorf("%v: status %d", scopes, w.Code)
			}
		}
		leads(t, b.post("/me/security/tokens/revoke", "token", token.ID), "/me/security?done=untoken")
		if _, _, err := sc.store.TokenBySecret(t.Context(), secret); err == nil {
			t.Error("a revoked token still opens")
		}
	})
}

func TestNothingOfAnotherPersonCanBeReachedByItsName(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada, bob := sc.account("ada@example.org", "Ada"), sc.account("bob@example.org", "Bob")
		sc.passkey(ada, "a1", "mine")
		sc.passkey(ada, "a2", "mine too")
		sc.passkey(bob, "b1", "his")
		sc.passkey(bob, "b2", "his too")
		sc.token(bob, "his")
		theirs, b := sc.signedIn(bob), sc.signedIn(ada)
		tokens, err := sc.store.Tokens(t.Context(), bob.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ target, field, value string }{
			{"/me/security/passkeys/rename", "passkey", "b1"},
			{"/me/security/passkeys/remove", "passkey", "b1"},
			{"/me/security/sessions/close", "session", people.HashSecret(theirs.cookies[sessionCookie])},
			{"/me/security/tokens/revoke", "token", tokens[0].ID},
			{"/me/security/providers/remove", "subject", "bob"},
		} {
			if w := b.post(c.target, c.field, c.value, "name", "Mallory", "issuer", "https://id.example"); w.Code != http.StatusNotFound {
				t.Errorf("%s: status %d", c.target, w.Code)
			}
		}
		one := "/admin/accounts/" + string(bob.ID)
		for _, target := range []string{"/grants/give", "/grants/take", "/state", "/recovery", "/erase", "/export"} {
			if w := b.post(one+target, "role", "administrator", "state", "suspended", "confirm", "bob@example.org"); w.Code != http.StatusForbidden {
				t.Errorf("%s: status %d", target, w.Code)
			}
		}
		for _, target := range []string{one, "/admin", "/admin/invite", "/admin/audit", "/admin/outbox"} {
			if w := b.get(target); w.Code != http.StatusForbidden || strings.Contains(w.Body.String(), "Bob") {
				t.Errorf("%s: status %d", target, w.Code)
			}
		}
		for _, target := range []string{"/admin/invite", "/admin/audit/verify"} {
			if w := b.post(target, "email", "eve@example.org", "name", "Eve", "lang", "en", "role", "administrator"); w.Code != http.StatusForbidden {
				t.Errorf("%s: status %d", target, w.Code)
			}
		}
		keys, err := sc.store.Passkeys(t.Context(), bob.ID)
		if err != nil || len(keys) != 2 || keys[0].Name != "his" || theirs.is(t) != "Bob" {
			t.Errorf("something of Bob's changed: %+v, %v", keys, err)
		}
	})
}

func TestWhatOpensAnAccountNeedsAFreshSignIn(t *testing.T) {
	sc := newSchool(t, "sqlite")
	root := sc.account("root@example.org", "Root", people.Grant{Role: people.Administrator})
	b := sc.signedIn(root)
	sc.now = sc.now.Add(people.FreshSignIn)
	again := func(name string, code int, to string) {
		if code != http.StatusSeeOther || !strings.Contains(to, "/sign-in?") || !strings.Contains(to, "again=1") {
			t.Errorf("%s: status %d to %q", name, code, to)
		}
	}
	for _, target := range []string{"/me/security", "/admin/invite"} {
		w := b.get(target)
		again(target, w.Code, w.Header().Get("Location"))
	}
	one := "/admin/accounts/" + string(root.ID)
	for _, target := range []string{
		"/me/security/passkeys/rename", "/me/security/passkeys/remove", "/me/security/password", "/me/security/password/remove",
		"/me/security/providers/remove", "/me/security/sessions/close", "/me/security/sessions/others", "/me/security/tokens",
		"/me/security/tokens/revoke", "/me/data/export", "/me/data/erase", "/admin/invite", one + "/grants/give", one + "/grants/take",
		one + "/state", one + "/recovery", one + "/erase", one + "/export",
	} {
		w := b.post(target)
		again(target, w.Code, w.Header().Get("Location"))
	}
	if w := b.get("/me"); w.Code != http.StatusOK {
		t.Errorf("/me: status %d", w.Code)
	}
}

func TestAPersonTakesTheirDataAndGoes(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		b := sc.signedIn(ada)
		w := b.post("/me/data/export")
		z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
		if err != nil || len(z.File) != 2 || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") {
			t.Fatalf("the export is no zip of two files: %v %v", err, w.Header())
		}
		if w := b.post("/me/data/erase", "confirm", "bob@example.org"); w.Code != http.StatusUnprocessableEntity || b.is(t) != "Ada" {
			t.Errorf("a wrong confirmation: status %d", w.Code)
		}
		w = b.post("/me/data/erase", "confirm", "ADA@example.org ")
		if d := parseHTML(t, "", w.Body.String()); w.Code != http.StatusOK || !d.says("What was kept") || !d.says("audit trail") || d.says("Ada") {
			t.Errorf("erased: status %d, %s", w.Code, firstLines(w.Body.String()))
		}
		if _, kept := b.cookies[sessionCookie]; kept || b.is(t) != "" {
			t.Error("an erased person is still signed in")
		}
		if a, err := sc.store.Account(t.Context(), ada.ID); err != nil || a.State != people.Erased || a.Name != "" {
			t.Errorf("what is left: %+v, %v", a, err)
		}
	})
}

func TestHostileNamesOfPeopleStayWords(t *testing.T) {
	sc := newSchool(t, "sqlite")
	root := sc.account("root@example.org", hostile, people.Grant{Role: people.Administrator},
		people.Grant{Role: people.Expert, Scope: people.Ref{Kind: people.KindProgramme, ID: hostile}})
	sc.passkey(root, "a1", hostile)
	sc.passkey(root, "a2", hostile)
	sc.token(root, hostile)
	detail, err := json.Marshal(map[string]string{"name": hostile, "role": hostile})
	if err != nil {
		t.Fatal(err)
	}
	for _, do := range []func() error{
		func() error {
			_, _, err := sc.store.OpenSession(t.Context(), root.ID, hostile, hostile, hostile)
			return err
		},
		func() error { return sc.store.LinkOIDC(t.Context(), people.By(root.ID), root.ID, hostile, hostile) },
		func() error {
			return sc.store.Notify(t.Context(), people.Notification{Account: root.ID, Kind: people.DidCreateToken, Detail: string(detail)})
		},
		func() error {
			return sc.store.Notify(t.Context(), people.Notification{Account: root.ID, Kind: hostile, Detail: hostile})
		},
		func() error {
			return sc.store.EnqueueMail(t.Context(), people.Message{
				To: hostile, Subject: hostile, Lang: hostile,
				Body: hostile + " " + publicURL + `/x"onclick=alert(1) ` + publicURL + ".evil.test/ javascript:alert(1) " + publicURL + "//evil.test/ " + publicURL + "/invite/abc",
			})
		},
		func() error {
			return sc.store.AppendAudit(t.Context(), people.Event{
				Actor: people.Actor(hostile), Action: hostile, Object: people.Ref{Kind: people.Kind(hostile), ID: hostile}, Detail: string(detail),
			})
		},
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	b := sc.signedIn(root)
	attack := url.QueryEscape(hostile)
	for _, target := range []string{
		"/me", "/me/settings", "/me/security", "/me/data", "/admin", "/admin?q=" + attack, "/admin/invite", "/admin/outbox",
		"/admin/audit", "/admin/audit?actor=" + attack + "&action=" + attack + "&object=" + attack,
		"/admin/accounts/" + string(root.ID), "/me/settings?done=" + attack,
	} {
		d := b.page(t, target)
		if bad := append(scriptsBesidesOurs(d), d.nameFaults()...); len(bad) > 0 {
			t.Errorf("%s: %v", target, bad)
		}
		for _, img := range d.all("img") {
			t.Errorf("%s: a name became an image %v", target, img.Attr)
		}
		for _, a := range d.all("a") {
			if href := attr(a, "href"); strings.Contains(href, "evil") || strings.HasPrefix(href, "javascript") {
				t.Errorf("%s: a link leads to %s", target, href)
			}
		}
	}
	if d := b.page(t, "/admin/outbox"); !linksTo(d, "/invite/abc") {
		t.Error("the invitation in the outbox cannot be followed")
	}
}

// scriptsBesidesOurs finds scripts and handlers that the page does not come with.
func scriptsBesidesOurs(d document) []string {
	var out []string
	for _, e := range d.all("script") {
		if !strings.HasPrefix(attr(e, "src"), "/static/passkey.") || e.FirstChild != nil {
			out = append(out, "a script "+attr(e, "src"))
		}
	}
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				out = append(out, n.Data+" has "+a.Key)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(d.one("html"))
	return out
}

func linksTo(d document, address string) bool {
	for _, a := range d.all("a") {
		if attr(a, "href") == address {
			return true
		}
	}
	return false
}

func TestWhoeverHasAChangedCredentialIsToldByMail(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	b := sc.browser()
	leads(t, b.post("/sign-in/link/"+sc.link(people.LinkSignIn, ada.ID)), "/me")
	for _, c := range []struct {
		what   string
		change func() *httptest.ResponseRecorder
	}{
		{"password of your account was set or changed", func() *httptest.ResponseRecorder {
			return b.post("/me/security/password", "password", "correct horse battery staple")
		}},
		{"A token was made", func() *httptest.ResponseRecorder {
			return b.post("/me/security/tokens", "name", "https://evil.test", "scope", "own.read")
		}},
		{"password of your account was removed", func() *httptest.ResponseRecorder {
			sc.passkeyOf(t, ada)
			return b.post("/me/security/password/remove")
		}},
	} {
		before := len(sc.mails())
		if w := c.change(); w.Code >= http.StatusBadRequest {
			t.Fatalf("%s: status %d: %s", c.what, w.Code, firstLines(w.Body.String()))
		}
		mails := sc.mails()
		if len(mails) != before+1 {
			t.Fatalf("%s: %d messages, want one more than %d", c.what, len(mails), before)
		}
		m := mails[0]
		if m.To != ada.Email || !strings.Contains(m.Body, c.what) || !strings.Contains(m.Body, publicURL+"/me/security") || strings.Contains(m.Body, "evil.test") {
			t.Errorf("%s: %+v", c.what, m)
		}
		sc.now = sc.now.Add(time.Second)
	}
}
