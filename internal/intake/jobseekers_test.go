package intake

import (
	"testing"

	"filiere/internal/market"
)

func TestJobseekers(t *testing.T) {
	checkSamples(t, []sample{
		{
			name: "two categories of a family and year make one observation",
			content: "\"Fap3\",\"Annee\",\"Effectifs\",\"Categorie\"\n" +
				"\"A0Z\",\"1997\",23.5,\"Catégorie A\"\n\"A1Z40\",\"1997\",54,\"Catégorie A\"\n\"A0Z\",\"1997\",30,\"Catégories A, B, C\"\n" +
				"\"Ensemble\",\"1997\",NA,\"Catégorie A\"\n\"ZZZ\",\"1997\",9,\"Catégorie A\"\n" +
				"\"A0Z\",\"1997\",31,\"Catégories A, B, C\"\n\"A0Z\",\"1997\",31,\"Catégorie D\"\n\"A2Z\",\"97\",31,\"Catégorie A\"\n",
			dataset: "jobseekers_fap", vintage: "1997", scope: "national",
			records: []any{
				national("fap2009-A0Z", 1997, map[market.Measure]market.Value{market.JobseekersA: market.Is(23500), market.Jobseekers: market.Is(30000)}),
				national("fap2009-A1Z40", 1997, map[market.Measure]market.Value{market.JobseekersA: market.Is(54000)}),
			},
			refusals: []market.Refusal{
				{Line: 7, Column: "Effectifs", Value: "31", Reason: "contradicts an earlier row of the same family, year and measure"},
				{Line: 8, Column: "Categorie", Value: "Catégorie D", Reason: "not a known measure"},
				{Line: 9, Column: "Annee", Value: "97", Reason: "not a year"},
			},
		},
		{
			name:    "three rates of a family and year make one observation; withheld is not zero",
			content: "Fap3;Type_mmo;Annee;Taux;;;\nA0Z;Taux d'entrée;2007;65,5;;;\nA0Z;Taux de sortie;2007;64.25;;;\nA0Z;Taux de rotation;2007;*;;;\nA1Z;Taux de rotation;2008;abc;;;\n",
			dataset: "movements_fap", vintage: "2007", scope: "national",
			records: []any{
				national("fap2009-A0Z", 2007, map[market.Measure]market.Value{
					market.EntryRate: market.Is(65.5), market.ExitRate: market.Is(64.25), market.RotationRate: market.Secret(),
				}),
			},
			refusals: []market.Refusal{{Line: 5, Column: "Taux", Value: "abc", Reason: "not a number"}},
		},
	})
}
