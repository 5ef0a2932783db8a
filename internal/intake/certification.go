package intake

import (
	"strconv"
	"strings"

	"filiere/internal/occupation"
)

// Titles and diplomas come from three places that overlap. A row of one replaces that of another, so
// they are read from the poorest to the best: first the partial correspondence of 2026, which gives a
// title and a level only but knows the newest registrations; then the RNCP of 2021; then Certif Info of
// 2024, whose word is the last. This holds within one import; across imports the last one imported
// wins. Of the RNCP's tables, voix_acces (routes in) is left alone: there is no record for it.
//
// All three name ROME 3 sheets. For Certif Info, which does not say: of its 17,908 codes not one is
// among the thousand sheets that only ROME 4 has, and all but the domains are sheets of ROME 3.
const (
	certifInfoHome = "https://www.data.gouv.fr/datasets/certifinfo"
	rncpHome       = "https://www.data.gouv.fr/datasets/repertoire-national-des-certifications-professionnelles-et-repertoire-specifique"
	rncpProducer   = "France compétences"
)

// romeEntry reads a code that is a ROME 3 sheet or one of its domains: "M1805", "M18", "M". Some
// registers fill a domain up to five characters: "M1700" is M17, no sheet ending in 00. A level
// between letter and domain ("H1") is no entry of the ROME.
func romeEntry(code string) (occupation.ID, bool) {
	code = strings.ToUpper(strings.TrimSpace(code))
	if shaped(code, "R9900") {
		code = code[:3]
	}
	return occupation.Make(occupation.ROME3, code), shaped(code, occupationShapes[occupation.ROME3]...)
}

// requiredRomeEntry is romeEntry for a column that must hold one.
func requiredRomeEntry(r *Row, column string) occupation.ID {
	id, ok := romeEntry(r.Required(column))
	if !ok {
		r.Refuse(column, "neither a ROME sheet nor a domain")
	}
	return id
}

// rncpID reads a number of the register: "RNCP34001" or "RS1234".
func rncpID(r *Row, column string) string {
	id := r.Required(column)
	number := strings.TrimPrefix(strings.TrimPrefix(id, "RNCP"), "RS")
	if number == id || number == "" || strings.Trim(number, "0123456789") != "" {
		r.Refuse(column, "not a number of the register (RNCP…, RS…)")
	}
	return id
}

// maxLevel is the highest level of the European framework.
const maxLevel = 8

// europeanLevel reads a level written "7", "niveau7" or "NIV7"; blank is none.
func europeanLevel(r *Row, column, prefix string) int {
	s := strings.TrimPrefix(r.Text(column), prefix)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxLevel {
		r.Refuse(column, "not a European level from 1 to 8")
		return 0
	}
	return n
}

// oneLine takes line breaks and repeated spaces out of a title.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// rome3RNCP is the partial list of 2026 that links ROME sheets to titles in force.
var rome3RNCP = Source{
	Dataset: "rome_rncp", Title: "Correspondance ROME – RNCP (partielle)",
	Producer: rncpProducer, Licence: LicenceOuverte, Stage: StageCrosswalk, Home: rncpHome,
	Recognise: func(h Head) bool { return h.Has("code_rome", "code_rncp", "intitule_rncp", "niveau_rncp") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			id := rncpID(r, "code_rncp")
			r.EmitOnce(occupation.Certification{
				ID: id, Title: oneLine(r.Required("intitule_rncp")), Level: europeanLevel(r, "niveau_rncp", "NIV"), Active: true,
			})
			r.Emit(occupation.CertificationLink{Certification: id, Occupation: requiredRomeEntry(r, "code_rome")})
		})
	},
}
