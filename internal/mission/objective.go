package mission

import (
	"strings"
	"time"
	"unicode/utf8"

	"filiere/internal/fault"
)

// ObjectiveID names a statutory objective for ever (UUIDv7).
type ObjectiveID string

// Objective is a statutory objective: what the school exists for, in the words of its statutes.
type Objective struct {
	ID      ObjectiveID `json:"id"`
	Place   int         `json:"place"` // among the objectives, from 1
	Title   string      `json:"title"`
	Text    string      `json:"text"`
	AddedAt time.Time   `json:"added_at"`
}

// Limits of what people write here.
const (
	maxTitle = 200
	maxText  = 4000
)

// Check refuses an objective that says nothing or too much. It returns an Invalid fault.
func (o Objective) Check() error {
	if err := checkText("title", o.Title, maxTitle); err != nil {
		return err
	}
	return checkText("text", o.Text, maxText)
}

// checkText refuses an empty or endless field.
func checkText(field, text string, most int) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(text)); n == 0 || n > most || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		f := fault.New(fault.Invalid, "check text", "this takes 1 to %d characters", most)
		f.Column = field
		return f
	}
	return nil
}

// maxTarget bounds what an indicator can be asked to reach.
const maxTarget = 1e9

// Check refuses a target nothing can be held to. It returns an Invalid fault.
func (t Target) Check() error {
	if err := t.Indicator.Check(); err != nil {
		return err
	}
	most := maxTarget
	if t.Indicator.Unit() == Percent {
		most = 100
	}
	if !(t.Value >= 0 && t.Value <= most) { // NaN is neither
		f := fault.New(fault.Invalid, "set target", "a target is a number from 0 to %v", most)
		f.Column = "value"
		return f
	}
	if t.Year < firstYear || t.Year > lastYear {
		f := fault.New(fault.Invalid, "set target", "a target is for a year from %d to %d", firstYear, lastYear)
		f.Column = "year"
		return f
	}
	return nil
}

const lastYear = 2100

// Target is what an indicator should reach in a year, under an objective.
type Target struct {
	Indicator Indicator   `json:"indicator"`
	Objective ObjectiveID `json:"objective"`
	Year      int         `json:"year"`
	Value     float64     `json:"value"` // in the indicator's unit
}
