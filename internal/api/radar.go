package api

import (
	"net/url"
	"strconv"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

var radarParams = []string{
	"nomenclature", "occupation", "grain", "area", "level", "zoning", "region", "year", "min_class", "limit", "top", "offset",
}

// cell is a row of the radar as JSON: the columns of the table, then what only programs ask for.
type cell struct {
	Nomenclature             occupation.Nomenclature `json:"nomenclature"`
	Occupation               string                  `json:"occupation"`
	Label                    string                  `json:"label"`
	Level                    territory.Level         `json:"level"`
	Area                     string                  `json:"area"`
	AreaLabel                string                  `json:"area_label"`
	Year                     int                     `json:"year"`
	Tension                  *float64                `json:"tension"`
	Class                    *int                    `json:"class"`
	IntensiteEmbauches       *int                    `json:"intensite_embauches"`
	LienFormationEmploi      *int                    `json:"lien_formation_emploi"`
	ManqueMainOeuvre         *int                    `json:"manque_main_oeuvre"`
	NonDurabiliteEmploi      *int                    `json:"non_durabilite_emploi"`
	ConditionsTravail        *int                    `json:"conditions_travail"`
	InadequationGeographique *int                    `json:"inadequation_geographique"`
	Offers                   *float64                `json:"offers"`
	Jobseekers               *float64                `json:"jobseekers"`
	Employment               *float64                `json:"employment"`
	Origin                   market.Origin           `json:"origin"`
	Source                   string                  `json:"source"`

	OccupationID      occupation.ID    `json:"occupation_id"`
	AreaID            territory.ID     `json:"area_id"`
	Zoning            territory.Zoning `json:"zoning"`
	Projects          *float64         `json:"projects"`
	DifficultProjects *float64         `json:"difficult_projects"`
	CausesComputed    []string         `json:"causes_computed"`
	Secret            []string         `json:"secret"`
}

func cellOf(r market.Row) cell {
	c := cell{
		Nomenclature: r.Occupation.Nomenclature(), Occupation: r.Occupation.Code(), Label: r.Label,
		Level: r.Area.Level(), Area: r.Area.Code(), AreaLabel: r.AreaLabel, Year: r.Year,
		Tension: number(r.Tension), Class: class(r.Class), Origin: r.Origin, Source: r.Sources,
		Offers: number(r.Offers), Jobseekers: number(r.Jobseekers), Employment: number(r.Employment),
		OccupationID: r.Occupation, AreaID: r.Area, Zoning: r.Area.Zoning(),
		Projects: number(r.Projects), DifficultProjects: number(r.Difficult),
		CausesComputed: []string{},
	}
	for i, into := range []**int{
		&c.IntensiteEmbauches, &c.LienFormationEmploi, &c.ManqueMainOeuvre,
		&c.NonDurabiliteEmploi, &c.ConditionsTravail, &c.InadequationGeographique,
	} {
		*into = class(r.Causes[i])
		if r.CausesComputed&(1<<i) != 0 {
			c.CausesComputed = append(c.CausesComputed, market.Causes()[i].String())
		}
	}
	c.Secret = secret(named{"tension", r.Tension}, named{"offers", r.Offers}, named{"jobseekers", r.Jobseekers},
		named{"employment", r.Employment}, named{"projects", r.Projects}, named{"difficult_projects", r.Difficult})
	return c
}

// number is a value as JSON: null when there is none.
func number(v market.Value) *float64 {
	if !v.Known() {
		return nil
	}
	return &v.Float
}

// class is a class as JSON: null when there is none.
func class(c int) *int {
	if c == 0 {
		return nil
	}
	return &c
}

type named struct {
	name  string
	value market.Value
}

// secret names the values the producer withholds; the list is there even when empty.
func secret(values ...named) []string {
	out := []string{}
	for _, v := range values {
		if v.value.State == market.Suppressed {
			out = append(out, v.name)
		}
	}
	return out
}

// page is the JSON of a list that is cut.
type page[T any] struct {
	Data   []T     `json:"data"`
	Limit  int     `json:"limit"`
	Offset int     `json:"offset"`
	Next   *string `json:"next"` // the address of the rest, null at the end
}

// radarQuery reads the question. limit bounds the rows a caller may ask for.
func radarQuery(values url.Values, def, limit int) (market.Query, error) {
	p := &reading{values: values}
	q := market.Query{
		Nomenclature: p.nomenclature(), Grain: p.grain(), Level: p.level(), Zoning: p.zoning(),
		Year: p.year(), MinClass: p.number("min_class", 0, 0, 5), Offset: p.number("offset", 0, 0, maxOffset),
	}
	q.Occupation = p.occupation(q.Nomenclature)
	q.Area = p.area("area", q.Level, q.Zoning)
	q.Region = p.area("region", territory.Region, "")
	if q.Region != "" && q.Region.Level() != territory.Region {
		p.fail(wrong("region", "is not a région"))
	}
	if p.text("top") != "" && p.text("limit") != "" {
		p.fail(wrong("top", "is another name of limit: give one of them"))
	}
	q.Top = p.number("limit", p.number("top", def, 1, limit), 1, limit)
	return q, p.err
}

// radar answers GET /radar.
func (a *api) radar(r request) (reply, error) {
	if r.csv {
		q, err := radarQuery(r.values, maxTableRows, maxTableRows)
		return reply{name: "radar", columns: market.Columns, rows: func(row func([]string) error) error {
			return a.reader.EachRadarRow(r.Context(), q, func(m market.Row) error { return row(m.Fields()) })
		}}, err
	}
	q, err := radarQuery(r.values, defaultLimit, maxLimit)
	if err != nil {
		return reply{}, err
	}
	asked := q.Top
	q.Top++ // one more tells whether there is a next page
	rows, err := a.reader.Radar(r.Context(), q)
	if err != nil {
		return reply{}, err
	}
	body := page[cell]{Data: []cell{}, Limit: asked, Offset: q.Offset}
	if len(rows) > asked {
		rows, body.Next = rows[:asked], next(r, q.Offset+asked)
	}
	for _, m := range rows {
		body.Data = append(body.Data, cellOf(m))
	}
	return reply{body: body}, nil
}

// next is the address of the rest of a list.
func next(r request, offset int) *string {
	values := url.Values{}
	for k, v := range r.values {
		values[k] = v
	}
	values.Set("offset", strconv.Itoa(offset))
	s := r.URL.Path + "?" + values.Encode()
	return &s
}

// history answers GET /occupations/{id}/history.
func (a *api) history(r request) (reply, error) {
	p := r.read()
	area := p.area("area", p.level(), p.zoning())
	if p.err != nil {
		return reply{}, p.err
	}
	if area == "" {
		area = territory.France
	}
	o, err := a.reader.Occupation(r.Context(), occupation.ID(r.PathValue("id")))
	if err != nil {
		return reply{}, err
	}
	rows, err := a.reader.History(r.Context(), o.ID, area)
	return tableOf("history", market.Columns, rows, cellOf, market.Row.Fields), err
}
