package market

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Remedies answer how far training can cure the shortage of any ROME sheet or FAP family in any area. They are
// made whole by NewRemedies and never change.
type Remedies struct {
	facts     RemedyTables // without causes and seasons
	estimates *Estimates
	national  map[occupation.ID][CauseCount]int

	// Causes and seasons are by hundreds of thousands. Their keys hold no pointer, so that the garbage collector
	// has nothing to follow in them.
	number   map[string]uint32 // of an occupation or an area
	causes   map[uint64][CauseCount]uint8
	seasonal map[uint64]float32
}

// key is the place of an occupation in an area in causes and seasonal. ok is false when either was never seen.
func (r *Remedies) key(o occupation.ID, a territory.ID) (key uint64, ok bool) {
	i, seenO := r.number[string(o)]
	j, seenA := r.number[string(a)]
	return uint64(i)<<32 | uint64(j), seenO && seenA
}

// keyed numbers what was not seen before.
func (r *Remedies) keyed(k OccupationArea) uint64 {
	for _, id := range []string{string(k.Occupation), string(k.Area)} {
		if _, seen := r.number[id]; !seen {
			r.number[id] = uint32(len(r.number))
		}
	}
	key, _ := r.key(k.Occupation, k.Area)
	return key
}

// RemedyTables are what Remedies are made from.
type RemedyTables struct {
	Causes   map[OccupationArea][CauseCount]int // published, of the newest table of each list
	Sources  map[occupation.ID][]occupation.ID  // from which sheets people come to a sheet at once (ROME mobility)
	Sheets   map[occupation.ID][]occupation.ID  // of a FAP family
	LowPay   map[occupation.ID]float64          // share of employees paid less than LowPayBelow
	Seasonal map[OccupationArea]float64         // share of hiring projects that are seasonal
	Titles   map[occupation.ID]int              // active registered titles
	Places   map[territory.ID]territory.Area
}

// OccupationArea is an occupation in an area.
type OccupationArea struct {
	Occupation occupation.ID
	Area       territory.ID
}

// NewRemedies makes them. estimates may be nil.
func NewRemedies(t RemedyTables, estimates *Estimates) *Remedies {
	r := &Remedies{
		facts: t, estimates: estimates, national: map[occupation.ID][CauseCount]int{}, number: map[string]uint32{},
		causes: make(map[uint64][CauseCount]uint8, len(t.Causes)), seasonal: make(map[uint64]float32, len(t.Seasonal)),
	}
	for k, share := range t.Seasonal {
		r.seasonal[r.keyed(k)] = float32(share)
	}
	for k, causes := range t.Causes {
		var packed [CauseCount]uint8
		for i, c := range causes {
			packed[i] = uint8(c)
		}
		r.causes[r.keyed(k)] = packed
	}
	r.facts.Causes, r.facts.Seasonal = nil, nil
	byOccupation := map[occupation.ID][][CauseCount]int{}
	for k, causes := range t.Causes {
		if k.Area == territory.France {
			r.national[k.Occupation] = causes
		} else {
			byOccupation[k.Occupation] = append(byOccupation[k.Occupation], causes)
		}
	}
	for o, all := range byOccupation {
		if _, published := r.national[o]; !published {
			r.national[o] = usualCauses(all)
		}
	}
	r.borrowFromFamilies()
	return r
}

// borrowFromFamilies gives a sheet no cause is published for those of the FAP families it belongs to.
func (r *Remedies) borrowFromFamilies() {
	of := map[occupation.ID][][CauseCount]int{}
	for family, sheets := range r.facts.Sheets {
		causes, ok := r.national[family]
		if !ok || family.Grain() != occupation.Detailed {
			continue
		}
		for _, sheet := range sheets {
			if _, own := r.national[sheet]; !own {
				of[sheet] = append(of[sheet], causes)
			}
		}
	}
	for sheet, all := range of {
		r.national[sheet] = usualCauses(all)
	}
}

// usualCauses is the mean class of each cause over areas, to the nearest class: what stands for the country
// where a cause is published for basins alone.
func usualCauses(all [][CauseCount]int) (usual [CauseCount]int) {
	for i := range usual {
		sum, n := 0, 0
		for _, causes := range all {
			if causes[i] > 0 {
				sum += causes[i]
				n++
			}
		}
		if n > 0 {
			usual[i] = int(math.Round(float64(sum) / float64(n)))
		}
	}
	return usual
}

// Of works out the remedy of a sheet or family in an area. ok is false when nothing says how far the job calls
// for training.
func (r *Remedies) Of(o occupation.ID, a territory.ID) (Remedy, bool) {
	if r == nil {
		return Remedy{}, false
	}
	if sheet, ok := r.estimates.SheetOf(o); ok {
		o = sheet
	}
	in := RemedyFacts{Causes: r.causesIn(o, a), Titles: r.facts.Titles[o]}
	in.Paths, in.Free = r.retraining(o, a)
	if share, ok := r.facts.LowPay[o]; ok {
		in.LowPay = Is(share)
	}
	for _, place := range r.widening(a) {
		if share, ok := r.season(o, place); ok {
			in.Seasonal = Is(share)
			break
		}
	}
	return Remediability(in)
}

// season is the share of seasonal projects told of an area.
func (r *Remedies) season(o occupation.ID, a territory.ID) (float64, bool) {
	key, ok := r.key(o, a)
	if !ok {
		return 0, false
	}
	share, ok := r.seasonal[key]
	return float64(share), ok
}

// published gives the causes published for an area.
func (r *Remedies) published(o occupation.ID, a territory.ID) (out [CauseCount]int, ok bool) {
	key, ok := r.key(o, a)
	if !ok {
		return out, false
	}
	packed, ok := r.causes[key]
	for i, c := range packed {
		out[i] = int(c)
	}
	return out, ok
}

// causesIn are those published for the area, cause by cause those of the nearest wider one where they are not.
func (r *Remedies) causesIn(o occupation.ID, a territory.ID) (out [CauseCount]int) {
	places := r.widening(a)
	for i, place := range places {
		causes, ok := r.published(o, place)
		if i == len(places)-1 {
			causes, ok = r.national[o]
		}
		if !ok {
			continue
		}
		for k, c := range causes {
			if out[k] == 0 {
				out[k] = c
			}
		}
	}
	return out
}

// widening lists an area and those it lies in, to the country.
func (r *Remedies) widening(a territory.ID) []territory.ID {
	if a == territory.France {
		return []territory.ID{a}
	}
	out := []territory.ID{a}
	place := r.facts.Places[a]
	for _, wider := range []territory.ID{place.Departement, place.Region} {
		if wider != "" && wider != a {
			out = append(out, wider)
		}
	}
	return append(out, territory.France)
}

// retraining counts the close occupations people can come from, and how many of them are likely to have people
// to spare in the area. Where nothing is estimated, half of them.
func (r *Remedies) retraining(o occupation.ID, a territory.ID) (paths int, free float64) {
	seen := map[occupation.ID]bool{o: true}
	targets := r.facts.Sheets[o]
	if len(targets) == 0 {
		targets = []occupation.ID{o}
	}
	for _, t := range targets {
		seen[t] = true
	}
	for _, t := range targets {
		for _, from := range r.facts.Sources[t] {
			if seen[from] {
				continue
			}
			seen[from] = true
			paths++
			if x, ok := r.estimates.At(from, a); ok {
				free += 1 - x.Tense()
			} else {
				free += 0.5
			}
		}
	}
	return paths, free
}

// Tense is how likely class 4 or 5 is: what is published settles it.
func (x Estimate) Tense() float64 {
	switch {
	case x.Published >= TenseClass:
		return 1
	case x.Published > 0:
		return 0
	}
	return x.P.AtLeast(TenseClass)
}

// Curable is an occupation short in an area, with how far training can cure it.
type Curable struct {
	Estimate
	Label  string `json:"label"`
	Remedy Remedy `json:"remedy"`
}

// Promise is what the list of what training can cure is ordered by: how likely the shortage is, times how far
// training can cure it.
func (c Curable) Promise() float64 { return c.Tense() * c.Remedy.Score }

// CurableColumns are the columns of the list as a table.
var CurableColumns = []string{"occupation", "label", "area", "year", "tense", "published", "remedy", "promise", "titles", "paths", "free_paths"}

// Fields lays it out in the order of CurableColumns. tense is how likely class 4 or 5 is.
func (c Curable) Fields() []string {
	decimal := func(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
	return []string{
		c.Occupation.Code(), Text(c.Label), string(c.Area), strconv.Itoa(c.Year), decimal(c.Tense()), classField(c.Published),
		decimal(c.Remedy.Score), decimal(c.Promise()), strconv.Itoa(c.Remedy.Titles), strconv.Itoa(c.Remedy.Paths), decimal(c.Remedy.Free),
	}
}

// CurableQuery picks what is short, curable by training, with few active titles.
type CurableQuery struct {
	Area       territory.ID
	Family     string  // what a ROME code begins with: a letter or a domain of three characters
	MinTense   float64 // how likely the shortage must be
	MinScore   float64 // how far training must cure it
	MostTitles int     // active titles at most; −1 for any number
}

// NewCurableQuery asks what the list asks when nobody says more.
func NewCurableQuery(a territory.ID) CurableQuery {
	return CurableQuery{Area: a, MinTense: 0.7, MinScore: 0.4, MostTitles: 20}
}

// Check returns an Invalid fault for a share that is none.
func (q CurableQuery) Check() error {
	for _, share := range []float64{q.MinTense, q.MinScore} {
		if !(share >= 0 && share <= 1) {
			return fault.New(fault.Invalid, "list what training can cure", "a probability or a score is a number from 0 to 1")
		}
	}
	return nil
}

// Curable lists them, the most promising first.
func (r *Remedies) Curable(q CurableQuery) []Curable {
	if r == nil || r.estimates == nil {
		return nil
	}
	var out []Curable
	for _, x := range r.estimates.InArea(q.Area) {
		if !strings.HasPrefix(x.Occupation.Code(), strings.ToUpper(q.Family)) || x.Tense() < q.MinTense {
			continue
		}
		remedy, ok := r.Of(x.Occupation, q.Area)
		if !ok || remedy.Score < q.MinScore || q.MostTitles >= 0 && remedy.Titles > q.MostTitles {
			continue
		}
		out = append(out, Curable{Estimate: x, Label: r.estimates.Labels[x.Occupation], Remedy: remedy})
	}
	slices.SortFunc(out, func(a, b Curable) int {
		return cmp.Or(cmp.Compare(b.Promise(), a.Promise()), cmp.Compare(a.Occupation, b.Occupation))
	})
	return out
}
