package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"filiere/internal/market/posting"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

// advertsOf makes n adverts of a source for one cell, all of one day.
func advertsOf(source string, n int, occupationID occupation.ID, bassin territory.ID) []posting.Coded {
	out := make([]posting.Coded, n)
	for i := range out {
		out[i] = posting.Coded{
			Posting:    posting.Posting{Source: source, Number: fmt.Sprint(i), Title: "Soudeur", Positions: 1, Published: time.Date(2026, 3, 1, 23, 0, 0, 0, time.UTC)},
			Occupation: occupationID, Bassin: bassin, Taken: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
		}
	}
	return out
}

// counted gives the adverts of March 2026, by cell.
func counted(t *testing.T, s *store.Store) map[posting.Cell]int {
	t.Helper()
	cells, err := s.PostingCounts(t.Context(), posting.Query{From: "2026-03-01", To: "2026-03-31", Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	out := map[posting.Cell]int{}
	for _, c := range cells {
		out[posting.Cell{Bassin: c.Bassin, Occupation: c.Occupation}] = c.Postings
	}
	return out
}

func TestAnAdvertCountsOnceHoweverOftenItIsHandedOver(t *testing.T) {
	const occupationID, bassin = occupation.ID("rome3-H2913"), territory.ID("be2019-8421")
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		adverts := advertsOf("a", 250, occupationID, bassin)
		adverts = append(adverts, adverts[:10]...)                        // twice in one hand-over
		adverts = append(adverts, advertsOf("b", 5, "", bassin)...)       // about nobody knows what
		adverts = append(adverts, advertsOf("c", 5, occupationID, "")...) // nobody knows where
		taken, err := s.TakePostings(t.Context(), adverts)
		if err != nil {
			t.Fatal(err)
		}
		if want := (posting.Taken{New: 260, Known: 10, Counted: 250}); taken.Taken != want {
			t.Errorf("first: %+v, want %+v", taken.Taken, want)
		}
		if cells := []posting.Cell{{Bassin: bassin, Occupation: occupationID, Day: "2026-03-01", Postings: 250}}; !slices.Equal(taken.Cells, cells) {
			t.Errorf("added to the counts: %v, want %v", taken.Cells, cells)
		}
		if taken.Unsure != 5 || taken.Nowhere != 5 || len(taken.Seen) != posting.SeenOfLot {
			t.Errorf("of nobody knows what %d, where %d; shown %d", taken.Unsure, taken.Nowhere, len(taken.Seen))
		}
		again, err := s.TakePostings(t.Context(), adverts)
		if err != nil {
			t.Fatal(err)
		}
		if want := (posting.Taken{Known: 270}); again.Taken != want {
			t.Errorf("again: %+v, want %+v", again.Taken, want)
		}
		if got := counted(t, s); len(got) != 1 || got[posting.Cell{Bassin: bassin, Occupation: occupationID}] != 250 {
			t.Errorf("counts %v", got)
		}
		if one, err := s.PostingCounts(t.Context(), posting.Query{From: "2026-03-02", To: "2026-03-31", Limit: 9}); err != nil || len(one) != 0 {
			t.Errorf("of other days: %v, %v", one, err)
		}
		if none, err := s.TakePostings(t.Context(), nil); err != nil || none.Taken != (posting.Taken{}) {
			t.Errorf("nothing: %+v, %v", none, err)
		}
	})
}

// takenByMany has as many hands take adverts at the same time, each its own, and adds up what became of them.
func takenByMany(t *testing.T, s *store.Store, hands int, adverts func(hand int) []posting.Coded) posting.Taken {
	t.Helper()
	taken := make([]posting.Taken, hands)
	for _, err := range together(hands, func(h int) error {
		lot, err := s.TakePostings(t.Context(), adverts(h))
		taken[h] = lot.Taken
		return err
	}) {
		if err != nil {
			t.Error(err)
		}
	}
	sum := posting.Taken{}
	for _, one := range taken {
		sum = sum.Plus(one)
	}
	return sum
}

func TestManyWhoTakeTheSameAdvertsCountThemOnce(t *testing.T) {
	const hands = 4
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		adverts := append(advertsOf("a", 120, "rome3-H2913", "be2019-8421"), advertsOf("b", 120, "rome3-A1201", "be2019-8401")...)
		sum := takenByMany(t, s, hands, func(h int) []posting.Coded {
			return append(append([]posting.Coded{}, adverts[60*h:]...), adverts[:60*h]...)
		})
		if want := (posting.Taken{New: 240, Known: 240 * (hands - 1), Counted: 240}); sum != want {
			t.Errorf("all together %+v, want %+v", sum, want)
		}
		for cell, n := range counted(t, s) {
			if n != 120 {
				t.Errorf("%v counts %d", cell, n)
			}
		}
	})
}
