package studio

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"filiere/internal/fault"
)

// The bounds of what a group writes. They are generous for people and small for a database.
const (
	maxTitle    = 200    // characters of a title
	maxWording  = 600    // of a competency or a criterion: one sentence
	maxComment  = 4_000  // of a comment
	maxSummary  = 4_000  // of a summary or a reason
	maxScenario = 20_000 // of the scenario of a project
	MaxItems    = 800    // items of a framework, withdrawn ones too
	MaxProjects = 40
	MaxMembers  = 60 // of a group
	maxAreas    = 20
	maxEvidence = 50
)

// invalid is a fault about one field of what was typed.
func invalid(op, field, format string, args ...any) *fault.Fault {
	f := fault.New(fault.Invalid, op, format, args...)
	f.Column = field
	return f
}

// line is text on one line: blanks are folded, and what breaks or reorders a line is refused.
func line(op, field, s string, most int) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, unprintable):
		return s, invalid(op, field, "this holds characters that cannot be printed")
	case s == "":
		return s, invalid(op, field, "this is empty")
	case utf8.RuneCountInString(s) > most:
		return s, invalid(op, field, "this is longer than %d characters", most)
	}
	return s, nil
}

// text is text on several lines; it may be empty.
func text(op, field, s string, most int) (string, error) {
	s = strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n"))
	switch {
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && r != '\t' && unprintable(r) }):
		return s, invalid(op, field, "this holds characters that cannot be printed")
	case utf8.RuneCountInString(s) > most:
		return s, invalid(op, field, "this is longer than %d characters", most)
	}
	return s, nil
}

// unprintable reports whether a character has no shape of its own and changes how others read. The
// joiners some scripts and symbols need are let be.
func unprintable(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
