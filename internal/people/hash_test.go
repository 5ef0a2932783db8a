package people_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// cheap is a cost for tests.
var cheap = people.HashCost{Memory: 64, Time: 1, Threads: 1}

const phrase = "cheval agrafe pile correct"

func newHasher(t testing.TB, cost people.HashCost, atATime int) *people.Hasher {
	t.Helper()
	h, err := people.NewHasher(cost, atATime, people.Random)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestAPasswordIsKnownByItsHash(t *testing.T) {
	h := newHasher(t, cheap, 2)
	hash, err := h.Hash(t.Context(), "caf\u00e9 noir sans sucre")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		hash, password string
		want           bool
	}{
		"the same":                         {hash, "caf\u00e9 noir sans sucre", true},
		"the same, composed otherwise":     {hash, "cafe\u0301 noir sans sucre", true},
		"another":                          {hash, "caf\u00e9 noir sans sel", false},
		"the same in capitals":             {hash, "CAF\u00c9 NOIR SANS SUCRE", false},
		"with a space after":               {hash, "caf\u00e9 noir sans sucre ", false},
		"none":                             {hash, "", false},
		"of somebody we do not know":       {"", phrase, false},
		"nothing of somebody not known":    {"", "", false},
		"the dummy's hash is of a secret":  {people.Dummy(h), "", false},
		"of a length nobody could choose":  {hash, strings.Repeat("x", 1<<20), false},
		"long, of somebody we do not know": {"", strings.Repeat("x", 1<<20), false},
	} {
		t.Run(name, func(t *testing.T) {
			ok, rehash, err := h.Verify(t.Context(), c.hash, c.password)
			if err != nil || ok != c.want || rehash {
				t.Errorf("got %v, rehash %v, %v; want %v", ok, rehash, err, c.want)
			}
		})
	}
}

func TestTwoHashesOfOnePasswordDiffer(t *testing.T) {
	h := newHasher(t, cheap, 1)
	a, errA := h.Hash(t.Context(), phrase)
	b, errB := h.Hash(t.Context(), phrase)
	if errA != nil || errB != nil || a == b {
		t.Errorf("%q and %q, %v, %v", a, b, errA, errB)
	}
}

func TestAPasswordIsHashedAgainWhenTheCostChanges(t *testing.T) {
	hash, err := newHasher(t, cheap, 1).Hash(t.Context(), phrase)
	if err != nil {
		t.Fatal(err)
	}
	dearer := cheap
	dearer.Time++
	h := newHasher(t, dearer, 1)
	if ok, rehash, err := h.Verify(t.Context(), hash, phrase); !ok || !rehash || err != nil {
		t.Errorf("the right one: %v, rehash %v, %v", ok, rehash, err)
	}
	if ok, rehash, err := h.Verify(t.Context(), hash, phrase+"s"); ok || rehash || err != nil {
		t.Errorf("a wrong one: %v, rehash %v, %v", ok, rehash, err)
	}
}

func TestSomebodyUnknownIsComparedAtTheSameCostAsSomebodyKnown(t *testing.T) {
	h := newHasher(t, cheap, 1)
	hash, err := h.Hash(t.Context(), phrase)
	if err != nil {
		t.Fatal(err)
	}
	cost := func(hash string) string { return hash[:strings.Index(hash, "p=")+3] }
	if cost(hash) != cost(people.Dummy(h)) || len(hash) != len(people.Dummy(h)) {
		t.Errorf("a hash is %s, the dummy %s", hash, people.Dummy(h))
	}
}

func TestTheStandardCostIsTheSecondOptionOfRFC9106(t *testing.T) {
	hash, err := newHasher(t, people.StandardCost, 1).Hash(t.Context(), phrase)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("%q, %v", hash, err)
	}
}

func TestNoMoreHashesThanSlotsAreComputedAndWhoWaitsTooLongIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHasher(t, cheap, 1)
		people.Slots(h) <- struct{}{} // somebody is at it
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.Hash(ctx, phrase); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("got %v, want Unavailable", err)
		}
		if _, _, err := h.Verify(ctx, "", phrase); fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("got %v: somebody unknown waits for a turn like everybody", err)
		}
		<-people.Slots(h) // they are done
		if _, err := h.Hash(t.Context(), phrase); err != nil {
			t.Errorf("with a slot free: %v", err)
		}
		if len(people.Slots(h)) != 0 {
			t.Error("a slot is not given back")
		}
	})
}

func TestAHashThatIsNoneOfOursIsAnErrorAndCostsNothing(t *testing.T) {
	h := newHasher(t, cheap, 1)
	good, err := h.Hash(t.Context(), phrase)
	if err != nil {
		t.Fatal(err)
	}
	for name, hash := range map[string]string{
		"plain text":      phrase,
		"another kind":    strings.Replace(good, "argon2id", "argon2i", 1),
		"a version":       strings.Replace(good, "v=19", "v=16", 1),
		"a huge memory":   strings.Replace(good, "m=64", "m=4294967295", 1),
		"too much time":   strings.Replace(good, "t=1", "t=65", 1),
		"no time":         strings.Replace(good, "t=1", "t=0", 1),
		"no lanes":        strings.Replace(good, "p=1", "p=0", 1),
		"a number padded": strings.Replace(good, "m=64", "m=064", 1),
		"a part more":     good + "$",
		"a short key":     good[:len(good)-4],
		"cut off":         good[:20],
	} {
		t.Run(name, func(t *testing.T) {
			if ok, _, err := h.Verify(t.Context(), hash, phrase); ok || fault.CodeOf(err) != fault.Internal || err == nil {
				t.Errorf("got %v, %v", ok, err)
			}
		})
	}
}

func FuzzParseHash(f *testing.F) {
	f.Add("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$v=19$m=,t=,p=$$")
	f.Fuzz(func(t *testing.T, hash string) {
		if again, err := people.Reparse(hash); err == nil && again != hash {
			t.Errorf("%q is read as %q", hash, again)
		}
	})
}

// BenchmarkVerify shows that somebody unknown costs what somebody known costs.
func BenchmarkVerify(b *testing.B) {
	h := newHasher(b, people.StandardCost, 2)
	hash, err := h.Hash(b.Context(), phrase)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct{ name, hash string }{{"known", hash}, {"unknown", ""}} {
		b.Run(fmt.Sprintf("account=%s", c.name), func(b *testing.B) {
			for b.Loop() {
				if _, _, err := h.Verify(b.Context(), c.hash, "une autre phrase"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
