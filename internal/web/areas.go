package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"filiere/internal/territory"
)

// areasView lists the régions with their départements.
type areasView struct {
	Empty   bool
	Regions []regionParts
	Exports []export // the régions and the départements
}

type regionParts struct {
	Area         territory.Area
	Departements []territory.Area
}

// areas lists the country's areas.
func (s *server) areas(ctx context.Context, v *visit) (page, error) {
	p := page{name: "areas", title: v.T("areas.title"), room: "nav.areas"}
	regions, err := s.reader.Areas(ctx, territory.Region, territory.Regions)
	if err != nil {
		return p, err
	}
	departements, err := s.reader.Areas(ctx, territory.Departement, territory.Departements)
	if err != nil {
		return p, err
	}
	view := areasView{Empty: len(regions)+len(departements) == 0}
	byLabelOrder(regions)
	byLabelOrder(departements)
	for _, r := range regions {
		view.Regions = append(view.Regions, regionParts{r, inside(departements, func(a territory.Area) bool { return a.Region == r.ID })})
	}
	for _, l := range []territory.Level{territory.Region, territory.Departement} {
		e := exportFrom("areas", url.Values{"level": {string(l)}})
		e.Of = v.T("level." + string(l) + ".plural")
		view.Exports = append(view.Exports, e)
	}
	p.data = view
	return p, nil
}

// byLabelOrder orders areas by name. Each name is folded once, which costs more than all comparing.
func byLabelOrder(as []territory.Area) {
	type named struct {
		key  string
		area territory.Area
	}
	keyed := make([]named, len(as))
	for i, a := range as {
		keyed[i] = named{sortKey(a.Label), a}
	}
	slices.SortFunc(keyed, func(a, b named) int { return strings.Compare(a.key, b.key) })
	for i, k := range keyed {
		as[i] = k.area
	}
}

func inside(as []territory.Area, keep func(territory.Area) bool) []territory.Area {
	var out []territory.Area
	for _, a := range as {
		if keep(a) {
			out = append(out, a)
		}
	}
	return out
}
