package intake

import (
	"filiere/internal/fold"
	"filiere/internal/occupation"
)

// rome4Sheets are the sheets of ROME 4. Each states the ROME 3 sheet it comes from.
var rome4Sheets = Source{
	Dataset: "rome4", Title: "ROME 4 : fiches métiers",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool { return h.Has("code_rome", "code_fiche_metier", "libelle_rome", "code_rome_parent") },
	Read: func(in *Reading) error {
		in.Vintage = romeVintage4
		return in.Table(func(r *Row) {
			o := occupation.Occupation{ID: r.Sheet(occupation.ROME4, "code_rome"), Label: plain(r.Required("libelle_rome"))}
			r.Emit(o)
			if r.Text("code_rome_parent") != "" {
				r.Emit(occupation.Crosswalk{From: o.ID, To: r.Sheet(occupation.ROME3, "code_rome_parent"), Quality: occupation.Official})
			}
		})
	},
}

// rome4Titles are the appellations of ROME 4.
var rome4Titles = Source{
	Dataset: "rome4_titles", Title: "ROME 4 : appellations",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool {
		return h.Has("code_ogr", "libelle_appellation_long", "code_rome", "code_rome_parent")
	},
	Read: func(in *Reading) error {
		in.Vintage = romeVintage4
		return in.Table(func(r *Row) { r.Emit(titleOf(r, occupation.ROME4)) })
	},
}

// rome4Tree names the domains of ROME 4. Its first four columns have no name: they are the letter, the
// domain, the sheet and the label. Rows of sheets and titles repeat other tables.
var rome4Tree = Source{
	Dataset: "rome4_tree", Title: "ROME 4 : arborescence principale",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: recognisesTree,
	Read: func(in *Reading) error {
		in.Vintage = romeVintage4
		return in.Table(func(r *Row) {
			letter, domain, sheet, label := r.Nth(0), r.Nth(1), r.Nth(2), r.Nth(3)
			if !shaped(letter+domain+sheet, "R", "R99", sheetShape) || label == "" {
				r.Refuse("", "not a letter, a domain, a sheet and a label")
				return
			}
			if sheet != "" {
				r.Skip()
				return
			}
			r.Emit(occupation.Occupation{ID: occupation.Make(occupation.ROME4, letter+domain), Label: label})
		})
	},
}

func recognisesTree(h Head) bool {
	if len(h.Records) < 2 || len(h.Records[0]) != 5 || !h.Has("Code OGR") {
		return false
	}
	return blank(h.Records[0][:4]) && shaped(h.Records[1][0], "R")
}

// rome4Knowledge are the savoirs of ROME 4. They keep the OGR numbers they had in ROME 3.
var rome4Knowledge = Source{
	Dataset: "rome4_knowledge", Title: "ROME 4 : arborescence des savoirs",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool { return h.Has("Catégorie", "Sous-catégorie", "Savoir", "Code OGR") },
	Read: func(in *Reading) error {
		in.Vintage = romeVintage4
		return in.Table(func(r *Row) {
			r.Emit(occupation.Skill{ID: skillID(ogr(r, "Code OGR")), Label: r.Required("Savoir"), Kind: occupation.Knowledge})
		})
	},
}

// rome4Competences are the competences of ROME 4, at the finest level of their tree. The tree gives them
// no number, so their ID is their label, folded.
var rome4Competences = Source{
	Dataset: "rome4_competences", Title: "ROME 4 : arborescence des compétences",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool {
		return h.Has("0 - Code domaine compétence", "4 - Macro-compétence", "5 - Compétence")
	},
	Read: func(in *Reading) error { return readCompetences(in, "5 - Compétence") },
}

// rome4MacroCompetences are the competences one level up, the savoir-être among them.
var rome4MacroCompetences = Source{
	Dataset: "rome4_macro_competences", Title: "ROME 4 : arborescence des macro-compétences",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool {
		return h.Has("0 - Code domaine compétence", "4 - Macro-compétence", "4 - Macro-compétence (bis)")
	},
	Read: func(in *Reading) error { return readCompetences(in, "4 - Macro-compétence") },
}

// readCompetences reads one level of the tree; rows that stop above it are passed over.
func readCompetences(in *Reading, column string) error {
	in.Vintage = romeVintage4
	return in.Table(func(r *Row) {
		label := r.Text(column)
		if label == "" {
			r.Skip()
			return
		}
		r.EmitOnce(occupation.Skill{ID: "rome4-" + fold.Key(label), Label: label, Kind: occupation.Competence})
	})
}
