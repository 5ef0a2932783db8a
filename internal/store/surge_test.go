package store_test

import (
	"math"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/market/surge"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

func TestSurgesAreSimulatedOnTheStockOfOffersByBasin(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if _, err := s.SurgeScenario(t.Context()); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("without offers: %v", err)
		}
		put(t, s, "communes", "2024",
			territory.Area{ID: "be2024-8401", Label: "Bourg"},
			territory.Membership{Commune: "com-01001", Area: "be2024-8401"}, territory.Membership{Commune: "com-01002", Area: "be2024-8401"},
			territory.Passage{Old: "com-01003", New: "com-01001", Year: 2023},
			occupation.Occupation{ID: "rome3-D1102", Label: "Boulangerie"})
		stock := func(commune territory.ID, n float64) market.Observation {
			o := market.Observation{Occupation: "rome3-D1102", Area: commune, Year: 2021}
			o.Values[market.OffersStock] = market.Is(n)
			return o
		}
		put(t, s, "offers_stock", "2021-12-21", stock("com-01001", 5), stock("com-01002", 3), stock("com-01003", 2), stock("unlocated", 10))
		put(t, s, "offers_monthly", "2021",
			market.SeriesPoint{Series: "offers_monthly", Key: "total", Period: "2021-11", Value: 90, Unit: "offers"},
			market.SeriesPoint{Series: "offers_monthly", Key: "total", Period: "2021-12", Value: 62, Unit: "offers"})
		got := must[surge.Scenario](t)(s.SurgeScenario(t.Context()))
		if len(got.Months) != 2 || got.Measured != (surge.MonthTotal{Year: 2021, Month: time.December, N: 62}) {
			t.Errorf("months %+v, measured in %+v", got.Months, got.Measured)
		}
		// 62 offers in 31 days are two a day, and half of the stock is this cell's
		if len(got.Rates) != 1 || got.Rates[0].Cell != (surge.Cell{Occupation: "D1102", Area: "8401"}) || math.Abs(got.Rates[0].PerDay-1) > 1e-12 {
			t.Errorf("rates %+v", got.Rates)
		}
	})
}
