package surge

import (
	"math"
	"math/rand/v2"
)

// poisson draws from a Poisson distribution.
func poisson(r *rand.Rand, mean float64) int {
	n := 0
	for mean > 30 { // the sum of Poisson numbers is one
		n += small(r, 30)
		mean -= 30
	}
	return n + small(r, mean)
}

func small(r *rand.Rand, mean float64) int {
	n, p, least := 0, r.Float64(), math.Exp(-mean)
	for p > least {
		p *= r.Float64()
		n++
	}
	return n
}

// gamma draws from a gamma distribution of mean 1 and some shape (Marsaglia and Tsang, 2000).
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * (shape + 1) / shape * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v / shape
		}
	}
}

// negativeBinomial draws a count of variance μ + κμ².
func negativeBinomial(r *rand.Rand, mean, kappa float64) int {
	if kappa > 0 && mean > 0 {
		mean *= gamma(r, 1/kappa)
	}
	return poisson(r, mean)
}
