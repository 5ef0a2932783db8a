package api

import (
	"context"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

// Limits on the lists of an occupation's sheet.
const (
	maxCertifications = 100
	maxSectors        = 50
	maxTrainings      = 50
)

type occupationName struct {
	ID           occupation.ID           `json:"id"`
	Nomenclature occupation.Nomenclature `json:"nomenclature"`
	Code         string                  `json:"code"`
	Grain        string                  `json:"grain"`
	Label        string                  `json:"label"`
}

func nameOf(o occupation.Occupation) occupationName {
	return occupationName{o.ID, o.ID.Nomenclature(), o.ID.Code(), o.ID.Grain().String(), o.Label}
}

// occupations answers GET /occupations.
func (a *api) occupations(r request) (reply, error) {
	p := r.read()
	n, g := p.nomenclature(), p.grain()
	if n == "" {
		p.fail(needed("nomenclature", "nomenclature=rome3"))
	}
	if p.err != nil {
		return reply{}, p.err
	}
	if g == nil {
		g = new(occupation.Grain)
	}
	found, err := a.reader.Occupations(r.Context(), n, *g)
	return tableOf("occupations", []string{"id", "nomenclature", "code", "grain", "label"}, found, nameOf,
		func(o occupation.Occupation) []string {
			return []string{string(o.ID), string(o.ID.Nomenclature()), o.ID.Code(), o.ID.Grain().String(), market.Text(o.Label)}
		}), err
}

type correspondence struct {
	occupationName
	Relation string             `json:"relation"`
	Quality  occupation.Quality `json:"quality"`
}

type skill struct {
	ID    string               `json:"id"`
	Label string               `json:"label"`
	Kind  occupation.SkillKind `json:"kind"`
	Core  bool                 `json:"core"`
}

type near struct {
	occupationName
	Close bool `json:"close"`
	Class *int `json:"class"`
}

type certification struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	Kind      string  `json:"kind"`
	Level     *int    `json:"level"`
	Certifier string  `json:"certifier"`
	Active    bool    `json:"active"`
	Expires   *string `json:"expires"`
	NSF       string  `json:"nsf"`
}

type sector struct {
	NAF     string  `json:"naf"`
	Label   string  `json:"label"`
	Year    int     `json:"year"`
	Hirings float64 `json:"hirings"`
}

type payBand struct {
	Band      string  `json:"band"`
	Thousands float64 `json:"thousands"`
	Percent   float64 `json:"percent"`
}

type training struct {
	NSF       string  `json:"nsf"`
	Label     string  `json:"label"`
	Thousands float64 `json:"thousands"`
	Percent   float64 `json:"percent"`
}

// occupationSheet is an occupation with everything known around it.
type occupationSheet struct {
	occupationName
	Definition          string           `json:"definition"`
	Access              string           `json:"access"`
	Conditions          string           `json:"conditions"`
	Parent              *occupation.ID   `json:"parent_id"`
	Children            []occupationName `json:"children"`
	Titles              []string         `json:"titles"`
	Correspondences     []correspondence `json:"correspondences"`
	Skills              []skill          `json:"skills"`
	Near                []near           `json:"near"`
	Certifications      []certification  `json:"certifications"`
	CertificationsTotal int              `json:"certifications_total"`
	Sectors             []sector         `json:"sectors"`
	Pay                 []payBand        `json:"pay"`
	Trainings           []training       `json:"trainings"`
}

// filler fills one part of a sheet.
type filler func(*api, context.Context, occupation.ID, *occupationSheet) error

// occupation answers GET /occupations/{id}.
func (a *api) occupation(r request) (reply, error) {
	o, err := a.reader.Occupation(r.Context(), occupation.ID(r.PathValue("id")))
	if err != nil {
		return reply{}, err
	}
	sheet := occupationSheet{occupationName: nameOf(o), Definition: o.Definition, Access: o.Access, Conditions: o.Conditions, Parent: some(o.ID.Parent())}
	for _, fill := range []filler{
		(*api).fillNames, (*api).fillNeighbours, (*api).fillSkills, (*api).fillCertifications, (*api).fillWork,
	} {
		if err := fill(a, r.Context(), o.ID, &sheet); err != nil {
			return reply{}, err
		}
	}
	return reply{body: sheet}, nil
}

// each converts a list; an empty one stays a list.
func each[T, J any](items []T, convert func(T) J) []J {
	out := make([]J, len(items))
	for i, it := range items {
		out[i] = convert(it)
	}
	return out
}

func (a *api) fillNames(ctx context.Context, id occupation.ID, s *occupationSheet) error {
	children, err := a.reader.Children(ctx, id)
	if err != nil {
		return err
	}
	titles, err := a.reader.Titles(ctx, id)
	s.Children = each(children, nameOf)
	s.Titles = each(titles, func(t occupation.Title) string { return t.Label })
	return err
}

func (a *api) fillNeighbours(ctx context.Context, id occupation.ID, s *occupationSheet) error {
	found, err := a.reader.Correspondences(ctx, id)
	if err != nil {
		return err
	}
	nearby, err := a.reader.Near(ctx, id)
	s.Correspondences = each(found, func(c market.Correspondence) correspondence {
		return correspondence{nameOf(c.Occupation), c.Relation, c.Quality}
	})
	s.Near = each(nearby, func(n market.NearOccupation) near { return near{nameOf(n.Occupation), n.Close, class(n.Class)} })
	return err
}

func (a *api) fillSkills(ctx context.Context, id occupation.ID, s *occupationSheet) error {
	found, err := a.reader.Skills(ctx, id)
	s.Skills = each(found, func(k market.RankedSkill) skill { return skill{k.ID, k.Label, k.Kind, k.Core} })
	return err
}

func (a *api) fillCertifications(ctx context.Context, id occupation.ID, s *occupationSheet) error {
	found, total, err := a.reader.Certifications(ctx, id, false, maxCertifications)
	s.CertificationsTotal = total
	s.Certifications = each(found, func(c occupation.Certification) certification {
		return certification{c.ID, c.Title, c.Kind, some(c.Level), c.Certifier, c.Active, some(c.Expires), c.NSF}
	})
	return err
}

func (a *api) fillWork(ctx context.Context, id occupation.ID, s *occupationSheet) error {
	sectors, err := a.reader.Sectors(ctx, id, maxSectors)
	if err != nil {
		return err
	}
	pay, err := a.reader.Pay(ctx, id)
	if err != nil {
		return err
	}
	trainings, err := a.reader.Trainings(ctx, id, maxTrainings)
	s.Sectors = each(sectors, func(h market.HiringSector) sector { return sector{h.NAF, h.Label, h.Year, h.Hirings} })
	s.Pay = each(pay, func(b market.PayBand) payBand { return payBand{b.Band, b.Thousands, b.Percent} })
	s.Trainings = each(trainings, func(t market.Training) training { return training{t.NSF, t.Label, t.Thousands, t.Percent} })
	return err
}
