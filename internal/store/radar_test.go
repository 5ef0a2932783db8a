package store_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// keysOf names rows in the order they came.
func keysOf(rows []market.Row) []string {
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s %s %d: %d", r.Occupation, r.Area, r.Year, r.Class))
	}
	return out
}

func TestRadarRanksWhatAQueryAsksFor(t *testing.T) {
	detailed := occupation.Detailed
	for _, c := range []struct {
		name  string
		query market.Query
		want  []string
	}{
		{"the latest year of each nomenclature and level", market.Query{Nomenclature: occupation.FAP2009, MinClass: 1}, []string{
			"fap2009-V1Z80 FR 2019: 5", "fap2009-S2Z61 FR 2019: 5", "fap2009-V1Z80 dep-75 2019: 4", "fap2009-V1Z80 dep-69 2019: 4",
		}},
		{"one year of one level", market.Query{Nomenclature: occupation.ROME3, Grain: &detailed, Level: "bassin", Year: 2020}, []string{
			"rome3-G1803 be2019-8402 2020: 4", "rome3-J1506 be2019-8401 2020: 3",
		}},
		{"one occupation everywhere", market.Query{Occupation: "rome3-J1506"}, []string{
			"rome3-J1506 be2019-8401 2021: 5", "rome3-J1506 be2019-8402 2021: 4", "rome3-J1506 be2019-1101 2021: 2",
		}},
		{"one area", market.Query{Area: "be2019-8401"}, []string{
			"rome3-J1506 be2019-8401 2021: 5", "rome3-G1803 be2019-8401 2021: 4",
		}},
		{"one area whose latest year is an earlier one", market.Query{Area: "be2019-8402", Occupation: "rome3-G1803"}, []string{
			"rome3-G1803 be2019-8402 2020: 4",
		}},
		{"the areas inside a région", market.Query{Region: "reg-84", Level: "bassin"}, []string{
			"rome3-J1506 be2019-8401 2021: 5", "rome3-G1803 be2019-8401 2021: 4", "rome3-J1506 be2019-8402 2021: 4",
		}},
		{"cells without a class come last", market.Query{Area: "dep-69"}, []string{
			"fap2009-V1Z80 dep-69 2019: 4", "fap2009-S2Z61 dep-69 2019: 0",
		}},
		{"the second of the first two, over partitions", market.Query{Nomenclature: occupation.FAP2009, Top: 1, Offset: 1}, []string{"fap2009-S2Z61 FR 2019: 5"}},
		{"the first of an area", market.Query{Area: "be2019-8401", Top: 1}, []string{"rome3-J1506 be2019-8401 2021: 5"}},
		{"a year with nothing", market.Query{Year: 1999}, nil},
		{"an area with nothing", market.Query{Area: "reg-84"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				fill(t, s)
				got := must[[]market.Row](t)(s.Radar(t.Context(), c.query))
				if d := cmp.Diff(c.want, keysOf(got)); d != "" {
					t.Errorf("rows differ (-want +got):\n%s", d)
				}
			})
		})
	}
}

func TestRowKeepsEveryFigureAndWhatIsWithheld(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		rows := must[[]market.Row](t)(s.Radar(t.Context(), market.Query{Area: "be2019-8401", Occupation: "rome3-J1506"}))
		want := []market.Row{{Cell: cells()[0], Label: "Soins infirmiers généralistes", AreaLabel: "SAINT ETIENNE"}}
		if d := cmp.Diff(want, rows); d != "" {
			t.Errorf("row differs (-want +got):\n%s", d)
		}
	})
}

func TestEachRadarRowStopsAtTheFirstError(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		stop, seen := errors.New("enough"), 0
		err := s.EachRadarRow(t.Context(), market.Query{}, func(market.Row) error { seen++; return stop })
		if !errors.Is(err, stop) || seen != 1 {
			t.Errorf("saw %d rows, error %v", seen, err)
		}
	})
}

func TestMapAndHistoryOfAnOccupation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		rows := must[[]market.Row](t)
		for name, c := range map[string]struct{ got, want []string }{
			"map of the latest year": {keysOf(rows(s.CellsOf(t.Context(), "rome3-J1506", "bassin", "", 0))), []string{
				"rome3-J1506 be2019-1101 2021: 2", "rome3-J1506 be2019-8401 2021: 5", "rome3-J1506 be2019-8402 2021: 4",
			}},
			"map of a year":                {keysOf(rows(s.CellsOf(t.Context(), "rome3-J1506", "bassin", "be2019", 2020))), []string{"rome3-J1506 be2019-8401 2020: 3"}},
			"map of a zoning without data": {keysOf(rows(s.CellsOf(t.Context(), "rome3-J1506", "bassin", "be2024", 0))), nil},
			"history":                      {keysOf(rows(s.History(t.Context(), "fap2009-V1Z80", "FR"))), []string{"fap2009-V1Z80 FR 2018: 4", "fap2009-V1Z80 FR 2019: 5"}},
		} {
			if d := cmp.Diff(c.want, c.got); d != "" {
				t.Errorf("%s differs (-want +got):\n%s", name, d)
			}
		}
	})
}

func TestEditionsAndTalliesCountTheCells(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		editions := must[[]market.Edition](t)(s.Editions(t.Context()))
		want := []market.Edition{
			{Nomenclature: "fap2009", Level: "country", Year: 2019, Cells: 2, Classed: 2, Published: 2},
			{Nomenclature: "fap2009", Level: "country", Year: 2018, Cells: 1, Classed: 1, Published: 1},
			{Nomenclature: "fap2009", Level: "departement", Zoning: "dep", Year: 2019, Cells: 3, Classed: 2, Published: 3},
			{Nomenclature: "rome3", Level: "bassin", Zoning: "be2019", Year: 2021, Cells: 4, Classed: 4, Published: 4},
			{Nomenclature: "rome3", Level: "bassin", Zoning: "be2019", Year: 2020, Cells: 2, Classed: 2, Published: 2},
			{Nomenclature: "rome3", Level: "country", Year: 2021, Cells: 1, Classed: 1, Published: 1},
		}
		if d := cmp.Diff(want, editions); d != "" {
			t.Errorf("editions differ (-want +got):\n%s", d)
		}
		tallies := must[[]market.Tally](t)(s.Tallies(t.Context(), "departement", "", "fap2009", 0, 0))
		if d := cmp.Diff([]market.Tally{
			{Area: "dep-69", Label: "Rhône", Year: 2019, Classes: [5]int{0, 0, 0, 1, 0}},
			{Area: "dep-75", Label: "Paris", Year: 2019, Classes: [5]int{0, 0, 0, 1, 0}},
		}, tallies); d != "" {
			t.Errorf("tallies differ (-want +got):\n%s", d)
		}
		own := must[[]market.AreaTally](t)(s.AreaTallies(t.Context(), "be2019-8401"))
		if len(own) != 2 || own[0].Year != 2021 || own[0].Nomenclature != "rome3" || own[0].Total() != 2 {
			t.Errorf("tallies of the area: %+v", own)
		}
	})
}
