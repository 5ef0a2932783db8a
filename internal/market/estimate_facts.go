package market

import (
	"cmp"
	"math"
	"slices"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// EstimateFacts are what local estimates are made from.
type EstimateFacts struct {
	Facts
	Sheets  []occupation.ID // every ROME 3 sheet
	Centres []Centre        // of the basins the tension is published for
	Stock   []Stock         // offers open on one day, by sheet and basin
	// Parts says how areas of other zonings are made up of those basins.
	Parts []territory.Overlap
}

// Centre is where a basin lies: the mean of its communes.
type Centre struct {
	Basin    territory.ID
	Lat, Lon float64 // WGS 84 degrees
}

// Stock is how many offers for a sheet were open in a basin on the day they were counted.
type Stock struct {
	Occupation occupation.ID
	Basin      territory.ID
	Offers     float64
}

// CompareStock orders stocks by basin, then sheet.
func CompareStock(a, b Stock) int {
	return cmp.Or(cmp.Compare(a.Basin, b.Basin), cmp.Compare(a.Occupation, b.Occupation))
}

// foldCount is how many parts the published cells are dealt into; heldOut of them, a fifth of the cells, are
// kept apart together when a model is judged.
const (
	foldCount = 10
	heldOut   = 2
)

// OuterFolds is how many times a model is fitted to be judged, each time on four fifths of the cells.
const OuterFolds = foldCount / heldOut

// foldOf deals a cell by a hash of its codes (FNV-1a), so that anybody can tell which part it is in and
// another edition of the table leaves it there.
func foldOf(o occupation.ID, a territory.ID) uint8 {
	h := uint64(14695981039346656037)
	for _, s := range []string{string(o), "|", string(a)} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	h ^= h >> 32 // the low bits of FNV alone deal similar codes unevenly
	return uint8(h % foldCount)
}

// known is a published cell of the year that is estimated.
type known struct {
	sheet, basin uint16
	class        uint8 // 0 to 4: class − 1
	fold         uint8
}

// near is another index with its weight.
type near struct {
	at     uint16
	weight float64
}

// lattice holds what is known of every sheet × basin, by index.
type lattice struct {
	year, before   int
	sheets         []occupation.ID
	basins         []territory.ID
	sheetAt        map[occupation.ID]int
	basinAt        map[territory.ID]int
	region         []int // of each basin; −1 where not known
	regions        int
	known          []known
	class          []uint8 // of each cell, 1–5; 0 where not published
	fold           []uint8 // of each cell
	past           []uint8 // class of the year before
	pastCauses     [2][]uint8
	around         [][]near // basins near a basin, itself too
	kin            [3][]kinship
	kinOfKin       [][]near // sheets whose class moves with that of a sheet, the closest first
	static         []float32
	staticFeatures int
}

// kinship lists the other sheets a sheet shares something with.
type kinship []uint16

// The kinships, from the closest.
const (
	kinFamily = iota // a FAP family
	kinSurvey        // an entry of the BMO survey: their difficulty share is one figure
	kinDomain        // a ROME domain
)

// at is the index of a cell.
func (l *lattice) at(sheet, basin int) int { return sheet*len(l.basins) + basin }

// newLattice brings the facts together. ok is false when no table by basin is there.
func newLattice(f EstimateFacts, year int) (l *lattice, ok bool) {
	l = &lattice{sheetAt: map[occupation.ID]int{}, basinAt: map[territory.ID]int{}, year: year}
	l.findYears(f)
	if l.year == 0 || len(f.Sheets) == 0 {
		return nil, false
	}
	l.sheets = slices.Sorted(slices.Values(f.Sheets))
	for i, o := range l.sheets {
		l.sheetAt[o] = i
	}
	l.placeBasins(f)
	if len(l.basins) == 0 {
		return nil, false
	}
	l.readClasses(f)
	l.findKin(f)
	l.readStatic(f)
	return l, len(l.known) >= fewestKnown
}

// fewestKnown is how many published cells a model needs. Below it there is nothing to learn from.
const fewestKnown = 500

// findYears settles which table is estimated and which was the one before.
func (l *lattice) findYears(f EstimateFacts) {
	newest := 0
	for _, o := range f.Observations {
		if o.Dataset == DatasetTensionBassin && (l.year == 0 || o.Year <= l.year) {
			newest = max(newest, o.Year)
		}
	}
	if l.year != 0 && newest != l.year {
		l.year = 0
		return
	}
	l.year = newest
	for _, o := range f.Observations {
		if o.Dataset == DatasetTensionBassin && o.Year < l.year {
			l.before = max(l.before, o.Year)
		}
	}
}

// placeBasins numbers the basins of the zoning the tables are published for.
func (l *lattice) placeBasins(f EstimateFacts) {
	var zoning territory.Zoning
	for _, o := range f.Observations {
		if o.Dataset == DatasetTensionBassin && o.Year == l.year {
			zoning = o.Area.Zoning()
			break
		}
	}
	for _, a := range f.Areas {
		if a.ID.Zoning() == zoning {
			l.basins = append(l.basins, a.ID)
		}
	}
	for _, o := range f.Observations {
		if o.Dataset == DatasetTensionBassin && o.Year == l.year {
			l.basins = append(l.basins, o.Area) // a basin no commune is said to lie in
		}
	}
	slices.Sort(l.basins)
	l.basins = slices.Compact(l.basins)
	for i, b := range l.basins {
		l.basinAt[b] = i
	}
	l.region = make([]int, len(l.basins))
	regions := map[territory.ID]int{}
	for i := range l.region {
		l.region[i] = -1
	}
	for _, a := range f.Areas {
		i, here := l.basinAt[a.ID]
		if !here || a.Region == "" {
			continue
		}
		r, seen := regions[a.Region]
		if !seen {
			r = len(regions)
			regions[a.Region] = r
		}
		l.region[i] = r
	}
	l.regions = len(regions)
	l.findNeighbours(f.Centres)
}

// Neighbours count by exp(−½·(distance ÷ reach)²). Farther than three times the reach they count for nothing.
const neighbourReach = 40.0 // km

func (l *lattice) findNeighbours(centres []Centre) {
	at := make([]*Centre, len(l.basins))
	for i, c := range centres {
		if b, ok := l.basinAt[c.Basin]; ok {
			at[b] = &centres[i]
		}
	}
	l.around = make([][]near, len(l.basins))
	for i, c := range at {
		l.around[i] = []near{{uint16(i), 1}}
		if c == nil {
			continue
		}
		for j, d := range at {
			if d == nil || i == j {
				continue
			}
			if km := c.distance(*d); km < 3*neighbourReach {
				l.around[i] = append(l.around[i], near{uint16(j), math.Exp(-km * km / (2 * neighbourReach * neighbourReach))})
			}
		}
	}
}

// distance is that of two near places in km, on a plane that touches the globe between them.
func (c Centre) distance(d Centre) float64 {
	const kmPerDegree = 111.2
	mid := (c.Lat + d.Lat) / 2 * math.Pi / 180
	return kmPerDegree * math.Hypot(c.Lat-d.Lat, (c.Lon-d.Lon)*math.Cos(mid))
}

// readClasses reads the published classes of the year and of the one before.
func (l *lattice) readClasses(f EstimateFacts) {
	n := len(l.sheets) * len(l.basins)
	l.class, l.fold, l.past = make([]uint8, n), make([]uint8, n), make([]uint8, n)
	l.pastCauses = [2][]uint8{make([]uint8, n), make([]uint8, n)}
	for s, o := range l.sheets {
		for b, a := range l.basins {
			l.fold[l.at(s, b)] = foldOf(o, a)
		}
	}
	for _, o := range f.Observations {
		s, isSheet := l.sheetAt[o.Occupation]
		b, isBasin := l.basinAt[o.Area]
		class := o.Values[TensionClass].Class()
		if o.Dataset != DatasetTensionBassin || !isSheet || !isBasin || class < 1 || class > ClassCount {
			continue
		}
		switch i := l.at(s, b); o.Year {
		case l.year:
			l.class[i] = uint8(class)
		case l.before:
			l.past[i] = uint8(class)
			l.pastCauses[0][i] = uint8(o.Values[IntensiteEmbauches].Class())
			l.pastCauses[1][i] = uint8(o.Values[ManqueMainOeuvre].Class())
		}
	}
	for s := range l.sheets {
		for b := range l.basins {
			if i := l.at(s, b); l.class[i] > 0 {
				l.known = append(l.known, known{uint16(s), uint16(b), l.class[i] - 1, l.fold[i]})
			}
		}
	}
}

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
