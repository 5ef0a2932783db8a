package mail

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// clock is a time that passes when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// eachOutbox runs a test on the outbox of each engine, with one message in it.
func eachOutbox(t *testing.T, f func(t *testing.T, db *store.Store, time *clock)) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			c := &clock{now: someday}
			db, err := store.Open(t.Context(), storetest.Fresh(t, engine), c.Now)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			if err := db.EnqueueMail(t.Context(), message()); err != nil {
				t.Fatal(err)
			}
			f(t, db, c)
		})
	}
}

// only is the one message there is.
func only(t *testing.T, db *store.Store) people.Message {
	t.Helper()
	all, err := db.Mails(t.Context(), 0)
	if err != nil || len(all) != 1 {
		t.Fatalf("%d messages, %v", len(all), err)
	}
	return all[0]
}

// look has a worker look into the outbox once and wait for what it sends.
func look(t *testing.T, db Outbox, s Sender) {
	t.Helper()
	Worker{Outbox: db, Sender: s, Log: slog.New(slog.DiscardHandler)}.drain(t.Context())
}

func TestAMessageSurvivesAServerThatIsDownAndOneThatIsBusy(t *testing.T) {
	eachOutbox(t, func(t *testing.T, db *store.Store, c *clock) {
		down := startServer(t, nil)
		down.listener.Close()
		look(t, db, to(down, "", ""))
		if m := only(t, db); m.Attempts != 1 || m.LastError == "" || !m.SentAt.IsZero() {
			t.Fatalf("after a server that is down: %+v", m)
		}
		busy := startServer(t, func(s *smtpServer) { s.replies["RCPT"] = "451 come back later" })
		look(t, db, to(busy, "", ""))
		if busy.said("RCPT") {
			t.Error("it was tried again at once")
		}
		c.pass(time.Minute)
		look(t, db, to(busy, "", ""))
		up := startServer(t, nil)
		c.pass(2*time.Minute - time.Second)
		look(t, db, to(up, "", ""))
		if len(up.messages()) != 0 {
			t.Error("the second wait is not longer than the first")
		}
		c.pass(time.Second)
		look(t, db, to(up, "", ""))
		c.pass(365 * 24 * time.Hour)
		look(t, db, to(up, "", ""))
		if m := only(t, db); m.SentAt.IsZero() || m.LastError != "" || m.Attempts != 3 || len(up.messages()) != 1 {
			t.Errorf("in the end %+v, sent %d times", m, len(up.messages()))
		}
	})
}

func TestAMessageRefusedForGoodIsGivenUpWithTheServersReason(t *testing.T) {
	eachOutbox(t, func(t *testing.T, db *store.Store, c *clock) {
		s := startServer(t, func(s *smtpServer) { s.replies["RCPT"] = "550 5.1.1 no such mailbox" })
		look(t, db, to(s, "", ""))
		if m := only(t, db); !m.GivenUp() || !strings.Contains(m.LastError, "5.1.1 no such mailbox") {
			t.Errorf("it is kept as %+v", m)
		}
		c.pass(365 * 24 * time.Hour)
		up := startServer(t, nil)
		look(t, db, to(up, "", ""))
		if len(up.messages()) != 0 {
			t.Error("it was tried again")
		}
	})
}

// forgetful is an outbox whose worker dies before it can write down that a message was sent.
type forgetful struct{ *store.Store }

func (forgetful) MailSent(context.Context, string) error { return fmt.Errorf("the power went") }

func TestAMessageWhoseWorkerDiedIsSentAgainAndCanBeToldACopy(t *testing.T) {
	eachOutbox(t, func(t *testing.T, db *store.Store, c *clock) {
		s := startServer(t, nil)
		look(t, forgetful{db}, to(s, "", ""))
		look(t, db, to(s, "", ""))
		if n := len(s.messages()); n != 1 {
			t.Fatalf("sent %d times while the claim stands", n)
		}
		c.pass(people.ClaimLife)
		look(t, db, to(s, "", ""))
		got := s.messages()
		if len(got) != 2 || got[0].raw != got[1].raw || !strings.Contains(got[1].raw, "Message-ID: <"+only(t, db).ID+"@example.org>") {
			t.Errorf("%d copies, which differ", len(got))
		}
	})
}

func TestManyWorkersSendEachMessageOnce(t *testing.T) {
	eachOutbox(t, func(t *testing.T, db *store.Store, _ *clock) {
		for range 29 {
			if err := db.EnqueueMail(t.Context(), message()); err != nil {
				t.Fatal(err)
			}
		}
		s := startServer(t, nil)
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() { look(t, db, to(s, "", "")) })
		}
		workers.Wait()
		seen := map[string]bool{}
		for _, m := range s.messages() {
			seen[m.raw] = true
		}
		if len(seen) != 30 || len(s.messages()) != 30 {
			t.Errorf("%d messages arrived, %d of them different, of 30", len(s.messages()), len(seen))
		}
	})
}
