package market

import (
	"cmp"
	"math"
	"slices"

	"filiere/internal/occupation"
)

// findKin finds which sheets share what.
func (l *lattice) findKin(f EstimateFacts) {
	groups := [3]map[string][]int{{}, {}, {}}
	for _, x := range f.Crosswalks {
		s, isSheet := l.sheetAt[x.To]
		if !isSheet {
			continue
		}
		switch x.From.Nomenclature() {
		case occupation.FAP2009:
			if x.From.Grain() == occupation.Detailed {
				groups[kinFamily][string(x.From)] = append(groups[kinFamily][string(x.From)], s)
			}
		case occupation.FAP2021:
			// A correspondence still to be checked is worth its weight here: what it says is learnt, not believed.
			groups[kinSurvey][string(x.From)] = append(groups[kinSurvey][string(x.From)], s)
		}
	}
	for s, o := range l.sheets {
		domain := string(o.Parent())
		if c := o.Code(); len(c) >= 3 {
			domain = c[:3]
		}
		groups[kinDomain][domain] = append(groups[kinDomain][domain], s)
	}
	for k, g := range groups {
		l.kin[k] = make([]kinship, len(l.sheets))
		for _, members := range g {
			for _, s := range members {
				for _, t := range members {
					if s != t && !slices.Contains(l.kin[k][s], uint16(t)) {
						l.kin[k][s] = append(l.kin[k][s], uint16(t))
					}
				}
			}
		}
		for s := range l.kin[k] {
			slices.Sort(l.kin[k][s])
		}
	}
	l.findKinOfKin()
}

// How closely two sheets move together is the correlation of their classes over the basins of the year
// before, taken from the sheet's mean and the basin's. It is held to what kinship alone would say, as if that
// had been seen in priorBasins basins.
const (
	priorBasins    = 15.0
	priorFamily    = 0.50
	priorDomain    = 0.15
	leastClose     = 0.15 // below it a sheet says nothing of another
	mostKinOfKin   = 60
	mostCandidates = 12
)

func (l *lattice) findKinOfKin() {
	n := len(l.sheets)
	products, squares := make([]float64, n*n), make([]float64, n*n)
	for _, list := range l.pastResiduals() {
		for _, x := range list {
			for _, y := range list {
				k := int(x.at)*n + int(y.at)
				products[k] += x.weight * y.weight
				squares[k] += x.weight * x.weight
			}
		}
	}
	l.kinOfKin = make([][]near, n)
	for s := range n {
		var list []near
		for t := range n {
			if s == t {
				continue
			}
			spread := math.Sqrt(squares[s*n+t] * squares[t*n+s])
			if r := (products[s*n+t] + priorBasins*l.priorClose(s, t)) / (spread + priorBasins); r > leastClose {
				list = append(list, near{uint16(t), min(r, 1) * min(r, 1)})
			}
		}
		slices.SortFunc(list, func(x, y near) int {
			return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.at, y.at))
		})
		l.kinOfKin[s] = list[:min(len(list), mostKinOfKin)]
	}
}

// pastResiduals gives, for each basin, the sheets published the year before with how far their class was
// from what their mean and the basin's say.
func (l *lattice) pastResiduals() [][]near {
	out := make([][]near, len(l.basins))
	for s := range l.sheets {
		sum, n := 0.0, 0.0
		for b := range l.basins {
			if c := l.past[l.at(s, b)]; c > 0 {
				sum += float64(c)
				n++
			}
		}
		for b := range l.basins {
			if c := l.past[l.at(s, b)]; c > 0 {
				out[b] = append(out[b], near{uint16(s), float64(c) - sum/n})
			}
		}
	}
	for _, list := range out {
		sum := 0.0
		for _, x := range list {
			sum += x.weight
		}
		for i := range list {
			list[i].weight -= sum / float64(len(list))
		}
	}
	return out
}

func (l *lattice) priorClose(s, t int) float64 {
	switch {
	case slices.Contains(l.kin[kinFamily][s], uint16(t)):
		return priorFamily
	case slices.Contains(l.kin[kinDomain][s], uint16(t)):
		return priorDomain
	}
	return 0
}
