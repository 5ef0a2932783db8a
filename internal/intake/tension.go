package intake

import (
	"strconv"
	"strings"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// tensionTable is the Dares table of 2019: FAP 225 and 87 × country, région, département.
var tensionTable = Source{
	Dataset: "tension_fap", Title: "Tensions sur le marché du travail en 2019, par famille professionnelle et territoire",
	Producer: "Dares", Licence: LicenceOuverte, Stage: StageFigures,
	Home:      "https://dares.travail-emploi.gouv.fr/donnees/les-tensions-sur-le-marche-du-travail-en-2019",
	Recognise: func(h Head) bool { return h.Has("fap", "Tension", "Catégorie Tension", "niveau_geo", "dep") },
	Read:      readTensionTable,
}

func readTensionTable(in *Reading) error {
	return in.Table(func(r *Row) {
		o := market.Observation{
			Occupation: occupation.Make(occupation.FAP2009, r.Required("fap")),
			Area:       tensionArea(r),
			Year:       r.Year("Année"),
		}
		o.Values[market.Employment] = r.Count("Emploi moyen")
		o.Values[market.Tension] = r.Number("Tension")
		o.Values[market.TensionClass] = r.Class("Catégorie Tension")
		for i, column := range daresCauses {
			o.Values[market.Causes()[i]] = r.Class(column)
		}
		in.setYear(o.Year)
		r.Emit(o)
	})
}

// daresCauses are the columns of the six complementary indicators, in the order of market.Causes.
var daresCauses = [market.CauseCount]string{
	"Intensité d'embauches", "Lien formation-emploi", "Manque de main-d'œuvre disponible",
	"Non-durabilité de l'emploi", "Conditions de travail contraignantes", "Inadéquation géographique",
}

func tensionArea(r *Row) territory.ID {
	switch level := r.Text("niveau_geo"); level {
	case "nat":
		return territory.France
	case "reg":
		return r.Area(territory.Regions, "reg")
	case "dep":
		return r.Area(territory.Departements, "dep")
	default:
		r.Refuse("niveau_geo", "not one of nat, reg, dep")
		return ""
	}
}

// setYear makes the year both the vintage and the scope of the release: tables of different years
// stand beside each other, tables of the same year supersede each other.
func (in *Reading) setYear(year int) {
	if in.Vintage == "" && year > 0 {
		in.Vintage = strconv.Itoa(year)
		in.Scope = in.Vintage
	}
}

// tensionSeries is the Dares national series 2011–2019.
var tensionSeries = Source{
	Dataset: "tension_series", Title: "Tensions sur le marché du travail de 2011 à 2019, par famille professionnelle",
	Producer: "Dares", Licence: LicenceOuverte, Stage: StageFigures, Home: tensionTable.Home,
	Recognise: func(h Head) bool { return h.Has("fap", "Tension", "Année") && !h.Has("niveau_geo") },
	Read: func(in *Reading) error {
		first, last := 0, 0
		err := in.Table(func(r *Row) {
			o := market.Observation{
				Occupation: occupation.Make(occupation.FAP2009, r.Required("fap")),
				Area:       territory.France,
				Year:       r.Year("Année"),
			}
			o.Values[market.Tension] = r.Number("Tension")
			if first == 0 || o.Year < first {
				first = o.Year
			}
			last = max(last, o.Year)
			r.Emit(o)
		})
		in.Scope, in.Vintage = "national", strconv.Itoa(first)+"–"+strconv.Itoa(last)
		return err
	},
}

// tensionBassin is the table of France Travail and Dares by ROME sheet and employment basin.
var tensionBassin = Source{
	Dataset: "tension_bassin", Title: "Tensions par métier (ROME) et bassin d'emploi",
	Producer: "France Travail, Dares", Licence: LicenceOuverte, Stage: StageFigures,
	Home:      "https://www.francetravail.org/statistiques-analyses/",
	Recognise: func(h Head) bool { return h.Has("rome", "cbassin", "ind_tension_d") },
	Read:      readTensionBassin,
}

// offersMisstated is the edition whose offers and jobseekers do not agree with the following one's and
// must not be used; its classes can.
const offersMisstated = 2020

func readTensionBassin(in *Reading) error {
	return in.Table(func(r *Row) {
		o := market.Observation{
			Occupation: occupation.Make(occupation.ROME3, r.Required("rome")),
			Area:       r.Area(territory.Bassins2019, "cbassin"),
			Year:       r.Year("annee"),
		}
		if o.Year != offersMisstated {
			o.Values[market.Offers] = r.Count("oee")
			o.Values[market.Jobseekers] = r.Count("defm_abc")
		}
		o.Values[market.TensionClass] = r.Class("ind_tension_d")
		for i, column := range bassinCauses {
			o.Values[market.Causes()[i]] = r.Class(column)
		}
		in.setYear(o.Year)
		r.Emit(o)
		if label := r.Text("lib_bassin_bmo19"); label != "" {
			r.EmitOnce(territory.Area{ID: o.Area, Label: titleCase(label)})
		}
	})
}

// bassinCauses are the columns of the six complementary indicators, in the order of market.Causes.
var bassinCauses = [market.CauseCount]string{
	"ind_int_emb_d", "ind_specif_form_empl_d", "ind_main_oeuvre_d", "ind_dur_empl_d", "ind_cond_travail_d", "ind_mismatch_geo_d",
}

// titleCase softens a name published in capitals: "ABBEVILLE PONTHIEU" → "Abbeville Ponthieu". Names
// that already have small letters stay.
func titleCase(s string) string {
	if s != strings.ToUpper(s) {
		return s
	}
	words := strings.Fields(strings.ToLower(s))
	for i, w := range words {
		words[i] = titleWord(w, i == 0)
	}
	return strings.Join(words, " ")
}

// linking are the words of place names that keep a small first letter.
var linking = map[string]bool{"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "en": true, "sur": true, "et": true, "sous": true, "aux": true, "d": true, "l": true}

func titleWord(w string, first bool) string {
	if linking[w] && !first {
		return w
	}
	up := true
	return strings.Map(func(r rune) rune {
		defer func() { up = r == '-' || r == '\'' || r == '’' }()
		if up {
			return []rune(strings.ToUpper(string(r)))[0]
		}
		return r
	}, w)
}
