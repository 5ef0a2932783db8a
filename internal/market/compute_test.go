package market

import (
	"fmt"
	"strings"
	"testing"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

func observed(dataset string, o occupation.ID, a territory.ID, year int, values map[Measure]Value) Observed {
	obs := Observed{Dataset: dataset, Vintage: fmt.Sprint(year), Release: dataset + "-release"}
	obs.Occupation, obs.Area, obs.Year = o, a, year
	for m, v := range values {
		obs.Values[m] = v
	}
	return obs
}

func cellOf(t *testing.T, r Result, o occupation.ID, a territory.ID, year int) Cell {
	t.Helper()
	for _, c := range r.Cells {
		if c.Occupation == o && c.Area == a && c.Year == year {
			return c
		}
	}
	t.Fatalf("no cell %s × %s × %d among %d", o, a, year, len(r.Cells))
	return Cell{}
}

func TestAPublishedClassStandsAsPublished(t *testing.T) {
	r := Compute(Dares2020(), Facts{Observations: []Observed{
		observed(DatasetTensionFAP, "fap2009-A0Z40", "FR", 2019, map[Measure]Value{Tension: Is(0.6), TensionClass: Is(5), IntensiteEmbauches: Is(2)}),
	}})
	c := cellOf(t, r, "fap2009-A0Z40", "FR", 2019)
	if c.Class != 5 || c.Origin != Published || c.Causes[0] != 2 || c.Sources != "tension_fap 2019" || c.Release == "" {
		t.Errorf("got %+v", c)
	}
}

func TestAValueWithoutAClassGetsAComputedOne(t *testing.T) {
	r := Compute(Dares2020(), Facts{Observations: []Observed{
		observed(DatasetTensionSeries, "fap2009-A0Z40", "FR", 2011, map[Measure]Value{Tension: Is(-0.479)}),
	}})
	if c := cellOf(t, r, "fap2009-A0Z40", "FR", 2011); c.Class != 2 || c.Origin != Computed {
		t.Errorf("got class %d, %s; want 2, computed", c.Class, c.Origin)
	}
}

func TestTheYearlyTableBeatsTheSeriesOfTheSameYear(t *testing.T) {
	series := observed(DatasetTensionSeries, "fap2009-A0Z40", "FR", 2019, map[Measure]Value{Tension: Is(0.6)})
	table := observed(DatasetTensionFAP, "fap2009-A0Z40", "FR", 2019, map[Measure]Value{Tension: Is(0.6), TensionClass: Is(4)})
	for _, order := range [][]Observed{{series, table}, {table, series}} {
		if c := cellOf(t, Compute(Dares2020(), Facts{Observations: order}), "fap2009-A0Z40", "FR", 2019); c.Class != 4 {
			t.Errorf("class %d, want the table's 4", c.Class)
		}
	}
}

func TestARowWithoutAnyTensionMakesNoCell(t *testing.T) {
	r := Compute(Dares2020(), Facts{Observations: []Observed{
		observed(DatasetTensionFAP, "fap2009-A0Z40", "dep-69", 2019, map[Measure]Value{Employment: Is(20)}),
	}})
	if len(r.Cells) != 0 {
		t.Errorf("got %d cells", len(r.Cells))
	}
}

// fortyFamilies are a national market of families whose published tension rises with their number,
// as do the difficulty of hiring and the offers per jobseeker in two basins of one région.
func fortyFamilies() Facts {
	f := Facts{Areas: []territory.Area{
		{ID: "be2019-8401", Region: "reg-84", Departement: "dep-01"},
		{ID: "be2019-8402", Region: "reg-84", Departement: "dep-69"},
		{ID: "be2024-8401", Region: "reg-84", Departement: "dep-01"},
	}, Overlaps: []territory.Overlap{{From: "be2024-8401", To: "be2019-8401", Share: 1}}}
	for i := range 40 {
		n := float64(i + 1)
		fap := occupation.ID(fmt.Sprintf("fap2009-A%dZ%02d", i/10, i))
		rome := occupation.ID(fmt.Sprintf("rome3-A11%02d", i))
		survey := occupation.ID(fmt.Sprintf("fap2021-A%dX%02d", i/10, i))
		f.Crosswalks = append(f.Crosswalks,
			occupation.Crosswalk{From: fap, To: rome, Quality: occupation.Official},
			occupation.Crosswalk{From: survey, To: rome, Quality: occupation.Derived},
			occupation.Crosswalk{From: survey, To: fap, Quality: occupation.Derived})
		f.Observations = append(f.Observations,
			observed(DatasetTensionFAP, fap, "FR", 2019, map[Measure]Value{Tension: Is(n/20 - 1), TensionClass: Is(float64(Dares2020().ClassOf(n/20 - 1)))}),
			observed(DatasetTensionBassin, rome, "be2019-8401", 2021, map[Measure]Value{TensionClass: Is(3), Offers: Is(10 * n), Jobseekers: Is(100)}),
			observed(DatasetTensionBassin, rome, "be2019-8402", 2021, map[Measure]Value{TensionClass: Is(3), Offers: Is(20 * n), Jobseekers: Is(100)}),
			observed(DatasetBMO, survey, "be2024-8401", 2024, map[Measure]Value{Projects: Is(100), DifficultProjects: Is(2 * n)}))
	}
	return f
}

func TestTensionIsComputedWhereItsComponentsArePublished(t *testing.T) {
	r := Compute(Dares2020(), fortyFamilies())
	low, high := cellOf(t, r, "fap2009-A0Z00", "FR", 2021), cellOf(t, r, "fap2009-A3Z39", "FR", 2021)
	if low.Origin != Computed || high.Origin != Computed {
		t.Fatalf("origins %s and %s", low.Origin, high.Origin)
	}
	if low.Class != 1 || high.Class != 5 {
		t.Errorf("the slackest family is in class %d, the tensest in %d; want 1 and 5", low.Class, high.Class)
	}
	if got := high.Offers.Float; got != 30*40 {
		t.Errorf("national offers %v, want both basins' 1200", got)
	}
	if !strings.HasPrefix(high.Sources, "tension_bassin 2021 + bmo 2024") {
		t.Errorf("sources %q", high.Sources)
	}
}

func TestComputedTensionIsOnThePublishedScale(t *testing.T) {
	f := fortyFamilies()
	r := Compute(Dares2020(), f)
	var computed, published float64
	for _, c := range r.Cells {
		if c.Area == "FR" && c.Occupation.Nomenclature() == occupation.FAP2009 && c.Occupation.Grain() == occupation.Detailed {
			if c.Year == 2021 {
				computed += c.Tension.Float
			} else {
				published += c.Tension.Float
			}
		}
	}
	if d := computed - published; d > 1e-9 || d < -1e-9 {
		t.Errorf("mean of computed tensions differs from the published mean by %v", d/40)
	}
}

func TestAPublishedBassinClassIsNeverReplaced(t *testing.T) {
	r := Compute(Dares2020(), fortyFamilies())
	c := cellOf(t, r, "rome3-A1139", "be2019-8401", 2021)
	if c.Class != 3 || c.Origin != Published {
		t.Errorf("got class %d, %s; want the published 3", c.Class, c.Origin)
	}
}

func TestNothingIsComputedWithoutBothComponents(t *testing.T) {
	f := fortyFamilies()
	var without []Observed
	for _, o := range f.Observations {
		if o.Dataset != DatasetBMO {
			without = append(without, o)
		}
	}
	f.Observations = without
	for _, c := range Compute(Dares2020(), f).Cells {
		if c.Origin == Computed {
			t.Fatalf("computed %+v from offers alone", c)
		}
	}
}

func TestAnUnconfirmedCorrespondenceCountsForNothing(t *testing.T) {
	f := fortyFamilies()
	for i := range f.Crosswalks {
		if f.Crosswalks[i].From.Nomenclature() == occupation.FAP2021 {
			f.Crosswalks[i].Quality = occupation.Unconfirmed
		}
	}
	for _, c := range Compute(Dares2020(), f).Cells {
		if c.Origin == Computed {
			t.Fatalf("computed %+v through an unconfirmed correspondence", c)
		}
	}
}

func TestComputingIsTheSameWhateverTheOrderOfFacts(t *testing.T) {
	f := fortyFamilies()
	a := Compute(Dares2020(), f)
	for i, j := 0, len(f.Observations)-1; i < j; i, j = i+1, j-1 {
		f.Observations[i], f.Observations[j] = f.Observations[j], f.Observations[i]
	}
	b := Compute(Dares2020(), f)
	if len(a.Cells) != len(b.Cells) {
		t.Fatalf("%d and %d cells", len(a.Cells), len(b.Cells))
	}
	for i := range a.Cells {
		if a.Cells[i].Class != b.Cells[i].Class || a.Cells[i].Occupation != b.Cells[i].Occupation {
			t.Fatalf("cell %d: %+v and %+v", i, a.Cells[i], b.Cells[i])
		}
	}
}

func TestLackOfLabourIsFewJobseekersPerEmployed(t *testing.T) {
	f := fortyFamilies()
	for i := range 10 {
		fap := occupation.ID(fmt.Sprintf("fap2009-A0Z%02d", i))
		f.Observations = append(f.Observations,
			observed(DatasetEmployment, fap, "FR", 2018, map[Measure]Value{Employment: Is(1000)}),
			observed(DatasetJobseekers, fap, "FR", 2019, map[Measure]Value{JobseekersA: Is(float64(10 + i))}))
	}
	i := causeIndex(ManqueMainOeuvre)
	c := cellOf(t, Compute(Dares2020(), f), "fap2009-A0Z00", "FR", 2021)
	if c.Causes[i] != 5 || c.CausesComputed&(1<<i) == 0 {
		t.Errorf("fewest jobseekers: class %d, computed %b; want 5, marked", c.Causes[i], c.CausesComputed)
	}
}

func TestALocalTensionStaysNearTheCountrys(t *testing.T) {
	r := Compute(Dares2020(), fortyFamilies())
	for _, o := range []occupation.ID{"fap2009-A0Z00", "fap2009-A3Z39"} {
		published := cellOf(t, r, o, "FR", 2019).Tension.Float
		national, local := cellOf(t, r, o, "FR", 2021).Tension.Float, cellOf(t, r, o, "dep-01", 2021).Tension.Float
		// dep-01 has fewer offers per jobseeker than the country, so it is slacker: by a fifth of what its
		// components say.
		if local >= published || published-local > 0.5 {
			t.Errorf("%s: %v in the département, %v published for the country (%v computed)", o, local, published, national)
		}
	}
}
