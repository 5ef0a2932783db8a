package coder_test

import (
	"bytes"
	"os"
	"testing"

	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/coder"
)

// realModel reads the model and the adverts FILIERE_CODER and FILIERE_ADVERTS name.
func realModel(b *testing.B) (*coder.Model, []byte, []coder.Advert) {
	b.Helper()
	if os.Getenv("FILIERE_CODER") == "" || os.Getenv("FILIERE_ADVERTS") == "" {
		b.Skip("set FILIERE_CODER to a trained model and FILIERE_ADVERTS to a file of adverts")
	}
	file, err := os.ReadFile(os.Getenv("FILIERE_CODER"))
	if err != nil {
		b.Fatal(err)
	}
	m, err := coder.ReadModel(bytes.NewReader(file))
	if err != nil {
		b.Fatal(err)
	}
	f, err := os.Open(os.Getenv("FILIERE_ADVERTS"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	var adverts []coder.Advert
	if err := advert.ReadLines(f, "adverts", func(a advert.Advert) error {
		if a.Title != "" && a.Text != "" {
			adverts = append(adverts, coder.Advert{Title: a.Title, Text: a.Text})
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return m, file, adverts
}

func BenchmarkCode(b *testing.B) {
	m, file, adverts := realModel(b)
	b.Run("titles", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			m.Code(adverts[i%len(adverts)].Title, "", 5)
			i++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "titles/s")
	})
	b.Run("adverts", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			a := &adverts[i%len(adverts)]
			m.Code(a.Title, a.Text, 5)
			i++
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "adverts/s")
	})
	b.Run("load", func(b *testing.B) {
		b.SetBytes(int64(len(file)))
		for b.Loop() {
			if _, err := coder.ReadModel(bytes.NewReader(file)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
