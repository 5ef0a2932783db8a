package market

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// drifting is a national series of 60 occupations over nine years: each has its level, the market moves for
// some years on end, and what an occupation moved beyond it comes back by half.
func drifting(seed uint64) Facts {
	r := rand.New(rand.NewPCG(seed, 3))
	move := []float64{0, 0.2, 0.15, -0.1, -0.2, -0.1, 0.1, 0.25, 0.2}
	var f Facts
	for i := range 60 {
		level, gone := 0.8*r.NormFloat64(), 0.0
		market := 0.0
		for t, m := range move {
			market += m
			gone = 0.5*gone + 0.15*r.NormFloat64()
			o := Observed{Dataset: DatasetTensionSeries, Observation: Observation{
				Occupation: occupation.Make(occupation.FAP2009, fmt.Sprintf("%c%dZ%02d", 'A'+i/12, i%12/3, 40+i%3)), Area: territory.France, Year: 2011 + t,
			}}
			o.Values[Tension] = Is(level + market + gone)
			f.Observations = append(f.Observations, o)
		}
	}
	return f
}

func TestTheForecastBeatsPersistence(t *testing.T) {
	years, all := backtestForecast(drifting(1))
	if len(years) != 6 || years[0].Year != 2014 || years[5].Year != 2019 {
		t.Fatalf("the years are %+v", years)
	}
	if all.Gain() < 0.10 || all.AUC < all.PersistenceAUC {
		t.Errorf("Brier %.4f and AUC %.3f against %.4f and %.3f", all.Brier, all.AUC, all.PersistenceBrier, all.PersistenceAUC)
	}
}

func TestAForecastKnowsNothingOfItsYear(t *testing.T) {
	f := drifting(2)
	s := newSeries(f)
	before := s.tense(s.fit(5), 5)
	spoilt := Facts{Observations: slices.Clone(f.Observations)}
	for i := range spoilt.Observations {
		if o := &spoilt.Observations[i]; o.Year > 2011+5 {
			o.Values[Tension] = Is(-5)
		}
	}
	s = newSeries(spoilt)
	if after := s.tense(s.fit(5), 5); !slices.Equal(before, after) {
		t.Error("later figures changed the forecast")
	}
}

func TestWhatIsFarFromTheCutIsForecastWithConfidence(t *testing.T) {
	f := drifting(3)
	for i := range f.Observations {
		o := &f.Observations[i]
		switch o.Occupation.Code() {
		case "A0Z40":
			o.Values[Tension] = Is(o.Values[Tension].Float + 4)
		case "A0Z41":
			o.Values[Tension] = Is(o.Values[Tension].Float - 4)
		}
	}
	list := ForecastNational(f)
	if len(list) != 60 {
		t.Fatalf("%d forecasts", len(list))
	}
	for _, x := range list {
		if x.Year != 2020 || x.From != 2019 {
			t.Fatalf("%+v", x)
		}
		if code := x.Occupation.Code(); code == "A0Z40" && x.P < 0.99 || code == "A0Z41" && x.P > 0.01 {
			t.Errorf("%+v", x)
		}
	}
}

func TestAShortSeriesIsNotForecast(t *testing.T) {
	f := drifting(4)
	f.Observations = slices.DeleteFunc(f.Observations, func(o Observed) bool { return o.Year > 2012 })
	if list := ForecastNational(f); list != nil {
		t.Errorf("two years gave %d forecasts", len(list))
	}
}

func TestBrierScoreAndAUCAreThoseWorkedOutByHand(t *testing.T) {
	j := judgeYear(2019, []judged{{0.9, 0.5, 0.5, true}, {0.6, 0.5, 0.5, false}, {0.6, 0.5, 0.5, true}, {0.1, 0.5, 0.5, false}})
	if want := (0.01 + 0.36 + 0.16 + 0.01) / 4; math.Abs(j.Brier-want) > 1e-12 {
		t.Errorf("Brier %g, want %g", j.Brier, want)
	}
	if want := (1 + 1 + 0.5 + 1) / 4.0; math.Abs(j.AUC-want) > 1e-12 {
		t.Errorf("AUC %g, want %g", j.AUC, want)
	}
	if j.PersistenceAUC != 0.5 || j.Tense != 2 {
		t.Errorf("%+v", j)
	}
}
