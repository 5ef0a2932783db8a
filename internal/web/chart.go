package web

import (
	"html/template"
	"strconv"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/web/figure"
)

// historyChart draws an occupation's national tension over the years, "" with fewer than two.
func historyChart(l *locale.Locale, label string, rows []market.Row) template.HTML {
	h := figure.Series{
		ID: "historique", Title: l.T("history.title", "occupation", label), Desc: l.T("history.desc"),
		Source: l.T("history.source"), YLabel: l.T("history.y"), XLabel: l.T("history.x"),
		Number: func(f float64) string { return l.Signed(f, 1) },
	}
	cuts := market.Dares2020().Cutoffs
	h.Cuts = cuts[:]
	for c := 1; c <= figure.Classes; c++ {
		h.BandLabels = append(h.BandLabels, l.T("class."+strconv.Itoa(c)))
	}
	for _, r := range rows {
		if !r.Tension.Known() || originOf(r.Cell) == string(market.Computed) {
			continue // a computed value is made otherwise: the table has it
		}
		h.Points = append(h.Points, figure.Point{
			Year: r.Year, Value: r.Tension.Float, Class: r.Class,
			Text: l.T("history.point", "year", strconv.Itoa(r.Year), "tension", l.Signed(r.Tension.Float, 2), "class", l.T("class."+strconv.Itoa(r.Class))),
		})
	}
	if len(h.Points) < 2 {
		return ""
	}
	return figure.History(h)
}

// tallyBar draws how many occupations fall in each class. Its words are in its name; a word for each part
// would double the weight of a long table.
func tallyBar(l *locale.Locale, t market.Tally) template.HTML {
	d := figure.Distribution{Text: tallyText(l, t)}
	for i, n := range t.Classes {
		d.Counts[i+1] = n
	}
	return figure.ClassBar(d)
}

// tallyText is a tally in words.
func tallyText(l *locale.Locale, t market.Tally) string {
	var parts []string
	for i, n := range t.Classes {
		parts = append(parts, l.T("tally.part", "n", n, "class", l.T("class."+strconv.Itoa(i+1))))
	}
	return l.List(parts)
}
