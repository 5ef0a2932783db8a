package intake

import (
	"strconv"
	"strings"

	"filiere/internal/territory"
)

// coordinates is La Poste's list of communes with a central point, their postal codes and the names they have in
// addresses. It comes first among the tables of communes because its names are in capitals without
// accents: the others then write theirs over.
var coordinates = Source{
	Dataset: "commune_coordinates", Title: "Base officielle des codes postaux : coordonnées des communes",
	Producer: "La Poste", Licence: LicenceOuverte, Stage: StageTerritory,
	Home:      "https://www.data.gouv.fr/datasets/base-officielle-des-codes-postaux",
	Recognise: func(h Head) bool { return h.Has("code_commune_insee", "_geopoint") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			a := territory.Area{ID: r.RequiredArea(territory.Communes, "code_commune_insee")}
			if beyondZonings(a.ID) {
				a.Label = titleCase(r.Text("nom_de_la_commune"))
			}
			a.Lat, a.Lon = geoPoint(r, "_geopoint")
			if isMonaco(a.ID) {
				r.Skip()
				return
			}
			if a.Label != "" || a.Lat != 0 || a.Lon != 0 {
				r.EmitOnce(a)
			}
			for _, column := range []string{"nom_de_la_commune", "libelle_d_acheminement", "ligne_5"} {
				if name := r.Text(column); name != "" {
					r.EmitOnce(territory.Postal{Commune: a.ID, Code: postalCode(r), Name: name})
				}
			}
		})
	},
}

// postalCode reads a code of five digits; spreadsheets drop its leading zero.
func postalCode(r *Row) string {
	const column = "code_postal"
	code := r.Text(column)
	if len(code) == 4 {
		code = "0" + code
	}
	if len(code) != 5 || strings.Trim(code, "0123456789") != "" {
		r.Refuse(column, "not a postal code of five digits")
	}
	return code
}

// isMonaco tells the one foreign place La Poste lists.
func isMonaco(id territory.ID) bool { return strings.HasPrefix(id.Code(), "99") }

// beyondZonings tells the communes that no table of zonings names: arrondissements, and the
// collectivities overseas that are no département.
func beyondZonings(id territory.ID) bool {
	c := id.Code()
	return territory.FoldArrondissement(id) != id || c >= "975" && c < "976" || c >= "977" && c < "99"
}

// geoPoint reads "46.15,4.93"; an empty cell is no point.
func geoPoint(r *Row, column string) (lat, lon float64) {
	s := r.Text(column)
	if s == "" {
		return 0, 0
	}
	first, second, _ := strings.Cut(s, ",")
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(first), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(second), 64)
	if err1 != nil || err2 != nil || !(lat >= -90 && lat <= 90) || !(lon >= -180 && lon <= 180) {
		r.Refuse(column, "not a latitude and a longitude in degrees")
		return 0, 0
	}
	return lat, lon
}

// bassins2019 is France Travail's table of communes by BMO basin, 2019 edition. Its codes of régions
// lost their leading zeros, and two basins are spelt in two ways.
var bassins2019 = Source{
	Dataset: "commune_bassin_2019", Title: "Composition communale des bassins d'emploi BMO 2019",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageTerritory,
	Home:      "https://statistiques.francetravail.org/bmo",
	Recognise: func(h Head) bool { return h.Has("CODE_COMMUNE_INSEE", "BE19", "NOMBE19") },
	Read: func(in *Reading) error {
		in.Vintage = "2019"
		return readZoning(in, func(r *Row) zoned {
			return zoned{
				commune: r.RequiredArea(territory.Communes, "CODE_COMMUNE_INSEE"), name: mendElision(r.Text("NOMCOM")),
				area: r.RequiredArea(territory.Bassins2019, "BE19"), label: titleCase(r.Required("NOMBE19")),
				region: r.Area(territory.Regions, "REG"), departement: r.Area(territory.Departements, "DEP"),
			}
		})
	},
}

// mendElision takes the space out of "L' Abergement-Clémenciat".
func mendElision(s string) string { return strings.ReplaceAll(s, "' ", "'") }

// bassins2024 is the 2024 edition. It names no commune; it cuts leading zeros, and départements
// overseas to "97", so a département is read from the commune's own code.
var bassins2024 = Source{
	Dataset: "commune_bassin_2024", Title: "Composition communale des bassins d'emploi BMO 2024",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageTerritory,
	Home:      "https://statistiques.francetravail.org/bmo",
	Recognise: func(h Head) bool { return h.Has("code_commune_insee", "code_bassin_BMO", "lib_bassin_BMO") },
	Read: func(in *Reading) error {
		in.Vintage = "2024"
		return readZoning(in, func(r *Row) zoned {
			z := zoned{
				commune: r.RequiredArea(territory.Communes, "code_commune_insee"),
				area:    r.RequiredArea(territory.Bassins2024, "code_bassin_BMO"), label: titleCase(r.Required("lib_bassin_BMO")),
				region: r.Area(territory.Regions, "reg"), departement: r.Area(territory.Departements, "dep"),
			}
			if z.departement == "dep-97" {
				z.departement = territory.Make(territory.Departements, z.commune.Code()[:3])
			}
			if collectivity[z.departement] {
				z.region = "" // the table numbers it as a région, which it is not
			}
			return z
		})
	},
}

// collectivity holds the places overseas with a three-digit code that belong to no région.
var collectivity = map[territory.ID]bool{"dep-975": true, "dep-977": true, "dep-978": true, "dep-986": true, "dep-987": true, "dep-988": true}

// zonesEmploi is INSEE's table of communes by zone d'emploi 2020.
var zonesEmploi = Source{
	Dataset: "commune_zone_emploi_2020", Title: "Composition communale des zones d'emploi 2020",
	Producer: "INSEE", Licence: LicenceOuverte, Stage: StageTerritory,
	Home:      "https://www.insee.fr/fr/information/4652957",
	Recognise: func(h Head) bool { return h.Has("CODGEO", "LIBGEO", "ZE2020", "LIBZE2020", "DEP", "REG") },
	Read: func(in *Reading) error {
		in.Vintage = "2020"
		return readZoning(in, func(r *Row) zoned {
			return zoned{
				commune: r.RequiredArea(territory.Communes, "CODGEO"), name: r.Required("LIBGEO"),
				area: r.RequiredArea(territory.Zones2020, "ZE2020"), label: r.Required("LIBZE2020"),
				region: r.Area(territory.Regions, "REG"), departement: r.Area(territory.Departements, "DEP"),
			}
		})
	},
}

// zonesEmploiList is the list of zones d'emploi 2020, which only names them.
var zonesEmploiList = Source{
	Dataset: "zone_emploi_2020", Title: "Liste des zones d'emploi 2020",
	Producer: "INSEE", Licence: LicenceOuverte, Stage: StageTerritory, Home: zonesEmploi.Home,
	Recognise: func(h Head) bool { return h.Has("ZE2020", "LIBZE2020", "NB_COM") },
	Read: func(in *Reading) error {
		in.Vintage = "2020"
		return in.Table(func(r *Row) {
			r.Emit(territory.Area{ID: r.RequiredArea(territory.Zones2020, "ZE2020"), Label: r.Required("LIBZE2020")})
		})
	},
}

// passages is INSEE's table from earlier commune codes to today's. Of its rows only those of communes
// that changed their code are kept; départements, régions and arrondissements do not change in it.
var passages = Source{
	Dataset: "commune_passage", Title: "Table de passage annuelle des codes communes",
	Producer: "INSEE", Licence: LicenceOuverte, Stage: StageTerritory,
	Home:      "https://www.insee.fr/fr/information/7671867",
	Recognise: func(h Head) bool { return h.Has("Année", "Niveau", "Ancien Code Officiel", "Code Courant Officiel") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			if r.Required("Niveau") != "COM" {
				r.Skip()
				return
			}
			p := territory.Passage{
				Old: r.RequiredArea(territory.Communes, "Ancien Code Officiel"),
				New: r.RequiredArea(territory.Communes, "Code Courant Officiel"), Year: r.Year("Année"),
			}
			if in.Vintage == "" {
				in.Vintage = strconv.Itoa(p.Year)
			}
			if p.Old == p.New {
				r.Skip()
				return
			}
			r.Emit(p)
		})
	},
}

// zoned is one row of a table of communes by zoning.
type zoned struct {
	commune             territory.ID
	name                string
	area                territory.ID
	label               string
	region, departement territory.ID
}

// readZoning reads a table of communes by zoning: the communes, what they belong to, and the larger
// areas, each placed where most of its communes are.
func readZoning(in *Reading, read func(*Row) zoned) error {
	places := newPlaces()
	err := in.Table(func(r *Row) {
		z := read(r)
		if r.bad {
			return
		}
		if z.region == territory.Unlocated {
			z.region = ""
		}
		if z.departement == territory.Unlocated {
			z.departement = ""
		}
		r.Emit(territory.Area{ID: z.commune, Label: z.name, Region: z.region, Departement: z.departement})
		r.Emit(territory.Membership{Commune: z.commune, Area: z.area})
		places.add(z)
	})
	if err != nil {
		return err
	}
	return places.emit(in)
}
