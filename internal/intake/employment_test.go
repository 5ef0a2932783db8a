package intake

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

func national(id occupation.ID, year int, values map[market.Measure]market.Value) market.Observation {
	return market.Observation{Occupation: id, Area: territory.France, Year: year, Values: figures(values)}
}

func TestEmployment(t *testing.T) {
	checkSamples(t, []sample{
		{
			name: "people employed: thousands to persons, NA is no zero, ENS is the total and ZZZZZ is not",
			content: "\"Annee\",\"A0Z\",\"ENS\",\"ZZZZZ\",\"A0Z40\"\n\"1983\",1610.5,22404,7,NA\n\"1984\",-1,22335,NA,2\n" +
				"\"1985\",\"1 577,5\",NA,NA,0\n",
			dataset: "employment_fap", vintage: "1983–1985", scope: "national",
			records: []any{
				national("fap2009-A0Z", 1983, map[market.Measure]market.Value{market.Employment: market.Is(1610500)}),
				national(occupation.All, 1983, map[market.Measure]market.Value{market.Employment: market.Is(22404000)}),
				national("fap2009-A0Z", 1985, map[market.Measure]market.Value{market.Employment: market.Is(1577500)}),
				national("fap2009-A0Z40", 1985, map[market.Measure]market.Value{market.Employment: market.Is(0)}),
			},
			refusals: []market.Refusal{{Line: 3, Column: "A0Z", Value: "-1", Reason: "a count cannot be negative"}},
		},
		{
			name: "pay: bands ranked by their floor, a euro sign gone wrong, NA withheld, no family",
			content: "\"Fap\",\"Salaire\",\"Milliers\",\"Pourcentage\"\n" +
				"\"P\",\"3000 \u0080 ou plus\",5.5,50\n\"P\",\"Moins de 1250 \u0080\",5.5,50\n\"P\",\"De 1250 \u0080 à moins de 1500 \u0080\",NA,NA\n" +
				"\"Ensemble\",\"De 1250 \u0080 à moins de 1500 \u0080\",2,25\n\"ZZZ\",\"Moins de 1250 \u0080\",1,10\n\"P\",\"beaucoup\",1,10\n",
			dataset: "pay_fap",
			records: []any{
				market.PayBand{Occupation: "fap2009-P", Band: "3000 € ou plus", Rank: 2, Thousands: 5.5, Percent: 50},
				market.PayBand{Occupation: "fap2009-P", Band: "Moins de 1250 €", Rank: 0, Thousands: 5.5, Percent: 50},
				market.PayBand{Occupation: occupation.All, Band: "De 1250 € à moins de 1500 €", Rank: 1, Thousands: 2, Percent: 25},
			},
			refusals: []market.Refusal{{Line: 7, Column: "Salaire", Value: "beaucoup", Reason: "not a band of pay"}},
		},
		{
			name: "training: not declared has no speciality, a share that is NA is left out",
			content: "\"Fap\",\"Specialite\",\"Label_spedipl\",\"Milliers\",\"Pourcentage\"\n" +
				"\"P\",128,\"Droit\",18.5,16.25\n\"P\",0,\"Non déclaré\",1,2\n\"X0Z01\",110,\"Sciences\",0,NA\n\"ENS\",312,\"Commerce\",4,5\n\"P\",12,\"Court\",1,1\n",
			dataset: "training_fap",
			records: []any{
				market.Training{Occupation: "fap2009-P", NSF: "128", Label: "Droit", Thousands: 18.5, Percent: 16.25},
				market.Training{Occupation: "fap2009-P", Label: "Non déclaré", Thousands: 1, Percent: 2},
				market.Training{Occupation: occupation.All, NSF: "312", Label: "Commerce", Thousands: 4, Percent: 5},
			},
			refusals: []market.Refusal{{Line: 6, Column: "Specialite", Value: "12", Reason: "not an NSF speciality"}},
		},
		{
			name: "hirings by activity, and their sum by sheet at the end",
			content: "rome_id,rome_label,naf_id,naf_label,hirings\n" +
				"A1101,Conduite,0111Z,\"Culture de céréales (sauf riz), légumineuses\",161\nA1101,Conduite,0121Z,Vigne,39\nA1201,Bois,0220Z,Forêt,\nA1201,Bois,220,Forêt,4\n",
			dataset: "hirings_rome_naf", vintage: "2021", scope: "2021",
			records: []any{
				market.HiringSector{Occupation: "rome3-A1101", NAF: "0111Z", Label: "Culture de céréales (sauf riz), légumineuses", Year: 2021, Hirings: 161},
				market.HiringSector{Occupation: "rome3-A1101", NAF: "0121Z", Label: "Vigne", Year: 2021, Hirings: 39},
				national("rome3-A1101", 2021, map[market.Measure]market.Value{market.Hirings: market.Is(200)}),
			},
			refusals: []market.Refusal{
				{Line: 4, Column: "hirings", Reason: "a number is required here"},
				{Line: 5, Column: "naf_id", Value: "220", Reason: "not a NAF code"},
			},
		},
	})
}

func TestEmploymentWithAnUnknownColumnIsRefusedWhole(t *testing.T) {
	rep, m := readSample(t, "Annee,A0Z,A0Z40,ENS,ZZZZZ,total\n2018,1,1,1,1,1\n")
	if rep.Outcome != Refused || len(m.records) != 0 {
		t.Errorf("got %s with %d records, want refused with none", rep.Outcome, len(m.records))
	}
}
