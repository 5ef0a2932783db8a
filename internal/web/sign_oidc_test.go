package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// voucher is a provider that vouches for whoever its answer names, once for each ceremony.
type voucher struct {
	claims map[string]people.Claims // by the answer's code
	begun  map[string]bool
}

func (v *voucher) Name() string { return "École" }

func (v *voucher) Start(context.Context) (redirect, ceremony string, err error) {
	secret, _, err := people.NewSecret(people.Random)
	v.begun[secret] = true
	return "https://provider.test/authorize?state=x", secret, err
}

func (v *voucher) Finish(_ context.Context, ceremony string, answer url.Values) (people.Claims, error) {
	c, known := v.claims[answer.Get("code")]
	if !v.begun[ceremony] || !known {
		return c, fault.New(fault.Forbidden, "sign in", "the answer does not add up")
	}
	delete(v.begun, ceremony)
	return c, nil
}

func TestAnAccountElsewhereSignsInAsTheOneItIsJoinedTo(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	if err := sc.store.LinkOIDC(t.Context(), people.By(ada.ID), ada.ID, "https://provider.test", "ada"); err != nil {
		t.Fatal(err)
	}
	sc.provider = &voucher{begun: map[string]bool{}, claims: map[string]people.Claims{
		"ada":  {Issuer: "https://provider.test", Subject: "ada", Email: "ada@example.org"},
		"evil": {Issuer: "https://provider.test", Subject: "evil", Email: "ada@example.org"}, // the same address proves nothing
	}}
	sc.mux = sc.process(sc.store)

	b := sc.browser()
	if d := parseHTML(t, "/sign-in", b.get("/sign-in?next=/map").Body.String()); !d.says("Sign in with École") {
		t.Error("the way is not offered")
	}
	leads(t, b.get("/sign-in/oidc?next=/map"), "https://provider.test/authorize?state=x")
	carried := b.cookies["__Host-oidc"]
	if carried == "" {
		t.Fatalf("nothing binds the answer to this browser: %v", b.cookies)
	}
	if w := sc.browser().get("/sign-in/oidc/callback?code=ada"); w.Code != http.StatusForbidden {
		t.Errorf("an answer in a browser that never asked: %d", w.Code)
	}
	leads(t, b.get("/sign-in/oidc/callback?code=ada", "Sec-Fetch-Site", "cross-site"), "/map")
	if b.is(t) != "Ada" || b.cookies["__Host-oidc"] != "" {
		t.Errorf("signed in as %q, cookies %v", b.is(t), b.cookies)
	}
	again := sc.browser()
	again.cookies["__Host-oidc"] = carried
	if w := again.get("/sign-in/oidc/callback?code=ada"); w.Code != http.StatusForbidden || again.is(t) != "" {
		t.Errorf("a ceremony used twice: %d", w.Code)
	}

	stranger := sc.browser()
	stranger.get("/sign-in/oidc?next=//evil.test")
	w := stranger.get("/sign-in/oidc/callback?code=evil")
	if d := parseHTML(t, "stranger", w.Body.String()); w.Code != http.StatusForbidden || !strings.Contains(wrong(d), "No account here is joined") || stranger.is(t) != "" {
		t.Errorf("somebody with Ada's address elsewhere: %d %q as %q", w.Code, wrong(d), stranger.is(t))
	}
}

func TestAnInvitationIsAcceptedWithAnAccountElsewhere(t *testing.T) {
	sc := newSchool(t, "sqlite")
	bob := sc.account("bob@example.org", "Bob")
	sc.provider = &voucher{begun: map[string]bool{}, claims: map[string]people.Claims{
		"bob": {Issuer: "https://provider.test", Subject: "bob", Email: "bob@example.org"},
		"eve": {Issuer: "https://provider.test", Subject: "eve", Email: "eve@example.org"},
	}}
	sc.mux = sc.process(sc.store)
	secret := sc.link(people.LinkInvite, bob.ID)
	for code, want := range map[string]string{"eve": "", "bob": "Bob"} {
		b := sc.browser()
		b.get("/sign-in/oidc?invitation=" + secret)
		w := b.get("/sign-in/oidc/callback?code=" + code)
		if want != "" {
			leads(t, w, "/welcome")
		}
		if got := b.is(t); got != want {
			t.Errorf("%s accepts Bob's invitation and is %q: %d", code, got, w.Code)
		}
	}
	if w := sc.browser().get("/invite/" + secret); w.Code != http.StatusForbidden {
		t.Errorf("the invitation opens again: %d", w.Code)
	}
}

func TestAPersonJoinsTheirAccountElsewhere(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada, bob := sc.account("ada@example.org", "Ada"), sc.account("bob@example.org", "Bob")
	sc.provider = &voucher{begun: map[string]bool{}, claims: map[string]people.Claims{
		"ada": {Issuer: "https://provider.test", Subject: "ada-there", Email: "other@example.org"},
	}}
	sc.mux = sc.process(sc.store)
	const join, back = "/me/security/providers/join", "/sign-in/oidc/callback?code=ada"

	b := sc.signedIn(ada)
	if d := parseHTML(t, "security", b.get("/me/security").Body.String()); !d.says("École") {
		t.Error("the way is not offered")
	}
	if w := b.get(join, "Sec-Fetch-Site", "cross-site"); w.Code != http.StatusForbidden || b.cookies["__Host-oidc"] != "" {
		t.Errorf("another site began it: %d", w.Code)
	}
	leads(t, b.get(join), "https://provider.test/authorize?state=x")

	other := sc.signedIn(bob)
	other.cookies["__Host-oidc"] = b.cookies["__Host-oidc"]
	if w := other.get(back); w.Code != http.StatusForbidden {
		t.Errorf("somebody else came back with it: %d", w.Code)
	}
	leads(t, b.get(join), "https://provider.test/authorize?state=x")
	leads(t, b.get(back, "Sec-Fetch-Site", "cross-site"), "/me/security?done=provider")

	again := sc.browser()
	again.get("/sign-in/oidc")
	again.get(back)
	if got := again.is(t); got != "Ada" {
		t.Errorf("signs in as %q", got)
	}
	if found, err := sc.store.OIDCIdentities(t.Context(), bob.ID); err != nil || len(found) != 0 {
		t.Errorf("Bob has %v, %v", found, err)
	}
}
