package coder

import (
	"context"
	"math"
	"slices"
)

// bag is a set of features, by their rows in a table, with their values.
type bag struct {
	rows   []int32
	values []float32
}

// add puts in what a table knows.
func (b *bag) add(row int32, value float32) {
	b.rows = append(b.rows, row)
	b.values = append(b.values, value)
}

// unit brings what was put in since a place to length one.
func (b *bag) unit(since int) {
	var sum float32
	for _, v := range b.values[since:] {
		sum += v * v
	}
	scale := 1 / (sqrtf(sum) + 1e-6)
	for i := range b.values[since:] {
		b.values[since+i] *= scale
	}
}

func (b *bag) reset() { b.rows, b.values = b.rows[:0], b.values[:0] }

// lesson is a bag whose sheet is known.
type lesson struct {
	bag
	sheet  int32
	weight float32
}

// random is a stream of numbers that a seed decides (splitmix64).
type random struct{ state uint64 }

func (r *random) next() uint64 {
	r.state += 0x9e3779b97f4a7c15
	return mix(r.state)
}

func (r *random) unit() float32 { return float32(r.next()>>40) / (1 << 24) }

func (r *random) order(n int) []int32 {
	out := make([]int32, n)
	for i := range out {
		out[i] = int32(i)
	}
	r.shuffle(out)
	return out
}

func (r *random) shuffle(list []int32) {
	for i := len(list) - 1; i > 0; i-- {
		j := int(r.next() % uint64(i+1))
		list[i], list[j] = list[j], list[i]
	}
}

// How the linear models learn: multinomial regression by AdaGrad.
const (
	linearPasses = 6
	linearRate   = 0.3
	linearLeast  = 1e-4 // errors smaller than this are let be: most sheets, for most adverts
)

// weights is a linear model in training: a row of sheets for each feature.
type weights struct {
	sheets    int
	row, grad []float32
}

func learn(ctx context.Context, sheets, rows int, lessons []lesson) (*weights, error) {
	w := &weights{sheets: sheets, row: make([]float32, rows*sheets), grad: make([]float32, rows*sheets)}
	r := &random{1}
	p := make([]float32, sheets)
	hot := make([]int32, 0, sheets)
	order := r.order(len(lessons))
	for pass := range linearPasses {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rate := linearRate * (1 - 0.7*float32(pass)/linearPasses)
		for _, i := range order {
			l := &lessons[i]
			clear(p)
			w.score(&l.bag, p)
			softmax(p)
			p[l.sheet]--
			hot = hot[:0]
			for c, e := range p {
				if e > linearLeast || e < -linearLeast {
					hot = append(hot, int32(c))
				}
			}
			w.step(l, p, hot, rate)
		}
		r.shuffle(order)
	}
	w.grad = nil
	return w, nil
}

func (w *weights) step(l *lesson, p []float32, hot []int32, rate float32) {
	for i, f := range l.rows {
		at := int(f) * w.sheets
		row, grad := w.row[at:at+w.sheets], w.grad[at:at+w.sheets]
		v := l.values[i] * l.weight
		for _, c := range hot {
			g := p[c] * v
			grad[c] += g * g
			row[c] -= rate * g / (sqrtf(grad[c]) + 1e-3)
		}
	}
}

func (w *weights) score(b *bag, out []float32) {
	for i, f := range b.rows {
		at := int(f) * w.sheets
		v, row := b.values[i], w.row[at:at+w.sheets]
		row = row[:len(out)]
		for c := range out {
			out[c] += v * row[c]
		}
	}
}

// softmax makes probabilities of scores.
func softmax(s []float32) {
	top := slices.Max(s)
	var sum float32
	for i, x := range s {
		s[i] = 0
		if x-top > -16 {
			s[i] = float32(math.Exp(float64(x - top)))
		}
		sum += s[i]
	}
	for i := range s {
		s[i] /= sum
	}
}

// leastLog is the logarithm of the smallest probability told apart.
const leastLog = -12

// logSoftmax makes logarithms of probabilities of scores.
func logSoftmax(s []float32) {
	top := slices.Max(s)
	var sum float64
	for _, x := range s {
		if x-top > -16 {
			sum += math.Exp(float64(x - top))
		}
	}
	log := top + float32(math.Log(sum))
	for i := range s {
		s[i] = max(s[i]-log, leastLog)
	}
}

// table is a linear model at work: each row is bytes and a scale, a quarter of the room of what was learned.
type table struct {
	sheets int
	scale  []float32
	cell   []int8
}

func (w *weights) quantise() table {
	rows := len(w.row) / w.sheets
	t := table{sheets: w.sheets, scale: make([]float32, rows), cell: make([]int8, len(w.row))}
	for r := range rows {
		from := w.row[r*w.sheets : (r+1)*w.sheets]
		var most float32
		for _, v := range from {
			most = max(most, v, -v)
		}
		t.scale[r] = most / 127
		if most == 0 {
			continue
		}
		to := t.cell[r*w.sheets : (r+1)*w.sheets]
		for c, v := range from {
			to[c] = int8(math.Round(float64(v / t.scale[r])))
		}
	}
	return t
}

// score adds what a bag says for each sheet.
func (t *table) score(b *bag, out []float32) {
	for i, f := range b.rows {
		at := int(f) * t.sheets
		v, row := b.values[i]*t.scale[f], t.cell[at:at+t.sheets]
		addBytes(out, row[:len(out)], v)
	}
}

// addBytes adds a row of bytes, by fours: here is where most of the time of coding goes.
func addBytes(out []float32, row []int8, v float32) {
	for len(out) >= 4 && len(row) >= 4 {
		out[0] += v * float32(row[0])
		out[1] += v * float32(row[1])
		out[2] += v * float32(row[2])
		out[3] += v * float32(row[3])
		out, row = out[4:], row[4:]
	}
	for c := range out {
		out[c] += v * float32(row[c])
	}
}
