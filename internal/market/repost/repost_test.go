package repost_test

import (
	"strings"
	"testing"
	"time"

	"filiere/internal/market/posting"
	"filiere/internal/market/repost"
)

const welding = `Au sein de notre atelier de chaudronnerie, vous assemblez des ensembles mécano-soudés à partir de plans, réglez les postes TIG et MIG,
contrôlez vos cordons et tenez votre poste propre. Vous travaillez en équipe de jour, sous la responsabilité du chef d'atelier. Une première expérience de
deux ans est demandée ; une habilitation aux ponts roulants serait appréciée. Mutuelle, treizième mois et panier repas.`

func welder() posting.Coded {
	return posting.Coded{
		Posting: posting.Posting{
			Source: "a", Number: "1", Title: "Soudeur TIG (H/F)", Text: welding, Employer: "Chaudronnerie Dupont SAS",
			Published: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC),
		},
		Commune: "com2025-21231", Departement: "dep-21",
	}
}

func TestWhatIsTheSameJob(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*posting.Coded)
		same   bool
	}{
		"copied":                 {func(*posting.Coded) {}, true},
		"another heading":        {func(a *posting.Coded) { a.Title = "URGENT - SOUDEUR TIG F/H - CDI" }, true},
		"no employer":            {func(a *posting.Coded) { a.Employer = "" }, true},
		"another form of a name": {func(a *posting.Coded) { a.Employer = "CHAUDRONNERIE DUPONT" }, true},
		"cut":                    {func(a *posting.Coded) { a.Text = a.Text[:200] }, true},
		"a paragraph more": {func(a *posting.Coded) {
			a.Text += " Notre agence vous accompagne depuis vingt ans dans tous les métiers de l'industrie et du bâtiment, partout en France."
		}, true},
		"no commune":        {func(a *posting.Coded) { a.Commune = "" }, true},
		"two months later":  {func(a *posting.Coded) { a.Published = a.Published.AddDate(0, 0, 61) }, false},
		"another commune":   {func(a *posting.Coded) { a.Commune = "com2025-21054" }, false},
		"an apprenticeship": {func(a *posting.Coded) { a.Contract = posting.Apprenticeship }, true},
		"another job":       {func(a *posting.Coded) { a.Title = "Comptable" }, false},
		"another text": {func(a *posting.Coded) {
			a.Text = strings.Repeat("Vous conduisez un poids lourd de nuit entre deux dépôts. ", 8)
		}, false},
		"no text, no number": {func(a *posting.Coded) { a.Text = "" }, false},
	} {
		b := welder()
		b.Source, b.Number = "b", "2"
		c.change(&b)
		p, q := repost.Of(welder()), repost.Of(b)
		if _, same := repost.Same(p, q); same != c.same {
			t.Errorf("%s: %v, want %v", name, same, c.same)
		}
		if _, back := repost.Same(q, p); back != c.same {
			t.Errorf("%s, the other way round: %v, want %v", name, back, c.same)
		}
	}
}

func TestAnInternshipIsNoJob(t *testing.T) {
	a, b := welder(), welder()
	a.Contract, b.Contract = posting.Permanent, posting.Internship
	if _, same := repost.Same(repost.Of(a), repost.Of(b)); same {
		t.Error("an internship is taken for a job")
	}
}

func TestWithoutTextsAllElseMustAgree(t *testing.T) {
	a, b := welder(), welder()
	a.Text, b.Text = "", ""
	if _, same := repost.Same(repost.Of(a), repost.Of(b)); !same {
		t.Error("the same title, employer and commune are not enough")
	}
	b.Employer = ""
	if _, same := repost.Same(repost.Of(a), repost.Of(b)); same {
		t.Error("a title in a commune is enough")
	}
}

func TestAdvertsOfOneJobShareAKey(t *testing.T) {
	a, b := welder(), welder()
	b.Text, b.Employer, b.Title = strings.ToUpper(b.Text), "", "Soudeur industriel"
	keys := map[repost.Key]bool{}
	for _, k := range repost.Of(a).Keys() {
		keys[k] = true
	}
	shared := 0
	for _, k := range repost.Of(b).Keys() {
		if keys[k] {
			shared++
		}
	}
	if shared != 16 {
		t.Errorf("%d keys are shared, want the 16 of the text", shared)
	}
	b.Departement = "dep-71"
	for _, k := range repost.Of(b).Keys() {
		if keys[k] {
			t.Error("adverts of two départements share a key")
		}
	}
}

func TestTheOriginalIsTheMostAlikeThenTheFirst(t *testing.T) {
	first, later, other := welder(), welder(), welder()
	later.Number, later.Published = "2", later.Published.AddDate(0, 0, 3)
	other.Number, other.Text = "3", other.Text[:len(other.Text)/2]
	p := welder()
	p.Number = "4"
	others := []repost.Print{repost.Of(other), repost.Of(later), repost.Of(first)}
	if got := repost.Original(repost.Of(p), others); got != 2 {
		t.Errorf("original %d, want the first of those wholly alike", got)
	}
	if got := repost.Original(repost.Of(p), nil); got != -1 {
		t.Errorf("original %d of none", got)
	}
}
