package match

import (
	"math"
	"slices"
	"strings"

	"filiere/internal/occupation/words"
)

// kind tells where a name of an entry comes from.
type kind uint8

const (
	preferred   kind = iota // the entry's own preferred label
	alternative             // another label of its own
	borrowed                // a title of another nomenclature that a crosswalk ties to it
	kinds
)

// none is what is no entry and no title.
const none = -1

// name is one way an entry or a title is said.
type name struct {
	entry int32 // none for titles tied to no entry
	title int32 // none for labels
	kind  kind
	head  string // its first word
	text  string // its stems
	words norm
	grams norm
}

// norm is the length of a vector: squared, and one over the length itself.
type norm struct{ square, inverse float32 }

func newNorm(square float32) norm {
	return norm{square, float32(1 / (math.Sqrt(float64(square)) + 1e-9))}
}

// features of one kind (words, or runs of letters) over all names: for each the names it is in and what it weighs.
type features struct {
	id     map[string]int32
	in     [][]int32
	weight []float32 // idf², what one shared feature adds to a dot product
	rarest float32   // the weight of a feature nobody has
}

// common is the part of all names a run of letters may be in before it is passed over: it tells nothing, and
// takes the longest to add up.
const common = 0.06

// few is how many names any run of letters may be in: adding these up takes no time.
const few = 200

func newFeatures() *features { return &features{id: map[string]int32{}} }

func (f *features) add(name int32, values []string) {
	for _, v := range values {
		i, ok := f.id[v]
		if !ok {
			i = int32(len(f.in))
			f.id[v] = i
			f.in = append(f.in, nil)
		}
		f.in[i] = append(f.in[i], name)
	}
}

// weigh computes weights once all names are in. What more than a share of names has weighs nothing.
func (f *features) weigh(names int, share float64) {
	idf := func(n int) float64 { return math.Log(1 + float64(names)/float64(1+n)) }
	f.rarest = float32(idf(0) * idf(0))
	f.weight = make([]float32, len(f.in))
	for i, in := range f.in {
		if len(in) > few && float64(len(in)) > share*float64(names) {
			f.in[i] = nil
			continue
		}
		f.weight[i] = float32(idf(len(in)) * idf(len(in)))
	}
}

// index finds names by what they share with a text.
type index struct {
	lang  words.Language
	words *features
	grams *features
	names []name
}

// newIndex makes an index of names, which fill adds.
func newIndex(lang words.Language, fill func(x *index)) *index {
	x := &index{lang: lang, words: newFeatures(), grams: newFeatures()}
	fill(x)
	x.words.weigh(len(x.names), 1)
	x.grams.weigh(len(x.names), common)
	x.measure()
	return x
}

// labelsOf indexes what entries call themselves, each label in every way it is said, once.
func labelsOf(lang words.Language, t Taxonomy) *index {
	return newIndex(lang, func(x *index) {
		for i, e := range t.Entries {
			seen := map[string]bool{}
			for j, label := range e.Labels {
				k := alternative
				if j == 0 {
					k = preferred
				}
				ways, _ := spoken(label)
				for _, said := range ways {
					x.add(said, name{entry: int32(i), title: none, kind: k}, func(text string) bool {
						known := seen[text]
						seen[text] = true
						return !known
					})
				}
			}
		}
	})
}

// titlesOf indexes the titles, with the entries they are tied to.
func titlesOf(lang words.Language, t Taxonomy, tie []int32) *index {
	return newIndex(lang, func(x *index) {
		for i, title := range t.Titles {
			for _, said := range asked(title.Name) {
				x.add(said, name{entry: tie[i], title: int32(i), kind: borrowed}, func(string) bool { return true })
			}
		}
	})
}

// add takes in one way a name is said, if it is wanted.
func (x *index) add(said []string, n name, wanted func(text string) bool) {
	ws := content(x.lang, said)
	ss := stems(x.lang, ws)
	n.text = strings.Join(ss, " ")
	if len(ws) == 0 || !wanted(n.text) {
		return
	}
	id := int32(len(x.names))
	x.words.add(id, distinct(ss))
	x.grams.add(id, runs(ws))
	n.head = ss[0]
	x.names = append(x.names, n)
}

// measure computes the length of every name's vectors.
func (x *index) measure() {
	sum := func(f *features) []float32 {
		out := make([]float32, len(x.names))
		for i, in := range f.in {
			for _, n := range in {
				out[n] += f.weight[i]
			}
		}
		return out
	}
	ws, gs := sum(x.words), sum(x.grams)
	for i := range x.names {
		x.names[i].words, x.names[i].grams = newNorm(ws[i]), newNorm(gs[i])
	}
}

func distinct(s []string) []string { return slices.Compact(slices.Sorted(slices.Values(s))) }

// The lengths of runs of letters, in bytes of folded words.
const (
	shortRun = 3
	longRun  = 4
)

// runs are the distinct runs of letters of words, blanks between and around them included.
func runs(ws []string) []string {
	s := " " + strings.Join(ws, " ") + " "
	out := make([]string, 0, 2*len(s))
	for n := shortRun; n <= longRun; n++ {
		for i := 0; i+n <= len(s); i++ {
			out = append(out, s[i:i+n])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// question is a text being asked of the index, and room to answer in; it is used over and over.
type question struct {
	text   string
	head   string
	words  norm
	grams  norm
	byWord []float32 // dot products with every name
	byGram []float32
	hits   []int32 // the names with any
}

func (x *index) newQuestion() *question {
	return &question{byWord: make([]float32, len(x.names)), byGram: make([]float32, len(x.names))}
}

// ask adds up what a text, as one content word or more, shares with every name.
func (x *index) ask(q *question, ws []string) {
	for _, h := range q.hits {
		q.byWord[h], q.byGram[h] = 0, 0
	}
	q.hits = q.hits[:0]
	ss := stems(x.lang, ws)
	q.text, q.head = strings.Join(ss, " "), ss[0]
	q.words = q.add(x.words, distinct(ss), q.byWord)
	q.grams = q.add(x.grams, runs(ws), q.byGram)
}

func (q *question) add(f *features, values []string, dots []float32) norm {
	var square float32
	for _, v := range values {
		i, ok := f.id[v]
		if !ok {
			square += f.rarest
			continue
		}
		w := f.weight[i]
		square += w
		for _, n := range f.in[i] {
			if q.byWord[n] == 0 && q.byGram[n] == 0 {
				q.hits = append(q.hits, n)
			}
			dots[n] += w
		}
	}
	return newNorm(square)
}
