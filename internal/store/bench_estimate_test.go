package store_test

import (
	"os"
	"testing"

	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// BenchmarkEstimates makes every estimate anew from what is in the database benchVariable names, reading and
// writing included; 1,584 occupations of ROME 4 have those of their 532 sheets. Without it, it estimates a
// made-up table of 30 sheets in 40 basins.
func BenchmarkEstimates(b *testing.B) {
	path := os.Getenv(benchVariable)
	madeUp := path == ""
	if madeUp {
		path = b.TempDir() + "/bench.db"
	}
	s, err := store.Open(b.Context(), path, storetest.Clock)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	if madeUp {
		tensions(b, s)
	}
	for b.Loop() {
		cells, err := s.RemakeEstimates(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(cells), "estimates")
	}
}
