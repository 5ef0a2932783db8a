package api

import (
	"strconv"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

type area struct {
	ID            territory.ID     `json:"id"`
	Code          string           `json:"code"`
	Label         string           `json:"label"`
	Level         territory.Level  `json:"level"`
	Zoning        territory.Zoning `json:"zoning"`
	RegionID      *territory.ID    `json:"region_id"`
	DepartementID *territory.ID    `json:"departement_id"`
	Population    *int             `json:"population"`
	PopulatedIn   *int             `json:"populated_in"`
	Lat           *float64         `json:"lat"`
	Lon           *float64         `json:"lon"`
}

func areaOf(a territory.Area) area {
	out := area{
		ID: a.ID, Code: a.ID.Code(), Label: a.Label, Level: a.Level(), Zoning: a.ID.Zoning(),
		RegionID: some(a.Region), DepartementID: some(a.Departement), Population: some(a.Population), PopulatedIn: some(a.PopulatedIn),
	}
	if a.Lat != 0 || a.Lon != 0 {
		out.Lat, out.Lon = &a.Lat, &a.Lon
	}
	return out
}

// some is null for what is not known.
func some[T comparable](v T) *T {
	var none T
	if v == none {
		return nil
	}
	return &v
}

func areaFields(a territory.Area) []string {
	population := ""
	if a.Population > 0 {
		population = strconv.Itoa(a.Population)
	}
	return []string{
		string(a.ID), a.ID.Code(), market.Text(a.Label), string(a.Level()), string(a.ID.Zoning()),
		string(a.Region), string(a.Departement), population,
	}
}

// areas answers GET /areas.
func (a *api) areas(r request) (reply, error) {
	p := r.read()
	level, zoning, region := p.level(), p.zoning(), p.area("region", territory.Region, "")
	most := maxLimit
	if r.csv {
		most = maxTableRows
	}
	limit, offset := p.number("limit", most, 1, most), p.number("offset", 0, 0, maxOffset)
	if level == "" {
		p.fail(needed("level", "level=bassin"))
	}
	if p.err != nil {
		return reply{}, p.err
	}
	var found []territory.Area
	var err error
	if region == "" {
		found, err = a.reader.Areas(r.Context(), level, zoning)
	} else {
		found, err = a.reader.AreasWithin(r.Context(), region, level, zoning)
	}
	if err != nil {
		return reply{}, err
	}
	rest := found[min(offset, len(found)):]
	cut := rest[:min(limit, len(rest))]
	out := tableOf("areas", []string{"id", "code", "label", "level", "zoning", "region_id", "departement_id", "population"}, cut, areaOf, areaFields)
	body := page[area]{Data: out.body.(list[area]).Data, Limit: limit, Offset: offset}
	if len(rest) > limit {
		body.Next = next(r, offset+limit)
	}
	out.body = body
	return out, nil
}

type areaTally struct {
	Nomenclature occupation.Nomenclature `json:"nomenclature"`
	Grain        string                  `json:"grain"`
	Year         int                     `json:"year"`
	Classes      [5]int                  `json:"classes"`
	Total        int                     `json:"total"`
	Tense        float64                 `json:"tense"`
}

type areaSheet struct {
	area
	Tallies []areaTally `json:"tallies"`
}

// area answers GET /areas/{id}.
func (a *api) area(r request) (reply, error) {
	found, err := a.reader.Area(r.Context(), territory.ID(r.PathValue("id")))
	if err != nil {
		return reply{}, err
	}
	tallies, err := a.reader.AreaTallies(r.Context(), found.ID)
	if err != nil {
		return reply{}, err
	}
	sheet := areaSheet{area: areaOf(found), Tallies: []areaTally{}}
	for _, t := range tallies {
		sheet.Tallies = append(sheet.Tallies, areaTally{t.Nomenclature, t.Grain.String(), t.Year, t.Classes, t.Total(), t.Tense()})
	}
	return reply{body: sheet}, nil
}
