package market

import (
	"slices"
	"strconv"
	"strings"

	"filiere/internal/lifecycle"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// RuleID names a version of a rule for ever: the rule's name, a hyphen and the number of the version. A
// version never changes, so that an alert's page can always say by which rule it was opened.
type RuleID string

// Basis is what a rule is asked about.
type Basis string

// The bases. Each has its own figure (Subject.Figure).
const (
	OnPublished Basis = "published" // the latest published figures: the class of tension
	OnEstimates Basis = "estimates" // where nothing is published: how likely the model holds class 4 or 5
	OnForecast  Basis = "forecast"  // occupations that are not tense now: how likely they will be next year
)

// Bases lists them.
func Bases() []Basis { return []Basis{OnPublished, OnEstimates, OnForecast} }

// TenseClass is the class from which an occupation counts as tense, in estimates and forecasts.
const TenseClass = 4

// Rule says for which figures an alert opens and how long it stays: data, kept in the database, printed on
// pages and in the documentation.
//
// The figure it asks about is a class 1–5 on published figures, a probability 0–1 on the others. An alert
// opens from Open on and stays until the figure is below Stay, which is lower: a figure that moves between
// the two opens and ends nothing. Its severity rises at once and falls only when the figure is below what
// the severity asks for by Margin.
type Rule struct {
	ID      RuleID `json:"id"`
	Name    string `json:"name"`
	Version int    `json:"version"`
	Basis   Basis  `json:"basis"`
	Note    string `json:"note"` // why it is as it is, in the words of who wrote it

	Open   float64 `json:"open"`
	Stay   float64 `json:"stay"`
	Margin float64 `json:"margin"`

	Cause            string  `json:"cause"`             // a cause by its name, asked for when an alert opens; "" for none
	MinCause         int     `json:"min_cause"`         // its class
	MinRemediability float64 `json:"min_remediability"` // how far training must be able to help, 0–1; 0 asks nothing

	Watches    []Watch `json:"watches"`    // where it looks, and what is enough there
	Severities []Grade `json:"severities"` // by the figure, the lightest first
}

// Watch is a list of occupations at a level of areas, and how many people must be concerned for an alert
// there to be worth a programme.
type Watch struct {
	Level        territory.Level         `json:"level"`
	Nomenclature occupation.Nomenclature `json:"nomenclature"`
	Size         string                  `json:"size"` // a count by its name; "" where nothing says how many
	Min          float64                 `json:"min"`  // the least of it
}

// Grade is a severity and the figure it begins at.
type Grade struct {
	From     float64  `json:"from"`
	Severity Severity `json:"severity"`
}

// Sizes lists the counts that say how many people are concerned. Where nothing is published of an
// occupation in an area, only the offers open there on one day are known.
func Sizes(b Basis) []Measure {
	if b == OnEstimates {
		return []Measure{OffersStock}
	}
	return []Measure{Employment, Offers, Jobseekers, Projects}
}

// RuleState says whether a rule is asked.
type RuleState string

// The states of a version of a rule.
const (
	RuleOff     RuleState = "off"     // not asked: how a rule begins
	RuleOn      RuleState = "on"      // asked at every evaluation
	RuleRetired RuleState = "retired" // a later version took its place; alerts it opened are still judged by it
)

// What happens to a rule.
const (
	SwitchRuleOn  lifecycle.Event = "switch_on"
	SwitchRuleOff lifecycle.Event = "switch_off"
	RetireRule    lifecycle.Event = "retire"
)

// RuleMachine is the life of a version of a rule.
func RuleMachine() lifecycle.Machine[RuleState] {
	return lifecycle.Machine[RuleState]{
		Name: "rule", Initial: RuleOff, Final: []RuleState{RuleRetired},
		Moves: []lifecycle.Move[RuleState]{
			{Event: SwitchRuleOn, From: []RuleState{RuleOff}, To: RuleOn},
			{Event: SwitchRuleOff, From: []RuleState{RuleOn}, To: RuleOff},
			{Event: RetireRule, From: []RuleState{RuleOff, RuleOn}, To: RuleRetired},
		},
	}
}

// KeptRule is a rule as it is kept: with where it stands and what it was asked last.
type KeptRule struct {
	Rule
	State  RuleState `json:"state"`
	Alerts int       `json:"alerts"` // it opened, ever
	Asked  string    `json:"asked"`  // the generation of the figures it was last asked about; "" when never about all
}

// RuleColumns are the columns of rules as a table.
var RuleColumns = []string{"id", "name", "version", "state", "basis", "open", "stay", "margin", "cause", "min_cause", "min_remediability", "alerts"}

// Fields lays the rule out in the order of RuleColumns.
func (r KeptRule) Fields() []string {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	return []string{
		string(r.ID), Text(r.Name), strconv.Itoa(r.Version), string(r.State), string(r.Basis), number(r.Open), number(r.Stay), number(r.Margin),
		r.Cause, classField(r.MinCause), number(r.MinRemediability), strconv.Itoa(r.Alerts),
	}
}

// Subject is what a rule is asked about: an occupation in an area, and what is known of it.
type Subject struct {
	Row
	Estimate      *Estimate // what the model says of it
	Forecast      *Forecast // what next year is likely to be
	Stock         Value     // offers open on one day
	Remediability *float64  // how far training can help, 0–1; nil when not known
	Remedy        *Remedy   // why so far; nil when not known
}

// Figure is the figure a rule on a basis asks about; false when there is none. Where the class is published
// after all, it settles what was an estimate.
func (s Subject) Figure(b Basis) (float64, bool) {
	switch {
	case b == OnPublished:
		return float64(s.Class), s.Class > 0 && s.Origin == Published
	case b == OnEstimates && s.Estimate != nil && s.Estimate.Published > 0:
		return tense(s.Estimate.Published), true
	case b == OnEstimates && s.Estimate != nil:
		return s.Estimate.P.AtLeast(TenseClass), true
	case b == OnForecast && s.Forecast != nil:
		return s.Forecast.P, true
	}
	return 0, false
}

// tense is how likely a class that is known is to be 4 or 5.
func tense(class int) float64 {
	if class >= TenseClass {
		return 1
	}
	return 0
}

// Asked is one thing a rule asks of figures.
type Asked string

// What rules ask: a figure (class or probability), the class of a cause by its name, a count by its name.
const (
	AskedClass         Asked = "class"
	AskedEstimate      Asked = "estimate"
	AskedForecast      Asked = "forecast"
	AskedRemediability Asked = "remediability"
)

// Reason is one thing a rule asks of figures, what they say and whether that is enough.
type Reason struct {
	What  Asked
	Got   float64
	Known bool // there is a figure
	Least float64
}

// Holds reports whether the figures give what is asked.
func (r Reason) Holds() bool { return r.Known && r.Got >= r.Least }

// Opens tells whether a subject opens an alert, and why or why not: what the rule asks of it, in the order
// figure, cause, remediability, size. A subject the rule does not look at opens none, for no reason.
func (r Rule) Opens(s Subject) (bool, []Reason) {
	w, watched := r.watching(s.Occupation, s.Area)
	if !watched || !r.concerns(s) {
		return false, nil
	}
	figure, known := s.Figure(r.Basis)
	reasons := []Reason{{What: r.Basis.asked(), Got: figure, Known: known, Least: r.Open}}
	if r.Cause != "" {
		cause := s.Causes[causeNamed(r.Cause)]
		reasons = append(reasons, Reason{What: Asked(r.Cause), Got: float64(cause), Known: cause > 0, Least: float64(r.MinCause)})
	}
	if r.MinRemediability > 0 {
		reason := Reason{What: AskedRemediability, Known: s.Remediability != nil, Least: r.MinRemediability}
		if reason.Known {
			reason.Got = *s.Remediability
		}
		reasons = append(reasons, reason)
	}
	if w.Size != "" {
		size := s.size(w.Size)
		reasons = append(reasons, Reason{What: Asked(w.Size), Got: size.Float, Known: size.Known(), Least: w.Min})
	}
	return !slices.ContainsFunc(reasons, func(r Reason) bool { return !r.Holds() }), reasons
}

// concerns reports whether a rule is about such figures at all: estimates count where nothing is
// published, forecasts where the occupation is not tense now.
func (r Rule) concerns(s Subject) bool {
	switch r.Basis {
	case OnPublished:
		return s.Origin == Published
	case OnEstimates:
		return s.Estimate != nil && s.Estimate.Published == 0
	case OnForecast:
		return s.Forecast != nil && s.Forecast.Class > 0 && s.Forecast.Class < TenseClass
	}
	return false
}

// asked names the figure of a basis.
func (b Basis) asked() Asked {
	switch b {
	case OnEstimates:
		return AskedEstimate
	case OnForecast:
		return AskedForecast
	}
	return AskedClass
}

// Probable reports whether the figure of a basis is a probability rather than a class.
func (b Basis) Probable() bool { return b != OnPublished }

// causeNamed is the place of a cause, by its name, among Causes; -1 for none.
func causeNamed(name string) int {
	return slices.IndexFunc(Causes(), func(m Measure) bool { return m.String() == name })
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

// size is the count that says how many people a subject concerns, by its name.
func (s Subject) size(name string) Value {
	switch name {
	case OffersStock.String():
		return s.Stock
	case Employment.String():
		return s.Employment
	case Offers.String():
		return s.Offers
	case Jobseekers.String():
		return s.Jobseekers
	case Projects.String():
		return s.Projects
	}
	return Value{}
}

// severity is that of a figure: the most serious grade it reaches, the lightest when it reaches none.
func (r Rule) severity(figure float64) Severity {
	out := r.Severities[0].Severity
	for _, g := range r.Severities {
		if figure >= g.From {
			out = g.Severity
		}
	}
	return out
}

// Start makes the alert a subject opens: ID and time are given by who keeps it.
func (r Rule) Start(s Subject) Alert {
	figure, _ := s.Figure(r.Basis)
	return Alert{Rule: r.ID, Evidence: EvidenceOf(s, r.Basis), Severity: r.severity(figure), State: AlertMachine().Initial}
}

// Reasons are the reasons an alert of this rule was opened for, read from its evidence.
func (r Rule) Reasons(e Evidence) []Reason {
	_, reasons := r.Opens(e.Subject())
	return reasons
}

// ruleID names a version of a rule.
func ruleID(name string, version int) RuleID {
	return RuleID(name + "-" + strconv.Itoa(version))
}

// Named gives a rule the number of its version.
func (r Rule) Named(version int) Rule {
	r.Version, r.ID = version, ruleID(r.Name, version)
	return r
}

// Name is the name of the rule a version belongs to.
func (id RuleID) Name() string {
	if i := strings.LastIndexByte(string(id), '-'); i > 0 {
		return string(id[:i])
	}
	return string(id)
}
