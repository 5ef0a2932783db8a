package people

import "filiere/internal/fault"

// Means counts what an account can sign in with besides a link by e-mail. The link always works, but it
// makes the account worth no more than its mailbox: a person who has something better is not let to lose
// it by accident.
type Means struct {
	Passkeys  int
	Password  bool
	Providers int // identities at OpenID Connect providers
}

// count is how many means there are.
func (m Means) count() int {
	n := m.Passkeys + m.Providers
	if m.Password {
		n++
	}
	return n
}

// MayLose reports whether one of the means may be taken away: another is left.
func (m Means) MayLose() bool { return m.count() > 1 }

// CheckLosing is MayLose as an error. It returns a Conflict fault when the means is the last.
func (m Means) CheckLosing() error {
	if m.MayLose() {
		return nil
	}
	f := fault.New(fault.Conflict, "remove means of sign-in", "this is the last means of sign-in")
	f.Hint = "add a passkey or set a password first"
	return f
}
