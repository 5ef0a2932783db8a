package api

import (
	"strconv"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

// The lists of an occupation's sheet, each as a table of its own at /occupations/{id}/NAME.
func occupationLists() []route {
	var out []route
	for name, answer := range map[string]func(*api, request) (reply, error){
		"correspondences": (*api).correspondences, "skills": (*api).skills, "near": (*api).near,
		"certifications": (*api).certifications, "sectors": (*api).sectors, "pay": (*api).pay, "trainings": (*api).trainings,
	} {
		out = append(out, route{path: "/occupations/{id}/" + name, table: true, answer: answer})
	}
	return out
}

// named looks the occupation of the address up, so that a list of one that does not exist is a 404
// rather than empty.
func (a *api) named(r request) (occupation.ID, error) {
	o, err := a.reader.Occupation(r.Context(), occupation.ID(r.PathValue("id")))
	return o.ID, err
}

var nameColumns = []string{"id", "nomenclature", "code", "grain", "label"}

func nameFields(n occupationName) []string {
	return []string{string(n.ID), string(n.Nomenclature), n.Code, n.Grain, market.Text(n.Label)}
}

func (a *api) correspondences(r request) (reply, error) {
	return partOf(a, r, (*api).fillNeighbours, func(s occupationSheet) reply {
		return tableOf("correspondences", append(nameColumns[:5:5], "relation", "quality"), s.Correspondences, same,
			func(c correspondence) []string {
				return append(nameFields(c.occupationName), c.Relation, string(c.Quality))
			})
	})
}

func (a *api) near(r request) (reply, error) {
	return partOf(a, r, (*api).fillNeighbours, func(s occupationSheet) reply {
		return tableOf("near", append(nameColumns[:5:5], "close", "class"), s.Near, same, func(n near) []string {
			return append(nameFields(n.occupationName), strconv.FormatBool(n.Close), optional(n.Class, strconv.Itoa))
		})
	})
}

func (a *api) skills(r request) (reply, error) {
	return partOf(a, r, (*api).fillSkills, func(s occupationSheet) reply {
		return tableOf("skills", []string{"id", "label", "kind", "core"}, s.Skills, same, func(k skill) []string {
			return []string{k.ID, market.Text(k.Label), string(k.Kind), strconv.FormatBool(k.Core)}
		})
	})
}

func (a *api) certifications(r request) (reply, error) {
	return partOf(a, r, (*api).fillCertifications, func(s occupationSheet) reply {
		columns := []string{"id", "title", "kind", "level", "certifier", "active", "expires", "nsf"}
		return tableOf("certifications", columns, s.Certifications, same, func(c certification) []string {
			return []string{
				c.ID, market.Text(c.Title), market.Text(c.Kind), optional(c.Level, strconv.Itoa), market.Text(c.Certifier),
				strconv.FormatBool(c.Active), optional(c.Expires, func(s string) string { return s }), c.NSF,
			}
		})
	})
}

func (a *api) sectors(r request) (reply, error) {
	return partOf(a, r, (*api).fillWork, func(s occupationSheet) reply {
		return tableOf("sectors", []string{"naf", "label", "year", "hirings"}, s.Sectors, same, func(h sector) []string {
			return []string{h.NAF, market.Text(h.Label), strconv.Itoa(h.Year), decimal(h.Hirings)}
		})
	})
}

func (a *api) pay(r request) (reply, error) {
	return partOf(a, r, (*api).fillWork, func(s occupationSheet) reply {
		return tableOf("pay", []string{"band", "thousands", "percent"}, s.Pay, same, func(b payBand) []string {
			return []string{market.Text(b.Band), decimal(b.Thousands), decimal(b.Percent)}
		})
	})
}

func (a *api) trainings(r request) (reply, error) {
	return partOf(a, r, (*api).fillWork, func(s occupationSheet) reply {
		return tableOf("trainings", []string{"nsf", "label", "thousands", "percent"}, s.Trainings, same, func(t training) []string {
			return []string{t.NSF, market.Text(t.Label), decimal(t.Thousands), decimal(t.Percent)}
		})
	})
}

// partOf fills the part of a sheet a list is in and writes that list.
func partOf(a *api, r request, fill filler, write func(occupationSheet) reply) (reply, error) {
	id, err := a.named(r)
	if err != nil {
		return reply{}, err
	}
	var s occupationSheet
	if err := fill(a, r.Context(), id, &s); err != nil {
		return reply{}, err
	}
	return write(s), nil
}

func same[T any](t T) T { return t }

// optional writes a value that may be missing; a missing one is empty.
func optional[T any](v *T, text func(T) string) string {
	if v == nil {
		return ""
	}
	return text(*v)
}

func decimal(f float64) string { return market.Is(f).Field() }
