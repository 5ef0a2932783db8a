package market

import (
	"slices"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// RuleID names a rule for ever. A rule that has opened an alert is never changed: a changed one gets
// another name, so that an alert's page can always say by which rule it was opened.
type RuleID string

// Rule says for which figures an alert opens: data, read by the scan, printed on pages and in the
// documentation.
type Rule struct {
	ID        RuleID           `json:"id"`
	Origin    Origin           `json:"origin"`    // where the tension must come from
	MinClass  int              `json:"min_class"` // of tension
	Cause     Measure          `json:"-"`         // what training can cure
	MinCause  int              `json:"min_cause"` // its class
	Watches   []Watch          `json:"watches"`   // where it looks, and what is enough there
	Severity  map[int]Severity `json:"severity"`  // by class of tension
	CauseName string           `json:"cause"`     // Cause, by its name
}

// Watch is a list of occupations at a level of areas, and how many people must be concerned for an alert
// there to be worth a programme.
type Watch struct {
	Level        territory.Level         `json:"level"`
	Nomenclature occupation.Nomenclature `json:"nomenclature"`
	Size         Measure                 `json:"-"`    // how many people are concerned: Employment or Offers
	Min          float64                 `json:"min"`  // the least of it
	SizeName     string                  `json:"size"` // Size, by its name
}

// PublishedRule opens alerts from published figures alone: a tension of class 4 or 5, whose causes name
// the link between training and job (lien formation-emploi, class 4 or 5), where enough people are
// concerned. Estimates, and rules over them, are other rules.
//
// What is enough: a class of 15 graduates a year must find its jobs. If 3 % of the people of an occupation
// are replaced or added in a year (our assumption), 5,000 employed mean 150 newcomers a year, ten such
// classes: a département can bear a programme. A région gets twice, the country four times that,
// because an alert there only says more than those below it when many are concerned. For basins no
// employment is published; offers of a year stand in, and since the same job is offered more than once,
// 2,000 are asked. On the tables of the Dares and France Travail (FAP of 2019, ROME by basin of 2021)
// that makes 61 alerts for the country, 166 for régions, 131 for départements and 136 for basins: what a
// few analysts can go through. Without a minimum it would be 9,393.
func PublishedRule() Rule {
	watch := func(l territory.Level, n occupation.Nomenclature, size Measure, least float64) Watch {
		return Watch{Level: l, Nomenclature: n, Size: size, Min: least, SizeName: size.String()}
	}
	return Rule{
		ID: "published-1", Origin: Published,
		MinClass: 4, Cause: LienFormationEmploi, CauseName: LienFormationEmploi.String(), MinCause: 4,
		Watches: []Watch{
			watch(territory.Country, occupation.FAP2009, Employment, 20_000),
			watch(territory.Region, occupation.FAP2009, Employment, 10_000),
			watch(territory.Departement, occupation.FAP2009, Employment, 5_000),
			watch(territory.Bassin, occupation.ROME3, Offers, 2_000),
		},
		Severity: map[int]Severity{4: Alerte, 5: Urgence},
	}
}

// Rules lists every rule that opens or has opened alerts.
func Rules() []Rule { return []Rule{PublishedRule()} }

// FindRule finds a rule by its name. It returns a NotFound fault when there is none.
func FindRule(id RuleID) (Rule, error) {
	for _, r := range Rules() {
		if r.ID == id {
			return r, nil
		}
	}
	return Rule{}, fault.New(fault.NotFound, "find rule", "no rule is called %q", string(id))
}

// Reason is one thing a rule asks of figures, what they say and whether that is enough.
type Reason struct {
	What  Measure // TensionClass, the cause or the size
	Got   float64
	Known bool // there is a figure
	Least float64
}

// Holds reports whether the figures give what is asked.
func (r Reason) Holds() bool { return r.Known && r.Got >= r.Least }

// Opens tells whether a cell opens an alert, and why or why not: what the rule asks of it, in the order
// class, cause, size. A cell the rule does not look at opens none, for no reason.
func (r Rule) Opens(c Cell) (bool, []Reason) {
	w, watched := r.watching(c.Occupation, c.Area)
	if !watched || c.Origin != r.Origin {
		return false, nil
	}
	cause := c.Causes[slices.Index(Causes(), r.Cause)]
	size := c.size(w.Size)
	reasons := []Reason{
		{What: TensionClass, Got: float64(c.Class), Known: c.Class > 0, Least: float64(r.MinClass)},
		{What: r.Cause, Got: float64(cause), Known: cause > 0, Least: float64(r.MinCause)},
		{What: w.Size, Got: size.Float, Known: size.Known(), Least: w.Min},
	}
	return !slices.ContainsFunc(reasons, func(r Reason) bool { return !r.Holds() }), reasons
}

// watching finds what the rule asks of an occupation in an area, of the finest grain only: a family's
// alert would repeat those of its occupations.
func (r Rule) watching(o occupation.ID, a territory.ID) (Watch, bool) {
	for _, w := range r.Watches {
		if o.Nomenclature() == w.Nomenclature && a.Level() == w.Level && o.Grain() == occupation.Detailed {
			return w, true
		}
	}
	return Watch{}, false
}

// size is the figure that says how many people a cell concerns.
func (c Cell) size(m Measure) Value {
	switch m {
	case Employment:
		return c.Employment
	case Offers:
		return c.Offers
	}
	return Value{}
}

// Concerned is how many people the figures of an alert concern: employed, or offers where no employment
// is published.
func (e Evidence) Concerned() float64 {
	for _, f := range []*float64{e.Employment, e.Offers} {
		if f != nil {
			return *f
		}
	}
	return 0
}

// Open makes the alert a row of the radar opens: ID and time are given by who keeps it.
func (r Rule) Open(row Row) Alert {
	return Alert{Rule: r.ID, Evidence: EvidenceOf(row), Severity: r.Severity[row.Class], State: AlertMachine().Initial}
}

// Reasons are the reasons an alert of this rule was opened for, read from its evidence.
func (r Rule) Reasons(e Evidence) []Reason {
	_, reasons := r.Opens(e.Cell())
	return reasons
}
