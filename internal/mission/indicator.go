package mission

import (
	"slices"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/territory"
)

// Indicator names a query whose answer says how well the school does. Its definition in words stands in
// the catalogue under "mission.indicator.<name>".
type Indicator string

// The indicators.
const (
	Learners       Indicator = "learners"        // enrolments begun in the year
	Graduates      Indicator = "graduates"       // diplomas issued in the year and not revoked
	OnTimeShare    Indicator = "on_time_share"   // share of the year's graduates who took no longer than planned
	TrainedInAI    Indicator = "trained_in_ai"   // people who ever graduated from a programme that counts, per 100 inhabitants
	AlertsAnswered Indicator = "alerts_answered" // share of the alerts opened in the year that have a programme or were resolved
	LeadTime       Indicator = "lead_time"       // median days from alert to published version, of the year's versions
	Working        Indicator = "working"         // share of the graduates who answered in the year that work
)

// Indicators lists them in the order of the report.
func Indicators() []Indicator {
	return []Indicator{Learners, Graduates, OnTimeShare, TrainedInAI, AlertsAnswered, LeadTime, Working}
}

// Unit is what an indicator is counted in.
type Unit string

// The units.
const (
	People  Unit = "people"
	Percent Unit = "percent" // 0–100
	Days    Unit = "days"
)

// Unit is the indicator's.
func (i Indicator) Unit() Unit {
	switch i {
	case Learners, Graduates:
		return People
	case LeadTime:
		return Days
	}
	return Percent
}

// Less reports whether a smaller figure is the better one.
func (i Indicator) Less() bool { return i == LeadTime }

// Check refuses a name that is no indicator's. It returns an Invalid fault.
func (i Indicator) Check() error {
	if !slices.Contains(Indicators(), i) {
		f := fault.New(fault.Invalid, "find indicator", "no indicator is called %q", string(i))
		f.Column = "indicator"
		return f
	}
	return nil
}

// StandingShare is the standing objective: to train 1 % of the population in AI, area by area.
const StandingShare = 1.0 // percent of inhabitants

// WeeklyHours is what a learner is planned to work a week beside a job; with JuryWeeks it makes the planned
// length of a path, which "on time" is held to.
const (
	WeeklyHours = 10
	JuryWeeks   = 8 // from the last defence to the jury and its minutes
)

// PlannedLength is how long a path of so many hours is planned to take.
func PlannedLength(hours int) time.Duration {
	weeks := (hours+WeeklyHours-1)/WeeklyHours + JuryWeeks
	return time.Duration(weeks) * 7 * 24 * time.Hour
}

// Figure is an indicator's answer for a year.
type Figure struct {
	Indicator Indicator  `json:"indicator"`
	Year      int        `json:"year"`
	Value     *float64   `json:"value"` // in Unit; null when there is nothing to compute it from
	Unit      Unit       `json:"unit"`
	Of        int        `json:"of"`            // how many people, alerts or versions it rests on
	Few       bool       `json:"few,omitempty"` // it rests on fewer people than may be shown: no value, no count
	Target    *float64   `json:"target"`        // null when none was set
	At        time.Time  `json:"at"`            // when it was computed
	ByArea    []AreaHead `json:"by_area,omitempty"`
	Hash      string     `json:"hash,omitempty"` // of all of the above, once frozen
}

// AreaHead counts people in an area against its inhabitants.
type AreaHead struct {
	Area       territory.ID `json:"area"`
	Label      string       `json:"label"`
	People     int          `json:"people"`
	Few        bool         `json:"few,omitempty"` // there are some, and fewer than may be shown
	Population int          `json:"population"`
	Share      float64      `json:"share"` // percent of inhabitants
}

// ofPeople reports whether the indicator is a share among people: of a handful, it would tell of each.
func (i Indicator) ofPeople() bool { return i == OnTimeShare || i == Working }

// Public is the figure as anybody may read it: nothing in it counts fewer than FewestShown people in an area,
// nor says what share of so few did something. Reports are made of such figures and of no others, so that
// pages, files, the API and what is frozen need not know. Areas with few people come last, in the order of
// their codes, which tells nothing of how few.
func (f Figure) Public() Figure {
	if f.Indicator.ofPeople() && f.Of > 0 && f.Of < FewestShown {
		f.Value, f.Of, f.Few = nil, 0, true
	}
	var shown, few []AreaHead
	for _, a := range f.ByArea {
		switch {
		case a.Few || a.People > 0 && a.People < FewestShown:
			a.People, a.Share, a.Few = 0, 0, true
			few = append(few, a)
		default:
			shown = append(shown, a)
		}
	}
	slices.SortFunc(few, func(a, b AreaHead) int { return strings.Compare(string(a.Area), string(b.Area)) })
	f.ByArea = append(shown, few...)
	return f
}

// Reached tells whether a figure reached its target; ok is false when there is no figure or no target.
func (f Figure) Reached() (reached, ok bool) {
	if f.Value == nil || f.Target == nil {
		return false, false
	}
	if f.Indicator.Less() {
		return *f.Value <= *f.Target, true
	}
	return *f.Value >= *f.Target, true
}

// ShareOf makes a percentage; nil of nothing.
func ShareOf(part, whole int) *float64 {
	if whole == 0 {
		return nil
	}
	p := 100 * float64(part) / float64(whole)
	return &p
}

// MedianDays is the median of durations in days; nil of none.
func MedianDays(all []time.Duration) *float64 {
	if len(all) == 0 {
		return nil
	}
	s := slices.Sorted(slices.Values(all))
	mid := s[len(s)/2]
	if len(s)%2 == 0 {
		mid = (s[len(s)/2-1] + mid) / 2
	}
	days := mid.Hours() / 24
	return &days
}
