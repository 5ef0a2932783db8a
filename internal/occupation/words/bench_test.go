package words_test

import (
	"strings"
	"testing"

	"filiere/internal/occupation/words"
)

const sample = `Au sein d’une équipe de 12 personnes, vous assurez la conduite d'engins de chantier et la maintenance de premier
niveau. Missions : préparer les commandes, gérer les stocks, contrôler la qualité des pièces, rédiger les comptes rendus.
PROFIL : titulaire du CACES R482, vous maîtrisez C++, SQL et .NET ; vous êtes à l’aise avec les outils bureautiques. `

func BenchmarkScan(b *testing.B) {
	text := strings.Repeat(sample, 8)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		for w := range words.Scan(text) {
			_ = w
		}
	}
}

func BenchmarkScanAndStem(b *testing.B) {
	text := strings.Repeat(sample, 8)
	fr, err := words.In("fr")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		for w := range words.Scan(text) {
			fr.Stem(w.Fold)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	for name, text := range map[string]string{"plain": strings.Repeat(sample, 8), "html": strings.Repeat("<p>"+sample+"&eacute;</p>", 8)} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if _, err := words.Clean(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
