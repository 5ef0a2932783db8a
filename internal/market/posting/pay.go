package posting

import (
	"regexp"
	"strconv"
	"strings"

	"filiere/internal/fold"
)

// Pay is what an advert offers, gross, in euros for a year of full-time work. Zero is not said.
type Pay struct {
	Low, High float64
	Mended    bool // the unit it came in cannot be meant: "35000 a month"
}

// Said tells whether the advert offers anything.
func (p Pay) Said() bool { return p.High > 0 }

// PayBand is pay as numbers with the unit they are in.
type PayBand struct {
	Low, High float64
	Unit      Unit
	Months    float64 // paid in a year, 0 for 12
}

// Unit is the time pay is for.
type Unit string

// The units of pay.
const (
	Hour  Unit = "hour"
	Day   Unit = "day"
	Month Unit = "month"
	Year  Unit = "year"
)

// How units become years: the legal week of 35 hours is paid as 151.67 hours a month (Code du travail, L3121-27 and
// the rule of monthly pay), and a year of days worked is 218 (L3121-64).
const (
	hoursAYear  = 1820.0
	daysAYear   = 218.0
	monthsAYear = 12.0
)

// What full-time pay may be in a year. Below is an allowance or a part of one, above a mistake.
const (
	leastPay = 4_000.0
	mostPay  = 500_000.0
)

// Pay turns a band into years. Where the unit cannot be meant and another is, that one is taken and the pay marked;
// where none can, it is not said.
func (b PayBand) Pay() Pay {
	low, high := b.Low, b.High
	if low <= 0 {
		low = high
	}
	if high <= 0 {
		high = low
	}
	if low > high {
		low, high = high, low
	}
	for i, u := range append([]Unit{b.Unit}, Year, Month, Hour) {
		factor := b.aYear(u)
		if l, h := low*factor, high*factor; l >= leastPay && h <= mostPay {
			return Pay{Low: l, High: h, Mended: i > 0 && u != b.Unit}
		}
	}
	return Pay{}
}

// aYear is what a sum in a unit is multiplied with.
func (b PayBand) aYear(u Unit) float64 {
	switch u {
	case Hour:
		return hoursAYear
	case Day:
		return daysAYear
	case Month:
		if b.Months >= monthsAYear && b.Months <= 18 {
			return b.Months
		}
		return monthsAYear
	}
	return 1
}

var (
	// a sum, thousands parted by blanks or not, in thousands with a k
	sumForm    = regexp.MustCompile(`(\d{1,3}(?:[ \x{a0}\x{202f}]\d{3})+|\d+)(?:[.,](\d{1,2})\d*)?\s*(k)?`)
	monthsForm = regexp.MustCompile(`sur\s+(\d{1,2}(?:[.,]\d+)?)\s+mois`)
)

// units are the words that tell a unit, the surest first.
var units = []struct {
	word string
	unit Unit
}{
	{"annuel", Year},
	{"par an", Year},
	{"/an", Year},
	{"an brut", Year},
	{"per year", Year},
	{"a year", Year},
	{"mensuel", Month},
	{"par mois", Month},
	{"/mois", Month},
	{"per month", Month},
	{"horaire", Hour},
	{"de l'heure", Hour},
	{"/h", Hour},
	{"par heure", Hour},
	{"per hour", Hour},
	{"par jour", Day},
	{"/jour", Day},
	{"journalier", Day},
	{"tjm", Day},
}

// ReadPay reads pay as French adverts write it: "Mensuel de 2000,00 Euros à 2500,00 Euros sur 13 mois", "38 - 50 k€
// brut annuel", "Horaire de 11.88 Euros". What says no sum or no unit is not said.
func ReadPay(s string) Pay {
	if len(s) > maxName {
		s = strings.ToValidUTF8(s[:maxName], "")
	}
	s = fold.Plain(s)
	b := PayBand{Unit: unitOf(s)}
	if m := monthsForm.FindStringSubmatch(s); m != nil {
		b.Months = toNumber(m[1])
		s = strings.Replace(s, m[0], " ", 1)
	}
	sums := sums(s)
	if len(sums) == 0 {
		return Pay{}
	}
	b.Low, b.High = sums[0], sums[min(1, len(sums)-1)]
	if b.Unit == "" {
		return Pay{} // "De 500 Euros à 650 Euros" may be for a day or a month
	}
	return b.Pay()
}

func unitOf(s string) Unit {
	for _, u := range units {
		if strings.Contains(s, u.word) {
			return u.unit
		}
	}
	return ""
}

// sums reads the first sums of a text; one in thousands makes those before it so too ("38 - 50 k€").
func sums(s string) []float64 {
	var out []float64
	thousands := false
	for _, m := range sumForm.FindAllStringSubmatch(s, 4) {
		n := toNumber(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(m[1]) + "." + m[2] + "0")
		if n == 0 {
			continue
		}
		thousands = thousands || m[3] != ""
		out = append(out, n)
	}
	if thousands {
		for i, n := range out {
			if n < 1000 {
				out[i] = n * 1000
			}
		}
	}
	return out
}

// toNumber reads what was matched; it is digits, so nothing can go wrong but its size.
func toNumber(s string) float64 {
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil {
		return 0
	}
	return n
}
