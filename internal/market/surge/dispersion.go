package surge

import "math"

// bands cut cells by adverts a day, to learn overdispersion of cells alike.
var bands = [...]float64{0.5, 2, 10}

func bandOf(rate float64) int {
	b := 0
	for b < len(bands) && rate >= bands[b] {
		b++
	}
	return b
}

// dispersion is by how much windows of some length vary beyond a Poisson distribution: a variance of μ + κμ².
type dispersion struct {
	band [len(bands) + 1]float64 // κ
	own  []float64               // of each cell by itself, drawn towards its band's
}

func (d dispersion) of(i int, rate float64) float64 {
	if i < len(d.own) {
		return d.own[i]
	}
	return d.band[bandOf(rate)]
}

// oddCell is how many standard deviations above the others' a cell's variance may be for it to teach.
const oddCell = 3.0

// usualKappa is what is taken for κ until it can be learnt, and weighs as much as one cell seen well.
const usualKappa = 0.1

// dispersion learns κ from the baseline cut into blocks as long as the window (method of moments, with the mean
// estimated from the same blocks). Cells in surge teach nothing.
func (m *short) dispersion(length int, surging func(int) bool) dispersion {
	cells := m.counts.Cells()
	blocks := m.blocks(length)
	d := dispersion{own: make([]float64, cells)}
	squares, cross := make([]float64, cells), make([]float64, cells)
	exposure2 := 0.0
	block := make([]float64, cells)
	for _, b := range blocks {
		clear(block)
		for _, col := range b.columns {
			for i, n := range col {
				block[i] += float64(n)
			}
		}
		for i, n := range block {
			squares[i] += n * n
			cross[i] += n * b.exposure
		}
		exposure2 += b.exposure * b.exposure
	}
	n := float64(len(blocks))
	if n < 2 {
		for b := range d.band {
			d.band[b] = usualKappa
		}
		d.own = nil
		return d
	}
	share := 1 - 1/n
	excess := func(i int) (above, square float64) { // Σ(y−μ)²−Σμ, and Σμ², both without bias under a Poisson distribution
		s, e := m.sums[i], m.base.exposure
		rate := s / e
		q := squares[i] - 2*rate*cross[i] + rate*rate*exposure2
		return q - share*s, share * max(0, (s*s-s)/(e*e)) * exposure2
	}
	learn := func(teaches func(i int, above float64) bool) {
		const weight = 20.0 // squares of adverts
		var above, square [len(bands) + 1]float64
		for i := range cells {
			if a, q := excess(i); !surging(i) && teaches(i, a) {
				b := bandOf(m.sums[i] / m.base.exposure)
				above[b] += a
				square[b] += q
			}
		}
		for b := range d.band {
			d.band[b] = max(0.001, (above[b]+weight*usualKappa)/(square[b]+weight))
		}
	}
	learn(func(int, float64) bool { return true })
	for range 2 { // cells that surged in the baseline say nothing of usual days
		was := d.band
		learn(func(i int, above float64) bool {
			mean := m.sums[i] / n
			kappa := was[bandOf(m.sums[i]/m.base.exposure)]
			variance := mean + kappa*mean*mean
			return above <= kappa*mean*mean*n+oddCell*math.Sqrt(n*(2*variance*variance+variance))
		})
	}
	for i := range cells {
		rate := m.sums[i] / m.base.exposure
		kappa := d.band[bandOf(rate)]
		d.own[i] = kappa
		if a, q := excess(i); q > 0 {
			mean := m.sums[i] / n
			doubt := 2 * (1/mean + kappa) * (1/mean + kappa) / n // variance of the cell's own κ
			trust := kappa * kappa / (kappa*kappa + doubt)
			d.own[i] = max(kappa/2, kappa+trust*(a/q-kappa))
		}
	}
	return d
}

// blocks cut the baseline into spans of some length, the last day first; a rest that is too short is left out.
func (m *short) blocks(length int) []span {
	var out []span
	end := m.day - Day(m.guard)
	first := max(m.counts.first, end-longBaseline+1)
	for ; end-Day(length)+1 >= first; end -= Day(length) {
		if s := spanOf(m.counts, m.season, end-Day(length)+1, end); s.exposure > 0 {
			out = append(out, s)
		}
	}
	return out
}
