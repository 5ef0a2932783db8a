package intake

import (
	"slices"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

func TestFAP(t *testing.T) {
	checkSamples(t, []sample{
		{
			name: "2009 at three grains, each once; BOM and CRLF",
			content: "\xef\xbb\xbfCode FAP détaillées;FAP détaillées;Code FAP agrégées;FAP agrégées;Code domaines professionnels;domaines professionnels\r\n" +
				"A0Z40;Agriculteurs;A0Z;Agriculteurs, éleveurs;A;Agriculture\r\nA0Z41;Éleveurs;A0Z;Agriculteurs, éleveurs;A;Agriculture\r\nA0Z42;Court\r\n",
			dataset: "fap2009", vintage: "2009",
			records: []any{
				occupation.Occupation{ID: "fap2009-A0Z40", Label: "Agriculteurs"},
				occupation.Occupation{ID: "fap2009-A0Z", Label: "Agriculteurs, éleveurs"},
				occupation.Occupation{ID: "fap2009-A", Label: "Agriculture"},
				occupation.Occupation{ID: "fap2009-A0Z41", Label: "Éleveurs"},
			},
			refusals: []market.Refusal{{Line: 4, Column: "Code FAP agrégées", Reason: "a value is required here"}},
		},
		{
			name: "2021 at four, with small letters and codes of three letters",
			content: "Code_FAP341;Intitulé_FAP341;Code_FAP228;Intitulé_FAP228;Code_FAP86;Intitulé_FAP86;Code_FAP22;Intitulé_FAP22\n" +
				"A0X41a;Éleveurs de bovins;A0X41;Éleveurs;A0X;Agriculteurs;A;Agriculture\nQAX01;Banque;QAX01;Banque;QAX;Banques;Q;Banque et assurance\nA0X41A;X;A0X41;Éleveurs;A0X;Agriculteurs;A;Agriculture\n",
			dataset: "fap2021", vintage: "2021",
			records: []any{
				occupation.Occupation{ID: "fap2021-A0X41a", Label: "Éleveurs de bovins"},
				occupation.Occupation{ID: "fap2021-A0X41", Label: "Éleveurs"},
				occupation.Occupation{ID: "fap2021-A0X", Label: "Agriculteurs"},
				occupation.Occupation{ID: "fap2021-A", Label: "Agriculture"},
				occupation.Occupation{ID: "fap2021-QAX01", Label: "Banque"},
				occupation.Occupation{ID: "fap2021-QAX", Label: "Banques"},
				occupation.Occupation{ID: "fap2021-Q", Label: "Banque et assurance"},
			},
			refusals: []market.Refusal{{Line: 4, Column: "Code_FAP341", Value: "A0X41A", Reason: "not a code of this nomenclature"}},
		},
		{
			name:    "titles of a family in one cell",
			content: "fap;libelle_appellation_long\nB4Z42;Installateur en chauffage, climatisation,Plombier / Plombière\n",
			dataset: "fap2009_titles",
			records: []any{
				occupation.Title{Occupation: "fap2009-B4Z42", Label: "Installateur en chauffage, climatisation"},
				occupation.Title{Occupation: "fap2009-B4Z42", Label: "Plombier / Plombière"},
			},
		},
		{
			name:    "FAP to ROME: NA leads nowhere, blank rows at the end",
			content: "Fap;Rome;intitule_rome\nA0Z00;NA;NA\nA0Z40;A1416;Polyculture, élevage\nA0Z41;A14;Trop large\n;;\n;;\n",
			dataset: "fap2009_rome3",
			records: []any{occupation.Crosswalk{From: "fap2009-A0Z40", To: "rome3-A1416", Quality: occupation.Official}},
			refusals: []market.Refusal{
				{Line: 4, Column: "Rome", Value: "A14", Reason: "not the code of a ROME sheet"},
			},
		},
		{
			name: "the BMO bridge: what is to be checked is not confirmed",
			content: "code_bmo_2024,libelle_bmo_2024,fap2009,libelle_fap2009,similarite,methode,romes_v3\n" +
				"A0X41,Eleveurs,A0Z41,Éleveurs,0.5,code+libelle,A1403 A1407\nA1X41,Jardiniers,A1Z41,Jardiniers salariés,0.2,a_valider,A1202\n",
			dataset: "fap2021_fap2009",
			records: []any{
				occupation.Crosswalk{From: "fap2021-A0X41", To: "fap2009-A0Z41", Relation: "code+libelle", Quality: occupation.Derived},
				occupation.Crosswalk{From: "fap2021-A0X41", To: "rome3-A1403", Relation: "code+libelle", Quality: occupation.Derived},
				occupation.Crosswalk{From: "fap2021-A0X41", To: "rome3-A1407", Relation: "code+libelle", Quality: occupation.Derived},
				occupation.Crosswalk{From: "fap2021-A1X41", To: "fap2009-A1Z41", Relation: "a_valider", Quality: occupation.Unconfirmed},
				occupation.Crosswalk{From: "fap2021-A1X41", To: "rome3-A1202", Relation: "a_valider", Quality: occupation.Unconfirmed},
			},
		},
		{
			name: "ROME to ISCO: a lost zero, a label per group, blank columns",
			content: "Code ROME,Libellé codes ROME,ISCO08 14SI4,Code ISCO08,Libellé codes ISCO08,,,\n" +
				"K1701,Personnel de la Défense,0,310,Autres membres,,,\nD1102,Boulangerie,751,7512,Boulangers,,,\nD1104,Pâtisserie,751,7512,Bouchers,,,\nD1105,Poisson,751,75X2,Poissonniers,,,\n",
			dataset: "rome3_isco08",
			records: []any{
				occupation.Crosswalk{From: "rome3-K1701", To: "isco08-0310", Quality: occupation.Official},
				occupation.Occupation{ID: "rome3-K1701", Label: "Personnel de la Défense"},
				occupation.Occupation{ID: "isco08-0310", Label: "Autres membres"},
				occupation.Crosswalk{From: "rome3-D1102", To: "isco08-7512", Quality: occupation.Official},
				occupation.Occupation{ID: "rome3-D1102", Label: "Boulangerie"},
				occupation.Occupation{ID: "isco08-7512", Label: "Boulangers"},
				occupation.Crosswalk{From: "rome3-D1104", To: "isco08-7512", Quality: occupation.Official},
				occupation.Occupation{ID: "rome3-D1104", Label: "Pâtisserie"},
			},
			refusals: []market.Refusal{{Line: 5, Column: "Code ISCO08", Value: "75X2", Reason: "not a unit group of isco08"}},
		},
	})
}

func TestTitlesAreCutAtCommasWithoutASpace(t *testing.T) {
	for list, want := range map[string][]string{
		"a,b":             {"a", "b"},
		"a (b, c...),d":   {"a (b, c...)", "d"},
		"a,,b,":           {"a", "b"},
		"":                {},
		"un seul, avec d": {"un seul, avec d"},
	} {
		if got := splitTitles(list); !slices.Equal(got, want) {
			t.Errorf("splitTitles(%q) = %q, want %q", list, got, want)
		}
	}
}
