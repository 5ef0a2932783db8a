package web

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"filiere/internal/fold"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// occupationsView is the list of a nomenclature, by domain and family.
type occupationsView struct {
	Empty   bool
	Lists   []choice
	Domains []domain
	Classes map[occupation.ID]int // national
	Edition market.Edition        // of the classes
	Export  export
}

// domain is a domain of a nomenclature with its families.
type domain struct {
	ID       occupation.ID
	Label    string
	Page     bool // it has a page of its own
	Families []family
}

// Anchor names the domain within the page.
func (d domain) Anchor() string { return "d-" + strings.ToLower(d.ID.Code()) }

// family is a family with its occupations.
type family struct {
	ID          occupation.ID
	Label       string
	Page        bool // it has a page of its own
	Occupations []occupation.Occupation
}

// browsable are the nomenclatures that can be read as a list, in the order pages offer them. ISCO and ESCO
// are reached through the occupations they correspond to.
var browsable = []occupation.Nomenclature{occupation.FAP2009, occupation.ROME3, occupation.ROME4, occupation.FAP2021}

// occupations lists one nomenclature.
func (s *server) occupations(ctx context.Context, v *visit) (page, error) {
	p := page{name: "occupations", title: v.T("occupations.title"), room: "nav.occupations"}
	n := occupation.Nomenclature(v.Query.Get("list"))
	if !slices.Contains(browsable, n) {
		n = occupation.FAP2009
	}
	view := occupationsView{Classes: map[occupation.ID]int{}}
	for _, b := range browsable {
		view.Lists = append(view.Lists, choice{Text: v.T("nomenclature." + string(b)), URL: v.with("list", string(b)), Current: b == n})
	}
	var err error
	if view.Domains, err = s.families(ctx, n); err != nil {
		return p, err
	}
	view.Empty = len(view.Domains) == 0
	view.Export = exportFrom("occupations", url.Values{"nomenclature": {string(n)}})
	es, err := s.editions(ctx)
	if err != nil {
		return p, err
	}
	e, ok := es.at(territory.Country).filter(func(e market.Edition) bool { return e.Nomenclature == n }).filter(detailed).best()
	if ok {
		view.Edition = e
		if view.Classes, err = s.nationClasses(ctx, e); err != nil {
			return p, err
		}
	}
	p.data = view
	return p, nil
}

// nationClasses gives each occupation's class over the country.
func (s *server) nationClasses(ctx context.Context, e market.Edition) (map[occupation.ID]int, error) {
	version, err := s.version(ctx)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s %d %d", e.Nomenclature, e.Grain, e.Year)
	return s.classes.get(ctx, version, key, func(ctx context.Context) (map[occupation.ID]int, error) {
		return s.readNationClasses(ctx, e)
	})
}

func (s *server) readNationClasses(ctx context.Context, e market.Edition) (map[occupation.ID]int, error) {
	rows, err := s.reader.Radar(ctx, market.Query{
		Nomenclature: e.Nomenclature, Grain: &e.Grain, Level: territory.Country, Year: e.Year,
	})
	if err != nil {
		return nil, err
	}
	classes := make(map[occupation.ID]int, len(rows))
	for _, r := range rows {
		classes[r.Occupation] = r.Class
	}
	return classes, nil
}

// families is a nomenclature as domains of families of occupations, each in the order of its codes.
func (s *server) families(ctx context.Context, n occupation.Nomenclature) ([]domain, error) {
	version, err := s.version(ctx)
	if err != nil {
		return nil, err
	}
	return s.lists.get(ctx, version, string(n), func(ctx context.Context) ([]domain, error) {
		return s.readFamilies(ctx, n)
	})
}

func (s *server) readFamilies(ctx context.Context, n occupation.Nomenclature) ([]domain, error) {
	upper, err := s.upper(ctx, n)
	if err != nil {
		return nil, err
	}
	all, err := s.reader.Occupations(ctx, n, occupation.Detailed)
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b occupation.Occupation) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return group(all, upper), nil
}

// name is what an upper entry of a nomenclature is called, and whether it has a page.
type name struct {
	label string
	page  bool
}

// upper names the domains and families of a nomenclature. ROME 3 is published without their names; those
// of ROME 4, which has kept the codes, stand in.
func (s *server) upper(ctx context.Context, n occupation.Nomenclature) (map[occupation.ID]name, error) {
	names := map[occupation.ID]name{}
	lists := []occupation.Nomenclature{n}
	if n == occupation.ROME3 {
		lists = []occupation.Nomenclature{occupation.ROME4, n}
	}
	for _, list := range lists {
		for _, g := range []occupation.Grain{occupation.Domain, occupation.Family} {
			os, err := s.reader.Occupations(ctx, list, g)
			if err != nil {
				return nil, err
			}
			for _, o := range os {
				names[occupation.Make(n, o.ID.Code())] = name{o.Label, list == n}
			}
		}
	}
	return names, nil
}

// group puts occupations, sorted by code, under their families and domains.
func group(all []occupation.Occupation, upper map[occupation.ID]name) []domain {
	var out []domain
	for _, o := range all {
		f := o.ID.Parent()
		for f.Parent() != "" && f.Grain() == occupation.Detailed {
			f = f.Parent()
		}
		d := f.Parent()
		if len(out) == 0 || out[len(out)-1].ID != d {
			out = append(out, domain{ID: d, Label: upper[d].label, Page: upper[d].page})
		}
		last := &out[len(out)-1]
		if k := len(last.Families); k == 0 || last.Families[k-1].ID != f {
			last.Families = append(last.Families, family{ID: f, Label: upper[f].label, Page: upper[f].page})
		}
		fam := &last.Families[len(last.Families)-1]
		fam.Occupations = append(fam.Occupations, o)
	}
	return out
}

// sortKey orders names as a French dictionary would: accents and case set aside.
func sortKey(s string) string { return fold.Plain(s) }
