package market

import (
	"math"
	"slices"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// The forecast takes next year's tension of an occupation in the whole country for a normal variable. Its
// mean is this year's tension, moved by what the whole market moved this year and by a linear rule over how
// far the occupation is from where it, its family and the market usually are. The rule is fitted by ridge
// regression to the years before, all occupations together; how wide it is, to what the rule missed of the
// occupation, held to what it missed of all, and to what the market's own move missed.
//
// That the market goes on moving as it did is taken for granted rather than fitted: eight moves are too few.

// series are the national tensions of every occupation that has one every year, by index.
type series struct {
	occupations []occupation.ID
	first       int // year
	tension     [][]float64
	family      []int
	domain      []int
}

// forecastFeatures is how many numbers the linear rule reads.
const forecastFeatures = 6

const (
	forecastRidge   = 5.0  // penalty on each coefficient, in years × occupations
	missedPrior     = 4.0  // years: what was missed of an occupation is held to what was missed of all
	marketMiss      = 0.15 // standard deviations: what the market's own move misses, before anything is known
	marketMissPrior = 2.0  // years that is worth
	fewestSeries    = 20   // occupations below which nothing is fitted
)

// newSeries reads the longest run of years that ends with the newest.
func newSeries(f Facts) *series {
	values := map[occupation.ID]map[int]float64{}
	first, last := math.MaxInt, 0
	for _, o := range f.Observations {
		if t := o.Values[Tension]; o.Dataset == DatasetTensionSeries && o.Area == territory.France && t.Known() {
			if values[o.Occupation] == nil {
				values[o.Occupation] = map[int]float64{}
			}
			values[o.Occupation][o.Year] = t.Float
			first, last = min(first, o.Year), max(last, o.Year)
		}
	}
	s := &series{first: first}
	for o, years := range values {
		if len(years) == last-first+1 {
			s.occupations = append(s.occupations, o)
		}
	}
	slices.Sort(s.occupations)
	families, domains := map[string]int{}, map[string]int{}
	for _, o := range s.occupations {
		run := make([]float64, 0, last-first+1)
		for y := first; y <= last; y++ {
			run = append(run, values[o][y])
		}
		s.tension = append(s.tension, run)
		s.family = append(s.family, indexOf(families, o.Code(), 3))
		s.domain = append(s.domain, indexOf(domains, o.Code(), 1))
	}
	return s
}

// indexOf numbers what codes begin with.
func indexOf(seen map[string]int, code string, n int) int {
	code = code[:min(n, len(code))]
	i, ok := seen[code]
	if !ok {
		i = len(seen)
		seen[code] = i
	}
	return i
}

func (s *series) years() int {
	if len(s.tension) == 0 {
		return 0
	}
	return len(s.tension[0])
}

// market is the mean of a year's values over all occupations.
func (s *series) mean(value func(i int) float64) float64 {
	sum := 0.0
	for i := range s.occupations {
		sum += value(i)
	}
	return sum / float64(len(s.occupations))
}

// groupMeans gives each occupation the mean of its group.
func (s *series) groupMeans(group []int, value func(i int) float64) []float64 {
	sums := map[int]ratio{}
	for i, g := range group {
		r := sums[g]
		sums[g] = ratio{r.over + value(i), r.under + 1}
	}
	out := make([]float64, len(group))
	for i, g := range group {
		out[i] = sums[g].over / sums[g].under
	}
	return out
}

// moved is how far an occupation moved into year t.
func (s *series) moved(t int) func(i int) float64 {
	return func(i int) float64 { return s.tension[i][t] - s.tension[i][t-1] }
}

// features of every occupation at the end of year t ≥ 1: how far it is from the market, from its family and
// from its own past, and how much more than the market it, its family and its domain moved.
func (s *series) features(t int) [][forecastFeatures]float64 {
	level := func(i int) float64 { return s.tension[i][t] }
	mean, move := s.mean(level), s.mean(s.moved(t))
	familyLevel := s.groupMeans(s.family, level)
	familyMove, domainMove := s.groupMeans(s.family, s.moved(t)), s.groupMeans(s.domain, s.moved(t))
	out := make([][forecastFeatures]float64, len(s.occupations))
	for i := range out {
		past := 0.0
		for _, v := range s.tension[i][:t+1] {
			past += v
		}
		out[i] = [forecastFeatures]float64{
			level(i) - mean, s.moved(t)(i) - move, domainMove[i] - move, familyMove[i] - move,
			level(i) - familyLevel[i], level(i) - past/float64(t+1),
		}
	}
	return out
}

// drift is a fitted rule.
type drift struct {
	weights [forecastFeatures]float64
	missed  []float64 // variance of what the rule missed, by occupation
	market  float64   // variance of what the market's move missed
}

// fit learns from the moves into years 2 to last.
func (s *series) fit(last int) drift {
	var xx [forecastFeatures][forecastFeatures]float64
	var xy [forecastFeatures]float64
	features := make([][][forecastFeatures]float64, last+1)
	for t := 1; t < last; t++ {
		features[t] = s.features(t)
		move := s.mean(s.moved(t))
		for i, x := range features[t] {
			y := s.moved(t+1)(i) - move
			for a, va := range x {
				xy[a] += va * y
				for b, vb := range x {
					xx[a][b] += va * vb
				}
			}
		}
	}
	for a := range xx {
		xx[a][a] += forecastRidge
	}
	r := drift{weights: solve(xx, xy), missed: make([]float64, len(s.occupations))}
	r.spread(s, features, last)
	return r
}

// spread measures what the rule missed in the years it was fitted to.
func (r *drift) spread(s *series, features [][][forecastFeatures]float64, last int) {
	years, all := 0.0, 0.0
	market := marketMissPrior * marketMiss * marketMiss
	for t := 1; t < last; t++ {
		move, year := s.mean(s.moved(t)), 0.0
		for i, x := range features[t] {
			e := s.moved(t+1)(i) - move - dot(r.weights, x)
			r.missed[i] += e * e
			all += e * e
			year += e
		}
		years++
		year /= float64(len(s.occupations))
		market += year * year
	}
	all /= math.Max(years, 1) * float64(len(s.occupations))
	for i := range r.missed {
		r.missed[i] = (r.missed[i] + missedPrior*all) / (years + missedPrior)
	}
	r.market = market / (years + marketMissPrior)
}

func dot(w, x [forecastFeatures]float64) float64 {
	sum := 0.0
	for i := range w {
		sum += w[i] * x[i]
	}
	return sum
}

// solve solves a symmetric positive definite system by elimination.
func solve(a [forecastFeatures][forecastFeatures]float64, b [forecastFeatures]float64) [forecastFeatures]float64 {
	for i := range b {
		for j := i + 1; j < len(b); j++ {
			f := a[j][i] / a[i][i]
			for k := i; k < len(b); k++ {
				a[j][k] -= f * a[i][k]
			}
			b[j] -= f * b[i]
		}
	}
	for i := len(b) - 1; i >= 0; i-- {
		for k := i + 1; k < len(b); k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}

// tense gives each occupation its probability of class 4 or 5 in the year after t.
func (s *series) tense(r drift, t int) []float64 {
	move, cut := s.mean(s.moved(t)), Dares2020().Cutoffs[TenseClass-2]
	out := make([]float64, len(s.occupations))
	for i, x := range s.features(t) {
		mean := s.tension[i][t] + move + dot(r.weights, x)
		out[i] = 0.5 * math.Erfc((cut-mean)/math.Sqrt(2*(r.missed[i]+r.market)))
	}
	return out
}

// ForecastNational forecasts every occupation that has a national tension every year for the year after the
// last. It returns none when the series has fewer than three years.
func ForecastNational(f Facts) []Forecast {
	s := newSeries(f)
	last := s.years() - 1
	if last < 2 || len(s.occupations) < fewestSeries {
		return nil
	}
	p := s.tense(s.fit(last), last)
	out := make([]Forecast, len(p))
	for i, o := range s.occupations {
		out[i] = Forecast{
			Occupation: o, Year: s.first + last + 1, From: s.first + last,
			Class: Dares2020().ClassOf(s.tension[i][last]), P: p[i],
		}
	}
	return out
}
