package boost

import (
	"context"
	"fmt"
	"math"
)

// Options say how a model learns.
type Options struct {
	Rounds    int     // trees per class
	Rate      float64 // how much of each tree counts
	Leaves    int     // of a tree, at most
	LeastRows int     // in a leaf
	L2        float64 // penalty on what a leaf says
}

// Model gives each class its probability.
type Model struct {
	cuts  []cut
	base  []float64 // log of the share of each class
	trees []tree    // round by round, class by class
}

// Table is rows of as many features each, one after the other.
type Table struct {
	Features int
	Values   []float32
}

// Rows is how many rows there are.
func (t Table) Rows() int {
	if t.Features == 0 {
		return 0
	}
	return len(t.Values) / t.Features
}

// Row gives one row; it is not a copy.
func (t Table) Row(i int) []float32 { return t.Values[i*t.Features : (i+1)*t.Features] }

// Train fits a model to rows and their classes, 0 to classes−1. It returns an error when there is nothing to
// learn from, when rows and classes do not go together, or the context's when it ends first.
func Train(ctx context.Context, rows Table, class []uint8, classes int, o Options) (*Model, error) {
	n := rows.Rows()
	if n == 0 || n != len(class) || n*rows.Features != len(rows.Values) || rows.Features > math.MaxUint16 {
		return nil, fmt.Errorf("train a boosted model: %d values of %d features do not go with %d classes", len(rows.Values), rows.Features, len(class))
	}
	m := &Model{cuts: make([]cut, rows.Features), base: make([]float64, classes)}
	column := make([]float32, n)
	w := &grower{
		options: o, features: rows.Features, bins: make([]uint8, len(rows.Values)), widths: make([]int, rows.Features),
		order: make([]int32, n), spare: make([]int32, 0, n),
	}
	for f := range rows.Features {
		for i := range n {
			column[i] = rows.Values[i*rows.Features+f]
		}
		m.cuts[f] = cuts(column)
		w.widths[f] = len(m.cuts[f]) + 1
		for i, v := range column {
			w.bins[i*rows.Features+f] = m.cuts[f].bin(v)
		}
	}
	for _, c := range class {
		if int(c) >= classes {
			return nil, fmt.Errorf("train a boosted model: class %d of %d", c, classes)
		}
		m.base[c]++
	}
	for c := range m.base {
		m.base[c] = math.Log((m.base[c] + 1) / float64(n+classes))
	}
	return m, m.boost(ctx, w, class)
}

// boost adds the trees.
func (m *Model) boost(ctx context.Context, w *grower, class []uint8) error {
	n, classes := len(class), len(m.base)
	scores := make([][]float64, classes)
	for c := range scores {
		scores[c] = make([]float64, n)
		for i := range scores[c] {
			scores[c][i] = m.base[c]
		}
	}
	g, h := make([][]float64, classes), make([][]float64, classes)
	for c := range g {
		g[c], h[c] = make([]float64, n), make([]float64, n)
	}
	p := make([]float64, classes)
	for range w.options.Rounds {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("train a boosted model: %w", err)
		}
		for i := range n {
			for c := range p {
				p[c] = scores[c][i]
			}
			softmax(p)
			for c, pc := range p {
				g[c][i], h[c][i] = pc, pc*(1-pc)
			}
			g[class[i]][i]--
		}
		for c := range classes {
			m.trees = append(m.trees, w.grow(g[c], h[c], scores[c]))
		}
	}
	return nil
}

// Predictor asks a model about rows. It is for one goroutine; a model may have many.
type Predictor struct {
	model *Model
	bins  []uint8
	p     []float64
}

// Predictor makes one.
func (m *Model) Predictor() *Predictor {
	return &Predictor{model: m, bins: make([]uint8, len(m.cuts)), p: make([]float64, len(m.base))}
}

// Predict gives the probability of each class of a row. The slice is written over by the next call.
func (p *Predictor) Predict(row []float32) []float64 {
	for f, v := range row {
		p.bins[f] = p.model.cuts[f].bin(v)
	}
	copy(p.p, p.model.base)
	for i, c := 0, 0; i < len(p.model.trees); i++ {
		p.p[c] += p.model.trees[i].leaf(p.bins)
		if c++; c == len(p.p) {
			c = 0
		}
	}
	softmax(p.p)
	return p.p
}

// softmax turns log-odds into probabilities.
func softmax(p []float64) {
	most := p[0]
	for _, v := range p[1:] {
		most = max(most, v)
	}
	sum := 0.0
	for i, v := range p {
		p[i] = math.Exp(v - most)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}
