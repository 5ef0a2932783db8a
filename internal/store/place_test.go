package store_test

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
	"filiere/internal/territory/place"
)

// importPlaces imports a postal list of one edition.
func importPlaces(t *testing.T, s *store.Store, release string, records ...any) {
	t.Helper()
	b, err := s.BeginBatch(t.Context(), release)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Rollback()
	for _, r := range records {
		if err := b.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Commit(t.Context(), market.Release{ID: release, Dataset: "commune_coordinates", Scope: "all"}, nil); err != nil {
		t.Fatal(err)
	}
}

func TestPlacesAreFoundByTheNamesOfTheNewestEdition(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		bron := territory.Area{ID: "com-69029", Label: "Bron", Departement: "dep-69", Lat: 45.7, Lon: 4.9}
		rhone := territory.Area{ID: "dep-69", Label: "Rhône", Region: "reg-84"}
		asked := place.Written{Text: "69500 PARILLY"}
		if got := must[*place.Finder](t)(s.Places(t.Context())).Find(asked); got.How != place.NotFound {
			t.Errorf("without data: %+v", got)
		}
		importPlaces(t, s, "r1", bron, rhone, territory.Membership{Commune: bron.ID, Area: "be2019-8421"},
			territory.Postal{Commune: bron.ID, Code: "69500", Name: "BRON"}, territory.Postal{Commune: bron.ID, Code: "69500", Name: "PARILLY"})
		f := must[*place.Finder](t)(s.Places(t.Context()))
		got := f.Find(asked)
		if len(got.Communes) != 1 || got.Communes[0] != bron.ID || got.How != place.ByName || got.Region != "reg-84" {
			t.Errorf("a name of the postal list: %+v", got)
		}
		if basin, _ := f.Area(got, territory.Bassins2019); basin != "be2019-8421" {
			t.Errorf("lies in basin %q", basin)
		}
		importPlaces(t, s, "r2", territory.Postal{Commune: bron.ID, Code: "69500", Name: "BRON"})
		if got := must[*place.Finder](t)(s.Places(t.Context())).Find(asked); got.How != place.ByPostalCode {
			t.Errorf("a name the newest edition does not have: %+v", got)
		}
	})
}
