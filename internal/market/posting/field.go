package posting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"filiere/internal/fold"
	"filiere/internal/territory/place"
)

// field is something a source says of an advert.
type field int

// The fields.
const (
	number field = iota
	source
	title
	text
	employed
	written
	street
	town
	postal
	commune
	departement
	latitude
	longitude
	published
	contract
	pay
	payLow
	payHigh
	payUnit
	code
	positions
)

// names are what sources call the fields, the best first: the API of France Travail (Offres d'emploi v2), JobPosting of
// schema.org, RSS 2.0 and Atom, and plain tables in French and English. What lies inside something else is named with a
// point. Names are folded by fieldName.
var names = map[field][]string{
	number:      {"id", "identifier.value", "identifier", "guid", "reference", "ref", "numero", "url", "link.href", "link"},
	source:      {"source"},
	title:       {"titre", "title", "intitule", "intitule_du_poste", "poste", "job_title"},
	text:        {"description", "text", "texte", "encoded", "content", "summary"},
	employed:    {"entreprise.nom", "entreprise", "hiringorganization.name", "hiringorganization", "employer", "employeur", "company", "societe"},
	written:     {"lieutravail.libelle", "lieu", "lieu_de_travail", "place", "location", "ville", "city", "joblocation"},
	street:      {"joblocation.address.streetaddress"},
	town:        {"joblocation.address.addresslocality", "joblocation.address"},
	postal:      {"lieutravail.codepostal", "joblocation.address.postalcode", "code_postal", "codepostal", "postal_code"},
	commune:     {"lieutravail.commune", "commune", "code_commune", "code_insee"},
	departement: {"departement", "code_departement"},
	latitude:    {"lieutravail.latitude", "joblocation.geo.latitude", "joblocation.latitude", "lat", "latitude"},
	longitude:   {"lieutravail.longitude", "joblocation.geo.longitude", "joblocation.longitude", "lon", "lng", "longitude"},
	published:   {"datecreation", "date_creation", "dateposted", "published", "pubdate", "date", "date_publication", "dateactualisation", "date_actualisation", "updated"},
	contract:    {"typecontrat", "contrat", "type_contrat", "contract", "employmenttype", "naturecontrat", "nature_contrat"},
	pay:         {"salaire.libelle", "salaire", "salary", "remuneration", "basesalary"},
	payLow:      {"basesalary.value.minvalue", "basesalary.minvalue", "basesalary.value.value", "basesalary.value"},
	payHigh:     {"basesalary.value.maxvalue", "basesalary.maxvalue"},
	payUnit:     {"basesalary.value.unittext", "basesalary.unittext"},
	code:        {"romecode", "rome_code", "code_rome", "rome"},
	positions:   {"nombrepostes", "nb_postes", "totaljobopenings", "positions"},
}

// fieldName folds what a source calls something: "Code postal" and "code_postal" are one name, the prefix of an XML
// name or of "schema:title" goes.
func fieldName(s string) string {
	if _, after, ok := strings.Cut(s, ":"); ok {
		s = after
	}
	return fold.Key(s)
}

// record is an advert as names and values.
type record map[string]string

// get reads the first name of a field that has a value.
func (r record) get(f field) string {
	for _, name := range names[f] {
		if v := strings.TrimSpace(r[name]); v != "" && v != "null" && v != "None" {
			return v
		}
	}
	return ""
}

// raw takes a record apart into an advert of a source, unless it names its own.
func (r record) raw(from string) Raw {
	if own := r.get(source); own != "" {
		from = own
	}
	out := Raw{
		Source: from, Number: r.get(number), Title: r.get(title), Text: r.get(text), Employer: r.get(employed),
		Place: place.Written{
			Text: r.place(), Commune: r.get(commune), PostalCode: r.get(postal), Departement: r.get(departement),
			Lat: degrees(r.get(latitude), 90), Lon: degrees(r.get(longitude), 180),
		},
		Published: r.get(published), Contract: r.get(contract), Pay: r.get(pay), Code: r.get(code),
	}
	out.Positions, _ = strconv.Atoi(r.get(positions)) // not a number is not said
	if unit := schemaUnits[strings.ToUpper(r.get(payUnit))]; unit != "" {
		out.PayBand = PayBand{Low: amount(r.get(payLow)), High: amount(r.get(payHigh)), Unit: unit}
	}
	if out.Number == "" {
		out.Number = out.digest()
	}
	return out
}

// place is where the work is, as one text.
func (r record) place() string {
	if s := r.get(written); s != "" {
		return s
	}
	return strings.Join(strings.Fields(r.get(street)+" "+r.get(postal)+" "+r.get(town)), " ")
}

// schemaUnits are the units of pay of schema.org.
var schemaUnits = map[string]Unit{"HOUR": Hour, "DAY": Day, "MONTH": Month, "YEAR": Year}

// amount reads a sum of money; what is none, or nothing to count with, is 0.
func amount(s string) float64 {
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) || n < 0 {
		return 0
	}
	return n
}

// degrees reads a latitude or longitude; what is none is 0, which stands for not said.
func degrees(s string, most float64) float64 {
	n, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > most {
		return 0
	}
	return n
}

// digest numbers an advert that has no number by what it says: the same advert has the same one.
func (r Raw) digest() string {
	h := sha256.New()
	for _, s := range []string{r.Title, r.Text, r.Employer, r.Place.Text, r.Place.PostalCode, r.Place.Commune} {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return "sha256-" + hex.EncodeToString(h.Sum(nil)[:16])
}

// Limits of an advert in JSON: what is deeper or more is passed over.
const (
	maxDepth  = 6
	maxFields = 400
)

// flatten makes a record of JSON: what lies in an object is named with a point, of a list the first counts.
func flatten(v any) record {
	r := record{}
	r.add("", v, 0)
	return r
}

func (r record) add(name string, v any, depth int) {
	if len(r) >= maxFields || depth > maxDepth {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for key, inside := range v {
			key = fieldName(key)
			if name != "" {
				key = name + "." + key
			}
			r.add(key, inside, depth+1)
		}
	case []any:
		if len(v) > 0 {
			r.add(name, v[0], depth+1)
		}
	case string:
		r[name] = v
	case json.Number:
		r[name] = v.String()
	case bool:
		r[name] = strconv.FormatBool(v)
	}
}
