package web_test

import (
	"context"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/store"
)

// witness is a store that writes down what it is asked before the answer is sent.
type witness struct {
	*store.Store
	mu    sync.Mutex
	asked []string
}

// note writes down a question of the request itself. What is done after the answer has a deadline, which
// requests of these tests have not.
func (w *witness) note(ctx context.Context, what string) {
	if _, after := ctx.Deadline(); after {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, what)
}

func (w *witness) AccountByEmail(ctx context.Context, email string) (people.Account, error) {
	w.note(ctx, "account by address")
	return w.Store.AccountByEmail(ctx, email)
}

func (w *witness) PasswordHash(ctx context.Context, id people.AccountID) (string, error) {
	w.note(ctx, "password")
	return w.Store.PasswordHash(ctx, id)
}

func (w *witness) TakeLimit(ctx context.Context, l people.Limit, key string) (time.Duration, error) {
	w.note(ctx, "limit "+l.Name)
	return w.Store.TakeLimit(ctx, l, key)
}

func (w *witness) CreateLink(ctx context.Context, by people.Actor, p people.Purpose, id people.AccountID) (string, error) {
	w.note(ctx, "link")
	return w.Store.CreateLink(ctx, by, p, id)
}

func (w *witness) EnqueueMail(ctx context.Context, m people.Message) error {
	w.note(ctx, "mail")
	return w.Store.EnqueueMail(ctx, m)
}

// strangers makes accounts of every standing and lists their addresses with one of nobody: all must be
// answered alike.
func strangers(sc *school) []string {
	sc.account("root@example.org", "Root", people.Grant{Role: people.Administrator})
	known := sc.account("known@example.org", "Known")
	sc.password(known, "correct horse battery staple")
	sc.account("bare@example.org", "Without password")
	gone := sc.account("gone@example.org", "Suspended")
	sc.password(gone, "correct horse battery staple")
	if err := sc.store.SetAccountState(sc.t.Context(), people.ByCLI, gone.ID, people.Suspended); err != nil {
		sc.t.Fatal(err)
	}
	return []string{"nobody@example.org", "known@example.org", "bare@example.org", "gone@example.org"}
}

func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	sc := newSchool(t, "sqlite")
	w := &witness{Store: sc.store}
	sc.mux = sc.process(w)
	all := strangers(sc)
	type seen struct {
		status  int
		headers string
		body    string
		asked   string
	}
	for _, form := range []struct{ page, password string }{{"/sign-in/link", ""}, {"/recover", ""}, {"/sign-in/password", "a guess of no worth"}} {
		var first *seen
		for _, email := range all {
			w.asked = nil
			r := sc.browser().post(form.page, "email", email, "password", form.password, "next", "/map")
			got := seen{status: r.Code, asked: strings.Join(w.asked, ", ")}
			for _, name := range slices.Sorted(maps.Keys(r.Header())) {
				got.headers += name + "=" + strings.Join(r.Header()[name], "|") + "\n"
			}
			got.body = strings.ReplaceAll(r.Body.String(), email, "ADDRESS")
			got.headers = regexp.MustCompile(`Content-Length=\d+`).ReplaceAllString(got.headers, "Content-Length")
			if first == nil {
				first = &got
				if got.asked == "" {
					t.Errorf("%s asks nothing of the store: the test sees nothing", form.page)
				}
			}
			if got != *first {
				t.Errorf("%s tells %s from nobody: %+v, and for nobody %+v", form.page, email, got, *first)
			}
		}
	}
	if to := recipients(sc.mails()); !slices.Equal(to, []string{"bare@example.org", "bare@example.org", "known@example.org", "known@example.org"}) {
		t.Errorf("messages went to %v", to)
	}
}

func recipients(mails []people.Message) []string {
	var to []string
	for _, m := range mails {
		to = append(to, m.To)
	}
	slices.Sort(to)
	return to
}

func TestASuspendedPersonHasNoWayIn(t *testing.T) {
	sc := newSchool(t, "sqlite")
	sc.account("root@example.org", "Root", people.Grant{Role: people.Administrator})
	ada := sc.account("ada@example.org", "Ada")
	sc.password(ada, "correct horse battery staple")
	links := map[string]string{}
	for purpose, at := range map[people.Purpose]string{people.LinkSignIn: "/sign-in/link/", people.LinkInvite: "/invite/", people.LinkRecovery: "/recover/"} {
		links[string(purpose)] = at + sc.link(purpose, ada.ID)
	}
	if err := sc.store.SetAccountState(t.Context(), people.ByCLI, ada.ID, people.Suspended); err != nil {
		t.Fatal(err)
	}
	for purpose, at := range links {
		if w := sc.browser().post(at, "name", "Ada", "lang", "fr"); w.Code != http.StatusForbidden {
			t.Errorf("by the %s link: %d", purpose, w.Code)
		}
	}
	if w := sc.browser().post("/sign-in/password", "email", ada.Email, "password", "correct horse battery staple"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("by password: %d", w.Code)
	}
}

func TestGuessingStopsWhicheverProcessIsAsked(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		sc.password(ada, "correct horse battery staple")
		processes := []http.Handler{sc.mux, sc.process(sc.store), sc.process(sc.store)}
		try := func(i int, email, password string) *browser {
			b := sc.browser()
			b.mux, b.from = processes[i%len(processes)], "192.0.2."+strconv.Itoa(i+1)+":1" // guessers have many addresses
			b.post("/sign-in/password", "email", email, "password", password)
			return b
		}
		for i := range people.LimitPassword.Burst {
			try(i, ada.Email, "guess number "+strconv.Itoa(i))
		}
		b := sc.browser()
		b.from = "198.51.100.1:1"
		w := b.post("/sign-in/password", "email", "ADA@example.org", "password", "correct horse battery staple")
		if w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") != "60" || b.cookies[sessionCookie] != "" {
			t.Errorf("after %d guesses: status %d, wait %q", people.LimitPassword.Burst, w.Code, w.Header().Get("Retry-After"))
		}
		if d := parseHTML(t, "too many", w.Body.String()); !strings.Contains(wrong(d), "Too many tries. Wait a minute") {
			t.Errorf("the page says %q", wrong(d))
		}
		sc.now = sc.now.Add(people.LimitPassword.Every)
		if try(0, ada.Email, "correct horse battery staple").cookies[sessionCookie] == "" {
			t.Error("the owner is shut out after waiting as told")
		}
	})
}

func TestOneNetworkGuessesForSoManyPeopleAndNoMore(t *testing.T) {
	sc := newSchool(t, "sqlite")
	refused := 0
	for i := range people.LimitPassword.Burst*people.NetworkFactor + 3 {
		if sc.browser().post("/sign-in/password", "email", "user"+strconv.Itoa(i)+"@example.org", "password", "Summer 2026 is warm").Code == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused != 3 {
		t.Errorf("%d tries beyond the limit were refused, want 3", refused)
	}
	other := sc.browser()
	other.from = "198.51.100.1:1"
	if got := other.post("/sign-in/password", "email", "user1@example.org", "password", "Summer 2026 is warm").Code; got != http.StatusUnprocessableEntity {
		t.Errorf("another network waits too: %d", got)
	}
}

func TestNobodyIsFloodedWithLinks(t *testing.T) {
	sc := newSchool(t, "sqlite")
	sc.account("ada@example.org", "Ada")
	for i := range 3 * people.LimitLink.Burst {
		b := sc.browser()
		b.from = "192.0.2." + strconv.Itoa(i+1) + ":1"
		page := []string{"/sign-in/link", "/recover"}[i%2]
		if got := b.post(page, "email", "ada@example.org").Code; (got == http.StatusTooManyRequests) != (i >= people.LimitLink.Burst) {
			t.Errorf("request %d: status %d", i+1, got)
		}
	}
	if n := len(sc.mails()); n != people.LimitLink.Burst {
		t.Errorf("%d messages", n)
	}
}

func TestAFormTooLargeOrBrokenIsRefused(t *testing.T) {
	sc := newSchool(t, "sqlite")
	for name, body := range map[string]string{"too large": "email=" + strings.Repeat("a", 100<<10), "broken": "email=%zz"} {
		w := sc.browser().send(http.MethodPost, "/sign-in/link", body, "Content-Type", "application/x-www-form-urlencoded")
		if w.Code != http.StatusBadRequest || len(sc.mails()) > 0 {
			t.Errorf("%s: status %d", name, w.Code)
		}
	}
}

func TestEverySignInRefusedIsNotedWithoutNamingAnybody(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	sc.password(ada, "correct horse battery staple")
	for means, try := range map[string]func(b *browser){
		"password": func(b *browser) {
			b.post("/sign-in/password", "email", ada.Email, "password", "a wrong guess of hers")
		},
		"link": func(b *browser) { b.post("/sign-in/link/c2VjcmV0") },
		"passkey": func(b *browser) {
			b.script("/sign-in/passkey", map[string]any{"id": "none", "credential": map[string]any{}})
		},
	} {
		sc.log.Reset()
		try(sc.browser())
		said := sc.log.String()
		if !strings.Contains(said, "sign-in refused") || !strings.Contains(said, "means="+means) || !strings.Contains(said, "192.0.2.1") {
			t.Errorf("%s: the log says %q", means, said)
		}
		for _, never := range []string{"ada@", "wrong guess", "c2VjcmV0"} {
			if strings.Contains(said, never) {
				t.Errorf("%s: the log holds %q: %s", means, never, said)
			}
		}
	}
	sc.log.Reset()
	for range people.LimitPassword.Burst + 1 {
		sc.browser().post("/sign-in/password", "email", ada.Email, "password", "a wrong guess of hers")
	}
	if said := sc.log.String(); !strings.Contains(said, "too many tries") {
		t.Errorf("guesses beyond the limit are not noted: %s", said)
	}
}
