package match

import (
	"math"
)

// The pieces of evidence for an entry, in the order of Evidence. Cosines are 0–1.
const (
	wordsOwn      = iota // best cosine of words over its own labels
	wordsFirst           // the same, its preferred label alone
	wordsBorrowed        // the same, titles tied to it
	gramsOwn             // best cosine of runs of letters, likewise
	gramsFirst
	gramsBorrowed
	sameFirst    // 1 if the text is its preferred label
	sameOther    // 1 if it is another of its labels
	sameBorrowed // 1 if it is a title tied to it
	saidOwn      // share of the text's words, by weight, that one of its labels has
	coveredOwn   // share of one of its labels that the text has
	saidBest     // the two shares again, for the name that resembles most
	coveredBest
	headFirst // 1 if its preferred label begins with the text's first word
	headOther
	headBorrowed
	resemblance // cosine of the name that resembles most
	siblings    // how much the titles of the text's sheet resemble it
	closeKin    // the same for the finer occupation
	tied        // share of the sheet's tied titles that are tied to it
	closelyTied // the same for the finer occupation
	groupTied   // share that are tied to its ISCO unit group
	minorTied   // share that are tied to its ISCO minor group
	isWhole     // 1 if it is a group of entries
	nameCount   // log of how many names it has
	behind      // how far the resemblance is behind the best one's
	sheetKnown  // 1 if the text's sheet is known
	pieces
)

// Evidence is what speaks for one entry.
type Evidence [pieces]float32

// The part of words in a resemblance; the rest is letters.
const byWords = 0.3

// least is the resemblance below which a name is no candidate.
const least = 0.08

// candidate is an entry that may be meant.
type candidate struct {
	entry    int32
	best     string // the name that resembles most, as stems; "" if only siblings speak for it
	evidence Evidence
}

// desk is room to work on one text: questions, and what was found per entry.
type desk struct {
	labels     *question
	titles     *question
	found      []found  // by entry
	order      []int32  // entries found, as they came
	nearest    near     // the title that resembles most
	top        []weight // room to put entries in order
	chosen     []int32  // entries that are candidates
	candidates []candidate
}

type near struct {
	title       int32
	resemblance float32
}

// found is what the names of an entry have in common with a text, best of each.
type found struct {
	seen             bool
	words, grams     [kinds]float32
	said, covered    [kinds]float32
	same, head       [kinds]bool
	best             float32 // resemblance of the name that resembles most, and of it:
	bestName         string
	bestSaid, bestCv float32
}

func (m *Matcher) newDesk() *desk {
	return &desk{labels: m.labels.newQuestion(), titles: m.titles.newQuestion(), found: make([]found, len(m.taxonomy.Entries))}
}

// look finds the names that resemble a text in any way it is said, one title aside: a thing is never its own evidence.
func (m *Matcher) look(d *desk, ways []said, but int32) {
	d.clear()
	for i := range ways {
		m.labels.ask(d.labels, &ways[i])
		d.gather(m.labels, d.labels, none)
		m.titles.ask(d.titles, &ways[i])
		d.gather(m.titles, d.titles, but)
	}
}

func (d *desk) clear() {
	for _, e := range d.order {
		d.found[e] = found{}
	}
	d.order, d.nearest = d.order[:0], near{title: none}
}

// nearestName is the resemblance of the name or title that resembles the text most.
func (d *desk) nearestName() float32 {
	most := d.nearest.resemblance
	for _, e := range d.order {
		most = max(most, d.found[e].best)
	}
	return most
}

// gather sorts what a question hit by entry.
func (d *desk) gather(x *index, q *question, but int32) {
	for _, h := range q.hits[:q.count] {
		dot, inverse := q.dots[h], x.inverse[h]
		byWord := dot.word * q.words.inverse * inverse.word
		byGram := dot.gram * q.grams.inverse * inverse.gram
		if byGram < least && byWord < least {
			continue
		}
		n := &x.names[h]
		if n.title != none && n.title == but {
			continue
		}
		resembles := byWords*byWord + (1-byWords)*byGram
		if n.title != none && resembles > d.nearest.resemblance {
			d.nearest = near{n.title, resembles}
		}
		if n.entry == none {
			continue
		}
		f := &d.found[n.entry]
		if !f.seen {
			f.seen = true
			d.order = append(d.order, n.entry)
		}
		said, covered := dot.word/(q.words.square+1e-9), dot.word/(n.square+1e-9)
		k := n.kind
		f.words[k], f.grams[k] = max(f.words[k], byWord), max(f.grams[k], byGram)
		f.said[k], f.covered[k] = max(f.said[k], said), max(f.covered[k], covered)
		f.same[k] = f.same[k] || n.text == q.text
		f.head[k] = f.head[k] || n.head == q.head
		if resembles > f.best {
			f.best, f.bestName, f.bestSaid, f.bestCv = resembles, n.text, said, covered
		}
	}
}

func flag(v bool) float32 {
	if v {
		return 1
	}
	return 0
}

func root(v float32) float32 { return float32(math.Sqrt(float64(v))) }

// evidence states what names say for an entry.
func (f *found) evidence() Evidence {
	var x Evidence
	x[wordsOwn], x[wordsFirst], x[wordsBorrowed] = max(f.words[preferred], f.words[alternative]), f.words[preferred], f.words[borrowed]
	x[gramsOwn], x[gramsFirst], x[gramsBorrowed] = max(f.grams[preferred], f.grams[alternative]), f.grams[preferred], f.grams[borrowed]
	x[sameFirst], x[sameOther], x[sameBorrowed] = flag(f.same[preferred]), flag(f.same[alternative]), flag(f.same[borrowed])
	x[saidOwn], x[coveredOwn] = max(f.said[preferred], f.said[alternative]), max(f.covered[preferred], f.covered[alternative])
	x[saidBest], x[coveredBest] = f.bestSaid, f.bestCv
	x[headFirst], x[headOther], x[headBorrowed] = flag(f.head[preferred]), flag(f.head[alternative]), flag(f.head[borrowed])
	x[resemblance] = f.best
	return x
}

// How many candidates are weighed: those that resemble most, and those the sheet speaks for.
const (
	byResemblance = 30
	bySiblings    = 10
	byTies        = 12
)

// candidates weighs what speaks for the entries that may be meant by a text. at is the title whose sheet the text is
// on, none if not known; one title is left aside. They are the desk's, until it is asked anew.
func (m *Matcher) candidates(d *desk, at, but int32) []candidate {
	d.top, d.chosen = d.top[:0], d.chosen[:0]
	for _, e := range d.order {
		d.top = heaviest(d.top, byResemblance, weight{e, d.found[e].best})
	}
	for _, w := range d.top {
		d.chosen = append(d.chosen, w.entry)
	}
	var around surroundings
	if at != none {
		around = m.surroundings(at, but)
		around.propose(d)
	}
	out := d.candidates[:0]
	for _, e := range d.chosen {
		out = append(out, candidate{entry: e})
	}
	for i := range out {
		c := &out[i]
		f := &d.found[c.entry]
		c.best = f.bestName
		c.evidence = f.evidence()
		if at != none {
			around.state(&c.evidence, c.entry, m.taxonomy.Entries[c.entry].Group)
		}
		c.evidence[isWhole] = flag(m.taxonomy.Entries[c.entry].Whole)
		c.evidence[nameCount] = m.names[c.entry]
		c.evidence[behind] = d.found[d.chosen[0]].best - f.best
		c.evidence[sheetKnown] = flag(at != none)
	}
	d.candidates = out
	return out
}

// heaviest keeps the n heaviest weights in order as one more comes.
func heaviest(top []weight, n int, w weight) []weight {
	if len(top) == n {
		if heavier(top[n-1], w) < 0 {
			return top
		}
		top = top[:n-1]
	}
	i := len(top)
	top = append(top, w)
	for ; i > 0 && heavier(w, top[i-1]) < 0; i-- {
		top[i] = top[i-1]
	}
	top[i] = w
	return top
}

func descending(a, b float32, i, j int32) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return int(i - j)
}
