package store_test

import (
	"fmt"
	"testing"
	"time"

	"filiere/internal/market/posting"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// jobAdverts makes n adverts of one job, each from another site.
func jobAdverts(site string, n int) []posting.Coded {
	out := make([]posting.Coded, n)
	for i := range out {
		out[i] = posting.Coded{
			Posting: posting.Posting{
				Source: fmt.Sprint(site, i), Number: "1", Title: "Soudeur TIG", Positions: 1, Published: time.Date(2026, 3, 1+i%20, 0, 0, 0, 0, time.UTC),
				Text: "Vous assemblez des pièces à partir de plans, réglez les postes à souder, contrôlez vos cordons et rangez l'atelier chaque soir avec l'équipe de jour.",
			},
			Commune: "com2025-21231", Departement: "dep-21", Bassin: "be2019-8421", Occupation: "rome3-H2913", Taken: time.Date(2026, 3, 21, 0, 0, 0, 0, time.UTC),
		}
	}
	return out
}

func TestAJobCountsOnceHoweverOftenItIsAdvertised(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		take := func(adverts []posting.Coded, want posting.Taken) {
			t.Helper()
			got, err := s.TakePostings(t.Context(), adverts)
			if err != nil {
				t.Fatal(err)
			}
			if got.Taken != want {
				t.Errorf("%+v, want %+v", got.Taken, want)
			}
		}
		take(jobAdverts("a", 300), posting.Taken{New: 300, Counted: 1, Reposts: 299})
		take(jobAdverts("b", 200), posting.Taken{New: 200, Reposts: 200})
		take(jobAdverts("a", 300), posting.Taken{Known: 300})
		elsewhere := jobAdverts("c", 2)
		elsewhere[0].Commune, elsewhere[1].Commune = "com2025-21054", "com2025-21054"
		take(elsewhere, posting.Taken{New: 2, Counted: 1, Reposts: 1})
		if cells := counted(t, s); len(cells) != 1 || cells[posting.Cell{Bassin: "be2019-8421", Occupation: "rome3-H2913"}] != 2 {
			t.Errorf("counts %v", cells)
		}
	})
}

func TestAJobCountsByTheFirstAdvertThatSaysEnough(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		adverts := jobAdverts("a", 4)
		adverts[0].Occupation = ""
		for i, counts := range []int{0, 1, 0, 0} { // the second takes the place of the first, and only it
			got, err := s.TakePostings(t.Context(), adverts[i:i+1])
			if err != nil {
				t.Fatal(err)
			}
			if got.Counted != counts || got.Reposts != min(i, 1) {
				t.Errorf("advert %d: %+v", i, got.Taken)
			}
		}
	})
}

func TestManyWhoTakeAdvertsOfOneJobCountItOnce(t *testing.T) {
	const hands = 4
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sum := takenByMany(t, s, hands, func(h int) []posting.Coded { return jobAdverts(fmt.Sprint("hand", h, "-"), 40) })
		if want := (posting.Taken{New: 40 * hands, Counted: 1, Reposts: 40*hands - 1}); sum != want {
			t.Errorf("all together %+v, want %+v", sum, want)
		}
	})
}
