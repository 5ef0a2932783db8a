package market

import (
	"math"
	"slices"
)

// Agreement compares what we compute with what is published for the same thing: the honest measure of
// a computed figure.
type Agreement struct {
	What      string  `json:"what"`       // key of what is compared, "tension_rome_bassin"…; pages translate it
	Basis     string  `json:"basis"`      // the figures compared, with their years
	Cells     int     `json:"cells"`      // cells that have both
	SameClass float64 `json:"same_class"` // share of cells in the same class
	Within1   float64 `json:"within1"`    // share of cells at most one class apart
	Spearman  float64 `json:"spearman"`   // rank correlation of computed value and published class or value
}

// pairs gathers computed and published figures of the same cells.
type pairs struct {
	value, published      []float64
	class, publishedClass []int
}

func (p *pairs) add(value, published float64, class, publishedClass int) {
	p.value = append(p.value, value)
	p.published = append(p.published, published)
	p.class = append(p.class, class)
	p.publishedClass = append(p.publishedClass, publishedClass)
}

func (p *pairs) agreement(what, basis string) Agreement {
	a := Agreement{What: what, Basis: basis, Cells: len(p.value)}
	if a.Cells == 0 {
		return a
	}
	same, near := 0, 0
	for i, c := range p.class {
		switch d := c - p.publishedClass[i]; {
		case d == 0:
			same, near = same+1, near+1
		case d == 1 || d == -1:
			near++
		}
	}
	a.SameClass = float64(same) / float64(a.Cells)
	a.Within1 = float64(near) / float64(a.Cells)
	a.Spearman = spearman(p.value, p.published)
	return a
}

// spearman is the correlation of ranks, ties sharing their mean rank; 0 when either side is constant.
func spearman(a, b []float64) float64 { return pearson(ranks(a), ranks(b)) }

func ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		switch {
		case v[i] < v[j]:
			return -1
		case v[i] > v[j]:
			return 1
		}
		return 0
	})
	r := make([]float64, len(v))
	for i := 0; i < len(order); {
		j := i
		for j+1 < len(order) && v[order[j+1]] == v[order[i]] {
			j++
		}
		for k := i; k <= j; k++ {
			r[order[k]] = float64(i+j) / 2
		}
		i = j + 1
	}
	return r
}

func pearson(a, b []float64) float64 {
	sa, oka := NewScale(a)
	sb, okb := NewScale(b)
	if !oka || !okb {
		return 0
	}
	var sum float64
	for i := range a {
		sum += sa.Z(a[i]) * sb.Z(b[i])
	}
	return math.Max(-1, math.Min(1, sum/float64(len(a))))
}
