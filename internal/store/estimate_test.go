package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/territory"
)

// tensions imports a made-up table by basin for two years, and the sheets and basins it is of: 30 sheets in 40
// basins, of which two thirds are published.
func tensions(t testing.TB, s *store.Store) {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 5))
	records := []any{territory.Area{ID: "FR", Label: "France"}, territory.Area{ID: "reg-84", Label: "Auvergne-Rhône-Alpes"}, territory.Area{ID: "dep-69", Label: "Rhône", Region: "reg-84"}}
	basin := func(i int) territory.ID { return territory.Make(territory.Bassins2019, fmt.Sprintf("%04d", i+1)) }
	sheet := func(i int) occupation.ID { return occupation.Make(occupation.ROME3, fmt.Sprintf("A1%03d", i)) }
	for b := range 40 {
		records = append(records, territory.Area{ID: basin(b), Label: fmt.Sprint("Bassin ", b), Region: "reg-84", Departement: "dep-69"})
	}
	for o := range 30 {
		records = append(records, occupation.Occupation{ID: sheet(o), Label: fmt.Sprint("Métier ", o)})
	}
	records = append(records, occupation.Occupation{ID: "rome4-A1000-01", Label: "Métier précis"},
		occupation.Crosswalk{From: "rome4-A1000-01", To: sheet(0), Quality: occupation.Official})
	put(t, s, "labels", "1", records...)
	var cells []any
	for year := 2020; year <= 2021; year++ {
		for o := range 30 {
			for b := range 40 {
				if r.IntN(3) > 0 {
					x := market.Observation{Occupation: sheet(o), Area: basin(b), Year: year}
					x.Values[market.TensionClass] = market.Is(float64(1 + (o/3+b/8+r.IntN(2))%5))
					cells = append(cells, x)
				}
			}
		}
	}
	put(t, s, market.DatasetTensionBassin, "2021", cells...)
}

func TestEstimatesAreMadeWithTheCellsAndReadBack(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s := h.a
		if e, err := s.Estimates(t.Context()); e != nil || err != nil {
			t.Fatalf("an empty database has estimates %v, %v", e, err)
		}
		tensions(t, s)
		must[market.Result](t)(s.Recompute(t.Context(), market.Dares2020()))
		e := must[*market.Estimates](t)(s.Estimates(t.Context()))
		if e == nil || e.Year != 2021 || e.Before != 2020 || len(e.Sheets) != 30 {
			t.Fatal("the estimates are not of the newest table, or not of every sheet")
		}
		if b := must[*market.Backtest](t)(s.Backtest(t.Context())); len(b.Unseen) != 0 {
			t.Error("computing judges on sheets held out whole, which takes as long again")
		}
		for range 2 {
			ok(t, s.JudgeUnseen(t.Context()))
			if b := must[*market.Backtest](t)(s.Backtest(t.Context())); len(b.Unseen) != len(b.Local) || b.Unseen[0].Name != market.Model {
				t.Errorf("the backtest that is kept judges %d ways on unseen sheets, %d on others", len(b.Unseen), len(b.Local))
			}
		}
		x, ok := e.At("rome4-A1000-01", "be2019-0003")
		if own, _ := e.At("rome3-A1000", "be2019-0003"); !ok || x != own {
			t.Errorf("an occupation of ROME 4 is estimated %+v, its sheet %+v", x, own)
		}
		if e.Labels["rome3-A1000"] != "Métier 0" || e.Places["be2019-0003"].Label != "Bassin 2" {
			t.Errorf("names: %q, %q", e.Labels["rome3-A1000"], e.Places["be2019-0003"].Label)
		}
		if again := must[*market.Estimates](t)(s.Estimates(t.Context())); again != e {
			t.Error("the estimates were read twice")
		}
		b := must[*market.Backtest](t)(s.Backtest(t.Context()))
		if b == nil || b.Local[0].Name != market.Model || b.Local[0].Cells == 0 {
			t.Errorf("the backtest is %+v", b)
		}
		if _, err := e.Query(market.EstimateQuery{Year: 2019}); err == nil {
			t.Error("estimates of another year were given")
		}
	})
}

func TestEstimatesOfANewEditionTakeThePlaceOfTheOldOnes(t *testing.T) {
	if testing.Short() {
		t.Skip("fitting the models again is for the long run")
	}
	eachHouse(t, func(t *testing.T, h house) {
		s := h.a
		tensions(t, s)
		must[market.Result](t)(s.Recompute(t.Context(), market.Dares2020()))
		before := must[*market.Estimates](t)(s.Estimates(t.Context()))
		put(t, s, "labels", "2", occupation.Occupation{ID: "rome3-B1001", Label: "Métier nouveau"})
		must[market.Result](t)(s.Recompute(t.Context(), market.Dares2020()))
		after := must[*market.Estimates](t)(s.Estimates(t.Context()))
		if _, ok := after.At("rome3-B1001", "be2019-0003"); after == before || !ok {
			t.Error("a sheet that was added has no estimate")
		}
	})
}

func TestRemediesKnowMovesPayAndTitles(t *testing.T) {
	if testing.Short() {
		t.Skip("fitting the models again is for the long run")
	}
	eachHouse(t, func(t *testing.T, h house) {
		s := h.a
		tensions(t, s)
		x := market.Observation{Occupation: "fap2009-A0Z40", Area: "FR", Year: 2019}
		for m, v := range map[market.Measure]float64{
			market.Tension: 0.6, market.TensionClass: 5, market.LienFormationEmploi: 5, market.ConditionsTravail: 2, market.NonDurabiliteEmploi: 1, market.ManqueMainOeuvre: 5,
		} {
			x.Values[m] = market.Is(v)
		}
		put(t, s, market.DatasetTensionFAP, "2019", x)
		put(t, s, "crosswalk", "1",
			occupation.Occupation{ID: "fap2009-A0Z40", Label: "Famille"},
			occupation.Crosswalk{From: "fap2009-A0Z40", To: "rome3-A1001", Quality: occupation.Official},
			occupation.Mobility{From: "rome3-A1002", To: "rome3-A1001", Close: true},
			occupation.Mobility{From: "rome3-A1003", To: "rome3-A1001", Close: false},
			occupation.Certification{ID: "RNCP1", Title: "Titre", Active: true}, occupation.Certification{ID: "RNCP2", Title: "Passé"},
			occupation.CertificationLink{Certification: "RNCP1", Occupation: "rome3-A1001"}, occupation.CertificationLink{Certification: "RNCP2", Occupation: "rome3-A1001"},
			market.PayBand{Occupation: "fap2009-A0Z40", Band: "bas", Rank: 0, Percent: 10}, market.PayBand{Occupation: "fap2009-A0Z40", Band: "haut", Rank: 4, Percent: 90})
		must[market.Result](t)(s.Recompute(t.Context(), market.Dares2020()))
		r := must[*market.Remedies](t)(s.Remedies(t.Context()))
		for _, o := range []occupation.ID{"fap2009-A0Z40", "rome3-A1001"} {
			got, ok := r.Of(o, "be2019-0003")
			if !ok || got.Paths != 1 || got.Titles != 1 || got.Score <= 0 || got.Score > 1 {
				t.Errorf("%s: %+v, %v", o, got, ok)
			}
			var pay float64
			for _, f := range got.Factors {
				if f.Name == market.FactorPay {
					pay = f.Figure
				}
			}
			if pay != 0.10 {
				t.Errorf("%s: %.2f are said to be paid little", o, pay)
			}
		}
	})
}

func TestASheetIsForecastAsTheLargestFamilyItBelongsTo(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s := h.a
		family := func(i int) occupation.ID { return occupation.ID(fmt.Sprintf("fap2009-A%dZ4%d", i/5, i%5)) }
		var series, jobs []any
		for i := range 24 {
			for year := 2011; year <= 2019; year++ {
				x := market.Observation{Occupation: family(i), Area: territory.France, Year: year}
				x.Values[market.Tension] = market.Is(float64(i)/12 - 1 + 0.01*float64(year%3))
				series = append(series, x)
			}
			jobs = append(jobs, occupation.Occupation{ID: family(i), Label: fmt.Sprint("Famille ", i)})
		}
		large := market.Observation{Occupation: family(20), Area: territory.France, Year: 2019}
		large.Values[market.Tension], large.Values[market.TensionClass], large.Values[market.Employment] = market.Is(0.6), market.Is(5), market.Is(9000)
		put(t, s, "labels", "1", append(jobs, territory.Area{ID: territory.France, Label: "France"},
			occupation.Occupation{ID: "rome3-A1001", Label: "Fiche"}, occupation.Occupation{ID: "rome3-A1002", Label: "Fiche sans famille sûre"},
			occupation.Crosswalk{From: family(3), To: "rome3-A1001", Quality: occupation.Official},
			occupation.Crosswalk{From: family(20), To: "rome3-A1001", Quality: occupation.Official},
			occupation.Crosswalk{From: family(20), To: "rome3-A1002", Quality: occupation.Unconfirmed})...)
		put(t, s, market.DatasetTensionSeries, "2019", series...)
		put(t, s, market.DatasetTensionFAP, "2019", large)
		must[market.Result](t)(s.Recompute(t.Context(), market.Dares2020()))
		got := must[map[occupation.ID]market.Forecast](t)(s.ForecastsOf(t.Context()))
		if f := got["rome3-A1001"]; f.Occupation != family(20) || f.Year != 2020 || f.P <= 0 {
			t.Errorf("a sheet of two families is forecast %+v", f)
		}
		if f := got[family(3)]; f.Occupation != family(3) {
			t.Errorf("a family is forecast %+v", f)
		}
		if f, ok := got["rome3-A1002"]; ok {
			t.Errorf("a correspondence nobody confirmed gives the forecast %+v", f)
		}
	})
}
