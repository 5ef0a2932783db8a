package store_test

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

func TestSearchFindsWhatPeopleType(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		for _, c := range []struct{ typed, ref string }{
			{"infirmiere", "fap2009-V1Z80"},
			{"INFIRMIÈRES", "fap2009-V1Z80"},
			{"infirm", "fap2009-V1Z80"},
			{"infirmiere de bloc", "rome3-J1506"},
			{"serveuse", "fap2009-S2Z61"},
			{"serveuse restaurant", "fap2009-S2Z61"},
			{"serveuse salle", "rome3-G1803"},
			{"aide soignante", "rome3-J1501"},
			{"aide-soign", "rome3-J1501"},
			{"developpeur web", "rome4-M1805"},
			{"développeuse", "rome4-M1805"},
			{"J1506", "rome3-J1506"},
			{"v1z80", "fap2009-V1Z80"},
			{"saint etienne", "be2019-8401"},
			{"st-étienne", "be2019-8401"},
			{"saint etienne molard", "be2019-8401"},
			{"l'isle", "be2024-8451"},
			{"isle abeau", "be2024-8451"},
			{"Lyon", "be2019-8402"},
			{"Lyon 8", "be2019-8402"},
			{"lyon 8eme", "be2019-8402"},
			{"Paris 15", "dep-75"},
			{"ile de france", "reg-11"},
			{"69", "dep-69"},
		} {
			found := must[[]market.Found](t)(s.Search(t.Context(), c.typed, 5))
			if len(found) == 0 || found[0].Ref != c.ref {
				t.Errorf("%q finds %+v, want %s first", c.typed, found, c.ref)
			}
		}
		for _, nothing := range []string{"", "  ", "de la", "zzz", "infirmier zzz", "%", "'; DROP TABLE area; --"} {
			if found := must[[]market.Found](t)(s.Search(t.Context(), nothing, 5)); len(found) != 0 {
				t.Errorf("%q finds %+v", nothing, found)
			}
		}
	})
}

func TestSearchSaysWhichNameMatched(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		found := must[[]market.Found](t)(s.Search(t.Context(), "serveuse salle", 0))
		want := market.Found{Kind: "occupation", Ref: "rome3-G1803", Label: "Service en restauration", Match: "Serveur / Serveuse en salle"}
		if len(found) == 0 || found[0] != want {
			t.Errorf("found %+v, want %+v first", found, want)
		}
	})
}

func TestSearchIsRebuiltNotAppended(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		before := must[[]market.Found](t)(s.Search(t.Context(), "infirmier", 0))
		if err := s.RebuildSearch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if after := must[[]market.Found](t)(s.Search(t.Context(), "infirmier", 0)); len(after) != len(before) || len(after) == 0 {
			t.Errorf("%d names before, %d after", len(before), len(after))
		}
	})
}
