package web

import (
	"cmp"
	"context"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// homeShortages is how many occupations the home page lists; more would not be read there.
const homeShortages = 15

// homeAreas is how many areas stand beside the home map.
const homeAreas = 10

// homeView is what the home page shows: where and what is short now.
type homeView struct {
	Empty     bool
	Nation    market.Tally   // how many occupations are in each class nationally
	Edition   market.Edition // of the national figures
	Shortages []market.Row
	Export    export // of the shortages
	Where     tallyMap
}

// home answers "where and what is short now".
func (s *server) home(ctx context.Context, v *visit) (page, error) {
	p := page{name: "home", title: v.T("site.name"), room: "nav.home"}
	es, err := s.editions(ctx)
	if err != nil {
		return p, err
	}
	view := homeView{}
	nation, ok := es.at(territory.Country).filter(detailed).best()
	if !ok {
		view.Empty = true
		p.data = view
		return p, nil
	}
	view.Edition = nation
	if view.Nation, err = s.nationTally(ctx, nation); err != nil {
		return p, err
	}
	view.Shortages, err = s.reader.Radar(ctx, market.Query{
		Nomenclature: nation.Nomenclature, Grain: &nation.Grain, Level: territory.Country,
		Year: nation.Year, MinClass: 4, Top: homeShortages,
	})
	if err != nil {
		return p, err
	}
	view.Export = exportOf(url.Values{
		"nomenclature": {string(nation.Nomenclature)}, "grain": {"detailed"}, "level": {string(territory.Country)},
		"year": {strconv.Itoa(nation.Year)}, "min_class": {"4"},
	})
	if view.Where, err = s.tallyMap(ctx, v, es); err != nil {
		return p, err
	}
	p.data = view
	return p, nil
}

func detailed(e market.Edition) bool { return e.Grain == occupation.Detailed && e.Classed > 0 }

// tallies counts the cells of each area of an edition by class. The list is shared.
func (s *server) tallies(ctx context.Context, e market.Edition) ([]market.Tally, error) {
	version, err := s.version(ctx)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(e.Level, " ", e.Zoning, " ", e.Nomenclature, " ", e.Grain, " ", e.Year)
	return s.tallied.get(ctx, version, key, func(ctx context.Context) ([]market.Tally, error) {
		return s.reader.Tallies(ctx, e.Level, e.Zoning, e.Nomenclature, e.Grain, e.Year)
	})
}

func (s *server) nationTally(ctx context.Context, e market.Edition) (market.Tally, error) {
	ts, err := s.tallies(ctx, e)
	if err != nil || len(ts) == 0 {
		return market.Tally{}, err
	}
	return ts[0], nil
}

// tallyMap is the map of the share of occupations in tension, all occupations together.
type tallyMap struct {
	Edition market.Edition
	Levels  []choice
	Areas   []market.Tally // the most tense first
	Drawing template.HTML
	Export  export
}

// Top lists the most tense areas.
func (m tallyMap) Top() []market.Tally { return m.Areas[:min(homeAreas, len(m.Areas))] }

// tallyMap draws it at the level asked for, départements when none is.
func (s *server) tallyMap(ctx context.Context, v *visit, es editions) (tallyMap, error) {
	es = es.filter(detailed)
	offered := es.levels()
	level, ok := wantedLevel(v, offered)
	if !ok {
		level = territory.Departement
		if !slices.Contains(offered, level) && len(offered) > 0 {
			level = offered[0]
		}
	}
	e, ok := es.at(level).best()
	if !ok {
		return tallyMap{}, nil
	}
	areas, err := s.tallies(ctx, e)
	if err != nil {
		return tallyMap{}, err
	}
	areas = slices.Clone(areas)
	slices.SortStableFunc(areas, func(a, b market.Tally) int {
		return cmp.Or(cmp.Compare(b.TenseAtLeast(), a.TenseAtLeast()), cmp.Compare(a.Label, b.Label))
	})
	m := tallyMap{Edition: e, Levels: levelChoices(v, offered, level), Areas: areas}
	m.Export = exportFrom("tallies", url.Values{
		"level": {string(e.Level)}, "nomenclature": {string(e.Nomenclature)}, "year": {strconv.Itoa(e.Year)},
	})
	m.Drawing, err = s.drawTallies(ctx, v, m)
	return m, err
}
