package web

import (
	"context"
	"slices"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// editions answers what the radar has cells for.
type editions []market.Edition

func (s *server) editions(ctx context.Context) (editions, error) {
	version, err := s.version(ctx)
	if err != nil {
		return nil, err
	}
	return s.known.get(ctx, version, "", func(ctx context.Context) (editions, error) {
		es, err := s.reader.Editions(ctx)
		return es, err
	})
}

// at keeps the editions of one level.
func (es editions) at(l territory.Level) editions {
	return es.filter(func(e market.Edition) bool { return e.Level == l })
}

// of keeps the editions that an occupation belongs to.
func (es editions) of(o occupation.ID) editions {
	return es.filter(func(e market.Edition) bool {
		return e.Nomenclature == o.Nomenclature() && e.Grain == o.Grain()
	})
}

// year keeps the editions of one year, all of them when it is 0.
func (es editions) year(y int) editions {
	return es.filter(func(e market.Edition) bool { return y == 0 || e.Year == y })
}

func (es editions) filter(keep func(market.Edition) bool) editions {
	var out editions
	for _, e := range es {
		if keep(e) {
			out = append(out, e)
		}
	}
	return out
}

// best is the edition a page shows when its reader asks for none: one with classes, some of them published,
// then the newest, then the one with most classes. ok is false when there are no editions.
func (es editions) best() (e market.Edition, ok bool) {
	if len(es) == 0 {
		return e, false
	}
	return slices.MaxFunc(es, func(a, b market.Edition) int {
		return compareBools(a.Classed > 0, b.Classed > 0,
			a.Published > 0, b.Published > 0, a.Year-b.Year, a.Classed-b.Classed)
	}), true
}

// compareBools compares two things by two yes-or-no questions and then by numbers.
func compareBools(a1, b1, a2, b2 bool, then ...int) int {
	for _, q := range [][2]bool{{a1, b1}, {a2, b2}} {
		if q[0] != q[1] {
			if q[0] {
				return 1
			}
			return -1
		}
	}
	for _, d := range then {
		if d != 0 {
			return d
		}
	}
	return 0
}

// years lists the years of the editions, newest first.
func (es editions) years() []int {
	var ys []int
	for _, e := range es {
		if !slices.Contains(ys, e.Year) {
			ys = append(ys, e.Year)
		}
	}
	slices.Sort(ys)
	slices.Reverse(ys)
	return ys
}

// mapLevels are the levels a map can be drawn at, in the order pages offer them.
var mapLevels = []territory.Level{territory.Region, territory.Departement, territory.ZoneEmploi, territory.Bassin}

// levels lists the map levels the editions cover.
func (es editions) levels() []territory.Level {
	var ls []territory.Level
	for _, l := range mapLevels {
		if len(es.at(l)) > 0 {
			ls = append(ls, l)
		}
	}
	return ls
}

// choice is one entry of a row of links of which one is current.
type choice struct {
	Text    string
	URL     string
	Current bool
	French  bool // Text is a label of an official nomenclature
}

// levelChoices offers levels as links to the same page.
func levelChoices(v *visit, ls []territory.Level, current territory.Level) []choice {
	var cs []choice
	for _, l := range ls {
		cs = append(cs, choice{Text: v.T("level." + string(l) + ".plural"), URL: v.with("level", string(l)), Current: l == current})
	}
	return cs
}

// wantedLevel reads ?level=; a level not offered counts as none.
func wantedLevel(v *visit, offered []territory.Level) (territory.Level, bool) {
	l := territory.Level(v.Query.Get("level"))
	return l, slices.Contains(offered, l)
}
