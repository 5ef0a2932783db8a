package market

import (
	"cmp"
	"slices"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Select answers a query from cells in memory, as the store does from its table: the same restrictions,
// the latest year of each list when none is asked, the most tense first. region tells which région an
// area lies in.
func Select(cells []Cell, q Query, region func(territory.ID) territory.ID) []Cell {
	var out []Cell
	for _, c := range cells {
		if q.matches(c, region) {
			out = append(out, c)
		}
	}
	if q.Year == 0 {
		out = latestOfEach(out, publishedYears(cells))
	}
	slices.SortFunc(out, byTension)
	out = out[min(q.Offset, len(out)):]
	if q.Top > 0 {
		out = out[:min(q.Top, len(out))]
	}
	return out
}

func (q Query) matches(c Cell, region func(territory.ID) territory.ID) bool {
	o, a := c.Occupation, c.Area
	return (q.Nomenclature == "" || o.Nomenclature() == q.Nomenclature) &&
		(q.Occupation == "" || o == q.Occupation) &&
		(q.Grain == nil || o.Grain() == *q.Grain) &&
		(q.Area == "" || a == q.Area) &&
		(q.Level == "" || a.Level() == q.Level) &&
		(q.Zoning == "" || a.Zoning() == q.Zoning) &&
		(q.Region == "" || region(a) == q.Region) &&
		(q.Year == 0 || c.Year == q.Year) &&
		c.Class >= q.MinClass
}

// list is what has a latest year of its own.
type list struct {
	nomenclature occupation.Nomenclature
	level        territory.Level
	zoning       territory.Zoning
}

func listOf(c Cell) list {
	return list{c.Occupation.Nomenclature(), c.Area.Level(), c.Area.Zoning()}
}

type listYear struct {
	list
	year int
}

// publishedYears are the years of each list that a producer published cells for.
func publishedYears(cells []Cell) map[listYear]bool {
	years := map[listYear]bool{}
	for _, c := range cells {
		if c.Origin == Published {
			years[listYear{listOf(c), c.Year}] = true
		}
	}
	return years
}

// latestOfEach keeps the cells of the latest published year of each list, of the latest of all where
// nothing is published: what a producer says goes before what we work out.
func latestOfEach(cells []Cell, published map[listYear]bool) []Cell {
	latest := map[list]int{}
	for _, c := range cells {
		l := listOf(c)
		have, seen := latest[l]
		now, then := published[listYear{l, c.Year}], published[listYear{l, have}]
		if !seen || (now && !then) || (now == then && c.Year > have) {
			latest[l] = c.Year
		}
	}
	return slices.DeleteFunc(cells, func(c Cell) bool { return c.Year != latest[listOf(c)] })
}

// byTension is the order of the radar.
func byTension(a, b Cell) int {
	return cmp.Or(
		cmp.Compare(b.Class, a.Class),
		cmp.Compare(tensionOrLowest(b), tensionOrLowest(a)),
		cmp.Compare(size(b), size(a)),
		cmp.Compare(a.Occupation, b.Occupation), cmp.Compare(a.Area, b.Area), cmp.Compare(a.Year, b.Year),
	)
}

// lowestTension stands for a tension that is not published: below any that is.
const lowestTension = -1000

func tensionOrLowest(c Cell) float64 {
	if c.Tension.Known() {
		return c.Tension.Float
	}
	return lowestTension
}

func size(c Cell) float64 {
	if c.Employment.Known() {
		return c.Employment.Float
	}
	return c.Offers.Float
}
