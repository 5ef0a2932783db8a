package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"filiere/internal/people"
)

var linkIn = regexp.MustCompile(`https://[^\s]+`)

// path is the path of the link in a message.
func path(t *testing.T, m people.Message) string {
	t.Helper()
	u, err := url.Parse(linkIn.FindString(m.Body))
	if err != nil || u.Scheme+"://"+u.Host != publicURL {
		t.Fatalf("the message leads to %v, %v: %s", u, err, m.Body)
	}
	return u.RequestURI()
}

func TestALinkByMailSignsInOnceAndOnlyByItsButton(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		b := sc.browser()
		leads(t, b.post("/sign-in/link", "email", " ADA@example.org ", "next", "/map?level=region"), "/sign-in/link/sent")
		mails := sc.mails()
		if len(mails) != 1 || mails[0].To != "ada@example.org" {
			t.Fatalf("outbox: %+v", mails)
		}
		link := path(t, mails[0])
		for range 3 { // a program that looks through mail follows the link, a person reloads
			w := b.get(link)
			if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Cache-Control"), "no-store") {
				t.Fatalf("the link shows %d, to be kept %q", w.Code, w.Header().Get("Cache-Control"))
			}
			if d := parseHTML(t, link, w.Body.String()); !d.says("Sign in as Ada") {
				t.Errorf("the page does not say whom it signs in: %s", firstLines(w.Body.String()))
			}
		}
		if got := b.is(t); got != "" {
			t.Errorf("looking at a link signed %s in", got)
		}
		leads(t, b.post(link), "/map?level=region")
		if got := b.is(t); got != "Ada" {
			t.Errorf("signed in as %q", got)
		}
		if s := sc.sessions(ada); len(s) != 1 || s[0].Means != "link" || s[0].Address != "192.0.2.1" {
			t.Errorf("sessions: %+v", s)
		}
		if w := sc.browser().post(link); w.Code != http.StatusForbidden {
			t.Errorf("a link used is used again: %d", w.Code)
		}
		if w := sc.browser().get(link); w.Code != http.StatusForbidden || !parseHTML(t, link, w.Body.String()).says("does not open any more") {
			t.Errorf("a link used is shown as good: %d", w.Code)
		}
	})
}

func TestALinkOpensOnlyWhatItWasMadeFor(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	for purpose, at := range map[people.Purpose]string{
		people.LinkSignIn: "/sign-in/link/", people.LinkInvite: "/invite/", people.LinkRecovery: "/recover/", people.LinkBootstrap: "/start/",
	} {
		for other, page := range map[people.Purpose]string{
			people.LinkSignIn: "/sign-in/link/", people.LinkInvite: "/invite/", people.LinkRecovery: "/recover/", people.LinkBootstrap: "/start/",
		} {
			id := ada.ID
			if purpose == people.LinkBootstrap {
				id = ""
			}
			secret := sc.link(purpose, id)
			if got := sc.browser().get(page + secret).Code; (got == http.StatusOK) != (other == purpose) {
				t.Errorf("a link for %s at %s: status %d", at, page, got)
			}
			if other == purpose {
				continue
			}
			if got := sc.browser().post(page+secret, "email", "eve@example.org", "name", "Eve", "lang", "en").Code; got != http.StatusForbidden {
				t.Errorf("a link for %s posted at %s: status %d", at, page, got)
			}
		}
	}
	secret := sc.link(people.LinkSignIn, ada.ID)
	sc.now = sc.now.Add(people.SignInLinkLife)
	if got := sc.browser().post("/sign-in/link/" + secret).Code; got != http.StatusForbidden {
		t.Errorf("a link past its time: status %d", got)
	}
}

func TestAPasswordSignsIn(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		sc.password(ada, "correct horse battery staple")
		b := sc.browser()
		w := b.post("/sign-in/password", "email", "ada@example.org", "password", "wrong horse battery staple")
		d := parseHTML(t, "wrong password", w.Body.String())
		if w.Code != http.StatusUnprocessableEntity || wrong(d) != "This address and this password do not go together." || b.is(t) != "" {
			t.Errorf("a wrong password: %d %q", w.Code, wrong(d))
		}
		leads(t, b.post("/sign-in/password", "email", "ada@example.org", "password", "correct horse battery staple", "next", "/method"), "/method")
		if got := b.is(t); got != "Ada" {
			t.Errorf("signed in as %q", got)
		}
		if b.cookies["lang"] != "en" {
			t.Errorf("the language Ada keeps does not come with her: %v", b.cookies)
		}
	})
}

func TestSigningOutEndsTheSessionWhereverItsCookieWasCopied(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		b := sc.browser()
		leads(t, b.post("/sign-in/link/"+sc.link(people.LinkSignIn, ada.ID)), "/me")
		thief := sc.browser()
		thief.cookies[sessionCookie] = b.cookies[sessionCookie]
		leads(t, b.post("/sign-out"), "/")
		if b.is(t) != "" || b.cookies[sessionCookie] != "" || thief.is(t) != "" || len(sc.sessions(ada)) != 0 {
			t.Errorf("signed out, yet %q, %q, %d sessions", b.is(t), thief.is(t), len(sc.sessions(ada)))
		}
	})
}

func TestASessionPlantedBeforeASignInIsNotUsedAfterIt(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		mallory, ada := sc.account("mallory@example.org", "Mallory"), sc.account("ada@example.org", "Ada")
		sc.password(ada, "correct horse battery staple")
		attacker := sc.browser()
		leads(t, attacker.post("/sign-in/link/"+sc.link(people.LinkSignIn, mallory.ID)), "/me")
		for what, planted := range map[string]string{"Mallory's session": attacker.cookies[sessionCookie], "a made-up one": strings.Repeat("A", 43)} {
			victim := sc.browser()
			victim.cookies[sessionCookie] = planted
			leads(t, victim.post("/sign-in/password", "email", "ada@example.org", "password", "correct horse battery staple"), "/me")
			if victim.cookies[sessionCookie] == planted {
				t.Errorf("%s: the secret stays the same", what)
			}
			attacker.cookies[sessionCookie] = planted
			if got := attacker.is(t); got != "" {
				t.Errorf("%s: who planted it is now %q", what, got)
			}
			sc.now = sc.now.Add(time.Hour) // past the limit of tries
		}
	})
}

func TestNoSignInLeadsToAnotherSite(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	sc.password(ada, "correct horse battery staple")
	for _, evil := range []string{
		"https://evil.test/", "//evil.test", `\\evil.test`, `/\evil.test`, "/%5Cevil.test", "/%2F/evil.test", "javascript:alert(1)",
		"/\r\nSet-Cookie: x=y", "data:text/html,x", "evil.test",
	} {
		b := sc.browser()
		for _, field := range parseHTML(t, "sign-in", b.get("/sign-in?next="+url.QueryEscape(evil)).Body.String()).all("input") {
			if attr(field, "name") == "next" && attr(field, "value") != "/" {
				t.Errorf("%q is carried along as %q", evil, attr(field, "value"))
			}
		}
		leads(t, b.post("/sign-in/password", "email", "ada@example.org", "password", "correct horse battery staple", "next", evil), "/")
		leads(t, b.get("/sign-in?next="+url.QueryEscape(evil)), "/")
		leads(t, sc.browser().post("/sign-in/link/"+sc.link(people.LinkSignIn, ada.ID)+"?next="+url.QueryEscape(evil)), "/")
		sc.now = sc.now.Add(time.Hour)
	}
}

func TestLinksLeadToTheConfiguredSiteWhateverTheRequestCallsIt(t *testing.T) {
	sc := newSchool(t, "sqlite")
	sc.account("ada@example.org", "Ada")
	b := sc.browser()
	b.host = "evil.test"
	for _, page := range []string{"/sign-in/link", "/recover"} {
		form := "email=ada%40example.org"
		w := b.send(http.MethodPost, page, form, "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-Host", "evil.test", "Forwarded", "host=evil.test")
		leads(t, w, "/sign-in/link/sent")
	}
	mails := sc.mails()
	if len(mails) != 2 {
		t.Fatalf("outbox: %+v", mails)
	}
	for _, m := range mails {
		path(t, m) // fails for another site
		if strings.Contains(m.Body, "evil") {
			t.Errorf("the message says %s", m.Body)
		}
	}
}

func TestAnAddressCannotHoldHeadersOrReachOthers(t *testing.T) {
	sc := newSchool(t, "sqlite")
	sc.account("ada@example.org", "Ada")
	for _, email := range []string{
		"ada@example.org\r\nBcc: eve@example.org", "ada@example.org\n", "ada@example.org,eve@example.org", "Ada <ada@example.org>",
		"ada@example.org\x00", "", strings.Repeat("a", 300) + "@example.org", "<script>alert(1)</script>@x",
	} {
		for _, page := range []string{"/sign-in/link", "/recover"} {
			w := sc.browser().post(page, "email", email)
			if strings.TrimSpace(email) == "ada@example.org" {
				leads(t, w, "/sign-in/link/sent") // spaces around an address are a slip of the hand
				continue
			}
			d := parseHTML(t, page, w.Body.String())
			if w.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong(d), "not an e-mail address") {
				t.Errorf("%s takes %q: %d", page, email, w.Code)
			}
			if f := d.faults(); len(f) > 0 {
				t.Errorf("%s with %q: %v", page, email, f)
			}
		}
	}
	for _, m := range sc.mails() {
		if m.To != "ada@example.org" {
			t.Errorf("a message went to %q", m.To)
		}
	}
}

func TestAnInvitedPersonOpensTheirAccount(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "a.lovelace")
		at := "/invite/" + sc.link(people.LinkInvite, ada.ID)
		b := sc.browser()
		for name, fields := range map[string][]string{
			"no name": {"name", " ", "lang", "fr"}, "a name of two lines": {"name", "Ada\u2028Lovelace\u0007", "lang", "fr"}, "no such language": {"name", "Ada", "lang", "xx"},
		} {
			if w := b.post(at, fields...); w.Code != http.StatusUnprocessableEntity || wrong(parseHTML(t, name, w.Body.String())) == "" {
				t.Errorf("%s: status %d", name, w.Code)
			}
		}
		leads(t, b.post(at, "name", "Ada Lovelace", "lang", "fr", "email", "eve@example.org", "role", "administrator", "state", "suspended"), "/welcome")
		got, err := sc.store.Account(t.Context(), ada.ID)
		if err != nil || got.Name != "Ada Lovelace" || got.Lang != "fr" || got.Email != "ada@example.org" || len(got.Grants) != 0 || got.State != people.Active {
			t.Errorf("the account is %+v, %v", got, err)
		}
		if d := parseHTML(t, "/welcome", b.get("/welcome").Body.String()); !d.says("Bienvenue, Ada Lovelace") {
			t.Errorf("the welcome: %s", text(d.one("main")))
		}
		if w := sc.browser().get(at); w.Code != http.StatusForbidden {
			t.Errorf("an invitation opens twice: %d", w.Code)
		}
	})
}

func TestAPasswordIsChosenAfterTheWelcome(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	b := sc.browser()
	leads(t, b.post("/invite/"+sc.link(people.LinkInvite, ada.ID), "name", "Ada", "lang", "en"), "/welcome")
	for _, weak := range []string{"", "short", "password1234", "ada@example.org", strings.Repeat("a", 2000)} {
		if w := b.post("/welcome/password", "password", weak); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%q is taken: %d", weak, w.Code)
		} else if d := parseHTML(t, "weak", w.Body.String()); len(d.faults()) > 0 || strings.Contains(w.Body.String(), `value="`+weak+`"`) && weak != "" && weak != ada.Email {
			t.Errorf("%q: %v", weak, d.faults())
		}
	}
	leads(t, b.post("/welcome/password", "password", "four words nobody joins", "next", "//evil.test"), "/")
	leads(t, sc.browser().post("/sign-in/password", "email", ada.Email, "password", "four words nobody joins"), "/me")
	sc.now = sc.now.Add(people.FreshSignIn)
	if w := b.post("/welcome/password", "password", "a thief's own long words"); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/sign-in?again=1") {
		t.Errorf("a session of ten minutes ago changes the password: %d to %q", w.Code, w.Header().Get("Location"))
	}
	if w := b.get("/sign-in?again=1&next=/welcome"); w.Code != http.StatusOK || !parseHTML(t, "again", w.Body.String()).says("Confirm that it is you") {
		t.Errorf("signing in again is not offered: %d", w.Code)
	}
}

func TestTheFirstAdministratorIsMadeOnce(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		sc.account("taken@example.org", "Somebody")
		first, second := "/start/"+sc.link(people.LinkBootstrap, ""), "/start/"+sc.link(people.LinkBootstrap, "")
		b := sc.browser()
		w := b.post(first, "email", "taken@example.org", "name", "Eve", "lang", "en")
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong(parseHTML(t, first, w.Body.String())), "account with this address already") {
			t.Errorf("somebody's address: %d", w.Code)
		}
		leads(t, b.post(first, "email", "Root@example.org", "name", "Grace", "lang", "en"), "/welcome")
		a, err := sc.store.AccountByEmail(t.Context(), "root@example.org")
		if err != nil || !a.IsAdministrator() || b.is(t) != "Grace" {
			t.Errorf("the account is %+v, %v; the browser is %q", a, err, b.is(t))
		}
		for _, at := range []string{first, second} {
			if w := sc.browser().post(at, "email", "eve@example.org", "name", "Eve", "lang", "en"); w.Code != http.StatusForbidden {
				t.Errorf("a second administrator is made: %d", w.Code)
			}
		}
		third := "/start/" + sc.link(people.LinkBootstrap, "")
		if w := sc.browser().get(third); w.Code != http.StatusForbidden {
			t.Errorf("there is an administrator, and a link made since offers to make one: %d", w.Code)
		}
	})
}

func TestRecoverySignsEveryOtherDeviceOut(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		thief, b := sc.browser(), sc.browser()
		leads(t, thief.post("/sign-in/link/"+sc.link(people.LinkSignIn, ada.ID)), "/me")
		leads(t, b.post("/recover", "email", "ada@example.org"), "/sign-in/link/sent")
		mails := sc.mails()
		if len(mails) != 1 {
			t.Fatalf("outbox: %+v", mails)
		}
		at := path(t, mails[0])
		if w := b.get(at); w.Code != http.StatusOK || thief.is(t) != "Ada" {
			t.Errorf("looking at the link: %d, and the other device is %q", w.Code, thief.is(t))
		}
		leads(t, b.post(at), "/welcome")
		if b.is(t) != "Ada" || thief.is(t) != "" {
			t.Errorf("the browser is %q, the other device %q", b.is(t), thief.is(t))
		}
		if s := sc.sessions(ada); len(s) != 1 || s[0].Means != "recovery" {
			t.Errorf("sessions: %+v", s)
		}
	})
}

func TestPagesOfSignedInPeopleAreSharedWithNobody(t *testing.T) {
	sc := newSchool(t, "sqlite")
	compute(t, sc.store)
	ada, bob := sc.browser(), sc.browser()
	leads(t, ada.post("/sign-in/link/"+sc.link(people.LinkSignIn, sc.account("ada@example.org", "Ada Lovelace").ID)), "/me")
	leads(t, bob.post("/sign-in/link/"+sc.link(people.LinkSignIn, sc.account("bob@example.org", "Bob Noyce").ID)), "/me")
	for _, address := range []string{"/method", "/about", "/map", "/"} {
		for range 2 { // the second time from whatever was kept of the first
			for name, b := range map[string]*browser{"Ada Lovelace": ada, "Bob Noyce": bob, "": sc.browser()} {
				w := b.get(address)
				for _, other := range []string{"Ada Lovelace", "Bob Noyce"} {
					if strings.Contains(w.Body.String(), other) != (other == name) {
						t.Errorf("%s for %q: names %s", address, name, other)
					}
				}
				if name != "" && (w.Header().Get("Cache-Control") != "private, no-store" || w.Header().Get("ETag") != "") {
					t.Errorf("%s for %q may be kept: %q, ETag %q", address, name, w.Header().Get("Cache-Control"), w.Header().Get("ETag"))
				}
			}
		}
		if tag := sc.browser().get(address).Header().Get("ETag"); tag != "" {
			if w := ada.get(address, "If-None-Match", tag); w.Code != http.StatusOK {
				t.Errorf("%s: the copy a visitor had is good for Ada: %d", address, w.Code)
			}
		}
	}
}

func TestEveryPageOfTheSignInIsWholeInBothLanguages(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", `Ada <script>alert(1)</script>"'`)
	member := sc.browser()
	leads(t, member.post("/sign-in/link/"+sc.link(people.LinkSignIn, ada.ID)), "/me")
	key := regexp.MustCompile(`\b(sign|who|recover|invite|start|welcome)\.[a-z_]+`)
	for _, lang := range []string{"fr", "en"} {
		for _, address := range []string{
			"/sign-in", "/sign-in?next=/map", "/sign-in/link/sent", "/recover", "/sign-in/link/" + sc.link(people.LinkSignIn, ada.ID),
			"/recover/" + sc.link(people.LinkRecovery, ada.ID), "/invite/" + sc.link(people.LinkInvite, ada.ID), "/start/" + sc.link(people.LinkBootstrap, ""),
			"/start/none", "/welcome", "/sign-in?again=1",
		} {
			b := sc.browser()
			if address == "/welcome" || strings.Contains(address, "again") {
				b = member
			}
			w := b.get(address, "Accept-Language", lang, "Cookie", cookieHeader(b, lang))
			d := parseHTML(t, address+" ("+lang+")", w.Body.String())
			for _, f := range d.faults() {
				t.Errorf("%s: %s", d.name, f)
			}
			if attr(d.one("html"), "lang") != lang {
				t.Errorf("%s is in %q", d.name, attr(d.one("html"), "lang"))
			}
			if shown := key.FindString(text(d.one("body"))); shown != "" {
				t.Errorf("%s shows the key %s", d.name, shown)
			}
			if got := w.Header().Get("Cache-Control"); got != "private, no-store" {
				t.Errorf("%s may be kept: %q", d.name, got)
			}
			for _, form := range d.all("form") {
				if action := attr(form, "action"); !strings.HasPrefix(action, "/") {
					t.Errorf("%s sends a form to %q", d.name, action)
				}
			}
		}
	}
	if strings.Contains(sc.log.String(), "level=ERROR") {
		t.Errorf("something went wrong: %s", sc.log)
	}
}

func cookieHeader(b *browser, lang string) string {
	all := []string{"lang=" + lang}
	for name, value := range b.cookies {
		if name != "lang" {
			all = append(all, name+"="+value)
		}
	}
	slices.Sort(all)
	return strings.Join(all, "; ")
}

func TestReloadingTheAnswerToAFormLeadsBackToIt(t *testing.T) {
	sc := newSchool(t, "sqlite")
	for address, want := range map[string]string{
		"/sign-in/link": "/sign-in", "/sign-in/password?next=/map": "/sign-in?next=%2Fmap", "/sign-in/password?next=//evil": "/sign-in?next=%2F",
	} {
		leads(t, sc.browser().get(address), want)
	}
}
