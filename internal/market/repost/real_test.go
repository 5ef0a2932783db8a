package repost_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filiere/internal/market/posting"
	"filiere/internal/market/repost"
	"filiere/internal/occupation"
	"filiere/internal/occupation/words"
	"filiere/internal/territory"
)

// realAdverts reads the real adverts; the test is skipped where they are not. Where they are is told from what they
// write, roughly: the place as written stands for its commune, its first two digits for the département.
func realAdverts(t testing.TB) []posting.Coded {
	t.Helper()
	folder := os.Getenv("FILIERE_DATA")
	if folder == "" {
		folder = "../../../../shared/data"
	}
	in, err := os.Open(filepath.Join(folder, "postings/postings.jsonl.gz"))
	if err != nil {
		t.Skip("the real adverts are not here; set FILIERE_DATA to their folder")
	}
	defer in.Close()
	now := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	var out []posting.Coded
	posting.Feed(in, posting.Options{Name: "postings", Source: "s"}, func(e posting.Entry) bool {
		if e.Err != nil {
			t.Fatal(e.Err)
		}
		p, err := posting.Read(e.Raw, now)
		if err != nil {
			return true
		}
		c := posting.Coded{Posting: p, Occupation: occupation.ID(p.Code), Taken: now}
		written := strings.Join([]string{p.Place.Text, p.Place.PostalCode, p.Place.Commune}, " ")
		if digits := strings.IndexAny(written, "0123456789"); digits >= 0 && len(written) >= digits+2 {
			c.Departement = territory.ID(written[digits : digits+2])
			c.Commune = territory.ID(words.Fold(p.Place.Text))
		}
		out = append(out, c)
		return true
	})
	return out
}

// finder holds prints by their keys, as the database does.
type finder struct {
	prints []repost.Print
	byKey  map[repost.Key][]int
}

func newFinder() *finder { return &finder{byKey: map[repost.Key][]int{}} }

// find gives the original of an advert, -1 for none, and how many were compared.
func (f *finder) find(p repost.Print) (original, compared int) {
	var at []int
	for _, k := range p.Keys() {
		at = append(at, f.byKey[k]...)
	}
	slices.Sort(at)
	at = slices.Compact(at)
	others := make([]repost.Print, len(at))
	for i, o := range at {
		others[i] = f.prints[o]
	}
	if i := repost.Original(p, others); i >= 0 {
		return at[i], len(at)
	}
	return -1, len(at)
}

func (f *finder) add(p repost.Print) int {
	for _, k := range p.Keys() {
		if len(f.byKey[k]) < repost.MostOfKey {
			f.byKey[k] = append(f.byKey[k], len(f.prints))
		}
	}
	f.prints = append(f.prints, p)
	return len(f.prints) - 1
}

// maker makes adverts out of others.
type maker struct {
	*rand.Rand
	sentences []string // of all adverts
}

func (m maker) often(share float64) bool { return m.Float64() < share }

// again makes of an advert what another site would: it changes what sites change. what says which.
func (m maker) again(a posting.Coded, n int) (b posting.Coded, what string) {
	b = a
	b.Source, b.Number = "again", fmt.Sprint(n)
	b.Published = a.Published.AddDate(0, 0, m.IntN(50))
	var done []string
	also := func(share float64, name string, f func()) {
		if m.often(share) {
			f()
			done = append(done, name)
		}
	}
	also(0.5, "title", func() { b.Title = m.heading(a) })
	also(0.3, "employer", func() { b.Employer = "" })
	if b.Employer != "" {
		also(0.3, "employer's form", func() { b.Employer = "SAS " + strings.ToUpper(b.Employer) })
		also(0.1, "agency", func() { b.Employer = "Interim Partenaire Emploi" })
	}
	also(0.15, "no commune", func() { b.Commune = "" })
	also(0.3, "cut", func() { b.Text = head(b.Text, 0.25+0.6*m.Float64()) })
	also(0.4, "paragraph more", func() { b.Text = m.paragraph() + " " + b.Text + " " + m.paragraph() })
	also(0.3, "sentences left out", func() { b.Text = m.leaveOut(b.Text, 0.15) })
	also(0.3, "words changed", func() { b.Text = m.change(b.Text, 0.03) })
	also(0.2, "signs lost", func() { b.Text = strings.ToUpper(strings.Join(strings.Fields(words.Fold(b.Text)), " ")) })
	return b, strings.Join(done, ", ")
}

// heading writes a title another way.
func (m maker) heading(a posting.Coded) string {
	t := a.Title
	for _, sign := range []string{"(H/F)", "H/F", "(F/H)", "F/H", "(h/f)", "h/f"} {
		t = strings.ReplaceAll(t, sign, "")
	}
	switch m.IntN(5) {
	case 0:
		return strings.ToUpper(t) + " F/H"
	case 1:
		return t + " - CDI (H/F)"
	case 2:
		return "URGENT : " + t + " " + a.Place.Text
	case 3:
		return "Recrutement " + t + " / " + a.Employer
	}
	if w := strings.Fields(t); len(w) > 3 {
		return strings.Join(w[:len(w)-1], " ")
	}
	return t
}

func head(s string, share float64) string {
	return strings.ToValidUTF8(s[:int(float64(len(s))*share)], "")
}

func (m maker) paragraph() string {
	var out []string
	for range 1 + m.IntN(4) {
		out = append(out, m.sentences[m.IntN(len(m.sentences))])
	}
	return strings.Join(out, ". ")
}

func (m maker) leaveOut(s string, share float64) string {
	parts := strings.Split(s, ". ")
	return strings.Join(slices.DeleteFunc(parts, func(string) bool { return m.often(share) }), ". ")
}

func (m maker) change(s string, share float64) string {
	w := strings.Fields(s)
	for i := range w {
		if m.often(share) {
			w[i] = "mot" + fmt.Sprint(m.IntN(1000))
		}
	}
	return strings.Join(w, " ")
}

// sibling makes of an advert another job of the same employer at the same place, in the same words as far as they can
// be: the title and the middle are those of another advert of another occupation.
func (m maker) sibling(a, other posting.Coded, n int) posting.Coded {
	b := a
	b.Source, b.Number, b.Title, b.Occupation = "sibling", fmt.Sprint(n), other.Title, other.Occupation
	mine := strings.Split(a.Text, ". ")
	theirs := strings.Split(other.Text, ". ")
	from, to := len(mine)*(2+m.IntN(3))/10, len(mine)*(6+m.IntN(3))/10
	b.Text = strings.Join(slices.Concat(mine[:from], theirs[len(theirs)/4:], mine[to:]), ". ")
	return b
}

// TestRealReposts measures how many made reposts of real adverts are found, and how many links are wrong. The limits of
// Same were set with both halves of the adverts in view: that they agree says only that neither is odd.
func TestRealReposts(t *testing.T) {
	adverts := realAdverts(t)
	for half, name := range []string{"adverts of even number", "adverts of odd number"} {
		measureReposts(t, name, adverts, uint64(half))
	}
}

func measureReposts(t *testing.T, name string, adverts []posting.Coded, half uint64) {
	m := maker{Rand: rand.New(rand.NewPCG(1, half))}
	for _, a := range adverts {
		m.sentences = append(m.sentences, strings.Split(a.Text, ". ")...)
	}
	f, root, owner := newFinder(), map[int]int{}, map[int]int{} // prints: the first of their job; which advert they are of
	var originals []int
	linked, compared, most := 0, 0, 0
	for i, a := range adverts {
		p := repost.Of(a)
		o, n := f.find(p)
		compared, most = compared+n, max(most, n)
		if o >= 0 {
			linked++
			continue
		}
		at := f.add(p)
		root[i], owner[at] = at, i
		if len(strings.Fields(a.Text)) >= 30 && uint64(i)%2 == half {
			originals = append(originals, i)
		}
	}
	t.Logf("%s: %d real adverts, %d linked to %d others; %.2f compared for each, at most %d", name, len(adverts), linked, len(adverts)-linked, float64(compared)/float64(len(adverts)), most)
	found, wrong, missed := 0, 0, map[string]int{}
	tried := map[string]int{}
	for n, i := range originals {
		b, what := m.again(adverts[i], n)
		o, _ := f.find(repost.Of(b))
		each := strings.Split(what, ", ")
		for _, w := range each {
			tried[w]++
		}
		switch {
		case o == root[i]:
			found++
		case o >= 0:
			wrong++
			if os.Getenv("FILIERE_SHOW") != "" {
				t.Logf("WRONG %s\n%s\n%s", what, show(adverts[i]), show(adverts[owner[o]]))
			}
		default:
			for _, w := range each {
				missed[w]++
			}
			if os.Getenv("FILIERE_SHOW") == "missed" {
				t.Logf("MISSED %s\n%s\n%s", what, show(adverts[i]), show(b))
			}
		}
	}
	siblings, taken := 0, 0
	for n, i := range originals {
		j := originals[m.IntN(len(originals))]
		if adverts[i].Occupation == adverts[j].Occupation {
			continue
		}
		siblings++
		if o, _ := f.find(repost.Of(m.sibling(adverts[i], adverts[j], n))); o >= 0 {
			taken++
			if os.Getenv("FILIERE_SHOW") != "" {
				t.Logf("SIBLING %s\n%s", show(adverts[i]), show(adverts[j]))
			}
		}
	}
	t.Logf("%s: of %d made reposts %.2f%% found, %.2f%% linked to another advert; of %d made siblings %.2f%% linked", name, len(originals),
		100*float64(found)/float64(len(originals)), 100*float64(wrong)/float64(len(originals)), siblings, 100*float64(taken)/float64(siblings))
	for w, n := range tried {
		t.Logf("  %s: %d of %d missed", w, missed[w], n)
	}
	if share := float64(found) / float64(len(originals)); share < 0.75 {
		t.Errorf("only %.3f of the made reposts are found", share)
	}
	if share := float64(taken) / float64(siblings); share > 0.05 {
		t.Errorf("%.3f of the made siblings are taken for reposts", share)
	}
}

func show(a posting.Coded) string {
	return fmt.Sprintf("  [%s | %s | %s | %s | %s] %.300s", a.Title, a.Employer, a.Place.Text, a.Source, a.Day(), strings.ReplaceAll(a.Text, "\n", " "))
}

// TestRealPairs prints links between real adverts, to be read.
func TestRealPairs(t *testing.T) {
	if os.Getenv("FILIERE_PAIRS") == "" {
		t.Skip("set FILIERE_PAIRS to read some pairs")
	}
	adverts := realAdverts(t)
	f, owner := newFinder(), map[int]int{}
	type pair struct{ a, b int }
	var pairs []pair
	differ, both := 0, 0
	for i, a := range adverts {
		p := repost.Of(a)
		if o, _ := f.find(p); o >= 0 {
			pairs = append(pairs, pair{owner[o], i})
			if a.Occupation != "" && adverts[owner[o]].Occupation != "" {
				if both++; a.Occupation != adverts[owner[o]].Occupation {
					differ++
				}
			}
			continue
		}
		owner[f.add(p)] = i
	}
	t.Logf("%d pairs; of %d coded by both sources %d have another code", len(pairs), both, differ)
	r := rand.New(rand.NewPCG(7, 7))
	r.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	for _, p := range pairs[:min(40, len(pairs))] {
		t.Logf("PAIR\n%s\n%s", show(adverts[p.a]), show(adverts[p.b]))
	}
}

func BenchmarkReal(b *testing.B) {
	adverts := realAdverts(b)
	b.Run("print and keys", func(b *testing.B) {
		n := 0
		for b.Loop() {
			_ = repost.Of(adverts[n%len(adverts)]).Keys()
			n++
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "adverts/s")
	})
	b.Run("find", func(b *testing.B) {
		n := 0
		for b.Loop() {
			f := newFinder()
			for _, a := range adverts {
				p := repost.Of(a)
				if o, _ := f.find(p); o < 0 {
					f.add(p)
				}
				n++
			}
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "adverts/s")
	})
}
