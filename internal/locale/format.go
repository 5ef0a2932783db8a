package locale

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// The spaces and signs numbers are written with.
const (
	noBreak       = "\u00a0" // espace insécable
	narrowNoBreak = "\u202f" // espace fine insécable
	minus         = "\u2212" // a minus sign as wide as a plus, read as "minus" aloud
)

// marks are a language's conventions.
type marks struct {
	group, decimal, percent string
	months                  [12]string
	date                    func(day int, month string, year int) string
	typeset                 func(string) string
}

var frenchMarks = marks{
	group: narrowNoBreak, decimal: ",", percent: narrowNoBreak + "%",
	months: [12]string{
		"janvier", "février", "mars", "avril", "mai", "juin",
		"juillet", "août", "septembre", "octobre", "novembre", "décembre",
	},
	date: func(day int, month string, year int) string {
		d := strconv.Itoa(day)
		if day == 1 {
			d = "1er"
		}
		return d + noBreak + month + noBreak + strconv.Itoa(year)
	},
	typeset: typesetFrench,
}

var englishMarks = marks{
	group: ",", decimal: ".", percent: "%",
	months: [12]string{
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	},
	date: func(day int, month string, year int) string {
		return strconv.Itoa(day) + noBreak + month + noBreak + strconv.Itoa(year)
	},
	typeset: func(s string) string { return strings.ReplaceAll(s, "'", "’") },
}

// frenchSpaces puts the no-break spaces French wants before double punctuation and inside quotation
// marks, and the curly apostrophe.
var frenchSpaces = strings.NewReplacer(
	" :", noBreak+":", "« ", "«"+noBreak, " »", noBreak+"»",
	" ;", narrowNoBreak+";", " !", narrowNoBreak+"!", " ?", narrowNoBreak+"?", " %", narrowNoBreak+"%",
	"'", "’",
)

func typesetFrench(s string) string { return frenchSpaces.Replace(s) }

// Int writes a whole number with its groups of three: 12 345 in French, 12,345 in English.
func (l *Locale) Int(n int) string { return l.Number(float64(n), 0) }

// Short writes a number with one decimal when it has any, none otherwise.
func (l *Locale) Short(f float64) string {
	if f == math.Trunc(f) || math.Abs(f) >= 1000 {
		return l.Number(f, 0)
	}
	return l.Number(f, 1)
}

// Number writes a number with a fixed count of decimals.
func (l *Locale) Number(f float64, decimals int) string {
	s := strconv.FormatFloat(math.Abs(f), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(s, ".")
	var b strings.Builder
	if f < 0 && strings.Trim(s, "0.") != "" { // −0.0 is 0
		b.WriteString(minus)
	}
	for i, digit := range whole {
		if rest := len(whole) - i; i > 0 && rest%3 == 0 {
			b.WriteString(l.marks.group)
		}
		b.WriteRune(digit)
	}
	if fraction != "" {
		b.WriteString(l.marks.decimal + fraction)
	}
	return b.String()
}

// Signed writes a number with its sign, plus included.
func (l *Locale) Signed(f float64, decimals int) string {
	s := l.Number(f, decimals)
	if f > 0 && strings.ContainsAny(s, "123456789") {
		return "+" + s
	}
	return s
}

// Percent writes a share (0.42) as a percentage: 42 % in French, 42% in English.
func (l *Locale) Percent(share float64, decimals int) string {
	return l.Number(share*100, decimals) + l.marks.percent
}

// Date writes a day: 1er mars 2026, 1 March 2026.
func (l *Locale) Date(t time.Time) string {
	return l.marks.date(t.Day(), l.marks.months[t.Month()-1], t.Year())
}

// List joins names: "a, b et c", "a, b and c".
func (l *Locale) List(names []string) string {
	switch n := len(names); n {
	case 0:
		return ""
	case 1:
		return names[0]
	default:
		return strings.Join(names[:n-1], ", ") + " " + l.T("list.and") + " " + names[n-1]
	}
}
