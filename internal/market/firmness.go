package market

import (
	"math"

	"filiere/internal/territory"
)

// The bounds of firmness. The error of a ratio of two counts is taken as that of two independent
// Poisson counts: its logarithm has a standard error of √(1/offers + 1/jobseekers).
const (
	firmError = 0.15 // below it the ratio is known to about ±15 %
	fairError = 0.35 // above it a class is as likely wrong as right

	// Where no counts are published, employment stands in. In the Dares tables of 2019 a class is
	// withheld for about half of the cells of 400 people employed, for one in seven of those of 1,000
	// to 2,000, and for one in twenty-five of those of 2,000 to 5,000.
	firmEmployment = 2000
	fairEmployment = 500
)

// Firmness says how much the cell's figure can bear, judged by the counts behind it. A computed figure
// is never firm, since part of the indicator's components is missing or of another year; below the
// country it is weak: there it hardly beats the occupation's national value (see the method page).
func (c Cell) Firmness() Firmness {
	f := c.countFirmness()
	switch {
	case c.Origin != Computed || f == Weak:
		return f
	case c.Area != territory.France:
		return Weak
	case f == Firm:
		return Fair
	}
	return f
}

func (c Cell) countFirmness() Firmness {
	if e := c.RatioError(); e > 0 {
		return grade(-e, -firmError, -fairError)
	}
	if c.Employment.Known() {
		return grade(c.Employment.Float, firmEmployment, fairEmployment)
	}
	return Unrated
}

func grade(v, firm, fair float64) Firmness {
	switch {
	case v >= firm:
		return Firm
	case v >= fair:
		return Fair
	}
	return Weak
}

// RatioError is the relative standard error of the cell's offers per jobseeker, 0 when either count
// is not known.
func (c Cell) RatioError() float64 {
	if !c.Offers.Known() || !c.Jobseekers.Known() || c.Offers.Float <= 0 || c.Jobseekers.Float <= 0 {
		return 0
	}
	return math.Sqrt(1/c.Offers.Float + 1/c.Jobseekers.Float)
}
