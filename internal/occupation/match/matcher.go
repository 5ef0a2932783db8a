package match

import (
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"filiere/internal/occupation/words"
)

// Matcher links texts to the entries of a taxonomy. It may be used by many at once.
type Matcher struct {
	taxonomy Taxonomy
	lang     words.Language
	ranker   Ranker
	labels   *index
	titles   *index
	tie      []int32          // the entry a title is tied to, none
	names    []float32        // log of how many names an entry has, tied titles among them
	byName   map[string]int32 // titles by name, in lower case
	sheets   map[string]*sheet
	fines    map[string]*sheet
	alike    []atomic.Pointer[[]weight] // what each title resembles, once it was asked for
	desks    sync.Pool
}

// New makes a matcher of texts in a language.
func New(lang words.Language, t Taxonomy, r Ranker) *Matcher {
	m := &Matcher{taxonomy: t, lang: lang, ranker: r, byName: map[string]int32{}, names: make([]float32, len(t.Entries))}
	m.alike = make([]atomic.Pointer[[]weight], len(t.Titles))
	if c, ok := r.(*Committee); ok {
		m.ranker = c.panel()
	}
	var labels sync.WaitGroup // the two indexes take most of the time, and are made side by side
	labels.Go(func() { m.labels = labelsOf(lang, t) })
	m.desks.New = func() any { return m.newDesk() }
	entry := make(map[string]int32, len(t.Entries))
	for i, e := range t.Entries {
		entry[e.ID] = int32(i)
	}
	m.tie = make([]int32, len(t.Titles))
	for i, title := range t.Titles {
		m.tie[i] = none
		if e, ok := entry[title.Entry]; ok {
			m.tie[i] = e
		}
		key := strings.ToLower(title.Name)
		if _, ok := m.byName[key]; !ok {
			m.byName[key] = int32(i)
		}
	}
	m.titles = titlesOf(lang, t, m.tie)
	labels.Wait()
	for _, x := range []*index{m.labels, m.titles} {
		for _, n := range x.names {
			if n.entry != none {
				m.names[n.entry]++
			}
		}
	}
	for e, n := range m.names {
		m.names[e] = float32(math.Log(float64(1 + n)))
	}
	m.sheets = m.newSheets(func(t Title) string { return t.Sheet })
	m.fines = m.newSheets(func(t Title) string { return t.Fine })
	return m
}

// Match is an entry a text may mean.
type Match struct {
	Entry       Entry
	Name        string  // the label or title that resembles the text most, as stems; "" when only siblings speak for it
	Score       float32 // the ranker's
	Probability float32 // that it is the right one, as far as the ranker was taught to tell
	Evidence    Evidence
}

// Match lists the entries a title may mean, the likeliest first, at most n. It is empty when nothing resembles it.
func (m *Matcher) Match(title string, n int) []Match {
	d := m.desks.Get().(*desk)
	defer m.desks.Put(d)
	at := m.place(title)
	cs := m.weigh(d, title, at)
	scores := m.scores(cs)
	m.publish(at, cs, scores)
	order := ranked(cs, scores)
	chances := slices.Clone(scores)
	if len(chances) > 0 {
		likely(chances)
		believe(chances, at != none, d.nearestName())
	}
	out := make([]Match, 0, min(n, len(order)))
	for _, i := range order[:min(n, len(order))] {
		out = append(out, Match{m.taxonomy.Entries[cs[i].entry], cs[i].best, scores[i], chances[i], cs[i].evidence})
	}
	return out
}

// strange is the resemblance below which a text is doubted to be a title at all.
const strange = 0.5

// believe takes from probabilities what is to be held back when nothing resembles the text much: candidates are
// weighed against each other only, and one alone would be certain.
func believe(chances []float32, known bool, nearest float32) {
	if known || nearest >= strange {
		return
	}
	for i := range chances {
		chances[i] *= nearest / strange
	}
}

// place finds the title a text is, to the letter; none if it is no title.
func (m *Matcher) place(text string) int32 {
	if at, ok := m.byName[strings.ToLower(strings.TrimSpace(text))]; ok {
		return at
	}
	return none
}

// published is what a crosswalk's own word adds to a score.
const published = 5

// publish lets the crosswalk speak for the entry it ties a title to.
func (m *Matcher) publish(at int32, cs []candidate, scores []float32) {
	if at == none || m.tie[at] == none {
		return
	}
	for i := range cs {
		if cs[i].entry == m.tie[at] {
			scores[i] += published
		}
	}
}

// sure is the resemblance to a title from which a text is taken to be on that title's sheet.
const sure = 0.6

// weigh finds the candidates for a text. at is the title whose sheet it is on; where none is known, that of the
// title it resembles most serves, if it does resemble it. What at itself says is left out.
func (m *Matcher) weigh(d *desk, text string, at int32) []candidate {
	but := at
	m.look(d, m.read(text), but)
	if at == none && d.nearest.resemblance >= sure {
		at = d.nearest.title
	}
	return m.candidates(d, at, but)
}

// read takes apart a text in each way it is looked up.
func (m *Matcher) read(text string) []said {
	var out []said
	for _, ws := range asked(text) {
		if c := content(m.lang, ws); len(c) > 0 {
			out = append(out, say(m.lang, c))
		}
	}
	return out
}

func (m *Matcher) scores(cs []candidate) []float32 {
	out := make([]float32, len(cs))
	for i := range cs {
		out[i] = m.ranker.Score(&cs[i].evidence)
	}
	return out
}

// ranked gives the positions of candidates by falling score; of two with the same, the entry listed first.
func ranked(cs []candidate, scores []float32) []int {
	out := make([]int, len(cs))
	for i := range out {
		out[i] = i
	}
	slices.SortFunc(out, func(a, b int) int { return descending(scores[a], scores[b], cs[a].entry, cs[b].entry) })
	return out
}
