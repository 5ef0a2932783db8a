package intake

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

func TestOffers(t *testing.T) {
	stock := func(id occupation.ID, area territory.ID, n float64) market.Observation {
		return market.Observation{Occupation: id, Area: area, Year: 2021, Values: figures(map[market.Measure]market.Value{market.OffersStock: market.Is(n)})}
	}
	checkSamples(t, []sample{
		{
			name: "stock: repeated pairs and unknown places are added up, arrondissements stay",
			content: "\"commune\";\"dc_rome_id\";\"nb_offre\";\"date_extract\"\n" +
				";A1417;1;2021-12-21\n\"75101\";A1417;2;2021-12-21\n\"01004\";F1302;1;2021-12-21\n\"01004\";F1302;2;2021-12-21\nnull;A1417;4;2021-12-21\n" +
				"\"01004\";F1303;1;2021-12-22\n\"01004\";F1303;;2021-12-21\n\"01004\";F1303;1;21/12/2021\n",
			dataset: "offers_stock", vintage: "2021-12-21", scope: "2021-12-21",
			records: []any{
				stock("rome3-A1417", territory.Unlocated, 5), stock("rome3-A1417", "com-75101", 2), stock("rome3-F1302", "com-01004", 3),
			},
			refusals: []market.Refusal{
				{Line: 7, Column: "date_extract", Value: "2021-12-22", Reason: "not the day of the other rows"},
				{Line: 8, Column: "nb_offre", Reason: "a number is required here"},
				{Line: 9, Column: "date_extract", Value: "21/12/2021", Reason: "not a date (2021-12-31)"},
			},
		},
		{
			name:    "by month",
			content: "Année,Trimestre,Mois,Nombre d'offres diffusées\n2015,T1,1,352800\n2015,T1,2,\n2015,T1,13,5\n",
			dataset: "offers_monthly", vintage: "2015",
			records:  []any{market.SeriesPoint{Series: "offers_monthly", Key: "total", Period: "2015-01", Value: 352800, Unit: "offers"}},
			refusals: []market.Refusal{{Line: 4, Column: "Mois", Value: "13", Reason: "not a month"}},
		},
		{
			name:    "by contract, with a column without a name",
			content: "Année,Trimestre,Mois,CDI,\"Autres contrats (intérim, saisonniers, ...)\",\n2024,T4,12,10,20,\n2025,T1,1,30,NA,\n",
			dataset: "offers_by_contract", vintage: "2024–2025",
			records: []any{
				market.SeriesPoint{Series: "offers_by_contract", Key: "CDI", Period: "2024-12", Value: 10, Unit: "offers"},
				market.SeriesPoint{Series: "offers_by_contract", Key: "Autres contrats (intérim, saisonniers, ...)", Period: "2024-12", Value: 20, Unit: "offers"},
				market.SeriesPoint{Series: "offers_by_contract", Key: "CDI", Period: "2025-01", Value: 30, Unit: "offers"},
			},
		},
		{
			name: "by domain: large domains, their parts, the total, a note at the side",
			content: "Grand domaine,Domaine,Offres au T3 2025,Part des offres,Evolution sur un an,Part des offres durables,Différence de la part d'offres durables sur un an,,\n" +
				"Industrie,,300,0.3,-0.1,0.5,-3.7,,\"Source : moi\"\ndont,Encadrement,100,0.1,0,0.6,0,,\n,Énergie,200,0.2,0,NA,0,,\nTransport,,x,0,0,0,0,,\nTOTAL,,1000,1,0,0.7,0,,\n",
			dataset: "offers_by_domain", vintage: "2025-T3", scope: "2025-T3",
			records: []any{
				market.SeriesPoint{Series: "offers_by_domain", Key: "Industrie", Period: "2025-T3", Value: 300, Unit: "offers"},
				market.SeriesPoint{Series: "durable_offers_by_domain", Key: "Industrie", Period: "2025-T3", Value: 0.5, Unit: "share"},
				market.SeriesPoint{Series: "offers_by_domain", Key: "Industrie / Encadrement", Period: "2025-T3", Value: 100, Unit: "offers"},
				market.SeriesPoint{Series: "durable_offers_by_domain", Key: "Industrie / Encadrement", Period: "2025-T3", Value: 0.6, Unit: "share"},
				market.SeriesPoint{Series: "offers_by_domain", Key: "Industrie / Énergie", Period: "2025-T3", Value: 200, Unit: "offers"},
				market.SeriesPoint{Series: "offers_by_domain", Key: "total", Period: "2025-T3", Value: 1000, Unit: "offers"},
				market.SeriesPoint{Series: "durable_offers_by_domain", Key: "total", Period: "2025-T3", Value: 0.7, Unit: "share"},
			},
			refusals: []market.Refusal{{Line: 5, Column: "Offres au T3 2025", Value: "x", Reason: "not a number"}},
		},
	})
}
