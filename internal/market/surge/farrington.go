package surge

import "math"

// The long method, on weeks. As published: a quasi-Poisson log-linear model of the weekly counts with a linear trend
// and a factor of ten seasons (the seven weeks around the time of year tested, and nine equal parts of the rest), the
// last 26 weeks left out; past surges weigh less, by s⁻² where their standardised Anscombe residual s is above 2.58;
// no trend where it would lead above every week of the baseline; the bound from a negative binomial distribution.
// What differs from the published method:
//
//   - The week tested is the seven days up to today, not the calendar week, so that a surge is not found on Sundays only.
//   - A season's level is drawn towards the cell's overall one as if an advert more had come at that one, and the trend
//     towards none (a standard deviation of 0.3 a year): cells with a few adverts a year would otherwise have levels of
//     nothing and trends of anything.
//   - Fourteen days are tested too, with an overdispersion that grows with the window, as a slow drift's does.
//   - The distribution has the variance of the estimate in it, as well as that of the counts.
//   - National seasons and what all cells share are taken out, as in the short method.
//   - With less than three years of history there is no fit, and the short method is used.
const (
	leftOutWeeks  = 26
	longHistory   = 3 * 52 // weeks
	seasons       = 10
	weeksAYear    = 365.2425 / 7
	anscombeLimit = 2.58
	trendSpread   = 0.3 // of the log rate, a year
	seasonWeight  = 1.0 // adverts
	mostTrend     = 3.0 // of the log rate, a year
	trendStep     = 0.01
)

// long is the long method on one day.
type long struct {
	weeks    []week
	exposure []float64 // of each week, 0 when the stream did not run
	time     []float64 // years before the week tested, negative
	level    []int     // season
	first    int       // week
	last     int       // week of the baseline
	used     float64   // weeks of it the stream ran in
	free     float64   // degrees of freedom
	open     float64   // exposure of the baseline
	sums     []seasonSums
	grown    []float64 // exposure of each week by trend
	windows  []longWindow
	y        []weekly // scratch
	down     []weekly // scratch: weeks that weigh less
}

// longWindow is a span that is tested, with the adverts of every cell in it.
type longWindow struct {
	days     int
	weight   float64
	exposure float64
	n        []float64
	total    float64
	expected float64 // of all cells together
}

// weekly is a value of a week.
type weekly struct {
	week  int
	value float64
}

// seasonSums are what a fit needs of the weeks of each season at some trend: the exposure, grown by the trend, and its
// first two moments in time. They are the same for all cells, so they are worked out once a day.
type seasonSums struct{ base, first, second [seasons]float64 }

// newLong prepares the long method; ok is false when history is too short.
func newLong(c *Counts, s Season, day Day) (*long, bool) {
	m := &long{weeks: c.weeks}
	if !c.Ran(day) || s.Of(day) <= 0 || len(c.weeks) < longHistory {
		return nil, false
	}
	m.place(s, day)
	if m.open <= 0 || m.free < 1 {
		return nil, false
	}
	for _, w := range longWindows {
		now := spanOf(c, s, day-Day(w.days)+1, day)
		t := longWindow{days: w.days, weight: w.weight, exposure: now.exposure, n: now.sumsOf(c.Cells())}
		for _, x := range t.n {
			t.total += x
		}
		m.windows = append(m.windows, t)
	}
	m.tabulate()
	m.y = m.y[:0]
	for k := m.first; k <= m.last; k++ {
		if m.exposure[k] > 0 && m.weeks[k].total > 0 {
			m.y = append(m.y, weekly{k, m.weeks[k].total})
		}
	}
	all := m.fit()
	for k := range m.windows {
		m.windows[k].expected = all.rate * m.windows[k].exposure
	}
	return m, true
}

// place gives each week of the baseline its exposure, time and season.
func (m *long) place(s Season, day Day) {
	this := len(m.weeks) - 1
	m.last = this - leftOutWeeks - 1
	m.first = max(0, this-5*52-4)
	m.exposure, m.time, m.level = make([]float64, this+1), make([]float64, this+1), make([]int, this+1)
	var seen [seasons]bool
	for k := m.first; k <= m.last; k++ {
		for d, ran := range m.weeks[k].ran {
			if ran {
				m.exposure[k] += s.Of(m.weeks[k].monday + Day(d))
			}
		}
		m.time[k] = float64(m.weeks[k].monday+3-(day-3)) / 365.2425
		m.level[k] = seasonOf(-m.time[k] * weeksAYear)
		if m.exposure[k] > 0 {
			m.open += m.exposure[k]
			m.used++
			seen[m.level[k]] = true
		}
	}
	m.free = m.used - 1
	for _, x := range seen {
		if x {
			m.free--
		}
	}
}

// seasonOf gives the season of a week so many weeks ago.
func seasonOf(ago float64) int {
	at := math.Mod(ago+3.5, weeksAYear)
	if at < 7 {
		return 0
	}
	return min(seasons-1, 1+int((at-7)/(weeksAYear-7)*(seasons-1)))
}

// trendOf gives a trend by its place in the table.
func trendOf(i int) float64 { return float64(i)*trendStep - mostTrend }

func (m *long) tabulate() {
	const n = int(2*mostTrend/trendStep) + 1
	m.sums = make([]seasonSums, n)
	m.grown = make([]float64, n*len(m.weeks))
	for i := range m.sums {
		x := &m.sums[i]
		step, t := math.Exp(trendOf(i)*7/365.2425), math.Exp(trendOf(i)*m.time[m.first])
		for k := m.first; k <= m.last; k, t = k+1, t*step {
			j, e := m.level[k], m.exposure[k]*t
			m.grown[i*len(m.weeks)+k] = e
			x.base[j] += e
			x.first[j] += e * m.time[k]
			x.second[j] += e * m.time[k] * m.time[k]
		}
	}
}

// finding tests a cell.
func (m *long) finding(c *Counts, i int) Finding {
	m.y = m.y[:0]
	for k := m.first; k <= m.last; k++ {
		if n := m.weeks[k].n.of(i); n > 0 && m.exposure[k] > 0 {
			m.y = append(m.y, weekly{k, float64(n)})
		}
	}
	x := m.fit()
	best := Finding{P: 2}
	for _, w := range m.windows {
		mean := x.rate * w.exposure
		mean *= commonMove(c.Cells()-1, w.total-w.n[i], w.expected-mean)
		f := Finding{
			Cell: c.cells[i], place: i, usual: x.rate * 7, Method: Farrington, Window: w.days, History: int(c.last - c.first),
			Observed: int(w.n[i]), Predictive: Predictive{mean, x.over(w.days)*mean + mean*mean*x.doubt},
		}
		f.P = min(1, f.Predictive.AtLeast(f.Observed)/w.weight)
		if f.P < best.P {
			best = f
		}
	}
	return best
}

// projected is what a fit says of today: adverts per unit of exposure, overdispersion, and the variance of the
// logarithm of the rate.
type projected struct{ rate, phi, doubt float64 }

// over is the overdispersion of a window; phi is that of a week.
func (x projected) over(days int) float64 { return 1 + (x.phi-1)*float64(days)/7 }

// fit projects the counts in m.y; weeks not in it had none.
func (m *long) fit() projected {
	m.down = m.down[:0]
	sum, most := 0.0, 0.0
	for _, w := range m.y {
		sum += w.value
		most = max(most, w.value/m.exposure[w.week])
	}
	overall := (sum + jeffreys) / m.open
	if sum == 0 { // nothing to fit
		return projected{overall, 1, 1 / jeffreys}
	}
	middle := int(mostTrend / trendStep)
	x := m.loglinear(overall, 1, middle, true)
	if m.residuals(&x); len(m.down) > 0 {
		x = m.loglinear(overall, x.phi, x.trend, true)
	}
	if x.rate[0] > most {
		x = m.loglinear(overall, x.phi, middle, false)
	}
	m.overdispersion(&x)
	return projected{x.rate[0], x.phi, x.phi * (1/x.information[0] + x.lever[0]*x.lever[0]/x.certain)}
}

// fitted is a log-linear model: rates of the ten seasons today, and the trend.
type fitted struct {
	rate        [seasons]float64
	information [seasons]float64 // on the log rate, its prior's with it
	lever       [seasons]float64 // mean time of the season's weeks
	trend       int
	certain     float64 // information on the trend
	scale       float64 // of the weights, so that they add up to the number of weeks
	phi         float64
}

// loglinear fits by Newton's method on the trend alone: for a trend, the best levels are sums.
func (m *long) loglinear(overall, phi float64, trend int, withTrend bool) fitted {
	x := fitted{trend: trend, phi: phi, scale: 1}
	if len(m.down) > 0 {
		total := m.used
		for _, w := range m.down {
			total -= 1 - w.value
		}
		x.scale = m.used / total
	}
	var count [seasons]float64
	slope := 0.0
	at := 0
	for _, w := range m.y {
		v := w.value * x.scale
		if at < len(m.down) && m.down[at].week == w.week {
			v *= m.down[at].value
			at++
		}
		count[m.level[w.week]] += v
		slope += v * m.time[w.week]
	}
	prior := phi / (trendSpread * trendSpread)
	for range 30 {
		sums := m.weighted(x)
		g, info := slope-prior*trendOf(x.trend), prior
		for j := range seasons {
			x.rate[j] = (count[j] + seasonWeight) / (sums.base[j] + seasonWeight/overall)
			x.information[j] = count[j] + seasonWeight
			x.lever[j] = 0
			if sums.base[j] > 0 {
				x.lever[j] = sums.first[j] / sums.base[j]
				g -= x.rate[j] * sums.first[j]
				info += x.rate[j] * max(0, sums.second[j]-sums.first[j]*x.lever[j])
			}
		}
		x.certain = info
		if !withTrend {
			x.certain = math.Inf(1)
			return x
		}
		change := int(math.Round(max(-0.5, min(0.5, g/info)) / trendStep))
		next := max(0, min(len(m.sums)-1, x.trend+change))
		if next == x.trend {
			return x
		}
		x.trend = next
	}
	return x
}

// weighted gives the sums at a trend, weeks that weigh less taken into account.
func (m *long) weighted(x fitted) seasonSums {
	sums := m.sums[x.trend]
	if len(m.down) == 0 {
		return sums
	}
	for _, w := range m.down {
		j, t := m.level[w.week], m.time[w.week]
		e := (1 - w.value) * m.grown[x.trend*len(m.weeks)+w.week]
		sums.base[j] -= e
		sums.first[j] -= e * t
		sums.second[j] -= e * t * t
	}
	for j := range seasons {
		sums.base[j] *= x.scale
		sums.first[j] *= x.scale
		sums.second[j] *= x.scale
	}
	return sums
}

// expects is the expectation of a week.
func (m *long) expects(x *fitted, week int) float64 {
	return max(leastMean, x.rate[m.level[week]]*m.grown[x.trend*len(m.weeks)+week])
}

// overdispersion is Pearson's statistic over its degrees of freedom, at least 1. Weeks without adverts are in the sums.
func (m *long) overdispersion(x *fitted) {
	chi := 0.0
	sums := m.weighted(*x)
	for j := range seasons {
		chi += x.rate[j] * sums.base[j]
	}
	at := 0
	for _, w := range m.y {
		weight := x.scale
		if at < len(m.down) && m.down[at].week == w.week {
			weight *= m.down[at].value
			at++
		}
		chi += weight * (w.value*w.value/m.expects(x, w.week) - 2*w.value)
	}
	x.phi = max(1, chi/m.free)
}

// residuals weighs past surges down.
func (m *long) residuals(x *fitted) {
	m.overdispersion(x)
	for _, w := range m.y {
		mu := m.expects(x, w.week)
		if w.value <= mu {
			continue
		}
		j := m.level[w.week]
		away := m.time[w.week] - x.lever[j]
		spread := math.Sqrt(x.phi * (1 - min(0.9, mu*(1/x.information[j]+away*away/x.certain))))
		if w.value-mu <= anscombeLimit*spread*math.Sqrt(mu) {
			continue // an Anscombe residual is no larger than Pearson's
		}
		root := math.Cbrt(mu)
		r := 1.5 * (power23(w.value) - root*root) / (math.Sqrt(root) * spread)
		if r > anscombeLimit {
			m.down = append(m.down, weekly{w.week, 1 / (r * r)})
		}
	}
}

func power23(y float64) float64 { c := math.Cbrt(y); return c * c }
