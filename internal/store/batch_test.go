package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

// release imports records as one release and fails the test when it cannot.
func release(t *testing.T, s *store.Store, id, dataset, scope string, records ...any) {
	t.Helper()
	b, err := s.BeginBatch(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Rollback()
	for _, r := range records {
		if err := b.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	r := market.Release{
		ID: id, Dataset: dataset, Scope: scope, Vintage: scope, Title: "t", Producer: "p", Licence: "l",
		File: dataset + ".csv", SHA256: "hash-" + id, ImportedAt: noon, RowsRead: len(records), RowsKept: len(records),
	}
	if err := b.Commit(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
}

// difficultyOf is an observation of hiring projects.
func difficultyOf(o occupation.ID, a territory.ID, year int, projects, difficult market.Value) market.Observation {
	obs := market.Observation{Occupation: o, Area: a, Year: year}
	obs.Values[market.Projects], obs.Values[market.DifficultProjects] = projects, difficult
	return obs
}

// tensionOf is a published tension with its class.
func tensionOf(o occupation.ID, a territory.ID, year int, t float64, class int) market.Observation {
	obs := market.Observation{Occupation: o, Area: a, Year: year}
	obs.Values[market.Tension] = market.Is(t)
	if class > 0 {
		obs.Values[market.TensionClass] = market.Is(float64(class))
	}
	return obs
}

func TestACommittedBatchBecomesACurrentRelease(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release(t, s, "r1", "bmo", "2024", territory.Area{ID: "dep-69", Label: "Rhône"})
		got, ok, err := s.ReleaseByContent(t.Context(), "hash-r1")
		if err != nil || !ok {
			t.Fatalf("release not found by its content: %v", err)
		}
		if got.Dataset != "bmo" || got.SupersededBy != "" || !got.ImportedAt.Equal(noon) {
			t.Errorf("got %+v", got)
		}
	})
}

func TestARolledBackBatchLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b, err := s.BeginBatch(t.Context(), "r1")
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1000 { // more than one statement's worth
			a := territory.Area{ID: territory.Make(territory.Communes, time.Duration(i).String()), Label: "x"}
			if err := b.Put(t.Context(), a); err != nil {
				t.Fatal(err)
			}
		}
		b.Rollback()
		areas, err := s.Areas(t.Context(), territory.Commune, territory.Communes)
		if err != nil || len(areas) != 0 {
			t.Errorf("%d areas left, %v", len(areas), err)
		}
	})
}

func TestANewerReleaseSupersedesTheOlderWhichStaysQueryable(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release(t, s, "r1", market.DatasetTensionFAP, "2019", tensionOf("fap2009-A0Z40", territory.France, 2019, 0.6, 5))
		release(t, s, "r2", market.DatasetTensionFAP, "2019", tensionOf("fap2009-A0Z40", territory.France, 2019, 0.2, 4))
		release(t, s, "r3", market.DatasetTensionFAP, "2020", tensionOf("fap2009-A0Z40", territory.France, 2020, 0.1, 3))

		current, err := s.Releases(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range current {
			ids = append(ids, r.ID)
		}
		if diff := cmp.Diff([]string{"r3", "r2"}, ids); diff != "" {
			t.Errorf("current releases (-want +got):\n%s", diff)
		}
		old, err := s.CellsAsOf(t.Context(), market.Dares2020(), "r1")
		if err != nil {
			t.Fatal(err)
		}
		if len(old) != 1 || old[0].Class != 5 {
			t.Errorf("as of r1: %+v, want the one cell in class 5", old)
		}
		if _, err := s.RadarAsOf(t.Context(), market.Dares2020(), "r0", market.Query{}); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("as of a release that is not: %v", err)
		}
	})
}

func TestReferenceRowsOfASupersededReleaseGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		x := func(to occupation.ID) occupation.Crosswalk {
			return occupation.Crosswalk{From: "fap2009-A0Z40", To: to, Quality: occupation.Official}
		}
		release(t, s, "r1", "fap_rome", "all", x("rome3-A1416"), x("rome3-A1101"))
		release(t, s, "r2", "fap_rome", "all", x("rome3-A1416"))
		got, err := s.Correspondences(t.Context(), "fap2009-A0Z40")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range got {
			if c.Occupation.ID == "rome3-A1101" {
				t.Error("the row the newer edition dropped is still there")
			}
		}
	})
}

func TestSeveralSourcesFillOneAreaWithoutWipingIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release(t, s, "r1", "population", "2023", territory.Area{ID: "dep-69", Label: "Rhône", Population: 1914667, PopulatedIn: 2023})
		release(t, s, "r2", "bmo", "2024", territory.Area{ID: "dep-69", Region: "reg-84"}, territory.Area{ID: "dep-69", Label: "Rhône"})
		got, err := s.Area(t.Context(), "dep-69")
		if err != nil {
			t.Fatal(err)
		}
		want := territory.Area{ID: "dep-69", Label: "Rhône", Region: "reg-84", Population: 1914667, PopulatedIn: 2023}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("area (-want +got):\n%s", diff)
		}
	})
}

func TestASecretIsStoredAsASecretAndNeverAsZero(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release(t, s, "r1", market.DatasetBMO, "2024",
			territory.Area{ID: territory.France, Label: "France"},
			difficultyOf("fap2021-A0X40", territory.France, 2024, market.Is(12), market.Secret()))
		if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
			t.Fatal(err)
		}
		got, err := s.Difficulties(t.Context(), "fap2021-A0X40", territory.France, 2024, 10)
		if err != nil || len(got) != 1 {
			t.Fatalf("%d rows, %v", len(got), err)
		}
		if got[0].Projects != market.Is(12) || got[0].Difficult.State != market.Suppressed {
			t.Errorf("got projects %+v, difficult %+v", got[0].Projects, got[0].Difficult)
		}
	})
}

func TestUnjoinedNamesTheCodesNoListKnows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release(t, s, "r0", "geo", "all",
			territory.Area{ID: "be2019-8401", Label: "Bourg"}, territory.Membership{Commune: "com-01001", Area: "be2019-8401"},
			territory.Passage{Old: "com-01002", New: "com-01001", Year: 2025})
		stock := func(a territory.ID) market.Observation {
			o := market.Observation{Occupation: "rome3-A1101", Area: a, Year: 2021}
			o.Values[market.OffersStock] = market.Is(1)
			return o
		}
		release(t, s, "r1", "offers", "2021", stock("com-01001"), stock("com-01002"), stock("com-99999"))
		got, err := s.Unjoined(t.Context(), "r1")
		if err != nil {
			t.Fatal(err)
		}
		want := []store.Unjoined{{Kind: "area", Code: "com-99999", Rows: 1}, {Kind: "occupation", Code: "rome3-A1101", Rows: 3}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("unjoined (-want +got):\n%s", diff)
		}
	})
}

func TestRecomputingTwiceChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release(t, s, "r1", market.DatasetTensionFAP, "2019",
			tensionOf("fap2009-A0Z40", territory.France, 2019, 0.6, 5), tensionOf("fap2009-A0Z41", "dep-69", 2019, -0.3, 0))
		all := func() []market.Row {
			if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
				t.Fatal(err)
			}
			rows, err := s.Radar(t.Context(), market.Query{})
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		first := all()
		if len(first) != 2 {
			t.Fatalf("%d cells, want 2", len(first))
		}
		if diff := cmp.Diff(first, all()); diff != "" {
			t.Errorf("second recompute (-first +second):\n%s", diff)
		}
		if stale, err := s.Stale(t.Context()); err != nil || !stale {
			t.Errorf("not stale before the search index is rebuilt: %v, %v", stale, err)
		}
		if err := s.RebuildSearch(t.Context()); err != nil {
			t.Fatal(err)
		}
		if stale, err := s.Stale(t.Context()); err != nil || stale {
			t.Errorf("stale after a recompute and a rebuild: %v, %v", stale, err)
		}
	})
}

// TestTheRadarAsOfTheNewestReleaseIsTheRadar holds the answer worked out in memory against the stored one.
func TestTheRadarAsOfTheNewestReleaseIsTheRadar(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		release(t, s, "r1", market.DatasetTensionFAP, "2019",
			territory.Area{ID: "FR", Label: "France"}, territory.Area{ID: "dep-69", Label: "Rhône", Region: "reg-84"},
			occupation.Occupation{ID: "fap2009-A0Z40", Label: "Agriculteurs"},
			tensionOf("fap2009-A0Z40", territory.France, 2019, 0.6, 5), tensionOf("fap2009-A0Z40", territory.France, 2018, 0.1, 3),
			tensionOf("fap2009-A0Z41", territory.France, 2019, 0.7, 5), tensionOf("fap2009-A0Z40", "dep-69", 2019, -0.3, 2))
		if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
			t.Fatal(err)
		}
		for name, q := range map[string]market.Query{
			"everything": {}, "one level": {Level: territory.Country}, "one région": {Region: "reg-84"}, "a class": {MinClass: 4},
			"a year": {Year: 2018}, "one occupation": {Occupation: "fap2009-A0Z40"}, "the first": {Top: 1}, "the second": {Top: 1, Offset: 1},
		} {
			stored, err := s.Radar(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			computed, err := s.RadarAsOf(t.Context(), market.Dares2020(), "r1", q)
			if err != nil {
				t.Fatal(err)
			}
			if len(stored) == 0 {
				t.Errorf("%s: no rows", name)
			}
			if diff := cmp.Diff(stored, computed); diff != "" {
				t.Errorf("%s (-stored +computed):\n%s", name, diff)
			}
		}
	})
}
