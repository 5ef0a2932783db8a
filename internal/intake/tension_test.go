package intake

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

func TestTensionTables(t *testing.T) {
	checkSamples(t, []sample{
		{
			name: "Dares 2019: a space in a column name, three levels, codes mended, no value, a class that is none",
			content: "fap,Emploi moyen,Tension ,Catégorie Tension,Intensité d'embauches,Lien formation-emploi,Manque de main-d'œuvre disponible,Non-durabilité de l'emploi,Conditions de travail contraignantes,Inadéquation géographique,Année,niveau_geo,niveau_fap,reg,dep\n" +
				"A0Z40,100,-0.5,3.0,5.0,3.0,2.0,5.0,4.0,1.0,2019,nat,fap 225,,\nA0Z,,,,,,,,,,2019,reg,fap 87,1.0,\nA0Z40,5,0.25,,,,,,,,2019,dep,fap 225,,2A\nA0Z40,5,0.25,6,,,,,,,2019,dep,fap 225,,2A\nA0Z40,5,0.25,,,,,,,,2019,ville,fap 225,,\n",
			dataset: "tension_fap", vintage: "2019", scope: "2019",
			records: []any{
				national("fap2009-A0Z40", 2019, map[market.Measure]market.Value{
					market.Employment: market.Is(100), market.Tension: market.Is(-0.5), market.TensionClass: market.Is(3),
					market.IntensiteEmbauches: market.Is(5), market.LienFormationEmploi: market.Is(3), market.ManqueMainOeuvre: market.Is(2),
					market.NonDurabiliteEmploi: market.Is(5), market.ConditionsTravail: market.Is(4), market.InadequationGeographique: market.Is(1),
				}),
				market.Observation{Occupation: "fap2009-A0Z", Area: "reg-01", Year: 2019},
				market.Observation{Occupation: "fap2009-A0Z40", Area: "dep-2A", Year: 2019, Values: figures(map[market.Measure]market.Value{
					market.Employment: market.Is(5), market.Tension: market.Is(0.25),
				})},
			},
			refusals: []market.Refusal{
				{Line: 5, Column: "Catégorie Tension", Value: "6", Reason: "a class is a whole number from 1 to 5"},
				{Line: 6, Column: "niveau_geo", Value: "ville", Reason: "not one of nat, reg, dep"},
			},
		},
		{
			name:    "series",
			content: "fap,Tension ,Année\nA0Z40,-0.5,2011\nA0Z40,0.5,2012\nA0Z40,NA,2013\n",
			dataset: "tension_series", vintage: "2011–2013", scope: "national",
			records: []any{
				national("fap2009-A0Z40", 2011, map[market.Measure]market.Value{market.Tension: market.Is(-0.5)}),
				national("fap2009-A0Z40", 2012, map[market.Measure]market.Value{market.Tension: market.Is(0.5)}),
				national("fap2009-A0Z40", 2013, nil),
			},
		},
		{
			name:    "by basin: decimal comma",
			content: "annee;ROME;cbassin;oee;defm_abc;ind_tension_d;ind_int_emb_d;ind_main_oeuvre_d;ind_dur_empl_d;ind_cond_travail_d;ind_mismatch_geo_d;ind_specif_form_empl_d\n2021;A1101;203;16,5;28,25;5;;;;;;4\n",
			dataset: "tension_bassin", vintage: "2021", scope: "2021",
			records: []any{market.Observation{Occupation: "rome3-A1101", Area: "be2019-0203", Year: 2021, Values: figures(map[market.Measure]market.Value{
				market.Offers: market.Is(16.5), market.Jobseekers: market.Is(28.25), market.TensionClass: market.Is(5), market.LienFormationEmploi: market.Is(4),
			})}},
		},
		{
			name: "BMO: secrecy is no zero; areas come once",
			content: "annee,Code métier BMO,Nom métier BMO,Famille_met,Lbl_fam_met,REG,NOM_REG,Dept,NomDept,BE24,NOMBE24,met,xmet,smet\n" +
				"2024,A0X40,Agriculteurs,A,Agri,84,ARA,01,Ain,8401,BOURG EN BRESSE,20,*,0\n2024,A0X41,Éleveurs,A,Agri,84,ARA,01,Ain,8401,BOURG EN BRESSE,*,*,*\n2024,A0X41,Éleveurs,A,Agri,84,ARA,01,Ain,8401,BOURG EN BRESSE,moins de 10,*,*\n",
			dataset: "bmo", vintage: "2024", scope: "2024",
			records: []any{
				bassin("fap2021-A0X40", market.Is(20), market.Secret(), market.Is(0)),
				territory.Area{ID: "be2024-8401", Label: "Bourg en Bresse", Region: "reg-84", Departement: "dep-01"},
				territory.Area{ID: "dep-01", Label: "Ain", Region: "reg-84"},
				territory.Area{ID: "reg-84", Label: "ARA"},
				bassin("fap2021-A0X41", market.Secret(), market.Secret(), market.Secret()),
			},
			refusals: []market.Refusal{{Line: 4, Column: "met", Value: "moins de 10", Reason: "not a number"}},
		},
	})
}

func bassin(id occupation.ID, projects, difficult, seasonal market.Value) market.Observation {
	return market.Observation{Occupation: id, Area: "be2024-8401", Year: 2024, Values: figures(map[market.Measure]market.Value{
		market.Projects: projects, market.DifficultProjects: difficult, market.SeasonalProjects: seasonal,
	})}
}

func TestTitleCase(t *testing.T) {
	for in, want := range map[string]string{
		"ABBEVILLE PONTHIEU":    "Abbeville Ponthieu",
		"VAL D'OISE EST":        "Val D'Oise Est",
		"BASSIN BASSE-TERRE":    "Bassin Basse-Terre",
		"LE HAVRE SUR MER":      "Le Havre sur Mer",
		"ÉTAMPES":               "Étampes",
		"T1 Paris":              "T1 Paris",
		"":                      "",
		"Agde-Pézenas déjà lu ": "Agde-Pézenas déjà lu ",
	} {
		if got := titleCase(in); got != want {
			t.Errorf("titleCase(%q) = %q, want %q", in, got, want)
		}
	}
}
