package web

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/market"
	"filiere/internal/territory"
)

// curableParams are the filters of the list, by the names of its form.
var curableParams = []string{"area", "family", "min_tense", "min_score", "most_titles", "page"}

// curableAPage is how many occupations one page of the list shows.
const curableAPage = 25

// curableView is what is short in an area and training can cure.
type curableView struct {
	Area       territory.Area
	There      bool // there are estimates
	Areas      []optionGroup
	Families   []option
	Tense      []option
	Scores     []option
	Titles     []option
	Total      int
	First      int
	Rows       []curableRow
	Export     export
	Prev, Next string
}

type curableRow struct {
	market.Curable
	Cell    string
	Chance  string   // of tension; "" where the class is published
	Most    string   // what stands in the way most
	Reasons []string // the others
}

// curable lists what is short, curable by training, with few active titles.
func (s *server) curable(ctx context.Context, v *visit) (page, error) {
	p := page{name: "curable", title: v.T("curable.title"), room: "nav.curable"}
	e, err := s.reader.Estimates(ctx)
	if err != nil {
		return p, err
	}
	view := curableView{There: e != nil}
	p.data = &view
	if e == nil {
		return p, nil
	}
	q := market.NewCurableQuery(territory.ID(cmp.Or(v.Query.Get("area"), string(territory.France))))
	if !e.Holds(q.Area) {
		return p, fault.New(fault.NotFound, "list what training can cure", "nothing is estimated for the area %q", string(q.Area))
	}
	view.Area = e.Places[q.Area]
	q.Family = v.Query.Get("family")
	if q.MinTense, view.Tense, err = s.shareFilter(v, "min_tense", q.MinTense, 0.5, 0.6, 0.7, 0.8, 0.9); err != nil {
		return p, err
	}
	if q.MinScore, view.Scores, err = s.shareFilter(v, "min_score", q.MinScore, 0, 0.2, 0.3, 0.4, 0.5, 0.6); err != nil {
		return p, err
	}
	if text := v.Query.Get("most_titles"); text != "" {
		if q.MostTitles, err = strconv.Atoi(text); err != nil || q.MostTitles < -1 {
			return p, fault.New(fault.Invalid, "read most_titles", "%q is no number of titles", text)
		}
	}
	if err := q.Check(); err != nil {
		return p, err
	}
	for _, n := range []int{0, 5, 10, 20, 50, -1} {
		label := v.T("curable.titles.most", "n", n)
		if n < 0 {
			label = v.T("curable.titles.any")
		}
		view.Titles = append(view.Titles, option{strconv.Itoa(n), label, n == q.MostTitles})
	}
	if err := s.curableChoices(ctx, v, &view, e, q); err != nil {
		return p, err
	}
	return p, s.fillCurable(ctx, v, &view, q)
}

// shareFilter reads a share and offers some.
func (s *server) shareFilter(v *visit, name string, def float64, offered ...float64) (float64, []option, error) {
	share := def
	if text := v.Query.Get(name); text != "" {
		var err error
		if share, err = strconv.ParseFloat(text, 64); err != nil {
			return 0, nil, fault.New(fault.Invalid, "read "+name, "%q is no share", text)
		}
	}
	var out []option
	for _, o := range offered {
		label := v.Percent(o, 0)
		if name == "min_score" {
			label = v.Number(o, 1)
		}
		out = append(out, option{strconv.FormatFloat(o, 'f', -1, 64), label, o == share})
	}
	return share, out, nil
}

// curableChoices offers areas and families.
func (s *server) curableChoices(ctx context.Context, v *visit, view *curableView, e *market.Estimates, q market.CurableQuery) error {
	view.Areas = []optionGroup{{Label: v.T("level.country"), Options: []option{{string(territory.France), e.Places[territory.France].Label, q.Area == territory.France}}}}
	for _, l := range mapLevels {
		zoning := territory.DefaultZoning(l)
		g := optionGroup{Label: v.T("level." + string(l) + ".count")}
		var places []territory.Area
		for _, id := range e.Areas {
			if id.Zoning() == zoning || id == q.Area && id.Level() == l {
				places = append(places, territory.Area{ID: id, Label: cmp.Or(e.Places[id].Label, string(id))})
			}
		}
		byLabelOrder(places)
		for _, a := range places {
			g.Options = append(g.Options, option{string(a.ID), a.Label, a.ID == q.Area})
		}
		if len(places) > 0 {
			view.Areas = append(view.Areas, g)
		}
	}
	groups, err := s.families(ctx, "rome3")
	if err != nil {
		return err
	}
	view.Families = []option{{"", v.T("curable.families.all"), q.Family == ""}}
	for _, g := range groups {
		code := strings.TrimPrefix(string(g.ID), "rome3-")
		view.Families = append(view.Families, option{code, g.Label, strings.EqualFold(code, q.Family)})
	}
	return nil
}

func (s *server) fillCurable(ctx context.Context, v *visit, view *curableView, q market.CurableQuery) error {
	remedies, err := s.reader.Remedies(ctx)
	if err != nil {
		return err
	}
	all := remedies.Curable(q)
	n := pageNumber(v.Query.Get("page"))
	view.Total, view.First = len(all), min((n-1)*curableAPage, len(all))
	last := min(view.First+curableAPage, len(all))
	for _, c := range all[view.First:last] {
		row := curableRow{Curable: c, Cell: cellAddress(c.Occupation, c.Area), Reasons: letter.Reasons(v.Locale, c.Remedy)}
		most := obstacle(c.Remedy)
		row.Most = row.Reasons[most]
		row.Reasons = slices.Delete(row.Reasons, most, most+1)
		if c.Published == 0 {
			row.Chance = percentOf(v.Locale, c.Tense())
		}
		view.Rows = append(view.Rows, row)
	}
	if n > 1 {
		view.Prev = v.with("page", strconv.Itoa(n-1))
	}
	if last < len(all) {
		view.Next = v.with("page", strconv.Itoa(n+1))
	}
	ask := url.Values{"area": {string(q.Area)}}
	for _, name := range curableParams[1:5] {
		if x := v.Query.Get(name); x != "" {
			ask.Set(name, x)
		}
	}
	view.Export = exportFrom("curable", ask)
	return nil
}

// obstacle is the factor that takes most from a remedy, by its place: the need only where it is alone.
func obstacle(r market.Remedy) int {
	at, most := 0, -1.0
	for i, f := range r.Factors {
		if takes := f.Weight * (1 - f.Value); i > 0 && takes > most {
			at, most = i, takes
		}
	}
	return at
}
