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
	entry  int32 // none for titles tied to no entry
	title  int32 // none for labels
	kind   kind
	head   int32   // its first word, as a feature
	square float32 // of the length of its words
	text   string  // its stems
}

// norm is the length of a vector: squared, and one over the length itself.
type norm struct{ square, inverse float32 }

func newNorm(square float32) norm {
	return norm{square, float32(1 / (math.Sqrt(float64(square)) + 1e-9))}
}

// both is a number for words and one for runs of letters. The two of a name lie side by side, because
// what asks for one asks for the other.
type both struct{ word, gram float32 }

// features of one kind (words, or runs of letters) over all names: for each the names it is in and what it weighs.
type features[K comparable] struct {
	id     map[K]int32
	lists  [][]int32 // the names each is in, while names are added
	in     []int32   // the same, one list after the other
	from   []int32   // where each list begins in it, and where the last one ends
	weight []float32 // idf², what one shared feature adds to a dot product
	rarest float32   // the weight of a feature nobody has
}

// common is the part of all names a run of letters may be in before it is passed over: it tells nothing, and
// takes the longest to add up.
const common = 0.06

// few is how many names any run of letters may be in: adding these up takes no time.
const few = 200

func newFeatures[K comparable]() *features[K] { return &features[K]{id: map[K]int32{}} }

func (f *features[K]) add(name int32, values []K) {
	for _, v := range values {
		i, ok := f.id[v]
		if !ok {
			i = int32(len(f.lists))
			f.id[v] = i
			f.lists = append(f.lists, nil)
		}
		f.lists[i] = append(f.lists[i], name)
	}
}

// weigh computes weights once all names are in. What more than a share of names has weighs nothing.
func (f *features[K]) weigh(names int, share float64) {
	idf := func(n int) float64 { return math.Log(1 + float64(names)/float64(1+n)) }
	f.rarest = float32(idf(0) * idf(0))
	f.weight = make([]float32, len(f.lists))
	f.from = make([]int32, 1, len(f.lists)+1)
	for i, in := range f.lists {
		if len(in) <= few || float64(len(in)) <= share*float64(names) {
			f.in = append(f.in, in...)
			f.weight[i] = float32(idf(len(in)) * idf(len(in)))
		}
		f.from = append(f.from, int32(len(f.in)))
	}
	f.in, f.lists = slices.Clip(f.in), nil
}

// names are those a feature is in.
func (f *features[K]) names(i int32) []int32 { return f.in[f.from[i]:f.from[i+1]] }

// squares adds up the squared length of every name.
func (f *features[K]) squares(names int) []float32 {
	out := make([]float32, names)
	for i, w := range f.weight {
		for _, n := range f.names(int32(i)) {
			out[n] += w
		}
	}
	return out
}

// index finds names by what they share with a text.
type index struct {
	lang    words.Language
	words   *features[string]
	grams   *features[run]
	names   []name
	inverse []both // one over the lengths of every name's vectors
}

// newIndex makes an index of names, which fill adds.
func newIndex(lang words.Language, fill func(x *index)) *index {
	x := &index{lang: lang, words: newFeatures[string](), grams: newFeatures[run]()}
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
func (x *index) add(folded []string, n name, wanted func(text string) bool) {
	ws := content(x.lang, folded)
	if len(ws) == 0 {
		return
	}
	said := say(x.lang, ws)
	if n.text = said.text; !wanted(n.text) {
		return
	}
	id := int32(len(x.names))
	x.words.add(id, said.stems)
	x.grams.add(id, said.runs)
	n.head = x.words.id[said.head]
	x.names = append(x.names, n)
}

// measure computes the length of every name's vectors.
func (x *index) measure() {
	ws, gs := x.words.squares(len(x.names)), x.grams.squares(len(x.names))
	x.inverse = make([]both, len(x.names))
	for i := range x.names {
		x.names[i].square = ws[i]
		x.inverse[i] = both{newNorm(ws[i]).inverse, newNorm(gs[i]).inverse}
	}
}

// said is one way a text is said, taken apart.
type said struct {
	text  string   // its stems, in order
	head  string   // the first of them
	stems []string // them all, each once, sorted
	runs  []run    // its runs of letters, likewise
}

// say takes content words, one or more, apart.
func say(lang words.Language, ws []string) said {
	ss := stems(lang, ws)
	s := said{text: strings.Join(ss, " "), head: ss[0], runs: runs(ws)}
	slices.Sort(ss)
	s.stems = slices.Compact(ss)
	return s
}

// run is a run of three or four bytes of folded words, the first of them highest and a zero at the end of three:
// runs sort as their letters do.
type run uint32

// runs are the distinct runs of letters of words, blanks between and around them included.
func runs(ws []string) []run {
	size := 1
	for _, w := range ws {
		size += len(w) + 1
	}
	out := make([]run, 0, 2*size)
	var last run // the last four bytes
	n := 0
	next := func(c byte) {
		last = last<<8 | run(c)
		n++
		if n >= 3 {
			out = append(out, last<<8)
		}
		if n >= 4 {
			out = append(out, last)
		}
	}
	next(' ')
	for _, w := range ws {
		for i := range len(w) {
			next(w[i])
		}
		next(' ')
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// question is a text being asked of the index, and room to answer in; it is used over and over.
type question struct {
	text  string
	head  int32 // its first word as a feature; none if no name has it
	words norm
	grams norm
	dots  []both  // dot products with every name
	hits  []int32 // the names with any
	count int     // how many of hits there are: the rest is room
}

func (x *index) newQuestion() *question {
	// one more than there are names: room is written to before it is known whether it is kept
	return &question{dots: make([]both, len(x.names)), hits: make([]int32, len(x.names)+1)}
}

// ask adds up what a text shares with every name.
func (x *index) ask(q *question, s *said) {
	for _, h := range q.hits[:q.count] {
		q.dots[h] = both{}
	}
	q.count = 0
	q.text, q.head = s.text, none
	if i, ok := x.words.id[s.head]; ok {
		q.head = i
	}
	var square float32
	for _, v := range s.stems {
		i, ok := x.words.id[v]
		if !ok {
			square += x.words.rarest
			continue
		}
		square += x.words.weight[i]
		q.addWord(x.words.names(i), x.words.weight[i])
	}
	q.words = newNorm(square)
	square = 0
	for _, v := range s.runs {
		i, ok := x.grams.id[v]
		if !ok {
			square += x.grams.rarest
			continue
		}
		square += x.grams.weight[i]
		q.addGram(x.grams.names(i), x.grams.weight[i])
	}
	q.grams = newNorm(square)
}

// addWord and addGram add a weight to the dot products of names. Every name is written down as a hit, and kept if it is
// the first time: a processor guesses badly whether it is.
func (q *question) addWord(names []int32, weight float32) {
	dots, hits, count := q.dots, q.hits, q.count
	for _, n := range names {
		d := &dots[n]
		hits[count] = n
		if d.isNew() {
			count++
		}
		d.word += weight
	}
	q.count = count
}

func (q *question) addGram(names []int32, weight float32) {
	dots, hits, count := q.dots, q.hits, q.count
	for _, n := range names {
		d := &dots[n]
		hits[count] = n
		if d.isNew() {
			count++
		}
		d.gram += weight
	}
	q.count = count
}

// isNew tells whether nothing was added yet.
func (b *both) isNew() bool { return math.Float32bits(b.word)|math.Float32bits(b.gram) == 0 }
