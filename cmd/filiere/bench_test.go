package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filiere/internal/intake"
	"filiere/internal/locale"
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
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		b.Skipf("the producers' files are not here (%s); set FILIERE_DATA", dir)
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

// loadRate and loadTime are the load the pages are measured under: so many requests a second, sent on
// time whether or not earlier ones are answered.
const (
	loadRate = 200
	loadTime = 10 * time.Second
)

// BenchmarkPagesUnderLoad asks for pages of every kind, each request for another occupation or place, at
// 200 requests/s over loopback, and reports the latency of the slowest hundredth. The program makes pages
// ahead when it starts to serve; so does the benchmark. The API and searches are never made ahead.
func BenchmarkPagesUnderLoad(b *testing.B) {
	dir := producersFiles(b)
	s := benchStore(b)
	importAll(b, s, dir)
	ctx := context.Background()
	if _, err := s.Recompute(ctx, market.Dares2020()); err != nil {
		b.Fatal(err)
	}
	if err := s.RebuildSearch(ctx); err != nil {
		b.Fatal(err)
	}
	bundle, err := locale.Load()
	if err != nil {
		b.Fatal(err)
	}
	var log bytes.Buffer
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &log, stderr: &log, getenv: os.Getenv, now: time.Now}
	handler, err := p.handler(s)
	if err != nil {
		b.Fatal(err)
	}
	paths, err := pagesToWarm(ctx, s)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	warm(ctx, handler, p.publicURL, paths)
	b.Logf("%d pages made ahead in %.1f s", len(paths), time.Since(start).Seconds())
	base := serveHandler(b, handler)
	rows, err := s.Radar(ctx, market.Query{Level: "bassin"})
	if err != nil || len(rows) == 0 {
		b.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, kind := range []struct {
		name    string
		address func(market.Row) string
	}{
		{"home", func(market.Row) string { return "/" }},
		{"map", func(r market.Row) string { return "/map?occupation=" + string(r.Occupation) + "&level=bassin" }},
		{"occupation", func(r market.Row) string { return "/occupations/" + string(r.Occupation) }},
		{"area", func(r market.Row) string { return "/areas/" + string(r.Area) }},
		{"search", func(r market.Row) string { return "/search?q=" + url.QueryEscape(r.AreaLabel) }},
		{"api-radar", func(r market.Row) string {
			return "/api/v1/radar?occupation=" + string(r.Occupation) + "&level=bassin"
		}},
	} {
		b.Run(kind.name, func(b *testing.B) {
			for b.Loop() {
				latencies := load(b, func(i int) string { return base + kind.address(rows[rand.IntN(len(rows))]) })
				slices.Sort(latencies)
				b.ReportMetric(ms(latencies[len(latencies)/2]), "p50-ms")
				b.ReportMetric(ms(latencies[len(latencies)*99/100]), "p99-ms")
			}
		})
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// load sends requests at loadRate for loadTime and gives the time each took from when it was due.
func load(b *testing.B, address func(int) string) []time.Duration {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 10 * time.Second}
	n := int(loadTime.Seconds() * loadRate)
	latencies := make([]time.Duration, n)
	var wait sync.WaitGroup
	start := time.Now()
	for i := range n {
		due := start.Add(time.Duration(i) * time.Second / loadRate)
		time.Sleep(time.Until(due))
		wait.Go(func() {
			res, err := client.Get(address(i))
			if err != nil {
				b.Error(err)
				return
			}
			defer res.Body.Close()
			if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
				b.Errorf("%s: %s %v", res.Request.URL, res.Status, err)
			}
			latencies[i] = time.Since(due)
		})
	}
	wait.Wait()
	return latencies
}
