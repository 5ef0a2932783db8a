package market

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Four of the six complementary indicators can be worked out nationally from published components:
//
//   - manque de main-d'œuvre: jobseekers of category A ÷ employment, turned round (few jobseekers push
//     tension up);
//   - lien formation-emploi: how far the occupation's training specialities are from those of all
//     occupations together (Duncan);
//   - intensité d'embauches: hirings ÷ employment;
//   - inadéquation géographique: Duncan of offers and jobseekers over basins.
//
// Each is classed in fifths of the occupations of its grain. Non-durabilité and conditions de travail
// have no published components. A published class always stands; a computed one fills a gap and is
// marked in Cell.CausesComputed.

// nationalCauses are the causes the producers publish once for the whole country: in their tables by
// basin they do not vary from place to place.
var nationalCauses = []Measure{LienFormationEmploi, ConditionsTravail, InadequationGeographique}

func (c *computation) computeCauses() {
	computed := c.causeClasses()
	published := c.publishedNational()
	for key, cell := range c.cells {
		if cell.Origin != Computed || cell.Release != "" {
			continue // only cells computed from components lack causes
		}
		c.fillCauses(key, cell, published, computed)
	}
}

// fillCauses gives a computed cell the causes of the newest published table: those of the same place,
// else the national ones; a computed class where neither is there, for the country only.
func (c *computation) fillCauses(key cellKey, cell *Cell, published map[occupation.ID]*Cell, computed [CauseCount]map[occupation.ID]int) {
	from := map[string]bool{}
	if last, ok := c.lastPublished(key.occupation, key.area); ok {
		cell.Causes = last.Causes
		from[last.Sources] = true
		if !cell.Employment.Known() {
			cell.Employment = last.Employment
		}
	}
	if national, ok := published[key.occupation]; ok {
		for _, m := range nationalCauses {
			if i := causeIndex(m); cell.Causes[i] == 0 && national.Causes[i] > 0 {
				cell.Causes[i] = national.Causes[i]
				from[national.Sources] = true
			}
		}
	}
	var own []string
	for i := range cell.Causes {
		if class := computed[i][key.occupation]; key.area == territory.France && cell.Causes[i] == 0 && class > 0 {
			cell.Causes[i] = class
			cell.CausesComputed |= 1 << i
			own = append(own, Causes()[i].String())
		}
	}
	cell.Sources += causeSources(from, own)
}

// causeSources names where the causes of a computed cell come from, after the sources of its tension.
func causeSources(from map[string]bool, computed []string) string {
	text := ""
	if len(from) > 0 {
		text = "; causes: " + strings.Join(slices.Sorted(maps.Keys(from)), " + ")
	}
	if len(computed) > 0 {
		text += "; computed: " + strings.Join(computed, ", ")
	}
	return text
}

func causeIndex(m Measure) int { return int(m - IntensiteEmbauches) }

// publishedNational finds for each occupation a published cell that carries the national causes: the
// country's own, or any basin's.
func (c *computation) publishedNational() map[occupation.ID]*Cell {
	out := map[occupation.ID]*Cell{}
	for key, cell := range c.cells {
		if cell.Release == "" || cell.Causes[causeIndex(ConditionsTravail)] == 0 {
			continue
		}
		have, ok := out[key.occupation]
		if !ok || betterNational(cell, have) {
			out[key.occupation] = cell
		}
	}
	return out
}

// betterNational prefers the country to a smaller area, then the newer year, then a fixed order so
// that the result does not depend on chance.
func betterNational(a, b *Cell) bool {
	if (a.Area == territory.France) != (b.Area == territory.France) {
		return a.Area == territory.France
	}
	if a.Year != b.Year {
		return a.Year > b.Year
	}
	return a.Area < b.Area
}

// causeClasses works out the four causes for the country and checks them against the published ones.
func (c *computation) causeClasses() [CauseCount]map[occupation.ID]int {
	var out [CauseCount]map[occupation.ID]int
	for m, indicator := range map[Measure]map[occupation.ID]float64{
		ManqueMainOeuvre:         c.lackOfLabour(),
		LienFormationEmploi:      c.trainingDistance(),
		IntensiteEmbauches:       c.hiringIntensity(),
		InadequationGeographique: c.geographicMismatch(),
	} {
		out[causeIndex(m)] = c.classify(m, indicator)
	}
	return out
}

// classify turns an indicator into fifths within each nomenclature and grain.
func (c *computation) classify(m Measure, indicator map[occupation.ID]float64) map[occupation.ID]int {
	groups := map[scaleKey]map[string]float64{}
	for o, v := range indicator {
		k := scaleKey{o.Nomenclature(), o.Grain()}
		if groups[k] == nil {
			groups[k] = map[string]float64{}
		}
		groups[k][string(o)] = v
	}
	classes := map[occupation.ID]int{}
	for _, g := range groups {
		for o, class := range quintiles(g) {
			classes[occupation.ID(o)] = class
		}
	}
	c.checkCause(m, indicator, classes)
	return classes
}

func (c *computation) checkCause(m Measure, indicator map[occupation.ID]float64, classes map[occupation.ID]int) {
	for o, cell := range c.publishedNational() {
		if class := cell.Causes[causeIndex(m)]; classes[o] > 0 && class > 0 {
			c.check(m.String()).add(indicator[o], float64(class), classes[o], class)
		}
	}
}

// national is the newest figure of a measure for each occupation over the country.
func (c *computation) national(dataset string, m Measure) map[occupation.ID]float64 {
	years, out := map[occupation.ID]int{}, map[occupation.ID]float64{}
	for _, o := range c.facts.Observations {
		v := o.Values[m]
		if o.Dataset == dataset && o.Area == territory.France && v.Known() && o.Year > years[o.Occupation] {
			years[o.Occupation], out[o.Occupation] = o.Year, v.Float
		}
	}
	return out
}

func (c *computation) lackOfLabour() map[occupation.ID]float64 {
	return over(c.national(DatasetJobseekers, JobseekersA), c.national(DatasetEmployment, Employment), -1)
}

func (c *computation) hiringIntensity() map[occupation.ID]float64 {
	hirings := map[occupation.ID]float64{}
	for rome, n := range c.national(DatasetHirings, Hirings) {
		faps := c.fapOf[rome]
		for _, fap := range faps {
			part := n / float64(len(faps))
			hirings[fap] += part
			if parent := fap.Parent(); parent.Grain() == occupation.Family {
				hirings[parent] += part
			}
		}
	}
	return over(hirings, c.national(DatasetEmployment, Employment), 1)
}

// over divides two figures of the same occupations; sign turns the order round.
func over(a, b map[occupation.ID]float64, sign float64) map[occupation.ID]float64 {
	out := map[occupation.ID]float64{}
	for o, v := range a {
		if under := b[o]; under > 0 {
			out[o] = sign * v / under
		}
	}
	return out
}

// trainingDistance measures how far the specialities of an occupation's workers are from those of all
// workers: ½·Σ|share in the occupation − share overall|, within each grain.
func (c *computation) trainingDistance() map[occupation.ID]float64 {
	type key struct {
		grain      occupation.Grain
		speciality string
	}
	all, totals := map[key]float64{}, map[occupation.Grain]float64{}
	of := map[occupation.ID]map[string]float64{}
	for _, t := range c.facts.Trainings {
		g, s := t.Occupation.Grain(), t.NSF+t.Label
		all[key{g, s}] += t.Thousands
		totals[g] += t.Thousands
		if of[t.Occupation] == nil {
			of[t.Occupation] = map[string]float64{}
		}
		of[t.Occupation][s] += t.Thousands
	}
	keys := slices.SortedFunc(maps.Keys(all), func(a, b key) int { return cmp.Compare(a.speciality, b.speciality) })
	out := map[occupation.ID]float64{}
	for o, own := range of {
		var sum, distance float64
		for _, s := range slices.Sorted(maps.Keys(own)) {
			sum += own[s]
		}
		if sum <= 0 {
			continue
		}
		for _, k := range keys { // in a fixed order: sums of floats depend on it
			if k.grain == o.Grain() {
				distance += math.Abs(own[k.speciality]/sum - all[k]/totals[k.grain])
			}
		}
		out[o] = distance / 2
	}
	return out
}

// fewestBasins is how many basins an occupation must be published in for its geography to be compared.
const fewestBasins = 30

// geographicMismatch is the Duncan index of offers and jobseekers over basins.
func (c *computation) geographicMismatch() map[occupation.ID]float64 {
	year, _ := c.newest(DatasetTensionBassin, Offers)
	offers, seekers := map[occupation.ID][]float64{}, map[occupation.ID][]float64{}
	for _, o := range c.facts.Observations {
		a, b := o.Values[Offers], o.Values[Jobseekers]
		if o.Dataset != DatasetTensionBassin || o.Year != year || !a.Known() || !b.Known() {
			continue
		}
		offers[o.Occupation] = append(offers[o.Occupation], a.Float)
		seekers[o.Occupation] = append(seekers[o.Occupation], b.Float)
	}
	out := map[occupation.ID]float64{}
	for o := range offers {
		if len(offers[o]) < fewestBasins {
			continue
		}
		if d, ok := Duncan(offers[o], seekers[o]); ok {
			out[o] = d
		}
	}
	return out
}

// agreements lists what was checked, in the order pages show it.
func (c *computation) agreements() []Agreement {
	year, bassin := c.newest(DatasetTensionBassin, Offers)
	table := DatasetTensionFAP + " " + strconv.Itoa(c.tableYear)
	against := strconv.Itoa(year) + " / " + table
	var out []Agreement
	for _, k := range []struct{ name, basis string }{
		{CheckCutoffs, table},
		{CheckRomeBassin, bassin},
		{CheckFAPNational, against},
		{CheckFAPDepartement, against},
		{CheckNationalValue, table},
		{CheckLackOfLabour, DatasetJobseekers + " ÷ " + DatasetEmployment + " / " + table},
		{CheckTraining, "training_fap / " + table},
		{CheckGeography, bassin},
		{CheckHiring, DatasetHirings + " ÷ " + DatasetEmployment + " / " + table},
	} {
		if p := c.checks[k.name]; p != nil {
			out = append(out, p.agreement(k.name, k.basis))
		}
	}
	return out
}
