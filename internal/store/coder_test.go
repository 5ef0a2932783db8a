package store_test

import (
	"slices"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/occupation/coder"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

func TestACoderLearnsFromBothEditionsOfTheROME(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		put(t, s, "rome", "3.47",
			occupation.Occupation{ID: "rome3-D1102", Label: "Boulangerie", Definition: "Fait le pain"},
			occupation.Title{Occupation: "rome3-D1102", Label: "Boulanger"},
			occupation.Skill{ID: "ogr-1", Label: "Pétrir", Kind: occupation.Competence},
			occupation.SkillLink{Occupation: "rome3-D1102", Skill: "ogr-1"})
		put(t, s, "rome4", "4.60",
			occupation.Occupation{ID: "rome4-D1107", Label: "Boulanger bio"},
			occupation.Crosswalk{From: "rome4-D1107", To: "rome3-D1102", Quality: occupation.Official},
			occupation.Title{Occupation: "rome4-D1107", Label: "Tourier"})
		open := market.Observation{Occupation: "rome3-D1102", Area: "FR", Year: 2021}
		open.Values[market.OffersStock] = market.Is(7)
		put(t, s, "offers_stock", "2021-12-21", open)
		in := must[coder.Input](t)(s.CoderInput(t.Context()))
		if len(in.Sheets) != 1 || in.Parents["D1107"] != "D1102" {
			t.Fatalf("got %+v", in)
		}
		sheet := in.Sheets[0]
		if sheet.Code != "D1102" || !slices.Equal(sheet.Titles, []string{"Boulanger", "Boulanger bio", "Tourier"}) ||
			!slices.Equal(sheet.Texts, []string{"Fait le pain", "Pétrir"}) || sheet.Offers != 7 {
			t.Errorf("sheet %+v", sheet)
		}
		later := must[[]coder.Advert](t)(s.LaterTitles(t.Context()))
		if len(later) != 1 || later[0].Title != "Tourier" || later[0].Code != "D1102" {
			t.Errorf("later titles %+v", later)
		}
	})
}
