package store_test

import (
	"fmt"
	"sync"
	"testing"

	"filiere/internal/market"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// More texts than are kept prepared are asked, by several at once, while the tables change.
func TestStatementsWithoutEndAreAnswered(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	fill(t, s)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i := range store.MostStatements + 20 {
				if n, err := s.Ask(t.Context(), fmt.Sprintf("SELECT %d + count(*) FROM cell", i)); err != nil || n < i {
					t.Errorf("statement %d gave %d, %v", i, n, err)
				}
			}
		})
	}
	readers.Wait()
	if err := s.ReplaceCells(t.Context(), "v2", cells()[:2]); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Ask(t.Context(), "SELECT 0 + count(*) FROM cell"); err != nil || n != 2 {
		t.Errorf("a prepared statement counts %d cells, %v; want 2", n, err)
	}
	if rows, err := s.Radar(t.Context(), market.Query{}); err != nil || len(rows) == 0 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}
