package intake

import (
	"cmp"
	"slices"

	"filiere/internal/territory"
)

// places gathers what the rows of a table of communes say of the larger areas.
type places struct {
	regions      map[territory.ID]bool
	departements map[territory.ID]tally[territory.ID] // département → its région, as counted
	areas        map[territory.ID]*votes
	order        []territory.ID // areas in the order they were met
}

// votes counts what the communes of an area say of it.
type votes struct {
	labels  tally[string]
	where   tally[placed]
	regions tally[territory.ID]
}

type placed struct{ region, departement territory.ID }

func newPlaces() *places {
	return &places{
		regions: map[territory.ID]bool{}, departements: map[territory.ID]tally[territory.ID]{},
		areas: map[territory.ID]*votes{},
	}
}

func (p *places) add(z zoned) {
	if z.region.Zoning() == territory.Regions {
		p.regions[z.region] = true
	}
	if z.departement.Zoning() == territory.Departements {
		t := p.departements[z.departement]
		t.add(z.region)
		p.departements[z.departement] = t
	}
	v := p.areas[z.area]
	if v == nil {
		v = &votes{}
		p.areas[z.area] = v
		p.order = append(p.order, z.area)
	}
	v.labels.add(z.label)
	v.regions.add(z.region)
	v.where.add(placed{z.region, z.departement})
}

// emit hands on the country, the régions and départements met, and the areas with the label most of
// their communes give them, the région most of them lie in, and the département most of those lie in.
func (p *places) emit(in *Reading) error {
	areas := []territory.Area{{ID: territory.France, Label: "France"}}
	for _, id := range sortedKeys(p.regions) {
		areas = append(areas, territory.Area{ID: id})
	}
	for _, id := range sortedKeys(p.departements) {
		areas = append(areas, territory.Area{ID: id, Region: p.departements[id].most(cmp.Compare[territory.ID])})
	}
	for _, id := range p.order {
		v := p.areas[id]
		a := territory.Area{ID: id, Label: v.labels.most(cmp.Compare[string]), Region: v.regions.most(cmp.Compare[territory.ID])}
		a.Departement = v.where.only(func(w placed) bool { return w.region == a.Region }).most(comparePlaced).departement
		areas = append(areas, a)
	}
	for _, a := range areas {
		if err := in.Emit(a); err != nil {
			return err
		}
	}
	return nil
}

func comparePlaced(a, b placed) int {
	return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.departement, b.departement))
}

// tally counts how often each value was met. Its zero value is ready for use.
type tally[T comparable] map[T]int

func (t *tally[T]) add(v T) {
	if *t == nil {
		*t = tally[T]{}
	}
	(*t)[v]++
}

// only keeps the values that hold.
func (t tally[T]) only(holds func(T) bool) tally[T] {
	out := tally[T]{}
	for v, n := range t {
		if holds(v) {
			out[v] = n
		}
	}
	return out
}

// most is the value met most often; of equals, the first in order, so that it does not depend on the
// order of the rows.
func (t tally[T]) most(compare func(a, b T) int) T {
	var best T
	count := 0
	for v, n := range t {
		if n > count || n == count && compare(v, best) < 0 {
			best, count = v, n
		}
	}
	return best
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
