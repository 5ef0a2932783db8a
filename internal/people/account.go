package people

import (
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode"
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

// IsAdministrator reports whether an account runs the whole site.
func (a Account) IsAdministrator() bool {
	return a.State == Active && slices.Contains(a.Grants, Grant{Role: Administrator})
}

// Check writes an account in the one way it is stored. It returns an Invalid fault for an address, name,
// language, theme, state or grant that cannot be.
func (a Account) Check() (Account, error) {
	var err error
	if a.Email, err = FoldEmail(a.Email); err != nil {
		return a, err
	}
	if a.Name, err = CheckName(a.Name); err != nil {
		return a, err
	}
	if err := CheckPreferences(a.Lang, a.Theme); err != nil {
		return a, err
	}
	if a.State != Active && a.State != Suspended {
		return a, invalidField("state", "an account is active or suspended")
	}
	for _, g := range a.Grants {
		if err := g.Check(); err != nil {
			return a, err
		}
	}
	return a, nil
}

// CheckPreferences checks what a person may choose about pages. It returns an Invalid fault.
func CheckPreferences(lang, theme string) error {
	switch {
	case !slices.Contains([]string{"fr", "en"}, lang):
		return invalidField("lang", "the languages are fr and en")
	case !slices.Contains([]string{"", "light", "dark"}, theme):
		return invalidField("theme", "a theme is light, dark or empty for the system's")
	}
	return nil
}

func invalidField(field, format string, args ...any) error {
	f := fault.New(fault.Invalid, "check account", format, args...)
	f.Column = field
	return f
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
	valid := utf8.ValidString(s) // asked before ToLower mends what is not
	s = strings.ToLower(strings.TrimSpace(s))
	a, err := mail.ParseAddress(s)
	if err != nil || !valid || a.Address != s || len(s) > maxEmail || strings.ContainsFunc(s, isControl) {
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

// isControl reports whether a character has no shape of its own and changes how others read: controls,
// line and paragraph separators, and formatting such as a change of direction, which can make one name
// look like another. The joiners that some scripts need are let be.
func isControl(r rune) bool {
	if r == '\u200c' || r == '\u200d' {
		return false
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}
