package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
)

// peopleSite is a site served to a browser, with its store to look into.
type peopleSite struct {
	url   string
	store *store.Store
	p     *program
}

// servePeople serves an empty database at http://localhost: a name passkeys can be bound to, and the one
// place where browsers take them without TLS.
func servePeople(t testing.TB) peopleSite {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	dsn := filepath.Join(t.TempDir(), "filiere.db")
	s, err := store.Open(context.Background(), dsn, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &out, now: time.Now, db: dsn, publicURL: localURL(l.Addr())}
	handler, err := p.handler(s)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(func() { server.Close(); p.later.Wait() })
	return peopleSite{url: p.publicURL, store: s, p: p}
}

// virtualAuthenticator gives the browser a device that keeps passkeys and knows its owner.
func virtualAuthenticator(t *testing.T, ctx context.Context) webauthn.AuthenticatorID {
	t.Helper()
	if _, err := chromedp.Call(ctx, webauthn.Enable, webauthn.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	made, err := chromedp.Call(ctx, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: webauthn.AuthenticatorProtocolCtap2, Transport: webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return made.AuthenticatorID
}

// do runs steps of a person, naming what they were about when one fails.
func do(t *testing.T, ctx context.Context, what string, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		shown, _ := chromedp.Run(context.WithoutCancel(ctx), chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`))
		t.Fatalf("%s: %v\n%s", what, err, shown)
	}
}

func TestTheFirstAdministratorSignsInByPasskey(t *testing.T) {
	site, ctx := servePeople(t), browser(t)
	virtualAuthenticator(t, ctx)
	secret, err := site.store.CreateLink(ctx, people.ByCLI, people.LinkBootstrap, "")
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, "open the link of the terminal",
		chromedp.Navigate(site.url+"/start/"+secret+"?lang=en"),
		chromedp.SendKeys("#email", "ada@example.org"), chromedp.SendKeys("#name", "Ada Lovelace"),
		chromedp.Click("main button[type=submit]"), chromedp.WaitVisible("[data-passkey-form] button"))
	do(t, ctx, "add a passkey",
		chromedp.SetValue("#passkey-name", "Laptop"), chromedp.Click("[data-passkey-form] button"), chromedp.WaitVisible("#tasks"))

	a, err := site.store.AccountByEmail(ctx, "ada@example.org")
	if err != nil || !a.IsAdministrator() {
		t.Fatalf("the first account is %+v, %v", a, err)
	}
	keys, err := site.store.Passkeys(ctx, a.ID)
	if err != nil || len(keys) != 1 || keys[0].Name != "Laptop" {
		t.Fatalf("passkeys %+v, %v", keys, err)
	}

	if told, err := site.store.Notifications(ctx, a.ID, 10); err != nil || len(told) != 1 || told[0].Kind != people.DidAddPasskey {
		t.Errorf("of the new passkey its owner was told %+v, %v", told, err)
	}

	do(t, ctx, "sign out", chromedp.Click(".who button"), chromedp.WaitVisible(`.who a[href^="/sign-in"]`))
	if left, err := site.store.Sessions(ctx, a.ID); err != nil || len(left) != 0 {
		t.Fatalf("signed out, and %d sessions are left, %v", len(left), err)
	}
	withoutSuggestions(t, ctx)
	do(t, ctx, "sign in by passkey", chromedp.Navigate(site.url+"/sign-in?next=/about"),
		chromedp.WaitVisible("[data-passkey=sign-in] button"), chromedp.Click("[data-passkey=sign-in] button"),
		chromedp.WaitVisible(`.who a[href="/me"]`))
	where, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil || where != site.url+"/about" {
		t.Errorf("signed in, and at %s, %v", where, err)
	}
	if live, err := site.store.Sessions(ctx, a.ID); err != nil || len(live) != 1 || live[0].Means != "passkey" {
		t.Errorf("sessions %+v, %v", live, err)
	}
	again, err := http.Get(site.url + "/start/" + secret)
	if err != nil {
		t.Fatal(err)
	}
	again.Body.Close()
	if again.StatusCode != http.StatusForbidden {
		t.Errorf("the link of the terminal opens twice: %d", again.StatusCode)
	}
}

// withoutSuggestions has pages believe that the browser cannot offer passkeys in a field: where nobody is
// there to choose, it takes the first at once, before a button can be pressed.
func withoutSuggestions(t *testing.T, ctx context.Context) {
	t.Helper()
	_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `if (window.PublicKeyCredential) PublicKeyCredential.isConditionalMediationAvailable = async () => false`,
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPasskeyIsOfferedInTheAddressField(t *testing.T) {
	site, ctx := servePeople(t), browser(t)
	virtualAuthenticator(t, ctx)
	secret, err := site.store.CreateLink(ctx, people.ByCLI, people.LinkBootstrap, "")
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, "become administrator with a passkey",
		chromedp.Navigate(site.url+"/start/"+secret),
		chromedp.SendKeys("#email", "ada@example.org"), chromedp.SendKeys("#name", "Ada"),
		chromedp.Click("main button[type=submit]"), chromedp.WaitVisible("[data-passkey-form] button"),
		chromedp.Click("[data-passkey-form] button"), chromedp.WaitVisible("#tasks"),
		chromedp.Click(".who button"), chromedp.WaitVisible(`.who a[href^="/sign-in"]`))
	// Nobody is there to choose: the browser takes the only passkey it would suggest.
	do(t, ctx, "come to the sign-in page", chromedp.Navigate(site.url+"/sign-in?next=/method"), chromedp.WaitVisible(`.who a[href="/me"]`))
}

// TestTheSignInHasNoAccessibilityViolation looks at the ways in as a visitor sees them, in both themes.
func TestTheSignInHasNoAccessibilityViolation(t *testing.T) {
	site, ctx, script := servePeople(t), browser(t), axe(t)
	a, err := site.store.CreateAccount(ctx, people.ByCLI, people.Account{Email: "ada@example.org", Name: "Ada Lovelace", Lang: "fr"})
	if err != nil {
		t.Fatal(err)
	}
	at := map[people.Purpose]string{people.LinkSignIn: "/sign-in/link/", people.LinkInvite: "/invite/", people.LinkRecovery: "/recover/", people.LinkBootstrap: "/start/"}
	pages := []string{"/sign-in", "/sign-in/link/sent", "/recover", "/start/none"}
	for purpose, path := range at {
		id := a.ID
		if purpose == people.LinkBootstrap {
			id = ""
		}
		secret, err := site.store.CreateLink(ctx, people.ByCLI, purpose, id)
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, path+secret)
	}
	for _, lang := range []string{"fr", "en"} {
		for _, dark := range []bool{false, true} {
			for _, page := range pages {
				visit(t, ctx, site.url, page, lang, dark)
				if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script+";0")); err != nil {
					t.Fatal(err)
				}
				found, err := chromedp.Run(ctx, chromedp.Evaluate[string](violations, chromedp.EvalAwaitPromise))
				if err != nil {
					t.Fatal(err)
				}
				if found != "" {
					t.Errorf("%s in %s, dark %v: %s", page, lang, dark, found)
				}
			}
		}
	}
}

func TestASignInPageSaysWhyAPasskeyDoesNotSignIn(t *testing.T) {
	site, ctx := servePeople(t), browser(t)
	virtualAuthenticator(t, ctx)
	do(t, ctx, "try a device without passkeys", chromedp.Navigate(site.url+"/sign-in?lang=en"),
		chromedp.WaitVisible("[data-passkey=sign-in] button"), chromedp.Click("[data-passkey=sign-in] button"),
		chromedp.WaitVisible("[data-passkey=sign-in] .wrong:not(:empty)"))
	said, err := chromedp.Run(ctx, chromedp.Text("[data-passkey=sign-in] .wrong"))
	if err != nil || !strings.Contains(said, "passkey was not used") {
		t.Errorf("the page says %q, %v", said, err)
	}
}
