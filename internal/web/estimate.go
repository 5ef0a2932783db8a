package web

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
	"filiere/internal/web/figure"
)

// estimated is the origin, on pages, of a class that is neither published nor computed but likely.
const estimated market.Origin = "estimated"

// figuresParam chooses what maps show: estimates too unless it is onlyPublished.
const (
	figuresParam  = "figures"
	onlyPublished = "published"
)

// sheetEstimates are the estimates of an occupation's sheet. The zero value is of one that has none.
type sheetEstimates struct {
	all   *market.Estimates
	sheet occupation.ID
}

// estimatesOf finds the estimates of the first of some occupations that has any.
func (s *server) estimatesOf(ctx context.Context, ids ...occupation.ID) (sheetEstimates, error) {
	e, err := s.reader.Estimates(ctx)
	if err != nil || e == nil {
		return sheetEstimates{}, err
	}
	for _, id := range ids {
		if sheet, ok := e.SheetOf(id); ok {
			return sheetEstimates{e, sheet}, nil
		}
	}
	return sheetEstimates{}, nil
}

// There reports whether there are estimates.
func (e sheetEstimates) There() bool { return e.all != nil }

// levels adds the levels of a map there are estimates for to those there are cells for.
func (e sheetEstimates) levels(of []territory.Level) []territory.Level {
	if e.all == nil {
		return of
	}
	var out []territory.Level
	for _, l := range mapLevels {
		has := func(a territory.ID) bool { return a.Zoning() == territory.DefaultZoning(l) }
		if slices.Contains(of, l) || slices.ContainsFunc(e.all.Areas, has) {
			out = append(out, l)
		}
	}
	return out
}

// at gives the estimate in an area.
func (e sheetEstimates) at(a territory.ID) (market.Estimate, bool) {
	if e.all == nil {
		return market.Estimate{}, false
	}
	return e.all.At(e.sheet, a)
}

// in lists the estimates over a zoning, by area.
func (e sheetEstimates) in(z territory.Zoning) map[territory.ID]market.Estimate {
	if e.all == nil {
		return nil
	}
	list := e.all.OfSheet(e.sheet, z)
	out := make(map[territory.ID]market.Estimate, len(list))
	for _, x := range list {
		out[x.Area] = x
	}
	return out
}

// fill puts what is likely in the place of what is not published: of the classes the program computes below the
// country, which say less, and of those that are missing. What a producer published stays as it is.
func (e sheetEstimates) fill(rows []market.Row, xs map[territory.ID]market.Estimate) []market.Row {
	out := make([]market.Row, 0, max(len(rows), len(xs)))
	seen := make(map[territory.ID]bool, len(rows))
	for _, r := range rows {
		seen[r.Area] = true
		x, ok := xs[r.Area]
		if ok && (r.Class == 0 || originOf(r.Cell) == string(market.Computed)) {
			r.Class, r.Origin, r.Release, r.Tension = x.Class(), estimated, "", market.Value{}
		}
		out = append(out, r)
	}
	for a, x := range xs {
		if !seen[a] {
			r := market.Row{AreaLabel: cmp.Or(e.all.Places[a].Label, string(a)), Label: e.all.Labels[x.Occupation]}
			r.Occupation, r.Area, r.Year, r.Class, r.Origin = x.Occupation, a, x.Year, x.Class(), estimated
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b market.Row) int { return cmp.Compare(a.Area, b.Area) })
	return out
}

// export is where the estimates can be had as data.
func (e sheetEstimates) export(v *visit, level territory.Level, area territory.ID) export {
	if !e.There() {
		return export{}
	}
	q := url.Values{"occupation": {string(e.sheet)}}
	if level != "" {
		q.Set("level", string(level))
	}
	if area != "" {
		q.Set("area", string(area))
	}
	out := exportFrom("estimates", q)
	out.Of = v.T("estimate.export")
	return out
}

// doubtWords name the degrees of doubt that occur on a map.
func doubtWords(l *locale.Locale, rows []market.Row, xs map[territory.ID]market.Estimate) (words [figure.Doubts + 1]string) {
	for _, r := range rows {
		if x, ok := xs[r.Area]; ok && r.Origin == estimated {
			words[x.Doubt()] = l.T("estimate.doubt." + strconv.Itoa(x.Doubt()))
		}
	}
	return words
}

// percentOf says a probability. None is sure, whatever it rounds to.
func percentOf(l *locale.Locale, p float64) string {
	const most = 0.99
	switch {
	case p < 1-most:
		return l.T("estimate.under", "p", l.Percent(1-most, 0))
	case p > most:
		return l.T("estimate.over", "p", l.Percent(most, 0))
	}
	return l.Percent(p, 0)
}

// between says the classes of an interval.
func between(l *locale.Locale, low, high int) string {
	if low == high {
		return strconv.Itoa(low)
	}
	return l.T("estimate.between", "low", low, "high", high)
}

// likelyInWords says what a map's area says of an estimate beside its class.
func likelyInWords(l *locale.Locale, x market.Estimate) string {
	return l.T("estimate.short", "between", between(l, x.Low, x.High), "tense", percentOf(l, x.P.AtLeast(market.TenseClass)))
}

// estimateText says what is published and what is likely, in a sentence or two.
func estimateText(l *locale.Locale, x market.Estimate) string {
	published := l.T("estimate.none", "year", strconv.Itoa(x.Year))
	if x.Published > 0 {
		published = l.T("estimate.published", "class", x.Published, "word", l.T("class."+strconv.Itoa(x.Published)))
	}
	from := "estimate.from.basins"
	if x.Area.Zoning() == territory.Bassins2019 {
		from = "estimate.from.rest"
	}
	mode := x.P.Mode()
	key := "estimate.range"
	if x.Low == x.High {
		key = "estimate.one"
	}
	return published + " " + l.T(key, "from", l.T(from), "low", x.Low, "high", x.High, "mode", mode,
		"p", percentOf(l, x.P[mode-1]), "tense", percentOf(l, x.P.AtLeast(market.TenseClass)))
}

// likelihoods draws an estimate's distribution.
func likelihoods(l *locale.Locale, x market.Estimate) template.HTML {
	var parts []string
	for i, p := range x.P {
		parts = append(parts, l.T("estimate.part", "class", l.T("tension."+strconv.Itoa(i+1)), "p", percentOf(l, p)))
	}
	return figure.Likelihoods(figure.Likelihood{
		P: x.P, Low: x.Low, High: x.High, Text: l.List(parts), Share: func(p float64) string { return shortShare(l, p) },
	})
}

// shortShare says a probability where there is room for a few signs only.
func shortShare(l *locale.Locale, p float64) string {
	switch {
	case p < 0.01:
		return "<\u2009" + l.Percent(0.01, 0)
	case p > 0.99:
		return ">\u2009" + l.Percent(0.99, 0)
	}
	return l.Percent(p, 0)
}

// forecastView is what is forecast of an occupation over the country.
type forecastView struct {
	Source lender
	market.Forecast
}

// forecastOf finds the forecast of the first of some lenders that has one.
func (s *server) forecastOf(ctx context.Context, from ...lender) (*forecastView, error) {
	for _, l := range from {
		if l.From.ID == "" {
			continue
		}
		f, ok, err := s.reader.Forecast(ctx, l.From.ID)
		if err != nil {
			return nil, err
		}
		if ok {
			return &forecastView{l, f}, nil
		}
	}
	return nil, nil
}

// Address is where the forecast can be had as data.
func (f forecastView) Address() export {
	return exportFrom("forecasts", url.Values{"occupation": {string(f.Occupation)}})
}

// chosenEstimate is an occupation's estimate in the area its reader chose.
type chosenEstimate struct {
	market.Estimate
	Label    string // the area's
	Level    territory.Level
	Options  []option      // the country, and an area that was asked for outside of the level
	Areas    template.HTML // those of the level, as options
	Export   export
	Sheet    occupation.ID
	Cell     string   // the page of the occupation in the area
	Distinct bool     // the area is one that was asked for
	Hidden   []choice // the other parameters of the page
}

// chosenArea is the estimate of the area asked for by ?area=, of the country otherwise. It is nil without
// estimates.
func (s *server) chosenArea(ctx context.Context, v *visit, o occupation.ID, e sheetEstimates, level territory.Level) (*chosenEstimate, error) {
	asked := territory.ID(v.Query.Get("area"))
	x, ok := e.at(asked)
	if !ok {
		asked = territory.France
		if x, ok = e.at(asked); !ok {
			return nil, nil
		}
	}
	if level == "" {
		level = territory.Departement
	}
	c := &chosenEstimate{
		Estimate: x, Label: e.all.Places[asked].Label, Level: level, Sheet: e.sheet, Cell: cellAddress(o, asked),
		Export: e.export(v, "", asked),
	}
	if v.Query.Get("level") != "" {
		c.Hidden = []choice{{Text: "level", URL: v.Query.Get("level")}}
	}
	c.Options = []option{{string(territory.France), e.all.Places[territory.France].Label, asked == territory.France}}
	zoning := territory.DefaultZoning(level)
	if asked != territory.France && asked.Zoning() != zoning { // what was asked for can be seen in the list
		c.Options = append(c.Options, option{string(asked), c.Label, true})
	}
	areas, err := s.areasToPick(ctx, e.all, zoning)
	if err != nil {
		return nil, err
	}
	c.Areas = areas.with(v, string(asked))
	return c, nil
}

// likelyAPage is how many occupations one page of an area's estimates lists.
const likelyAPage = 50

// likelyView is a part of an area's occupations by how likely they are to be tense.
type likelyView struct {
	Area       territory.ID
	Year       int
	Total      int
	First      int
	Rows       []market.Estimate
	Labels     map[occupation.ID]string
	Published  bool // some of them are published
	Prev, Next string
	Export     export
	Ahead      outlook
}

// likely ranks an area's occupations by estimates. It is nil where there are none.
func (s *server) likely(ctx context.Context, v *visit, a territory.ID) (*likelyView, error) {
	e, err := s.reader.Estimates(ctx)
	if err != nil || e == nil || !e.Holds(a) {
		return nil, err
	}
	page := pageNumber(v.Query.Get("page"))
	all := e.InArea(a)
	tense := make([]float64, len(e.Sheets))
	order := make([]int, len(all))
	for i, x := range all {
		tense[i], order[i] = x.P.AtLeast(market.TenseClass), i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(tense[j], tense[i]) })
	view := &likelyView{Area: a, Year: e.Year, Total: len(all), Labels: e.Labels, Export: exportFrom("estimates", url.Values{"area": {string(a)}})}
	if view.Ahead, err = s.outlook(ctx); err != nil {
		return nil, err
	}
	view.Published = slices.ContainsFunc(all, func(x market.Estimate) bool { return x.Published > 0 })
	first := min((page-1)*likelyAPage, len(all))
	last := min(first+likelyAPage, len(all))
	view.First = first
	for _, i := range order[first:last] {
		view.Rows = append(view.Rows, all[i])
	}
	if page > 1 {
		previous := strconv.Itoa(page - 1)
		if page == 2 {
			previous = ""
		}
		view.Prev = v.with("page", previous) + "#likely"
	}
	if last < len(all) {
		view.Next = v.with("page", strconv.Itoa(page+1)) + "#likely"
	}
	return view, nil
}

// estimateRows writes the rows of an area's estimates.
func (w *cellWords) estimateRows(view *likelyView) template.HTML {
	m := make(markup, 0, len(view.Rows)*sizeOfRow)
	esc := template.HTMLEscapeString
	for _, x := range view.Rows {
		m.add(`<tr><th scope="row"><a href="`, esc(cellAddress(x.Occupation, x.Area)), `">`, string(french(w.l, cmp.Or(view.Labels[x.Occupation], string(x.Occupation)))), `</a></th>`)
		m.add(`<td class="n"><strong>`, esc(percentOf(w.l, x.P.AtLeast(market.TenseClass))), `</strong></td>`)
		if view.Published {
			m.add(`<td>`)
			if x.Published > 0 {
				m.add(string(w.class(x.Published)))
			} else {
				m.add(string(value(w.l, market.Value{})))
			}
			m.add(`</td>`)
		}
		m.add(`<td class="keep">`, esc(between(w.l, x.Low, x.High)), `</td><td>`, string(w.class(x.P.Mode())), ` <span class="of">`, esc(percentOf(w.l, x.P[x.P.Mode()-1])), `</span></td>`)
		w.foretold(&m, view.Ahead, x.Occupation)
		w.curable(&m, view.Ahead, x.Occupation, x.Area, true)
		m.add(`<td class="trust">`, w.firmness[x.Firmness()], "</td></tr>\n")
	}
	return m.html()
}

// spread says an estimate in the table beside a map: its interval and how likely it is to be tense.
func (w *cellWords) spread(m *markup, x market.Estimate, ok bool) {
	if !ok {
		m.add(`<td>–</td><td class="n">–</td>`)
		return
	}
	m.add(`<td class="keep">`, template.HTMLEscapeString(between(w.l, x.Low, x.High)), `</td><td class="n">`,
		template.HTMLEscapeString(percentOf(w.l, x.P.AtLeast(market.TenseClass))), `</td>`)
}
