package api

import (
	"strconv"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// curableParams are those of the command filiere curable, and the page of a list.
var curableParams = []string{"area", "level", "zoning", "family", "min_tense", "min_score", "most_titles", "limit", "offset"}

// curable is an occupation short in an area, with how far training can cure it.
type curable struct {
	Year         int           `json:"year"`
	OccupationID occupation.ID `json:"occupation_id"`
	Occupation   string        `json:"occupation"`
	Label        string        `json:"label"`
	AreaID       territory.ID  `json:"area_id"`
	Published    *int          `json:"published"`
	Tense        float64       `json:"tense"`
	Low          int           `json:"low"`
	High         int           `json:"high"`
	Promise      float64       `json:"promise"`
	Remedy       market.Remedy `json:"remedy"`
}

func curableOf(c market.Curable) curable {
	return curable{
		Year: c.Year, OccupationID: c.Occupation, Occupation: c.Occupation.Code(), Label: c.Label, AreaID: c.Area,
		Published: class(c.Published), Tense: c.Tense(), Low: c.Low, High: c.High, Promise: c.Promise(), Remedy: c.Remedy,
	}
}

// share is a number from 0 to 1.
func (p *reading) share(name string, def float64) float64 {
	s := p.text(name)
	if s == "" {
		return def
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= 1) {
		p.fail(wrong(name, "is not a number from 0 to 1"))
		return def
	}
	return v
}

// curable answers GET /curable.
func (a *api) curable(r request) (reply, error) {
	p := r.read()
	q := market.NewCurableQuery(territory.France)
	if at := p.area("area", p.level(), p.zoning()); at != "" {
		q.Area = at
	}
	q.Family = p.text("family")
	q.MinTense, q.MinScore = p.share("min_tense", q.MinTense), p.share("min_score", q.MinScore)
	q.MostTitles = p.number("most_titles", q.MostTitles, -1, maxTableRows)
	most := maxLimit
	if r.csv {
		most = maxTableRows
	}
	limit, offset := p.number("limit", most, 1, most), p.number("offset", 0, 0, maxOffset)
	if p.err != nil {
		return reply{}, p.err
	}
	remedies, err := a.reader.Remedies(r.Context())
	if err != nil {
		return reply{}, err
	}
	found := remedies.Curable(q)
	rest := found[min(offset, len(found)):]
	out := tableOf("curable", market.CurableColumns, rest[:min(limit, len(rest))], curableOf, market.Curable.Fields)
	body := page[curable]{Data: out.body.(list[curable]).Data, Limit: limit, Offset: offset}
	if len(rest) > limit {
		body.Next = next(r, offset+limit)
	}
	out.body = body
	return out, nil
}
