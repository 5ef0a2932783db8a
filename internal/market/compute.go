package market

import (
	"maps"
	"slices"
	"strings"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Facts are the published figures a computation reads, and what it needs to know of places and
// nomenclatures to bring them together.
type Facts struct {
	Observations []Observed
	Crosswalks   []occupation.Crosswalk
	Trainings    []Training
	Areas        []territory.Area // all but communes
	// Overlaps says how the basins of each edition fall into the other zonings cells are computed for.
	Overlaps []territory.Overlap
}

// Observed is an observation with the dataset and vintage it came from.
type Observed struct {
	Observation
	Dataset string
	Vintage string
	Release string
}

// source names an observation's origin for people.
func (o Observed) source() string { return o.Dataset + " " + o.Vintage }

// The datasets Compute reads, by their key in the catalogue of sources.
const (
	DatasetTensionFAP    = "tension_fap"
	DatasetTensionSeries = "tension_series"
	DatasetTensionBassin = "tension_bassin"
	DatasetBMO           = "bmo"
	DatasetEmployment    = "employment_fap"
	DatasetJobseekers    = "jobseekers_fap"
	DatasetHirings       = "hirings_rome_naf"
)

// ComputeVersion changes with what Compute does: stored cells of another version are worked out again.
const ComputeVersion = "1"

// Result is what a computation gives.
type Result struct {
	Cells     []Cell
	Agreement []Agreement
}

// Compute works out every cell of the radar: the published ones as they stand, and computed ones
// where the components are published but the tension is not. It is a pure function of its facts.
func Compute(m Method, f Facts) Result {
	c := newComputation(m, f)
	c.publish()
	c.computeTensions()
	c.computeCauses()
	cells := slices.Collect(maps.Values(c.cells))
	out := make([]Cell, 0, len(cells))
	for _, cell := range cells {
		out = append(out, *cell)
	}
	slices.SortFunc(out, compareCells)
	return Result{Cells: out, Agreement: c.agreements()}
}

// compareCells orders cells by key, so that a recompute writes them in the order of the index.
func compareCells(a, b Cell) int {
	if d := strings.Compare(string(a.Area), string(b.Area)); d != 0 {
		return d
	}
	if d := strings.Compare(string(a.Occupation), string(b.Occupation)); d != 0 {
		return d
	}
	return a.Year - b.Year
}

type cellKey struct {
	occupation occupation.ID
	area       territory.ID
	year       int
}

// computation is the working state of one Compute.
type computation struct {
	method Method
	facts  Facts
	cells  map[cellKey]*Cell
	wider  map[territory.ID][]territory.ID // where figures come from → the areas they count for: département, région, France
	fapOf  map[occupation.ID][]occupation.ID
	// tableYear is the year of the newest published table by FAP and territory
	tableYear int
	// checks gathers computed figures beside published ones
	checks map[string]*pairs
}

func newComputation(m Method, f Facts) *computation {
	c := &computation{
		method: m, facts: f, cells: make(map[cellKey]*Cell, len(f.Observations)),
		wider: map[territory.ID][]territory.ID{}, fapOf: map[occupation.ID][]occupation.ID{}, checks: map[string]*pairs{},
	}
	for _, a := range f.Areas {
		switch {
		case a.Level() == territory.Bassin && a.Departement != "" && a.Region != "":
			c.wider[a.ID] = []territory.ID{a.Departement, a.Region, territory.France}
		case a.Level() == territory.Departement && a.Region != "":
			c.wider[a.ID] = []territory.ID{a.ID, a.Region, territory.France}
		}
	}
	c.tableYear, _ = c.newest(DatasetTensionFAP, TensionClass)
	for _, x := range f.Crosswalks {
		if x.From.Nomenclature() == occupation.FAP2009 && x.To.Nomenclature() == occupation.ROME3 {
			c.fapOf[x.To] = append(c.fapOf[x.To], x.From)
		}
	}
	return c
}

// publish turns published tensions into cells. The yearly table is read after the national series, so
// that for the year both have the one with classes and causes stands.
func (c *computation) publish() {
	for _, dataset := range []string{DatasetTensionSeries, DatasetTensionFAP, DatasetTensionBassin} {
		for _, o := range c.facts.Observations {
			if o.Dataset == dataset {
				c.publishOne(o)
			}
		}
	}
}

func (c *computation) publishOne(o Observed) {
	t, class := o.Values[Tension], o.Values[TensionClass].Class()
	if !t.Known() && class == 0 {
		return // the producer publishes no tension for this cell
	}
	cell := &Cell{
		Occupation: o.Occupation, Area: o.Area, Year: o.Year,
		Tension: t, Class: class, Origin: Published,
		Offers: o.Values[Offers], Jobseekers: o.Values[Jobseekers], Employment: o.Values[Employment],
		Sources: o.source(), Release: o.Release,
	}
	if class == 0 { // the value is published, its class is not
		cell.Class, cell.Origin = c.method.ClassOf(t.Float), Computed
	}
	for i, cause := range Causes() {
		cell.Causes[i] = o.Values[cause].Class()
	}
	if t.Known() && class > 0 {
		c.check(CheckCutoffs).add(t.Float, float64(class), c.method.ClassOf(t.Float), class)
	}
	c.cells[cellKey{o.Occupation, o.Area, o.Year}] = cell
}

func (c *computation) check(name string) *pairs {
	if c.checks[name] == nil {
		c.checks[name] = &pairs{}
	}
	return c.checks[name]
}
