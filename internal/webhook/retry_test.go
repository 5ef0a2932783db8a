package webhook

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"filiere/internal/fetch"
)

func TestAProgramThatAsksToBeLeftAloneIs(t *testing.T) {
	now := newDesk(t).now
	for _, c := range []struct {
		name   string
		status int
		after  string
		want   time.Duration // before the second call, within a tenth of the schedule's minute
	}{
		{"seconds", http.StatusTooManyRequests, "7200", 2 * time.Hour},
		{"a date", http.StatusServiceUnavailable, now.Add(3 * time.Hour).UTC().Format(http.TimeFormat), 3 * time.Hour},
		{"more than a day", http.StatusTooManyRequests, "4000000", 24 * time.Hour},
		{"a number too large for a clock", http.StatusTooManyRequests, "99999999999999999999", time.Minute},
		{"less than the schedule", http.StatusTooManyRequests, "1", time.Minute},
		{"a date gone by", http.StatusServiceUnavailable, now.Add(-time.Hour).UTC().Format(http.TimeFormat), time.Minute},
		{"no wait", http.StatusServiceUnavailable, "soon", time.Minute},
		{"below nothing", http.StatusServiceUnavailable, "-5", time.Minute},
		{"a status that does not mean it", http.StatusInternalServerError, "7200", time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			calls := 0
			site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if calls++; calls == 1 {
					w.Header().Set("Retry-After", c.after)
					w.WriteHeader(c.status)
				}
			}))
			defer site.Close()
			d := newDesk(t, site.URL)
			d.Worker.Post, d.Loopback = fetch.NewPoster(true).Post, true
			d.Round(t.Context())
			one := d.deliveries(t)[0]
			if wait := one.DueAt.Sub(now).Round(time.Second); wait != c.want || one.State() != "waiting" {
				t.Fatalf("called again after %s (%s), want %s", wait, one.Answer, c.want)
			}
			d.now = now.Add(c.want - time.Second)
			d.Round(t.Context())
			d.now = now.Add(c.want)
			d.Round(t.Context())
			if one := d.deliveries(t)[0]; calls != 2 || one.State() != "done" {
				t.Errorf("%d calls, %+v", calls, one)
			}
		})
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"", "0", "120", "-1", "9999999999", "Fri, 31 Dec 1999 23:59:59 GMT", "soon"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if wait := retryAfter(http.StatusTooManyRequests, text, time.Unix(0, 0)); wait < 0 || wait > mostRetryAfter {
			t.Error(wait)
		}
	})
}
