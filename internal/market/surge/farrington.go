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
//   - The distribution has the variance of the estimate in it, as well as that of the counts.
//   - National seasons and a rise all cells share are taken out, as in the short method.
//   - With less than three years of history there is no fit, and the short method is used.
const (
	leftOutWeeks  = 26
	longHistory   = 3 * 52 // weeks
	seasons       = 10
	weeksAYear    = 365.2425 / 7
	anscombeLimit = 2.58
	trendSpread   = 0.3 // of the log rate, a year
	seasonWeight  = 1.0 // adverts
)

// long is the long method on one day.
type long struct {
	weeks    []week
	exposure []float64 // of each week, 0 when the stream did not run or history had not begun
	time     []float64 // years before the week tested, negative
	level    []int     // season
	first    int       // week
	last     int       // week of the baseline
	now      span      // the seven days tested
	n        []float64 // their counts by cell
	factor   float64   // of the expectation: 1, or the rise all cells share
	total    float64
	expected float64
	scratch  scratch
}

type scratch struct{ y, mu, weight, growth []float64 }

// newLong prepares the long method; ok is false when history is too short.
func newLong(c *Counts, s Season, day Day) (*long, bool) {
	m := &long{weeks: c.weeks, now: spanOf(c, s, day-6, day)}
	if !c.Ran(day) || m.now.exposure <= 0 || len(c.weeks) < longHistory {
		return nil, false
	}
	this := len(c.weeks) - 1
	m.last = this - leftOutWeeks - 1
	m.first = max(0, this-5*52-4)
	n := len(c.weeks)
	m.exposure, m.time, m.level = make([]float64, n), make([]float64, n), make([]int, n)
	for k := m.first; k <= m.last; k++ {
		for d, ran := range c.weeks[k].ran {
			if ran {
				m.exposure[k] += s.Of(c.weeks[k].monday + Day(d))
			}
		}
		m.time[k] = float64(c.weeks[k].monday+3-(day-3)) / 365.2425
		m.level[k] = seasonOf(-m.time[k] * weeksAYear)
	}
	m.scratch = scratch{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
	m.n = m.now.sumsOf(c.Cells())
	for _, x := range m.n {
		m.total += x
	}
	for k := m.first; k <= m.last; k++ {
		m.scratch.y[k] = c.weeks[k].total
	}
	m.expected = m.fit().Mean
	return m, true
}

// seasonOf gives the season of a week so many weeks ago.
func seasonOf(ago float64) int {
	at := math.Mod(ago+3.5, weeksAYear)
	if at < 7 {
		return 0
	}
	return min(seasons-1, 1+int((at-7)/(weeksAYear-7)*(seasons-1)))
}

// finding tests a cell.
func (m *long) finding(c *Counts, i int) Finding {
	f := Finding{
		Cell: c.cells[i], place: i, Method: Farrington, Window: 7, P: 1, History: int(c.last - c.first),
		Observed: int(m.n[i]),
	}
	for k := m.first; k <= m.last; k++ {
		m.scratch.y[k] = float64(m.weeks[k].n.of(i))
	}
	f.Predictive = m.fit()
	rise := commonRise(c.Cells()-1, m.total-m.n[i], m.expected-f.Predictive.Mean)
	f.Predictive.Mean *= rise
	f.Predictive.Variance *= rise * rise
	f.P = f.Predictive.AtLeast(f.Observed)
	return f
}

// fit predicts the seven days tested from the counts in scratch.y.
func (m *long) fit() Predictive {
	w := m.scratch.weight
	sum, exposure, most := 0.0, 0.0, 0.0
	for k := m.first; k <= m.last; k++ {
		w[k] = 0
		if m.exposure[k] > 0 {
			w[k] = 1
			sum += m.scratch.y[k]
			exposure += m.exposure[k]
			most = max(most, m.scratch.y[k]/m.exposure[k])
		}
	}
	if exposure <= 0 {
		return Predictive{}
	}
	overall := (sum + jeffreys) / exposure
	if sum == 0 { // nothing to fit
		mean := overall * m.now.exposure
		return Predictive{mean, mean + mean*mean/jeffreys}
	}
	phi := 1.0
	x := m.loglinear(overall, phi, true)
	phi = m.residuals(x, true)
	x = m.loglinear(overall, phi, true)
	if x.rate[0] > most {
		x = m.loglinear(overall, phi, false)
	}
	phi = m.residuals(x, false)
	mean := x.rate[0] * m.now.exposure
	doubt := phi * (1/x.information[0] + x.lever[0]*x.lever[0]/x.trendInformation)
	return Predictive{mean, phi*mean + mean*mean*doubt}
}

// fitted is a log-linear model: rates of the ten seasons today, and the trend.
type fitted struct {
	rate             [seasons]float64
	information      [seasons]float64 // of the log rate, with its prior
	lever            [seasons]float64 // mean time of the season's weeks
	trend            float64
	trendInformation float64
}

// loglinear fits by Newton's method on the trend alone: for a trend, the best levels are sums.
func (m *long) loglinear(overall, phi float64, withTrend bool) fitted {
	var x fitted
	s := &m.scratch
	prior := 1 / (trendSpread * trendSpread)
	for range 25 {
		step, t := math.Exp(x.trend*7/365.2425), math.Exp(x.trend*m.time[m.first])
		var count, base, first, second [seasons]float64
		slope := 0.0
		for k := m.first; k <= m.last; k, t = k+1, t*step {
			s.growth[k] = t
			if wk := s.weight[k]; wk > 0 {
				j, e := m.level[k], wk*m.exposure[k]*t
				count[j] += wk * s.y[k]
				base[j] += e
				first[j] += e * m.time[k]
				second[j] += e * m.time[k] * m.time[k]
				slope += wk * s.y[k] * m.time[k]
			}
		}
		g, info := slope/phi-prior*x.trend, prior
		for j := range seasons {
			x.rate[j] = (count[j] + seasonWeight) / (base[j] + seasonWeight/overall)
			x.information[j] = count[j] + seasonWeight
			if base[j] > 0 {
				x.lever[j] = first[j] / base[j]
				g -= x.rate[j] * first[j] / phi
				info += x.rate[j] * max(0, second[j]-first[j]*first[j]/base[j]) / phi
			} else {
				x.lever[j] = 0
			}
		}
		x.trendInformation = info * phi // the caller multiplies variances by phi
		if !withTrend {
			x.trendInformation = math.Inf(1)
			return x
		}
		change := max(-0.5, min(0.5, g/info))
		if math.Abs(change) < 1e-6 {
			return x
		}
		x.trend = max(-3, min(3, x.trend+change))
	}
	return x
}

// residuals gives the overdispersion, at least 1, and weighs past surges down.
func (m *long) residuals(x fitted, reweigh bool) float64 {
	s := &m.scratch
	chi, weeks, used := 0.0, 0.0, [seasons]bool{}
	for k := m.first; k <= m.last; k++ {
		if s.weight[k] <= 0 {
			continue
		}
		s.mu[k] = max(leastMean, x.rate[m.level[k]]*m.exposure[k]*s.growth[k])
		chi += s.weight[k] * (s.y[k] - s.mu[k]) * (s.y[k] - s.mu[k]) / s.mu[k]
		weeks++
		used[m.level[k]] = true
	}
	free := weeks - 1
	for _, u := range used {
		if u {
			free--
		}
	}
	phi := max(1, chi/max(1, free))
	if !reweigh {
		return phi
	}
	total := 0.0
	for k := m.first; k <= m.last; k++ {
		if s.weight[k] <= 0 {
			continue
		}
		j, mu := m.level[k], s.mu[k]
		away := m.time[k] - x.lever[j]
		hat := min(0.9, mu*(1/x.information[j]+away*away/x.trendInformation))
		r := 1.5 * (power23(s.y[k]) - power23(mu)) / (math.Pow(mu, 1.0/6) * math.Sqrt(phi*(1-hat)))
		if r > anscombeLimit {
			s.weight[k] = 1 / (r * r)
		}
		total += s.weight[k]
	}
	for k := m.first; k <= m.last; k++ {
		s.weight[k] *= weeks / total
	}
	return phi
}

func power23(y float64) float64 { c := math.Cbrt(y); return c * c }
