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
	"probability", "low", "high", "expected", "remediability", "ending", "offers_stock",
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
		moment(a.OpenedAt), moment(a.AcknowledgedAt), moment(a.ResolvedAt), a.Programme, Text(a.Resolution),
		number(e.Probability()), estimated(e, func(x *Estimated) float64 { return float64(x.Low) }),
		estimated(e, func(x *Estimated) float64 { return float64(x.High) }), estimated(e, func(x *Estimated) float64 { return x.Expected }),
		number(e.Remediability), string(a.Ending), number(e.OffersStock))
}

// estimated is a figure of the estimate an alert rests on, "" when it rests on none.
func estimated(e Evidence, of func(*Estimated) float64) string {
	if e.Estimate == nil {
		return ""
	}
	return Is(of(e.Estimate)).Field()
}

// Probability is how likely class 4 or 5 was held to be, nil when the figure is published.
func (e Evidence) Probability() *float64 {
	switch {
	case e.Estimate != nil:
		p := e.Estimate.P.AtLeast(TenseClass)
		return &p
	case e.Forecast != nil:
		return &e.Forecast.P
	}
	return nil
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
