package surge

import (
	"math"
	"slices"
	"time"
)

// Season is what is known of months and weekdays: factors around 1. A weekday of factor 0 is closed: its counts are
// neither history nor evidence.
type Season struct {
	Month   [12]float64 `json:"month"`
	Weekday [7]float64  `json:"weekday"` // Monday first
}

// NoSeason treats all days alike.
func NoSeason() Season {
	var s Season
	for i := range s.Month {
		s.Month[i] = 1
	}
	for i := range s.Weekday {
		s.Weekday[i] = 1
	}
	return s
}

// Of gives the factor of a day. Months turn into each other: the factor of a month holds in its middle.
func (s Season) Of(d Day) float64 {
	w := s.Weekday[d.weekday()]
	if w <= 0 {
		return 0
	}
	date := d.Date()
	m := int(date.Month()) - 1
	length := float64(time.Date(date.Year(), date.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day())
	at := (float64(date.Day())-0.5)/length - 0.5 // −0.5 to 0.5
	other := (m + 1) % 12
	if at < 0 {
		other = (m + 11) % 12
	}
	share := math.Abs(at)
	return w * max(0.05, (1-share)*s.Month[m]+share*s.Month[other])
}

// MonthTotal is how many adverts a whole country had in a month.
type MonthTotal struct {
	Year  int
	Month time.Month
	N     float64
}

// perDay is the mean of a day of the month.
func (m MonthTotal) perDay() float64 {
	return m.N / float64(time.Date(m.Year, m.Month+1, 0, 0, 0, 0, 0, time.UTC).Day())
}

// Monthly gives the factors of the twelve months: the median over years of a month's adverts a day, against the
// centred mean of the twelve months around it. The median leaves out what happened once. A month
// that has no year around it gets 1.
func Monthly(totals []MonthTotal) [12]float64 {
	totals = slices.Clone(totals)
	slices.SortFunc(totals, func(a, b MonthTotal) int { return (a.Year*12 + int(a.Month)) - (b.Year*12 + int(b.Month)) })
	var ratios [12][]float64
	for i := 6; i+6 < len(totals); i++ {
		sum := (totals[i-6].perDay() + totals[i+6].perDay()) / 2
		for _, t := range totals[i-5 : i+6] {
			sum += t.perDay()
		}
		if sum > 0 {
			m := int(totals[i].Month) - 1
			ratios[m] = append(ratios[m], totals[i].perDay()*12/sum)
		}
	}
	out := NoSeason().Month
	mean := 0.0
	for m, r := range ratios {
		if len(r) > 0 {
			slices.Sort(r)
			out[m] = (r[(len(r)-1)/2] + r[len(r)/2]) / 2
		}
		mean += out[m] / 12
	}
	for m := range out {
		out[m] /= mean
	}
	return out
}
