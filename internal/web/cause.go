package web

import (
	"html/template"
	"strconv"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/web/figure"
)

// cause is one of the six complementary indicators of a cell, in words.
type cause struct {
	Name     string
	Class    int
	Computed bool
	Pushes   bool   // class 4 or 5: it pushes tension up
	Sentence string // what the class means for the occupation
	Meter    template.HTML
}

// highClass is the class from which a cause, or a tension, counts as high.
const highClass = 4

// causesOf reads a cell's causes.
func causesOf(l *locale.Locale, c market.Cell) []cause {
	var out []cause
	for i, m := range market.Causes() {
		class := c.Causes[i]
		name := l.T("cause." + m.String())
		text := l.T("cause.meter", "cause", name, "class", strconv.Itoa(class))
		if class == 0 {
			text = l.T("cause.meter.none", "cause", name)
		}
		out = append(out, cause{
			Name: name, Class: class, Computed: c.CausesComputed&(1<<i) != 0, Pushes: class >= highClass,
			Sentence: l.T("cause." + m.String() + "." + band(class)), Meter: figure.CauseMeter(class, text),
		})
	}
	return out
}

// band sorts a class into the three things that are said of a cause.
func band(class int) string {
	switch {
	case class == 0:
		return "none"
	case class >= highClass:
		return "high"
	case class == 3:
		return "middle"
	}
	return "low"
}

// mainCauses names the causes that push a cell's tension up.
func mainCauses(l *locale.Locale, c market.Cell) []string {
	var names []string
	for i, m := range market.Causes() {
		if c.Causes[i] >= highClass {
			names = append(names, l.T("cause."+m.String()+".short"))
		}
	}
	return names
}
