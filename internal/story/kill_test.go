package story_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/story"
)

// What a process that tells the story is told itself.
const (
	databaseVariable = "FILIERE_TEST_STORY"
	keysVariable     = "FILIERE_TEST_STORY_KEYS"
)

// day is when the story is told.
func day() time.Time { return time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC) }

// TestMain tells the story when it is started as a process of its own.
func TestMain(m *testing.M) {
	dsn := os.Getenv(databaseVariable)
	if dsn == "" {
		os.Exit(m.Run())
	}
	if err := tellAlone(dsn, os.Getenv(keysVariable)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func tellAlone(dsn, keys string) error {
	clock := story.NewClock(day)
	s, err := store.Open(context.Background(), dsn, clock.Now)
	if err != nil {
		return err
	}
	defer s.Close()
	tell := teller(s, clock, keys)
	_, err = tell.Tell(context.Background())
	return err
}

// steps is how many things were done: the place of the last event of the audit trail.
func steps(t *testing.T, s *store.Store) int64 {
	t.Helper()
	events, err := s.AuditEvents(t.Context(), people.AuditFilter{Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	if len(events) == 0 {
		return 0
	}
	return events[0].Seq
}

// runUntil starts a process that tells the story and kills it, as a power cut would, once so many things were
// done. It reports whether the process ended by itself before.
func runUntil(t *testing.T, s *store.Store, dsn, keys string, target int64) bool {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), databaseVariable+"="+dsn, keysVariable+"="+keys)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("the story stopped by itself: %v: %s", err, said.String())
			}
			return true
		case <-tick.C:
			if steps(t, s) >= target {
				_ = cmd.Process.Kill() // it may have ended meanwhile
				<-ended
				return false
			}
		}
	}
}

// counted is how much came of the alert, and how much is held.
func counted(t *testing.T, s *store.Store, alert market.Alert) map[string]int {
	t.Helper()
	out := map[string]int{}
	for kind, n := range tallies(t, s, alert) {
		out["thread "+string(kind)] = n
	}
	programmes, total, err := s.Programmes(t.Context(), "", 0, 0)
	if err != nil || total != 1 {
		t.Fatalf("%d programmes, %v", total, err)
	}
	p, err := s.Programme(t.Context(), programmes[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	_, out["accounts"], err = s.Accounts(t.Context(), "", 1, 0)
	if err != nil {
		t.Fatal(err)
	}
	out["items"], out["projects"], out["members"], out["versions"] = len(p.Items), len(p.Drafts), len(p.Group), p.Versions
	promises, err := s.Promises(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	out["promises"] = len(promises)
	mails, err := s.Mails(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	out["mails"] = len(mails)
	return out
}

// TestAStoryKilledAtAnyStepIsToldOnWithoutDoublingAnything kills the process that tells it again and again, each
// time a few steps further, and compares with a story told in one go.
func TestAStoryKilledAtAnyStepIsToldOnWithoutDoublingAnything(t *testing.T) {
	if testing.Short() {
		t.Skip("a process for each kill takes a while")
	}
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			whole, _, alert := told(t, engine, day())
			want := counted(t, whole, alert)

			dsn, keys := loaded(t, engine, day), t.TempDir()
			s := open(t, dsn, day)
			random := rand.New(rand.NewPCG(1, uint64(len(engine)))) //nolint:gosec // the same steps in every run
			kills := 0
			for target := int64(3); !runUntil(t, s, dsn, keys, target); kills++ {
				target = steps(t, s) + 1 + random.Int64N(30)
			}
			if kills < 8 {
				t.Errorf("it was killed %d times only", kills)
			}
			if _, err := s.VerifyAudit(t.Context()); err != nil {
				t.Error(err)
			}
			found, _, err := s.Alerts(t.Context(), market.AlertFilter{Occupations: []occupation.ID{alert.Evidence.Occupation}, Area: alert.Evidence.Area}, 1, 0)
			if err != nil || len(found) != 1 {
				t.Fatalf("%d alerts, %v", len(found), err)
			}
			got := counted(t, s, found[0])
			for what, n := range want {
				if got[what] != n {
					t.Errorf("%s: %d, in one go %d", what, got[what], n)
				}
			}
			t.Logf("killed %d times", kills)
		})
	}
}
