package storetest_test

import (
	"testing"

	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

func TestEachGivesAnEmptyStoreOfEachEngine(t *testing.T) {
	seen := map[string]bool{}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		seen[s.Engine()] = true
		releases, err := s.Releases(t.Context(), true)
		if err != nil || len(releases) != 0 {
			t.Errorf("a fresh store lists %d releases, error %v", len(releases), err)
		}
	})
	if !seen["sqlite"] {
		t.Error("SQLite did not run")
	}
}
