package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filiere/internal/people"
)

// authorisedRate and authorisedTime are the load signed-in people are measured under.
const (
	authorisedRate = 2000 // requests a second
	authorisedTime = 5 * time.Second
)

// BenchmarkAuthorisedRequests asks for what only its owner may read, through the whole handler (gate,
// session, table of permissions, store, JSON), at 2,000 requests a second sent on time, and reports the
// latency of the slowest hundredth. The requests do not cross a network.
func BenchmarkAuthorisedRequests(b *testing.B) {
	site := servePeople(b)
	handler, err := site.p.handler(site.store)
	if err != nil {
		b.Fatal(err)
	}
	cookies := make([]*http.Cookie, 100)
	for i := range cookies {
		cookies[i] = signedIn(b, site, i)
	}
	for b.Loop() {
		latencies := make([]time.Duration, authorisedRate*int(authorisedTime.Seconds()))
		var wait sync.WaitGroup
		start := time.Now()
		for i := range latencies {
			due := start.Add(time.Duration(i) * time.Second / authorisedRate)
			time.Sleep(time.Until(due))
			wait.Go(func() {
				r := httptest.NewRequest(http.MethodGet, site.url+"/api/v1/me", nil)
				r.AddCookie(cookies[i%len(cookies)])
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Errorf("status %d: %s", w.Code, w.Body)
				}
				latencies[i] = time.Since(due)
			})
		}
		wait.Wait()
		b.ReportMetric(float64(len(latencies))/time.Since(start).Seconds(), "requests/s")
		slices.Sort(latencies)
		b.ReportMetric(ms(latencies[len(latencies)/2]), "p50-ms")
		b.ReportMetric(ms(latencies[len(latencies)*99/100]), "p99-ms")
	}
}

// signedIn makes an account and the cookie of its session.
func signedIn(b *testing.B, site peopleSite, n int) *http.Cookie {
	b.Helper()
	ctx := context.Background()
	a, err := site.store.CreateAccount(ctx, people.ByCLI, people.Account{Email: "p" + string(rune('a'+n/10)) + string(rune('a'+n%10)) + "@example.org", Name: "Somebody", Lang: "fr"})
	if err != nil {
		b.Fatal(err)
	}
	secret, _, err := site.store.OpenSession(ctx, a.ID, "passkey", "benchmark", "127.0.0.1")
	if err != nil {
		b.Fatal(err)
	}
	return &http.Cookie{Name: "session", Value: secret}
}

// signInTime is how long each rate of sign-ins is kept up.
const signInTime = 20 * time.Second

// BenchmarkSignIns signs people in by the link they are sent, through the whole handler: the page of the
// sign-in, their address, the link's page, the link, and their own page with the session it opened. The
// link is taken from the outbox as a mail server would carry it. Sign-ins begin on time, 1,000 and 6,000
// a minute, each from an address and for an account of its own, so that no limit answers instead.
//
// request-… is one request; sign-in-… the five of a person added up; mail-… from the address typed to
// the message taken out of the outbox. The requests do not cross a network.
func BenchmarkSignIns(b *testing.B) {
	for _, perMinute := range []int{1000, 6000} {
		b.Run(fmt.Sprintf("%d a minute", perMinute), func(b *testing.B) {
			site := servePeople(b)
			handler, err := site.p.handler(site.store)
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { site.p.later.Wait() })
			post := newPostman(b, site)
			round := 0
			for b.Loop() {
				signInAll(b, site, handler, post, perMinute, round)
				round++
			}
		})
	}
}

// signInAll signs as many people in as a rate makes of signInTime, and reports how long it took.
func signInAll(b *testing.B, site peopleSite, handler http.Handler, post *postman, perMinute, round int) {
	b.Helper()
	arrivals := make([]*arrival, perMinute*int(signInTime.Seconds())/60)
	for i := range arrivals {
		email := fmt.Sprintf("p%d-%d@example.org", round, i)
		newAccount(b, site.store, email, "Somebody")
		arrivals[i] = &arrival{b: b, site: site.url, handler: handler, email: email, letters: post.awaiting(email), from: fmt.Sprintf("10.%d.%d.%d:1", round%256, i/256, i%256)}
	}
	var wait sync.WaitGroup
	b.ResetTimer()
	start := time.Now()
	for i, p := range arrivals {
		due := start.Add(time.Duration(i) * time.Minute / time.Duration(perMinute))
		time.Sleep(time.Until(due))
		wait.Go(p.signIn)
	}
	wait.Wait()
	elapsed := time.Since(start)
	var requests, totals, mails []time.Duration
	for _, p := range arrivals {
		var total time.Duration
		for _, d := range p.took {
			total += d
		}
		requests, totals, mails = append(requests, p.took...), append(totals, total), append(mails, p.mailed)
	}
	b.ReportMetric(float64(len(arrivals))/elapsed.Minutes(), "sign-ins/min")
	for name, latencies := range map[string][]time.Duration{"request": requests, "sign-in": totals, "mail": mails} {
		slices.Sort(latencies)
		b.ReportMetric(ms(latencies[len(latencies)/2]), name+"-p50-ms")
		b.ReportMetric(ms(latencies[len(latencies)*99/100]), name+"-p99-ms")
	}
}

// arrival is a person who signs in.
type arrival struct {
	b             *testing.B
	site          string
	handler       http.Handler
	email, from   string
	letters       <-chan string
	took          []time.Duration // of each request
	mailed        time.Duration
	sessionCookie *http.Cookie
}

// signIn is what the person does, from the page of the sign-in to their own.
func (p *arrival) signIn() {
	p.ask(http.MethodGet, "/sign-in", nil, http.StatusOK)
	typed := time.Now()
	p.ask(http.MethodPost, "/sign-in/link", url.Values{"email": {p.email}}, http.StatusSeeOther)
	link := <-p.letters
	p.mailed = time.Since(typed)
	p.ask(http.MethodGet, link, nil, http.StatusOK)
	p.ask(http.MethodPost, link, url.Values{}, http.StatusSeeOther)
	if p.sessionCookie == nil {
		p.b.Errorf("%s has no session", p.email)
		return
	}
	p.ask(http.MethodGet, "/me", nil, http.StatusOK)
}

// ask sends one request and keeps how long its answer took.
func (p *arrival) ask(method, path string, form url.Values, want int) {
	r := httptest.NewRequest(method, p.site+path, strings.NewReader(form.Encode()))
	r.RemoteAddr = p.from
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if p.sessionCookie != nil {
		r.AddCookie(p.sessionCookie)
	}
	w := httptest.NewRecorder()
	sent := time.Now()
	p.handler.ServeHTTP(w, r)
	p.took = append(p.took, time.Since(sent))
	if w.Code != want {
		p.b.Errorf("%s %s: status %d, want %d", method, path, w.Code, want)
	}
	for _, c := range w.Result().Cookies() {
		if c.Name == "session" && c.Value != "" {
			p.sessionCookie = c
		}
	}
}

// postman takes messages out of the outbox, as the worker of a mail server does, and hands the paths of
// their links to who waits for them.
type postman struct {
	mu    sync.Mutex
	boxes map[string]chan string
}

// lookEvery is how often the outbox is looked into: more often than in production (mail.PollEvery), which
// makes the database work harder.
const lookEvery = 20 * time.Millisecond

func newPostman(b *testing.B, site peopleSite) *postman {
	b.Helper()
	p := &postman{boxes: map[string]chan string{}}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		for ticks := time.Tick(lookEvery); ctx.Err() == nil; <-ticks {
			p.round(b, site)
		}
	}()
	b.Cleanup(func() { stop(); <-done })
	return p
}

// round hands out every message that is due.
func (p *postman) round(b *testing.B, site peopleSite) {
	for {
		m, due, err := site.store.ClaimMail(context.Background())
		if err != nil {
			b.Error(err)
		}
		if err != nil || !due {
			return
		}
		if err := site.store.MailSent(context.Background(), m.ID); err != nil {
			b.Error(err)
		}
		_, link, _ := strings.Cut(m.Body, site.url)
		link, _, _ = strings.Cut(link, "\n")
		p.awaiting(m.To) <- link
	}
}

// awaiting is where somebody's letters arrive.
func (p *postman) awaiting(email string) chan string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.boxes[email] == nil {
		p.boxes[email] = make(chan string, 1)
	}
	return p.boxes[email]
}
