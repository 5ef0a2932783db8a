package coder_test

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/occupation/coder"
)

// trades are made up: four sheets with their titles, and what adverts of them say.
func trades() coder.Input {
	in := coder.Input{
		Sheets: []coder.Sheet{
			{Code: "A1", Label: "Boulangerie", Titles: []string{"Boulanger / Boulangère", "Ouvrier boulanger / Ouvrière boulangère"}, Texts: []string{"Prépare et cuit le pain, pétrit la pâte"}, Offers: 40},
			{Code: "B2", Label: "Soudage", Titles: []string{"Soudeur / Soudeuse", "Soudeur-tuyauteur / Soudeuse-tuyauteuse"}, Texts: []string{"Assemble des pièces de métal par soudure à l'arc"}, Offers: 30},
			{Code: "C3", Label: "Vente de vêtements", Titles: []string{"Vendeur / Vendeuse en prêt-à-porter", "Conseiller / Conseillère de vente"}, Texts: []string{"Conseille la clientèle, tient la caisse du magasin"}, Offers: 20},
			{Code: "D4", Label: "Programmation", Titles: []string{"Développeur / Développeuse web", "Programmeur / Programmeuse"}, Texts: []string{"Écrit des programmes et les met à l'épreuve"}, Offers: 10},
		},
		Parents: map[string]string{"D44": "D4"},
	}
	said := map[string][2]string{
		"A1": {"Boulanger", "Vous préparez la pâte et la cuisson du pain au fournil."}, "B2": {"Soudeur", "Vous réalisez la soudure de pièces de métal à l'atelier."},
		"C3": {"Vendeur", "Vous conseillez la clientèle du magasin et tenez la caisse."}, "D44": {"Développeur", "Vous écrivez des programmes en équipe agile."},
	}
	for _, code := range []string{"A1", "B2", "C3", "D44"} {
		for i := range 12 {
			in.Adverts = append(in.Adverts, coder.Advert{
				Title: fmt.Sprintf("%s %s (H/F)", said[code][0], []string{"confirmé", "débutant", "de nuit"}[i%3]),
				Text:  said[code][1], Employer: fmt.Sprint("Maison ", i), Source: []string{"one", "two"}[i%2], Code: code,
			})
		}
	}
	return in
}

func trained(t testing.TB, in coder.Input) *coder.Model {
	t.Helper()
	m, _, err := coder.Train(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func marshalled(t testing.TB, m *coder.Model) []byte {
	t.Helper()
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestAdvertsAreCodedByTitleAndByText(t *testing.T) {
	m := trained(t, trades())
	for _, c := range []struct{ title, text, want string }{
		{"Boulangère (H/F)", "", "A1"},
		{"SOUDEUSE TUYAUTEUSE", "", "B2"},
		{"Vendeuse", "La caisse du magasin", "C3"},
		{"Poste de nuit", "Vous réalisez la soudure de métal", "B2"},
		{"développeur web", "", "D4"},
	} {
		got := m.Code(c.title, c.text, 4)
		if len(got) == 0 || got[0].Sheet != c.want {
			t.Errorf("%q is coded %v, want %s first", c.title, got, c.want)
		}
		var sum float64
		for i, g := range got {
			sum += g.Probability
			if i > 0 && g.Probability > got[i-1].Probability {
				t.Errorf("%q: candidates are not in order: %v", c.title, got)
			}
		}
		if math.Abs(sum-1) > 1e-4 {
			t.Errorf("%q: probabilities of all sheets add up to %v", c.title, sum)
		}
	}
	if got := m.Code("(H/F) CDI, 35 !", "", 3); got != nil {
		t.Errorf("a title that says nothing is coded %v", got)
	}
}

func TestTrainingTwiceGivesTheSameBytes(t *testing.T) {
	in := trades()
	first := marshalled(t, trained(t, in))
	slices.Reverse(in.Adverts)
	slices.Reverse(in.Sheets)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if second := marshalled(t, trained(t, in)); !bytes.Equal(first, second) {
		t.Error("the same input in another order, on one core, gave another model")
	}
	in.Adverts[0].Text += " Autre chose."
	if third := marshalled(t, trained(t, in)); bytes.Equal(first, third) {
		t.Error("another input gave the same model")
	}
}

func TestAModelReadBackCodesTheSame(t *testing.T) {
	m := trained(t, trades())
	b := marshalled(t, m)
	back, err := coder.ReadModel(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	want, got := m.Code("Vendeuse de pain", "au magasin", 4), back.Code("Vendeuse de pain", "au magasin", 4)
	if !slices.Equal(want, got) || back.Report() != m.Report() || back.Threshold() != m.Threshold() {
		t.Errorf("before %v %v, after %v %v", want, m.Report(), got, back.Report())
	}
	if s, ok := back.Sheet("D44"); !ok || s != "D4" {
		t.Errorf("a later edition's code means %q, %v", s, ok)
	}
	for _, secret := range []string{"oulanger", "soudure", "Maison"} {
		if bytes.Contains(b, []byte(secret)) {
			t.Errorf("the file has %q of an advert in it", secret)
		}
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	b := marshalled(t, trained(t, trades()))
	for name, change := range map[string]func([]byte) []byte{
		"empty": func([]byte) []byte { return nil }, "cut": func(b []byte) []byte { return b[:len(b)-9] },
		"one bit": func(b []byte) []byte { b[len(b)/2] ^= 1; return b }, "something else": func([]byte) []byte { return bytes.Repeat([]byte("x"), 500) },
	} {
		if _, err := coder.ReadModel(bytes.NewReader(change(slices.Clone(b)))); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAdvertsTheModelKnowsAreNeverScored(t *testing.T) {
	in := trades()
	m := trained(t, in)
	e, err := coder.Evaluate(t.Context(), m, in.Adverts, coder.ByAdvert, nil)
	if err != nil {
		t.Fatal(err)
	}
	if e.LeftOut != len(in.Adverts) || e.Title.All.Adverts != 0 {
		t.Errorf("of %d adverts trained on, %d were left out and %d scored", len(in.Adverts), e.LeftOut, e.Title.All.Adverts)
	}
	known := in.Adverts[0]
	again := known
	again.Text += strings.Repeat(" Merci.", 60) + " Référence 77." // published again with another end
	other := known
	other.Employer = "Ailleurs"
	list := []coder.Advert{known, again, other, {Title: "Soudeur à l'arc", Code: "B2", Source: "two"}, {Title: "Rien", Code: "Z9"}}
	in.Adverts[0].Text += strings.Repeat(" Merci.", 60)
	m = trained(t, in)
	list[0].Text, list[1].Text = in.Adverts[0].Text, in.Adverts[0].Text+" Référence 77."
	for by, want := range map[coder.Grouping][2]int{coder.ByAdvert: {2, 2}, coder.ByTitle: {3, 1}} {
		e, err := coder.Evaluate(t.Context(), m, list, by, []string{"two"})
		if err != nil {
			t.Fatal(err)
		}
		if e.LeftOut != want[0] || e.Title.All.Adverts != want[1] || e.Unknown != 1 || e.Way != coder.Unseen {
			t.Errorf("by %s: %d left out, %d scored, %d unknown; want %v and 1", by, e.LeftOut, e.Title.All.Adverts, e.Unknown, want)
		}
		if e.Title.Apart == nil || e.Title.Apart.Adverts != 1 {
			t.Errorf("by %s: apart %+v", by, e.Title.Apart)
		}
	}
}

// TestFoldsDoNotLeak gives each group a sheet by chance: who scores above chance has seen the answer.
func TestFoldsDoNotLeak(t *testing.T) {
	in := trades()
	in.Adverts = nil
	for i := range 60 {
		word := fmt.Sprintf("%c%c%c", 'a'+i%20, 'b'+i/20, 'c'+i%7)
		code := []string{"A1", "B2", "C3", "D4"}[(i*7+i/4)%4]
		for range 4 {
			in.Adverts = append(in.Adverts, coder.Advert{Title: "Zz" + word + word, Employer: word, Code: code})
		}
	}
	for _, by := range []coder.Grouping{coder.ByAdvert, coder.ByTitle} {
		e, err := coder.CrossValidate(t.Context(), in, 3, by, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s := e.Title.All; s.Adverts != 240 || s.First > 0.55 {
			t.Errorf("by %s, %d adverts with answers by chance are %.2f right", by, s.Adverts, s.First)
		}
	}
}

func TestTitlesHeldOutAreScored(t *testing.T) {
	in := trades()
	var later []coder.Advert
	for _, s := range in.Sheets {
		for i := range 10 {
			later = append(later, coder.Advert{Title: fmt.Sprintf("%s spécialisé%c", s.Titles[0], 'a'+i), Code: s.Code})
		}
	}
	e, err := coder.HoldOutTitles(t.Context(), in, later)
	if err != nil {
		t.Fatal(err)
	}
	if e.Way != coder.Held || e.Title.All.Adverts == 0 || e.Title.All.Adverts == len(later) || e.Title.All.First < 0.7 {
		t.Errorf("held out: %+v", e)
	}
}

func TestNothingToCodeToIsAFault(t *testing.T) {
	if _, _, err := coder.Train(t.Context(), coder.Input{}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("no sheets: %v", err)
	}
	if _, err := coder.CrossValidate(t.Context(), trades(), 1, coder.ByAdvert, nil); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("one fold: %v", err)
	}
	if _, err := coder.ParseGrouping("luck"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("grouping: %v", err)
	}
}

func TestManyCodeAtOnce(t *testing.T) {
	m := trained(t, trades())
	want := m.Code("Soudeuse de pain", "caisse", 3)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got := m.Code("Soudeuse de pain", "caisse", 3); !slices.Equal(got, want) {
					t.Errorf("%v, alone %v", got, want)
				}
			}
		})
	}
	wg.Wait()
}
