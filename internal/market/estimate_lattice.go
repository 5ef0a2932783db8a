package market

import (
	"math"
	"slices"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

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
	year, before int
	sheets       []occupation.ID
	basins       []territory.ID
	sheetAt      map[occupation.ID]int
	basinAt      map[territory.ID]int
	region       []int // of each basin; −1 where not known
	regions      int
	known        []known
	class        []uint8 // of each cell, 1–5; 0 where not published
	fold         []uint8 // of each cell
	past         []uint8 // class of the year before
	pastCauses   [2][]uint8
	around       [][]near // basins near a basin, itself too
	kin          [3][]kinship
	kinOfKin     [][]near // sheets whose class moves with that of a sheet, the closest first
	static       []float32
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
