package intake

import (
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// bmo is France Travail's yearly survey of hiring projects, "Besoins en main-d'œuvre".
var bmo = Source{
	Dataset: "bmo", Title: "Besoins en main-d'œuvre : projets de recrutement par métier et bassin",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageFigures,
	Home:      "https://statistiques.francetravail.org/bmo",
	Recognise: func(h Head) bool { return h.Has("annee", "Code métier BMO", "BE24", "met", "xmet", "smet") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			o := market.Observation{
				Occupation: occupation.Make(occupation.FAP2021, r.Required("Code métier BMO")),
				Area:       r.Area(territory.Bassins2024, "BE24"),
				Year:       r.Year("annee"),
			}
			o.Values[market.Projects] = r.Count("met")
			o.Values[market.DifficultProjects] = r.Count("xmet")
			o.Values[market.SeasonalProjects] = r.Count("smet")
			in.setYear(o.Year)
			r.Emit(o)
			region, departement := r.Area(territory.Regions, "REG"), r.Area(territory.Departements, "Dept")
			r.EmitOnce(territory.Area{ID: o.Area, Label: titleCase(r.Text("NOMBE24")), Region: region, Departement: departement})
			r.EmitOnce(territory.Area{ID: departement, Label: r.Text("NomDept"), Region: region})
			r.EmitOnce(territory.Area{ID: region, Label: r.Text("NOM_REG")})
		})
	},
}
