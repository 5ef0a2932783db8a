package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestALinkOpensOnceWhoeverTriesAtOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe := h.account(t, "zoe@example.org")
		for range 5 {
			secret, err := h.a.CreateLink(t.Context(), people.ByVisitor, people.LinkSignIn, zoe.ID)
			ok(t, err)
			opened := 0
			for _, err := range together(8, func(i int) error {
				_, err := h.of(i).UseLink(t.Context(), secret, people.LinkSignIn)
				return err
			}) {
				if err == nil {
					opened++
				} else if !errors.Is(err, people.ErrLink) {
					t.Error(err)
				}
			}
			if opened != 1 {
				t.Fatalf("a link opened %d times", opened)
			}
		}
	})
}

func TestALinkOpensWhatItIsForWithinItsTime(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe := h.account(t, "zoe@example.org")
		nothing := func(*testing.T, string) {}
		for name, c := range map[string]struct {
			made, used people.Purpose
			account    people.AccountID
			between    func(t *testing.T, secret string)
			opens      bool
		}{
			"at once":                      {people.LinkRecovery, people.LinkRecovery, zoe.ID, nothing, true},
			"one that makes an account":    {people.LinkBootstrap, people.LinkBootstrap, "", nothing, true},
			"for something else":           {people.LinkSignIn, people.LinkRecovery, zoe.ID, nothing, false},
			"to make an administrator":     {people.LinkInvite, people.LinkBootstrap, zoe.ID, nothing, false},
			"in its last second":           {people.LinkInvite, people.LinkInvite, zoe.ID, h.passes(people.InviteLinkLife - time.Second), true},
			"when its time is over":        {people.LinkInvite, people.LinkInvite, zoe.ID, h.passes(people.InviteLinkLife), false},
			"after it was looked at":       {people.LinkSignIn, people.LinkSignIn, zoe.ID, h.peeks(people.LinkSignIn), true},
			"after it was used":            {people.LinkSignIn, people.LinkSignIn, zoe.ID, h.uses(people.LinkSignIn), false},
			"after another one was used":   {people.LinkSignIn, people.LinkSignIn, zoe.ID, h.usesAnother(people.LinkSignIn, zoe.ID), false},
			"after one to recover was":     {people.LinkSignIn, people.LinkSignIn, zoe.ID, h.usesAnother(people.LinkRecovery, zoe.ID), true},
			"after its account was let go": {people.LinkSignIn, people.LinkSignIn, zoe.ID, h.suspends(zoe.ID), false},
		} {
			t.Run(name, func(t *testing.T) {
				secret, err := h.a.CreateLink(t.Context(), people.ByVisitor, c.made, c.account)
				ok(t, err)
				c.between(t, secret)
				_, peeked := h.b.PeekLink(t.Context(), secret, c.used)
				l, err := h.b.UseLink(t.Context(), secret, c.used)
				if (peeked == nil) != c.opens || (err == nil) != c.opens {
					t.Errorf("peek: %v, use: %v; want it to open: %v", peeked, err, c.opens)
				}
				if c.opens && (l.Account != c.account || l.Purpose != c.used || l.UsedAt.IsZero()) {
					t.Errorf("opened %+v", l)
				}
				if !c.opens && (!errors.Is(err, people.ErrLink) || !errors.Is(peeked, people.ErrLink)) {
					t.Errorf("%v, %v: both should be ErrLink, whatever the reason", peeked, err)
				}
			})
		}
		_, err := h.a.UseLink(t.Context(), "unknown", people.LinkSignIn)
		if !errors.Is(err, people.ErrLink) {
			t.Errorf("an unknown link: %v", err)
		}
		_, err = h.a.CreateLink(t.Context(), people.ByVisitor, people.LinkSignIn, "nobody")
		faulty(t, fault.NotFound, err)
	})
}

func (h house) passes(d time.Duration) func(*testing.T, string) {
	return func(*testing.T, string) { h.time.pass(d) }
}

func (h house) peeks(p people.Purpose) func(*testing.T, string) {
	return func(t *testing.T, secret string) {
		_, err := h.a.PeekLink(t.Context(), secret, p)
		ok(t, err)
	}
}

func (h house) uses(p people.Purpose) func(*testing.T, string) {
	return func(t *testing.T, secret string) {
		_, err := h.a.UseLink(t.Context(), secret, p)
		ok(t, err)
	}
}

func (h house) usesAnother(p people.Purpose, id people.AccountID) func(*testing.T, string) {
	return func(t *testing.T, _ string) {
		secret, err := h.a.CreateLink(t.Context(), people.ByVisitor, p, id)
		ok(t, err)
		h.uses(p)(t, secret)
	}
}

func (h house) suspends(id people.AccountID) func(*testing.T, string) {
	return func(t *testing.T, _ string) {
		ok(t, h.a.SetAccountState(t.Context(), people.ByCLI, id, people.Suspended))
		ok(t, h.a.SetAccountState(t.Context(), people.ByCLI, id, people.Active))
	}
}

// settledUse reads how many events say that a sign-in link was used, and what looking at it says, of one moment: a
// server may still be ending a transaction whose client has gone, so both are read until nothing came between.
func (h house) settledUse(r *rapid.T, id people.AccountID, secret string) (written int, peeked error) {
	count := func() int {
		events, err := h.b.AuditEvents(context.Background(), people.AuditFilter{Actor: people.By(id), Action: people.DidUseLink})
		if err != nil {
			r.Fatal(err)
		}
		return len(events)
	}
	for {
		written = count()
		_, peeked = h.b.PeekLink(context.Background(), secret, people.LinkSignIn)
		if count() == written {
			return written, peeked
		}
	}
}

// TestALinkIsUsedAndWrittenInTheTrailOrNeither stops the use of links at a moment drawn at random.
func TestALinkIsUsedAndWrittenInTheTrailOrNeither(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		round := 0
		rapid.Check(t, func(r *rapid.T) {
			round++
			zoe := h.account(t, fmt.Sprintf("zoe%d@example.org", round))
			secret, err := h.a.CreateLink(context.Background(), people.ByVisitor, people.LinkSignIn, zoe.ID)
			if err != nil {
				r.Fatal(err)
			}
			after := time.Duration(rapid.IntRange(0, 2000).Draw(r, "microseconds")) * time.Microsecond
			ctx, cancel := context.WithTimeout(context.Background(), after)
			_, _ = h.a.UseLink(ctx, secret, people.LinkSignIn) // it may have worked even when it says otherwise
			cancel()
			written, peeked := h.settledUse(r, zoe.ID, secret)
			if written > 1 || (written == 1) != errors.Is(peeked, people.ErrLink) {
				r.Fatalf("%d events say it was used; looking at it: %v", written, peeked)
			}
		})
		if _, err := h.a.VerifyAudit(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
