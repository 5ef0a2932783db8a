package intake

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

func TestROME3(t *testing.T) {
	checkSamples(t, []sample{
		{
			name: "sheets: doubled apostrophe, one no longer in force, a bad code",
			content: "\"code_rome\",\"code_fiche_em\",\"code_ogr\",\"libelle_rome\",\"statut\"\n" +
				"\"A1101\",\"1\",\"10\",\"Conduite d''engins\",\"1\"\n\"A1102\",\"2\",\"11\",\"Ancienne\",\"0\"\n\"A110\",\"3\",\"12\",\"Court\",\"1\"\n",
			dataset: "rome3", vintage: "3",
			records:  []any{occupation.Occupation{ID: "rome3-A1101", Label: "Conduite d'engins"}},
			refusals: []market.Refusal{{Line: 4, Column: "code_rome", Value: "A110", Reason: "not the code of a ROME sheet"}},
		},
		{
			name: "tree: only the domains of the tree of the sheets",
			content: "code_ogr,code_type_referentiel,code_pere,code_noeud,libelle_item_arbo,code_item_arbo_associe,code_type_noeud,libelle_type_noeud,statut\n" +
				"1,6,A,A14,Production,0,2,NOEUD,1\n2,6,A14,A1401,Aide,15,3,FEUILLE,1\n3,7,0,A14,Thème,0,2,NOEUD,1\n",
			dataset: "rome3_tree", vintage: "3",
			records: []any{occupation.Occupation{ID: "rome3-A14", Label: "Production"}},
		},
		{
			name: "titles",
			content: "code_ogr,libelle_appellation_long,libelle_appellation_court,code_rome,code_type_section_appellation,libelle_type_section_appellation,statut\n" +
				"39045,Commissaire d''expositions,Commissaire,K1602,1,PRINCIPALE,1\n3904X,Autre,Autre,K1602,1,PRINCIPALE,1\n",
			dataset: "rome3_titles", vintage: "3",
			records:  []any{occupation.Title{Occupation: "rome3-K1602", Code: "39045", Label: "Commissaire d'expositions"}},
			refusals: []market.Refusal{{Line: 3, Column: "code_ogr", Value: "3904X", Reason: "not an OGR number"}},
		},
		{
			name: "texts: by kind, in their order, with a line break inside quotes and an unknown kind",
			content: "\"code_rome\",\"position_libelle_txt\",\"code_type_texte\",\"libelle_texte\",\"libelle_type_texte\"\n" +
				"\"F1703\",\"1\",\"1\",\"Peut encadrer l''équipe.\",\"definition\"\n\"F1703\",\"0\",\"1\",\"Construit\ndes murs.\",\"definition\"\n" +
				"\"F1703\",\"0\",\"2\",\"CAP.\",\"acces_a_em\"\n\"F1703\",\"0\",\"3\",\"En hauteur.\",\"cond_exercice_activite\"\n\"F1703\",\"0\",\"4\",\"?\",\"autre\"\n",
			dataset: "rome3_texts", vintage: "3",
			records: []any{occupation.Occupation{
				ID: "rome3-F1703", Definition: "Construit\ndes murs.\nPeut encadrer l'équipe.", Access: "CAP.", Conditions: "En hauteur.",
			}},
			refusals: []market.Refusal{{Line: 7, Column: "libelle_type_texte", Value: "autre", Reason: "not a known kind of text"}},
		},
		{
			name: "mobility: rows of titles are lifted to their sheets, close wins",
			content: "code_rome,code_rome_cible,code_appellation_source,code_appellation_cible,code_type_mobilite,libelle_type_mobilite\n" +
				"A1101,A1416,,,1,Proche\nA1204,G1202,,11059,2,Evolution\nA1204,G1202,,11060,1,Proche\nA1204,,,11060,1,Proche\n",
			dataset: "rome3_mobility", vintage: "3",
			records: []any{
				occupation.Mobility{From: "rome3-A1101", To: "rome3-A1416", Close: true},
				occupation.Mobility{From: "rome3-A1204", To: "rome3-G1202", Close: true},
			},
			refusals: []market.Refusal{{Line: 5, Column: "code_rome_cible", Reason: "a value is required here"}},
		},
		{
			name:    "knowledge",
			content: "code_ogr,libelle_competence,code_type_competence,libelle_type_competence,statut\n100010,Utilisation d''engins,1,SAVOIRS,1\n",
			dataset: "rome3_skills", vintage: "3",
			records: []any{occupation.Skill{ID: "ogr-100010", Label: "Utilisation d'engins", Kind: occupation.Knowledge}},
		},
		{
			name: "activities",
			content: "code_ogr,code_tete_rgpmt,libelle_activite,libelle_activite_impression,code_type_activite,libelle_type_activite,code_type_item_activite,libelle_type_item_activite,statut\n" +
				"116932,,Suivre l''état des stocks,,3,ACTIVITE,2,SIMPLE,1\n",
			dataset: "rome3_activities", vintage: "3",
			records: []any{occupation.Skill{ID: "ogr-116932", Label: "Suivre l'état des stocks", Kind: occupation.Competence}},
		},
		{
			name: "links: base is core, specific is not, titles and places of work are no skills",
			content: "code_rome,code_ogr,code_ref_rubrique,position_bloc,code_type_referentiel,code_compo_bloc,position_item,id_priorisation\n" +
				"C1401,101343,7,1,1,8,2,1\nC1401,100381,10,6,1,9,1,1\nC1401,116932,6,1,2,8,1,1\nC1401,11111,4,1,4,3,1,1\nC1401,22222,12,1,1,1,1,1\n",
			dataset: "rome3_links", vintage: "3",
			records: []any{
				occupation.SkillLink{Occupation: "rome3-C1401", Skill: "ogr-101343", Core: true},
				occupation.SkillLink{Occupation: "rome3-C1401", Skill: "ogr-100381"},
				occupation.SkillLink{Occupation: "rome3-C1401", Skill: "ogr-116932", Core: true},
			},
			refusals: []market.Refusal{{Line: 6, Column: "code_ref_rubrique", Value: "12", Reason: "not a known rubrique of the sheet"}},
		},
	})
}

func TestROME4(t *testing.T) {
	checkSamples(t, []sample{
		{
			name:    "sheets lead to their ROME 3 sheet",
			content: "code_rome,code_fiche_metier,code_ogr,libelle_rome,code_rome_parent\nA1102,30047,403950,Conducteur d'engins,A1101\nA1103,1,2,Sans parent,\n",
			dataset: "rome4", vintage: "4",
			records: []any{
				occupation.Occupation{ID: "rome4-A1102", Label: "Conducteur d'engins"},
				occupation.Crosswalk{From: "rome4-A1102", To: "rome3-A1101", Quality: occupation.Official},
				occupation.Occupation{ID: "rome4-A1103", Label: "Sans parent"},
			},
		},
		{
			name:    "titles",
			content: "code_ogr,libelle_appellation_long,libelle_appellation_court,code_rome,classification,code_rome_parent,peu_usite\n10200,Abatteur / Abatteuse,Abatteur,F1402,SYNONYME,F1402,N\n",
			dataset: "rome4_titles", vintage: "4",
			records: []any{occupation.Title{Occupation: "rome4-F1402", Code: "10200", Label: "Abatteur / Abatteuse"}},
		},
		{
			name:    "tree: columns without names",
			content: " , , , ,Code OGR\nA, , ,\"Agriculture et Pêche, animaux\", \nA,11, ,Engins agricoles, \nA,11,01,Conducteur,6\nA,1,01,Trop court,6\n",
			dataset: "rome4_tree", vintage: "4",
			records: []any{
				occupation.Occupation{ID: "rome4-A", Label: "Agriculture et Pêche, animaux"},
				occupation.Occupation{ID: "rome4-A11", Label: "Engins agricoles"},
			},
			refusals: []market.Refusal{{Line: 5, Value: "A,1,01,Trop court,6", Reason: "not a letter, a domain, a sheet and a label"}},
		},
		{
			name:    "knowledge keeps its OGR number",
			content: "Catégorie,Sous-catégorie,Savoir,Code OGR\nNormes,\"Normes, règles\",Rédaction,477597\nNormes,X,Sans code,\n",
			dataset: "rome4_knowledge", vintage: "4",
			records:  []any{occupation.Skill{ID: "ogr-477597", Label: "Rédaction", Kind: occupation.Knowledge}},
			refusals: []market.Refusal{{Line: 3, Column: "Code OGR", Reason: "a value is required here"}},
		},
		{
			name: "competences have no number: their ID is their label; rows that stop above are passed over",
			content: "0 - Code domaine compétence,1 - Domaine compétence,2 - Enjeu,3 - Objectif,4 - Macro-compétence,5 - Compétence,Catégorie,5 - Compétence (bis)\n" +
				"1,D,E,O,M,Choisir l'été,Savoir-faire,Choisir l'été\n1,D,E,O,M2,,,\n1,D,E,O,M3,Choisir l'été,Savoir-faire,Choisir l'été\n",
			dataset: "rome4_competences", vintage: "4",
			records: []any{occupation.Skill{ID: "rome4-choisir_l_ete", Label: "Choisir l'été", Kind: occupation.Competence}},
		},
		{
			name: "macro-competences",
			content: "0 - Code domaine compétence,1 - Domaine compétence,2 - Enjeu,3 - Objectif,4 - Macro-compétence,Catégorie,4 - Macro-compétence (bis)\n" +
				"6,D,E,O,Avoir le sens du service,Savoir-être professionnel,Avoir le sens du service\n",
			dataset: "rome4_macro_competences", vintage: "4",
			records: []any{occupation.Skill{ID: "rome4-avoir_le_sens_du_service", Label: "Avoir le sens du service", Kind: occupation.Competence}},
		},
	})
}
