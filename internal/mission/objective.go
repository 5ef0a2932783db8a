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
	ID      ObjectiveID
	Place   int // among the objectives, from 1
	Title   string
	Text    string
	AddedAt time.Time
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

// Target is what an indicator should reach in a year, under an objective.
type Target struct {
	Indicator Indicator
	Objective ObjectiveID
	Year      int
	Value     float64 // in the indicator's unit
}
