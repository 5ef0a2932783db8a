package market

import "time"

// Standing is what newer figures than those that opened an alert say.
type Standing struct {
	Year   int       `json:"year"`
	Figure float64   `json:"figure"` // the class, or how likely class 4 or 5 is, as the alert's rule asks
	Eased  bool      `json:"eased"`  // below what its rule asks for it to stay
	At     time.Time `json:"at"`     // when that was seen
}

// Verdict is what the newest figures do to an alert.
type Verdict struct {
	Severity Severity
	Eased    bool // below what the rule asks for it to stay
}

// Review judges an unresolved alert by the newest figure. Severity rises at once, and falls only to a grade
// whose beginning the figure is not below by the rule's margin: a figure that trembles around a bound
// changes nothing twice.
func (r Rule) Review(severity Severity, figure float64) Verdict {
	risen := r.severity(figure)
	if risen.Rank() >= severity.Rank() {
		return Verdict{Severity: risen, Eased: figure < r.Stay}
	}
	kept := r.severity(figure + r.Margin) // the grade it may keep: one margin above what it reached
	if kept.Rank() > severity.Rank() {
		kept = severity
	}
	return Verdict{Severity: kept, Eased: figure < r.Stay}
}

// Ending says why an alert ended without a person.
type Ending string

// The endings. An alert that somebody resolved has the words of that person instead.
const (
	Eased      Ending = "eased"      // the figures fell below what its rule asks for it to stay
	Superseded Ending = "superseded" // a rule found something more serious for the same occupation and area
)
