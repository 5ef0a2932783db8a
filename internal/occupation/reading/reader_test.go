package reading_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/coder"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/reading"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

// names are made up: two sheets of ROME 3, three occupations of ROME 4.
func parts(t testing.TB) reading.Parts {
	t.Helper()
	fr, err := words.In("fr")
	if err != nil {
		t.Fatal(err)
	}
	sheets := match.Taxonomy{Entries: []match.Entry{
		{ID: "rome3-D1102", Labels: []string{"Boulangerie", "Boulanger / Boulangère", "Ouvrier boulanger / Ouvrière boulangère"}},
		{ID: "rome3-H2913", Labels: []string{"Soudage manuel", "Soudeur / Soudeuse à l'arc"}},
	}}
	fine := match.Taxonomy{Entries: []match.Entry{
		{ID: "rome4-D1102-1", Labels: []string{"Boulanger / Boulangère", "Boulanger / Boulangère de nuit"}},
		{ID: "rome4-H2913-1", Labels: []string{"Soudeur / Soudeuse"}},
		{ID: "rome4-H2913-2", Labels: []string{"Tuyauteur / Tuyauteuse"}},
	}}
	skills := skill.Catalogue{Skills: []occupation.Skill{
		{ID: "ogr-1", Label: "Gestion des stocks", Kind: occupation.Knowledge},
		{ID: "ogr-2", Label: "Techniques de pétrissage", Kind: occupation.Knowledge},
		{ID: "ogr-3", Label: "Soudage à l'arc", Kind: occupation.Knowledge},
	}}
	return reading.Parts{
		Matchers: map[occupation.Nomenclature]*match.Matcher{
			occupation.ROME3: match.New(fr, sheets, match.Fixed{}), occupation.ROME4: match.New(fr, fine, match.Fixed{}),
		},
		Gazetteer: skill.New(skills, fr),
		Labels:    map[occupation.ID]string{"rome3-D1102": "Boulangerie", "rome3-H2913": "Soudage manuel"},
	}
}

// taught adds a coder that learned from a few adverts.
func taught(t testing.TB) reading.Parts {
	t.Helper()
	in := coder.Input{Sheets: []coder.Sheet{
		{Code: "D1102", Label: "Boulangerie", Titles: []string{"Boulanger / Boulangère", "Ouvrier boulanger / Ouvrière boulangère"}, Texts: []string{"Prépare et cuit le pain, pétrit la pâte"}},
		{Code: "H2913", Label: "Soudage manuel", Titles: []string{"Soudeur / Soudeuse à l'arc"}, Texts: []string{"Assemble des pièces de métal par soudure à l'arc"}},
	}}
	said := map[string][2]string{
		"D1102": {"Boulanger", "Vous préparez la pâte et la cuisson du pain au fournil."},
		"H2913": {"Soudeur", "Vous réalisez la soudure de pièces de métal à l'atelier."},
	}
	for _, code := range []string{"D1102", "H2913"} {
		for i := range 12 {
			in.Adverts = append(in.Adverts, coder.Advert{
				Title: said[code][0] + []string{" confirmé", " débutant", ""}[i%3], Text: said[code][1], Employer: fmt.Sprint("Maison ", i), Code: code,
			})
		}
	}
	m, _, err := coder.Train(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	p := parts(t)
	p.Coder = m
	return p
}

func read(t testing.TB, p reading.Parts, a reading.Advert) reading.Reading {
	t.Helper()
	got, err := reading.New(p).Read(a, 3)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func coding(t testing.TB, r reading.Reading, n occupation.Nomenclature) reading.Coding {
	t.Helper()
	for _, c := range r.Codings {
		if c.Nomenclature == n {
			return c
		}
	}
	t.Fatalf("no coding of %s", n)
	return reading.Coding{}
}

func TestATitleIsReadByNamesAndSaysWhy(t *testing.T) {
	got := read(t, parts(t), reading.Advert{Title: "Boulangère de nuit (H/F)"})
	if len(got.Codings) != 2 || got.Codings[0].Nomenclature != occupation.ROME4 || got.Codings[1].Nomenclature != occupation.ROME3 {
		t.Fatalf("codings: %+v", got.Codings)
	}
	c := coding(t, got, occupation.ROME4)
	if c.By != reading.ByTitles || c.Unsure || c.Occupations[0].ID != "rome4-D1102-1" {
		t.Fatalf("read as %+v", c)
	}
	want := reading.Why{Name: "Boulanger / Boulangère de nuit", Resemblance: c.Occupations[0].Why.Resemblance, Shared: []string{"Boulangère", "nuit"}}
	if d := cmp.Diff(want, c.Occupations[0].Why); d != "" {
		t.Error(d)
	}
	if r := c.Occupations[0].Why.Resemblance; r < 0.5 || r > 1 {
		t.Errorf("resemblance %v", r)
	}
}

func TestAnAdvertIsReadByWhatAdvertsTaught(t *testing.T) {
	p := taught(t)
	got := read(t, p, reading.Advert{Title: "Boulanger", Text: "Boulangers ! Cuisson du pain au fournil."})
	c := coding(t, got, occupation.ROME3)
	if c.By != reading.ByAdverts || c.Sure != p.Coder.Threshold() || c.Occupations[0].ID != "rome3-D1102" || c.Occupations[0].Label != "Boulangerie" {
		t.Fatalf("read as %+v", c)
	}
	why := c.Occupations[0].Why
	if why.Taught == nil || !why.Taught.Exact || why.Taught.Title < 0.99 || why.Taught.Same != 4 || why.Taught.OfSame < 0.999 || why.Name != "Boulanger / Boulangère" {
		t.Errorf("why: %+v, %+v", why, why.Taught)
	}
	var said []string
	for i, w := range why.Taught.Words {
		said = append(said, w.Word)
		if w.InTitle != (w.Word == "Boulanger") || w.Weight <= 0 || i > 0 && w.Weight > why.Taught.Words[i-1].Weight {
			t.Errorf("words: %+v", why.Taught.Words)
		}
	}
	slices.Sort(said)
	if d := cmp.Diff([]string{"Boulanger", "Cuisson", "fournil", "pain"}, said); d != "" {
		t.Error(d)
	}
	other := c.Occupations[1].Why.Taught
	if other.Exact || len(other.Words) > 0 && other.Words[0].Weight > why.Taught.Words[0].Weight {
		t.Errorf("the other sheet: %+v", other)
	}
	list, sure := reading.New(p).Code("Boulanger", "Boulangers ! Cuisson du pain au fournil.", 2)
	if !sure || len(list) != 2 || list[0] != c.Occupations[0].Candidate {
		t.Errorf("coded %v, %v beside %v", list, sure, c.Occupations)
	}
}

func TestWhatIsNothingIsNotSure(t *testing.T) {
	for name, p := range map[string]reading.Parts{"names": parts(t), "taught": taught(t)} {
		for _, title := range []string{"zzz qqq", "42 !", "🙂"} {
			got := read(t, p, reading.Advert{Title: title})
			for _, c := range got.Codings {
				if c.Nomenclature == occupation.ROME4 && !c.Unsure {
					t.Errorf("%s: %q is read as %+v", name, title, c)
				}
			}
		}
	}
	if list, sure := reading.New(parts(t)).Code("zzz qqq", "", 3); sure {
		t.Errorf("coded %v", list)
	}
}

func TestTheFirstLineOfATextIsItsTitle(t *testing.T) {
	got := read(t, parts(t), reading.Advert{Text: "<p> </p>\n\n<h1>Soudeur&nbsp; à l'arc</h1><p>Gestion des stocks</p>"})
	if got.Title != "Soudeur à l'arc" || !got.Detected {
		t.Errorf("title %q, %v", got.Title, got.Detected)
	}
	if id := coding(t, got, occupation.ROME4).Occupations[0].ID; id != "rome4-H2913-1" {
		t.Errorf("read as %s", id)
	}
}

func TestSpansArePlacesOfThePlainText(t *testing.T) {
	got := read(t, parts(t), reading.Advert{Title: "Boulanger", Text: "<p>🙂 Été&nbsp;: gestion des <b>stocks</b>.</p>\nQui sommes-nous\nLa gestion des stocks nous passionne."})
	if len(got.Spans) != 1 || got.Text[got.Spans[0].Start:got.Spans[0].End] != "gestion des stocks" || got.Spans[0].Skills[0].ID != "ogr-1" {
		t.Fatalf("spans %+v of %q", got.Spans, got.Text)
	}
	if len(got.Aside) != 1 || got.Text[got.Aside[0].Start:got.Aside[0].End] != "Qui sommes-nous\nLa gestion des stocks nous passionne" {
		t.Errorf("aside %+v of %q", got.Aside, got.Text)
	}
}

func TestNothingAndTooMuchAreRefused(t *testing.T) {
	r := reading.New(parts(t))
	for name, a := range map[string]reading.Advert{
		"nothing": {}, "blanks": {Title: " ", Text: "\n\t <p></p>"}, "long": {Title: "a", Text: strings.Repeat("a", words.MaxText+1)},
	} {
		if got, err := r.Read(a, 3); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	if got, err := reading.New(reading.Parts{}).Read(reading.Advert{Title: "Soudeur"}, 3); err != nil || len(got.Codings) != 0 {
		t.Errorf("without any part: %+v, %v", got, err)
	}
}

func TestManyReadAtOnce(t *testing.T) {
	r := reading.New(taught(t))
	a := reading.Advert{Title: "Boulanger", Text: "Gestion des stocks et cuisson du pain au fournil."}
	want, err := r.Read(a, 3)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 20 {
				if got, err := r.Read(a, 3); err != nil || !cmp.Equal(got, want) {
					t.Errorf("read otherwise: %v", err)
					return
				}
			}
		})
	}
	all.Wait()
}

func FuzzRead(f *testing.F) {
	for _, s := range [][2]string{
		{"Boulanger", "Gestion des stocks"},
		{"", "<script>x</script>Soudeur\n\nQui sommes-nous\nÉté 🙂"},
		{"\xff/\x00", strings.Repeat("gestion des stocks, ", 50)},
		{"a(e)/b·c", "e\u0301<p>\u200b&nbsp;"},
		{" ", ""},
	} {
		f.Add(s[0], s[1])
	}
	r := reading.New(taught(f))
	f.Fuzz(func(t *testing.T, title, text string) {
		got, err := r.Read(reading.Advert{Title: title, Text: text}, 3)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if !utf8.ValidString(got.Text) || !utf8.ValidString(got.Title) || got.Title == "" {
			t.Fatalf("%q, %q", got.Title, got.Text)
		}
		end := 0
		for _, s := range got.Spans {
			if s.Start < end || s.End <= s.Start || s.End > len(got.Text) || !utf8.ValidString(got.Text[s.Start:s.End]) {
				t.Fatalf("spans %+v of %q", got.Spans, got.Text)
			}
			end = s.End
		}
		end = 0
		for _, s := range got.Aside {
			if s.Start < end || s.End <= s.Start || s.End > len(got.Text) || !utf8.ValidString(got.Text[s.Start:s.End]) {
				t.Fatalf("aside %+v of %q", got.Aside, got.Text)
			}
			end = s.End
		}
		for _, c := range got.Codings {
			for _, o := range c.Occupations {
				if o.Probability < 0 || o.Probability > 1.0001 || o.ID == "" {
					t.Fatalf("%+v", o)
				}
			}
		}
	})
}
