package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"filiere/internal/market"
	"filiere/internal/territory"
)

// column is one column of a table of cells.
type column struct {
	Key     string // of its heading: "column." + Key
	Number  bool   // aligned right
	compare func(a, b market.Row) int
}

// byValue compares known figures; rows without one come as the smallest.
func byValue(get func(market.Row) market.Value) func(a, b market.Row) int {
	return func(a, b market.Row) int {
		x, y := get(a), get(b)
		if x.Known() != y.Known() {
			if x.Known() {
				return 1
			}
			return -1
		}
		return cmp.Compare(x.Float, y.Float)
	}
}

func byClass(a, b market.Row) int {
	return cmp.Or(cmp.Compare(a.Class, b.Class), byValue(func(r market.Row) market.Value { return r.Tension })(a, b))
}

func byLabel(get func(market.Row) string) func(a, b market.Row) int {
	return func(a, b market.Row) int { return strings.Compare(sortKey(get(a)), sortKey(get(b))) }
}

// The columns a table may be sorted by.
var (
	colArea       = column{"area", false, byLabel(func(r market.Row) string { return r.AreaLabel })}
	colOccupation = column{"occupation", false, byLabel(func(r market.Row) string { return r.Label })}
	colClass      = column{"class", false, byClass}
	colTension    = column{"tension", true, byValue(func(r market.Row) market.Value { return r.Tension })}
	colOffers     = column{"offers", true, byValue(func(r market.Row) market.Value { return r.Offers })}
	colJobseekers = column{"jobseekers", true, byValue(func(r market.Row) market.Value { return r.Jobseekers })}
	colEmployment = column{"employment", true, byValue(func(r market.Row) market.Value { return r.Employment })}
)

// The tables of cells: one occupation over areas, one area over occupations.
var (
	areaColumns       = []column{colArea, colClass, colTension, colOffers, colJobseekers, colEmployment}
	occupationColumns = []column{colOccupation, colClass, colTension, colOffers, colJobseekers, colEmployment}
)

// heading is a column's heading: a link that sorts by it.
type heading struct {
	column
	URL  string
	Sort string // "ascending", "descending" or "": the value of aria-sort
}

// table is sorted rows under headings, without the columns nobody fills.
type table struct {
	Headings []heading
	Rows     []market.Row
	has      map[string]bool

	likely map[territory.ID]market.Estimate // what is estimated of the rows' areas; empty where nothing is shown of it
	link   func(territory.ID) string        // where an area leads; nil: to its own page
	ahead  outlook                          // what is said beside
}

// Sources are those of its first row that has any: all rows of a table have the same.
func (t table) Sources() string {
	for _, r := range t.Rows {
		if r.Sources != "" {
			return r.Sources
		}
	}
	return ""
}

// Likely reports whether the table shows estimates.
func (t table) Likely() bool { return len(t.likely) > 0 }

// Ahead is what is forecast, and how far training cures.
func (t table) Ahead() outlook { return t.ahead }

// address is where an area of the table leads.
func (t table) address(a territory.ID) string {
	if t.link == nil {
		return areaAddress(a)
	}
	return t.link(a)
}

// Has reports whether the table shows a column.
func (t table) Has(key string) bool { return t.has[key] }

// newTable sorts rows as ?sort= says ("area", "-class"; a minus is descending), by initial otherwise.
func newTable(v *visit, rows []market.Row, columns []column, initial string) table {
	t := table{Rows: slices.Clone(rows), has: map[string]bool{}}
	asked := v.Query.Get("sort")
	if !sortable(columns, asked) {
		asked = initial
	}
	for _, c := range columns {
		if c.Number && !anyKnown(rows, c) {
			continue
		}
		t.has[c.Key] = true
		h := heading{column: c}
		next := c.Key
		if c.Key == "class" || c.Number {
			next = "-" + c.Key // the largest first is what people look for
		}
		switch asked {
		case c.Key:
			h.Sort, next = "ascending", "-"+c.Key
		case "-" + c.Key:
			h.Sort, next = "descending", c.Key
		}
		h.URL = v.with("sort", next) + "#table"
		t.Headings = append(t.Headings, h)
		if h.Sort != "" {
			sortRows(t.Rows, c, h.Sort == "descending")
		}
	}
	return t
}

// tensest are the first rows of a table sorted by class. Rows are wide: what is sorted is where they are.
func tensest(rows []market.Row, most int) []market.Row {
	order := make([]*market.Row, len(rows))
	for i := range rows {
		order[i] = &rows[i]
	}
	slices.SortStableFunc(order, func(a, b *market.Row) int { return byClass(*b, *a) })
	out := make([]market.Row, min(most, len(order)))
	for i := range out {
		out[i] = *order[i]
	}
	return out
}

func sortable(columns []column, asked string) bool {
	return slices.ContainsFunc(columns, func(c column) bool { return c.Key == strings.TrimPrefix(asked, "-") })
}

func sortRows(rows []market.Row, c column, descending bool) {
	slices.SortStableFunc(rows, func(a, b market.Row) int {
		if descending {
			a, b = b, a
		}
		return c.compare(a, b)
	})
}

// anyKnown reports whether a numeric column has a figure: one that differs from "nothing".
func anyKnown(rows []market.Row, c column) bool {
	return slices.ContainsFunc(rows, func(r market.Row) bool { return c.compare(r, market.Row{}) != 0 })
}

// export is where a table can be had as data; CSV is "" for the lists about people, which are JSON only.
type export struct {
	CSV, JSON string
	Of        string // what it holds, where a page offers several side by side
}

// exportOf is the address of cells as data.
func exportOf(q url.Values) export { return exportFrom("radar", q) }

// exportFrom is the address of what a route of the API gives.
func exportFrom(route string, q url.Values) export {
	query := ""
	if len(q) > 0 {
		query = "?" + q.Encode()
	}
	return export{CSV: "/api/v1/" + route + ".csv" + query, JSON: "/api/v1/" + route + query}
}
