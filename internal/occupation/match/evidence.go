package match

import (
	"math"
	"slices"
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
	labels  *question
	titles  *question
	found   []found // by entry
	order   []int32 // entries found, as they came
	nearest near    // the title that resembles most
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

// leave is what a search leaves out, so that a thing is never its own evidence.
type leave struct {
	title int32 // a title, none
	entry int32 // an entry whose names of these texts are left out, none
	texts []string
}

var leaveNothing = leave{title: none, entry: none}

func (l leave) out(n *name) bool {
	return n.title != none && n.title == l.title || l.entry != none && n.entry == l.entry && n.title == none && slices.Contains(l.texts, n.text)
}

// look finds the names that resemble a text in any way it is said.
func (m *Matcher) look(d *desk, said [][]string, without leave) {
	d.clear()
	for _, ws := range said {
		m.labels.ask(d.labels, ws)
		d.gather(m.labels, d.labels, without)
		m.titles.ask(d.titles, ws)
		d.gather(m.titles, d.titles, without)
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
func (d *desk) gather(x *index, q *question, without leave) {
	for _, h := range q.hits {
		n := &x.names[h]
		byWord := q.byWord[h] * q.words.inverse * n.words.inverse
		byGram := q.byGram[h] * q.grams.inverse * n.grams.inverse
		if byGram < least && byWord < least || without.out(n) {
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
		said, covered := q.byWord[h]/(q.words.square+1e-9), q.byWord[h]/(n.words.square+1e-9)
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
// on, none if not known.
func (m *Matcher) candidates(d *desk, at int32, without leave) []candidate {
	out := make([]candidate, 0, byResemblance+2*bySiblings+2*byTies)
	top := d.order
	slices.SortFunc(top, func(a, b int32) int { return descending(d.found[a].best, d.found[b].best, a, b) })
	for _, e := range top[:min(byResemblance, len(top))] {
		out = append(out, candidate{entry: e})
	}
	var around surroundings
	if at != none {
		around = m.surroundings(at, without)
		out = around.propose(out)
	}
	for i := range out {
		c := &out[i]
		f := &d.found[c.entry]
		c.best = f.bestName
		c.evidence = f.evidence()
		around.state(&c.evidence, c.entry, m.taxonomy.Entries[c.entry].Group)
		c.evidence[isWhole] = flag(m.taxonomy.Entries[c.entry].Whole)
		c.evidence[nameCount] = float32(math.Log(float64(1 + m.names[c.entry])))
		c.evidence[behind] = d.found[out[0].entry].best - f.best
		c.evidence[sheetKnown] = flag(at != none)
	}
	return out
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
