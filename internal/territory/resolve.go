package territory

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// maxPassages bounds the walk from an old commune code to today's; no commune changed its code more
// often in the passage tables, and a cycle in a faulty table must not hang an import.
const maxPassages = 8

// FoldArrondissement turns the code of an arrondissement of Paris, Lyon or Marseille into that of its
// commune: zonings are published by commune only. Other codes come back as they are.
func FoldArrondissement(commune ID) ID {
	c := commune.Code()
	if commune.Zoning() != Communes || len(c) != 5 {
		return commune
	}
	switch {
	case strings.HasPrefix(c, "751") && c <= "75120":
		return "com-75056"
	case c >= "69381" && c <= "69389":
		return "com-69123"
	case c >= "13201" && c <= "13216":
		return "com-13055"
	}
	return commune
}

// Resolver finds the area of a zoning a commune lies in, through folded arrondissements and the
// published passages between yearly editions of the commune codes.
type Resolver struct {
	areas    map[Zoning]map[ID]ID // zoning → commune → area
	passages map[ID]ID
	earlier  map[ID][]ID // today's commune → the communes merged into it
}

// NewResolver builds a resolver from published memberships and passages.
func NewResolver(members []Membership, passages []Passage) *Resolver {
	r := &Resolver{areas: map[Zoning]map[ID]ID{}, passages: map[ID]ID{}, earlier: map[ID][]ID{}}
	for _, m := range members {
		z := m.Area.Zoning()
		if r.areas[z] == nil {
			r.areas[z] = map[ID]ID{}
		}
		r.areas[z][m.Commune] = m.Area
	}
	for _, p := range passages {
		if p.Old != p.New {
			r.passages[p.Old] = p.New
			r.earlier[p.New] = append(r.earlier[p.New], p.Old)
		}
	}
	return r
}

// Area returns the area of zoning z that holds the commune. It tries the code as it is, then what it
// became, then what it was made from: a zoning of 2019 does not know a commune born in 2022, and one
// of 2024 does not know those that were merged before. ok is false when no published passage leads
// to an area.
func (r *Resolver) Area(commune ID, z Zoning) (ID, bool) {
	in := r.areas[z]
	c := FoldArrondissement(commune)
	for range maxPassages {
		if a, ok := in[c]; ok {
			return a, true
		}
		for _, old := range r.earlier[c] {
			if a, ok := in[old]; ok {
				return a, true
			}
		}
		next, ok := r.passages[c]
		if !ok {
			return "", false
		}
		c = next
	}
	return "", false
}

// Overlap is the share of one area that lies in an area of another zoning.
type Overlap struct {
	From, To ID
	Share    float64 // of From's communes, each by its weight
}

// Overlaps compares two zonings commune by commune, following the passages where they know different
// editions of the commune codes. Each commune counts for its weight plus one. The shares of an area sum
// to 1; an area of whose communes none leads to the other zoning is left out. The order is fixed.
func (r *Resolver) Overlaps(from, to Zoning, weights map[ID]float64) []Overlap {
	type pair struct{ from, to ID }
	shared, total := map[pair]float64{}, map[ID]float64{}
	for _, commune := range slices.Sorted(maps.Keys(r.areas[from])) {
		a := r.areas[from][commune]
		if b, ok := r.Area(commune, to); ok {
			w := weights[commune] + 1
			shared[pair{a, b}] += w
			total[a] += w
		}
	}
	out := make([]Overlap, 0, len(shared))
	for p, w := range shared {
		out = append(out, Overlap{From: p.from, To: p.to, Share: w / total[p.from]})
	}
	slices.SortFunc(out, func(a, b Overlap) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	return out
}
