package intake

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

func TestSpecialities(t *testing.T) {
	checkSamples(t, []sample{
		{
			name: "groups: the label for print is better than the one in capitals",
			content: "\xef\xbb\xbfGROUPE_SPECIALITE;DOMAINE_SPECIALITE;LIBELLE_COURT;LIBELLE_LONG;LIBELLE_STAT_33;DATE_OUVERTURE;DATE_FERMETURE;DATE_INTERVENTION;LIBELLE_EDITION;N_COMMENTAIRE\n" +
				"414;41;;DEVELOPMT.CAPACITES;D;;;;Développement des capacités;\n229;22;;DO22 : TRANSFORMATIONS;D;;;;;\n22X;22;;FAUX;D;;;;;\n",
			dataset:  "nsf_groups",
			records:  []any{occupation.Speciality{ID: "nsf-414", Label: "Développement des capacités"}, occupation.Speciality{ID: "nsf-229", Label: "DO22 : TRANSFORMATIONS"}},
			refusals: []market.Refusal{{Line: 4, Column: "GROUPE_SPECIALITE", Value: "22X", Reason: "not an NSF code of this level"}},
		},
		{
			name:    "domains",
			content: "DOMAINE_SPECIALITE;CATEGORIE_SPECIALITE;LIBELLE_COURT;LIBELLE_LONG\n11;1;;MATHEMATIQUES ET SCIENCES\n",
			dataset: "nsf_domains",
			records: []any{occupation.Speciality{ID: "nsf-11", Label: "MATHEMATIQUES ET SCIENCES"}},
		},
		{
			name:    "categories",
			content: "CATEGORIE_SPECIALITE;LIBELLE_COURT;LIBELLE_LONG\n1;DIS;SPECIALITES DISCIPLINAIRES\n",
			dataset: "nsf_categories",
			records: []any{occupation.Speciality{ID: "nsf-1", Label: "SPECIALITES DISCIPLINAIRES"}},
		},
		{
			name:     "Formacode",
			content:  "code_formacode,libelle,nb_certifications\n11016,Analyse données,27\n1101,Court,2\n",
			dataset:  "formacode",
			records:  []any{occupation.Speciality{ID: "formacode-11016", Label: "Analyse données"}},
			refusals: []market.Refusal{{Line: 3, Column: "code_formacode", Value: "1101", Reason: "not a Formacode"}},
		},
	})
}
