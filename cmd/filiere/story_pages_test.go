package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"filiere/internal/locale"
	"filiere/internal/store"
)

// storySite serves the demonstration with its story told.
func storySite(t *testing.T) (base string, s *store.Store) {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	dsn := filepath.Join(t.TempDir(), "filiere.db")
	var out bytes.Buffer
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now}
	root := p.root()
	root.SetArgs([]string{"--db", dsn, "demo", "--no-serve"})
	if err := root.ExecuteContext(context.Background()); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if s, err = store.Open(context.Background(), dsn, time.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	p = &program{bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now, db: dsn}
	return serveStore(t, p, s), s
}

// seeds are where each person of the story begins to look around, the visitor first.
var seeds = []struct {
	email string
	pages []string
}{
	{"", []string{"/", "/alerts", "/programmes", "/courses", "/mission", "/verify", "/offers"}},
	{"camille@example.org", []string{"/me", "/alerts", "/alerts/scan", "/mission/plan"}},
	{"samir@example.org", []string{"/me", "/studio", "/studio/new", "/campus", "/campus/assessment"}},
	{"elodie@example.org", []string{"/me", "/studio"}},
	{"ines@example.org", []string{"/me", "/learning", "/me/subscription"}},
	{"paul@example.org", []string{"/learning"}},
	{"marc@example.org", []string{"/mentoring"}},
	{"nadia@example.org", []string{"/defences"}},
	{"helene@example.org", []string{"/juries"}},
}

// mostPages bounds how far one person looks around.
const mostPages = 60

var (
	oneID    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|(?:fap|rome|be20|dep-|reg-)[^/?]*`)
	ofAForm  = regexp.MustCompile(`\.(?:pdf|md|html|csv|json|epub|png|atom)(?:\?|$)|^/(?:api|static|sign-out)|/files/`)
	ofOne    = regexp.MustCompile(`^/(?:me|learning|studio|campus|mentoring|defences|juries)\b`) // everybody sees something else there
	radarOld = regexp.MustCompile(`^/(?:occupations|areas|map|method|sources|search|about)`)     // tested page by page elsewhere
)

// shape is the kind of page an address leads to: IDs do not matter, nor does the query.
func shape(address string) string {
	path, _, _ := strings.Cut(address, "?")
	return oneID.ReplaceAllString(path, "{id}")
}

// look is what is asked of every page a person can reach.
const look = `Array.from(document.querySelectorAll("main a[href], header a[href], nav a[href]")).map(a => a.getAttribute("href")).filter(h => h.startsWith("/")).join("\n")`

// sideways names the first element that is wider than the screen, "" when the page is not.
const sideways = `document.documentElement.scrollWidth <= window.innerWidth ? "" :
	(Array.from(document.querySelectorAll("main *")).filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && !e.closest(".scroll")).map(e => e.outerHTML.slice(0, 200))[0] || "something")`

// TestNoPageOfTheStoryHasAnAccessibilityViolationOrScrollsSideways has every person of the story follow the links
// they are shown, and looks at one page of each kind.
func TestNoPageOfTheStoryHasAnAccessibilityViolationOrScrollsSideways(t *testing.T) {
	ctx, script := browser(t), axe(t)
	base, s := storySite(t)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740)); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	turn := 0
	for _, person := range seeds {
		email, queue := person.email, person.pages
		become(t, ctx, base, s, email)
		seen := map[string]bool{}
		for len(queue) > 0 && len(seen) < mostPages {
			page := queue[0]
			queue = queue[1:]
			if seen[shape(page)] || kinds[shape(page)] && !ofOne.MatchString(page) || ofAForm.MatchString(page) || radarOld.MatchString(page) {
				continue
			}
			seen[shape(page)], kinds[shape(page)] = true, true
			lang := []string{"fr", "en"}[turn%2]
			dark := turn/2%2 == 1
			turn++
			t.Run(fmt.Sprintf("%s %s %s dark=%v", email, page, lang, dark), func(t *testing.T) {
				visit(t, ctx, base, page, lang, dark)
				queue = append(queue, check(t, ctx, script)...)
			})
		}
	}
	if len(kinds) < 40 {
		t.Errorf("only %d kinds of pages were looked at: %v", len(kinds), kinds)
	}
}

// become gives the browser somebody's session, or takes it away.
func become(t *testing.T, ctx context.Context, base string, s *store.Store, email string) {
	t.Helper()
	secret := ""
	if email != "" {
		a, err := s.AccountByEmail(ctx, email)
		if err != nil {
			t.Fatal(err)
		}
		if secret, _, err = s.OpenSession(ctx, a.ID, "passkey", "browser", ""); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "session", Value: secret, URL: base}); err != nil {
		t.Fatal(err)
	}
}

// check looks at the page shown and gives the links on it.
func check(t *testing.T, ctx context.Context, script string) []string {
	t.Helper()
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
	over, err := chromedp.Run(ctx, chromedp.Evaluate[string](sideways))
	if err != nil || over != "" {
		t.Errorf("wider than a 360-pixel screen: %s, %v", over, err)
	}
	headless, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`document.querySelector("main h1") === null`))
	if err != nil || headless {
		t.Errorf("the page has no heading: %v", err)
	}
	links, err := chromedp.Run(ctx, chromedp.Evaluate[string](look))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(links, "\n")
}
