package coder

import (
	"math"
	"slices"
)

// titleSeen is a title whose sheet is known.
type titleSeen struct {
	features []uint64
	sheet    int32
	official bool      // of the nomenclature, not of an advert
	said     []counted // an official title, read as a text is
}

// entry is a title in the index: one for all who say it of one sheet.
type entry struct {
	sheet    int32
	adverts  float32 // how many adverts carry it
	norm     float32
	key      uint64
	official bool
}

// neighbours finds the titles nearest to a title, by the cosine of their features weighted by rarity.
type neighbours struct {
	row     vocabulary
	weight  []float32 // of a feature, squared
	from    []int32   // where the entries of a feature begin in posting
	posting []int32
	entries []entry
}

func newNeighbours(titles []titleSeen) *neighbours {
	x := &neighbours{}
	type place struct {
		key      uint64
		sheet    int32
		official bool
	}
	at := map[place]int32{}
	var features [][]uint64
	for _, t := range titles {
		if len(t.features) == 0 {
			continue
		}
		p := place{keyOf(t.features), t.sheet, t.official}
		i, known := at[p]
		if !known {
			i = int32(len(x.entries))
			at[p] = i
			x.entries = append(x.entries, entry{sheet: t.sheet, key: p.key, official: t.official})
			features = append(features, t.features)
		}
		x.entries[i].adverts++
	}
	x.post(features)
	return x
}

// post makes the lists of entries that have a feature, and the entries' norms.
func (x *neighbours) post(features [][]uint64) {
	count := map[uint64]int{}
	for _, fs := range features {
		for _, f := range fs {
			count[f]++
		}
	}
	x.row = newVocabulary(count, 1)
	lists := make([][]int32, x.row.size())
	for e, fs := range features {
		for _, f := range fs {
			r := x.row.find(f)
			lists[r] = append(lists[r], int32(e))
		}
	}
	x.weight = make([]float32, len(lists))
	x.from = make([]int32, 1, len(lists)+1)
	for r, list := range lists {
		w := math.Log(1 + float64(len(x.entries))/float64(1+len(list)))
		x.weight[r] = float32(w * w)
		x.posting = append(x.posting, list...)
		x.from = append(x.from, int32(len(x.posting)))
	}
	for e, fs := range features {
		var sum float32
		for _, f := range fs {
			sum += x.weight[x.row.find(f)]
		}
		x.entries[e].norm = sqrtf(sum)
	}
}

// near is what the neighbours of a title say of each sheet.
type near struct {
	official  []float32 // cosine of the nearest title of the nomenclature
	second    []float32 // and of the next one
	exact     []float32 // 1 when the nomenclature has the very title
	advert    []float32 // cosine of the nearest title of an advert
	share     []float32 // of the adverts around, by nearness
	same      []float32 // share of the adverts with the very title
	sameCount float32   // how many those are

	dot  []float32 // of entries, zero between two questions
	hits []int32
}

func (n *near) reset(sheets, entries int) {
	for _, list := range []*[]float32{&n.official, &n.second, &n.exact, &n.advert, &n.share, &n.same} {
		if len(*list) != sheets {
			*list = make([]float32, sheets)
		}
		clear(*list)
	}
	if len(n.dot) < entries {
		n.dot = make([]float32, entries)
	}
	n.hits, n.sameCount = n.hits[:0], 0
}

// ask fills n with what the neighbours say.
func (x *neighbours) ask(features []uint64, n *near, sheets int) {
	n.reset(sheets, len(x.entries))
	unknown := logf(1 + float32(len(x.entries))/2)
	var sum float32
	for _, f := range features {
		r := x.row.find(f)
		if r < 0 {
			sum += unknown * unknown
			continue
		}
		w := x.weight[r]
		sum += w
		for _, e := range x.posting[x.from[r]:x.from[r+1]] {
			if n.dot[e] == 0 {
				n.hits = append(n.hits, e)
			}
			n.dot[e] += w
		}
	}
	x.tell(n, sqrtf(sum), keyOf(features))
}

// tell sums up the entries that were hit.
func (x *neighbours) tell(n *near, norm float32, key uint64) {
	var total float32
	for _, h := range n.hits {
		e := &x.entries[h]
		cosine := n.dot[h] / (norm*e.norm + 1e-9)
		n.dot[h] = 0
		if e.official {
			n.nominate(e.sheet, cosine)
			if e.key == key {
				n.exact[e.sheet] = 1
			}
			continue
		}
		n.advert[e.sheet] = max(n.advert[e.sheet], cosine)
		v := cosine * cosine * cosine
		v *= v
		if e.adverts > 1 {
			v *= 1 + logf(e.adverts)
		}
		n.share[e.sheet] += v
		total += v
		if e.key == key {
			n.same[e.sheet] += e.adverts
			n.sameCount += e.adverts
		}
	}
	for i := range n.share {
		n.share[i] /= total + 0.01
		n.same[i] /= n.sameCount + 0.5
	}
}

func (n *near) nominate(sheet int32, cosine float32) {
	switch {
	case cosine > n.official[sheet]:
		n.second[sheet], n.official[sheet] = n.official[sheet], cosine
	case cosine > n.second[sheet]:
		n.second[sheet] = cosine
	}
}

// highest appends to dst the places of the n highest values, the highest first; of equals, the first.
func highest(values []float32, n int, dst []int32) []int32 {
	for i, v := range values {
		if len(dst) == n && v <= values[dst[n-1]] {
			continue
		}
		if len(dst) < n {
			dst = append(dst, 0)
		}
		j := len(dst) - 1
		for ; j > 0 && values[dst[j-1]] < v; j-- {
			dst[j] = dst[j-1]
		}
		dst[j] = int32(i)
	}
	return dst
}

// vocabulary numbers features: a table of hashes with open addressing.
type vocabulary struct {
	keys []uint64 // sorted; a feature's row is its place here
	slot []int32  // row+1
	mask uint64
}

// newVocabulary numbers the features that were counted at least so often.
func newVocabulary(count map[uint64]int, least int) vocabulary {
	var keys []uint64
	for f, n := range count {
		if n >= least {
			keys = append(keys, f)
		}
	}
	slices.Sort(keys)
	return vocabularyOf(keys)
}

func vocabularyOf(sorted []uint64) vocabulary {
	size := uint64(16)
	for size < 2*uint64(len(sorted)) {
		size *= 2
	}
	v := vocabulary{keys: sorted, slot: make([]int32, size), mask: size - 1}
	for i, k := range sorted {
		at := k & v.mask
		for v.slot[at] != 0 {
			at = (at + 1) & v.mask
		}
		v.slot[at] = int32(i + 1)
	}
	return v
}

func (v *vocabulary) size() int { return len(v.keys) }

// find is the row of a feature, -1 when it has none.
func (v *vocabulary) find(f uint64) int32 {
	for at := f & v.mask; v.slot[at] != 0; at = (at + 1) & v.mask {
		if i := v.slot[at] - 1; v.keys[i] == f {
			return i
		}
	}
	return -1
}
