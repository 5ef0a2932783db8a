package people

import (
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"filiere/internal/fault"
)

// AccountID names an account for ever (UUIDv7).
type AccountID string

// State is where an account stands.
type State string

// The states of an account.
const (
	Active    State = "active"
	Suspended State = "suspended" // may not sign in; nothing of it is lost
	Erased    State = "erased"    // what identified the person is gone; what the law keeps stays under the ID
)

// Account is a person who can sign in.
type Account struct {
	ID        AccountID
	Email     string // folded by FoldEmail; unique among accounts that are not erased
	Name      string
	Lang      string // "fr" or "en"
	Theme     string // "light", "dark" or "" for the system's
	State     State
	CreatedAt time.Time
	Grants    []Grant
}

// Limits of what a person may type.
const (
	maxEmail = 254 // RFC 5321, 4.5.3.1
	maxName  = 120
)

// FoldEmail checks an address and writes it in the one way it is stored and looked up: trimmed and in
// lower case. It returns an Invalid fault for what is not a bare address; a display name, a comment or
// a line break is refused rather than cut off.
func FoldEmail(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmail || strings.ContainsAny(s, "\r\n\x00") {
		f := fault.New(fault.Invalid, "read e-mail address", "this is not an e-mail address")
		f.Column, f.Hint = "email", "write it as name@example.org"
		return "", f
	}
	return s, nil
}

// CheckName checks a person's name: one line of printable text.
func CheckName(s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	if s == "" || utf8.RuneCountInString(s) > maxName || !utf8.ValidString(s) || strings.ContainsFunc(s, isControl) {
		f := fault.New(fault.Invalid, "read name", "a name is one line of at most %d characters", maxName)
		f.Column = "name"
		return "", f
	}
	return s, nil
}

func isControl(r rune) bool {
	return r < ' ' || r == 0x7f || r == '\u202e' || r == '\u2028' || r == '\u2029'
}
