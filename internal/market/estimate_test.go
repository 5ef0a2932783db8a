package market

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// madeUp is a small country whose classes follow a law: what the sheet's family, the sheet, the basin and the
// two together come to, with noise. A third of the cells is published, and of the last sheet none.
func madeUp(seed uint64) EstimateFacts {
	const sheets, basins = 40, 60
	r := rand.New(rand.NewPCG(seed, 7))
	f := EstimateFacts{}
	sheet := func(i int) occupation.ID {
		return occupation.Make(occupation.ROME3, fmt.Sprintf("%c1%d%02d", 'A'+i/10, i/5%2, i))
	}
	basin := func(i int) territory.ID { return territory.Make(territory.Bassins2019, fmt.Sprintf("%04d", i+1)) }
	region := func(i int) territory.ID { return territory.Make(territory.Regions, fmt.Sprint(10+i/15)) }
	departement := func(i int) territory.ID { return territory.Make(territory.Departements, fmt.Sprint(10+i/5)) }
	inFamily, inBasin, together := make([]float64, 8), make([]float64, basins), make([][]float64, 8)
	for i := range together {
		inFamily[i] = 3 + 1.2*r.NormFloat64()
		for range basins {
			together[i] = append(together[i], 0.9*r.NormFloat64())
		}
	}
	for b := range basins {
		inBasin[b] = 0.6 * r.NormFloat64()
		f.Areas = append(f.Areas, territory.Area{ID: basin(b), Label: fmt.Sprint("basin ", b), Region: region(b), Departement: departement(b)})
		f.Centres = append(f.Centres, Centre{Basin: basin(b), Lat: 44 + float64(b/15), Lon: float64(b%15) * 0.4})
		f.Parts = append(f.Parts, territory.Overlap{From: "ze2020-0001", To: basin(b), Share: 1.0 / basins})
		f.Stock = append(f.Stock, Stock{Occupation: sheet(0), Basin: basin(b), Offers: float64(b)})
	}
	for s := range sheets {
		f.Sheets = append(f.Sheets, sheet(s))
		f.Crosswalks = append(f.Crosswalks, occupation.Crosswalk{From: occupation.Make(occupation.FAP2009, fmt.Sprintf("A%dZ40", s/5)), To: sheet(s)})
		own := 0.3 * r.NormFloat64()
		for b := range basins {
			level := inFamily[s/5] + own + inBasin[b] + together[s/5][b]
			for year := 2020; year <= 2021; year++ {
				class := min(max(int(math.Round(level+0.4*r.NormFloat64())), 1), ClassCount)
				if r.IntN(3) > 0 && s != sheets-1 {
					f.Observations = append(f.Observations, tensionOf(sheet(s), basin(b), year, class))
				}
			}
		}
	}
	return f
}

func tensionOf(o occupation.ID, a territory.ID, year, class int) Observed {
	x := Observed{Dataset: DatasetTensionBassin, Vintage: fmt.Sprint(year), Observation: Observation{Occupation: o, Area: a, Year: year}}
	x.Values[TensionClass] = Is(float64(class))
	return x
}

// madeUpOnce is what is estimated of the small country: it takes a second, and nobody changes it.
var madeUpOnce = sync.OnceValues(func() (Local, error) { return EstimateLocal(context.Background(), madeUp(1)) })

func localOfMadeUp(t *testing.T) (EstimateFacts, Local) {
	t.Helper()
	local, err := madeUpOnce()
	if err != nil {
		t.Fatal(err)
	}
	return madeUp(1), local
}

func localOf(t *testing.T, f EstimateFacts) Local {
	t.Helper()
	local, err := EstimateLocal(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	if local.Estimates == nil {
		t.Fatal("nothing was estimated")
	}
	return local
}

func TestAPublishedClassHasNoPartInItsOwnEstimate(t *testing.T) {
	if testing.Short() {
		t.Skip("a second fit of every model is for the long run")
	}
	f, local := localOfMadeUp(t)
	spoilt := f
	spoilt.Observations = slices.Clone(f.Observations)
	// One published cell gets the opposite class: no estimate of the part it is held out with may know of it.
	r := rand.New(rand.NewPCG(2, 2))
	i := r.IntN(len(f.Observations))
	for f.Observations[i].Year != 2021 || f.Observations[i].Values[TensionClass].Class() == 3 {
		i = r.IntN(len(f.Observations))
	}
	o := &spoilt.Observations[i]
	o.Values[TensionClass] = Is(float64(ClassCount + 1 - o.Values[TensionClass].Class()))
	part := outer(int(foldOf(o.Occupation, o.Area)) / heldOut)
	after := localOf(t, spoilt).Estimates
	changed := 0
	for _, sheet := range f.Sheets {
		for _, x := range after.OfSheet(sheet, territory.Bassins2019) {
			was, _ := local.Estimates.At(sheet, x.Area)
			switch hidden := part.has(foldOf(sheet, x.Area)) && x.Published > 0; {
			case hidden && was.P != x.P:
				t.Errorf("%s in %s was estimated %v, and %v when another class was published for %s in %s", sheet, x.Area, was.P, x.P, o.Occupation, o.Area)
			case was.P != x.P:
				changed++
			}
		}
	}
	if changed == 0 {
		t.Error("the class that was changed had no part in anything")
	}
}

func TestWhatIsEstimatedBeatsEveryBaseline(t *testing.T) {
	_, local := localOfMadeUp(t)
	b := local.Backtest
	if b.Local[0].Name != Model {
		t.Fatalf("the first way is %q", b.Local[0].Name)
	}
	for _, other := range b.Local[1:] {
		if b.Local[0].RPS >= other.RPS {
			t.Errorf("the model's ranked probability score is %.3f, that of %s %.3f", b.Local[0].RPS, other.Name, other.RPS)
		}
	}
	if c := b.Local[0].Coverage; math.Abs(c-IntervalCoverage) > 0.03 {
		t.Errorf("the intervals hold %.1f %% of the classes", 100*c)
	}
	cells := 0
	for _, bin := range b.Reliable {
		cells += bin.Cells
		if bin.Cells > 150 && math.Abs(bin.Said-bin.Came) > 0.12 {
			t.Errorf("said %.2f, came %.2f in %d cells", bin.Said, bin.Came, bin.Cells)
		}
	}
	if cells != b.Local[0].Cells {
		t.Errorf("%d cells were judged, %d are in the reliability table", b.Local[0].Cells, cells)
	}
}

func TestEverySheetIsEstimatedEverywhere(t *testing.T) {
	f, local := localOfMadeUp(t)
	e := local.Estimates
	for _, o := range f.Sheets {
		for _, a := range e.Areas {
			x, ok := e.At(o, a)
			if !ok {
				t.Fatalf("nothing is estimated for %s in %s", o, a)
			}
			sum := 0.0
			for _, p := range x.P {
				sum += p
			}
			if math.Abs(sum-1) > 1e-9 || x.Low < 1 || x.High > ClassCount || x.Low > x.P.Mode() || x.High < x.P.Mode() {
				t.Fatalf("%s in %s: %+v", o, a, x)
			}
		}
	}
	for _, a := range []territory.ID{territory.France, "ze2020-0001", "reg-10", "dep-12"} {
		if _, ok := e.At(f.Sheets[0], a); !ok {
			t.Errorf("nothing is estimated for %s", a)
		}
	}
}

func TestAWiderAreaIsTheMixOfItsBasins(t *testing.T) {
	f, local := localOfMadeUp(t)
	e := local.Estimates
	zone, _ := e.At(f.Sheets[3], "ze2020-0001")
	want := 0.0
	for _, x := range e.OfSheet(f.Sheets[3], territory.Bassins2019) {
		want += x.P.AtLeast(TenseClass) / 60
	}
	if got := zone.P.AtLeast(TenseClass); math.Abs(got-want) > 1e-4 {
		t.Errorf("P(tense) is %.5f, the mean of the basins %.5f", got, want)
	}
}

func TestEstimatesAreReadBackAsTheyWereKept(t *testing.T) {
	_, local := localOfMadeUp(t)
	e := local.Estimates
	back := NewEstimates(e.Year, e.Before, e.Mass, e.Sheets, e.Areas)
	for _, o := range e.Sheets {
		if err := back.Load(o, e.Row(o)); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range e.Sheets {
		for _, a := range e.Areas {
			was, _ := e.At(o, a)
			is, _ := back.At(o, a)
			if was != is {
				t.Fatalf("%s in %s: %+v became %+v", o, a, was, is)
			}
		}
	}
	if back.Load(e.Sheets[0], e.Row(e.Sheets[0])[1:]) == nil {
		t.Error("a row that is cut short was taken")
	}
	back.Name("rome4-X1", e.Sheets[2])
	if x, ok := back.At("rome4-X1", "FR"); !ok || x.Occupation != e.Sheets[2] {
		t.Errorf("an occupation named after a sheet got %+v", x)
	}
}

func TestTooLittleIsNotEstimated(t *testing.T) {
	f := madeUp(7)
	f.Observations = f.Observations[:200]
	local, err := EstimateLocal(t.Context(), f)
	if err != nil || local.Estimates != nil {
		t.Errorf("200 cells gave %v, %v", local.Estimates, err)
	}
}

func TestPartsAreDealtEvenly(t *testing.T) {
	f := madeUp(8)
	l, _ := newLattice(f, 0)
	var n [foldCount]float64
	for _, part := range l.fold {
		n[part]++
	}
	for part, count := range n {
		if share := count / float64(len(l.fold)); math.Abs(share-1.0/foldCount) > 0.02 {
			t.Errorf("part %d has %.3f of the cells", part, share)
		}
	}
}

func anyDistribution() *rapid.Generator[Distribution] {
	return rapid.Custom(func(t *rapid.T) Distribution {
		var d Distribution
		sum := 0.0
		for c := range d {
			d[c] = rapid.Float64Range(0.001, 1).Draw(t, "p")
			sum += d[c]
		}
		for c := range d {
			d[c] /= sum
		}
		return d
	})
}

func TestAnIntervalHoldsAClassFromTheMassItNeeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDistribution().Draw(t, "distribution")
		class := rapid.IntRange(1, ClassCount).Draw(t, "class")
		needed := d.needs(class)
		if low, high := d.Interval(needed + 1e-9); class < low || class > high {
			t.Fatalf("class %d is not within %d–%d at the mass it needs, %.3f", class, low, high, needed)
		}
		if low, high := d.Interval(needed - 1e-9); needed > 0 && low <= class && class <= high {
			t.Fatalf("class %d is within %d–%d below the mass it needs, %.3f", class, low, high, needed)
		}
		narrow, wide := rapid.Float64Range(0, 1).Draw(t, "a"), rapid.Float64Range(0, 1).Draw(t, "b")
		if narrow > wide {
			narrow, wide = wide, narrow
		}
		low, high := d.Interval(narrow)
		wideLow, wideHigh := d.Interval(wide)
		if wideLow > low || wideHigh < high {
			t.Fatalf("%d–%d at %.2f is not within %d–%d at %.2f", low, high, narrow, wideLow, wideHigh, wide)
		}
	})
}

func TestScoresAreThoseWorkedOutByHand(t *testing.T) {
	var s tallyScore
	s.add(Distribution{0.1, 0.2, 0.4, 0.2, 0.1}, 3, 2, 4, 3)
	s.add(Distribution{0, 0, 0, 0.5, 0.5}, 4.5, 4, 5, 3)
	got := s.score()
	// first: (0.1² + 0.3² + 0.3² + 0.1²) = 0.2; second: (0 + 0 + 1 + 0.25) = 1.25
	want := Score{Cells: 2, Accuracy: 0.5, RMSE: math.Sqrt(1.5 * 1.5 / 2), RPS: (0.2 + 1.25) / 2, Coverage: 0.5, Width: 2.5}
	if math.Abs(got.RPS-want.RPS) > 1e-12 || math.Abs(got.RMSE-want.RMSE) > 1e-12 || got.Accuracy != want.Accuracy || got.Coverage != want.Coverage || got.Width != want.Width {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
