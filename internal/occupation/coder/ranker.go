package coder

import (
	"math"
)

// Shape of the ranker: what is known of a sheet, and the cells that weigh it.
const (
	clues      = 27
	cells      = 16
	shortlist  = 24 // sheets that are weighed: the right one is among them for 97 adverts in 100
	committees = 5  // rankers that vote: each began elsewhere
)

// candidate is a sheet that may be the right one, and what is known of it.
type candidate struct {
	sheet int32
	clue  [clues]float32
}

// trial is an advert for the ranker to learn from.
type trial struct {
	candidates []candidate
	right      int
	weight     float32
}

// ranker gives a sheet its score: a line and a small net with one hidden layer.
type ranker struct {
	Mean, Spread [clues]float32
	Hidden       [cells][clues]float32
	Bias, Out    [cells]float32
	Line         [clues]float32
}

// see brings clues to their usual size.
func (r *ranker) see(clue, to *[clues]float32) {
	for i := range to {
		to[i] = (clue[i] - r.Mean[i]) / r.Spread[i]
	}
}

func (r *ranker) score(z *[clues]float32, lit *[cells]float32) float32 {
	var s float32
	for i := range z {
		s += r.Line[i] * z[i]
	}
	for h := range cells {
		a, w := r.Bias[h], &r.Hidden[h]
		for i := range z {
			a += w[i] * z[i]
		}
		lit[h] = max(a, 0)
		s += r.Out[h] * lit[h]
	}
	return s
}

// How rankers learn: Adam over the listwise likelihood.
const (
	rankerPasses = 8
	rankerRate   = 0.003
	rankerBatch  = 32
	rankerDecay  = 1e-5
)

// parameters of a ranker, and sums about each.
const parameters = cells*clues + 2*cells + clues

type rankerLesson struct {
	r           *ranker
	at          [parameters]*float32
	grad, m, m2 [parameters]float32
	b1, b2      float64
	seen        [shortlist][clues]float32
	lit         [shortlist][cells]float32
	score       [shortlist]float32
}

func learnRanker(trials []trial, seed uint64) *ranker {
	r := &ranker{}
	r.measure(trials)
	rnd := &random{seed}
	l := &rankerLesson{r: r, b1: 1, b2: 1}
	l.point()
	for i := range cells * clues {
		*l.at[i] = (rnd.unit() - 0.5) / 2
	}
	for h := range r.Out {
		r.Out[h] = (rnd.unit() - 0.5) / 2
	}
	order := rnd.order(len(trials))
	for pass := range rankerPasses {
		rate := rankerRate * (1 - 0.95*float32(pass)/rankerPasses)
		for n, i := range order {
			l.take(&trials[i])
			if n%rankerBatch == rankerBatch-1 || n == len(order)-1 {
				l.step(rate)
			}
		}
		rnd.shuffle(order)
	}
	return r
}

func (r *ranker) measure(trials []trial) {
	var n float64
	var sum, squares [clues]float64
	for _, t := range trials {
		for i := range t.candidates {
			n++
			for j, v := range t.candidates[i].clue {
				sum[j] += float64(v)
				squares[j] += float64(v) * float64(v)
			}
		}
	}
	for j := range sum {
		mean := sum[j] / max(n, 1)
		r.Mean[j] = float32(mean)
		r.Spread[j] = float32(math.Sqrt(max(squares[j]/max(n, 1)-mean*mean, 1e-4)))
	}
}

// point lays the parameters out in a row: hidden, bias, out, line.
func (l *rankerLesson) point() {
	k := 0
	put := func(list []float32) {
		for i := range list {
			l.at[k] = &list[i]
			k++
		}
	}
	for h := range l.r.Hidden {
		put(l.r.Hidden[h][:])
	}
	put(l.r.Bias[:])
	put(l.r.Out[:])
	put(l.r.Line[:])
}

// take adds what a trial teaches.
func (l *rankerLesson) take(t *trial) {
	n := len(t.candidates)
	for c := range t.candidates {
		l.r.see(&t.candidates[c].clue, &l.seen[c])
		l.score[c] = l.r.score(&l.seen[c], &l.lit[c])
	}
	softmax(l.score[:n])
	for c := range n {
		d := l.score[c]
		if c == t.right {
			d--
		}
		if d *= t.weight; d > 1e-5 || d < -1e-5 {
			l.blame(c, d)
		}
	}
}

func (l *rankerLesson) blame(c int, d float32) {
	z := &l.seen[c]
	for h := range cells {
		if l.lit[c][h] <= 0 {
			continue
		}
		l.grad[cells*clues+cells+h] += d * l.lit[c][h]
		dh := d * l.r.Out[h]
		l.grad[cells*clues+h] += dh
		g := l.grad[h*clues : (h+1)*clues]
		for i := range g {
			g[i] += dh * z[i]
		}
	}
	g := l.grad[cells*clues+2*cells:]
	for i := range g {
		g[i] += d * z[i]
	}
}

func (l *rankerLesson) step(rate float32) {
	l.b1 *= 0.9
	l.b2 *= 0.999
	for k := range l.at {
		g := l.grad[k]/rankerBatch + rankerDecay**l.at[k]
		l.m[k] = 0.9*l.m[k] + 0.1*g
		l.m2[k] = 0.999*l.m2[k] + 0.001*g*g
		*l.at[k] -= rate * (l.m[k] / float32(1-l.b1)) / (sqrtf(l.m2[k]/float32(1-l.b2)) + 1e-8)
		l.grad[k] = 0
	}
}
