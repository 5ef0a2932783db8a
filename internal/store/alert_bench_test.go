package store_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

// madeCells are cells of the size of the official tables by basin, few of which open an alert.
func madeCells() []market.Cell {
	var out []market.Cell
	for o := range 532 {
		for a := range 300 {
			c := market.Cell{
				Occupation: occupation.ID(fmt.Sprintf("rome3-A%04d", o)), Area: territory.ID(fmt.Sprintf("be2019-%04d", 1000+a)), Year: 2021,
				Class: 1 + (o*7+a*3)%5, Origin: market.Published, Offers: market.Is(float64((o*31 + a*17) % 2100)), Sources: "made",
			}
			c.Causes[1] = 1 + (o*3)%5
			out = append(out, c)
		}
	}
	return out
}

// benchHouse is a school whose alerts are open: the one FILIERE_BENCH_DB names, which is changed, or one with
// made cells.
func benchHouse(b *testing.B) *store.Store {
	b.Helper()
	dsn := os.Getenv("FILIERE_BENCH_DB")
	made := dsn == ""
	if made {
		dsn = storetest.Fresh(b, "sqlite")
	}
	s, err := store.Open(b.Context(), dsn, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	if made {
		if err := s.ReplaceCells(b.Context(), "v1", madeCells()); err != nil {
			b.Fatal(err)
		}
		if err := s.KeepStatistics(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := s.ScanAlerts(b.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{}); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkEvaluateAlerts holds the alerts against the newest figures: all of them, and after ten cells changed.
func BenchmarkEvaluateAlerts(b *testing.B) {
	s := benchHouse(b)
	evaluate := func(b *testing.B, full bool) {
		b.Helper()
		if _, err := s.EvaluateAlerts(b.Context(), people.BySystem, full); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("full", func(b *testing.B) {
		for b.Loop() {
			evaluate(b, true)
		}
	})
	b.Run("ten cells changed", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			if err := s.TouchCells(b.Context(), 10); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			evaluate(b, false)
		}
	})
	b.Run("nothing changed", func(b *testing.B) {
		for b.Loop() {
			evaluate(b, false)
		}
	})
}
