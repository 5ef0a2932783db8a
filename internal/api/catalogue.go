package api

import (
	_ "embed"
	"strconv"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

//go:embed openapi.yaml
var openapi []byte

// document answers GET /openapi.yaml.
func (a *api) document(request) (reply, error) {
	return reply{raw: openapi, media: "application/yaml"}, nil
}

type edition struct {
	Nomenclature occupation.Nomenclature `json:"nomenclature"`
	Grain        string                  `json:"grain"`
	Level        territory.Level         `json:"level"`
	Zoning       territory.Zoning        `json:"zoning"`
	Year         int                     `json:"year"`
	Cells        int                     `json:"cells"`
	Classed      int                     `json:"classed"`
	Published    int                     `json:"published"`
}

// editions answers GET /editions.
func (a *api) editions(r request) (reply, error) {
	found, err := a.reader.Editions(r.Context())
	return tableOf("editions", []string{"nomenclature", "grain", "level", "zoning", "year", "cells", "classed", "published"}, found,
		func(e market.Edition) edition {
			return edition{e.Nomenclature, e.Grain.String(), e.Level, e.Zoning, e.Year, e.Cells, e.Classed, e.Published}
		},
		func(e market.Edition) []string {
			return []string{
				string(e.Nomenclature), e.Grain.String(), string(e.Level), string(e.Zoning), strconv.Itoa(e.Year),
				strconv.Itoa(e.Cells), strconv.Itoa(e.Classed), strconv.Itoa(e.Published),
			}
		}), err
}

type tally struct {
	AreaID  territory.ID `json:"area_id"`
	Label   string       `json:"label"`
	Year    int          `json:"year"`
	Classes [5]int       `json:"classes"`
	Total   int          `json:"total"`
	Tense   float64      `json:"tense"`
}

func tallyOf(t market.Tally) tally {
	return tally{t.Area, t.Label, t.Year, t.Classes, t.Total(), t.Tense()}
}

// tallies answers GET /tallies. A level and a nomenclature are needed: counts of different lists do not compare.
func (a *api) tallies(r request) (reply, error) {
	p := r.read()
	level, zoning, n, g, year := p.level(), p.zoning(), p.nomenclature(), p.grain(), p.year()
	if level == "" {
		p.fail(needed("level", "level=departement"))
	}
	if n == "" {
		p.fail(needed("nomenclature", "nomenclature=fap2009"))
	}
	if p.err != nil {
		return reply{}, p.err
	}
	if g == nil {
		g = new(occupation.Grain)
	}
	found, err := a.reader.Tallies(r.Context(), level, zoning, n, *g, year)
	return tableOf("tallies", []string{"area_id", "label", "year", "class1", "class2", "class3", "class4", "class5", "total", "tense"}, found, tallyOf,
		func(t market.Tally) []string {
			f := []string{string(t.Area), market.Text(t.Label), strconv.Itoa(t.Year)}
			for _, c := range t.Classes {
				f = append(f, strconv.Itoa(c))
			}
			return append(f, strconv.Itoa(t.Total()), market.Is(t.Tense()).Field())
		}), err
}

// needed is the fault of a parameter that was left out.
func needed(name, example string) *fault.Fault {
	f := wrong(name, "is needed")
	f.Hint = "for example " + example
	return f
}

type difficulty struct {
	OccupationID      occupation.ID `json:"occupation_id"`
	Label             string        `json:"label"`
	AreaID            territory.ID  `json:"area_id"`
	AreaLabel         string        `json:"area_label"`
	Year              int           `json:"year"`
	Projects          *float64      `json:"projects"`
	DifficultProjects *float64      `json:"difficult_projects"`
	SeasonalProjects  *float64      `json:"seasonal_projects"`
	Secret            []string      `json:"secret"`
}

// difficulties answers GET /difficulties.
func (a *api) difficulties(r request) (reply, error) {
	p := r.read()
	o, area := p.occupation(""), p.area("area", p.level(), p.zoning())
	year, limit := p.year(), p.number("limit", maxLimit, 1, maxLimit)
	if p.err != nil {
		return reply{}, p.err
	}
	if area == "" {
		area = territory.France
	}
	found, err := a.reader.Difficulties(r.Context(), o, area, year, limit)
	return tableOf("difficulties",
		[]string{"occupation_id", "label", "area_id", "area_label", "year", "projects", "difficult_projects", "seasonal_projects"}, found,
		func(d market.Difficulty) difficulty {
			return difficulty{
				d.Occupation, d.Label, d.Area, d.AreaLabel, d.Year, number(d.Projects), number(d.Difficult), number(d.Seasonal),
				secret(named{"projects", d.Projects}, named{"difficult_projects", d.Difficult}, named{"seasonal_projects", d.Seasonal}),
			}
		},
		func(d market.Difficulty) []string {
			return []string{
				string(d.Occupation), market.Text(d.Label), string(d.Area), market.Text(d.AreaLabel), strconv.Itoa(d.Year),
				d.Projects.Field(), d.Difficult.Field(), d.Seasonal.Field(),
			}
		}), err
}

type found struct {
	Kind  string `json:"kind"`
	Ref   string `json:"ref"`
	Label string `json:"label"`
	Match string `json:"match,omitempty"`
}

// search answers GET /search.
func (a *api) search(r request) (reply, error) {
	p := r.read()
	q, limit := p.text("q"), p.number("limit", 10, 1, maxSearchAnswers)
	if q == "" {
		p.fail(needed("q", "q=infirmière"))
	}
	if p.err != nil {
		return reply{}, p.err
	}
	answers, err := a.reader.Search(r.Context(), q, limit)
	return tableOf("search", []string{"kind", "ref", "label", "match"}, answers,
		func(f market.Found) found { return found(f) },
		func(f market.Found) []string {
			return []string{f.Kind, f.Ref, market.Text(f.Label), market.Text(f.Match)}
		}), err
}

type release struct {
	ID           string    `json:"id"`
	Dataset      string    `json:"dataset"`
	Vintage      string    `json:"vintage"`
	Title        string    `json:"title"`
	Producer     string    `json:"producer"`
	Licence      string    `json:"licence"`
	File         string    `json:"file"`
	SHA256       string    `json:"sha256"`
	ImportedAt   time.Time `json:"imported_at"`
	RowsRead     int       `json:"rows_read"`
	RowsKept     int       `json:"rows_kept"`
	RowsRefused  int       `json:"rows_refused"`
	SupersededBy *string   `json:"superseded_by"`
}

func releaseOf(r market.Release) release {
	out := release{
		r.ID, r.Dataset, r.Vintage, r.Title, r.Producer, r.Licence, r.File, r.SHA256, r.ImportedAt.UTC(),
		r.RowsRead, r.RowsKept, r.RowsRefused, nil,
	}
	if r.SupersededBy != "" {
		out.SupersededBy = &r.SupersededBy
	}
	return out
}

// sources answers GET /sources.
func (a *api) sources(r request) (reply, error) {
	p := r.read()
	all := p.yes("all")
	if p.err != nil {
		return reply{}, p.err
	}
	releases, err := a.reader.Releases(r.Context(), all)
	return tableOf("sources", []string{
		"id", "dataset", "vintage", "title", "producer", "licence", "file", "sha256", "imported_at",
		"rows_read", "rows_kept", "rows_refused", "superseded_by",
	}, releases, releaseOf, func(r market.Release) []string {
		return []string{
			r.ID, r.Dataset, market.Text(r.Vintage), market.Text(r.Title), market.Text(r.Producer), market.Text(r.Licence),
			market.Text(r.File), r.SHA256, r.ImportedAt.UTC().Format(time.RFC3339),
			strconv.Itoa(r.RowsRead), strconv.Itoa(r.RowsKept), strconv.Itoa(r.RowsRefused), r.SupersededBy,
		}
	}), err
}
