package surge

import (
	"context"
	"math"
	"slices"
)

// Names of the ways that are compared.
const (
	WayEARS       = "ears"
	WayFarrington = "farrington"
	WayBoth       = "both"
	WaySD         = "mean+3sd"
	WayDouble     = "twice"
	WayWeek       = "week"
)

// Row is how a way did on the cells of a size.
type Row struct {
	Way         string          `json:"way"`
	Matched     bool            `json:"matched"` // its threshold was set to a given rate of false alarms
	Size        string          `json:"size"`    // adverts a day; "" for all
	Cells       int             `json:"cells"`
	FalseAlarms float64         `json:"false_alarms"` // per 1,000 cells a month
	Delay       *float64        `json:"delay_days"`   // median, of the surges found; null when none was
	BySize      []SurgeFindings `json:"surges"`
}

// SurgeFindings are how many of the surges of a size were found.
type SurgeFindings struct {
	Factor   float64  `json:"factor"`
	Injected int      `json:"injected"`
	Found    int      `json:"found"`
	Delay    *float64 `json:"delay_days"`
}

// Sensitivity is the share of surges that was found.
func (s SurgeFindings) Sensitivity() float64 { return float64(s.Found) / max(1, float64(s.Injected)) }

// Discoveries is how many of a way's signals were none.
type Discoveries struct {
	Way   string  `json:"way"`
	Days  int     `json:"signal_days"`          // cells × days with a signal
	False int     `json:"false_signal_days"`    // outside any injected surge
	Daily float64 `json:"false_discovery_rate"` // mean over days of the share of a day's signals that are false

	Episodes      int `json:"episodes"`       // that opened
	FalseEpisodes int `json:"false_episodes"` // outside any injected surge
}

// Report is what a simulation gives.
type Report struct {
	Simulation  bool          `json:"simulation"` // always true
	Seed        uint64        `json:"seed"`
	Cells       int           `json:"cells"`
	Days        int           `json:"days"`
	First       Day           `json:"first_day_judged"`
	Limit       float64       `json:"false_discoveries_limit"`
	Target      float64       `json:"matched_false_alarms"`
	Rows        []Row         `json:"rows"`
	Discoveries []Discoveries `json:"discoveries"`
}

// way is one way to raise alarms, with what it said of every cell on every day judged.
type way struct {
	name    string
	scores  [][]float32 // by cell, then day
	opens   [][]int     // days alarms opened, as used
	daily   float64     // sum over days of the share of false signals
	days    int
	falsely int
}

func newWay(name string, cells int) *way {
	w := &way{name: name, scores: make([][]float32, cells), opens: make([][]int, cells)}
	for i := range w.scores {
		w.scores[i] = make([]float32, simulatedDays)
	}
	return w
}

// Simulate draws counts with surges of known size and tells how the detectors, and naive thresholds, find them.
// It is deterministic with its seed. It returns an Invalid fault for a scenario without cells or with months
// missing, and the context's error when it ends first.
func Simulate(ctx context.Context, s Scenario) (*Report, error) {
	sim, err := s.draw(ctx)
	if err != nil {
		return nil, err
	}
	cells := len(sim.rates)
	detectors := []*detector{
		{way: newWay(WayEARS, cells), choice: ShortOnly},
		{way: newWay(WayFarrington, cells), choice: LongOnly},
		{way: newWay(WayBoth, cells), choice: ByHistory},
	}
	if err := sim.run(ctx, detectors); err != nil {
		return nil, err
	}
	sd, double, week := newWay(WaySD, cells), newWay(WayDouble, cells), newWay(WayWeek, cells)
	sim.naive(sd, double)
	sim.naiveWeek(week)
	r := &Report{
		Simulation: true, Seed: s.Seed, Cells: cells, Days: simulatedDays, First: sim.first + Day(len(sim.counts)-simulatedDays),
		Limit: Usual().FalseDiscoveries, Target: matchedAlarms,
	}
	ways := []*way{detectors[0].way, detectors[1].way, detectors[2].way, sd, double, week}
	for _, w := range ways {
		r.Rows = append(r.Rows, sim.rows(w, false)...)
	}
	for _, w := range ways {
		r.Rows = append(r.Rows, sim.rows(w, true)...)
	}
	for _, d := range detectors {
		x := Discoveries{Way: d.name, Days: d.days, False: d.falsely, Daily: d.daily / simulatedDays}
		for i, opens := range d.opens {
			x.Episodes += len(opens)
			for _, day := range opens {
				if !sim.surges[i].near(day) {
					x.FalseEpisodes++
				}
			}
		}
		r.Discoveries = append(r.Discoveries, x)
	}
	return r, nil
}

// detector runs a way day by day, as the program does.
type detector struct {
	*way
	choice Choice
	watch  Watch
}

// run closes the days one after the other and lets detectors see those that are judged.
func (sim *simulation) run(ctx context.Context, detectors []*detector) error {
	var c Counts
	for _, x := range sim.rates {
		c.Know(x.Cell)
	}
	place := make(map[Cell]int, len(sim.rates))
	for i, x := range sim.rates {
		place[x.Cell] = i
	}
	var today []Count
	for d, counts := range sim.counts {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		today = today[:0]
		for i, n := range counts {
			if n > 0 {
				today = append(today, Count{sim.rates[i].Cell, int(n)})
			}
		}
		if err := c.Close(sim.first+Day(d), today); err != nil {
			return err
		}
		judged := d - len(sim.counts) + simulatedDays
		if judged < 0 {
			continue
		}
		for _, w := range detectors {
			o := Usual()
			o.Choice = w.choice
			result := Detect(&c, sim.season, o, &w.watch)
			w.note(sim, o, result, judged)
			for _, e := range w.watch.Step(result) {
				if e.State == Opened {
					w.opens[place[e.Cell]] = append(w.opens[place[e.Cell]], judged)
				}
			}
		}
	}
	return nil
}

// note keeps what a detector said on a day.
func (w *detector) note(sim *simulation, o Options, r Result, day int) {
	for i, f := range r.Findings {
		if o.enough(f) {
			w.scores[i][day] = float32(-math.Log10(max(f.P, 1e-30)))
		}
	}
	wrong := 0
	for _, f := range r.Signals {
		if !sim.surges[f.place].near(day) {
			wrong++
		}
	}
	w.days += len(r.Signals)
	w.falsely += wrong
	w.daily += float64(wrong) / max(1, float64(len(r.Signals)))
}

// naive runs the two thresholds people begin with: the mean of the last seven days and three standard deviations,
// and twice that mean. As used they know no floor. In scores, the deviation and the mean are held to be at least what
// one advert in seven days makes of them: without that their thresholds cannot be raised where nothing came.
func (sim *simulation) naive(sd, double *way) {
	for i := range sim.rates {
		last := map[*way]int{sd: -2 * alarmGap, double: -2 * alarmGap}
		for day := range simulatedDays {
			at := len(sim.counts) - simulatedDays + day
			sum, squares := 0.0, 0.0
			for _, counts := range sim.counts[at-7 : at] {
				n := float64(counts[i])
				sum, squares = sum+n, squares+n*n
			}
			y, mean := float64(sim.counts[at][i]), sum/7
			deviation := math.Sqrt(max(0, (squares-sum*mean)/6))
			sd.scores[i][day] = float32((y - mean) / max(deviation, math.Sqrt(1.0/7)))
			double.scores[i][day] = float32(y / max(mean, 1.0/7))
			for w, fires := range map[*way]bool{sd: y > mean+3*deviation, double: y > 2*mean} {
				if fires && day-last[w] >= alarmGap {
					w.opens[i] = append(w.opens[i], day)
				}
				if fires {
					last[w] = day
				}
			}
		}
	}
}

// naiveWeek is a better guess of its kind: the last seven days against the mean of the eight weeks before, and three
// times the square root of that, which is the standard deviation of a Poisson distribution. A mean below one advert
// counts as one.
func (sim *simulation) naiveWeek(w *way) {
	const weeks = 8
	for i := range sim.rates {
		for day := range simulatedDays {
			end := len(sim.counts) - simulatedDays + day + 1
			sum := func(days [][]uint16) (n float64) {
				for _, counts := range days {
					n += float64(counts[i])
				}
				return n
			}
			y, mean := sum(sim.counts[end-7:end]), max(1, sum(sim.counts[end-7*(weeks+1):end-7])/weeks)
			w.scores[i][day] = float32((y - mean) / math.Sqrt(mean))
		}
		w.opens[i] = openings(w.scores[i], 3)
	}
}

// openings are the days a score reaches a threshold after a week below it.
func openings(scores []float32, threshold float32) []int {
	var out []int
	last := -2 * alarmGap
	for day, s := range scores {
		if s < threshold {
			continue
		}
		if day-last >= alarmGap {
			out = append(out, day)
		}
		last = day
	}
	return out
}

// rows judge a way on the cells of each size, and on all of them as it is used.
func (sim *simulation) rows(w *way, matched bool) []Row {
	var by [len(sizes) + 1][]int
	for i, x := range sim.rates {
		by[sizeOf(x.PerDay)] = append(by[sizeOf(x.PerDay)], i)
	}
	var out []Row
	var all []int
	for k, cells := range by {
		all = append(all, cells...)
		if len(cells) > 0 {
			out = append(out, sim.row(w, SizeNames[k], cells, matched))
		}
	}
	return append(out, sim.row(w, "", all, matched))
}

func (sim *simulation) row(w *way, size string, cells []int, matched bool) Row {
	opens := func(i int) []int { return w.opens[i] }
	if matched {
		threshold := sim.threshold(w, cells)
		opens = func(i int) []int { return openings(w.scores[i], threshold) }
	}
	r := Row{Way: w.name, Matched: matched, Size: size, Cells: len(cells)}
	r.FalseAlarms = sim.falseAlarms(cells, opens)
	var delays []float64
	var by [len(surgeSizes)][]float64
	var injected [len(surgeSizes)]int
	for _, i := range cells {
		x := sim.surges[i]
		if x.factor < 0 {
			continue
		}
		injected[x.factor]++
		for _, day := range opens(i) {
			if x.during(day) {
				by[x.factor] = append(by[x.factor], float64(day-x.start))
				delays = append(delays, float64(day-x.start))
				break
			}
		}
	}
	for k, f := range surgeSizes {
		r.BySize = append(r.BySize, SurgeFindings{f, injected[k], len(by[k]), median(by[k])})
	}
	r.Delay = median(delays)
	return r
}

// falseAlarms are those that open outside a surge and its tail, per 1,000 cells a month.
func (sim *simulation) falseAlarms(cells []int, opens func(int) []int) float64 {
	n := 0
	for _, i := range cells {
		for _, day := range opens(i) {
			if !sim.surges[i].near(day) {
				n++
			}
		}
	}
	return float64(n) / max(1, float64(len(cells))) * 1000 / (simulatedDays / daysPerMonth)
}

// threshold is the lowest score with no more false alarms than the rows of equal false alarms allow.
func (sim *simulation) threshold(w *way, cells []int) float32 {
	var scores []float32
	for _, i := range cells {
		for day, s := range w.scores[i] {
			if s > 0 && !sim.surges[i].near(day) {
				scores = append(scores, s)
			}
		}
	}
	if len(scores) == 0 {
		return math.SmallestNonzeroFloat32
	}
	slices.Sort(scores)
	scores = slices.Compact(scores)
	k, _ := slices.BinarySearchFunc(scores, matchedAlarms, func(s float32, target float64) int {
		if sim.falseAlarms(cells, func(i int) []int { return openings(w.scores[i], s) }) > target {
			return -1
		}
		return 1
	})
	if k == len(scores) {
		return math.Nextafter32(scores[len(scores)-1], float32(math.Inf(1)))
	}
	return scores[k]
}

func median(v []float64) *float64 {
	if len(v) == 0 {
		return nil
	}
	slices.Sort(v)
	m := (v[(len(v)-1)/2] + v[len(v)/2]) / 2
	return &m
}
