package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"filiere/internal/occupation"
	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/words"
)

// advertTitles are the titles of the adverts among the producers' files.
func advertTitles(b *testing.B) []string {
	b.Helper()
	var out []string
	err := eachAdvert(nil, filepath.Join(producersFiles(b), "postings", "postings.jsonl.gz"), func(a advert.Advert) error {
		out = append(out, a.Title)
		return nil
	})
	if err != nil {
		b.Skip(err)
	}
	return out
}

// BenchmarkTitles links real adverts' titles to ESCO with a taught ranker: titles a second, of one core with
// -cpu 1. It reports how long the matcher takes to be made, and to be taught.
func BenchmarkTitles(b *testing.B) {
	titles := advertTitles(b)
	fr, err := words.In("fr")
	if err != nil {
		b.Fatal(err)
	}
	t, err := realStore(b).Taxonomy(b.Context(), occupation.ESCO)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	ranker, _, err := match.Train(b.Context(), fr, t)
	if err != nil {
		b.Fatal(err)
	}
	taught := time.Since(start)
	start = time.Now()
	m := match.New(fr, t, ranker)
	made := time.Since(start)
	for _, title := range titles { // sheets are read when first asked for
		m.Match(title, 5)
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		m.Match(titles[n%len(titles)], 5)
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "titles/s")
	b.ReportMetric(made.Seconds(), "s-to-make")
	b.ReportMetric(taught.Seconds(), "s-to-teach")
}

// BenchmarkMelo runs the French benchmark beside the adverts and reports what it prints.
func BenchmarkMelo(b *testing.B) {
	fr, err := words.In("fr")
	if err != nil {
		b.Fatal(err)
	}
	melo, err := match.ReadMelo(os.DirFS(filepath.Join(producersFiles(b), "melo-fr")))
	if err != nil {
		b.Skip(err)
	}
	t, err := realStore(b).Taxonomy(b.Context(), occupation.ESCO)
	if err != nil {
		b.Fatal(err)
	}
	ranker, _, err := match.Train(b.Context(), fr, t)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		f, err := melo.Evaluate(b.Context(), match.New(fr, melo.Within(t).Unanswered(), ranker))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(f.ConceptFirst.MRR, "MRR")
		b.ReportMetric(f.ConceptFirst.A1, "A@1")
		b.ReportMetric(f.ConceptFirst.A5, "A@5")
	}
}
