package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"filiere/internal/locale"
	"filiere/internal/store"
)

// The pages a visitor can reach from the sample, one of each kind.
var sitePages = []string{
	"/", "/?level=region", "/map", "/map?occupation=fap2009-B6Z73&level=departement", "/map?occupation=fap2009-V1Z&level=region",
	"/occupations", "/occupations/fap2009-B6Z73", "/occupations/fap2009-V1Z80", "/areas", "/areas/dep-69", "/areas/reg-84", "/areas/FR", "/occupations/fap2009-V1Z80/areas/dep-69", "/curable",
	"/search?q=infirmiere", "/search?q=zzzz", "/read", "/read?example=1", "/method", "/sources", "/about", "/no-such-page",
}

// sampleSite serves the bundled sample and gives its address.
func sampleSite(t testing.TB) string {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now}
	dsn := filepath.Join(t.TempDir(), "filiere.db")
	root := p.root()
	root.SetArgs([]string{"--db", dsn, "demo", "--load-only"})
	if err := root.ExecuteContext(context.Background()); err != nil {
		t.Fatalf("load the sample: %v\n%s", err, out.String())
	}
	return site(t, p, dsn)
}

// site serves a database and gives the address.
func site(t testing.TB, p *program, dsn string) string {
	t.Helper()
	s, err := store.Open(context.Background(), dsn, p.now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return serveStore(t, p, s)
}

// serveStore serves an open store and gives the address.
func serveStore(t testing.TB, p *program, s *store.Store) string {
	t.Helper()
	h, err := p.handler(s)
	if err != nil {
		t.Fatal(err)
	}
	return serveHandler(t, h)
}

func serveHandler(t testing.TB, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// browser starts a Chromium that lives as long as the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("a browser takes minutes under the race detector; make test runs this without it")
	}
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no Chromium to test pages in: install Debian's chromium (make deps)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.Flag("no-sandbox", true), chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.UserDataDir(t.TempDir()))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return ctx
}

// axe is the accessibility checker, installed by make deps from the npm lock file.
func axe(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Skip("axe-core is not installed: make deps")
	}
	return string(b)
}

// violations runs axe-core for WCAG 2.2 AA and gives one line per fault.
const violations = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then(
	r => r.violations.map(v => v.id + ": " + v.help + " — " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join("; ")).join("\n"))`

func TestNoPageHasAnAccessibilityViolation(t *testing.T) {
	ctx, base, script := browser(t), sampleSite(t), axe(t)
	for _, lang := range []string{"fr", "en"} {
		for _, dark := range []bool{false, true} {
			for _, page := range sitePages {
				t.Run(fmt.Sprintf("%s dark=%v %s", lang, dark, page), func(t *testing.T) {
					visit(t, ctx, base, page, lang, dark)
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

// visit opens a page in a language and a theme. The theme is the visitor's cookie: changing it on the
// open page would catch colours half way through their transition.
func visit(t *testing.T, ctx context.Context, base, page, lang string, dark bool) {
	t.Helper()
	theme := "light"
	if dark {
		theme = "dark"
	}
	separator := "?"
	if strings.Contains(page, "?") {
		separator = "&"
	}
	_, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "theme", Value: theme, URL: base})
	if err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(base+page+separator+"lang="+lang)); err != nil {
		t.Fatal(err)
	}
}

func TestNoPageScrollsSidewaysOnAPhone(t *testing.T) {
	ctx, base := browser(t), sampleSite(t)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(360, 740)); err != nil {
		t.Fatal(err)
	}
	for _, page := range sitePages {
		visit(t, ctx, base, page, "fr", false)
		over, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - window.innerWidth`))
		if err != nil {
			t.Fatal(err)
		}
		if over > 0 {
			t.Errorf("%s is %d pixels wider than a 360-pixel screen", page, over)
		}
	}
}

func TestAVisitorWithAKeyboardReachesTheMapAndOpensAnArea(t *testing.T) {
	ctx, base := browser(t), sampleSite(t)
	visit(t, ctx, base, "/map?occupation=fap2009-V1Z80&level=departement", "fr", false)
	const focused = `(document.activeElement.getAttribute("href") || "") + " " + document.activeElement.closest("svg")`
	for range 200 {
		if err := chromedp.Do(ctx, chromedp.KeyEvent("\t")); err != nil {
			t.Fatal(err)
		}
		at, err := chromedp.Run(ctx, chromedp.Evaluate[string](focused))
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(at, "SVGSVGElement]") && strings.Contains(at, "/areas/dep-") {
			if _, err := chromedp.RunResponse(ctx, chromedp.KeyEvent("\r")); err != nil {
				t.Fatal(err)
			}
			where, err := chromedp.Run(ctx, chromedp.Location())
			if err != nil || !strings.Contains(where, "/areas/dep-") {
				t.Errorf("Enter on the map led to %s, %v", where, err)
			}
			return
		}
	}
	t.Error("200 presses of Tab did not reach an area of the map")
}

func TestSearchForgivesAccentsAndGender(t *testing.T) {
	ctx, base := browser(t), sampleSite(t)
	for query, want := range map[string]string{"infirmiere": "Infirmiers", "rhone": "Rhône", "macon": "Maçons"} {
		visit(t, ctx, base, "/search?q="+query, "fr", false)
		text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("main").innerText`))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, want) {
			t.Errorf("searching %q does not find %s:\n%s", query, want, text)
		}
	}
}
