package market

import (
	"iter"
	"strconv"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Outlook is what the models say, in memory: what rules about estimates and forecasts are asked about.
type Outlook struct {
	Version   string                                             // names the state of the data and of the models; "" while nothing was computed
	Estimates iter.Seq[Estimate]                                 // nil for none
	At        func(occupation.ID, territory.ID) (Estimate, bool) // one of them
	Forecasts []Forecast
}

// Background is what is known of occupations whose figures in an area are not published: names, and the
// causes that are the same everywhere.
type Background struct {
	Occupations map[occupation.ID]string
	Areas       map[territory.ID]string
	Within      func(territory.ID) bool // false: not asked about
	Causes      map[occupation.ID][CauseCount]int
	National    map[occupation.ID]Row // what is published of the country, of the latest year
	Stock       func(occupation.ID, territory.ID) Value
}

// EstimatedOrigin is the origin of what the model says where nothing is published.
const EstimatedOrigin Origin = "estimated"

// IsCommon reports whether a cause is the occupation's rather than the area's: France Travail publishes it by
// basin, the same in every one.
func IsCommon(cause Measure) bool {
	return cause == LienFormationEmploi || cause == ConditionsTravail || cause == InadequationGeographique
}

// Candidates lists the subjects of an outlook that reach what opens an alert by a rule; the rule is asked
// about each of them.
func (r Rule) Candidates(o Outlook, b Background) []Subject {
	var out []Subject
	switch r.Basis {
	case OnEstimates:
		if o.Estimates == nil {
			return nil
		}
		for e := range o.Estimates {
			_, watched := r.watching(e.Occupation, e.Area)
			if watched && e.Published == 0 && e.P.AtLeast(TenseClass) >= r.Open && b.Within(e.Area) {
				out = append(out, b.estimated(&e))
			}
		}
	case OnForecast:
		for i := range o.Forecasts {
			if f := &o.Forecasts[i]; f.P >= r.Open && b.Within(territory.France) {
				out = append(out, b.forecast(f))
			}
		}
	}
	return out
}

// estimated is what is known of an occupation where nothing is published.
func (b Background) estimated(e *Estimate) Subject {
	return Subject{
		Row: Row{
			Cell: Cell{
				Occupation: e.Occupation, Area: e.Area, Year: e.Year, Origin: EstimatedOrigin, Class: 0,
				Causes: b.Causes[e.Occupation], Sources: "estimates " + strconv.Itoa(e.Year),
			},
			Label: b.Occupations[e.Occupation], AreaLabel: b.Areas[e.Area],
		},
		Estimate: e, Stock: b.stock(e),
	}
}

// stock is how many offers are open, if that is known.
func (b Background) stock(e *Estimate) Value {
	if b.Stock == nil {
		return Value{}
	}
	return b.Stock(e.Occupation, e.Area)
}

// forecast is what is known of an occupation in the country.
func (b Background) forecast(f *Forecast) Subject {
	row, known := b.National[f.Occupation]
	if !known {
		row = Row{
			Cell:  Cell{Occupation: f.Occupation, Area: territory.France, Year: f.From, Class: f.Class, Origin: Computed},
			Label: b.Occupations[f.Occupation], AreaLabel: b.Areas[territory.France],
		}
	}
	return Subject{Row: row, Forecast: f}
}

// Claim is an unresolved alert as a scan sees it: an occupation has one in an area at a time.
type Claim struct {
	ID       AlertID
	Rule     RuleID
	State    AlertState
	Severity Severity
}

// YieldsTo reports whether an unresolved alert gives way to one of another rule: to a more serious one, as
// long as no programme answers it.
func (c Claim) YieldsTo(a Alert) bool {
	return c.Rule.Name() != a.Rule.Name() && c.Severity.Rank() < a.Severity.Rank() && AlertMachine().Can(c.State, SupersedeAlert)
}
