package market

import (
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Evidence is what an alert rests on, as it stood when the alert was opened. It is kept as a copy: later
// editions of the figures do not change it.
type Evidence struct {
	Occupation      occupation.ID   `json:"occupation"`
	OccupationLabel string          `json:"occupation_label"`
	Area            territory.ID    `json:"area"`
	AreaLabel       string          `json:"area_label"`
	Level           territory.Level `json:"level"`
	Year            int             `json:"year"`
	Class           int             `json:"class"`           // of tension, 1–5
	Tension         *float64        `json:"tension"`         // standard deviations; null where only a class is published
	Causes          [CauseCount]int `json:"causes"`          // classes 1–5 in the order of Causes; 0 where unknown
	CausesComputed  uint8           `json:"causes_computed"` // bit i set: cause i was carried over from another list or worked out
	Employment      *float64        `json:"employment"`
	Offers          *float64        `json:"offers"`
	Jobseekers      *float64        `json:"jobseekers"`
	Origin          Origin          `json:"origin"`
	Source          string          `json:"source"`  // datasets with their vintage
	Release         string          `json:"release"` // the edition it was published in; "" when computed from several

	Estimate      *Estimated `json:"estimate,omitempty"`     // what the model said, when that opened the alert
	Forecast      *Foreseen  `json:"forecast,omitempty"`     // what was forecast, when that did
	OffersStock   *float64   `json:"offers_stock,omitempty"` // open on one day, where no flow of offers is published
	Remediability *float64   `json:"remediability,omitempty"`
	Remedy        *Remedy    `json:"remedy,omitempty"` // why so far; nil for alerts opened before it was kept
}

// Estimated is an estimate as an alert keeps it.
type Estimated struct {
	P        Distribution `json:"p"` // of each class, 1 to 5
	Expected float64      `json:"expected"`
	Low      int          `json:"low"`
	High     int          `json:"high"`
}

// Foreseen is a forecast as an alert keeps it.
type Foreseen struct {
	Year  int     `json:"year"`
	From  int     `json:"from"`
	Class int     `json:"class"`
	P     float64 `json:"p"`
}

// Basis tells what opened an alert with this evidence.
func (e Evidence) Basis() Basis {
	switch {
	case e.Estimate != nil:
		return OnEstimates
	case e.Forecast != nil:
		return OnForecast
	}
	return OnPublished
}

// EvidenceOf copies what is known of a subject, and of estimate and forecast the one a rule asked about.
func EvidenceOf(s Subject, b Basis) Evidence {
	number := func(v Value) *float64 {
		if !v.Known() {
			return nil
		}
		f := v.Float
		return &f
	}
	e := Evidence{
		Occupation: s.Occupation, OccupationLabel: s.Label, Area: s.Area, AreaLabel: s.AreaLabel, Level: s.Area.Level(),
		Year: s.Year, Class: s.Class, Tension: number(s.Tension), Causes: s.Causes, CausesComputed: s.CausesComputed,
		Employment: number(s.Employment), Offers: number(s.Offers), Jobseekers: number(s.Jobseekers),
		Origin: s.Origin, Source: s.Sources, Release: s.Release, Remediability: s.Remediability, Remedy: s.Remedy, OffersStock: number(s.Stock),
	}
	if b == OnEstimates && s.Estimate != nil {
		p := s.Estimate.P
		e.Estimate = &Estimated{P: p, Expected: p.Expected(), Low: s.Estimate.Low, High: s.Estimate.High}
	}
	if b == OnForecast && s.Forecast != nil {
		e.Forecast = &Foreseen{Year: s.Forecast.Year, From: s.Forecast.From, Class: s.Forecast.Class, P: s.Forecast.P}
	}
	return e
}

// Subject gives the evidence back as the rule was asked about it.
func (e Evidence) Subject() Subject {
	s := Subject{Row: Row{Cell: e.Cell(), Label: e.OccupationLabel, AreaLabel: e.AreaLabel}, Remediability: e.Remediability, Remedy: e.Remedy}
	if e.OffersStock != nil {
		s.Stock = Is(*e.OffersStock)
	}
	if x := e.Estimate; x != nil {
		s.Estimate = &Estimate{Occupation: e.Occupation, Area: e.Area, Year: e.Year, P: x.P, Low: x.Low, High: x.High}
	}
	if x := e.Forecast; x != nil {
		s.Forecast = &Forecast{Occupation: e.Occupation, Year: x.Year, From: x.From, Class: x.Class, P: x.P}
	}
	return s
}

// Concerned is how many people the figures of an alert concern: employed, or offers where no employment
// is published.
func (e Evidence) Concerned() float64 {
	_, n := e.Size()
	return n
}

// Size is the count that says how many people the figures of an alert concern, by its name, and how many:
// "" when nothing says so.
func (e Evidence) Size() (name string, n float64) {
	for _, f := range []struct {
		m Measure
		n *float64
	}{{Employment, e.Employment}, {Offers, e.Offers}, {OffersStock, e.OffersStock}} {
		if f.n != nil {
			return f.m.String(), *f.n
		}
	}
	return "", 0
}
