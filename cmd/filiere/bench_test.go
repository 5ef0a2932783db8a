package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filiere/internal/intake"
	"filiere/internal/market"
	"filiere/internal/store"
)

// The figures the README quotes come from these benchmarks, on the producers' own files:
//
//	FILIERE_DATA=path/to/data go test -run '^$' -bench . -benchtime 1x ./cmd/filiere
//
// FILIERE_BENCH_DB gives another database than a SQLite file in a temporary folder.

// producersFiles is the folder of the producers' files, or skips the benchmark.
func producersFiles(b *testing.B) string {
	b.Helper()
	dir := os.Getenv("FILIERE_DATA")
	if dir == "" {
		b.Skip("set FILIERE_DATA to the folder of the producers' files")
	}
	return dir
}

func benchStore(b *testing.B) *store.Store {
	b.Helper()
	dsn := os.Getenv("FILIERE_BENCH_DB")
	if dsn == "" {
		dsn = filepath.Join(b.TempDir(), "filiere.db")
	}
	s, err := store.Open(context.Background(), dsn, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	return s
}

// importAll imports the folder, adverts aside: the importer does not read them.
func importAll(b *testing.B, s *store.Store, dir string) (rows int) {
	b.Helper()
	im := intake.Importer[*store.Batch]{Sink: s, Sources: intake.Catalogue(), Now: time.Now}
	err := im.Run(context.Background(), []string{dir}, func(r intake.Report) {
		if r.Outcome == intake.Refused {
			b.Errorf("%s: %v", r.File, r.Err)
		}
		rows += r.Release.RowsRead
	})
	if err != nil {
		b.Fatal(err)
	}
	return rows
}

// BenchmarkImportAndRecompute imports the whole folder into an empty database, then works every cell out.
func BenchmarkImportAndRecompute(b *testing.B) {
	dir := producersFiles(b)
	for b.Loop() {
		s := benchStore(b)
		start := time.Now()
		rows := importAll(b, s, dir)
		imported := time.Since(start)
		start = time.Now()
		result, err := s.Recompute(context.Background(), market.Dares2020())
		if err != nil {
			b.Fatal(err)
		}
		computed := time.Since(start)
		start = time.Now()
		if err := s.RebuildSearch(context.Background()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(imported.Seconds(), "import-s")
		b.ReportMetric(float64(rows)/imported.Seconds(), "rows/s")
		b.ReportMetric(computed.Seconds(), "recompute-s")
		b.ReportMetric(float64(len(result.Cells)), "cells")
		b.ReportMetric(time.Since(start).Seconds(), "search-index-s")
		b.ReportMetric(peakMemory()/(1<<20), "peak-MiB")
	}
}

// peakMemory is the most memory the process ever held, in bytes: what the system counts as resident, the
// database engine's own memory included. It is 0 where the system does not tell.
func peakMemory() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kib float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kib); n == 1 {
			return kib * 1024
		}
	}
	return 0
}
