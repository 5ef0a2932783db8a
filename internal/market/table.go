package market

import "strconv"

// Columns are the columns of the radar as a table: the same on the command line, on pages and in the
// API. Their names and their order are a promise to people's spreadsheets: new ones go at the end.
var Columns = []string{
	"nomenclature", "occupation", "label", "level", "area", "area_label", "year", "tension", "class",
	"intensite_embauches", "lien_formation_emploi", "manque_main_oeuvre",
	"non_durabilite_emploi", "conditions_travail", "inadequation_geographique",
	"offers", "jobseekers", "employment", "origin", "source",
}

// Fields lays the row out in the order of Columns. Occupation and area stand as the producer's codes.
// Numbers have a decimal point; what is absent or withheld is empty, never 0.
func (r Row) Fields() []string {
	f := make([]string, 0, len(Columns))
	f = append(f, string(r.Occupation.Nomenclature()), r.Occupation.Code(), Text(r.Label),
		string(r.Area.Level()), r.Area.Code(), Text(r.AreaLabel),
		strconv.Itoa(r.Year), r.Tension.Field(), classField(r.Class))
	for _, c := range r.Causes {
		f = append(f, classField(c))
	}
	return append(f, r.Offers.Field(), r.Jobseekers.Field(), r.Employment.Field(), string(r.Origin), Text(r.Sources))
}

// Field writes the value as a field of a table: the shortest decimal that reads back the same, empty
// when there is no number.
func (v Value) Field() string {
	if !v.Known() {
		return ""
	}
	return strconv.FormatFloat(v.Float, 'f', -1, 64)
}

func classField(c int) string {
	if c == 0 {
		return ""
	}
	return strconv.Itoa(c)
}

// Text makes a name safe to open in a spreadsheet: a leading =, +, -, @, tab or return would make it
// a formula, so an apostrophe goes before it.
func Text(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return "'" + s
	}
	return s
}
