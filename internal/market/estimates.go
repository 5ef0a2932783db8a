package market

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"math"
	"slices"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// EstimateVersion changes with what EstimateLocal does: stored estimates of another version are made again.
const EstimateVersion = "1"

// Estimates are what the model says of every ROME 3 sheet in every area, of one year. They are made whole and
// never change.
type Estimates struct {
	Year   int
	Before int     // the year of the table before; 0 when there was none
	Mass   float64 // what an interval's classes together are as likely as, at least
	Areas  []territory.ID
	Sheets []occupation.ID

	// Places and Labels name what is estimated; both are empty until the estimates were read back.
	Places map[territory.ID]territory.Area
	Labels map[occupation.ID]string

	areaAt  map[territory.ID]int
	inZone  map[territory.Zoning][]int // the areas of each zoning, by their place in Areas
	sheetAt map[occupation.ID]int      // occupations of ROME 4 too, once they are named
	cells   []packed                   // sheet by sheet
}

// packed is an estimate in 12 bytes. Probabilities are in parts of maxShare.
type packed struct {
	p         [ClassCount]uint16
	published uint8
}

const (
	packedSize = 2*ClassCount + 2
	maxShare   = math.MaxUint16
)

func pack(d Distribution, published int) packed {
	p := packed{published: uint8(published)}
	for c, v := range d {
		p.p[c] = uint16(math.Round(v * maxShare))
	}
	return p
}

func (p packed) distribution() Distribution {
	var d Distribution
	sum := 0.0
	for _, v := range p.p {
		sum += float64(v)
	}
	if sum == 0 {
		return d
	}
	for c, v := range p.p {
		d[c] = float64(v) / sum
	}
	return d
}

// NewEstimates makes room for estimates of sheets in areas; Load fills it.
func NewEstimates(year, before int, mass float64, sheets []occupation.ID, areas []territory.ID) *Estimates {
	e := &Estimates{
		Year: year, Before: before, Mass: mass, Areas: areas, Sheets: sheets,
		areaAt: make(map[territory.ID]int, len(areas)), inZone: map[territory.Zoning][]int{}, sheetAt: make(map[occupation.ID]int, len(sheets)),
		cells: make([]packed, len(areas)*len(sheets)),
	}
	for i, a := range areas {
		e.areaAt[a] = i
		e.inZone[a.Zoning()] = append(e.inZone[a.Zoning()], i)
	}
	for i, o := range sheets {
		e.sheetAt[o] = i
	}
	return e
}

// Name lets an occupation be asked for that has the estimates of a sheet: one of ROME 4.
func (e *Estimates) Name(o, sheet occupation.ID) {
	if s, ok := e.sheetAt[sheet]; ok {
		e.sheetAt[o] = s
	}
}

// Holds reports whether an area has estimates.
func (e *Estimates) Holds(a territory.ID) bool {
	_, ok := e.areaAt[a]
	return ok
}

// At gives the estimate of a sheet, or of an occupation named after one, in an area. ok is false where there
// is none.
func (e *Estimates) At(o occupation.ID, a territory.ID) (Estimate, bool) {
	if e == nil {
		return Estimate{}, false
	}
	s, isSheet := e.sheetAt[o]
	i, isArea := e.areaAt[a]
	if !isSheet || !isArea {
		return Estimate{}, false
	}
	return e.open(s, i)
}

func (e *Estimates) open(sheet, area int) (Estimate, bool) {
	p := e.cells[sheet*len(e.Areas)+area]
	d := p.distribution()
	if d == (Distribution{}) {
		return Estimate{}, false
	}
	low, high := d.Interval(e.Mass)
	return Estimate{
		Occupation: e.Sheets[sheet], Area: e.Areas[area], Year: e.Year,
		P: d, Low: low, High: high, Published: int(p.published),
	}, true
}

// SheetOf gives the sheet an occupation is named by; a sheet is named by itself.
func (e *Estimates) SheetOf(o occupation.ID) (occupation.ID, bool) {
	if e == nil {
		return "", false
	}
	s, ok := e.sheetAt[o]
	if !ok {
		return "", false
	}
	return e.Sheets[s], true
}

// OfSheet lists the estimates of a sheet in the areas of a zoning, by area.
func (e *Estimates) OfSheet(o occupation.ID, z territory.Zoning) []Estimate {
	s, ok := e.sheetAt[o]
	if !ok {
		return nil
	}
	out := make([]Estimate, 0, len(e.inZone[z]))
	for _, i := range e.inZone[z] {
		if x, ok := e.open(s, i); ok {
			out = append(out, x)
		}
	}
	return out
}

// InArea lists the estimates of every sheet in an area, by sheet.
func (e *Estimates) InArea(a territory.ID) []Estimate {
	i, ok := e.areaAt[a]
	if !ok {
		return nil
	}
	var out []Estimate
	for s := range e.Sheets {
		if x, ok := e.open(s, i); ok {
			out = append(out, x)
		}
	}
	return out
}

// Row gives the estimates of a sheet as bytes, to be kept and given back to Load.
func (e *Estimates) Row(o occupation.ID) []byte {
	s, ok := e.sheetAt[o]
	if !ok {
		return nil
	}
	row := make([]byte, 0, packedSize*len(e.Areas))
	for _, p := range e.cells[s*len(e.Areas) : (s+1)*len(e.Areas)] {
		for _, v := range p.p {
			row = binary.BigEndian.AppendUint16(row, v)
		}
		row = append(row, p.published, 0)
	}
	return row
}

// Load reads what Row gave. It returns an Internal fault when the row is none of these estimates.
func (e *Estimates) Load(o occupation.ID, row []byte) error {
	s, ok := e.sheetAt[o]
	if !ok || len(row) != packedSize*len(e.Areas) {
		return fault.New(fault.Internal, "read estimates", "the row of %s has %d bytes, which is not one for each of %d areas", string(o), len(row), len(e.Areas))
	}
	for i := range e.Areas {
		p, from := &e.cells[s*len(e.Areas)+i], row[i*packedSize:]
		for c := range p.p {
			p.p[c] = binary.BigEndian.Uint16(from[2*c:])
		}
		p.published = from[2*ClassCount]
	}
	return nil
}

// Local is what EstimateLocal gives.
type Local struct {
	Estimates *Estimates // nil when there is no table by basin, or too little of it to learn from
	Backtest  *Backtest  // how estimates and forecasts did on what was held out; nil when there is nothing to judge
}

// EstimateLocal estimates every sheet in every area for the newest year a table by basin is published for, and
// judges the estimates of what is published. It is a pure function of its facts.
//
// The model's units are basins. An area made of several, or of parts of them, gets the mix of their
// distributions, each by the share of the area's open offers it holds: how likely a job there is to lie in a
// basin of each class.
func EstimateLocal(ctx context.Context, f EstimateFacts) (Local, error) {
	b := newBacktest(f)
	l, ok := newLattice(f, 0)
	if !ok {
		return Local{Backtest: b}, nil
	}
	basins, err := l.distributions(ctx)
	if err != nil {
		return Local{}, err
	}
	b = b.judged(l, basins)
	areas, parts := l.mixes(f)
	e := NewEstimates(l.year, l.before, l.mass(basins), l.sheets, areas)
	for s := range l.sheets {
		for i, mix := range parts {
			var d Distribution
			for _, part := range mix {
				for c, p := range basins[l.at(s, int(part.at))] {
					d[c] += part.weight * p
				}
			}
			published := 0
			if b, isBasin := l.basinAt[areas[i]]; isBasin {
				published = int(l.class[l.at(s, b)])
			}
			e.cells[s*len(areas)+i] = pack(d, published)
		}
	}
	return Local{Estimates: e, Backtest: b}, nil
}

// mass settles the intervals on the published cells.
func (l *lattice) mass(basins []Distribution) float64 {
	var of []Distribution
	var classes []int
	for _, k := range l.known {
		of = append(of, basins[l.at(int(k.sheet), int(k.basin))])
		classes = append(classes, int(k.class)+1)
	}
	return intervalMass(of, classes)
}

// mixes lists every area there is an estimate for, by ID, and what share of it lies in which basin.
func (l *lattice) mixes(f EstimateFacts) ([]territory.ID, [][]near) {
	weight := make([]float64, len(l.basins))
	for i := range weight {
		weight[i] = 1
	}
	for _, o := range f.Stock {
		if b, ok := l.basinAt[o.Basin]; ok {
			weight[b] += o.Offers
		}
	}
	mix := map[territory.ID][]near{}
	for b, id := range l.basins {
		mix[id] = []near{{uint16(b), 1}}
		mix[territory.France] = append(mix[territory.France], near{uint16(b), weight[b]})
	}
	for _, a := range f.Areas {
		b, ok := l.basinAt[a.ID]
		if !ok {
			continue
		}
		for _, wider := range []territory.ID{a.Departement, a.Region} {
			if wider != "" {
				mix[wider] = append(mix[wider], near{uint16(b), weight[b]})
			}
		}
	}
	for _, o := range f.Parts {
		if b, ok := l.basinAt[o.To]; ok {
			mix[o.From] = append(mix[o.From], near{uint16(b), o.Share})
		}
	}
	areas := make([]territory.ID, 0, len(mix))
	for a := range mix {
		areas = append(areas, a)
	}
	slices.Sort(areas)
	parts := make([][]near, len(areas))
	for i, a := range areas {
		sum := 0.0
		for _, x := range mix[a] {
			sum += x.weight
		}
		for _, x := range mix[a] {
			parts[i] = append(parts[i], near{x.at, x.weight / sum})
		}
	}
	return areas, parts
}

// EstimateColumns are the columns of estimates as a table. The basin is the producer's four-digit code.
var EstimateColumns = []string{"year", "occupation", "basin", "published", "p1", "p2", "p3", "p4", "p5", "expected", "low", "high"}

// Fields lays the estimate out in the order of EstimateColumns. Probabilities have four decimals.
func (x Estimate) Fields() []string {
	f := []string{fmt.Sprint(x.Year), x.Occupation.Code(), x.Area.Code(), classField(x.Published)}
	for _, p := range x.P {
		f = append(f, fmt.Sprintf("%.4f", p))
	}
	return append(f, fmt.Sprintf("%.3f", x.P.Expected()), fmt.Sprint(x.Low), fmt.Sprint(x.High))
}

// EstimateQuery picks estimates. Zero fields do not restrict; with no area and no zoning the basins of the
// table are meant.
type EstimateQuery struct {
	Occupation occupation.ID
	Area       territory.ID
	Zoning     territory.Zoning
	Country    bool // the country as a whole, which lies in no zoning
	Year       int
	Top        int // the likeliest to be tense; 0 is all, by sheet and area
}

// Query lists the estimates that are asked for. It returns a NotFound fault when the year is another one, or
// when the occupation or the area has none.
func (e *Estimates) Query(q EstimateQuery) ([]Estimate, error) {
	if err := e.check(q); err != nil {
		return nil, err
	}
	out := slices.Collect(e.each(q))
	if q.Top > 0 {
		slices.SortStableFunc(out, func(a, b Estimate) int { return cmp.Compare(b.P.AtLeast(TenseClass), a.P.AtLeast(TenseClass)) })
		out = out[:min(len(out), q.Top)]
	}
	return out, nil
}

// Each gives what Query lists one by one, which takes no memory unless the likeliest are asked for.
func (e *Estimates) Each(q EstimateQuery) (iter.Seq[Estimate], error) {
	if q.Top > 0 {
		list, err := e.Query(q)
		return slices.Values(list), err
	}
	return e.each(q), e.check(q)
}

func (e *Estimates) check(q EstimateQuery) error {
	if q.Year != 0 && q.Year != e.Year {
		return fault.New(fault.NotFound, "list estimates", "there are no estimates for %d: the newest table by basin is of %d", q.Year, e.Year)
	}
	if _, ok := e.sheetAt[q.Occupation]; q.Occupation != "" && !ok {
		f := fault.New(fault.NotFound, "list estimates", "nothing is estimated for the occupation %q", string(q.Occupation))
		f.Hint = "estimates are made for ROME: a sheet such as rome3-K1304, or an occupation of ROME 4"
		return f
	}
	if q.Area != "" && !e.Holds(q.Area) {
		return fault.New(fault.NotFound, "list estimates", "nothing is estimated for the area %q", string(q.Area))
	}
	return nil
}

func (e *Estimates) each(q EstimateQuery) iter.Seq[Estimate] {
	return func(yield func(Estimate) bool) {
		for s := range e.Sheets {
			if q.Occupation != "" && s != e.sheetAt[q.Occupation] {
				continue
			}
			for i, a := range e.Areas {
				if !e.picks(q, a) {
					continue
				}
				if x, ok := e.open(s, i); ok && !yield(x) {
					return
				}
			}
		}
	}
}

func (e *Estimates) picks(q EstimateQuery, a territory.ID) bool {
	switch {
	case q.Area != "":
		return a == q.Area
	case q.Country:
		return a == territory.France
	case q.Zoning != "":
		return a.Zoning() == q.Zoning
	}
	return a.Zoning() == territory.Bassins2019
}
