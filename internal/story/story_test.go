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

// loaded gives a fresh database with the bundled figures.
func loaded(t *testing.T, engine string, now func() time.Time) (dsn string) {
	t.Helper()
	dsn = storetest.Fresh(t, engine)
	s := open(t, dsn, now)
	im := intake.Importer[*store.Batch]{Sink: s, Sources: intake.Catalogue(), Now: now}
	if err := im.RunFS(t.Context(), sample.Files(), func(intake.Report) {}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
		t.Fatal(err)
	}
	return dsn
}

func open(t *testing.T, dsn string, now func() time.Time) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dsn, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// teller tells the story on a database. keys is the folder of the school's key.
func teller(s *store.Store, clock *story.Clock, keys string) story.Teller {
	office := registrar.NewOffice(s, registrar.School{Name: "Filière", Site: "http://localhost:8080"},
		registrar.KeyFile{Path: filepath.Join(keys, "issuer.key")}, clock.Now, nil)
	return story.Teller{
		School: s, Clock: clock,
		Issue: func(ctx context.Context) error { _, err := office.IssueDue(ctx, people.BySystem); return err },
		Message: func(a people.Account, title, secret string) people.Message {
			return people.Message{To: a.Email, Subject: title, Body: "https://school.example/outcome/" + secret}
		},
	}
}

// told plays the story on a fresh database with the bundled figures.
func told(t *testing.T, engine string, now time.Time) (*store.Store, story.Teller, market.Alert) {
	t.Helper()
	clock := story.NewClock(func() time.Time { return now })
	s := open(t, loaded(t, engine, clock.Now), clock.Now)
	tell := teller(s, clock, t.TempDir())
	alert, err := tell.Tell(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s, tell, alert
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
	if testing.Short() {
		t.Skip("a whole story for each day takes a while")
	}
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
