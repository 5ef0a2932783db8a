package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"filiere/internal/people"
)

func TestALimitHoldsOverProcessesThatTryAtOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		l := people.Limit{Name: "test", Burst: 5, Every: time.Minute}
		for round := range 4 {
			granted := make([]bool, 24)
			for _, err := range together(len(granted), func(i int) error {
				wait, err := h.of(i).TakeLimit(t.Context(), l, "zoe@example.org")
				granted[i] = wait == 0
				return err
			}) {
				ok(t, err)
			}
			n := 0
			for _, g := range granted {
				if g {
					n++
				}
			}
			if want := min(5, 5-3*min(round, 1)); n != want { // all the burst, then what came free in two minutes
				t.Errorf("round %d: %d tries granted, want %d", round, n, want)
			}
			h.time.pass(2 * time.Minute)
		}
	})
}

// TestALimitCountsAsItsRuleSays compares what the database grants with the rule itself, for two keys and
// two names that must not mix.
func TestALimitCountsAsItsRuleSays(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		round := 0
		rapid.Check(t, func(r *rapid.T) {
			round++
			limits := []people.Limit{
				{Name: fmt.Sprintf("a%d", round), Burst: rapid.IntRange(1, 4).Draw(r, "burst"), Every: time.Minute},
				{Name: fmt.Sprintf("b%d", round), Burst: 2, Every: 1500 * time.Millisecond},
			}
			rule := map[string]people.Bucket{}
			for i := range rapid.IntRange(1, 30).Draw(r, "tries") {
				l := rapid.SampledFrom(limits).Draw(r, "limit")
				key := rapid.SampledFrom([]string{"x", "y", ""}).Draw(r, "key")
				h.time.pass(time.Duration(rapid.IntRange(0, 90_000).Draw(r, "ms")) * time.Millisecond)
				b, want := l.Take(rule[l.Name+key], h.time.Now())
				rule[l.Name+key] = b
				got, err := h.of(i).TakeLimit(context.Background(), l, key)
				if err != nil || got != want {
					r.Fatalf("try %d of %s for %q: wait %v, %v; the rule says %v", i, l.Name, key, got, err, want)
				}
			}
		})
	})
}

func TestALimitDoesNotKeepWhoWasCountedNorWhatIsDue(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		l := people.Limit{Name: "test", Burst: 2, Every: time.Minute}
		for range 3 {
			_, err := h.a.TakeLimit(t.Context(), l, "zoe@example.org")
			ok(t, err)
		}
		var key string
		ok(t, h.a.DB().QueryRow(`SELECT key FROM rate_limit`).Scan(&key))
		if strings.Contains(key, "zoe") {
			t.Errorf("the address is stored: %q", key)
		}
		for _, c := range []struct {
			pass time.Duration
			want int
		}{{2 * time.Minute, 1}, {time.Second, 0}} {
			h.time.pass(c.pass)
			ok(t, h.b.Sweep(t.Context()))
			if n := h.count(t, "rate_limit"); n != c.want {
				t.Errorf("after %v more, %d rows are left, want %d", c.pass, n, c.want)
			}
		}
	})
}
