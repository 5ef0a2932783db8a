package people

import (
	"slices"

	"filiere/internal/fault"
)

// Scopes lists the actions an identity may give a token: those its roles allow, somewhere. What anybody
// may do needs no scope.
func Scopes(who Identity) []Action {
	var out []Action
	for _, p := range Permissions() {
		if p.Role != Visitor && who.holds(p.Role) && !slices.Contains(out, p.Action) {
			out = append(out, p.Action)
		}
	}
	return out
}

// holds reports whether the identity has a role anywhere.
func (i Identity) holds(r Role) bool {
	return i.has(r, Ref{}) || i.SignedIn() && slices.ContainsFunc(i.Grants, func(g Grant) bool { return g.Role == r })
}

// CheckScopes tells whether an identity may give a token these scopes. It returns an Invalid fault that
// names the first it may not. Nothing would come of such a token, since it never does more than its
// account; but nobody should believe it would, nor find it grown when the account is given a role.
func CheckScopes(who Identity, scopes []Action) error {
	offered := Scopes(who)
	for _, s := range scopes {
		if !slices.Contains(offered, s) {
			f := fault.New(fault.Invalid, "check scopes", "%q is not among what this account may do", string(s))
			f.Column = "scopes"
			return f
		}
	}
	return nil
}
