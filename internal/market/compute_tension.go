package market

import (
	"math"
	"strings"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Tension is computed for ROME sheets and FAP families from two of the indicator's three components:
//
//   - difficulty share: projects judged difficult ÷ projects, of the newest BMO, over the entries of
//     its nomenclature that correspond to the occupation, where both numbers are published;
//   - offer ratio: log(offers ÷ jobseekers) of the tension table by basin, over the basins it
//     publishes. The logarithm keeps one basin with two jobseekers from setting the scale; it agrees
//     better with the published classes than the plain ratio (see the method page);
//   - list exit rate: published nowhere for these years, so it is left out and the weights of the
//     other two are scaled up.
//
// Components are standardised over the occupations of the same nomenclature nationally, in the year of
// the data: the years 2014–2018 the Dares uses are not published for them.

// The keys of the agreements Compute measures.
const (
	CheckCutoffs        = "class_from_tension"
	CheckRomeBassin     = "tension_rome_bassin"
	CheckFAPNational    = "tension_fap_national"
	CheckFAPDepartement = "tension_fap_departement"
	CheckLackOfLabour   = "manque_main_oeuvre"
	CheckGeography      = "inadequation_geographique"
	CheckTraining       = "lien_formation_emploi"
	CheckHiring         = "intensite_embauches"
)

// ratio is a numerator and a denominator summed over what an area and an occupation hold.
type ratio struct{ over, under float64 }

type place struct {
	occupation occupation.ID
	area       territory.ID
}

// components are the two known variables of every occupation × area, with the sources they came from.
type components struct {
	difficulty map[place]ratio
	offers     map[place]ratio
	year       int // of the offers
	sources    string
}

func (c *computation) computeTensions() {
	in := c.gatherComponents()
	if len(in.offers) == 0 || len(in.difficulty) == 0 {
		return
	}
	scales := in.scales()
	for p, r := range in.offers {
		scale, ok := scales[scaleKey{p.occupation.Nomenclature(), p.occupation.Grain()}]
		if !ok {
			continue
		}
		t, coverage := c.method.Tension(in.standardised(p, r, scale))
		if coverage < minCoverage {
			continue
		}
		c.computedCell(p, r, t, in)
	}
}

// computedCell adds a computed cell where nothing is published for the year, and a check where
// something is.
func (c *computation) computedCell(p place, offers ratio, t float64, in components) {
	key := cellKey{p.occupation, p.area, in.year}
	class := c.method.ClassOf(t)
	if cell, ok := c.cells[key]; ok {
		c.check(CheckRomeBassin).add(t, float64(cell.Class), class, cell.Class)
		return
	}
	d := in.difficulty[p]
	c.cells[key] = &Cell{
		Occupation: p.occupation, Area: p.area, Year: in.year,
		Tension: Is(t), Class: class, Origin: Computed,
		Offers: Is(offers.over), Jobseekers: Is(offers.under),
		Projects: Is(d.under), Difficult: Is(d.over),
		Sources: in.sources,
	}
	c.compareWithLastTable(p, t, class)
}

// compareWithLastTable holds a computed FAP cell against the newest published table, whatever its
// year: tension moves slowly enough for the comparison to mean something, and its year is stated.
func (c *computation) compareWithLastTable(p place, t float64, class int) {
	if p.occupation.Nomenclature() != occupation.FAP2009 {
		return
	}
	cell, ok := c.cells[cellKey{p.occupation, p.area, lastTableYear}]
	if !ok || cell.Origin != Published {
		return
	}
	switch p.area.Level() {
	case territory.Country:
		c.check(CheckFAPNational).add(t, cell.Tension.Float, class, cell.Class)
	case territory.Departement:
		c.check(CheckFAPDepartement).add(t, cell.Tension.Float, class, cell.Class)
	}
}

// lastTableYear is the year of the newest Dares table by FAP and territory.
const lastTableYear = 2019

type scaleKey struct {
	nomenclature occupation.Nomenclature
	grain        occupation.Grain
}

// scales measures the national spread of both components over occupations.
func (in components) scales() map[scaleKey][ComponentCount]Scale {
	values := map[scaleKey][ComponentCount][]float64{}
	for p, r := range in.offers {
		d, ok := in.difficulty[p]
		if p.area != territory.France || !ok {
			continue
		}
		k := scaleKey{p.occupation.Nomenclature(), p.occupation.Grain()}
		v := values[k]
		v[DifficultyShare] = append(v[DifficultyShare], d.over/d.under)
		v[OfferRatio] = append(v[OfferRatio], math.Log(r.over/r.under))
		values[k] = v
	}
	out := map[scaleKey][ComponentCount]Scale{}
	for k, v := range values {
		d, okD := NewScale(v[DifficultyShare])
		r, okR := NewScale(v[OfferRatio])
		if okD && okR {
			out[k] = [ComponentCount]Scale{DifficultyShare: d, OfferRatio: r}
		}
	}
	return out
}

// standardised gives z of each component, Absent where the component is not known.
func (in components) standardised(p place, r ratio, scale [ComponentCount]Scale) [ComponentCount]Value {
	var z [ComponentCount]Value
	z[OfferRatio] = Is(scale[OfferRatio].Z(math.Log(r.over / r.under)))
	if d, ok := in.difficulty[p]; ok {
		z[DifficultyShare] = Is(scale[DifficultyShare].Z(d.over / d.under))
	}
	return z
}

// gatherComponents sums offers, jobseekers, projects and difficult projects over every area and
// occupation they count for.
func (c *computation) gatherComponents() components {
	in := components{difficulty: map[place]ratio{}, offers: map[place]ratio{}}
	var offerSource, bmoSource string
	in.year, offerSource = c.newest(DatasetTensionBassin, Offers)
	bmoYear, bmoSource := c.newest(DatasetBMO, Projects)
	in.sources = strings.Join([]string{offerSource, bmoSource}, " + ")

	targets := c.surveyTargets()
	overlaps := c.overlapsByBasin()
	for _, o := range c.facts.Observations {
		switch {
		case o.Dataset == DatasetTensionBassin && o.Year == in.year:
			c.addOffers(in.offers, o)
		case o.Dataset == DatasetBMO && o.Year == bmoYear:
			c.addDifficulty(in.difficulty, o, targets[o.Occupation], overlaps[o.Area])
		}
	}
	dropEmpty(in.offers)
	dropEmpty(in.difficulty)
	return in
}

// dropEmpty takes out the ratios no logarithm and no share can be made of.
func dropEmpty(m map[place]ratio) {
	for p, r := range m {
		if r.under <= 0 {
			delete(m, p)
		}
	}
}

// newest is the latest year a dataset has a measure for, and its name.
func (c *computation) newest(dataset string, m Measure) (year int, source string) {
	for _, o := range c.facts.Observations {
		if o.Dataset == dataset && o.Year > year && o.Values[m].Known() {
			year, source = o.Year, o.source()
		}
	}
	return year, source
}

// addOffers counts a basin's offers and jobseekers for its ROME sheet and the FAP families the sheet
// belongs to, in the basin and every wider area. A sheet of several families is shared out evenly.
func (c *computation) addOffers(sum map[place]ratio, o Observed) {
	offers, seekers := o.Values[Offers], o.Values[Jobseekers]
	if !offers.Known() || !seekers.Known() || offers.Float <= 0 {
		return
	}
	for _, area := range append([]territory.ID{o.Area}, c.wider[o.Area]...) {
		add(sum, place{o.Occupation, area}, offers.Float, seekers.Float)
		faps := c.fapOf[o.Occupation]
		for _, fap := range faps {
			part := 1 / float64(len(faps))
			add(sum, place{fap, area}, offers.Float*part, seekers.Float*part)
			if parent := fap.Parent(); parent.Grain() == occupation.Family {
				add(sum, place{parent, area}, offers.Float*part, seekers.Float*part)
			}
		}
	}
}

// addDifficulty counts a basin's projects for the occupations its survey entry corresponds to, in the
// basins of the older zoning its communes lie in and in every wider area.
func (c *computation) addDifficulty(sum map[place]ratio, o Observed, targets []occupation.ID, basins []Overlap) {
	projects, difficult := o.Values[Projects], o.Values[DifficultProjects]
	if !projects.Known() || !difficult.Known() {
		return
	}
	for _, target := range targets {
		for _, area := range c.wider[o.Area] {
			add(sum, place{target, area}, difficult.Float, projects.Float)
		}
		for _, b := range basins {
			add(sum, place{target, b.To}, difficult.Float*b.Share, projects.Float*b.Share)
		}
	}
}

func add(sum map[place]ratio, p place, over, under float64) {
	r := sum[p]
	sum[p] = ratio{r.over + over, r.under + under}
}

// surveyTargets says which FAP 2009 families and ROME sheets each entry of the survey counts for.
// Correspondences still to be checked do not count.
func (c *computation) surveyTargets() map[occupation.ID][]occupation.ID {
	targets := map[occupation.ID][]occupation.ID{}
	for _, x := range c.facts.Crosswalks {
		if x.From.Nomenclature() != occupation.FAP2021 || x.Quality == occupation.Unconfirmed {
			continue
		}
		switch x.To.Nomenclature() {
		case occupation.ROME3:
			targets[x.From] = append(targets[x.From], x.To)
		case occupation.FAP2009:
			targets[x.From] = append(targets[x.From], x.To)
			if parent := x.To.Parent(); parent.Grain() == occupation.Family {
				targets[x.From] = append(targets[x.From], parent)
			}
		}
	}
	return targets
}

func (c *computation) overlapsByBasin() map[territory.ID][]Overlap {
	by := map[territory.ID][]Overlap{}
	for _, o := range c.facts.Overlaps {
		by[o.From] = append(by[o.From], o)
	}
	return by
}
