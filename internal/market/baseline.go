package market

import "math"

// The simple ways to fill in a class that local estimates must beat. Each sees what the model sees: the
// cells whose part is not held out.
const (
	BaselineGlobalMean    = "global_mean"           // the mean class of all cells
	BaselineSheetMean     = "occupation_mean"       // the mean class of the sheet elsewhere
	BaselineSheetMode     = "occupation_mode"       // the commonest class of the sheet elsewhere
	BaselineSheetClasses  = "occupation_classes"    // the shares of the classes of the sheet elsewhere
	BaselineAdditive      = "occupation_plus_basin" // sheet mean + how far the basin's other sheets are from theirs
	BaselineLastYear      = "last_year"             // the class of the year before; the mode where there was none
	BaselineLastYearTable = "last_year_persistence" // shares of classes after last year's; the sheet's where there was none
)

// guess is what a baseline says of a cell.
type guess struct {
	d        Distribution
	expected float64
}

// sure says one class, the one nearest to a number.
func sure(expected float64) guess {
	var g guess
	g.expected = expected
	g.d[min(max(int(math.Round(expected)), 1), ClassCount)-1] = 1
	return g
}

func likely(d Distribution) guess { return guess{d, d.Expected()} }

// baselines are fitted to what is in sight.
type baselines struct {
	*view
	all   float64
	sheet []Distribution // shares of classes, held to those of all by sheetPrior cells
	mode  []int
	basin []float64
	after [ClassCount]Distribution // by the class of the year before
}

func (l *lattice) baselines(hidden folds) *baselines {
	b := &baselines{view: l.without(hidden), sheet: make([]Distribution, len(l.sheets)), mode: make([]int, len(l.sheets)), basin: make([]float64, len(l.basins))}
	var n float64
	var usual Distribution
	counts := make([]Distribution, len(l.sheets))
	b.everyKnown(func(k known) {
		counts[k.sheet][k.class]++
		usual[k.class]++
		b.all += float64(k.class + 1)
		n++
		if past := l.past[l.at(int(k.sheet), int(k.basin))]; past > 0 {
			b.after[past-1][k.class]++
		}
	})
	b.all /= n
	for c := range usual {
		usual[c] /= n
		b.after[c] = shares(b.after[c])
	}
	for s := range l.sheets {
		b.mode[s] = usual.Mode()
		if b.cells[s] > 0 {
			b.mode[s] = counts[s].Mode()
		}
		for c := range usual {
			counts[s][c] += sheetPrior * usual[c]
		}
		b.sheet[s] = shares(counts[s])
	}
	b.fitBasins()
	return b
}

func shares(counts Distribution) Distribution {
	sum := 0.0
	for _, v := range counts {
		sum += v
	}
	if sum == 0 {
		sum = 1
	}
	for c := range counts {
		counts[c] /= sum
	}
	return counts
}

// basinPrior is how many cells a basin's distance must rest on to count half.
const basinPrior = 5

func (b *baselines) fitBasins() {
	n := make([]float64, len(b.basins))
	b.everyKnown(func(k known) {
		b.basin[k.basin] += float64(k.class+1) - b.mean[k.sheet]
		n[k.basin]++
	})
	for i := range b.basin {
		b.basin[i] /= n[i] + basinPrior
	}
}

func (v *view) everyKnown(do func(known)) {
	for _, k := range v.known {
		if !v.hidden.has(k.fold) {
			do(k)
		}
	}
}

// say gives what each baseline says of a cell, in the order of Baselines.
func (b *baselines) say(s, basin int) []guess {
	last := sure(float64(b.mode[s]))
	table := likely(b.sheet[s])
	if past := b.past[b.at(s, basin)]; past > 0 {
		last, table = sure(float64(past)), likely(b.after[past-1])
	}
	return []guess{
		sure(b.all), sure(b.mean[s]), sure(float64(b.mode[s])), likely(b.sheet[s]),
		sure(min(max(b.mean[s]+b.basin[basin], 1), ClassCount)), last, table,
	}
}

// Baselines lists the baselines of local estimates.
func Baselines() []string {
	return []string{
		BaselineGlobalMean, BaselineSheetMean, BaselineSheetMode, BaselineSheetClasses, BaselineAdditive,
		BaselineLastYear, BaselineLastYearTable,
	}
}
