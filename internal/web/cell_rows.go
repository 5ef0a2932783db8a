package web

import (
	"cmp"
	"html/template"
	"strconv"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/web/figure"
)

// cellWords write the parts of a table of cells. A page may hold hundreds of rows, and as a template they took
// half the time of a page made anew: here the words of a language are made once, and rows are put together
// from them. Everything that comes from data is escaped.
type cellWords struct {
	l        *locale.Locale
	classes  [figure.Classes + 1]string // by class, 0 is for none
	origins  map[string]string
	firmness map[market.Firmness]string
	versus   map[string]string
}

func newCellWords(l *locale.Locale) *cellWords {
	t := func(key string) string { return template.HTMLEscapeString(l.T(key)) }
	w := &cellWords{l: l, origins: map[string]string{}, firmness: map[market.Firmness]string{}, versus: map[string]string{}}
	w.classes[0] = `<span class="class class-0"><span class="class-w">` + t("class.0") + `</span></span>`
	for c := 1; c <= figure.Classes; c++ {
		n := strconv.Itoa(c)
		w.classes[c] = `<span class="class class-` + n + `"><span class="class-n">` + n + `</span> <span class="class-w">` + t("class."+n) + `</span></span>`
	}
	for _, o := range []string{string(market.Published), string(market.Computed), "graded", string(estimated)} {
		w.origins[o] = `<span class="origin origin-` + o + `">` + t("origin."+o) + `</span>`
	}
	for _, f := range []market.Firmness{market.Firm, market.Fair, market.Weak, market.Unrated} {
		w.firmness[f] = `<span class="firmness firmness-` + string(f) + `">` + t("firmness."+string(f)+".short") + `</span>`
	}
	for _, v := range []string{"above", "same", "below"} {
		w.versus[v] = `<span class="versus versus-` + v + `">` + t("versus."+v) + `</span>`
	}
	return w
}

// class is a class with its word.
func (w *cellWords) class(class int) template.HTML {
	if class < 0 || class >= len(w.classes) {
		class = 0
	}
	return template.HTML(w.classes[class]) //nolint:gosec // made of escaped words
}

// origin says where a cell's class comes from.
func (w *cellWords) origin(c market.Cell) template.HTML {
	return template.HTML(w.origins[originOf(c)]) //nolint:gosec // made of escaped words
}

// trust says where a cell's class comes from and how much it can bear.
func (w *cellWords) trust(r market.Row) template.HTML {
	return w.origin(r.Cell) + template.HTML(w.firmness[r.Firmness()]) //nolint:gosec // made of escaped words
}

// estimateFirmness says how much an estimate can bear.
func (w *cellWords) estimateFirmness(x market.Estimate) template.HTML {
	return template.HTML(w.origins[string(estimated)] + w.firmness[x.Firmness()]) //nolint:gosec // made of escaped words
}

// tension is the indicator of a cell.
func (w *cellWords) tension(v market.Value) template.HTML {
	if v.Known() {
		return template.HTML(template.HTMLEscapeString(w.l.Signed(v.Float, 2))) //nolint:gosec // escaped
	}
	return value(w.l, v)
}

// markup is HTML being written.
type markup []byte

func (m *markup) add(parts ...string) {
	for _, p := range parts {
		*m = append(*m, p...)
	}
}

func (m *markup) html() template.HTML { return template.HTML(*m) } //nolint:gosec // its writers escape

// sizeOfRow guesses the bytes of a row, to allocate once.
const sizeOfRow = 448

// areaRows writes the rows of one occupation over areas.
func (w *cellWords) areaRows(t table) template.HTML {
	m := make(markup, 0, len(t.Rows)*sizeOfRow)
	for _, r := range t.Rows {
		x, likely := t.likely[r.Area]
		m.add(`<tr><th scope="row"><a href="`, template.HTMLEscapeString(t.address(r.Area)), `">`, template.HTMLEscapeString(r.AreaLabel), `</a></th>`)
		w.figures(&m, t, r)
		if len(t.likely) > 0 {
			w.spread(&m, x, likely)
		}
		w.curable(&m, t.ahead, r.Occupation, r.Area, false)
		if r.Origin == estimated {
			m.add(`<td class="trust">`, string(w.estimateFirmness(x)), "</td></tr>\n")
			continue
		}
		w.end(&m, r)
	}
	return m.html()
}

// occupationRows writes the rows of one area over occupations, compared with the country where it has classes.
func (w *cellWords) occupationRows(a areaView) template.HTML {
	t := a.Cells
	m := make(markup, 0, len(t.Rows)*sizeOfRow)
	for _, r := range t.Rows {
		m.add(`<tr><th scope="row"><a href="`, template.HTMLEscapeString(occupationAddress(r.Occupation)), `">`, string(french(w.l, r.Label)), `</a></th>`)
		w.figures(&m, t, r)
		if len(a.Country) > 0 {
			m.add(`<td>`, cmp.Or(w.versus[a.Versus(r)], "–"), `</td>`)
		}
		w.foretold(&m, t.ahead, r.Occupation)
		w.curable(&m, t.ahead, r.Occupation, r.Area, !a.All)
		w.end(&m, r)
	}
	return m.html()
}

// figures writes a row's class and numbers, without the columns nobody fills.
func (w *cellWords) figures(m *markup, t table, r market.Row) {
	m.add(`<td>`, string(w.class(r.Class)), `</td>`)
	if t.Has("tension") {
		m.add(`<td class="n">`, string(w.tension(r.Tension)), `</td>`)
	}
	for _, c := range []struct {
		key   string
		value market.Value
	}{{"offers", r.Offers}, {"jobseekers", r.Jobseekers}, {"employment", r.Employment}} {
		if t.Has(c.key) {
			m.add(`<td class="n">`, string(count(w.l, c.value)), `</td>`)
		}
	}
}

func (w *cellWords) end(m *markup, r market.Row) {
	m.add(`<td class="trust">`, string(w.trust(r)), "</td></tr>\n")
}

// occupationAddress is the address of an occupation's page.
func occupationAddress(o occupation.ID) string { return "/occupations/" + string(o) }

// optionList writes the choices of a form, by group.
func optionList(groups []optionGroup) template.HTML {
	var m markup
	for _, g := range groups {
		m.add(`<optgroup label="`, template.HTMLEscapeString(g.Label), `">`)
		for _, o := range g.Options {
			m.add(`<option value="`, template.HTMLEscapeString(o.Value), `"`)
			if o.Selected {
				m.add(` selected`)
			}
			m.add(`>`, template.HTMLEscapeString(o.Label), `</option>`)
		}
		m.add("</optgroup>\n")
	}
	return m.html()
}

// listItems writes labels as the items of a list.
func listItems[T any](list []T, label func(T) string) template.HTML {
	var m markup
	for _, x := range list {
		m.add("<li>", template.HTMLEscapeString(label(x)), "</li>")
	}
	return m.html()
}

func skillItems(skills []market.RankedSkill) template.HTML {
	return listItems(skills, func(s market.RankedSkill) string { return s.Label })
}

func titleItems(titles []occupation.Title) template.HTML {
	return listItems(titles, func(t occupation.Title) string { return t.Label })
}
