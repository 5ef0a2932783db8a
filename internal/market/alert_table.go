package market

import (
	"strconv"
	"time"
)

// AlertColumns are the columns of alerts as a table: the same on the command line, on pages and in the
// API. Their names and their order are a promise to people's spreadsheets: new ones go at the end.
var AlertColumns = []string{
	"id", "rule", "severity", "state", "nomenclature", "occupation", "label", "level", "area", "area_label", "year", "tension", "class",
	"intensite_embauches", "lien_formation_emploi", "manque_main_oeuvre",
	"non_durabilite_emploi", "conditions_travail", "inadequation_geographique",
	"employment", "offers", "jobseekers", "origin", "source",
	"opened_at", "acknowledged_at", "resolved_at", "programme", "resolution",
}

// Fields lays the alert out in the order of AlertColumns.
func (a Alert) Fields() []string {
	number := func(f *float64) string {
		if f == nil {
			return ""
		}
		return Is(*f).Field()
	}
	moment := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	e := a.Evidence
	f := []string{
		string(a.ID), string(a.Rule), string(a.Severity), string(a.State),
		string(e.Occupation.Nomenclature()), e.Occupation.Code(), Text(e.OccupationLabel), string(e.Level), e.Area.Code(), Text(e.AreaLabel),
		strconv.Itoa(e.Year), number(e.Tension), classField(e.Class),
	}
	for _, c := range e.Causes {
		f = append(f, classField(c))
	}
	return append(f, number(e.Employment), number(e.Offers), number(e.Jobseekers), string(e.Origin), Text(e.Source),
		moment(a.OpenedAt), moment(a.AcknowledgedAt), moment(a.ResolvedAt), a.Programme, Text(a.Resolution))
}

// Cell gives the evidence back as the radar held it.
func (e Evidence) Cell() Cell {
	value := func(f *float64) Value {
		if f == nil {
			return Value{}
		}
		return Is(*f)
	}
	return Cell{
		Occupation: e.Occupation, Area: e.Area, Year: e.Year, Tension: value(e.Tension), Class: e.Class, Origin: e.Origin,
		Causes: e.Causes, CausesComputed: e.CausesComputed, Employment: value(e.Employment), Offers: value(e.Offers),
		Jobseekers: value(e.Jobseekers), Sources: e.Source, Release: e.Release,
	}
}
