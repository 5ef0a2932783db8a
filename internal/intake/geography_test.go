package intake

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/territory"
)

func TestTablesOfCommunes(t *testing.T) {
	france := territory.Area{ID: territory.France, Label: "France"}
	checkSamples(t, []sample{
		{
			name: "basins of 2019: lost zeros, capitals, a space after the apostrophe, two spellings, majority",
			content: "\xef\xbb\xbfCODE_COMMUNE_INSEE,REG_CREDOC,REG,DEP,CCOMMUNE,NOMCOM,BE19,NOMBE19\r\n" +
				"97101,X,1,971,97101,L' Anse,0101,GRANDE TERRE\r\n" +
				"97102,X,1,971,97102,Bourg,0101,GRANDE-TERRE\r\n" +
				"2A004,X,94,2A,2A004,Ville,0101,GRANDE TERRE\r\n" +
				"97103,X,1,971,97103,Morne,,GRANDE TERRE\r\n",
			dataset: "commune_bassin_2019", vintage: "2019",
			records: []any{
				territory.Area{ID: "com-97101", Label: "L'Anse", Region: "reg-01", Departement: "dep-971"},
				territory.Membership{Commune: "com-97101", Area: "be2019-0101"},
				territory.Area{ID: "com-97102", Label: "Bourg", Region: "reg-01", Departement: "dep-971"},
				territory.Membership{Commune: "com-97102", Area: "be2019-0101"},
				territory.Area{ID: "com-2A004", Label: "Ville", Region: "reg-94", Departement: "dep-2A"},
				territory.Membership{Commune: "com-2A004", Area: "be2019-0101"},
				france,
				territory.Area{ID: "reg-01"},
				territory.Area{ID: "reg-94"},
				territory.Area{ID: "dep-2A", Region: "reg-94"},
				territory.Area{ID: "dep-971", Region: "reg-01"},
				territory.Area{ID: "be2019-0101", Label: "Grande Terre", Region: "reg-01", Departement: "dep-971"},
			},
			refusals: []market.Refusal{{Line: 5, Column: "BE19", Value: "", Reason: "a value is required here"}},
		},
		{
			name: "basins of 2024: départements overseas cut to 97, a collectivity that is no région",
			content: "reg,dep,code_commune_insee,code_bassin_BMO,lib_bassin_BMO\n" +
				"4,97,97401,405,SAINT DENIS\n5,97,97502,501,SAINT PIERRE\n84,1,01001,8401,BOURG EN BRESSE\n84,1,1,8401,BOURG EN BRESSE\n84,1,O1002,8401,X\n",
			dataset: "commune_bassin_2024", vintage: "2024",
			records: []any{
				territory.Area{ID: "com-97401", Region: "reg-04", Departement: "dep-974"},
				territory.Membership{Commune: "com-97401", Area: "be2024-0405"},
				territory.Area{ID: "com-97502", Departement: "dep-975"},
				territory.Membership{Commune: "com-97502", Area: "be2024-0501"},
				territory.Area{ID: "com-01001", Region: "reg-84", Departement: "dep-01"},
				territory.Membership{Commune: "com-01001", Area: "be2024-8401"},
				territory.Area{ID: "com-00001", Region: "reg-84", Departement: "dep-01"},
				territory.Membership{Commune: "com-00001", Area: "be2024-8401"},
				france,
				territory.Area{ID: "reg-04"},
				territory.Area{ID: "reg-84"},
				territory.Area{ID: "dep-01", Region: "reg-84"},
				territory.Area{ID: "dep-974", Region: "reg-04"},
				territory.Area{ID: "dep-975"},
				territory.Area{ID: "be2024-0405", Label: "Saint Denis", Region: "reg-04", Departement: "dep-974"},
				territory.Area{ID: "be2024-0501", Label: "Saint Pierre", Departement: "dep-975"},
				territory.Area{ID: "be2024-8401", Label: "Bourg en Bresse", Region: "reg-84", Departement: "dep-01"},
			},
			refusals: []market.Refusal{{Line: 6, Column: "code_commune_insee", Value: "O1002", Reason: "not an area code of this zoning"}},
		},
		{
			name: "zones d'emploi: Latin-1, a zone across two régions",
			content: "CODGEO,LIBGEO,ZE2020,LIBZE2020,ZE2020_PARTIE_REG,DEP,REG\n" +
				"61001,Alen\xe7on,0051,Alen\xe7on,0051-28,61,28\n61002,Autre,0051,Alen\xe7on,0051-28,61,28\n72001,Sarthe,0051,Alen\xe7on,0051-52,72,52\n",
			dataset: "commune_zone_emploi_2020", vintage: "2020",
			records: []any{
				territory.Area{ID: "com-61001", Label: "Alençon", Region: "reg-28", Departement: "dep-61"},
				territory.Membership{Commune: "com-61001", Area: "ze2020-0051"},
				territory.Area{ID: "com-61002", Label: "Autre", Region: "reg-28", Departement: "dep-61"},
				territory.Membership{Commune: "com-61002", Area: "ze2020-0051"},
				territory.Area{ID: "com-72001", Label: "Sarthe", Region: "reg-52", Departement: "dep-72"},
				territory.Membership{Commune: "com-72001", Area: "ze2020-0051"},
				france,
				territory.Area{ID: "reg-28"},
				territory.Area{ID: "reg-52"},
				territory.Area{ID: "dep-61", Region: "reg-28"},
				territory.Area{ID: "dep-72", Region: "reg-52"},
				territory.Area{ID: "ze2020-0051", Label: "Alençon", Region: "reg-28", Departement: "dep-61"},
			},
		},
		{
			name:    "the list of zones only names them",
			content: "ZE2020,LIBZE2020,NB_COM\n0051,Alençon,185\n",
			dataset: "zone_emploi_2020", vintage: "2020",
			records: []any{territory.Area{ID: "ze2020-0051", Label: "Alençon"}},
		},
		{
			name: "passages: only communes that changed their code",
			content: "\xef\xbb\xbfAnnée;Niveau;Type;Ancien Code Officiel;Code Courant Officiel\r\n" +
				"2025;COM;commune;01001;01001\r\n2025;COM;commune;49066;49345\r\n2025;DEP;département;20;2A\r\n2025;ARM;arrondissement municipal;75101;75101\r\n2025;COM;commune;;49345\r\n",
			dataset: "commune_passage", vintage: "2025",
			records:  []any{territory.Passage{Old: "com-49066", New: "com-49345", Year: 2025}},
			refusals: []market.Refusal{{Line: 6, Column: "Ancien Code Officiel", Reason: "a value is required here"}},
		},
	})
}

func TestCoordinatesKeepOnePointPerCommuneAndItsPostalNames(t *testing.T) {
	checkSamples(t, []sample{{
		name: "postal rows",
		content: "\"code_commune_insee\",\"nom_de_la_commune\",\"code_postal\",\"libelle_d_acheminement\",\"ligne_5\",\"_geopoint\"\n" +
			"\"01001\",\"L ABERGEMENT\",\"01400\",\"L ABERGEMENT\",,\"46.15,4.93\"\n" +
			"\"01001\",\"L ABERGEMENT\",\"01401\",\"L ABERGEMENT\",\"LIEU\",\"46.15,4.93\"\n" +
			"\"75101\",\"PARIS 01\",\"75001\",\"PARIS\",,\"48.86,2.33\"\n" +
			"\"97501\",\"MIQUELON LANGLADE\",\"97500\",\"X\",,\n" +
			"\"01002\",\"SANS POINT\",\"01640\",\"X\",,\n" +
			"\"99138\",\"MONACO\",\"98000\",\"MONACO\",,\n" +
			"\"01004\",\"AMBERIEU\",\"01500\",\"X\",,\"91,5\"\n" +
			"\"01005\",\"AMBERIEUX\",\"01330\",\"X\",,\"NaN,5\"\n" +
			"\"13001\",\"AIX\",\"131300\",\"AIX\",,\"43.5,5.4\"\n",
		dataset: "commune_coordinates",
		records: []any{
			territory.Area{ID: "com-01001", Lat: 46.15, Lon: 4.93},
			territory.Postal{Commune: "com-01001", Code: "01400", Name: "L ABERGEMENT"},
			territory.Postal{Commune: "com-01001", Code: "01401", Name: "L ABERGEMENT"},
			territory.Postal{Commune: "com-01001", Code: "01401", Name: "LIEU"},
			territory.Area{ID: "com-75101", Label: "Paris 01", Lat: 48.86, Lon: 2.33},
			territory.Postal{Commune: "com-75101", Code: "75001", Name: "PARIS 01"},
			territory.Postal{Commune: "com-75101", Code: "75001", Name: "PARIS"},
			territory.Area{ID: "com-97501", Label: "Miquelon Langlade"},
			territory.Postal{Commune: "com-97501", Code: "97500", Name: "MIQUELON LANGLADE"},
			territory.Postal{Commune: "com-97501", Code: "97500", Name: "X"},
			territory.Postal{Commune: "com-01002", Code: "01640", Name: "SANS POINT"},
			territory.Postal{Commune: "com-01002", Code: "01640", Name: "X"},
		},
		refusals: []market.Refusal{
			{Line: 8, Column: "_geopoint", Value: "91,5", Reason: "not a latitude and a longitude in degrees"},
			{Line: 9, Column: "_geopoint", Value: "NaN,5", Reason: "not a latitude and a longitude in degrees"},
			{Line: 10, Column: "code_postal", Value: "131300", Reason: "not a postal code of five digits"},
		},
	}})
}

func TestMostIsTheSameWhateverTheOrder(t *testing.T) {
	for range 20 {
		var v tally[string]
		for _, s := range []string{"b", "a", "c", "a", "b"} {
			v.add(s)
		}
		if got := v.most(func(a, b string) int { return len(a) - len(b) + int(a[0]) - int(b[0]) }); got != "a" {
			t.Fatalf("got %q, want the first of the two most frequent", got)
		}
	}
}
