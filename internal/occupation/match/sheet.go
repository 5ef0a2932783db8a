package match

import (
	"maps"
	"slices"
	"sync"
)

// weight is how much speaks for an entry.
type weight struct {
	entry int32
	value float32
}

// sheet is what the titles listed together say of entries: what each resembles, and is tied to.
type sheet struct {
	titles    []int32
	resembles func() map[int32][]weight // by title; worked out when first asked for
	ties      map[int32]float32         // titles tied to an entry
	units     map[string]float32        // titles tied to an ISCO unit group
	minors    map[string]float32
	tied      float32 // titles tied to any
}

// kept is how many entries a title resembles are kept.
const kept = 10

func (m *Matcher) newSheets(of func(Title) string) map[string]*sheet {
	out := map[string]*sheet{}
	for i, t := range m.taxonomy.Titles {
		code := of(t)
		if code == "" {
			continue
		}
		s := out[code]
		if s == nil {
			s = &sheet{ties: map[int32]float32{}, units: map[string]float32{}, minors: map[string]float32{}}
			out[code] = s
		}
		s.titles = append(s.titles, int32(i))
		if e := m.tie[i]; e != none {
			s.tied++
			s.ties[e]++
			unit, minor := groups(m.taxonomy.Entries[e].Group)
			s.units[unit]++
			s.minors[minor]++
		}
	}
	for _, s := range out {
		s.resembles = sync.OnceValue(func() map[int32][]weight {
			d := m.desks.Get().(*desk)
			defer m.desks.Put(d)
			all := make(map[int32][]weight, len(s.titles))
			for _, t := range s.titles {
				all[t] = m.resembled(d, m.taxonomy.Titles[t].Name)
			}
			return all
		})
	}
	return out
}

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

// resembled lists the entries whose own labels resemble a title most.
func (m *Matcher) resembled(d *desk, title string) []weight {
	d.clear()
	for _, ws := range m.read(title) {
		m.labels.ask(d.labels, ws)
		d.gather(m.labels, d.labels, leaveNothing)
	}
	out := make([]weight, 0, len(d.order))
	for _, e := range d.order {
		x := d.found[e].evidence()
		v := byWords*x[wordsOwn] + (1-byWords)*x[gramsOwn]
		if m.taxonomy.Entries[e].Whole {
			v -= wholeMalus
		}
		if v > least {
			out = append(out, weight{e, v})
		}
	}
	slices.SortFunc(out, heavier)
	return slices.Clone(out[:min(kept, len(out))])
}

func heavier(a, b weight) int { return descending(a.value, b.value, a.entry, b.entry) }

// surroundings are what the sheet of a text and its finer occupation say, that text's own title left out.
type surroundings struct {
	siblings, kin map[int32]float32
	tied, closely map[int32]float32
	units, minors map[string]float32
}

func (m *Matcher) surroundings(at int32, without leave) surroundings {
	var s surroundings
	t := m.taxonomy.Titles[at]
	if sheet := m.sheets[t.Sheet]; sheet != nil {
		s.siblings = sheet.siblings(without.title)
		s.tied, s.units, s.minors = m.ties(sheet, without.title)
	}
	if fine := m.fines[t.Fine]; fine != nil {
		s.kin = fine.siblings(without.title)
		s.closely, _, _ = m.ties(fine, without.title)
	}
	return s
}

// siblings weighs the entries that the titles of a sheet resemble, one title aside. The cube makes one strong
// resemblance count for more than many weak ones.
func (s *sheet) siblings(but int32) map[int32]float32 {
	out := map[int32]float32{}
	n := float32(1)
	for _, t := range s.titles {
		if t == but {
			continue
		}
		n++
		for _, w := range s.resembles()[t] {
			out[w.entry] += w.value * w.value * w.value
		}
	}
	for e := range out {
		out[e] /= n
	}
	return out
}

// ties gives the shares of a sheet's tied titles by entry, unit group and minor group, one title aside.
func (m *Matcher) ties(s *sheet, but int32) (entries map[int32]float32, units, minors map[string]float32) {
	entries, units, minors = maps.Clone(s.ties), maps.Clone(s.units), maps.Clone(s.minors)
	n := s.tied + 1
	if but != none && m.tie[but] != none && slices.Contains(s.titles, but) {
		n--
		e := m.tie[but]
		unit, minor := groups(m.taxonomy.Entries[e].Group)
		entries[e]--
		units[unit]--
		minors[minor]--
	}
	share(entries, n)
	share(units, n)
	share(minors, n)
	return entries, units, minors
}

func share[K comparable](m map[K]float32, n float32) {
	for k := range m {
		m[k] /= n
	}
}

// propose adds the entries the sheet speaks for most.
func (s *surroundings) propose(out []candidate) []candidate {
	for _, from := range []struct {
		weights map[int32]float32
		most    int
	}{{s.siblings, bySiblings}, {s.kin, bySiblings}, {s.tied, byTies}, {s.closely, byTies}} {
		ws := make([]weight, 0, len(from.weights))
		for e, v := range from.weights {
			if v > 0 {
				ws = append(ws, weight{e, v})
			}
		}
		slices.SortFunc(ws, heavier)
		for _, w := range ws[:min(from.most, len(ws))] {
			if !slices.ContainsFunc(out, func(c candidate) bool { return c.entry == w.entry }) {
				out = append(out, candidate{entry: w.entry})
			}
		}
	}
	return out
}

// state writes what the surroundings say for an entry. Roots bring shares, of which most are small, apart.
func (s *surroundings) state(x *Evidence, entry int32, group string) {
	x[siblings], x[closeKin] = root(s.siblings[entry]), root(s.kin[entry])
	x[tied], x[closelyTied] = root(s.tied[entry]), root(s.closely[entry])
	unit, minor := groups(group)
	if unit != "" {
		x[groupTied] = root(s.units[unit])
	}
	if minor != "" {
		x[minorTied] = root(s.minors[minor])
	}
}
