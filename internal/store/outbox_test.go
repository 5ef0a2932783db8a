package store_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
)

// claim takes a message, of which there must be one.
func claim(t *testing.T, s *store.Store) people.Message {
	t.Helper()
	m, is, err := s.ClaimMail(t.Context())
	ok(t, err)
	if !is {
		t.Fatal("no message is due")
	}
	return m
}

// idle fails the test when a message is due.
func idle(t *testing.T, s *store.Store) {
	t.Helper()
	if m, is, err := s.ClaimMail(t.Context()); is || err != nil {
		t.Errorf("claimed %q, %v; want nothing due", m.Subject, err)
	}
}

func TestManyWorkersSendEachMessageOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		const messages = 60
		for i := range messages {
			ok(t, h.a.EnqueueMail(t.Context(), people.Message{To: "zoe@example.org", Subject: fmt.Sprint(i)}))
		}
		var mu sync.Mutex
		sent := map[string]int{}
		for _, err := range together(6, func(i int) error {
			for {
				m, is, err := h.of(i).ClaimMail(t.Context())
				if err != nil || !is {
					return err
				}
				mu.Lock()
				sent[m.Subject]++
				mu.Unlock()
				if err := h.of(i).MailSent(t.Context(), m.ID); err != nil {
					return err
				}
			}
		}) {
			ok(t, err)
		}
		if len(sent) != messages {
			t.Errorf("%d messages of %d were sent", len(sent), messages)
		}
		for subject, n := range sent {
			if n != 1 {
				t.Errorf("message %s was sent %d times", subject, n)
			}
		}
		idle(t, h.a)
	})
}

func TestOfManyWorkersWhoReachForOneMessageOneGetsIt(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		for round := range 20 {
			ok(t, h.a.EnqueueMail(t.Context(), people.Message{To: "zoe@example.org", Subject: fmt.Sprint(round)}))
			var claims atomic.Int64
			for _, err := range together(10, func(i int) error {
				_, is, err := h.of(i).ClaimMail(t.Context())
				if is {
					claims.Add(1)
				}
				return err
			}) {
				ok(t, err)
			}
			if n := claims.Load(); n != 1 {
				t.Fatalf("round %d: %d workers hold the message", round, n)
			}
		}
	})
}

func TestAClaimThatDiesIsFreeAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ok(t, h.a.EnqueueMail(t.Context(), people.Message{To: "zoe@example.org", Subject: "s", Body: "b"}))
		dead := claim(t, h.a)
		h.time.pass(people.ClaimLife - time.Second)
		idle(t, h.b)
		h.time.pass(time.Second)
		again := claim(t, h.b)
		if again.ID != dead.ID || dead.Attempts != 1 || again.Attempts != 2 {
			t.Errorf("claimed %+v, then %+v", dead, again)
		}
	})
}

func TestAMessageThatFailsIsTriedLessAndLessOftenAndGivenUp(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ok(t, h.a.EnqueueMail(t.Context(), people.Message{To: "zoe@example.org", Subject: "s", Body: "b"}))
		for attempt := 1; attempt <= people.MaxAttempts; attempt++ {
			m := claim(t, h.a)
			if m.Attempts != attempt || m.GivenUp() != (attempt == people.MaxAttempts) {
				t.Fatalf("attempt %d: %+v", attempt, m)
			}
			ok(t, h.b.MailFailed(t.Context(), m.ID, strings.Repeat("é", 2000)))
			wait, _ := people.Backoff(attempt)
			h.time.pass(wait - time.Second)
			if wait > 0 {
				idle(t, h.b)
			}
			h.time.pass(time.Second)
		}
		h.time.pass(365 * 24 * time.Hour)
		idle(t, h.a)
		list, err := h.b.Mails(t.Context(), 0)
		ok(t, err)
		if m := list[0]; !m.GivenUp() || m.LastError == "" || len(m.LastError) > 500 {
			t.Errorf("in the end %+v", m)
		}
		faulty(t, fault.NotFound, h.a.MailFailed(t.Context(), "none", "x"))
		faulty(t, fault.NotFound, h.a.MailSent(t.Context(), "none"))
	})
}

func TestMessagesAreSentInTheirOrderAndNotBeforeTheirTime(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		now := h.time.Now()
		for _, m := range []people.Message{
			{To: "a@example.org", Subject: "later", Lang: "fr", SendAt: now.Add(time.Hour)},
			{To: "a@example.org", Subject: "first", Lang: "fr"},
			{To: "b@example.org", Subject: "second", Lang: "en", Body: "https://example.org/link/secret"},
		} {
			ok(t, h.a.EnqueueMail(t.Context(), m))
		}
		h.time.pass(time.Second)
		first, second := claim(t, h.a), claim(t, h.b)
		idle(t, h.a)
		if first.Subject != "first" || second.Subject != "second" || second.Lang != "en" || second.Body == "" || second.To != "b@example.org" {
			t.Errorf("claimed %+v and %+v", first, second)
		}
		ok(t, h.b.MailFailed(t.Context(), second.ID, "try later"))
		ok(t, h.b.MailSent(t.Context(), second.ID))
		list, err := h.a.Mails(t.Context(), 1)
		ok(t, err)
		want := second
		want.Body, want.SentAt, want.SendAt = "", h.time.Now(), list[0].SendAt
		if d := cmp.Diff([]people.Message{want}, list); d != "" {
			t.Errorf("once sent, the link it held is gone (-want +got):\n%s", d)
		}
		faulty(t, fault.NotFound, h.b.MailFailed(t.Context(), second.ID, "too late"))
	})
}
