package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
)

// tour is the whole way from a shortage to the report, walked by several people in one browser on one
// served database, with a clock that is moved on.
type tour struct {
	*testing.T
	ctx      context.Context // of the browser
	url, dsn string
	store    *store.Store
	p        *program
	moved    *atomic.Int64 // how far the clock is ahead of where it began
	here     []*traveller
	pictures []picture

	analyst, designer, expert, learner, mentor, assessor, juror, stranger *traveller
	classmate                                                             *traveller // another learner

	alert, programme, version, project, path, enrolment, defence, jury, diploma, number string
	competencies                                                                        []string
}

// tourBegins is when the clock of the tour starts.
var tourBegins = time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)

// traveller is somebody with a browser profile of their own.
type traveller struct {
	t       *tour
	ctx     context.Context
	account people.Account // zero for a visitor
}

// startTour serves the bundled sample, or the producers' files when FILIERE_DATA names a folder, and opens a
// browser for each person.
func startTour(t *testing.T) *tour {
	t.Helper()
	tour := &tour{T: t, ctx: browser(t), dsn: filepath.Join(t.TempDir(), "filiere.db"), moved: new(atomic.Int64)}
	imports := [][]string{{"demo", "--load-only"}}
	if dir := os.Getenv("FILIERE_DATA"); dir != "" {
		imports = append(imports, []string{"import", dir})
	}
	for _, args := range imports {
		if out, err := tour.command("en", args...); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	tour.url = localURL(l.Addr())
	var out bytes.Buffer
	tour.p = tour.program("fr", &out)
	tour.p.db = tour.dsn
	if tour.store, err = store.Open(context.Background(), tour.dsn, tour.now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tour.store.Close() })
	handler, err := tour.p.handler(tour.store)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Listener.Close()
	server.Listener = l
	server.Start()
	t.Cleanup(func() {
		server.Close()
		tour.p.later.Wait()
		if t.Failed() && out.Len() > 0 {
			t.Log(out.String())
		}
	})
	tour.stranger = tour.visitor()
	tour.analyst = tour.person("Awa Diallo", people.Analyst)
	tour.designer = tour.person("Camille Durand", people.Designer)
	tour.learner = tour.person("Inès Martin", "")
	tour.classmate = tour.person("Noé Garnier", "")
	tour.mentor = tour.person("Bachir Benali", "")
	tour.assessor = tour.person("Sophie Leroy", "")
	tour.juror = tour.person("Henri Faure", "")
	return tour
}

func (t *tour) now() time.Time { return tourBegins.Add(time.Duration(t.moved.Load())) }

// program is Filière as a person who speaks lang would start it.
func (t *tour) program(lang locale.Lang, out *bytes.Buffer) *program {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	getenv := func(name string) string {
		if name == "FILIERE_PUBLIC_URL" {
			return t.url
		}
		return ""
	}
	return &program{bundle: bundle, l: bundle[lang], stdout: out, stderr: out, now: t.now, publicURL: t.url, getenv: getenv}
}

// command runs a command of the program on the tour's database.
func (t *tour) command(lang locale.Lang, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	p := t.program(lang, &out)
	root := p.root()
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append([]string{"--db", t.dsn}, args...))
	err := root.ExecuteContext(context.Background())
	return out.String(), err
}

// must runs a command that has to succeed, and gives what it said.
func (t *tour) must(args ...string) string {
	t.Helper()
	out, err := t.command("en", args...)
	if err != nil {
		t.Fatalf("filiere %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

// visitor opens a browser profile in French that nobody is signed in to.
func (t *tour) visitor() *traveller {
	t.Helper()
	ctx, cancel := chromedp.NewContext(t.ctx, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1280, 1000)); err != nil {
		t.Fatalf("open a browser profile: %v", err)
	}
	if _, err := chromedp.Call(ctx, network.SetCookie, network.SetCookieParams{Name: "lang", Value: "fr", URL: t.url}); err != nil {
		t.Fatalf("choose French: %v", err)
	}
	return &traveller{t: t, ctx: ctx}
}

// person makes an account and signs it in; a role is what an administrator gave it, if anything.
func (t *tour) person(name string, role people.Role) *traveller {
	t.Helper()
	w := t.visitor()
	var grants []people.Grant
	if role != "" {
		grants = []people.Grant{{Role: role}}
	}
	w.account = newAccount(t, t.store, mailOf(name), name, grants...)
	w.signIn()
	t.here = append(t.here, w)
	return w
}

// mailOf is somebody's address: their name without accents.
func mailOf(name string) string {
	plain := strings.NewReplacer("è", "e", "é", "e", " ", ".").Replace(strings.ToLower(name))
	return plain + "@example.org"
}

// signIn gives the profile a session that was opened just now.
func (w *traveller) signIn() {
	w.t.Helper()
	secret, _, err := w.t.store.OpenSession(w.ctx, w.account.ID, "link", "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0", "192.0.2.7")
	if err == nil {
		_, err = chromedp.Call(w.ctx, network.SetCookie, network.SetCookieParams{Name: "session", Value: secret, URL: w.t.url})
	}
	if err != nil {
		w.t.Fatalf("sign %s in: %v", w.account.Name, err)
	}
}

// later moves the clock on. Sessions end meanwhile: everybody signs in again.
func (t *tour) later(at time.Time) {
	t.Helper()
	t.moved.Store(int64(at.Sub(tourBegins)))
	for _, w := range t.here {
		w.signIn()
	}
}

// patience bounds one step of a person.
const patience = 20 * time.Second

// run does a step and fails the test with the page on which it failed.
func (w *traveller) run(what string, steps ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		w.t.Fatalf("%s: %v\n%s", what, err, w.text())
	}
}

// answered does a step that loads a page, and gives the status of the answer.
func (w *traveller) answered(what string, step chromedp.Action[chromedp.Void]) int {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	r, err := chromedp.RunResponse(ctx, step)
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", what, err, w.text())
	}
	return int(r.Status)
}

// tries opens a page, whatever the answer.
func (w *traveller) tries(path string) int {
	w.t.Helper()
	return w.answered("open "+path, chromedp.Navigate(w.t.url+path))
}

// opens opens a page that has to be there, in French.
func (w *traveller) opens(path string) {
	w.t.Helper()
	if status := w.tries(path); status != 200 {
		w.t.Fatalf("%s answers %d\n%s", path, status, w.text())
	}
}

// sends presses a button and gives the status of the page that comes.
func (w *traveller) sends(button string) int {
	w.t.Helper()
	return w.answered("press "+button, chromedp.Click(button, chromedp.NodeVisible))
}

// presses presses a button whose form has to be taken.
func (w *traveller) presses(button string) {
	w.t.Helper()
	if status := w.sends(button); status != 200 {
		w.t.Fatalf("%s answers %d\n%s", button, status, w.text())
	}
}

// fills fills fields: a selector and a value, and so on.
func (w *traveller) fills(pairs ...string) {
	w.t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		w.run("fill "+pairs[i], chromedp.SetValue(pairs[i], pairs[i+1]))
	}
}

// ticks ticks boxes.
func (w *traveller) ticks(boxes ...string) {
	w.t.Helper()
	for _, box := range boxes {
		w.run("tick "+box, chromedp.Click(box, chromedp.NodeVisible))
	}
}

// unfolds opens all that is folded on the page.
func (w *traveller) unfolds() {
	w.t.Helper()
	eval[any](w, `document.querySelectorAll("details").forEach(d => d.open = true)`)
}

// eval asks the page.
func eval[T any](w *traveller, script string) T {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	got, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatalf("ask the page %s: %v\n%s", script, err, w.text())
	}
	return got
}

// text is where the browser is and what the page says.
func (w *traveller) text() string {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(w.ctx), 5*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + (document.querySelector("main") || document.body).innerText`))
	return text
}

// reads checks that the page says something.
func (w *traveller) reads(words ...string) {
	w.t.Helper()
	text := w.text()
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.t.Fatalf("the page does not say %q:\n%s", word, text)
		}
	}
}

// refused checks that the page says why something was not done.
func (w *traveller) refused(status, want int, word string) {
	w.t.Helper()
	said := eval[string](w, `[...document.querySelectorAll("main .wrong, main [role=alert]")].map(n => n.innerText).join("\n")`)
	if status != want || !strings.Contains(said, word) {
		w.t.Fatalf("refused with %d for %q, not with %d for %q\n%s", status, said, want, word, w.text())
	}
}

// posts sends a form past the page, as a program could. Being led to the sign-in page counts as 401.
func (w *traveller) posts(path string, pairs ...string) int {
	w.t.Helper()
	var body strings.Builder
	for i := 0; i < len(pairs); i += 2 {
		fmt.Fprintf(&body, "[%q, %q],", pairs[i], pairs[i+1])
	}
	return eval[int](w, fmt.Sprintf(`fetch(%q, {method: "POST", body: new URLSearchParams([%s])}).then(r => r.redirected && r.url.includes("/sign-in") ? 401 : r.status)`, path, body.String()))
}

// id is the part of the browser's address after a prefix.
func (w *traveller) id(after string) string {
	w.t.Helper()
	found := regexp.MustCompile(regexp.QuoteMeta(after) + `([0-9a-f-]{36})`).FindStringSubmatch(w.text())
	if found == nil {
		w.t.Fatalf("no ID after %s:\n%s", after, w.text())
	}
	return found[1]
}

// link is the address of the link whose text holds words.
func (w *traveller) link(words string) string {
	w.t.Helper()
	at := eval[string](w, fmt.Sprintf(`[...document.querySelectorAll("main a")].find(a => a.textContent.includes(%q))?.getAttribute("href") || ""`, words))
	if at == "" {
		w.t.Fatalf("no link says %q:\n%s", words, w.text())
	}
	return at
}

// mailed is the link under a path in the newest message to somebody that has one.
func (t *tour) mailed(to, path string) string {
	t.Helper()
	sent, err := t.store.Mails(t.ctx, 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range sent {
		if at := strings.Index(m.Body, t.url+path); m.To == to && at >= 0 {
			return strings.Fields(m.Body[at+len(t.url):])[0]
		}
	}
	t.Fatalf("nobody wrote to %s of %s: %+v", to, path, sent)
	return ""
}
