package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
)

// signedInPages are the pages of signed-in people; an account's own comes after them.
var signedInPages = []string{
	"/me", "/me/settings", "/me/security", "/me/data", "/admin", "/admin?q=nobody", "/admin/invite", "/admin/audit",
	"/admin/audit?action=grant.give", "/admin/outbox", "/admin/accounts/none",
}

// desk is a site with people, and the cookie of its administrator.
type desk struct {
	base, secret string
	root, other  people.Account
}

// schoolSite serves a school where something has happened: roles, a token, notifications, messages.
func schoolSite(t testing.TB) desk {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: os.Stdout, stderr: os.Stderr, getenv: func(string) string { return "" }, now: time.Now}
	s, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "filiere.db"), p.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	d := desk{}
	d.root = newAccount(t, s, "camille.durand@example.org", "Camille Durand", people.Grant{Role: people.Administrator})
	d.other = newAccount(t, s, "bachir.benali@example.org", "Bachir Benali", people.Grant{Role: people.Mentor},
		people.Grant{Role: people.Expert, Scope: people.Ref{Kind: people.KindProgramme, ID: "data-analyst"}})
	happen(t, s, d)
	if d.secret, _, err = s.OpenSession(context.Background(), d.root.ID, "passkey", "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", "192.0.2.7"); err != nil {
		t.Fatal(err)
	}
	d.base = serveStore(t, p, s)
	return d
}

func newAccount(t testing.TB, s *store.Store, email, name string, grants ...people.Grant) people.Account {
	t.Helper()
	a, err := s.CreateAccount(context.Background(), people.ByCLI, people.Account{Email: email, Name: name, Lang: "fr", Grants: grants})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// happen fills the pages with one of each thing they show.
func happen(t testing.TB, s *store.Store, d desk) {
	t.Helper()
	ctx, by := context.Background(), people.By(d.root.ID)
	for _, do := range []func() error{
		func() error {
			_, err := s.CreateToken(ctx, by, people.Token{Account: d.root.ID, Name: "Tableau de bord", Scopes: []people.Action{people.ReadAccounts, people.ReadAudit}})
			return err
		},
		func() error {
			return s.AddPasskey(ctx, by, people.Passkey{ID: "cGFzc2tleS0x", Account: d.root.ID, Name: "Clé du bureau", Data: []byte("{}")})
		},
		func() error {
			return s.AddPasskey(ctx, by, people.Passkey{ID: "cGFzc2tleS0y", Account: d.root.ID, Name: "Téléphone", Data: []byte("{}")})
		},
		func() error {
			_, _, err := s.OpenSession(ctx, d.root.ID, "link", "Mozilla/5.0 (iPhone) Safari/605.1", "2001:db8::7")
			return err
		},
		func() error { return s.GiveGrant(ctx, by, d.root.ID, people.Grant{Role: people.Analyst}) },
		func() error {
			return s.Notify(ctx, people.Notification{Account: d.root.ID, Kind: people.DidGiveGrant, Detail: `{"role":"analyst"}`})
		},
		func() error {
			return s.EnqueueMail(ctx, people.Message{
				To: d.other.Email, Subject: "Votre compte sur Filière", Lang: "fr",
				Body: "Bonjour Bachir,\n\nOuvrez votre compte :\n\nhttp://localhost:8080/invite/AAAA\n\nhttps://ailleurs.example/x\n",
			})
		},
		func() error { return s.SetAccountState(ctx, by, d.other.ID, people.Suspended) },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
}

func (d desk) pages() []string { return append(signedInPages, "/admin/accounts/"+string(d.other.ID)) }

// signIn gives the browser the administrator's session.
func (d desk) signIn(t *testing.T, ctx context.Context) {
	t.Helper()
	_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "session", Value: d.secret, URL: d.base})
	if err != nil {
		t.Fatal(err)
	}
}

func TestNoPageOfSignedInPeopleHasAnAccessibilityViolation(t *testing.T) {
	ctx, script := browser(t), axe(t)
	d := schoolSite(t)
	d.signIn(t, ctx)
	for _, lang := range []string{"fr", "en"} {
		for _, dark := range []bool{false, true} {
			for _, page := range d.pages() {
				t.Run(fmt.Sprintf("%s dark=%v %s", lang, dark, page), func(t *testing.T) {
					visit(t, ctx, d.base, page, lang, dark)
					d.isThere(t, ctx, page)
					if _, err := chromedp.Run(ctx, chromedp.Evaluate[any](script+";0")); err != nil {
						t.Fatal(err)
					}
					found, err := chromedp.Run(ctx, chromedp.Evaluate[string](violations, chromedp.EvalAwaitPromise))
					if err != nil {
						t.Fatal(err)
					}
					if found != "" {
						t.Error(found)
					}
				})
			}
		}
	}
}

// isThere checks that the browser was not sent to sign in.
func (d desk) isThere(t *testing.T, ctx context.Context, page string) {
	t.Helper()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.querySelector("nav.who button.quiet") === null || location.pathname.startsWith("/sign-in")`))
	if err != nil || out {
		t.Fatalf("%s: nobody is signed in: %v", page, err)
	}
}

func TestNoPageOfSignedInPeopleScrollsSidewaysOnAPhone(t *testing.T) {
	ctx := browser(t)
	d := schoolSite(t)
	d.signIn(t, ctx)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740)); err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"fr", "en"} {
		for _, page := range d.pages() {
			visit(t, ctx, d.base, page, lang, false)
			d.isThere(t, ctx, page)
			over, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - window.innerWidth`))
			if err != nil {
				t.Fatal(err)
			}
			if over > 0 {
				t.Errorf("%s (%s) is %d pixels wider than a 360-pixel screen", page, lang, over)
			}
		}
	}
}
