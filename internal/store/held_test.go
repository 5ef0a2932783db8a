package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

// answersOf asks a store everything the cells in memory answer, over every value of the fixture.
func answersOf(t *testing.T, s *store.Store) map[string][]market.Row {
	t.Helper()
	out := map[string][]market.Row{}
	family, detailed := occupation.Family, occupation.Detailed
	for _, o := range []occupation.ID{"", "rome3-J1506", "rome3-G1803", "fap2009-V1Z80", "fap2009-S2Z61", "rome3-nothing"} {
		for _, a := range []territory.ID{"", "FR", "be2019-8401", "be2019-8402", "dep-69", "dep-99"} {
			out[fmt.Sprint("history ", o, a)] = must[[]market.Row](t)(s.History(t.Context(), o, a))
			if o == "" && a == "" {
				continue
			}
			for name, q := range map[string]market.Query{
				"all": {}, "class": {MinClass: 4}, "impossible class": {MinClass: 6}, "2021": {Year: 2021}, "1999": {Year: 1999},
				"region": {Region: "reg-84"}, "level": {Level: territory.Bassin}, "zoning": {Zoning: territory.Bassins2019},
				"nomenclature": {Nomenclature: occupation.FAP2009}, "grain": {Grain: &detailed}, "family": {Grain: &family},
				"top": {Top: 1}, "offset": {Offset: 1}, "far offset": {Offset: 99}, "second": {Top: 1, Offset: 1},
			} {
				q.Occupation, q.Area = o, a
				out[fmt.Sprint("radar ", name, o, a)] = must[[]market.Row](t)(s.Radar(t.Context(), q))
			}
		}
		for _, l := range []territory.Level{territory.Country, territory.Bassin, territory.Departement, territory.Region} {
			for _, z := range []territory.Zoning{"", territory.Bassins2019, territory.Bassins2024} {
				for _, y := range []int{0, 2018, 2020, 2021} {
					out[fmt.Sprint("map ", o, l, z, y)] = must[[]market.Row](t)(s.CellsOf(t.Context(), o, l, z, y))
				}
			}
		}
	}
	return out
}

func TestCellsInMemoryAnswerAsTheDatabaseDoes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		more := cells()
		computed := cell("rome3-G1803", "be2019-8402", 2021, 5, market.Is(1), market.Value{})
		computed.Origin, computed.Release = market.Computed, "r9" // newer than what is published there
		unnamed := cell("rome3-J1506", "be2019-9999", 2021, 4, market.Secret(), market.Is(0))
		if err := s.ReplaceCells(t.Context(), "v2", append(more, computed, unnamed)); err != nil {
			t.Fatal(err)
		}
		want := answersOf(t, s)
		s.HoldCells()
		if d := cmp.Diff(want, answersOf(t, s)); d != "" {
			t.Errorf("memory differs from the database (-database +memory):\n%s", d)
		}
	})
}

func TestCellsInMemoryFollowTheirVersion(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		s.HoldCells()
		if rows := must[[]market.Row](t)(s.History(t.Context(), "rome3-J1506", "be2019-8401")); len(rows) != 0 {
			t.Errorf("%d rows before anything was computed", len(rows))
		}
		fill(t, s)
		var readers sync.WaitGroup
		for range 8 { // one of them reads the cells, the others must not wait nor miss any
			readers.Go(func() {
				if rows, err := s.History(t.Context(), "rome3-J1506", "be2019-8401"); err != nil || len(rows) != 2 {
					t.Errorf("%d rows, %v", len(rows), err)
				}
			})
		}
		readers.Wait()
		if err := s.ReplaceCells(t.Context(), "v2", cells()[:1]); err != nil {
			t.Fatal(err)
		}
		if rows := must[[]market.Row](t)(s.History(t.Context(), "rome3-J1506", "be2019-8401")); len(rows) != 1 {
			t.Errorf("%d rows after the cells changed, want 1", len(rows))
		}
	})
}

func TestAStoreThatHoldsNoCellsSeesEveryChange(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		if err := s.ReplaceCells(t.Context(), "v1", nil); err != nil { // the same version
			t.Fatal(err)
		}
		if rows := must[[]market.Row](t)(s.CellsOf(t.Context(), "rome3-J1506", territory.Bassin, "", 0)); len(rows) != 0 {
			t.Errorf("%d rows of no cells", len(rows))
		}
	})
}
