package story_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"filiere/internal/intake"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/sample"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/story"
)

// told plays the story on a fresh database with the bundled figures.
func told(t *testing.T, engine string, now time.Time) (*store.Store, story.Teller, market.Alert) {
	t.Helper()
	clock := story.NewClock(func() time.Time { return now })
	s, err := store.Open(t.Context(), storetest.Fresh(t, engine), clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	im := intake.Importer[*store.Batch]{Sink: s, Sources: intake.Catalogue(), Now: clock.Now}
	if err := im.RunFS(t.Context(), sample.Files(), func(intake.Report) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
		t.Fatal(err)
	}
	office := registrar.NewOffice(s, registrar.School{Name: "Filière", Site: "http://localhost:8080"},
		registrar.KeyFile{Path: filepath.Join(t.TempDir(), "issuer.key")}, clock.Now, nil)
	teller := story.Teller{
		School: s, Clock: clock,
		Issue: func(ctx context.Context) error { _, err := office.IssueDue(ctx, people.BySystem); return err },
		Message: func(a people.Account, title, secret string) people.Message {
			return people.Message{To: a.Email, Subject: title, Body: secret}
		},
	}
	alert, err := teller.Tell(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, teller, alert
}

// tallies counts what came of the alert.
func tallies(t *testing.T, s *store.Store, alert market.Alert) map[people.Kind]int {
	t.Helper()
	c, err := s.Thread(t.Context(), people.Ref{Kind: people.KindAlert, ID: string(alert.ID)}, "", true)
	if err != nil {
		t.Fatal(err)
	}
	out := map[people.Kind]int{}
	for _, tally := range c.Tallies {
		out[tally.Kind] = tally.Count
	}
	return out
}

func TestTheStoryIsWholeAndToldAgainDoublesNothing(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			now := time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
			s, teller, alert := told(t, engine, now)
			got := tallies(t, s, alert)
			for kind, want := range map[people.Kind]int{
				people.KindProgramme: 1, people.KindVersion: 1, people.KindPath: 1, people.KindEnrolment: 4,
				people.KindDefence: 6, people.KindDecision: 1, people.KindDiploma: 1, people.KindOutcome: 1,
			} {
				if got[kind] != want {
					t.Errorf("%d of kind %s came of the alert, want %d", got[kind], kind, want)
				}
			}
			events, err := s.VerifyAudit(t.Context())
			if err != nil {
				t.Error(err)
			}
			if _, err := teller.Tell(t.Context()); err != nil {
				t.Fatalf("told again: %v", err)
			}
			if again := tallies(t, s, alert); again[people.KindEnrolment] != got[people.KindEnrolment] || again[people.KindDefence] != got[people.KindDefence] {
				t.Errorf("told again: %v, was %v", again, got)
			}
			if after, err := s.VerifyAudit(t.Context()); err != nil || after != events {
				t.Errorf("told again, %d things were done (%v)", after-events, err)
			}
		})
	}
}

// TestTheStoryCanBeToldOnAnyDay plays it on days that fall awkwardly: the first of a year, a leap day.
func TestTheStoryCanBeToldOnAnyDay(t *testing.T) {
	for _, day := range []string{"2027-01-01", "2028-02-29", "2026-06-15"} {
		now, err := time.Parse("2006-01-02", day)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(day, func(t *testing.T) {
			s, _, alert := told(t, "sqlite", now)
			if got := tallies(t, s, alert); got[people.KindDiploma] != 1 {
				t.Errorf("came of it: %v", got)
			}
		})
	}
}

func TestTheCourseOfTheStoryCanBeRead(t *testing.T) {
	c, err := story.Course()
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Parts) != 5 || c.Chapters() != 10 || c.Quizzes() != 5 {
		t.Errorf("%d parts, %d chapters, %d quizzes", len(c.Parts), c.Chapters(), c.Quizzes())
	}
}
