package people_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestASecretIsLongNewAndKeptAsItsHash(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		secret, hash, err := people.NewSecret(people.Random)
		if err != nil || len(secret) != 43 || len(hash) != 64 || hash != people.HashSecret(secret) || seen[secret] {
			t.Fatalf("secret %q, hash %q, %v", secret, hash, err)
		}
		seen[secret] = true
	}
	if _, _, err := people.NewSecret(strings.NewReader("too short")); err == nil {
		t.Error("a secret was made of too little chance")
	}
}

func TestASessionEndsByIdlenessAndByAge(t *testing.T) {
	for name, c := range map[string]struct {
		seen, opened time.Duration // ago
		live, fresh  bool
	}{
		"just opened":                    {0, 0, true, true},
		"ten minutes old":                {0, people.FreshSignIn, true, false},
		"used within the idle limit":     {people.SessionIdle - 1, people.SessionIdle, true, false},
		"idle":                           {people.SessionIdle, people.SessionIdle, false, false},
		"used all the time, and too old": {0, people.SessionLifetime, false, false},
	} {
		s := people.Session{SeenAt: noon.Add(-c.seen), OpenedAt: noon.Add(-c.opened)}
		if s.Live(noon) != c.live || s.Fresh(noon) != c.fresh {
			t.Errorf("%s: live %v, fresh %v", name, s.Live(noon), s.Fresh(noon))
		}
	}
}

func TestALinkThatDoesNotOpenNeverSaysWhy(t *testing.T) {
	good := people.Link{Purpose: people.LinkInvite, ExpiresAt: noon.Add(people.LinkInvite.Life())}
	used, other := good, good
	used.UsedAt, other.Purpose = noon, people.LinkSignIn
	if err := good.Usable(people.LinkInvite, noon); err != nil {
		t.Errorf("a good link: %v", err)
	}
	for name, err := range map[string]error{
		"used":    used.Usable(people.LinkInvite, noon),
		"other":   other.Usable(people.LinkInvite, noon),
		"expired": good.Usable(people.LinkInvite, good.ExpiresAt),
	} {
		if !errors.Is(err, people.ErrLink) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, p := range []people.Purpose{people.LinkSignIn, people.LinkRecovery, people.LinkBootstrap, people.LinkInvite} {
		if p.Life() <= 0 || p.Life() > 7*24*time.Hour {
			t.Errorf("a link to %s lasts %v", p, p.Life())
		}
	}
}

func TestALimitGrantsItsBurstAndThenItsRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := people.Limit{Burst: rapid.IntRange(1, 10).Draw(t, "burst"), Every: time.Duration(rapid.IntRange(1, 1000).Draw(t, "every")) * time.Second}
		now, granted, start := noon, 0, noon
		var b people.Bucket
		for range rapid.IntRange(1, 50).Draw(t, "tries") {
			now = now.Add(time.Duration(rapid.IntRange(0, 2000).Draw(t, "pass")) * time.Second)
			after, wait := l.Take(b, now)
			if wait == 0 {
				granted++
			} else if _, again := l.Take(b, now.Add(wait)); again != 0 || after != b {
				t.Fatalf("told to wait %v and then to wait %v", wait, again)
			}
			b = after
			if most := l.Burst + int(now.Sub(start)/l.Every); granted > most {
				t.Fatalf("%d granted in %v, at most %d are due", granted, now.Sub(start), most)
			}
		}
		if _, wait := l.Take(b, now.Add(time.Duration(l.Burst)*l.Every)); wait != 0 {
			t.Fatalf("after a rest of the whole burst: wait %v", wait)
		}
	})
}

func TestAMessageIsTriedForAboutTwoDays(t *testing.T) {
	var total, before time.Duration
	for n := 1; ; n++ {
		wait, more := people.Backoff(n)
		if !more {
			if n != people.MaxAttempts || total < 24*time.Hour || total > 72*time.Hour {
				t.Errorf("given up after %d attempts and %v", n, total)
			}
			return
		}
		if wait < before {
			t.Errorf("attempt %d waits %v, less than the one before", n, wait)
		}
		total, before = total+wait, wait
	}
}

func TestAnEventFollowsTheOneBeforeOrTheChainIsBroken(t *testing.T) {
	first := people.Event{At: noon, Actor: people.ByCLI, Action: people.DidGiveGrant}.Follow(people.Event{})
	second := people.Event{At: noon, Actor: people.ByCLI, Action: people.DidTakeGrant}.Follow(first)
	if err := first.CheckLink(people.Event{}); err != nil {
		t.Error(err)
	}
	if err := second.CheckLink(first); err != nil {
		t.Error(err)
	}
	changed := second
	changed.Actor = "somebody else"
	for name, err := range map[string]error{
		"changed":   changed.CheckLink(first),
		"skipped":   second.CheckLink(people.Event{}),
		"repeated":  second.CheckLink(second),
		"no origin": second.CheckLink(people.Event{Seq: 1, Hash: "other"}),
	} {
		if fault.CodeOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	here := second
	here.At = noon.In(time.FixedZone("elsewhere", 3600)).Add(time.Nanosecond)
	if here.Seal() != second.Hash {
		t.Error("the seal depends on the time zone, or on more than microseconds")
	}
}

func TestATokenIsNamedScopedAndEnds(t *testing.T) {
	good := people.Token{Name: " robot ", Scopes: []people.Action{people.ReadOwn}}
	got, err := good.Check(noon)
	if err != nil || got.Name != "robot" || !got.ExpiresAt.Equal(noon.Add(people.TokenLifetime)) || !got.Live(noon) || got.Live(got.ExpiresAt) {
		t.Errorf("%+v, %v", got, err)
	}
}
