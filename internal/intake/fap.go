package intake

import (
	"strings"

	"filiere/internal/occupation"
)

const fapHome = "https://dares.travail-emploi.gouv.fr/donnees/la-nomenclature-des-familles-professionnelles-version-2009"

// fap2009 are the familles professionnelles of 2009, at three grains: 225, 87 and 22.
var fap2009 = Source{
	Dataset: "fap2009", Title: "Familles professionnelles 2009 : intitulés",
	Producer: "Dares", Licence: LicenceOuverte, Stage: StageNomenclature, Home: fapHome,
	Recognise: func(h Head) bool {
		return h.Has("Code FAP détaillées", "Code FAP agrégées", "Code domaines professionnels")
	},
	Read: func(in *Reading) error {
		in.Vintage = "2009"
		return readFAP(in, occupation.FAP2009, []codeLabel{
			{"Code FAP détaillées", "FAP détaillées"}, {"Code FAP agrégées", "FAP agrégées"}, {"Code domaines professionnels", "domaines professionnels"},
		})
	},
}

// fap2021 are those of 2021, at four: 341, 228, 86 and 22. Codes of 341 are those of 228 with a small
// letter where a family is divided.
var fap2021 = Source{
	Dataset: "fap2021", Title: "Familles professionnelles 2021 : intitulés",
	Producer: "Dares", Licence: LicenceOuverte, Stage: StageNomenclature,
	Home:      "https://dares.travail-emploi.gouv.fr/donnees/la-nomenclature-des-familles-professionnelles-2021",
	Recognise: func(h Head) bool { return h.Has("Code_FAP341", "Code_FAP228", "Code_FAP86", "Code_FAP22") },
	Read: func(in *Reading) error {
		in.Vintage = "2021"
		return readFAP(in, occupation.FAP2021, []codeLabel{
			{"Code_FAP341", "Intitulé_FAP341"}, {"Code_FAP228", "Intitulé_FAP228"}, {"Code_FAP86", "Intitulé_FAP86"}, {"Code_FAP22", "Intitulé_FAP22"},
		})
	},
}

// codeLabel is a pair of columns.
type codeLabel struct{ code, label string }

func readFAP(in *Reading, n occupation.Nomenclature, grains []codeLabel) error {
	return in.Table(func(r *Row) {
		for _, g := range grains {
			r.EmitOnce(occupation.Occupation{ID: r.Occupation(n, g.code), Label: r.Required(g.label)})
		}
	})
}

// fapTitles are the appellations of each FAP 225, all in one cell.
var fapTitles = Source{
	Dataset: "fap2009_titles", Title: "Appellations par famille professionnelle 2009",
	Producer: "Dares", Licence: LicenceOuverte, Stage: StageNomenclature, Home: fapHome,
	Recognise: func(h Head) bool { return h.Has("fap", "libelle_appellation_long") && !h.Has("code_ogr") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			id := r.Occupation(occupation.FAP2009, "fap")
			for _, label := range splitTitles(r.Required("libelle_appellation_long")) {
				r.Emit(occupation.Title{Occupation: id, Label: label})
			}
		})
	},
}

// splitTitles cuts a list of titles at its commas. A comma that a space follows is part of a title:
// "Installateur / Installatrice en chauffage, climatisation".
func splitTitles(list string) []string {
	var titles []string
	start := 0
	for i := range len(list) {
		if list[i] == ',' && (i+1 == len(list) || list[i+1] != ' ') {
			titles = append(titles, list[start:i])
			start = i + 1
		}
	}
	titles = append(titles, list[start:])
	out := titles[:0]
	for _, t := range titles {
		if t = strings.TrimSpace(t); t != "" {
			out = append(out, t)
		}
	}
	return out
}

// fapROME is the official passage from FAP 225 to ROME 3. Families without a sheet say NA: they hold
// the self-employed and the like, and correspond to nothing.
var fapROME = Source{
	Dataset: "fap2009_rome3", Title: "Table de passage FAP 2009 – ROME 3",
	Producer: "Dares", Licence: LicenceOuverte, Stage: StageCrosswalk, Home: fapHome,
	Recognise: func(h Head) bool { return h.Has("Fap", "Rome", "intitule_rome") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			from := r.Occupation(occupation.FAP2009, "Fap")
			if r.Text("Rome") == "NA" {
				r.Skip()
				return
			}
			r.Emit(occupation.Crosswalk{From: from, To: r.Sheet(occupation.ROME3, "Rome"), Quality: occupation.Official})
		})
	},
}

// unconfirmedMethod marks the rows of the BMO bridge that were proposed by label and not checked.
const unconfirmedMethod = "a_valider"

// bmoBridge leads from the FAP 2021 of the BMO survey to FAP 2009 and ROME 3. It was made by matching
// codes and labels, not by a producer.
var bmoBridge = Source{
	Dataset: "fap2021_fap2009", Title: "Pont FAP 2021 (BMO) – FAP 2009 – ROME 3, dérivé",
	Producer: "dérivé des nomenclatures de la Dares et de France Travail", Licence: LicenceOuverte, Stage: StageCrosswalk,
	Recognise: func(h Head) bool { return h.Has("code_bmo_2024", "fap2009", "methode", "romes_v3") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			from, method := r.Occupation(occupation.FAP2021, "code_bmo_2024"), r.Required("methode")
			quality := occupation.Derived
			if method == unconfirmedMethod {
				quality = occupation.Unconfirmed
			}
			r.Emit(occupation.Crosswalk{From: from, To: r.Occupation(occupation.FAP2009, "fap2009"), Relation: method, Quality: quality})
			for _, code := range strings.Fields(r.Text("romes_v3")) {
				to := occupation.Make(occupation.ROME3, code)
				if !shaped(to.Code(), sheetShape) {
					r.Refuse("romes_v3", "not a list of ROME sheets")
				}
				r.Emit(occupation.Crosswalk{From: from, To: to, Relation: method, Quality: quality})
			}
		})
	},
}

// romeISCO leads from ROME 3 to ISCO-08, whose groups it names. Its labels are second-hand (one is
// another group's): it is read before the nomenclatures, which write theirs over. Two codes of the
// armed forces lost their leading zero.
var romeISCO = Source{
	Dataset: "rome3_isco08", Title: "Table de passage ROME 3 – CITP-08",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool { return h.Has("Code ROME", "Libellé codes ROME", "Code ISCO08") },
	Read: func(in *Reading) error {
		labelled := map[occupation.ID]bool{}
		return in.Table(func(r *Row) {
			from := r.Sheet(occupation.ROME3, "Code ROME")
			to := iscoGroup(r, "Code ISCO08")
			r.Emit(occupation.Crosswalk{From: from, To: to, Quality: occupation.Official})
			r.Emit(occupation.Occupation{ID: from, Label: r.Required("Libellé codes ROME")})
			if label := r.Required("Libellé codes ISCO08"); !labelled[to] {
				labelled[to] = true
				r.Emit(occupation.Occupation{ID: to, Label: label})
			}
		})
	},
}

// iscoUnitWidth is the number of digits of an ISCO unit group.
const iscoUnitWidth = 4

// iscoGroup reads a unit group, putting back the leading zeros of the armed forces.
func iscoGroup(r *Row, column string) occupation.ID {
	code := r.Required(column)
	if n := iscoUnitWidth - len(code); n > 0 {
		code = strings.Repeat("0", n) + code
	}
	if !shaped(code, "9999") {
		r.Refuse(column, "not a unit group of isco08")
	}
	return occupation.Make(occupation.ISCO08, code)
}
