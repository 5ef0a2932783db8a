package intake

import (
	"context"
	"testing"
	"testing/fstest"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

const certifHeader = "Code_Diplome;Libelle_Diplome;Libelle_Type_Diplome;Code_Niveau_Europeen;Date_MaJ;Code_FormaCode;Libelle_FormaCode;Code_Rome_1;Code_Rome_2;Code_Rome_3;Code_Rome_4;Code_Rome_5;Code_Nsf;Code_RNCP;Code_RS;valideur;certificateur;Annee_Derniere_Session;Etat;Etat_Libelle\n"

func TestCertifications(t *testing.T) {
	checkSamples(t, []sample{
		{
			name: "Certif Info: register numbers, variants of a title, domains filled to five, lone quotes",
			content: certifHeader +
				"10;CAP arts du bois option sculpteur;CAP;3;12/03/2024;45066;Bois;B1302;;;;;234;4863;;Ministère;;;0;Publié\n" +
				"11;CAP arts du bois option tourneur;CAP;3;12/03/2024;45066;Bois;H2206;;;;;234;4863;;Ministère;;;0;Publié\n" +
				"12;Test \"level A\";Habilitation;;06/01/2022;15214;Anglais;;;;;;136;;5638;;Bright;;11;habilitations\n" +
				"13;BP coiffure;BP;4;28/06/2024;;;D1200;;;;;336;5000;;;M;2023;0;Publié\n" +
				"14;Magistère économie;Magistère;;16/04/2024;;;;;;;;122;;;Université;;;4;formations préparatoires et non certifiantes\n" +
				"15;Titre;Titre;9;16/04/2024;;;;;;;;122;;;U;;;0;Publié\n" +
				"16;Titre;Titre;5;16/04/2024;;;Z99;;;;;122;;;U;;;0;Publié\n",
			dataset: "certif_info", vintage: "2024-06-28",
			records: []any{
				occupation.CertificationLink{Certification: "RNCP4863", Occupation: "rome3-B1302"},
				occupation.Speciality{ID: "formacode-45066", Label: "Bois"},
				occupation.CertificationLink{Certification: "RNCP4863", Occupation: "rome3-H2206"},
				occupation.Speciality{ID: "formacode-15214", Label: "Anglais"},
				occupation.CertificationLink{Certification: "RNCP5000", Occupation: "rome3-D12"},
				occupation.Certification{ID: "RNCP4863", Title: "CAP arts du bois", Kind: "CAP", Level: 3, Certifier: "Ministère", Active: true, NSF: "234"},
				occupation.Certification{ID: "RS5638", Title: `Test "level A"`, Kind: "Habilitation", Certifier: "Bright", Active: true, NSF: "136"},
				occupation.Certification{ID: "RNCP5000", Title: "BP coiffure", Kind: "BP", Level: 4, Certifier: "M", NSF: "336"},
				occupation.Certification{ID: "CI14", Title: "Magistère économie", Kind: "Magistère", Certifier: "Université", NSF: "122"},
			},
			refusals: []market.Refusal{
				{Line: 7, Column: "Code_Niveau_Europeen", Value: "9", Reason: "not a European level from 1 to 8"},
				{Line: 8, Column: "Code_Rome_1", Value: "Z99", Reason: "neither a ROME sheet nor a domain"},
			},
		},
		{
			name: "RNCP: month first, a title over two lines, the same title twice",
			content: "CodeRNCP;intituleDiplome;date_fin_validite_enregistrement;ActiveInactive;EtatFiche;NiveauEurope;CodeTypeCertif;TypeCertif;AncienneFiche;NouvelleFiche;TypeEnregistrement\n" +
				"RNCP1000;\"Métiers de la\r\npierre\r\";8/31/24;ACTIVE;Publiée;niveau4;BP;Brevet professionnel;;RNCP32230;X\n" +
				"RNCP1000;\"Métiers de la\r\npierre\r\";8/31/24;ACTIVE;Publiée;niveau4;BP;Brevet professionnel;;RNCP32231;X\n" +
				"RNCP1001;Ancien;12/31/05;INACTIVE;Publiée;;BP;;;;X\nRNCP1002;Faux;31/12/05;INACTIVE;Publiée;;BP;;;;X\nCI3;Autre;;ACTIVE;Publiée;;BP;;;;X\n",
			dataset: "rncp",
			records: []any{
				occupation.Certification{ID: "RNCP1000", Title: "Métiers de la pierre", Kind: "Brevet professionnel", Level: 4, Active: true, Expires: "2024-08-31"},
				occupation.Certification{ID: "RNCP1001", Title: "Ancien", Expires: "2005-12-31"},
			},
			refusals: []market.Refusal{
				{Line: 7, Column: "date_fin_validite_enregistrement", Value: "31/12/05", Reason: "not a date (month/day/year)"},
				{Line: 8, Column: "CodeRNCP", Value: "CI3", Reason: "not a number of the register (RNCP…, RS…)"},
			},
		},
		{
			name:    "ROME of the RNCP: sheets and domains, no level between",
			content: "CodeRNCP;EtatFiche;Rome;libelle;;\nRNCP34001;;A1101;Conduite d''engins;;\nRNCP34001;;H12;Conception;;\nRNCP34001;;K;Services;;\nRNCP34001;;H1;Études;;\n",
			dataset: "rncp_rome",
			records: []any{
				occupation.CertificationLink{Certification: "RNCP34001", Occupation: "rome3-A1101"},
				occupation.CertificationLink{Certification: "RNCP34001", Occupation: "rome3-H12"},
				occupation.CertificationLink{Certification: "RNCP34001", Occupation: "rome3-K"},
			},
			refusals: []market.Refusal{{Line: 5, Column: "Rome", Value: "H1", Reason: "neither a ROME sheet nor a domain"}},
		},
		{
			name:    "blocks: a number may not name two",
			content: "CodeRNCP;numero_bloc;intitule;;\nRNCP1;RNCP1BC01;\"Un \"\"bloc\"\"\";;\nRNCP1;RNCP1BC01;Un autre;;\n",
			dataset: "rncp_blocks",
			records: []any{occupation.CertificationBlock{Certification: "RNCP1", Number: "RNCP1BC01", Title: `Un "bloc"`}},
			refusals: []market.Refusal{
				{Line: 3, Column: "numero_bloc", Value: "RNCP1BC01", Reason: "another block of the title has this number"},
			},
		},
		{
			name:    "certifiers: many for one title, none where the name is blank",
			content: "CodeRNCP;Certificateur;siret_organisme;\nRNCP1;Ministère;;\nRNCP1;Université;123;\nRNCP2;;;\n",
			dataset: "rncp_certifiers",
			records: []any{occupation.Certifier{Certification: "RNCP1", Name: "Ministère"}, occupation.Certifier{Certification: "RNCP1", Name: "Université"}},
		},
		{
			name:    "specialities: with a letter for the function, repeated",
			content: "CodeRNCP;code;Libelle;;\nRNCP1;326;Informatique;;\nRNCP1;326;Informatique;;\nRNCP1;110f;Sciences (technologies);;\nRNCP1;ABC;X;;\n",
			dataset: "rncp_nsf",
			records: []any{
				occupation.CertificationSpeciality{Certification: "RNCP1", Speciality: "nsf-326"},
				occupation.CertificationSpeciality{Certification: "RNCP1", Speciality: "nsf-110f"},
				occupation.Speciality{ID: "nsf-110f", Label: "Sciences (technologies)"},
			},
			refusals: []market.Refusal{{Line: 5, Column: "code", Value: "ABC", Reason: "not an NSF code"}},
		},
		{
			name:    "the partial list of 2026",
			content: "\xef\xbb\xbfcode_rome;intitule_rome;code_rncp;intitule_rncp;niveau_rncp\nD1402;Relation;RNCP37974;Développeur;NIV6\nH1100;Affaires;RNCP37974;Développeur;NIV6\n",
			dataset: "rome_rncp",
			records: []any{
				occupation.Certification{ID: "RNCP37974", Title: "Développeur", Level: 6, Active: true},
				occupation.CertificationLink{Certification: "RNCP37974", Occupation: "rome3-D1402"},
				occupation.CertificationLink{Certification: "RNCP37974", Occupation: "rome3-H11"},
			},
		},
	})
}

func TestCertifInfoHasTheLastWordWhateverTheFilesAreCalled(t *testing.T) {
	m := &memory{}
	files := fstest.MapFS{
		"a": {Data: []byte(certifHeader + "13;Le titre de 2024;BP;4;28/06/2024;;;;;;;;336;5000;;;M;;0;Publié\n")},
		"b": {Data: []byte("CodeRNCP;intituleDiplome;date_fin_validite_enregistrement;ActiveInactive;EtatFiche;NiveauEurope;TypeCertif\nRNCP5000;Le titre de 2021;;INACTIVE;Publiée;niveau4;BP\n")},
		"c": {Data: []byte("code_rome;intitule_rome;code_rncp;intitule_rncp;niveau_rncp\nD1402;R;RNCP5000;Le titre de la liste;NIV4\n")},
	}
	if err := importer(m).RunFS(context.Background(), files, func(Report) {}); err != nil {
		t.Fatal(err)
	}
	var last occupation.Certification
	for _, r := range m.records {
		if c, ok := r.(occupation.Certification); ok {
			last = c
		}
	}
	if last.Title != "Le titre de 2024" {
		t.Errorf("the last word is %q, want Certif Info's", last.Title)
	}
}

func TestVariantsShareTheirTitle(t *testing.T) {
	for _, c := range []struct {
		name   string
		titles []string
		want   string
	}{
		{"one", []string{"CAP cuisine"}, "CAP cuisine"},
		{"mentions", []string{"DEJEPS spécialité perfectionnement sportif mention golf", "DEJEPS spécialité perfectionnement sportif mention pétanque"}, "DEJEPS spécialité perfectionnement sportif"},
		{"too little in common", []string{"MC peinture", "Certificat de spécialisation peinture"}, "MC peinture"},
		{"one within the other", []string{"BP vêtement sur mesure option A", "BP vêtement sur mesure"}, "BP vêtement sur mesure"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var variants []certifVariant
			for _, title := range c.titles {
				variants = append(variants, certifVariant{Certification: occupation.Certification{Title: title}})
			}
			if got := sharedTitle(variants, c.titles[0]); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
