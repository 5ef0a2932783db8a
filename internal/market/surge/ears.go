package surge

// The short method. Like EARS it holds one day (C1, C2) and three days (C3) against the days before; a guard of days
// in between keeps the beginning of a surge out of its own baseline (C2, C3). What differs from the published C1, C2
// and C3:
//
//   - The bound is a negative binomial prediction, not a mean and three standard deviations: the rate of the cell has a
//     gamma posterior (Jeffreys' prior), and overdispersion is learnt over all cells of the same size and corrected by
//     what the cell itself shows.
//   - Baselines grow with history to 56 days, and from 28 days on windows of 7 and 14 days are tested too, which is what
//     finds a surge in a cell with an advert a week.
//   - Months, weekdays and days the stream did not run are taken out of the exposure.
//   - What all cells share (a new source, a national rush, a week of holidays) is taken out.
const (
	longBaseline  = 56 // days
	longGuard     = 14 // days between baseline and the day tested
	shortGuard    = 2  // the same, with less than four weeks of history; C2's
	leastBaseline = 7  // days; C1's
	jeffreys      = 0.5
	levels        = 2.0 // levels that drift on their own, of the baseline and of today, each by the longest window's κ
)

// Methods, as findings name them.
const (
	C1         = "ears-c1"
	C2         = "ears-c2"
	C3         = "ears-c3"
	Week       = "ears-week"
	Fortnight  = "ears-fortnight"
	Farrington = "farrington"
)

// window is a span of days that is tested, the day itself its last.
type window struct {
	method string
	days   int
	weight float64 // share of the false alarms it may cause; they add up to 1
}

// longWindows are those of the long method.
var longWindows = [...]window{{Farrington, 7, 0.5}, {Farrington, 14, 0.5}}

// short is the short method on one day, what is the same for all cells worked out.
type short struct {
	counts  *Counts
	season  Season
	day     Day
	guard   int
	windows []window
	base    span
	sums    []float64 // of each cell over the baseline
	tested  []tested
	spread  []dispersion // by window
}

// span are days that ran, with their factors.
type span struct {
	dates    []Day
	columns  []column
	factors  []float64
	exposure float64
}

// tested is a window with the counts of all cells in it.
type tested struct {
	window
	span
	n        []float64 // by cell
	observed float64   // over the cells that are not in surge
	expected float64
}

// spanOf gathers the days from first to last that ran and are open.
func spanOf(c *Counts, s Season, first, last Day) span {
	var out span
	for d := first; d <= last; d++ {
		if col, f := c.on(d), s.Of(d); col != nil && f > 0 {
			out.dates, out.columns, out.factors = append(out.dates, d), append(out.columns, col), append(out.factors, f)
			out.exposure += f
		}
	}
	return out
}

// sumsOf adds up the counts of each cell.
func (s span) sumsOf(cells int) []float64 {
	out := make([]float64, cells)
	for _, col := range s.columns {
		for i, n := range col {
			out[i] += float64(n)
		}
	}
	return out
}

// newShort prepares the short method; ok is false when there is too little history.
func newShort(c *Counts, s Season, day Day, surging func(int) bool) (*short, bool) {
	m := &short{counts: c, season: s, day: day}
	if !c.Ran(day) || s.Of(day) <= 0 {
		return nil, false
	}
	open := len(spanOf(c, s, day-longBaseline-longGuard, day-1).dates)
	switch {
	case open >= 28:
		m.guard, m.windows = longGuard, []window{{C2, 1, 0.1}, {C3, 3, 0.15}, {Week, 7, 0.35}, {Fortnight, 14, 0.4}}
	case open >= leastBaseline+shortGuard+1:
		m.guard, m.windows = shortGuard+1, []window{{C2, 1, 0.5}, {C3, 3, 0.5}}
	case open >= min(leastBaseline, leastOpen(s)):
		m.guard, m.windows = 1, []window{{C1, 1, 1}}
	default:
		return nil, false
	}
	m.base = m.baseline(day)
	if m.base.exposure <= 0 {
		return nil, false
	}
	m.sums = m.base.sumsOf(c.Cells())
	for _, w := range m.windows {
		t := tested{window: w, span: spanOf(c, s, day-Day(w.days)+1, day)}
		t.n = t.sumsOf(c.Cells())
		for i, n := range t.n {
			if !surging(i) {
				t.observed += n
				t.expected += m.sums[i] / m.base.exposure * t.exposure
			}
		}
		m.tested = append(m.tested, t)
		m.spread = append(m.spread, m.dispersion(w.days, surging))
	}
	return m, true
}

// leastOpen is how many days of a week are open.
func leastOpen(s Season) int {
	n := 0
	for _, f := range s.Weekday {
		if f > 0 {
			n++
		}
	}
	return n
}

// baseline is the days before a day, the guard left out.
func (m *short) baseline(day Day) span {
	return spanOf(m.counts, m.season, day-Day(m.guard)-longBaseline+1, day-Day(m.guard))
}

// commonCells and commonAdverts are the least a common rise is told from.
const (
	commonCells   = 30
	commonAdverts = 50.0
)

// leastCommon bounds how much a fall of all others counts: a cell that does not fall when half of the sources are
// silent has not surged.
const leastCommon = 0.6

// commonMove is by how much all other cells together differ from what was expected of them.
func commonMove(cells int, observed, expected float64) float64 {
	if cells < commonCells || expected < commonAdverts {
		return 1
	}
	return max(leastCommon, observed/expected)
}

// finding tests a cell. A surge it is in since a day is kept out of its baseline.
func (m *short) finding(i int, since Day, surging bool) Finding {
	f := Finding{Cell: m.counts.cells[i], place: i, P: 1, History: int(m.day - m.counts.first)}
	base, sum := m.base, m.sums[i]
	if surging && since < m.day {
		if b := m.baseline(since); b.exposure > 0 && len(b.dates) >= leastBaseline {
			base, sum = b, 0
			for _, col := range b.columns {
				sum += float64(col.of(i))
			}
		}
	}
	rate := (sum + jeffreys) / base.exposure
	spread := m.spread[len(m.spread)-1].of(i, sum/base.exposure)
	for k, t := range m.tested {
		observed, expected := t.observed, t.expected
		if !surging {
			observed, expected = observed-t.n[i], expected-m.sums[i]/m.base.exposure*t.exposure
		}
		mean := rate * t.exposure * commonMove(m.counts.Cells()-1, observed, expected)
		p := Predictive{mean, mean + mean*mean*(m.spread[k].of(i, sum/base.exposure)+1/(sum+jeffreys)+levels*spread)}
		x := Finding{
			Cell: f.Cell, place: i, usual: rate * 7, History: f.History, Method: t.method, Window: t.days,
			Observed: int(t.n[i]), Predictive: p, P: min(1, p.AtLeast(int(t.n[i]))/t.weight),
		}
		if k == 0 || x.P < f.P || x.P == 1 && f.P == 1 { // with nothing unusual, the longest window
			f = x
		}
	}
	return f
}
