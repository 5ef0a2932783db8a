package fold_test

import (
	"strings"
	"testing"
	"unicode"

	"filiere/internal/fold"
)

func TestNamesPeopleTypeFoldToTheNamesPublished(t *testing.T) {
	for _, c := range []struct{ typed, published string }{
		{"infirmiere", "Infirmiers"},
		{"INFIRMIÈRES", "Infirmier / Infirmière"},
		{"serveuse", "Serveur / Serveuse"},
		{"serveuse de restaurant", "Serveur / Serveuse de restaurant"},
		{"aide soignante", "Aides-soignants"},
		{"developpeur web", "Développeur / Développeuse web"},
		{"directrice", "Directeurs"},
		{"boulangere", "Boulanger / Boulangère"},
		{"électricienne", "Électriciens"},
		{"employée", "Employés"},
		{"salariée agricole", "Salariés agricoles"},
		{"commerciaux", "Commercial / Commerciale"},
		{"religieuse", "Religieux"},
		{"ouvrière qualifiée", "Ouvriers qualifiés"},
		{"professionnelle", "Professionnels"},
		{"hôtesse", "Hôtesses"},
		{"oeuvre", "Œuvre"},
		{"saint etienne", "Saint-Étienne"},
		{"St-Etienne", "SAINT ETIENNE"},
		{"ste foy", "Sainte-Foy"},
		{"l'isle", "L'Isle"},
		{"lisle d’abeau", "LISLE D'ABEAU"},
		{"la rochelle", "Rochelle"},
		{"Lyon 8", "Lyon 8e"},
		{"paris 1", "Paris 1er"},
		{"marseille 8eme arr", "Marseille 8e Arrondissement"},
	} {
		if got, want := fold.Name(c.typed), fold.Name(c.published); got != want {
			t.Errorf("%q folds to %q, %q to %q", c.typed, got, c.published, want)
		}
	}
}

func TestShortWordsKeepTheirEnding(t *testing.T) {
	for _, w := range []string{"mere", "aide", "presse", "cadre", "web"} {
		if got := fold.Stem(w); len(w) <= 5 && got != w || len(got) < 3 {
			t.Errorf("Stem(%q) = %q", w, got)
		}
	}
}

func TestKeyJoinsLettersAndDigits(t *testing.T) {
	if got := fold.Key("  Manque de main-d'œuvre (2019) "); got != "manque_de_main_d_oeuvre_2019" {
		t.Errorf("Key = %q", got)
	}
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{"", "Infirmière", "l’Haÿ-les-Roses", "8e", "\xff", "éé̂", "x"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, w := range fold.Split(s) {
			if w.Plain == "" || w.Stem == "" {
				t.Fatalf("%q has an empty word: %+v", s, w)
			}
			if strings.ContainsFunc(w.Stem, unicode.IsSpace) {
				t.Fatalf("%q: stem %q holds a space", s, w.Stem)
			}
		}
	})
}
