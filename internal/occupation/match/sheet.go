package match

import (
	"slices"
	"sync"
)

// weight is how much speaks for an entry.
type weight struct {
	entry int32
	value float32
}

func heavier(a, b weight) int { return descending(a.value, b.value, a.entry, b.entry) }

// votes are what the titles listed together say for entries or for groups of them.
type votes[K comparable] map[K]float32

// sheet is what the titles listed together say of entries: what each resembles, and is tied to.
type sheet struct {
	titles []int32
	likes  func() ranking // what its titles resemble; worked out when first asked for
	ties   ranking        // titles tied to an entry
	units  votes[string]  // titles tied to an ISCO unit group
	minors votes[string]
	tied   float32 // titles tied to any
}

// ranking is what speaks for entries, and these in order.
type ranking struct {
	votes votes[int32]
	order []weight // the heaviest first
}

func newRanking(v votes[int32]) ranking {
	r := ranking{v, make([]weight, 0, len(v))}
	for e, value := range v {
		r.order = append(r.order, weight{e, value})
	}
	slices.SortFunc(r.order, heavier)
	return r
}

// kept is how many entries a title resembles are kept.
const kept = 10

func (m *Matcher) newSheets(of func(Title) string) map[string]*sheet {
	out := map[string]*sheet{}
	ties := map[string]votes[int32]{}
	for i, t := range m.taxonomy.Titles {
		code := of(t)
		if code == "" {
			continue
		}
		s := out[code]
		if s == nil {
			s = &sheet{units: votes[string]{}, minors: votes[string]{}}
			out[code], ties[code] = s, votes[int32]{}
		}
		s.titles = append(s.titles, int32(i))
		if e := m.tie[i]; e != none {
			s.tied++
			ties[code][e]++
			unit, minor := groups(m.taxonomy.Entries[e].Group)
			s.units[unit]++
			s.minors[minor]++
		}
	}
	for code, s := range out {
		s.ties = newRanking(ties[code])
		s.likes = sync.OnceValue(func() ranking {
			v := votes[int32]{}
			for _, t := range s.titles {
				for _, w := range m.resembled(t) {
					v[w.entry] += vote(w)
				}
			}
			return newRanking(v)
		})
	}
	return out
}

// vote is what a title says for an entry it resembles. The cube makes one strong resemblance count for more than many
// weak ones.
func vote(w weight) float32 { return w.value * w.value * w.value }

// The lengths of ISCO-08 codes.
const (
	minorDigits = 3
	unitDigits  = 4
)

// groups gives the unit group and the minor group of an ISCO code, "" where it is too short.
func groups(isco string) (unit, minor string) {
	if len(isco) >= unitDigits {
		unit = isco[:unitDigits]
	}
	if len(isco) >= minorDigits {
		minor = isco[:minorDigits]
	}
	return unit, minor
}

// wholeMalus is what a group of entries is behind when it resembles a title as well as an entry does.
const wholeMalus = 0.03

// resembled lists the entries whose own labels resemble a title most, worked out once for each.
func (m *Matcher) resembled(title int32) []weight {
	if known := m.alike[title].Load(); known != nil {
		return *known
	}
	d := m.desks.Get().(*desk)
	defer m.desks.Put(d)
	d.clear()
	for _, s := range m.read(m.taxonomy.Titles[title].Name) {
		m.labels.ask(d.labels, &s)
		d.gather(m.labels, d.labels, none)
	}
	out := make([]weight, 0, kept)
	for _, e := range d.order {
		x := d.found[e].evidence()
		v := byWords*x[wordsOwn] + (1-byWords)*x[gramsOwn]
		if m.taxonomy.Entries[e].Whole {
			v -= wholeMalus
		}
		if v > least {
			out = heaviest(out, kept, weight{e, v})
		}
	}
	m.alike[title].Store(&out)
	return out
}

// opinion is what a sheet says, one title left out.
type opinion struct {
	sheet  *sheet
	likes  ranking
	own    []weight // what the title left out resembles
	tie    int32    // the entry it is tied to, none, and that entry's groups
	unit   string
	minor  string
	voters float32 // how many titles have a say, and one: few say less than many
	tied   float32 // how many of them are tied to an entry, and one
}

// unheard is the opinion of a sheet without titles.
var unheard = opinion{sheet: &sheet{}, tie: none, voters: 1, tied: 1}

func (m *Matcher) opinion(s *sheet, but int32) opinion {
	if s == nil {
		return unheard
	}
	o := opinion{sheet: s, likes: s.likes(), tie: none, voters: float32(1 + len(s.titles)), tied: s.tied + 1}
	if but == none || !slices.Contains(s.titles, but) {
		return o
	}
	o.voters--
	o.own = m.resembled(but)
	if o.tie = m.tie[but]; o.tie != none {
		o.tied--
		o.unit, o.minor = groups(m.taxonomy.Entries[o.tie].Group)
	}
	return o
}

// likeness weighs how much the titles resemble an entry.
func (o *opinion) likeness(entry int32) float32 {
	v := o.likes.votes[entry]
	for _, w := range o.own {
		if w.entry == entry {
			v -= vote(w)
		}
	}
	return max(v, 0) / o.voters
}

// ties is the share of tied titles that are tied to an entry.
func (o *opinion) ties(entry int32) float32 {
	return less(o.sheet.ties.votes, entry, o.tie) / o.tied
}

// less are the votes for a thing, without the one for own.
func less[K comparable](v votes[K], k, own K) float32 {
	if n := v[k]; k != own || n == 0 {
		return n
	}
	return v[k] - 1
}

// surroundings are what the sheet of a text and its finer occupation say, one title left out.
type surroundings struct{ sheet, fine opinion }

func (m *Matcher) surroundings(at, but int32) surroundings {
	t := m.taxonomy.Titles[at]
	return surroundings{m.opinion(m.sheets[t.Sheet], but), m.opinion(m.fines[t.Fine], but)}
}

// propose adds the entries the sheet speaks for most.
func (s *surroundings) propose(d *desk) {
	d.propose(s.sheet.likes.order, len(s.sheet.own), bySiblings, s.sheet.likeness)
	d.propose(s.fine.likes.order, len(s.fine.own), bySiblings, s.fine.likeness)
	d.propose(s.sheet.sheet.ties.order, 1, byTies, s.sheet.ties)
	d.propose(s.fine.sheet.ties.order, 1, byTies, s.fine.ties)
}

// propose adds the entries with most votes. ranked has them in the order they had before one title was left
// out, which can put back no more than so many.
func (d *desk) propose(ranked []weight, back, most int, value func(int32) float32) {
	d.top = d.top[:0]
	for _, w := range ranked[:min(most+back, len(ranked))] {
		if v := value(w.entry); v > 0 {
			d.top = heaviest(d.top, most, weight{w.entry, v})
		}
	}
	for _, w := range d.top {
		if !slices.Contains(d.chosen, w.entry) {
			d.chosen = append(d.chosen, w.entry)
		}
	}
}

// state writes what the surroundings say for an entry. Roots bring shares, of which most are small, apart.
func (s *surroundings) state(x *Evidence, entry int32, group string) {
	x[siblings], x[closeKin] = root(s.sheet.likeness(entry)), root(s.fine.likeness(entry))
	x[tied], x[closelyTied] = root(s.sheet.ties(entry)), root(s.fine.ties(entry))
	unit, minor := groups(group)
	if unit != "" {
		x[groupTied] = root(less(s.sheet.sheet.units, unit, s.sheet.unit) / s.sheet.tied)
	}
	if minor != "" {
		x[minorTied] = root(less(s.sheet.sheet.minors, minor, s.sheet.minor) / s.sheet.tied)
	}
}
