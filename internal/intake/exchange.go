package intake

import (
	"strings"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// exchange is Filière's own format for figures and codes: a CSV table whose first record says what it
// holds and where it comes from, as key=value fields (docs/exchange-format.md):
//
//	#filiere 1,kind=observations,dataset=bmo,vintage=2024,scope=2024,title=…,producer=…,licence=…
//	occupation,area,year,projects,difficult_projects
//	fap2021-A0X40,dep-01,2024,120,*
//
// The bundled sample is written in it, and it lets anyone bring figures of their own. A release in
// this format supersedes, and is superseded by, the producer's own file of the same dataset and scope.
var exchange = Source{
	Dataset: "exchange", Title: "Filière exchange table", Producer: "", Licence: "",
	Home: "docs/exchange-format.md", Stage: StageFigures,
	Recognise: func(h Head) bool { return strings.HasPrefix(h.Text, exchangeMark) },
	Read:      readExchange,
}

const exchangeMark = "#filiere 1,"

func readExchange(in *Reading) error {
	about, err := exchangeHeader(in.Head)
	if err != nil {
		return err
	}
	in.Scope, in.Vintage = about["scope"], about["vintage"]
	in.Source.Dataset, in.Source.Title = about["dataset"], about["title"]
	in.Source.Producer, in.Source.Licence = about["producer"], about["licence"]
	switch about["kind"] {
	case "areas":
		return in.TableFrom(1, exchangeArea)
	case "occupations":
		return in.TableFrom(1, exchangeOccupation)
	case "titles":
		return in.TableFrom(1, exchangeTitle)
	case "crosswalk":
		return in.TableFrom(1, exchangeCrosswalk)
	case "observations":
		return in.TableFrom(1, exchangeObservation)
	}
	f := fault.New(fault.Invalid, "read exchange table", "kind=%q is not known", about["kind"])
	f.Line, f.Hint = 1, "the kinds are areas, occupations, titles, crosswalk and observations"
	return f
}

// exchangeHeader reads the key=value fields of the first record and asks for those that every figure
// must be able to show.
func exchangeHeader(h Head) (map[string]string, error) {
	about := map[string]string{}
	if len(h.Records) > 0 {
		for _, field := range h.Records[0][1:] {
			if k, v, ok := strings.Cut(field, "="); ok {
				about[strings.TrimSpace(k)] = strings.TrimSpace(v)
			}
		}
	}
	for _, k := range []string{"kind", "dataset", "scope", "vintage", "title", "producer", "licence"} {
		if about[k] == "" {
			f := fault.New(fault.Invalid, "read exchange table", "the first line does not say %s=…", k)
			f.Line = 1
			return nil, f
		}
	}
	return about, nil
}

func exchangeArea(r *Row) {
	id := r.areaID("area")
	a := territory.Area{
		ID: id, Label: r.Required("label"),
		Region: territory.ID(r.Text("region")), Departement: territory.ID(r.Text("departement")),
	}
	if p := r.Count("population"); p.Known() {
		a.Population, a.PopulatedIn = int(p.Float), r.Year("populated_in")
	}
	r.Emit(a)
}

func exchangeOccupation(r *Row) {
	r.Emit(occupation.Occupation{ID: r.occupationID("occupation"), Label: r.Required("label"), Definition: r.Text("definition")})
}

func exchangeTitle(r *Row) {
	r.Emit(occupation.Title{Occupation: r.occupationID("occupation"), Label: r.Required("label")})
}

func exchangeCrosswalk(r *Row) {
	quality := occupation.Quality(r.Required("quality"))
	switch quality {
	case occupation.Official, occupation.Derived, occupation.Unconfirmed:
	default:
		r.Refuse("quality", "not one of official, derived, unconfirmed")
	}
	r.Emit(occupation.Crosswalk{From: r.occupationID("from"), To: r.occupationID("to"), Quality: quality})
}

func exchangeObservation(r *Row) {
	o := market.Observation{Occupation: r.occupationID("occupation"), Area: r.areaID("area"), Year: r.Year("year")}
	for _, m := range market.Measures() {
		switch {
		case m >= market.TensionClass:
			o.Values[m] = r.Class(m.String())
		case m == market.Tension:
			o.Values[m] = r.Number(m.String())
		default:
			o.Values[m] = r.Count(m.String())
		}
	}
	r.Emit(o)
}

// areaID reads a whole area ID of a known zoning.
func (r *Row) areaID(column string) territory.ID {
	id := territory.ID(r.Required(column))
	if id.Level() == "" && id != territory.Unlocated {
		r.Refuse(column, "not an area of a known zoning, such as FR, reg-84 or dep-69")
	}
	return id
}

// occupationID reads a whole occupation ID of a known nomenclature.
func (r *Row) occupationID(column string) occupation.ID {
	id := occupation.ID(r.Required(column))
	if _, err := occupation.ParseNomenclature(string(id.Nomenclature())); err != nil && id != occupation.All {
		r.Refuse(column, "not an entry of a known nomenclature, such as rome3-M1805")
	}
	return id
}
