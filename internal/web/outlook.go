package web

import (
	"context"
	"html/template"

	"filiere/internal/letter"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// outlook is what tables of areas and of occupations say beside how tense an occupation is: what is forecast of it
// over the country, and how far training can cure the shortage. Its zero value says nothing.
type outlook struct {
	remedies  *market.Remedies
	forecasts map[occupation.ID]market.Forecast
	Year      int // of the forecasts; 0: there are none
}

// outlook reads what is kept of all occupations at once.
func (s *server) outlook(ctx context.Context) (o outlook, err error) {
	if o.remedies, err = s.reader.Remedies(ctx); err != nil {
		return o, err
	}
	o.forecasts, err = s.reader.ForecastsOf(ctx)
	for _, f := range o.forecasts {
		o.Year = max(o.Year, f.Year)
	}
	return o, err
}

// Curable reports whether the table says how far training can cure shortages.
func (o outlook) Curable() bool { return o.remedies != nil }

// foretold writes what is forecast of an occupation, where anything is of any.
func (w *cellWords) foretold(m *markup, o outlook, id occupation.ID) {
	if o.Year == 0 {
		return
	}
	said := "–"
	if f, ok := o.forecasts[id]; ok {
		said = template.HTMLEscapeString(percentOf(w.l, f.P))
	}
	m.add(`<td class="n">`, said, `</td>`)
}

// curable writes how far training can cure an occupation's shortage in an area, where the table says so; with its
// reasons, which open, if they are wanted.
func (w *cellWords) curable(m *markup, o outlook, id occupation.ID, a territory.ID, reasons bool) {
	if !o.Curable() {
		return
	}
	r, ok := o.remedies.Of(id, a)
	switch score := template.HTMLEscapeString(w.l.Number(r.Score, 2)); {
	case !ok:
		m.add(`<td class="n">–</td>`)
	case reasons:
		m.add(`<td class="n"><details class="reasons"><summary>`, score, `</summary><ul>`,
			string(listItems(letter.Reasons(w.l, r), func(s string) string { return s })), `</ul></details></td>`)
	default:
		m.add(`<td class="n">`, score, `</td>`)
	}
}
