package web

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"strconv"

	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// mapView is the map of one occupation, or of all together, and its twin.
type mapView struct {
	Empty    bool
	All      *tallyMap              // the map without an occupation
	Of       *occupation.Occupation // the occupation shown
	Level    territory.Level
	Levels   []choice
	Years    []choice
	Options  []optionGroup
	Nation   *market.Row // the same occupation over the country, the same year
	Cells    table
	Counts   cellCounts
	Drawing  template.HTML
	Edition  market.Edition
	Sheet    lender        // whose figures are shown, where they are another's
	Figures  []choice      // with estimates or without
	Likely   export        // the estimates, where they are shown
	Forecast *forecastView // over the country
	Remedy   *remedyView   // over the country
	Near     []choice      // where to go when there is no cell: another level, another nomenclature
	Export   export
}

// cellCounts says what a map's cells are made of.
type cellCounts struct {
	All, Tense, Classed, Computed, Weak int

	Tally market.Tally

	Estimated, LikelyTense int // of areas where nothing is published; the others count none of them
	Likely                 market.Tally
}

func countCells(rows []market.Row) cellCounts {
	c := cellCounts{All: len(rows)}
	for _, r := range rows {
		if r.Origin == estimated {
			c.All--
			c.Estimated++
			c.Likely.Classes[r.Class-1]++
			if r.Class >= highClass {
				c.LikelyTense++
			}
			continue
		}
		if r.Class > 0 {
			c.Classed++
			c.Tally.Classes[r.Class-1]++
		}
		if r.Class >= 4 {
			c.Tense++
		}
		if originOf(r.Cell) == string(market.Computed) {
			c.Computed++
		}
		if r.Firmness() == market.Weak {
			c.Weak++
		}
	}
	return c
}

// mapPage shows one occupation over France, or all of them together when none is asked for.
func (s *server) mapPage(ctx context.Context, v *visit) (page, error) {
	p := page{name: "map", title: v.T("map.title"), room: "nav.map"}
	es, err := s.editions(ctx)
	if err != nil {
		return p, err
	}
	id := occupation.ID(v.Query.Get("occupation"))
	switch {
	case len(es.levels()) == 0:
		p.data = mapView{Empty: true}
	case id == "":
		p.data, err = s.mapOfAll(ctx, v, es)
	default:
		var view mapView
		view, err = s.mapOf(ctx, v, es, id)
		if view.Of != nil {
			p.title = v.T("map.title.of", "occupation", view.Of.Label)
		}
		p.data = view
	}
	return p, err
}

func (s *server) mapOfAll(ctx context.Context, v *visit, es editions) (mapView, error) {
	all, err := s.tallyMap(ctx, v, es)
	if err != nil {
		return mapView{}, err
	}
	view := mapView{All: &all, Level: all.Edition.Level, Levels: all.Levels, Edition: all.Edition}
	view.Options, err = s.options(ctx, all.Edition.Nomenclature, "")
	return view, err
}

func (s *server) mapOf(ctx context.Context, v *visit, es editions, id occupation.ID) (mapView, error) {
	view := mapView{}
	o, err := s.reader.Occupation(ctx, id)
	if err != nil {
		return view, err
	}
	view.Of = &o
	year, err := wantedYear(v)
	if err != nil {
		return view, err
	}
	e, err := s.estimatesOf(ctx, id)
	if err != nil {
		return view, err
	}
	figures := o
	if e.There() && e.sheet != id {
		if view.Sheet, err = s.lentBy(ctx, e.sheet); err != nil {
			return view, err
		}
		figures = view.Sheet.From
	}
	own := es.of(figures.ID)
	offered := e.levels(es.levels())
	level, asked := wantedLevel(v, offered)
	if !asked {
		level = defaultLevel(own)
	}
	view.Level, view.Levels = level, levelChoices(v, offered, level)
	at := own.at(level)
	edition, ok := at.year(year).best()
	if !ok && e.There() && (year == 0 || year == e.all.Year) {
		edition, ok = market.Edition{Level: level, Zoning: territory.DefaultZoning(level), Year: e.all.Year, Nomenclature: occupation.ROME3}, true
	}
	if ok {
		view.Edition = edition
		if err := s.fillMap(ctx, v, &view, at, figures, e); err != nil {
			return view, err
		}
	}
	list := id.Nomenclature()
	if len(view.Cells.Rows) == 0 {
		if view.Near, err = s.nearestMaps(ctx, v, es, o, level); err != nil {
			return view, err
		}
	}
	view.Options, err = s.options(ctx, list, id)
	return view, err
}

// fillMap reads the cells of the edition chosen, and draws them.
func (s *server) fillMap(ctx context.Context, v *visit, view *mapView, at editions, of occupation.Occupation, likely sheetEstimates) error {
	e := view.Edition
	rows, err := s.reader.CellsOf(ctx, of.ID, e.Level, e.Zoning, e.Year)
	if err != nil {
		return err
	}
	ahead, err := s.lookAhead(ctx, v, view, of.ID)
	if err != nil {
		return err
	}
	link := areaAddress
	var xs map[territory.ID]market.Estimate
	if likely.There() {
		link = func(a territory.ID) string { return cellAddress(view.Of.ID, a) }
	}
	if likely.There() && e.Year == likely.all.Year {
		bare := v.Query.Get(figuresParam) == onlyPublished
		view.Figures = []choice{
			{Text: v.T("estimate.switch.with"), URL: v.with(figuresParam, ""), Current: !bare},
			{Text: v.T("estimate.switch.without"), URL: v.with(figuresParam, onlyPublished), Current: bare},
		}
		if !bare {
			xs = likely.in(cmp.Or(e.Zoning, territory.DefaultZoning(e.Level)))
			rows = likely.fill(rows, xs)
			view.Likely = likely.export(v, e.Level, "")
		}
	}
	for _, y := range at.years() {
		view.Years = append(view.Years, choice{Text: strconv.Itoa(y), URL: v.with("year", strconv.Itoa(y)), Current: y == e.Year})
	}
	view.Counts = countCells(rows)
	view.Cells = newTable(v, rows, areaColumns, "-class")
	view.Cells.likely, view.Cells.link, view.Cells.ahead = xs, link, ahead
	view.Export = exportOf(url.Values{
		"occupation": {string(of.ID)}, "level": {string(e.Level)}, "year": {strconv.Itoa(e.Year)},
	})
	if view.Nation, err = s.nationRow(ctx, of.ID, e.Year); err != nil {
		return err
	}
	view.Drawing, err = s.drawCells(ctx, v, drawing{
		title: v.T("map.figure.title", "occupation", view.Of.Label, "year", strconv.Itoa(e.Year)),
		level: e.Level, zoning: e.Zoning, rows: rows, link: link, likely: xs,
	})
	return err
}

// lookAhead reads what is forecast of the occupation whose figures a map shows, and how far training cures its
// shortage, over the country.
func (s *server) lookAhead(ctx context.Context, v *visit, view *mapView, of occupation.ID) (ahead outlook, err error) {
	if ahead, err = s.outlook(ctx); err != nil {
		return ahead, err
	}
	if f, ok := ahead.forecasts[of]; ok {
		view.Forecast = &forecastView{Forecast: f}
		if f.Occupation != view.Of.ID {
			if view.Forecast.Source, err = s.lentBy(ctx, f.Occupation); err != nil {
				return ahead, err
			}
		}
	}
	if r, ok := ahead.remedies.Of(of, territory.France); ok {
		view.Remedy = &remedyView{r, letter.Reasons(v.Locale, r)}
	}
	return ahead, nil
}

// nationRow is the occupation's cell over the country in a year, nil when there is none.
func (s *server) nationRow(ctx context.Context, o occupation.ID, year int) (*market.Row, error) {
	rows, err := s.reader.CellsOf(ctx, o, territory.Country, "", year)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// nearestMaps offers the maps that do exist when the one asked for does not: the same occupation at
// other levels, then what corresponds to it at the level asked for.
func (s *server) nearestMaps(ctx context.Context, v *visit, es editions, o occupation.Occupation, level territory.Level) ([]choice, error) {
	var near []choice
	for _, l := range es.of(o.ID).levels() {
		if l != level {
			near = append(near, choice{Text: v.T("map.near.level", "level", v.T("level."+string(l)+".plural")), URL: v.with("level", string(l))})
		}
	}
	related, err := s.reader.Correspondences(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range related {
		if c.Quality != occupation.Unconfirmed && len(es.of(c.Occupation.ID).at(level)) > 0 {
			near = append(near, choice{Text: c.Occupation.Label, URL: mapAddress(c.Occupation.ID, level, 0), French: true})
		}
	}
	return near, nil
}

// defaultLevel is the level an occupation's map opens at: départements when there are any, because
// every reader knows them; else the finest there is.
func defaultLevel(es editions) territory.Level {
	ls := es.levels()
	if len(ls) == 0 {
		return territory.Departement
	}
	for _, l := range ls {
		if e, _ := es.at(l).best(); l == territory.Departement && e.Published > 0 {
			return l
		}
	}
	return ls[len(ls)-1]
}

// wantedYear reads ?year=, 0 when none is asked for. What is no year is Invalid.
func wantedYear(v *visit) (int, error) {
	text := v.Query.Get("year")
	if text == "" {
		return 0, nil
	}
	y, err := strconv.Atoi(text)
	if err != nil || y < 1900 || y > 2200 {
		return 0, fault.New(fault.Invalid, "read year", "%q is no year", text)
	}
	return y, nil
}

// mapAddress is the address of an occupation's map.
func mapAddress(o occupation.ID, level territory.Level, year int) string {
	q := url.Values{"occupation": {string(o)}}
	if level != "" {
		q.Set("level", string(level))
	}
	if year != 0 {
		q.Set("year", strconv.Itoa(year))
	}
	return "/map?" + q.Encode()
}

// optionGroup is a family of occupations in a form's list.
type optionGroup struct {
	Label   string
	Options []option
}

type option struct {
	Value, Label string
	Selected     bool
}

// options lists a nomenclature's occupations under their domains, for a form.
func (s *server) options(ctx context.Context, n occupation.Nomenclature, selected occupation.ID) ([]optionGroup, error) {
	if n != occupation.FAP2009 && n != occupation.ROME3 && n != occupation.FAP2021 {
		n = occupation.FAP2009
	}
	groups, err := s.families(ctx, n)
	if err != nil {
		return nil, err
	}
	var out []optionGroup
	for _, g := range groups {
		og := optionGroup{Label: g.Label}
		for _, f := range g.Families {
			if f.Page {
				og.Options = append(og.Options, option{string(f.ID), f.Label, f.ID == selected})
			}
			for _, o := range f.Occupations {
				og.Options = append(og.Options, option{string(o.ID), indent(f.Page) + o.Label, o.ID == selected})
			}
		}
		out = append(out, og)
	}
	return out, nil
}

// indent sets an occupation off from its family, where the family can be chosen too.
func indent(under bool) string {
	if under {
		return "\u2003"
	}
	return ""
}
