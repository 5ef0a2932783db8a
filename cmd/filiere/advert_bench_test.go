package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"filiere/internal/occupation"
	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/coder"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

// advertReader is all that reads an advert: the coder of sheets, the finder of skills and the matcher of titles.
type advertReader struct {
	coder   *coder.Model
	skills  *skill.Gazetteer
	matcher *match.Matcher
}

// newAdvertReader loads what `filiere train` wrote beside the database, and says how many seconds each part took.
func newAdvertReader(b *testing.B, lang words.Language) (advertReader, map[string]float64) {
	b.Helper()
	begun := time.Now()
	s := benchStore(b)
	dsn := os.Getenv("FILIERE_BENCH_DB")
	p := &program{}
	if _, err := os.Stat(beside(dsn, ".adverts.model")); err != nil {
		b.Skip("set FILIERE_BENCH_DB to a database with what filiere train --postings wrote beside it")
	}
	var r advertReader
	took := map[string]float64{}
	step := func(unit string, load func() error) {
		start := time.Now()
		if err := load(); err != nil {
			b.Fatal(err)
		}
		took[unit] = time.Since(start).Seconds()
	}
	step("s-coder", func() (err error) {
		r.coder, err = p.readCoder(beside(dsn, ".adverts.model"))
		return err
	})
	step("s-skills", func() (err error) {
		r.skills, err = s.Gazetteer(b.Context(), lang)
		return err
	})
	step("s-matcher", func() error {
		t, err := s.Taxonomy(b.Context(), occupation.ESCO)
		if err != nil {
			return err
		}
		model, err := p.readModel(beside(dsn, ".titles.model"))
		if err == nil {
			r.matcher = match.New(lang, t, &model.Ranker)
		}
		return err
	})
	took["s-in-all"] = time.Since(begun).Seconds()
	return r, took
}

// beside is where a model is that belongs to a database.
func beside(dsn, ending string) string {
	return strings.TrimSuffix(dsn, filepath.Ext(dsn)) + ending
}

// read reads one advert as it comes, a line of JSON: cleaned, coded to sheets of the ROME, its skills found, and, if
// asked for, its title linked to ESCO.
func (r advertReader) read(line []byte, link bool) error {
	a, err := advert.Parse(line)
	if err != nil {
		return err
	}
	r.coder.Code(a.Title, a.Text, 5)
	r.skills.Find(a.Text)
	if link {
		r.matcher.Match(a.Title, 5)
	}
	return nil
}

// advertLines are the lines of a compressed file whose adverts have a text.
func advertLines(b *testing.B, file string) [][]byte {
	b.Helper()
	f, err := os.Open(file)
	if err != nil {
		b.Skip(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		b.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		b.Fatal(err)
	}
	var out [][]byte
	for line := range bytes.Lines(all) {
		if a, err := advert.Parse(line); err == nil && a.Text != "" {
			out = append(out, line)
		}
	}
	return out
}

// BenchmarkAdverts reads real adverts that have a text, whole: adverts a second, of one core with -cpu 1. It reports
// how long all that reads them takes to be loaded from a database, part by part, and the most memory the process held
// until then.
func BenchmarkAdverts(b *testing.B) {
	file := filepath.Join(producersFiles(b), "postings", "postings.jsonl.gz")
	lang, err := words.In("fr")
	if err != nil {
		b.Fatal(err)
	}
	reader, took := newAdvertReader(b, lang)
	took["peak-MiB"] = peakMemory() / (1 << 20)
	runtime.GC()
	var kept runtime.MemStats
	runtime.ReadMemStats(&kept)
	took["MiB-kept"] = float64(kept.HeapAlloc) / (1 << 20)
	b.Run("load", func(b *testing.B) {
		for b.Loop() { // it was loaded once, before: the second time costs less
		}
		for unit, value := range took {
			b.ReportMetric(value, unit)
		}
		b.ReportMetric(0, "ns/op")
	})
	lines := advertLines(b, file)
	for _, line := range lines { // what the matcher works out when first asked for
		if a, err := advert.Parse(line); err == nil {
			reader.matcher.Match(a.Title, 1)
		}
	}
	for _, link := range []bool{false, true} {
		name := "coded"
		if link {
			name = "coded-and-linked"
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if err := reader.read(lines[n%len(lines)], link); err != nil {
					b.Fatal(err)
				}
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "adverts/s")
		})
	}
}
