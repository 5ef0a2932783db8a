package surge

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"filiere/internal/fault"
)

var begin = DayOf(time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC)) // a Monday

func cellNo(i int) Cell { return Cell{fmt.Sprintf("A%04d", i), "0001"} }

// history closes days, each with what a function says of each cell.
func history(t testing.TB, cells, days int, n func(cell, day int) int) *Counts {
	t.Helper()
	c := &Counts{}
	for i := range cells {
		c.Know(cellNo(i))
	}
	var today []Count
	for d := range days {
		today = today[:0]
		for i := range cells {
			if x := n(i, d); x > 0 {
				today = append(today, Count{cellNo(i), x})
			}
		}
		if err := c.Close(begin+Day(d), today); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func TestTailsAreThoseOfTheDistribution(t *testing.T) {
	for _, p := range []Predictive{{0.01, 0.01}, {0.3, 0.5}, {2, 2}, {4, 11}, {60, 300}} {
		mean, size, x := p.shape()
		logMass := size * math.Log1p(-x) // of 0
		above := 1.0
		for y := range 200 {
			if got := p.AtLeast(y); math.Abs(got-above) > 1e-9+1e-4*above && above > 1e-12 {
				t.Fatalf("%+v: P(%d or more) is %g, not %g", p, y, got, above)
			}
			above -= math.Exp(logMass)
			logMass += math.Log((float64(y)+size)/float64(y+1)) + math.Log(x)
		}
		low, high := p.Band(0.025)
		if p.AtLeast(high+1) > 0.025 || p.AtLeast(low) < 0.975 || float64(low) > mean {
			t.Errorf("%+v has the band %d to %d", p, low, high)
		}
	}
}

func TestMoreAdvertsNeverLowerTheEvidence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Predictive{Mean: rapid.Float64Range(0, 1e4).Draw(t, "mean")}
		p.Variance = p.Mean * rapid.Float64Range(0.5, 100).Draw(t, "variance")
		y := rapid.IntRange(0, 20000).Draw(t, "adverts")
		more := y + rapid.IntRange(1, 1000).Draw(t, "more")
		a, b := p.AtLeast(y), p.AtLeast(more)
		if b > a*(1+1e-9)+1e-12 || math.IsNaN(a) || a < 0 || a > 1 {
			t.Fatalf("%d adverts: %g; %d adverts: %g", y, a, more, b)
		}
	})
}

func TestMoreAdvertsTodayNeverLowerTheEvidenceOfACell(t *testing.T) {
	for _, weeks := range []int{3, 170} {
		for seed := range uint64(4) {
			last := math.Inf(1)
			for _, today := range []int{0, 1, 2, 3, 5, 8, 20, 100, 5000} {
				r := rand.New(rand.NewPCG(seed, 1))
				days := weeks * 7
				c := history(t, 40, days, func(i, d int) int {
					if n := poisson(r, float64(i)/8); i != 7 || d < days-1 {
						return n
					}
					return today
				})
				p := Detect(c, NoSeason(), Usual(), nil).Findings[7].P
				if p > last+1e-9 {
					t.Errorf("%d weeks, seed %d: %d adverts have the probability %g, fewer had %g", weeks, seed, today, p, last)
				}
				last = p
			}
		}
	}
}

func TestNothingIsNotANumber(t *testing.T) {
	kinds := map[string]func(i, d int) int{
		"nothing":  func(int, int) int { return 0 },
		"constant": func(int, int) int { return 3 },
		"huge":     func(i, d int) int { return 1 << (d % 40) },
		"one day":  func(i, d int) int { return d / 1100 * (i % 3) * 50000 },
		"rare":     func(i, d int) int { return (i*d + 1) % 997 / 996 },
	}
	for name, kind := range kinds {
		for _, days := range []int{7, 9, 15, 60, 1200} {
			for _, choice := range []Choice{ByHistory, ShortOnly, LongOnly} {
				o := Usual()
				o.Choice = choice
				r := Detect(history(t, 45, days, kind), NoSeason(), o, nil)
				if len(r.Findings) != 45 && days >= 9 && (choice != LongOnly || days > 1100) {
					t.Fatalf("%s, %d days: %d findings", name, days, len(r.Findings))
				}
				for _, f := range r.Findings {
					if bad(f.P) || bad(f.Q) || bad(f.Predictive.Mean) || bad(f.Predictive.Variance) || f.P > 1 || f.Q > 1 {
						t.Fatalf("%s, %d days: %+v", name, days, f)
					}
				}
				if name == "nothing" || name == "constant" {
					if len(r.Signals) > 0 {
						t.Errorf("%s, %d days: signals %+v", name, days, r.Signals)
					}
				}
			}
		}
	}
}

func bad(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) || v < 0 }

// TestProbabilitiesAreNotTooSmallWhenNothingChanges draws counts that never surge. Probabilities of counts are
// larger than uniform ones; the bound leaves room for chance, and the seed is fixed.
func TestProbabilitiesAreNotTooSmallWhenNothingChanges(t *testing.T) {
	for _, weeks := range []int{4, 12, 180} {
		r := rand.New(rand.NewPCG(11, uint64(weeks)))
		const cells = 3000
		c := history(t, cells, weeks*7+4, func(i, d int) int { return negativeBinomial(r, 0.02*math.Pow(1.003, float64(i)), 0.1) })
		found := Detect(c, NoSeason(), Usual(), nil).Findings
		for _, level := range []float64{0.1, 0.01, 0.001} {
			n := 0
			for _, f := range found {
				if f.P <= level {
					n++
				}
			}
			if limit := level*cells*1.6 + 4; float64(n) > limit {
				t.Errorf("%d weeks: %d of %d probabilities are at most %g", weeks, n, cells, level)
			}
		}
	}
}

func TestFewSignalsWhenNothingChanges(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	c := history(t, 1500, 60, func(i, d int) int { return negativeBinomial(r, 0.02*math.Pow(1.005, float64(i)), 0.1) })
	signals := 0
	for d := range 20 {
		var today []Count
		for i := range 1500 {
			today = append(today, Count{cellNo(i), negativeBinomial(r, 0.02*math.Pow(1.005, float64(i)), 0.1)})
		}
		if err := c.Close(begin+Day(60+d), today); err != nil {
			t.Fatal(err)
		}
		signals += len(Detect(c, NoSeason(), Usual(), nil).Signals)
	}
	if signals > 6 { // one day in twenty may have one, and a signal lasts a few days
		t.Errorf("%d signals in 20 days without a surge", signals)
	}
}

func TestASurgeIsFoundOnceAndEnds(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	var c Counts
	var w Watch
	states := map[State]int{}
	for i := range 200 {
		c.Know(cellNo(i))
	}
	for d := range 140 {
		var today []Count
		for i := range 200 {
			mean := 2.0
			if i == 9 && d >= 80 && d < 100 {
				mean = 9
			}
			today = append(today, Count{cellNo(i), poisson(r, mean)})
		}
		if err := c.Close(begin+Day(d), today); err != nil {
			t.Fatal(err)
		}
		for _, e := range w.Step(Detect(&c, NoSeason(), Usual(), &w)) {
			if e.Cell == cellNo(9) {
				states[e.State]++
				if e.State == Opened && (d < 80 || d > 84) {
					t.Errorf("opened on day %d", d)
				}
			}
		}
	}
	if states[Opened] != 1 || states[Ended] != 1 || states[Still] < 15 || len(w.Open()) != 0 {
		t.Errorf("states %v, open %v", states, w.Open())
	}
}

func TestAMissingDayIsNotADayWithoutAdverts(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var whole, gaps Counts
	for d := range 70 {
		var today []Count
		for i := range 40 {
			today = append(today, Count{cellNo(i), poisson(r, 5)})
		}
		if err := whole.Close(begin+Day(d), today); err != nil {
			t.Fatal(err)
		}
		if d%3 == 0 || d > 60 {
			if err := gaps.Close(begin+Day(d), today); err != nil {
				t.Fatal(err)
			}
		}
	}
	if n, ran := gaps.Of(cellNo(0), begin+1); ran || n != 0 {
		t.Errorf("a day the stream did not run has %d adverts, ran %v", n, ran)
	}
	a, b := Detect(&whole, NoSeason(), Usual(), nil), Detect(&gaps, NoSeason(), Usual(), nil)
	for i, f := range a.Findings {
		if g := b.Findings[i]; f.Method == g.Method && g.Predictive.Mean < f.Predictive.Mean*0.6 {
			t.Errorf("with days missing %v is expected instead of %v", g.Predictive.Mean, f.Predictive.Mean)
		}
	}
}

func TestARiseOfAllCellsIsNoSurge(t *testing.T) {
	for _, days := range []int{60, 1200} {
		r := rand.New(rand.NewPCG(8, 8))
		c := history(t, 300, days, func(i, d int) int {
			if d >= days-5 {
				return poisson(r, 6)
			}
			return poisson(r, 3)
		})
		if got := Detect(c, NoSeason(), Usual(), nil).Signals; len(got) > 1 {
			t.Errorf("%d days: %d signals when everything doubled", days, len(got))
		}
	}
}

func TestAFallOfAllCellsButOneIsNoSurgeOfThatOne(t *testing.T) {
	for _, days := range []int{60, 1200} {
		r := rand.New(rand.NewPCG(9, 9))
		c := history(t, 300, days, func(i, d int) int {
			if i != 4 && d >= days-7 {
				return poisson(r, 0.5)
			}
			return poisson(r, 1.5)
		})
		for _, f := range Detect(c, NoSeason(), Usual(), nil).Signals {
			t.Errorf("%d days: %+v", days, f)
		}
	}
}

func TestOneAdvertWhereNoneWasExpectedIsNoSignal(t *testing.T) {
	c := history(t, 100, 90, func(i, d int) int {
		if i == 5 && d == 89 {
			return 1
		}
		return 0
	})
	if got := Detect(c, NoSeason(), Usual(), nil).Signals; len(got) != 0 {
		t.Errorf("signals %+v", got)
	}
}

func TestDaysAreClosedInOrder(t *testing.T) {
	c := history(t, 1, 3, func(int, int) int { return 1 })
	if err := c.Close(begin+2, nil); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a day closed twice: %v", err)
	}
	if err := c.Close(begin+3, []Count{{cellNo(0), -1}}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a negative count: %v", err)
	}
}

func TestFalseDiscoveriesAreControlled(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	share := 0.0
	const lists = 400
	for range lists {
		all := make([]Finding, 500)
		for i := range all {
			all[i] = Finding{P: r.Float64(), Observed: 100, place: i}
			if i < 50 {
				all[i].P *= 1e-4
			}
		}
		wrong, found := 0, Usual().discover(all)
		for _, f := range found {
			if f.place >= 50 {
				wrong++
			}
		}
		share += float64(wrong) / max(1, float64(len(found))) / lists
	}
	if share > 0.055 {
		t.Errorf("%.3f of the discoveries are false", share)
	}
}

func TestMonthsAreFoundInASeries(t *testing.T) {
	var totals []MonthTotal
	for y := 2015; y < 2020; y++ {
		for m := time.January; m <= time.December; m++ {
			n := 100.0 * float64(time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day()) * math.Pow(1.1, float64(y-2015)+float64(m)/12)
			if m == time.August {
				n *= 0.6
			}
			if y == 2017 && m == time.May {
				n *= 5 // happened once
			}
			totals = append(totals, MonthTotal{y, m, n})
		}
	}
	f := Monthly(totals)
	if math.Abs(f[7]-0.62) > 0.03 || math.Abs(f[4]-1.03) > 0.05 || math.Abs(f[2]-1.03) > 0.05 {
		t.Errorf("factors %.2f", f)
	}
	if Monthly(nil) != NoSeason().Month {
		t.Error("nothing has a season")
	}
}

// steadyScenario is a country where nothing changes, with cells of all sizes.
func steadyScenario() Scenario {
	s := Scenario{Seed: 1, Cells: 40, Measured: MonthTotal{2020, time.January, 31}}
	for i := range 100 {
		s.Rates = append(s.Rates, CellRate{cellNo(i), 0.02 * math.Pow(1.08, float64(i))})
	}
	for y := 2018; y < 2026; y++ {
		for m := time.January; m <= time.December; m++ {
			s.Months = append(s.Months, MonthTotal{y, m, 31})
		}
	}
	return s
}

func TestASimulationIsTheSameWithItsSeed(t *testing.T) {
	s := steadyScenario()
	var reports [2]string
	for i := range reports {
		r, err := Simulate(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		reports[i] = fmt.Sprintf("%+v %+v", r.Discoveries, falseAlarmsOf(r))
	}
	if reports[0] != reports[1] {
		t.Errorf("%s\n%s", reports[0], reports[1])
	}
	s.Months = s.Months[:20]
	if _, err := Simulate(t.Context(), s); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("months missing: %v", err)
	}
}

func TestDetectorsFindMoreThanNaiveThresholdsAtEqualFalseAlarms(t *testing.T) {
	s := steadyScenario()
	s.Cells = 100
	r, err := Simulate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]int{}
	for _, row := range r.Rows {
		if row.Matched && row.Size == "" {
			for _, x := range row.BySize {
				found[row.Way] += x.Found
			}
		}
	}
	for _, way := range []string{WayEARS, WayFarrington, WayBoth} {
		if found[way] <= found[WaySD] || found[way] <= found[WayDouble] {
			t.Errorf("%s does not find more than naive thresholds: %v", way, found)
		}
	}
	if found[WayBoth] < found[WayWeek] {
		t.Errorf("found %v", found)
	}
	for _, d := range r.Discoveries {
		if d.Daily > 0.1 {
			t.Errorf("%+v", d)
		}
	}
}

func falseAlarmsOf(r *Report) (out []float64) {
	for _, row := range r.Rows {
		out = append(out, row.FalseAlarms)
		for _, s := range row.BySize {
			out = append(out, float64(s.Found))
		}
	}
	return out
}

// BenchmarkDetect tests 200,000 cells on one day.
func BenchmarkDetect(b *testing.B) {
	for name, days := range map[string]int{"short": 90, "long": 5 * 365} {
		b.Run(name, func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			c := history(b, 200_000, days, func(i, d int) int {
				if i%20 == 0 {
					return poisson(r, 0.6)
				}
				return poisson(r, 0.05)
			})
			for b.Loop() {
				if len(Detect(c, NoSeason(), Usual(), nil).Findings) != 200_000 {
					b.Fatal("cells are missing")
				}
			}
		})
	}
}
