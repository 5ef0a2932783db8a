package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
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
