package market

import "context"

// Backtest judges estimates and forecasts on what was held out.
type Backtest struct {
	Year     int           `json:"year"`   // of the table that is estimated
	Before   int           `json:"before"` // of the table before it; 0 when there was none
	Local    []JudgedLocal `json:"local"`  // the model first
	Reliable []Reliability `json:"reliability"`
	Unseen   []JudgedLocal `json:"unseen"` // sheets held out whole
	Forecast []JudgedYear  `json:"forecast"`
	Overall  JudgedYear    `json:"forecast_overall"`
}

// JudgedLocal is a way to estimate with its score.
type JudgedLocal struct {
	Name string `json:"name"`
	Score
}

// Model is the name of our own way among the baselines.
const Model = "model"

// Reliability compares how likely class 4 or 5 was said to be with how often it came.
type Reliability struct {
	From  float64 `json:"from"` // of the probability
	To    float64 `json:"to"`
	Cells int     `json:"cells"`
	Said  float64 `json:"said"` // mean probability
	Came  float64 `json:"came"` // share
}

// reliabilityBins cut the probability into tenths.
const reliabilityBins = 10

// RunBacktest deals the published cells into five parts by a hash of their codes, and estimates each part by
// a model fitted to the four others. Leakage is kept out thrice: the class of a held-out cell has a share in
// no feature of any cell and in no fit that its part is judged by, and the width of intervals is settled on the
// other parts; within the four parts, what is known of a cell is worked out without the tenth of the cells it is
// dealt into, so that no class explains itself; and the forecast of a year is fitted to earlier years alone. It returns nil when there is no table to estimate
// and no series to forecast.
func RunBacktest(ctx context.Context, f EstimateFacts) (*Backtest, error) {
	b := newBacktest(f)
	l, ok := newLattice(f, 0)
	if !ok {
		return b, nil
	}
	estimates := make([]Distribution, len(l.class))
	if err := together(l.heldOutJobs(ctx, estimates)); err != nil {
		return nil, err
	}
	b = b.judged(l, estimates)
	var err error
	b.Unseen, err = l.judgeUnseen(ctx)
	return b, err
}

// JudgeUnseen is the part of RunBacktest that holds sheets out whole, which fits the models once more. It is nil
// when there is no table to estimate.
func JudgeUnseen(ctx context.Context, f EstimateFacts) ([]JudgedLocal, error) {
	l, ok := newLattice(f, 0)
	if !ok {
		return nil, nil
	}
	return l.judgeUnseen(ctx)
}

func (l *lattice) judgeUnseen(ctx context.Context) ([]JudgedLocal, error) {
	whole := l.dealtBySheet()
	estimates := make([]Distribution, len(l.class))
	if err := together(whole.heldOutJobs(ctx, estimates)); err != nil {
		return nil, err
	}
	return whole.judge(estimates), nil
}

// newBacktest judges the forecasts. It is nil when there is no series.
func newBacktest(f EstimateFacts) *Backtest {
	years, overall := backtestForecast(f.Facts)
	if len(years) == 0 {
		return nil
	}
	return &Backtest{Forecast: years, Overall: overall}
}

// judged adds how estimates of the published cells did.
func (b *Backtest) judged(l *lattice, estimates []Distribution) *Backtest {
	if b == nil {
		b = &Backtest{}
	}
	b.Year, b.Before = l.year, l.before
	b.Local, b.Reliable = l.judge(estimates), l.reliability(estimates)
	return b
}

// judge scores the model and the baselines on the published cells.
func (l *lattice) judge(estimates []Distribution) []JudgedLocal {
	names := append([]string{Model}, Baselines()...)
	tallies := make([]tallyScore, len(names))
	for k := range OuterFolds {
		hidden := outer(k)
		mass := l.massWithout(estimates, hidden)
		base := l.baselines(hidden)
		for _, x := range l.known {
			if !hidden.has(x.fold) {
				continue
			}
			class := int(x.class) + 1
			d := estimates[l.at(int(x.sheet), int(x.basin))]
			low, high := d.Interval(mass)
			tallies[0].add(d, d.Expected(), low, high, class)
			for i, g := range base.say(int(x.sheet), int(x.basin)) {
				tallies[i+1].add(g.d, g.expected, 0, 0, class)
			}
		}
	}
	out := make([]JudgedLocal, len(names))
	for i, name := range names {
		out[i] = JudgedLocal{Name: name, Score: tallies[i].score()}
	}
	return out
}

// massWithout settles intervals on the cells that are not held out.
func (l *lattice) massWithout(estimates []Distribution, hidden folds) float64 {
	var of []Distribution
	var classes []int
	for _, k := range l.known {
		if !hidden.has(k.fold) {
			of = append(of, estimates[l.at(int(k.sheet), int(k.basin))])
			classes = append(classes, int(k.class)+1)
		}
	}
	return intervalMass(of, classes)
}

func (l *lattice) reliability(estimates []Distribution) []Reliability {
	bins := make([]Reliability, reliabilityBins)
	for i := range bins {
		bins[i].From, bins[i].To = float64(i)/reliabilityBins, float64(i+1)/reliabilityBins
	}
	for _, k := range l.known {
		p := estimates[l.at(int(k.sheet), int(k.basin))].AtLeast(TenseClass)
		b := &bins[min(int(p*reliabilityBins), reliabilityBins-1)]
		b.Cells++
		b.Said += p
		if int(k.class)+1 >= TenseClass {
			b.Came++
		}
	}
	for i := range bins {
		if n := float64(bins[i].Cells); n > 0 {
			bins[i].Said /= n
			bins[i].Came /= n
		}
	}
	return bins
}
