package market

import (
	"maps"
	"math"
	"slices"
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
//     better with the published national ones than the plain ratio does;
//   - list exit rate: published nowhere for these years, so it is left out and the weights of the
//     other two are scaled up.
//
// The Dares standardises each component over the occupations of 2014–2018. Those years are not published
// for these components, so they are standardised over the FAP families of the data's own year, and the
// tension that results is put on the published scale: its mean and standard deviation over the families
// are made those of the newest published national table. That takes for granted that the whole market was
// as tense in both years; what it says of one occupation against another does not depend on it. Below the
// country, see localShare.

// The keys of the agreements Compute measures.
const (
	CheckCutoffs        = "class_from_tension"
	CheckRomeBassin     = "tension_rome_bassin"
	CheckFAPNational    = "tension_fap_national"
	CheckFAPDepartement = "tension_fap_departement"
	CheckNationalValue  = "national_value_departement" // what a local figure must beat
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

// The table by basin is published above about ten offers and eleven jobseekers a cell; what we compute is
// held to the same.
const (
	fewestOffers     = 10
	fewestJobseekers = 11
)

func (c *computation) computeTensions() {
	in := c.gatherComponents()
	ref, ok := c.reference(in)
	if !ok {
		return
	}
	anchored := map[place]float64{}
	for p, r := range in.offers {
		if r.over < fewestOffers || r.under < fewestJobseekers {
			continue
		}
		if t, coverage := c.method.Tension(in.standardised(p, ref.scales)); coverage >= minCoverage {
			anchored[p] = ref.anchor(t)
		}
	}
	for p, t := range anchored {
		if p.area == territory.France {
			c.computedCell(p, t, in)
		} else if national, ok := anchored[place{p.occupation, territory.France}]; ok {
			c.computedCell(p, c.localTension(p, t, national), in)
		}
	}
}

// localShare is how much of a place's computed distance from the country is taken for real. The published
// tables by département settle it: of the shares from 0 to 1 in steps of 0.05 this one gives most of their
// classes back (54.7 % of 8,568; the national class alone gives 53.0 %, the whole distance 50.6 %).
const localShare = 0.20

// localTension is the occupation's national tension, published where there is one, moved by the part of
// the place's computed distance from the country that has proved real.
func (c *computation) localTension(p place, local, national float64) float64 {
	base := national
	if cell, ok := c.lastPublished(p.occupation, territory.France); ok && cell.Tension.Known() {
		base = cell.Tension.Float
	}
	return base + localShare*(local-national)
}

// lastPublished is an occupation's cell in the newest published table by FAP and territory.
func (c *computation) lastPublished(o occupation.ID, a territory.ID) (*Cell, bool) {
	cell, ok := c.cells[cellKey{o, a, c.tableYear}]
	return cell, ok && cell.Release != ""
}

// computedCell adds a computed cell where nothing is published for the year, and a check where
// something is.
func (c *computation) computedCell(p place, t float64, in components) {
	offers := in.offers[p]
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
	cell, ok := c.lastPublished(p.occupation, p.area)
	if !ok || cell.Origin != Published {
		return
	}
	switch p.area.Level() {
	case territory.Country:
		c.check(CheckFAPNational).add(t, cell.Tension.Float, class, cell.Class)
	case territory.Departement:
		c.check(CheckFAPDepartement).add(t, cell.Tension.Float, class, cell.Class)
		if national, ok := c.lastPublished(p.occupation, territory.France); ok && national.Origin == Published {
			c.check(CheckNationalValue).add(national.Tension.Float, cell.Tension.Float, national.Class, cell.Class)
		}
	}
}

type scaleKey struct {
	nomenclature occupation.Nomenclature
	grain        occupation.Grain
}

// reference turns components into a tension on the scale of the published one.
type reference struct {
	scales    [ComponentCount]Scale
	computed  Scale // of T over the reference occupations, as computed
	published Scale // of T over the same occupations, as published
}

// fewestReference is how many occupations must have both a computed and a published tension for the
// one to be put on the scale of the other.
const fewestReference = 30

// reference measures the national spread of both components, and of the tension they give, over the
// detailed FAP families that have a published tension. ok is false when too few have both.
func (c *computation) reference(in components) (ref reference, ok bool) {
	var difficulty, ratios []float64
	var of []place
	for _, p := range slices.SortedFunc(maps.Keys(in.offers), comparePlaces) {
		if _, known := in.difficulty[p]; !known || !c.isReference(p) {
			continue
		}
		of = append(of, p)
		difficulty = append(difficulty, in.share(p))
		ratios = append(ratios, in.logRatio(p))
	}
	if len(of) < fewestReference {
		return ref, false
	}
	var okD, okR, okC, okP bool
	ref.scales[DifficultyShare], okD = NewScale(difficulty)
	ref.scales[OfferRatio], okR = NewScale(ratios)
	if !okD || !okR {
		return ref, false
	}
	var computed, published []float64
	for _, p := range of {
		t, _ := c.method.Tension(in.standardised(p, ref.scales))
		computed = append(computed, t)
		published = append(published, c.cells[cellKey{p.occupation, p.area, c.tableYear}].Tension.Float)
	}
	ref.computed, okC = NewScale(computed)
	ref.published, okP = NewScale(published)
	return ref, okC && okP
}

// isReference tells whether an occupation has a published national tension to compare with.
func (c *computation) isReference(p place) bool {
	if p.area != territory.France || p.occupation.Nomenclature() != occupation.FAP2009 || p.occupation.Grain() != occupation.Detailed {
		return false
	}
	cell, ok := c.lastPublished(p.occupation, p.area)
	return ok && cell.Tension.Known()
}

// anchor puts a computed tension on the published scale.
func (r reference) anchor(t float64) float64 {
	return r.published.Mean + r.published.SD*r.computed.Z(t)
}

func comparePlaces(a, b place) int {
	if d := strings.Compare(string(a.occupation), string(b.occupation)); d != 0 {
		return d
	}
	return strings.Compare(string(a.area), string(b.area))
}

// share is the share of projects judged difficult; logRatio the logarithm of offers per jobseeker.
func (in components) share(p place) float64 { d := in.difficulty[p]; return d.over / d.under }

func (in components) logRatio(p place) float64 { r := in.offers[p]; return math.Log(r.over / r.under) }

// standardised gives z of each component, Absent where the component is not known.
func (in components) standardised(p place, scale [ComponentCount]Scale) [ComponentCount]Value {
	var z [ComponentCount]Value
	z[OfferRatio] = Is(scale[OfferRatio].Z(in.logRatio(p)))
	if _, ok := in.difficulty[p]; ok {
		z[DifficultyShare] = Is(scale[DifficultyShare].Z(in.share(p)))
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
			c.addOffers(in.offers, o, overlaps[o.Area])
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
// belongs to, in the basin, in every wider area and, shared out, in the zones its communes lie in. A sheet
// of several families is shared out evenly.
func (c *computation) addOffers(sum map[place]ratio, o Observed, parts []territory.Overlap) {
	offers, seekers := o.Values[Offers], o.Values[Jobseekers]
	if !offers.Known() || !seekers.Known() || offers.Float <= 0 {
		return
	}
	areas := []territory.Overlap{{To: o.Area, Share: 1}}
	for _, wider := range c.wider[o.Area] {
		areas = append(areas, territory.Overlap{To: wider, Share: 1})
	}
	faps := c.fapOf[o.Occupation]
	for _, a := range append(areas, parts...) {
		add(sum, place{o.Occupation, a.To}, offers.Float*a.Share, seekers.Float*a.Share)
		part := a.Share / float64(len(faps))
		for _, fap := range faps {
			add(sum, place{fap, a.To}, offers.Float*part, seekers.Float*part)
			if parent := fap.Parent(); parent.Grain() == occupation.Family {
				add(sum, place{parent, a.To}, offers.Float*part, seekers.Float*part)
			}
		}
	}
}

// addDifficulty counts a basin's projects for the occupations its survey entry corresponds to, in every
// wider area and, shared out, in the areas of other zonings its communes lie in.
func (c *computation) addDifficulty(sum map[place]ratio, o Observed, targets []occupation.ID, parts []territory.Overlap) {
	projects, difficult := o.Values[Projects], o.Values[DifficultProjects]
	if !projects.Known() || !difficult.Known() {
		return
	}
	for _, target := range targets {
		for _, area := range c.wider[o.Area] {
			add(sum, place{target, area}, difficult.Float, projects.Float)
		}
		for _, part := range parts {
			add(sum, place{target, part.To}, difficult.Float*part.Share, projects.Float*part.Share)
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
			if parent := x.To.Parent(); parent.Grain() == occupation.Family && !slices.Contains(targets[x.From], parent) {
				targets[x.From] = append(targets[x.From], parent)
			}
		}
	}
	return targets
}

func (c *computation) overlapsByBasin() map[territory.ID][]territory.Overlap {
	by := map[territory.ID][]territory.Overlap{}
	for _, o := range c.facts.Overlaps {
		by[o.From] = append(by[o.From], o)
	}
	return by
}
