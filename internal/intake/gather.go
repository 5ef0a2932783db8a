package intake

import (
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// cellKey is what makes two rows speak of the same observation.
type cellKey struct {
	occupation occupation.ID
	area       territory.ID
	year       int
}

// gathered collects observations whose values come from several rows.
type gathered struct {
	cells map[cellKey]*[market.MeasureCount]market.Value
	order []cellKey
}

func (g *gathered) cell(k cellKey) *[market.MeasureCount]market.Value {
	v := g.cells[k]
	if v == nil {
		if g.cells == nil {
			g.cells = map[cellKey]*[market.MeasureCount]market.Value{}
		}
		v = &[market.MeasureCount]market.Value{}
		g.cells[k] = v
		g.order = append(g.order, k)
	}
	return v
}

// set puts a value; ok is false when there is another one already.
func (g *gathered) set(k cellKey, m market.Measure, v market.Value) (ok bool) {
	c := g.cell(k)
	if c[m].State != market.Absent && c[m] != v {
		return false
	}
	c[m] = v
	return true
}

// emit hands the observations on, in the order they were met.
func (g *gathered) emit(in *Reading) error {
	for _, k := range g.order {
		o := market.Observation{Occupation: k.occupation, Area: k.area, Year: k.year, Values: *g.cells[k]}
		if err := in.Emit(o); err != nil {
			return err
		}
	}
	return nil
}

// sums adds up one measure over several rows. It is gathered for the large tables: a stock of offers
// has 286,000 cells with one figure each, and an observation has room for twenty.
type sums struct {
	measure market.Measure
	index   map[cellKey]int
	keys    []cellKey
	totals  []float64
}

func newSums(m market.Measure) *sums { return &sums{measure: m, index: map[cellKey]int{}} }

func (s *sums) add(k cellKey, n float64) {
	i, known := s.index[k]
	if !known {
		i = len(s.keys)
		s.index[k] = i
		s.keys, s.totals = append(s.keys, k), append(s.totals, 0)
	}
	s.totals[i] += n
}

// emit hands the observations on, in the order they were met.
func (s *sums) emit(in *Reading) error {
	for i, k := range s.keys {
		o := market.Observation{Occupation: k.occupation, Area: k.area, Year: k.year}
		o.Values[s.measure] = market.Is(s.totals[i])
		if err := in.Emit(o); err != nil {
			return err
		}
	}
	return nil
}
