package words_test

import (
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

func folds(text string) []string {
	out := []string{}
	for w := range words.Scan(text) {
		out = append(out, w.Fold)
	}
	return out
}

func TestScanCutsWordsAsPeopleReadThem(t *testing.T) {
	for _, c := range []struct {
		text string
		want string
	}{
		{"Conduite d’engins, Œuvre & Énergie", "conduite d engins oeuvre energie"},
		{"Technico-commercial (H/F)", "technico commercial h f"},
		{"C++, C#, .NET et Node.js; ASP.NET.", "c++ c# .net et node.js asp.net"},
		{"R&D, R & D, M&Ms", "r&d r d m ms"},
		{"Bac+5. Nous", "bac 5 nous"},
		{"fin.Début du.Net", "fin debut du.net"},
		{"GE\u0301RER l'équipe", "gerer l equipe"},
		{"3D b2b 35h", "3d b2b 35h"},
		{"a\xffb \u00a0 12 %", "a b 12"},
		{"straße Łódź", "strasse lodz"},
		{"", ""},
		{"·•!", ""},
	} {
		if diff := cmp.Diff(strings.Fields(c.want), folds(c.text)); diff != "" {
			t.Errorf("%q: %s", c.text, diff)
		}
	}
}

func TestWordsKnowTheirPlaceInTheText(t *testing.T) {
	text := "Maîtrise de l’Œnologie en C++"
	var got []string
	for _, w := range words.Append(nil, text) {
		got = append(got, text[w.Start:w.End])
	}
	if diff := cmp.Diff([]string{"Maîtrise", "de", "l", "Œnologie", "en", "C++"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestInflectionsShareAStem(t *testing.T) {
	for lang, groups := range map[string][]string{
		"fr": {
			"gerer gere gérée gérées GERER", "qualifié qualifiée qualifiés qualifiées", "infirmier infirmière infirmiers infirmières",
			"serveur serveuse serveuses", "directeur directrice directrices", "technicien technicienne techniciennes",
			"commercial commerciaux commerciale commerciales", "logiciel logiciels", "boulanger boulangère",
			"travail travaux", "enjeu enjeux", "développement développements", "organisation organisations",
		},
		"en": {"manage managed manages managing", "engineer engineers"},
		"de": {"Verkäufer Verkäuferin Verkäuferinnen", "Haus Häuser"},
		"es": {"gestión gestiones gestion", "organización organizaciones"},
		"nl": {"verkoper verkopers"},
		"it": {"abilità abilita", "direttore direttrice"},
	} {
		l, err := words.In(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range groups {
			forms := strings.Fields(group)
			want := l.Stem(words.Fold(forms[0]))
			for _, f := range forms[1:] {
				if got := l.Stem(words.Fold(f)); got != want {
					t.Errorf("%s: %s has the stem %q, %s has %q", lang, f, got, forms[0], want)
				}
			}
		}
	}
}

func TestStopWordsAreFolded(t *testing.T) {
	for _, code := range words.Codes() {
		l, _ := words.In(code)
		if l.Code() != code {
			t.Errorf("%s says it is %s", code, l.Code())
		}
		if l.Stop("gestion") {
			t.Errorf("%s stops at a word that says something", code)
		}
	}
	fr, _ := words.In("fr")
	for w := range words.Scan("d’ l' à été où quelqu'") {
		if len(w.Fold) < 4 && !fr.Stop(w.Fold) {
			t.Errorf("%s does not stop", w.Fold)
		}
	}
}

func TestALanguageNobodyKnowsIsRefused(t *testing.T) {
	_, err := words.In("tlh")
	if f, ok := errors.AsType[*fault.Fault](err); !ok || f.Code != fault.Invalid || !strings.Contains(f.Hint, "fr") {
		t.Errorf("got %v", err)
	}
}

func TestCleanMakesPlainTextOfAnyAdvert(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"plain", "Une offre\nsimple", "Une offre\nsimple"},
		{"blocks", "<p>Missions&nbsp;:</p><ul><li>Vendre</li><li>G&eacute;rer</li></ul>", "\nMissions :\n\n\nVendre\n\nGérer\n\n"},
		{"inline", "un <b>gros</b> <span style='x'>mot</span>", "un gros mot"},
		{"no tag", "salaire < 30 k€ et > 20, a<b", "salaire < 30 k€ et > 20, a<b"},
		{"script", "a<script>alert('<p>')</script>b<style>p{}</style>c", "abc"},
		{"script without end", "a<script>b", "ab"},
		{"comment", "a<!-- <p>x --> b", "a b"},
		{"comment without end", "a<!-- b", "a<!-- b"},
		{"line ends", "a\r\nb\rc\u2028d", "a\nb\nc\nd"},
		{"windows", "l\u0092\u009cuvre\u0085", "l’œuvre…"},
		{"control", "a\x00b\u200bc\ufeff\u00add\ufe0f\x7f\tx", "abcd x"},
		{"bullets", "\uf0b7 a", "• a"},
		{"broken", "a\xff\xfeb", "a\ufffd\ufffdb"},
		{"accents apart", "ge\u0301rer", "gérer"},
	} {
		got, err := words.Clean(c.text)
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestCleanRefusesWhatIsTooLong(t *testing.T) {
	if _, err := words.Clean(strings.Repeat("a", words.MaxText)); err != nil {
		t.Error(err)
	}
	if _, err := words.Clean(strings.Repeat("a", words.MaxText+1)); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestTextMadeToBeSlowIsNot(t *testing.T) {
	for _, piece := range []string{"<", "<!--", "<script>", "<script></", "<a", "&", "&amp;lt", "</", "<style><script>", "é\u0301", "a.", "a&", "+"} {
		text := strings.Repeat(piece, words.MaxText/len(piece))
		clean, err := words.Clean(text)
		if err != nil {
			t.Fatal(err)
		}
		for range words.Scan(clean) { //nolint // walking is the test
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, s := range []string{"<p>a&eacute;</p>", "a<!--b", "<script>x</script>", "\xff\u0092\r\n", "&nGt;&#0;&#x110000;", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		clean, err := words.Clean(text)
		if err != nil {
			return
		}
		if !utf8.ValidString(clean) {
			t.Error("not UTF-8")
		}
		for _, r := range clean {
			if r != '\n' && unicode.IsControl(r) {
				t.Errorf("a control character is left: %q", r)
			}
		}
		if len(clean) > 3*len(text)+3 {
			t.Errorf("%d bytes grew to %d", len(text), len(clean))
		}
	})
}

func FuzzScan(f *testing.F) {
	for _, s := range []string{"C++ .NET d’Œuvre", "R&D a.js", "\xffé\u0301", "İstanbul ǅ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for w := range words.Scan(text) {
			if w.Start < last || w.End <= w.Start || w.End > len(text) {
				t.Fatalf("%d-%d after %d in %d bytes", w.Start, w.End, last, len(text))
			}
			last = w.End
			if utf8.ValidString(text) && (!utf8.RuneStart(text[w.Start]) || (w.End < len(text) && !utf8.RuneStart(text[w.End]))) {
				t.Errorf("%d-%d cuts a character", w.Start, w.End)
			}
			if w.Fold == "" {
				t.Errorf("%q folds to nothing", text[w.Start:w.End])
			}
			if again := words.Fold(w.Fold); again != w.Fold {
				t.Errorf("%q folds to %q and that to %q", text[w.Start:w.End], w.Fold, again)
			}
			for _, code := range words.Codes() {
				l, _ := words.In(code)
				l.Stem(w.Fold)
			}
		}
	})
}
