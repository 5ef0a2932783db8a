package skill_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"filiere/internal/occupation"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

// few is a small catalogue, with the kinds of labels there are.
func few() skill.Catalogue {
	c := skill.Catalogue{
		Labels: []occupation.SkillLabel{{Skill: "esco-1", Label: "pilotage d’engins"}, {Skill: "nobody", Label: "orphelin"}},
		Titles: []string{"Commis / Commise de cuisine", "Data engineer"},
	}
	for i, label := range []string{
		"Gestion des stocks", "Conduite d'engins de chantier", "Techniques de soudage à l'arc", "SQL", "C++", "Go", "R", "Livre", "Comptabilité",
		"Commis de cuisine", "Travail en équipe", "Équipements de sécurité", "Intégration continue et déploiement continu (CI/CD)",
		"Data engineer", "Recrutement", "Gestion", "Stocks", "BTS tourisme", "anglais", "Collecte et analyse de données",
	} {
		c.Skills = append(c.Skills, occupation.Skill{ID: fmt.Sprintf("ogr-%02d", i), Label: label, Kind: occupation.Knowledge})
	}
	c.Skills = append(c.Skills,
		occupation.Skill{ID: "esco-1", Label: "conduire des engins de chantier", Kind: occupation.Competence},
		occupation.Skill{ID: "rome4-x", Label: "Gérer les stocks", Kind: occupation.Competence})
	return c
}

// found are the pieces of a text that name skills.
func found(g *skill.Gazetteer, text string) []string {
	out := []string{}
	for _, s := range g.Find(text) {
		out = append(out, text[s.Start:s.End])
	}
	return out
}

func TestSkillsAreFoundAsPeopleWriteThem(t *testing.T) {
	g := skill.New(few(), french(t))
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"as labelled", "La gestion des stocks.", []string{"gestion des stocks"}},
		{"another little word", "gestion de stock", []string{"gestion de stock"}},
		{"the verb for its noun", "Vous gérez les stocks et conduisez des engins de chantier", []string{"gérez les stocks", "conduisez des engins de chantier"}},
		{"capitals, no accents", "CONDUITE D’ENGINS DE CHANTIER", []string{"CONDUITE D’ENGINS DE CHANTIER"}},
		{"no generic head", "soudage à l’arc", []string{"soudage à l’arc"}},
		{"the longest wins", "conduite d'engins de chantier, gestion des stocks", []string{"conduite d'engins de chantier", "gestion des stocks"}},
		{"a sign parts", "gestion, stocks", []string{"gestion", "stocks"}},
		{"a conjunction is a word", "analyse et collecte de données", []string{}},
		{"names with signs", "SQL, C++ et Python", []string{"SQL", "C++"}},
		{"short names want capitals", "sql", []string{}},
		{"an abbreviation in brackets", "les pipelines CI/CD", []string{"CI/CD"}},
		{"common words want their trade", "Go fast, R u ready", []string{}},
		{"common words in their trade", "langages Python et Go", []string{"Go"}},
		{"participles are no nouns", "les colis livrés", []string{}},
		{"stems of other words", "équipe de sécurité", []string{}},
		{"people are no skill", "un commis de cuisine, une data engineer", []string{}},
		{"diplomas neither", "BTS tourisme", []string{}},
		{"empty", "", []string{}},
	} {
		if diff := cmp.Diff(c.want, found(g, c.text)); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestASpanMeansEverySkillOfItsLabel(t *testing.T) {
	spans := skill.New(few(), french(t)).Find("Conduite d'engins de chantier et pilotage d'engins")
	var got []string
	for _, s := range spans {
		for _, k := range s.Skills {
			got = append(got, k.ID)
		}
		got = append(got, "|")
	}
	if diff := cmp.Diff([]string{"esco-1", "ogr-01", "|", "esco-1", "|"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatSpeaksOfTheEmployerIsSetAside(t *testing.T) {
	g := skill.New(few(), french(t))
	for _, c := range []struct {
		name, text string
		want       int
	}{
		{"a heading", "Qui sommes-nous ?\nSpécialistes de la comptabilité.\nEncore la comptabilité.", 0},
		{"the next heading ends it", "À propos de nous :\nLa comptabilité.\nVos missions :\nTenir la comptabilité.", 1},
		{"in one line", "Profil : comptabilité. Avantages : anglais offert.", 1},
		{"a sentence", "Notre groupe est leader mondial de la comptabilité. Vous parlez anglais.", 1},
		{"a sentence that speaks of the post too", "Au sein d'une société spécialisée dans le négoce, vous assurez la comptabilité.", 1},
		{"benefits whatever else", "Vous avez droit aux tickets restaurant et à des cours d'anglais.", 0},
		{"equal opportunity", "Poste ouvert aux personnes en situation de handicap, comptabilité.", 0},
		{"data protection", "RGPD : gestion des stocks de données personnelles.", 0},
		{"no heading in a sentence", "Les avantages de la comptabilité", 1},
	} {
		if got := g.Find(c.text); len(got) != c.want {
			t.Errorf("%s: got %d spans in %q, want %d", c.name, len(got), c.text, c.want)
		}
	}
}

func TestALanguageWithoutRulesFindsLabelsAllTheSame(t *testing.T) {
	for _, code := range words.Codes() {
		l, err := words.In(code)
		if err != nil {
			t.Fatal(err)
		}
		g := skill.New(skill.Catalogue{Skills: []occupation.Skill{{ID: "a", Label: "machine learning"}}}, l)
		if got := found(g, "with Machine Learning."); len(got) != 1 {
			t.Errorf("%s: got %q", code, got)
		}
	}
}

// Texts are drawn from words of labels, little words, signs and noise.
func drawnText(t *rapid.T) string {
	pieces := []string{
		"gestion", "Gérer", "des", "stocks", "STOCK", "conduite", "d’", "engins", "de", "chantier", "SQL", "C++", "Go", "langage", ",", ".", "\n", ":", "Avantages",
		"Profil", "soudage", "à l'arc", "œuvre", "é\u0301", "\xff", "R", "anglais", "(", "CI/CD", "équipe", "handicap", "collecte", "et", "analyse", "données", "•",
	}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 40).Draw(t, "pieces"), " ")
}

func TestSpansKeepTheirPromises(t *testing.T) {
	catalogue := few()
	g := skill.New(catalogue, french(t))
	labels := map[string]bool{}
	for _, s := range catalogue.Skills {
		for _, key := range g.Keys(s.Label) {
			labels[s.ID+key] = true
		}
	}
	for _, l := range catalogue.Labels {
		for _, key := range g.Keys(l.Label) {
			labels[l.Skill+key] = true
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text, err := words.Clean(drawnText(t))
		if err != nil {
			t.Fatal(err)
		}
		checkSpans(t, text, g.Find(text))
		for _, s := range g.Find(text) {
			for _, k := range s.Skills {
				if key := g.Keys(text[s.Start:s.End])[0]; !labels[k.ID+key] {
					t.Fatalf("%q is no label of %s", text[s.Start:s.End], k.Label)
				}
			}
		}
	})
}

type failer interface{ Fatalf(string, ...any) }

// checkSpans holds spans to what is true of any: in order, apart, on the borders of words, with skills.
func checkSpans(t failer, text string, spans []skill.Span) {
	starts, ends := map[int]bool{}, map[int]bool{}
	for w := range words.Scan(text) {
		starts[w.Start], ends[w.End] = true, true
	}
	last := 0
	for _, s := range spans {
		if s.Start < last || s.End <= s.Start || s.End > len(text) {
			t.Fatalf("%d-%d after %d in %d bytes", s.Start, s.End, last, len(text))
		}
		if !starts[s.Start] || !ends[s.End] {
			t.Fatalf("%q is cut out of a word", text[s.Start:s.End])
		}
		if len(s.Skills) == 0 {
			t.Fatalf("%q means nothing", text[s.Start:s.End])
		}
		last = s.End
	}
}

func FuzzFind(f *testing.F) {
	g := skill.New(few(), french(f))
	for _, s := range []string{"gestion des stocks", "Avantages :\nSQL", "d d d d gestion d d d d stocks", ":\xff", "• C++"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean, err := words.Clean(text)
		if err != nil {
			return
		}
		checkSpans(t, clean, g.Find(clean))
	})
}

func TestManyMayFindAtOnce(t *testing.T) {
	g := skill.New(few(), french(t))
	want := found(g, "gestion des stocks en SQL")
	done := make(chan []string)
	for range 8 {
		go func() {
			var got []string
			for range 200 {
				got = found(g, "gestion des stocks en SQL")
			}
			done <- got
		}()
	}
	for range 8 {
		if diff := cmp.Diff(want, <-done); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTheLongestTextIsReadInTime(t *testing.T) {
	g := skill.New(few(), french(t))
	for _, piece := range []string{"gestion des stocks ", "gestion ", "d ", "Avantages : ", "Go ", "collecte et "} {
		text := strings.Repeat(piece, words.MaxText/len(piece))
		checkSpans(t, text, g.Find(text))
	}
}
