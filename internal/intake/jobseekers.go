package intake

import (
	"filiere/internal/market"
	"filiere/internal/territory"
)

// categories are the groups of jobseekers the Dares counts, by the name it gives them.
var categories = map[string]market.Measure{
	"Catégorie A":        market.JobseekersA,
	"Catégories A, B, C": market.Jobseekers,
}

// jobseekers is the Dares series of registered jobseekers by the occupation they look for: a row per
// family, year and category. Its total (Ensemble) is NA throughout and is left out, as are people who
// look for no known occupation.
var jobseekers = Source{
	Dataset: "jobseekers_fap", Title: "Demandeurs d'emploi par famille professionnelle, moyennes annuelles",
	Producer: "Dares, France Travail", Licence: LicenceOuverte, Stage: StageFigures, Home: portraitsHome,
	Recognise: func(h Head) bool { return h.Has("Fap3", "Annee", "Effectifs", "Categorie") },
	Read: func(in *Reading) error {
		return readByFAP(in, "Effectifs", "Categorie", categories, perThousand)
	},
}

// rates are the movements of labour, by the name the Dares gives them.
var rates = map[string]market.Measure{
	"Taux d'entrée":    market.EntryRate,
	"Taux de sortie":   market.ExitRate,
	"Taux de rotation": market.RotationRate,
}

// movements is the Dares series of entry, exit and rotation rates of establishments, per 100 employed.
var movements = Source{
	Dataset: "movements_fap", Title: "Taux d'entrée, de sortie et de rotation de la main-d'œuvre par famille professionnelle",
	Producer: "Dares, MMO", Licence: LicenceOuverte, Stage: StageFigures, Home: portraitsHome,
	Recognise: func(h Head) bool { return h.Has("Fap3", "Type_mmo", "Annee", "Taux") },
	Read: func(in *Reading) error {
		return readByFAP(in, "Taux", "Type_mmo", rates, 1)
	},
}

// readByFAP reads a table with a row per family, year and measure into one observation per family and
// year.
func readByFAP(in *Reading, value, measure string, measures map[string]market.Measure, unit float64) error {
	cells, span := gathered{}, years{}
	err := in.Table(func(r *Row) {
		id, ok := fapOrTotal(r, "Fap3")
		year, n := r.Year("Annee"), r.Count(value)
		m, known := measures[r.Text(measure)]
		if !known {
			r.Refuse(measure, "not a known measure")
		}
		if !ok || n.State == market.Absent {
			r.Skip()
			return
		}
		if r.bad {
			return
		}
		n.Float *= unit
		if !cells.set(cellKey{id, territory.France, year}, m, n) {
			r.Refuse(value, "contradicts an earlier row of the same family, year and measure")
		}
		span.add(year)
	})
	if err != nil {
		return err
	}
	in.Scope, in.Vintage = "national", span.String()
	return cells.emit(in)
}
