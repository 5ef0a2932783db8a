package surge

import (
	"cmp"
	"encoding/json"
	"slices"
)

// Level is how serious a surge is by itself: something to look at.
const Level = "veille"

// Finding is what was found of a cell on a day.
type Finding struct {
	Cell       Cell
	Method     string     // C1, C2, C3, Week or Farrington
	Window     int        // days, the day itself the last
	Observed   int        // adverts in the window
	Predictive Predictive // what would have come had nothing changed
	P          float64    // probability of as many or more, over all windows tested
	Q          float64    // false discovery rate of a list this finding is the last of
	History    int        // days since the first one closed
	place      int
	usual      float64 // adverts in a usual week, before today's windows
}

// Ratio is observed to expected.
func (f Finding) Ratio() float64 { return float64(f.Observed) / max(f.Predictive.Mean, leastMean) }

// MarshalJSON gives a finding with its band of 95 in 100.
func (f Finding) MarshalJSON() ([]byte, error) {
	low, high := f.Predictive.Band(0.025)
	return json.Marshal(struct {
		Cell
		Level    string  `json:"level"`
		Method   string  `json:"method"`
		Window   int     `json:"window_days"`
		Observed int     `json:"observed"`
		Expected float64 `json:"expected"`
		Low      int     `json:"expected_low"`
		High     int     `json:"expected_high"`
		Ratio    float64 `json:"ratio"`
		P        float64 `json:"p"`
		Q        float64 `json:"q"`
		History  int     `json:"history_days"`
	}{f.Cell, Level, f.Method, f.Window, f.Observed, f.Predictive.Mean, low, high, f.Ratio(), f.P, f.Q, f.History})
}

// Choice says which method is used.
type Choice int

// The choices.
const (
	ByHistory Choice = iota // the short method, and with history enough the long one too: twice the smaller probability
	ShortOnly               // the short method
	LongOnly                // the long method, or nothing
)

// Options are how much evidence a signal needs.
type Options struct {
	FalseDiscoveries float64 // share of the signals of a day that may be none
	LeastAdverts     int     // in the window
	LeastExcess      float64 // adverts above what was expected
	Choice           Choice
}

// Usual are the options the program uses: one signal in twenty may be none, and five adverts and three above what was
// expected are the least a person would look at.
func Usual() Options { return Options{FalseDiscoveries: 0.05, LeastAdverts: 5, LeastExcess: 3} }

// enough is the floor: a probability may be tiny where one advert came and none ever did.
func (o Options) enough(f Finding) bool {
	return f.Observed >= o.LeastAdverts && float64(f.Observed)-f.Predictive.Mean >= o.LeastExcess
}

// Result is what was found on a day.
type Result struct {
	Day      Day
	Findings []Finding // of every cell, in the order of Counts; empty when the day could not be tested
	Signals  []Finding // the surest first
}

// Detect tests every cell on the last day closed. Cells the watch has in surge are held against what was before the
// surge; the watch itself is not changed and may be nil. A day the stream did not run, a closed weekday and a
// history of less than a week give a result without findings.
func Detect(c *Counts, s Season, o Options, w *Watch) Result {
	day := c.last
	r := Result{Day: day}
	since := w.since(c)
	surging := func(i int) bool { return since != nil && since[i] != never }
	var near *short
	var far *long
	if o.Choice != ShortOnly {
		if m, ok := newLong(c, s, day); ok {
			far = m
		}
	}
	if o.Choice != LongOnly {
		if m, ok := newShort(c, s, day, surging); ok {
			near = m
		}
	}
	if near == nil && far == nil {
		return r
	}
	r.Findings = make([]Finding, c.Cells())
	for i := range r.Findings {
		var f Finding
		if near != nil {
			opened := never
			if since != nil {
				opened = since[i]
			}
			f = near.finding(i, opened, surging(i))
		}
		if far != nil {
			f = combine(f, far.finding(c, i), near != nil)
		}
		r.Findings[i] = f
	}
	r.Signals = o.discover(r.Findings)
	return r
}

func combine(near, far Finding, both bool) Finding {
	if !both {
		return far
	}
	f := near
	if far.P < near.P {
		f = far
	}
	f.P, f.usual = min(1, 2*f.P), near.usual
	return f
}

// A cell weighs in the search for discoveries by the adverts a week it was expected to have: leastWeight for none, as
// much again with halfWeight of them. Nearly all cells have too few adverts for anything but a flood to show, and
// would drown the others. Weights are of expectations alone, never of what came, so that false discoveries remain
// controlled (Genovese, Roeder and Wasserman, "False discovery control with p-value weighting", Biometrika 93, 2006).
const (
	leastWeight = 0.1
	halfWeight  = 5.0 // adverts a week
)

// weights of all findings, one in the mean.
func weights(all []Finding) []float64 {
	out := make([]float64, len(all))
	sum := 0.0
	for i, f := range all {
		out[i] = leastWeight + f.usual/(f.usual+halfWeight)
		sum += out[i]
	}
	for i := range out {
		out[i] *= float64(len(all)) / sum
	}
	return out
}

// discover sets the false discovery rate of each finding and gives those below the limit that rest on enough
// adverts (Benjamini and Hochberg's step-up procedure, over all findings, weighted; the floor comes after it).
func (o Options) discover(all []Finding) []Finding {
	weight := weights(all)
	order := make([]int, 0, len(all)/4)
	scaled := make([]float64, len(all))
	for i := range all {
		all[i].Q = 1
		scaled[i] = all[i].P / weight[i]
		if scaled[i] < 1 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		if c := cmp.Compare(scaled[a], scaled[b]); c != 0 {
			return c
		}
		return a - b
	})
	q := 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		q = min(q, scaled[i]*float64(len(all))/float64(rank))
		all[i].Q = q
	}
	var out []Finding
	for _, i := range order {
		if all[i].Q > o.FalseDiscoveries {
			break
		}
		if o.enough(all[i]) {
			out = append(out, all[i])
		}
	}
	return out
}
