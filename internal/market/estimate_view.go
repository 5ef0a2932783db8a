package market

// A feature is held to what it would be without the cell's own surroundings, as if that had been seen so many
// times.
const (
	sheetPrior    = 3.0 // cells: a sheet's classes are held to those of all
	nearPrior     = 2.0 // cells near by: held to the sheet's
	regionPrior   = 4.0 // cells in the région: likewise
	selfPrior     = 1.0 // how far a sheet is from its mean near by
	kinPrior      = 0.5 // how far sheets of a kind are from theirs in a basin
	kinOfKinPrior = 0.1
	letterPrior   = 0.5
)

// The features of a cell, in order: those below, then the static ones.
const (
	featSheetMean   = iota // mean class of the sheet elsewhere
	featSheetCells         // in how many basins it is published
	featSheet1             // share of them in class ≤ 1, ≤ 2, ≤ 3, ≤ 4
	featNear1       = featSheet1 + 4*1
	featRegion1     = featSheet1 + 4*2
	featSelfNear    = featSheet1 + 4*3 // how far the sheet is from its mean near by
	featFamily      = featSelfNear + 1 // how far sheets of the family are from their means in the basin
	featFamilyCells = featSelfNear + 2
	featSurvey      = featSelfNear + 3 // likewise, of the same survey entry
	featSurveyCells = featSelfNear + 4
	featDomain      = featSelfNear + 5 // likewise, of the ROME domain
	featLetter      = featSelfNear + 6 // likewise, of the ROME letter
	featKin         = featSelfNear + 7 // likewise, of the sheets that move together
	featKinWeight   = featSelfNear + 8
	featKin1        = featSelfNear + 9 // share of those in class ≤ 1 … ≤ 4, on top of what is usual for the sheet
	featClosest     = featKin1 + 4     // class of the closest of them published in the basin
	featClosestness = featKin1 + 5     // how close it is
	featStatic      = featKin1 + 6
	featCount       = featStatic + staticCount
)

// folds is a set of parts, a bit each.
type folds uint16

func (f folds) has(part uint8) bool { return f&(1<<part) != 0 }

// view is what a model may see: the lattice without the published cells of some parts.
type view struct {
	*lattice
	hidden folds
	mean   []float64                 // of each sheet, held to that of all
	cells  []float64                 // of each sheet
	upTo   [][ClassCount - 1]float64 // share of each sheet in class ≤ 1 … ≤ 4, held to that of all
	places [][ClassCount]float64     // of each sheet × région: cells in each class
	letter [][26]ratio               // of each basin: how far its sheets of a letter are from their means, and how many they are
}

func (l *lattice) without(hidden folds) *view {
	v := &view{
		lattice: l, hidden: hidden, mean: make([]float64, len(l.sheets)), cells: make([]float64, len(l.sheets)),
		upTo: make([][ClassCount - 1]float64, len(l.sheets)), places: make([][ClassCount]float64, len(l.sheets)*l.regions),
		letter: make([][26]ratio, len(l.basins)),
	}
	counts := make([][ClassCount]float64, len(l.sheets))
	var all [ClassCount]float64
	n := 0.0
	for _, k := range l.known {
		if hidden.has(k.fold) {
			continue
		}
		counts[k.sheet][k.class]++
		all[k.class]++
		n++
		if r := l.region[k.basin]; r >= 0 {
			v.places[int(k.sheet)*l.regions+r][k.class]++
		}
	}
	for s := range l.sheets {
		v.summarise(s, counts[s], all, n)
	}
	for _, k := range l.known {
		if !hidden.has(k.fold) {
			r := &v.letter[k.basin][l.letterOf(int(k.sheet))]
			r.over += float64(k.class+1) - v.mean[k.sheet]
			r.under++
		}
	}
	return v
}

// summarise works out what the cells in sight say of a sheet as a whole.
func (v *view) summarise(s int, counts, all [ClassCount]float64, n float64) {
	sum, usual, below, belowAll := 0.0, 0.0, 0.0, 0.0
	for c := range ClassCount {
		v.cells[s] += counts[c]
		sum += float64(c+1) * counts[c]
		usual += float64(c+1) * all[c] / n
	}
	v.mean[s] = (sum + sheetPrior*usual) / (v.cells[s] + sheetPrior)
	for c := range ClassCount - 1 {
		below += counts[c]
		belowAll += all[c] / n
		v.upTo[s][c] = (below + sheetPrior*belowAll) / (v.cells[s] + sheetPrior)
	}
}

func (l *lattice) letterOf(sheet int) int {
	if c := l.sheets[sheet].Code(); c != "" && c[0] >= 'A' && c[0] <= 'Z' {
		return int(c[0] - 'A')
	}
	return 0
}

// seen gives the class of a cell, 0 when it is not published or hidden.
func (v *view) seen(i int) uint8 {
	if c := v.class[i]; c > 0 && !v.hidden.has(v.fold[i]) {
		return c
	}
	return 0
}

// features writes what is known of a cell, itself aside, into a row of featCount numbers. The caller sees to
// it that the cell's own part is hidden.
func (v *view) features(s, b int, into []float32) {
	into[featSheetMean], into[featSheetCells] = float32(v.mean[s]), float32(v.cells[s])
	for c := range ClassCount - 1 {
		into[featSheet1+c] = float32(v.upTo[s][c])
	}
	v.nearFeatures(s, b, into)
	v.regionFeatures(s, b, into)
	v.kinFeatures(s, b, into)
	v.closeFeatures(s, b, into)
	copy(into[featStatic:], v.staticOf(s, b))
}

func (v *view) nearFeatures(s, b int, into []float32) {
	var upTo [ClassCount - 1]float64
	weight, off := 0.0, 0.0
	for _, x := range v.around[b] {
		c := v.seen(v.at(s, int(x.at)))
		if c == 0 {
			continue
		}
		weight += x.weight
		off += x.weight * (float64(c) - v.mean[s])
		for k := int(c) - 1; k < len(upTo); k++ {
			upTo[k] += x.weight
		}
	}
	for k, sum := range upTo {
		into[featNear1+k] = float32((sum + nearPrior*v.upTo[s][k]) / (weight + nearPrior))
	}
	into[featSelfNear] = float32(off / (weight + selfPrior))
}

func (v *view) regionFeatures(s, b int, into []float32) {
	var counts [ClassCount]float64
	if r := v.region[b]; r >= 0 {
		counts = v.places[s*v.regions+r]
	}
	n, below := 0.0, 0.0
	for _, c := range counts {
		n += c
	}
	for k := range ClassCount - 1 {
		below += counts[k]
		into[featRegion1+k] = float32((below + regionPrior*v.upTo[s][k]) / (n + regionPrior))
	}
}

// kinFeatures say how far sheets of the same kind are from their means in the basin.
func (v *view) kinFeatures(s, b int, into []float32) {
	for k, at := range [3]int{featFamily, featSurvey, featDomain} {
		off, n := 0.0, 0.0
		for _, t := range v.kin[k][s] {
			if c := v.seen(v.at(int(t), b)); c > 0 {
				off += float64(c) - v.mean[t]
				n++
			}
		}
		into[at] = float32(off / (n + kinPrior))
		if at != featDomain {
			into[at+1] = float32(n)
		}
	}
	letter := v.letter[b][v.letterOf(s)]
	if c := v.seen(v.at(s, b)); c > 0 { // only where a cell's part is in sight, and then it must not count itself
		letter.over -= float64(c) - v.mean[s]
		letter.under--
	}
	into[featLetter] = float32(letter.over / (letter.under + letterPrior))
}

// closeFeatures say what the sheets that moved together with this one the year before do in the basin.
func (v *view) closeFeatures(s, b int, into []float32) {
	var upTo [ClassCount - 1]float64
	weight, off := 0.0, 0.0
	into[featClosest], into[featClosestness] = unknown, 0
	for i, x := range v.kinOfKin[s] {
		c := v.seen(v.at(int(x.at), b))
		if c == 0 {
			continue
		}
		if i < mostCandidates && into[featClosestness] == 0 {
			into[featClosest], into[featClosestness] = float32(c), float32(x.weight)
		}
		weight += x.weight
		off += x.weight * (float64(c) - v.mean[x.at])
		for k := range upTo {
			if int(c) <= k+1 {
				upTo[k] += x.weight
			}
			upTo[k] -= x.weight * v.upTo[x.at][k]
		}
	}
	into[featKin], into[featKinWeight] = float32(off/(weight+kinOfKinPrior)), float32(weight)
	for k, sum := range upTo {
		into[featKin1+k] = float32(sum/(weight+kinOfKinPrior) + v.upTo[s][k])
	}
}
