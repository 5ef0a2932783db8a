package web

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// How much of each list an area's page shows.
const (
	mostShortages = 30
	mostProjects  = 12
)

// areaView is what is short in one area.
type areaView struct {
	Of        territory.Area
	Parents   []territory.Area // widest first, the country included
	Edition   market.Edition   // of the figures; zero when there are none
	Tally     market.Tally
	Bar       template.HTML
	Nation    market.Tally // the same over the country
	NationBar template.HTML
	Cells     table
	All       bool // every cell is listed, not only the shortages
	ListURL   string
	Country   map[occupation.ID]int // class over the country
	Computed  int
	Projects  []market.Difficulty
	Parts     []partList
	Export    export

	ProjectsExport export
	Likely         *likelyView
	Graduates      int // of the school who work here, at least; 0: too few to tell
}

// partList is the areas of one level inside an area.
type partList struct {
	Level   territory.Level
	Zoning  territory.Zoning
	Areas   []territory.Area
	Tallies map[territory.ID]market.Tally
}

// Versus compares a cell with the same occupation over the country: "above", "same", "below", or "" when
// one of the two has no class.
func (a areaView) Versus(r market.Row) string {
	c := a.Country[r.Occupation]
	switch {
	case a.Of.ID == territory.France || c == 0 || r.Class == 0:
		return ""
	case r.Class > c:
		return "above"
	case r.Class < c:
		return "below"
	}
	return "same"
}

// area shows one area.
func (s *server) area(ctx context.Context, v *visit) (page, error) {
	p := page{name: "area", room: "nav.areas"}
	a, err := s.reader.Area(ctx, territory.ID(v.PathValue("id")))
	if err != nil {
		return p, err
	}
	p.title = a.Label
	view := areaView{Of: a, All: v.Query.Get("list") == "all", Graduates: s.workplaces(ctx).AtLeast(a.ID)}
	view.ProjectsExport = exportFrom("difficulties", url.Values{"area": {string(a.ID)}})
	if view.Parents, err = s.parents(ctx, a); err != nil {
		return p, err
	}
	if err := s.areaCells(ctx, v, &view); err != nil {
		return p, err
	}
	if view.Likely, err = s.likely(ctx, v, a.ID); err != nil {
		return p, err
	}
	if view.Projects, err = s.reader.Difficulties(ctx, "", a.ID, 0, mostProjects); err != nil {
		return p, err
	}
	if view.Parts, err = s.parts(ctx, a); err != nil {
		return p, err
	}
	p.data = view
	return p, nil
}

// parents reads the areas an area lies in.
func (s *server) parents(ctx context.Context, a territory.Area) ([]territory.Area, error) {
	var out []territory.Area
	for _, id := range []territory.ID{territory.France, a.Region, a.Departement} {
		if id == "" || id == a.ID {
			continue
		}
		parent, err := s.reader.Area(ctx, id)
		if fault.CodeOf(err) == fault.NotFound {
			continue // a zoning may be imported without what is above it
		}
		if err != nil {
			return nil, err
		}
		out = append(out, parent)
	}
	return out, nil
}

// areaCells reads the area's cells of its best edition, beside the country's.
func (s *server) areaCells(ctx context.Context, v *visit, view *areaView) error {
	tallies, err := s.reader.AreaTallies(ctx, view.Of.ID)
	if err != nil {
		return err
	}
	es, err := s.editions(ctx)
	if err != nil {
		return err
	}
	e, ok := es.at(view.Of.Level()).filter(detailed).filter(func(e market.Edition) bool {
		return slices.ContainsFunc(tallies, func(t market.AreaTally) bool {
			return t.Nomenclature == e.Nomenclature && t.Grain == e.Grain && t.Year == e.Year && t.Total() > 0
		})
	}).best()
	if !ok {
		return nil
	}
	view.Edition = e
	for _, t := range tallies {
		if t.Nomenclature == e.Nomenclature && t.Grain == e.Grain && t.Year == e.Year {
			view.Tally = t.Tally
			view.Bar = tallyBar(v.Locale, t.Tally)
		}
	}
	if err := s.compare(ctx, v, es, view); err != nil {
		return err
	}
	return s.listCells(ctx, v, view)
}

// compare reads the country's figures of the same nomenclature, of the same year where there are any.
func (s *server) compare(ctx context.Context, v *visit, es editions, view *areaView) error {
	if view.Of.ID == territory.France {
		return nil
	}
	same := es.at(territory.Country).filter(func(e market.Edition) bool {
		return e.Nomenclature == view.Edition.Nomenclature && e.Grain == view.Edition.Grain
	})
	e, ok := same.year(view.Edition.Year).best()
	if !ok {
		if e, ok = same.best(); !ok {
			return nil
		}
	}
	var err error
	if view.Nation, err = s.nationTally(ctx, e); err != nil {
		return err
	}
	if view.Nation.Total() > 0 {
		view.NationBar = tallyBar(v.Locale, view.Nation)
	}
	view.Country, err = s.nationClasses(ctx, e)
	return err
}

func (s *server) listCells(ctx context.Context, v *visit, view *areaView) error {
	e := view.Edition
	q := market.Query{Nomenclature: e.Nomenclature, Grain: &e.Grain, Area: view.Of.ID, Year: e.Year, MinClass: highClass}
	view.ListURL = v.with("list", "all")
	if view.All {
		q.MinClass, view.ListURL = 0, v.with("list", "")
	}
	rows, err := s.reader.Radar(ctx, q)
	if err != nil {
		return err
	}
	if !view.All {
		rows = rows[:min(len(rows), mostShortages)]
	}
	for _, r := range rows {
		if originOf(r.Cell) == string(market.Computed) {
			view.Computed++
		}
	}
	view.Cells = newTable(v, rows, occupationColumns, "-class")
	if view.Cells.ahead, err = s.outlook(ctx); err != nil {
		return err
	}
	view.Export = exportOf(url.Values{
		"nomenclature": {string(e.Nomenclature)}, "grain": {"detailed"}, "area": {string(view.Of.ID)}, "year": {strconv.Itoa(e.Year)},
	})
	return nil
}

// parts lists the areas inside an area: of the country its régions, of a région its départements and
// basins, of a département its basins and zones d'emploi.
func (s *server) parts(ctx context.Context, a territory.Area) ([]partList, error) {
	var lists []partList
	switch a.Level() {
	case territory.Country:
		lists = []partList{{Level: territory.Region, Zoning: territory.Regions}}
	case territory.Region:
		lists = []partList{
			{Level: territory.Departement, Zoning: territory.Departements},
			{Level: territory.Bassin, Zoning: territory.Bassins2019},
			{Level: territory.ZoneEmploi, Zoning: territory.Zones2020},
		}
	case territory.Departement:
		lists = []partList{
			{Level: territory.Bassin, Zoning: territory.Bassins2019}, {Level: territory.ZoneEmploi, Zoning: territory.Zones2020},
		}
	}
	es, err := s.editions(ctx)
	if err != nil {
		return nil, err
	}
	var out []partList
	for _, l := range lists {
		if err := s.fillParts(ctx, a, &l); err != nil {
			return nil, err
		}
		if len(l.Areas) == 0 {
			continue
		}
		if err := s.tallyParts(ctx, es, &l); err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

func (s *server) fillParts(ctx context.Context, a territory.Area, l *partList) error {
	if a.Level() == territory.Country {
		areas, err := s.reader.Areas(ctx, l.Level, l.Zoning)
		l.Areas = areas
		byLabelOrder(l.Areas)
		return err
	}
	areas, err := s.reader.AreasWithin(ctx, cmp.Or(a.Region, a.ID), l.Level, l.Zoning)
	if err != nil {
		return err
	}
	if a.Level() == territory.Departement {
		areas = inside(areas, func(part territory.Area) bool { return part.Departement == a.ID })
	}
	l.Areas = areas
	byLabelOrder(l.Areas)
	return nil
}

// tallyParts adds how tense each part is.
func (s *server) tallyParts(ctx context.Context, es editions, l *partList) error {
	e, ok := es.at(l.Level).filter(detailed).filter(func(e market.Edition) bool { return e.Zoning == l.Zoning || e.Zoning == "" }).best()
	if !ok {
		return nil
	}
	ts, err := s.tallies(ctx, e)
	if err != nil {
		return err
	}
	l.Tallies = make(map[territory.ID]market.Tally, len(ts))
	for _, t := range ts {
		l.Tallies[t.Area] = t
	}
	return nil
}
