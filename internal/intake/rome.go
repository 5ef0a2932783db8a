package intake

import (
	"strings"

	"filiere/internal/occupation"
)

// The ROME is published as a set of tables, the same in every edition of a version; none states its
// edition, so the vintage is the version. Three tables of version 3 are left alone: coherence_item
// repeats the links of liens_rome_referentiels without saying what they are, env_travail and riasec
// describe workplaces and interests, for which there is no record.
const (
	romeHome     = "https://www.data.gouv.fr/datasets/repertoire-operationnel-des-metiers-et-des-emplois-rome"
	romeProducer = "France Travail"
	romeVintage3 = "3"
	romeVintage4 = "4"
)

// romeActive is the statut of entries in force; the others are left out.
const romeActive = "1"

// rome3Sheets are the sheets (fiches) of ROME 3.
var rome3Sheets = Source{
	Dataset: "rome3", Title: "ROME 3 : fiches métiers",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool { return h.Has("code_rome", "code_fiche_em", "libelle_rome", "statut") },
	Read: func(in *Reading) error {
		in.Vintage = romeVintage3
		return in.Table(func(r *Row) {
			o := occupation.Occupation{ID: r.Sheet(occupation.ROME3, "code_rome"), Label: plain(r.Required("libelle_rome"))}
			if inactive(r) {
				return
			}
			r.Emit(o)
		})
	},
}

// inactive passes over a row whose entry is no longer in force.
func inactive(r *Row) bool {
	if r.Text("statut") == romeActive {
		return false
	}
	r.Skip()
	return true
}

// rome3Tree names the domains of ROME 3: of its trees, that of the sheets' own codes (type 6). Themes
// (type 7) are another classification, and the leaves repeat the sheets.
var rome3Tree = Source{
	Dataset: "rome3_tree", Title: "ROME 3 : domaines professionnels",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool {
		return h.Has("code_type_referentiel", "code_pere", "code_noeud", "libelle_item_arbo")
	},
	Read: func(in *Reading) error {
		in.Vintage = romeVintage3
		return in.Table(func(r *Row) {
			if inactive(r) {
				return
			}
			code := r.Required("code_noeud")
			if r.Required("code_type_referentiel") != "6" || !shaped(code, "R99", "R") {
				r.Skip()
				return
			}
			r.Emit(occupation.Occupation{ID: r.Occupation(occupation.ROME3, "code_noeud"), Label: plain(r.Required("libelle_item_arbo"))})
		})
	},
}

// rome3Titles are the appellations of ROME 3.
var rome3Titles = Source{
	Dataset: "rome3_titles", Title: "ROME 3 : appellations",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool {
		return h.Has("code_ogr", "libelle_appellation_long", "code_rome", "statut") && !h.Has("code_rome_parent")
	},
	Read: func(in *Reading) error {
		in.Vintage = romeVintage3
		return in.Table(func(r *Row) {
			t := titleOf(r, occupation.ROME3)
			if inactive(r) {
				return
			}
			r.Emit(t)
		})
	},
}

func titleOf(r *Row, n occupation.Nomenclature) occupation.Title {
	return occupation.Title{
		Occupation: r.Sheet(n, "code_rome"), Code: ogr(r, "code_ogr"), Label: plain(r.Required("libelle_appellation_long")),
	}
}

// ogr reads a code OGR, the number France Travail gives every entry of its lists.
func ogr(r *Row, column string) string {
	s := r.Required(column)
	if strings.Trim(s, "0123456789") != "" {
		r.Refuse(column, "not an OGR number")
	}
	return s
}

// skillID names a skill by its OGR number.
func skillID(ogr string) string { return "ogr-" + ogr }

// rome3Texts are the definition, access and conditions of each sheet: several rows each, in their order.
var rome3Texts = Source{
	Dataset: "rome3_texts", Title: "ROME 3 : textes des fiches",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool {
		return h.Has("code_rome", "position_libelle_txt", "libelle_texte", "libelle_type_texte")
	},
	Read: func(in *Reading) error {
		in.Vintage = romeVintage3
		texts := newParagraphs()
		err := in.Table(func(r *Row) {
			id, position, text := r.Sheet(occupation.ROME3, "code_rome"), r.Count("position_libelle_txt"), plain(r.Required("libelle_texte"))
			kind := r.Required("libelle_type_texte")
			if !textKinds[kind] {
				r.Refuse("libelle_type_texte", "not a known kind of text")
			}
			if !r.bad {
				texts.add(id, kind, position.Float, text)
			}
		})
		if err != nil {
			return err
		}
		return texts.emit(in)
	},
}

// rome3Mobility are the moves from sheet to sheet. Some rows concern one title of a sheet only; they
// name its sheet too, and are kept at that level.
var rome3Mobility = Source{
	Dataset: "rome3_mobility", Title: "ROME 3 : mobilités entre métiers",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool { return h.Has("code_rome", "code_rome_cible", "libelle_type_mobilite") },
	Read: func(in *Reading) error {
		in.Vintage = romeVintage3
		moves := map[[2]occupation.ID]bool{}
		var order [][2]occupation.ID
		err := in.Table(func(r *Row) {
			pair := [2]occupation.ID{r.Sheet(occupation.ROME3, "code_rome"), r.Sheet(occupation.ROME3, "code_rome_cible")}
			kind := r.Text("libelle_type_mobilite")
			if kind != "Proche" && kind != "Evolution" {
				r.Refuse("libelle_type_mobilite", "neither Proche nor Evolution")
			}
			if r.bad {
				return
			}
			near, known := moves[pair]
			if !known {
				order = append(order, pair)
			}
			moves[pair] = near || kind == "Proche"
		})
		if err != nil {
			return err
		}
		for _, pair := range order {
			if err := in.Emit(occupation.Mobility{From: pair[0], To: pair[1], Close: moves[pair]}); err != nil {
				return err
			}
		}
		return nil
	},
}
