package surge

import "math"

// Predictive is a negative binomial distribution by its mean and variance; where the variance is not above the
// mean, it is as good as a Poisson distribution.
type Predictive struct{ Mean, Variance float64 }

const (
	leastMean = 1e-6 // nothing is impossible
	mostSize  = 1e6  // a larger size parameter is a Poisson distribution to six digits
)

// shape gives the size of the distribution and the probability I_x is taken at.
func (p Predictive) shape() (mean, size, x float64) {
	mean = max(p.Mean, leastMean)
	size = mostSize
	if extra := p.Variance - mean; extra > 0 {
		size = min(size, mean*mean/extra)
	}
	size = max(size, 1e-6)
	return mean, size, mean / (size + mean)
}

// AtLeast is the probability of y or more.
func (p Predictive) AtLeast(y int) float64 {
	if y <= 0 {
		return 1
	}
	_, size, x := p.shape()
	return incompleteBeta(float64(y), size, x)
}

// Band gives the least and the most that fall outside with a probability of at most tail each.
func (p Predictive) Band(tail float64) (low, high int) {
	return p.least(1 - tail), p.least(tail)
}

// least is the smallest y that is exceeded with a probability of at most tail.
func (p Predictive) least(tail float64) int {
	high := 1
	for p.AtLeast(high+1) > tail && high < 1<<30 {
		high *= 2
	}
	low := -1 // is exceeded more often
	for high-low > 1 {
		if mid := (low + high) / 2; p.AtLeast(mid+1) > tail {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// incompleteBeta is the regularised incomplete beta function I_x(a, b), by its continued fraction (NIST Digital
// Library of Mathematical Functions, 8.17.22).
func incompleteBeta(a, b, x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	la, _ := math.Lgamma(a)
	lb, _ := math.Lgamma(b)
	lab, _ := math.Lgamma(a + b)
	front := math.Exp(lab - la - lb + a*math.Log(x) + b*math.Log1p(-x))
	if x < (a+1)/(a+b+2) {
		return min(1, front*betaFraction(a, b, x)/a)
	}
	return max(0, 1-front*betaFraction(b, a, 1-x)/b)
}

// betaFraction evaluates the continued fraction from the front (Lentz's method as Thompson and Barnett have it).
func betaFraction(a, b, x float64) float64 {
	const tiny, enough = 1e-300, 1e-12
	away := func(v float64) float64 {
		if math.Abs(v) < tiny {
			return tiny
		}
		return v
	}
	c, d := 1.0, 1/away(1-(a+b)*x/(a+1))
	h := d
	for m := 1.0; m < 20000; m++ {
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / away(1+even*d)
		c = away(1 + even/c)
		h *= c * d
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / away(1+odd*d)
		c = away(1 + odd/c)
		h *= c * d
		if math.Abs(c*d-1) < enough {
			break
		}
	}
	return h
}
