package market

import (
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

// Forecast says how likely an occupation is to be tense (class 4 or 5) in the whole country in a year
// nothing is published of.
type Forecast struct {
	Occupation occupation.ID
	Year       int     // the year forecast
	From       int     // the last year its figures are published for
	Class      int     // the class of that year
	P          float64 // of class 4 or 5
}
