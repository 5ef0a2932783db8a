package intake

import (
	"strings"
	"time"

	"filiere/internal/occupation"
)

// rncpTitles are the titles of the RNCP, one or more rows each: rows of one title differ only by the
// older and newer titles they name.
var rncpTitles = Source{
	Dataset: "rncp", Title: "RNCP : certifications",
	Producer: rncpProducer, Licence: LicenceOuverte, Stage: StageCrosswalk, Home: rncpHome,
	Recognise: func(h Head) bool { return h.Has("CodeRNCP", "intituleDiplome", "ActiveInactive", "NiveauEurope") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			c := occupation.Certification{
				ID: rncpID(r, "CodeRNCP"), Title: oneLine(plain(r.Required("intituleDiplome"))), Kind: r.Text("TypeCertif"),
				Level: europeanLevel(r, "NiveauEurope", "niveau"), Expires: americanDate(r, "date_fin_validite_enregistrement"),
			}
			switch r.Required("ActiveInactive") {
			case "ACTIVE":
				c.Active = true
			case "INACTIVE":
			default:
				r.Refuse("ActiveInactive", "neither ACTIVE nor INACTIVE")
			}
			r.EmitOnce(c)
		})
	},
}

// americanDate reads "8/31/24", month first, and gives "2024-08-31"; blank is none.
func americanDate(r *Row, column string) string {
	s := r.Text(column)
	if s == "" {
		return ""
	}
	t, err := time.Parse("1/2/06", s)
	if err != nil {
		r.Refuse(column, "not a date (month/day/year)")
		return ""
	}
	return t.Format(time.DateOnly)
}

// rncpROME links the titles of the RNCP to ROME sheets.
var rncpROME = Source{
	Dataset: "rncp_rome", Title: "RNCP : métiers (ROME) des certifications",
	Producer: rncpProducer, Licence: LicenceOuverte, Stage: StageCrosswalk, Home: rncpHome,
	Recognise: func(h Head) bool { return h.Has("CodeRNCP", "Rome", "libelle") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			r.Emit(occupation.CertificationLink{Certification: rncpID(r, "CodeRNCP"), Occupation: requiredRomeEntry(r, "Rome")})
		})
	},
}

// rncpBlocks are the blocs de compétences of the titles.
var rncpBlocks = Source{
	Dataset: "rncp_blocks", Title: "RNCP : blocs de compétences",
	Producer: rncpProducer, Licence: LicenceOuverte, Stage: StageCrosswalk, Home: rncpHome,
	Recognise: func(h Head) bool { return h.Has("CodeRNCP", "numero_bloc", "intitule") },
	Read: func(in *Reading) error {
		titles := map[[2]string]string{}
		return in.Table(func(r *Row) {
			b := occupation.CertificationBlock{
				Certification: rncpID(r, "CodeRNCP"), Number: r.Required("numero_bloc"), Title: oneLine(r.Required("intitule")),
			}
			key := [2]string{b.Certification, b.Number}
			if other, known := titles[key]; known && other != b.Title {
				r.Refuse("numero_bloc", "another block of the title has this number")
			}
			if !r.bad {
				titles[key] = b.Title
			}
			r.EmitOnce(b)
		})
	},
}

// rncpCertifiers are the bodies that award each title.
var rncpCertifiers = Source{
	Dataset: "rncp_certifiers", Title: "RNCP : certificateurs",
	Producer: rncpProducer, Licence: LicenceOuverte, Stage: StageCrosswalk, Home: rncpHome,
	Recognise: func(h Head) bool { return h.Has("CodeRNCP", "Certificateur", "siret_organisme") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			c := occupation.Certifier{Certification: rncpID(r, "CodeRNCP"), Name: oneLine(r.Text("Certificateur"))}
			if c.Name == "" {
				r.Skip() // the register holds the link, not the name
				return
			}
			r.EmitOnce(c)
		})
	},
}

// rncpSpecialities are the NSF specialities of each title. Codes of four characters add a letter for
// the function to the speciality; only this table names them.
var rncpSpecialities = Source{
	Dataset: "rncp_nsf", Title: "RNCP : spécialités de formation (NSF)",
	Producer: rncpProducer, Licence: LicenceOuverte, Stage: StageCrosswalk, Home: rncpHome,
	Recognise: func(h Head) bool { return h.Has("CodeRNCP", "code", "Libelle") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			code := strings.ToLower(r.Required("code"))
			if !shaped(code, "999l", "999", "99", "9") {
				r.Refuse("code", "not an NSF code")
			}
			id := nsfID(code)
			r.EmitOnce(occupation.CertificationSpeciality{Certification: rncpID(r, "CodeRNCP"), Speciality: id})
			if shaped(code, "999l") {
				r.EmitOnce(occupation.Speciality{ID: id, Label: oneLine(plain(r.Required("Libelle")))})
			}
		})
	},
}

func nsfID(code string) string { return "nsf-" + code }
