package store_test

import (
	"slices"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/match"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

func TestATaxonomyHasNamesGroupsAndTies(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if _, err := s.Taxonomy(t.Context(), occupation.ESCO); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("without data: %v", err)
		}
		nurse := occupation.Make(occupation.ESCO, "u-1")
		sheet, fine := occupation.ID("rome3-J1506"), occupation.ID("rome4-J1506")
		put(t, s, "nomenclatures", "1",
			occupation.Occupation{ID: nurse, Label: "infirmier/infirmière"},
			occupation.Title{Occupation: nurse, Label: "aide-soignant qualifié"}, occupation.Title{Occupation: nurse, Label: "infirmier/infirmière"},
			occupation.Occupation{ID: "isco08-2221", Label: "Cadres infirmiers"}, occupation.Occupation{ID: "isco08-22", Label: "Santé"},
			occupation.Crosswalk{From: nurse, To: "isco08-2221", Relation: "broadMatch", Quality: occupation.Official},
			occupation.Occupation{ID: sheet, Label: "Soins infirmiers"}, occupation.Occupation{ID: fine, Label: "Infirmier"},
			occupation.Crosswalk{From: fine, To: sheet, Quality: occupation.Official},
			occupation.Title{Occupation: sheet, Code: "11", Label: "Infirmier / Infirmière DE"},
			occupation.Title{Occupation: fine, Code: "11", Label: "Infirmier / Infirmière"},
			occupation.Title{Occupation: sheet, Code: "12", Label: "Infirmier / Infirmière de bloc"},
			occupation.Crosswalk{From: nurse, To: "ogr-11", Relation: "exactMatch", Quality: occupation.Official},
		)
		got := must[match.Taxonomy](t)(s.Taxonomy(t.Context(), occupation.ESCO))
		if len(got.Entries) != 3 || !slices.Equal(got.Entries[0].Labels, []string{"infirmier/infirmière", "aide-soignant qualifié"}) ||
			got.Entries[0].Group != "2221" || got.Entries[0].Whole || !got.Entries[1].Whole {
			t.Errorf("entries %+v", got.Entries)
		}
		want := []match.Title{
			{Name: "Infirmier / Infirmière", Sheet: string(sheet), Fine: string(fine), Entry: string(nurse), Relation: "exactMatch"},
			{Name: "Infirmier / Infirmière DE", Sheet: string(sheet), Fine: string(fine)},
			{Name: "Infirmier / Infirmière de bloc", Sheet: string(sheet)},
		}
		if !slices.Equal(got.Titles, want) {
			t.Errorf("titles %+v", got.Titles)
		}
		rome := must[match.Taxonomy](t)(s.Taxonomy(t.Context(), occupation.ROME3))
		if len(rome.Entries) != 1 || len(rome.Titles) != 0 || len(rome.Entries[0].Labels) != 3 {
			t.Errorf("ROME %+v", rome)
		}
	})
}
