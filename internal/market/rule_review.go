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

// IsNews reports whether a figure is another than the one last seen for an alert: that of its evidence, or of
// its standing.
func (a Alert) IsNews(b Basis, year int, figure float64) bool {
	if s := a.Standing; s != nil {
		return year != s.Year || figure != s.Figure
	}
	before, _ := a.Evidence.Subject().Figure(b)
	return year != a.Evidence.FigureYear() || figure != before
}

// FigureYear is the year the figure that opened an alert is about.
func (e Evidence) FigureYear() int {
	if e.Forecast != nil {
		return e.Forecast.Year
	}
	return e.Year
}

// News is the newest figure for an alert.
type News struct {
	ID     AlertID
	Year   int
	Figure float64
}

// News finds what an outlook says of alerts of a rule about estimates or forecasts.
func (r Rule) News(o Outlook, alerts []Alert) []News {
	var out []News
	add := func(a Alert, s Subject, year int) {
		if figure, known := s.Figure(r.Basis); known {
			out = append(out, News{a.ID, year, figure})
		}
	}
	for _, a := range alerts {
		switch e := a.Evidence; {
		case r.Basis == OnEstimates && o.At != nil:
			if x, ok := o.At(e.Occupation, e.Area); ok {
				add(a, Subject{Estimate: &x}, x.Year)
			}
		case r.Basis == OnForecast:
			for i := range o.Forecasts {
				if f := &o.Forecasts[i]; f.Occupation == e.Occupation {
					add(a, Subject{Forecast: f}, f.Year)
				}
			}
		}
	}
	return out
}

// Evaluation is what holding the alerts of a rule against the newest figures came to.
type Evaluation struct {
	Rule     RuleID `json:"rule"`
	Reviewed int    `json:"reviewed"` // alerts newer figures were noted for
	Found    int    `json:"found"`    // figures that changed and meet the rule
	Opened   int    `json:"opened"`
	Raised   int    `json:"raised"`  // more serious now
	Lowered  int    `json:"lowered"` // less serious now
	Ended    int    `json:"ended"`   // eased, with no programme that answers them: resolved
	Eased    int    `json:"eased"`   // eased, and followed on because a programme answers them
}

// Count counts what was done to an alert.
func (e *Evaluation) Count(before Severity, v Verdict, ended bool) {
	switch {
	case ended:
		e.Ended++
	case v.Eased:
		e.Eased++
	}
	switch {
	case v.Severity.Rank() > before.Rank():
		e.Raised++
	case v.Severity.Rank() < before.Rank():
		e.Lowered++
	}
}
