package market

import (
	"math"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Distribution says how likely each class of tension is: index 0 is class 1. It sums to 1.
type Distribution [ClassCount]float64

// ClassCount is how many classes of tension there are.
const ClassCount = 5

// Expected is the expected class, 1–5.
func (d Distribution) Expected() float64 {
	sum := 0.0
	for i, p := range d {
		sum += float64(i+1) * p
	}
	return sum
}

// Mode is the most likely class, the lower one of two that are equally likely.
func (d Distribution) Mode() int {
	best := 0
	for i, p := range d {
		if p > d[best] {
			best = i
		}
	}
	return best + 1
}

// AtLeast is how likely the class is c or a higher one.
func (d Distribution) AtLeast(c int) float64 {
	sum := 0.0
	for i, p := range d {
		if i+1 >= c {
			sum += p
		}
	}
	return sum
}

// Estimate is what the model says of an occupation in an area, published or not. Where the class is
// published, it had no part in its own estimate.
type Estimate struct {
	Occupation occupation.ID
	Area       territory.ID
	Year       int

	P         Distribution
	Low, High int // the classes the true one is in, eight times in ten
	Published int // the published class; 0 where none is
}

// Class is the class a map paints: the expected one, rounded, and never one outside low and high.
func (x Estimate) Class() int {
	return min(max(int(math.Round(x.P.Expected())), x.Low), x.High)
}

// Doubt says how wide the interval is: 1 for one or two classes, 2 for three, 3 for more.
func (x Estimate) Doubt() int {
	return min(max(x.High-x.Low, 1), 3)
}

// Firmness says how much an estimate can bear. None is firm.
func (x Estimate) Firmness() Firmness {
	if x.Doubt() == 1 {
		return Fair
	}
	return Weak
}

// Forecast says how likely an occupation is to be tense (class 4 or 5) in the whole country in a year
// nothing is published of.
type Forecast struct {
	Occupation occupation.ID
	Year       int     // the year forecast
	From       int     // the last year its figures are published for
	Class      int     // the class of that year
	P          float64 // of class 4 or 5
}
