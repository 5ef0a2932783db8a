package market

import (
	"math"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// A feature that does not depend on the classes of the year is static: it is worked out once.
const (
	staticPast        = iota // class of the cell the year before
	staticPastHirings        // its intensité d'embauches
	staticPastLabour         // its manque de main-d'œuvre
	staticPastSheet          // mean class of the sheet the year before
	staticPastFamily         // how far sheets of the family were from their means in the basin, the year before
	staticPastSurvey         // likewise, of the same survey entry
	staticPastDomain         // likewise, of the ROME domain
	staticPastKin            // likewise, of the sheets that move together
	staticDifficulty         // share of projects judged difficult, of the sheet
	staticLocal              // likewise in the basin, held to the sheet's
	staticProjects           // log of 1 + projects in the basin
	staticSeasonal           // share of them that is seasonal
	staticStock              // log of 1 + offers open in the basin
	staticStockAll           // likewise, of every occupation
	staticNational           // tension of the sheet's families in the country
	staticDepartement        // likewise in the basin's département
	staticCount
)

// shareWeight is how many projects a basin's share of difficult ones must rest on to count as much as the sheet's.
const shareWeight = 30

func (l *lattice) staticOf(sheet, basin int) []float32 {
	i := l.at(sheet, basin) * staticCount
	return l.static[i : i+staticCount]
}

// readStatic works out the static features of every cell.
func (l *lattice) readStatic(f EstimateFacts) {
	l.static = make([]float32, len(l.sheets)*len(l.basins)*staticCount)
	for i := range l.static {
		l.static[i] = unknown
	}
	l.staticPastClasses()
	l.staticSurvey(f)
	l.staticOffers(f)
	l.staticTension(f)
}

var unknown = float32(math.NaN())

func (l *lattice) staticPastClasses() {
	residual := make([]float64, len(l.sheets)*len(l.basins))
	sum, count := make([]float64, len(l.sheets)), make([]float64, len(l.sheets))
	all, n := 0.0, 0.0
	for s := range l.sheets {
		for b := range l.basins {
			if c := l.past[l.at(s, b)]; c > 0 {
				sum[s] += float64(c)
				count[s]++
			}
		}
		all, n = all+sum[s], n+count[s]
	}
	if n == 0 {
		return // no table of the year before
	}
	for s := range l.sheets {
		mean := (sum[s] + sheetPrior*all/n) / (count[s] + sheetPrior)
		for b := range l.basins {
			x := l.staticOf(s, b)
			x[staticPastSheet] = float32(mean)
			i := l.at(s, b)
			if c := l.past[i]; c > 0 {
				x[staticPast] = float32(c)
				residual[i] = float64(c) - mean
			}
			for k, causes := range l.pastCauses {
				if causes[i] > 0 {
					x[staticPastHirings+k] = float32(causes[i])
				}
			}
		}
	}
	l.staticPastKinship(residual)
}

// staticPastKinship says how far other sheets were from their means in the basin the year before.
func (l *lattice) staticPastKinship(residual []float64) {
	for s := range l.sheets {
		for b := range l.basins {
			x := l.staticOf(s, b)
			for k, into := range [3]int{staticPastFamily, staticPastSurvey, staticPastDomain} {
				r, n := 0.0, 0.0
				for _, t := range l.kin[k][s] {
					if i := l.at(int(t), b); l.past[i] > 0 {
						r += residual[i]
						n++
					}
				}
				x[into] = float32(r / (n + kinPrior))
			}
			r, n := 0.0, 0.0
			for _, t := range l.kinOfKin[s] {
				if i := l.at(int(t.at), b); l.past[i] > 0 {
					r += t.weight * residual[i]
					n += t.weight
				}
			}
			x[staticPastKin] = float32(r / (n + kinOfKinPrior))
		}
	}
}

// staticSurvey shares the survey's projects out from its basins to those of the table.
func (l *lattice) staticSurvey(f EstimateFacts) {
	year := 0
	for _, o := range f.Observations {
		if o.Dataset == DatasetBMO {
			year = max(year, o.Year)
		}
	}
	targets := map[occupation.ID][]int{}
	for _, x := range f.Crosswalks {
		if s, ok := l.sheetAt[x.To]; ok && x.From.Nomenclature() == occupation.FAP2021 {
			targets[x.From] = append(targets[x.From], s)
		}
	}
	parts := map[territory.ID][]near{}
	for _, o := range f.Overlaps {
		if b, ok := l.basinAt[o.To]; ok {
			parts[o.From] = append(parts[o.From], near{uint16(b), o.Share})
		}
	}
	for i, b := range l.basins {
		parts[b] = []near{{uint16(i), 1}}
	}
	n := len(l.sheets) * len(l.basins)
	projects, difficult, seasonal := make([]float64, n), make([]float64, n), make([]float64, n)
	for _, o := range f.Observations {
		p, d, s := o.Values[Projects], o.Values[DifficultProjects], o.Values[SeasonalProjects]
		if o.Dataset != DatasetBMO || o.Year != year || !p.Known() {
			continue
		}
		for _, sheet := range targets[o.Occupation] {
			for _, part := range parts[o.Area] {
				i := l.at(sheet, int(part.at))
				if d.Known() {
					projects[i] += p.Float * part.weight
					difficult[i] += d.Float * part.weight
				}
				if s.Known() {
					seasonal[i] += s.Float * part.weight
				}
			}
		}
	}
	l.shares(projects, difficult, seasonal)
}

func (l *lattice) shares(projects, difficult, seasonal []float64) {
	var allP, allD float64
	for i := range projects {
		allP += projects[i]
		allD += difficult[i]
	}
	if allP == 0 {
		return
	}
	const sheetWeight = 20
	for s := range l.sheets {
		var p, d float64
		for b := range l.basins {
			p += projects[l.at(s, b)]
			d += difficult[l.at(s, b)]
		}
		share := (d + sheetWeight*allD/allP) / (p + sheetWeight)
		for b := range l.basins {
			i, x := l.at(s, b), l.staticOf(s, b)
			x[staticDifficulty] = float32(share)
			x[staticLocal] = float32((difficult[i] + shareWeight*share) / (projects[i] + shareWeight))
			x[staticProjects] = float32(math.Log1p(projects[i]))
			x[staticSeasonal] = float32(seasonal[i] / math.Max(projects[i], 1))
		}
	}
}

func (l *lattice) staticOffers(f EstimateFacts) {
	if len(f.Stock) == 0 {
		return
	}
	stock, all := make([]float64, len(l.sheets)*len(l.basins)), make([]float64, len(l.basins))
	for _, o := range f.Stock {
		s, isSheet := l.sheetAt[o.Occupation]
		b, isBasin := l.basinAt[o.Basin]
		if isSheet && isBasin {
			stock[l.at(s, b)] += o.Offers
			all[b] += o.Offers
		}
	}
	for s := range l.sheets {
		for b := range l.basins {
			x := l.staticOf(s, b)
			x[staticStock], x[staticStockAll] = float32(math.Log1p(stock[l.at(s, b)])), float32(math.Log1p(all[b]))
		}
	}
}

// staticTension reads the tension of the families a sheet belongs to, in the country and in the basin's
// département.
func (l *lattice) staticTension(f EstimateFacts) {
	year := 0
	for _, o := range f.Observations {
		if o.Dataset == DatasetTensionFAP && o.Year <= l.year {
			year = max(year, o.Year)
		}
	}
	sheetsOf := map[occupation.ID][]int{}
	for _, x := range f.Crosswalks {
		if s, ok := l.sheetAt[x.To]; ok && x.From.Nomenclature() == occupation.FAP2009 && x.From.Grain() == occupation.Detailed {
			sheetsOf[x.From] = append(sheetsOf[x.From], s)
		}
	}
	type key struct {
		sheet int
		area  territory.ID
	}
	sum := map[key]ratio{}
	for _, o := range f.Observations {
		t := o.Values[Tension]
		if o.Dataset != DatasetTensionFAP || o.Year != year || !t.Known() {
			continue
		}
		if level := o.Area.Level(); level != territory.Country && level != territory.Departement {
			continue
		}
		for _, s := range sheetsOf[o.Occupation] {
			r := sum[key{s, o.Area}]
			sum[key{s, o.Area}] = ratio{r.over + t.Float, r.under + 1}
		}
	}
	departement := make([]territory.ID, len(l.basins))
	for _, a := range f.Areas {
		if b, ok := l.basinAt[a.ID]; ok {
			departement[b] = a.Departement
		}
	}
	for s := range l.sheets {
		for b := range l.basins {
			x := l.staticOf(s, b)
			if r := sum[key{s, territory.France}]; r.under > 0 {
				x[staticNational] = float32(r.over / r.under)
			}
			if r := sum[key{s, departement[b]}]; r.under > 0 {
				x[staticDepartement] = float32(r.over / r.under)
			}
		}
	}
}
