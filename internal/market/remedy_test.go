package market

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

func TestARemedyIsNeedTimesWhatDoesNotStandInTheWay(t *testing.T) {
	for name, c := range map[string]struct {
		in   RemedyFacts
		want float64
	}{
		"everything helps":  {RemedyFacts{Causes: [CauseCount]int{0, 5, 1, 1, 1, 0}, LowPay: Is(0), Seasonal: Is(0)}, 1},
		"nothing helps":     {RemedyFacts{Causes: [CauseCount]int{0, 5, 5, 5, 5, 0}, LowPay: Is(1), Seasonal: Is(1)}, 0},
		"no training asked": {RemedyFacts{Causes: [CauseCount]int{0, 1, 1, 1, 1, 0}}, 0.10},
		// need 0.8; people 0.5 × 0.30, conditions 0.25 × 0.30, contracts 0.75 × 0.20, of 0.80 known
		"half of it":   {RemedyFacts{Causes: [CauseCount]int{0, 4, 3, 2, 4, 0}}, 0.8 * (0.15 + 0.075 + 0.15) / 0.80},
		"retrained":    {RemedyFacts{Causes: [CauseCount]int{0, 5, 5, 0, 0, 0}, Paths: 4, Free: 2}, 0.5},
		"nobody close": {RemedyFacts{Causes: [CauseCount]int{0, 5, 5, 0, 0, 0}, Paths: 4, Free: 0}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r, ok := Remediability(c.in)
			if !ok || math.Abs(r.Score-c.want) > 1e-9 {
				t.Errorf("got %g (%v), want %g: %+v", r.Score, ok, c.want, r.Factors)
			}
		})
	}
}

func TestNoRemedyIsGivenWithoutTheLinkOfTrainingAndJob(t *testing.T) {
	if r, ok := Remediability(RemedyFacts{Causes: [CauseCount]int{5, 0, 5, 5, 5, 5}}); ok {
		t.Errorf("got %+v", r)
	}
}

func TestWhatStandsInTheWayNeverHelps(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := RemedyFacts{LowPay: Is(rapid.Float64Range(0, 1).Draw(t, "pay")), Seasonal: Is(rapid.Float64Range(0, 1).Draw(t, "season"))}
		for i := range in.Causes {
			in.Causes[i] = rapid.IntRange(1, 4).Draw(t, "cause")
		}
		in.Paths = rapid.IntRange(0, 9).Draw(t, "paths")
		in.Free = rapid.Float64Range(0, 1).Draw(t, "free") * float64(in.Paths)
		before, _ := Remediability(in)
		if before.Score < 0 || before.Score > 1 {
			t.Fatalf("score %g", before.Score)
		}
		worse := rapid.SampledFrom([]Measure{ConditionsTravail, NonDurabiliteEmploi, ManqueMainOeuvre}).Draw(t, "worse")
		in.Causes[causeIndex(worse)]++
		if after, _ := Remediability(in); after.Score > before.Score+1e-12 {
			t.Fatalf("a higher class of %s raised the score from %g to %g", worse, before.Score, after.Score)
		}
	})
}

func TestTheListHoldsWhatIsShortCurableAndLittleServed(t *testing.T) {
	sheets := []occupation.ID{"rome3-A1101", "rome3-A1201", "rome3-J1501", "rome3-J1502"}
	e := NewEstimates(2021, 2020, 0.6, sheets, []territory.ID{territory.France})
	tense, calm := Distribution{0, 0, 0.1, 0.3, 0.6}, Distribution{0.5, 0.3, 0.1, 0.1, 0}
	for s, d := range []Distribution{tense, calm, tense, tense} {
		e.cells[s] = pack(d, 0)
	}
	good, bad := [CauseCount]int{1, 5, 2, 1, 1, 1}, [CauseCount]int{1, 5, 5, 5, 5, 1}
	r := NewRemedies(RemedyTables{
		Causes: map[OccupationArea][CauseCount]int{
			{sheets[0], territory.France}: good, {sheets[1], territory.France}: good, {sheets[2], territory.France}: bad, {sheets[3], territory.France}: good,
		},
		Titles: map[occupation.ID]int{sheets[3]: 50},
	}, e)
	got := r.Curable(NewCurableQuery(territory.France))
	if len(got) != 1 || got[0].Occupation != sheets[0] {
		t.Errorf("got %+v", got)
	}
	q := NewCurableQuery(territory.France)
	q.Family, q.MostTitles = "j", -1
	if got := r.Curable(q); len(got) != 1 || got[0].Occupation != sheets[3] {
		t.Errorf("any number of titles in J: %+v", got)
	}
}
