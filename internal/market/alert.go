package market

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// AlertID names an alert for ever (UUIDv7).
type AlertID string

// Alert says that an occupation lacks people in an area, by a rule, on evidence that no longer changes.
type Alert struct {
	ID         AlertID    `json:"id"`
	Rule       RuleID     `json:"rule"`
	Evidence   Evidence   `json:"evidence"`
	Severity   Severity   `json:"severity"`
	State      AlertState `json:"state"`
	OpenedAt   time.Time  `json:"opened_at"`
	Programme  string     `json:"programme"` // the programme that answers it; "" for none
	Resolution string     `json:"resolution"`
	Standing   *Standing  `json:"standing"` // what newer figures say; null when none were seen
	Ending     Ending     `json:"ending"`   // why it ended without a person; "" otherwise

	AcknowledgedAt time.Time `json:"acknowledged_at,omitzero"`
	ResolvedAt     time.Time `json:"resolved_at,omitzero"`
}

// Severity is how serious an alert is.
type Severity string

// The severities, the lightest first. The rule over published figures gives the two last; the others are
// for signals and estimates.
const (
	Veille    Severity = "veille"    // something moves: watch
	Vigilance Severity = "vigilance" // likely: get ready
	Alerte    Severity = "alerte"    // tense
	Urgence   Severity = "urgence"   // very tense
)

// Severities lists them, the lightest first.
func Severities() []Severity { return []Severity{Veille, Vigilance, Alerte, Urgence} }

// Rank orders severities: 0 is the lightest; -1 is none of them.
func (s Severity) Rank() int {
	for i, t := range Severities() {
		if s == t {
			return i
		}
	}
	return -1
}

// AlertState is where an alert stands.
type AlertState string

// The states of an alert.
const (
	AlertOpened       AlertState = "opened"       // nobody has looked at it yet
	AlertAcknowledged AlertState = "acknowledged" // an analyst has
	AlertLinked       AlertState = "linked"       // a programme is made to answer it
	AlertMonitored    AlertState = "monitored"    // that programme is published: does the shortage ease?
	AlertResolved     AlertState = "resolved"     // over, for a reason that is written down
)

// What happens to an alert.
const (
	AcknowledgeAlert lifecycle.Event = "acknowledge"
	LinkAlert        lifecycle.Event = "link"
	MonitorAlert     lifecycle.Event = "monitor"
	ResolveAlert     lifecycle.Event = "resolve"
	EaseAlert        lifecycle.Event = "ease"      // done by the system: the figures fell
	SupersedeAlert   lifecycle.Event = "supersede" // done by the system: a more serious one takes its place
)

// AlertMachine is the life of an alert. Opening a programme from an alert nobody acknowledged is also to
// have looked at it. The system ends what no programme answers; what one answers ends by a person. A resolved
// alert stays so: figures of a later year open another.
func AlertMachine() lifecycle.Machine[AlertState] {
	return lifecycle.Machine[AlertState]{
		Name: "alert", Initial: AlertOpened, Final: []AlertState{AlertResolved},
		Moves: []lifecycle.Move[AlertState]{
			{Event: AcknowledgeAlert, From: []AlertState{AlertOpened}, To: AlertAcknowledged},
			{Event: LinkAlert, From: []AlertState{AlertOpened, AlertAcknowledged}, To: AlertLinked},
			{Event: MonitorAlert, From: []AlertState{AlertLinked}, To: AlertMonitored},
			{Event: ResolveAlert, From: []AlertState{AlertOpened, AlertAcknowledged, AlertLinked, AlertMonitored}, To: AlertResolved},
			{Event: EaseAlert, From: []AlertState{AlertOpened, AlertAcknowledged}, To: AlertResolved},
			{Event: SupersedeAlert, From: []AlertState{AlertOpened, AlertAcknowledged}, To: AlertResolved},
		},
	}
}

// Label is what the alert is called on the thread: the occupation, then the area.
func (a Alert) Label() string { return a.Evidence.Label() }

// maxResolution bounds the reason an alert is resolved for, in characters: a short paragraph.
const maxResolution = 500

// CheckResolution refuses to resolve an alert without saying why, or at length. It returns the reason as
// it is kept, or an Invalid fault at the field "reason".
func CheckResolution(reason string) (string, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	var f *fault.Fault
	switch n := utf8.RuneCountInString(reason); {
	case !utf8.ValidString(reason) || strings.ContainsRune(reason, 0):
		f = fault.New(fault.Invalid, "resolve alert", "the reason holds what is no text")
	case n == 0:
		f = fault.New(fault.Invalid, "resolve alert", "say why the alert is resolved")
	case n > maxResolution:
		f = fault.New(fault.Invalid, "resolve alert", "the reason is longer than %d characters", maxResolution)
	default:
		return reason, nil
	}
	f.Column = "reason"
	return "", f
}

// ParseSeverity reads a severity's name. It returns an Invalid fault that lists the names.
func ParseSeverity(s string) (Severity, error) {
	if v := Severity(s); v.Rank() >= 0 {
		return v, nil
	}
	f := fault.New(fault.Invalid, "read severity", "no severity is called %q", s)
	f.Hint = "the severities are veille, vigilance, alerte and urgence"
	return "", f
}

// ParseAlertState reads a state's name. It returns an Invalid fault that lists the names.
func ParseAlertState(s string) (AlertState, error) {
	if v := AlertState(s); slices.Contains(AlertMachine().States(), v) {
		return v, nil
	}
	f := fault.New(fault.Invalid, "read alert state", "no state of an alert is called %q", s)
	f.Hint = "the states are opened, acknowledged, linked, monitored and resolved"
	return "", f
}

// AlertFilter picks alerts. Zero fields do not restrict.
type AlertFilter struct {
	Occupations []occupation.ID // any of them
	Area        territory.ID
	Within      territory.ID // a région: the areas that lie in it, and itself
	Level       territory.Level
	Severity    Severity
	State       AlertState
	Unresolved  bool   // any state but resolved
	Text        string // words of the occupation's or the area's name

	Families []occupation.ID // domains and families, and what corresponds to their occupations: any of them
	Since    time.Time       // opened at or after
	Newest   bool            // the newest first, instead of the most serious
}

// ScanScope says where to look for alerts. Zero fields do not restrict.
type ScanScope struct {
	Level  territory.Level
	Within territory.ID // an area, or a région with the areas that lie in it
	Most   int          // open so many at most: the most serious, then those that concern most people
	DryRun bool         // only count
}

// Scan is what looking for alerts found.
type Scan struct {
	Rule    RuleID    `json:"rule"`
	DryRun  bool      `json:"dry_run"`
	Found   int       `json:"found"`  // occupations in areas that meet the rule, by the latest figures
	Kept    int       `json:"kept"`   // of which have an alert already
	Opened  int       `json:"opened"` // alerts opened, or that would be
	ByLevel []ByLevel `json:"by_level"`
}

// ByLevel counts the alerts opened for areas of a level, all and by severity.
type ByLevel struct {
	Level      territory.Level  `json:"level"`
	Opened     int              `json:"opened"`
	BySeverity map[Severity]int `json:"by_severity"`
}

// Figures names what was measured for an occupation in an area in a year, on the thread.
func (e Evidence) Figures() string {
	return string(e.Occupation) + ":" + string(e.Area) + ":" + strconv.Itoa(e.Year)
}

// Label names the evidence in words: the occupation, then the area.
func (e Evidence) Label() string { return e.OccupationLabel + " · " + e.AreaLabel }

// MeasuredAt is when the figures were there to be measured: the end of their year.
func (e Evidence) MeasuredAt() time.Time {
	return time.Date(e.Year+1, time.January, 1, 0, 0, 0, 0, time.UTC).Add(-time.Second)
}
