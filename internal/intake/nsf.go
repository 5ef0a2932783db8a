package intake

import "filiere/internal/occupation"

// Of the tables of the éducation nationale two are left alone: nFormationDiplome and
// nNiveauFormationDiplome list its own diplomas by codes that no register of titles is keyed by, and
// there is no record for them.
const nsfHome = "https://infocentre.pleiade.education.fr/bcn/"

// nsfGroups are the NSF specialities of three digits. Where the table has a label for print it is taken;
// the others are in capitals, cut short.
var nsfGroups = Source{
	Dataset: "nsf_groups", Title: "NSF : groupes de spécialités",
	Producer: "Éducation nationale (BCN)", Licence: LicenceOuverte, Stage: StageNomenclature, Home: nsfHome,
	Recognise: func(h Head) bool {
		return h.Has("GROUPE_SPECIALITE", "DOMAINE_SPECIALITE", "LIBELLE_LONG") && !h.Has("FORMATION_DIPLOME")
	},
	Read: func(in *Reading) error { return readNSF(in, "GROUPE_SPECIALITE", "999") },
}

// nsfDomains are the domains of two digits.
var nsfDomains = Source{
	Dataset: "nsf_domains", Title: "NSF : domaines de spécialités",
	Producer: nsfGroups.Producer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: nsfHome,
	Recognise: func(h Head) bool {
		return h.Has("DOMAINE_SPECIALITE", "CATEGORIE_SPECIALITE", "LIBELLE_LONG") && !h.Has("GROUPE_SPECIALITE")
	},
	Read: func(in *Reading) error { return readNSF(in, "DOMAINE_SPECIALITE", "99") },
}

// nsfCategories are the categories of one digit.
var nsfCategories = Source{
	Dataset: "nsf_categories", Title: "NSF : catégories de spécialités",
	Producer: nsfGroups.Producer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: nsfHome,
	Recognise: func(h Head) bool {
		return h.Has("CATEGORIE_SPECIALITE", "LIBELLE_LONG") && !h.Has("DOMAINE_SPECIALITE")
	},
	Read: func(in *Reading) error { return readNSF(in, "CATEGORIE_SPECIALITE", "9") },
}

func readNSF(in *Reading, column, shape string) error {
	return in.Table(func(r *Row) {
		code := r.Required(column)
		if !shaped(code, shape) {
			r.Refuse(column, "not an NSF code of this level")
		}
		label := r.Text("LIBELLE_EDITION")
		if label == "" {
			label = r.Required("LIBELLE_LONG")
		}
		r.Emit(occupation.Speciality{ID: nsfID(code), Label: label})
	})
}

// formacodes are the codes of the Formacode thesaurus in use in Certif Info.
var formacodes = Source{
	Dataset: "formacode", Title: "Formacode",
	Producer: "Centre Inffo, d'après Certif Info", Licence: LicenceOuverte, Stage: StageNomenclature, Home: certifInfoHome,
	Recognise: func(h Head) bool { return h.Has("code_formacode", "libelle") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) { r.Emit(formacodeOf(r, "code_formacode", "libelle")) })
	},
}

func formacodeOf(r *Row, code, label string) occupation.Speciality {
	c := r.Required(code)
	if !shaped(c, "99999") {
		r.Refuse(code, "not a Formacode")
	}
	return occupation.Speciality{ID: "formacode-" + c, Label: r.Required(label)}
}
