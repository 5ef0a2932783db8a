package people

import (
	"slices"
	"strings"
	"unicode/utf8"

	"filiere/internal/fault"
)

// Role is what an account is there for.
type Role string

// The roles. Visitor is everybody, signed in or not; Member is every signed-in account. Neither is ever
// granted.
const (
	Visitor       Role = "visitor"
	Member        Role = "member"
	Analyst       Role = "analyst"       // watches the market
	Designer      Role = "designer"      // designs programmes
	Expert        Role = "expert"        // invited to one programme
	Author        Role = "author"        // writes courses
	Learner       Role = "learner"       // learns towards a diploma
	Mentor        Role = "mentor"        // meets learners every week
	Assessor      Role = "assessor"      // assesses defences
	Juror         Role = "juror"         // sits in a jury
	Committee     Role = "committee"     // member of the mission committee
	Administrator Role = "administrator" // accounts, roles, audit; no say in teaching or diplomas
)

// Grantable lists the roles an administrator can give.
func Grantable() []Role {
	return []Role{Analyst, Designer, Expert, Author, Learner, Mentor, Assessor, Juror, Committee, Administrator}
}

// scopedOnly are the roles that make sense for one object only.
var scopedOnly = []Role{Expert}

// Kind is what an action is done to.
type Kind string

// The kinds of objects. Rooms add theirs as they come.
const (
	KindSite      Kind = "site"    // the whole
	KindAccount   Kind = "account" // a person
	KindProgramme Kind = "programme"
)

// Ref names one object.
type Ref struct {
	Kind Kind
	ID   string
}

// Site is the whole: what actions that concern no one object are done to.
var Site = Ref{Kind: KindSite}

// Grant gives an account a role; an empty scope gives it everywhere.
type Grant struct {
	Role  Role
	Scope Ref
}

// Check tells whether a grant can be given. It returns an Invalid fault for a role that is never
// granted, a scope that is half there, and a role that needs a scope and has none.
func (g Grant) Check() error {
	switch {
	case !slices.Contains(Grantable(), g.Role):
		return invalidGrant("no role is called %q", g.Role)
	case (g.Scope.Kind == "") != (g.Scope.ID == ""):
		return invalidGrant("a scope has a kind and an ID")
	case len(g.Scope.ID) > maxScope || !utf8.ValidString(g.Scope.ID) || strings.ContainsFunc(g.Scope.ID, isControl):
		return invalidGrant("an ID is one short line")
	case g.Scope == Ref{} && slices.Contains(scopedOnly, g.Role):
		return invalidGrant("the role %s is given for one object only", g.Role)
	}
	return nil
}

// maxScope bounds the ID of what a grant is for.
const maxScope = 100

func invalidGrant(format string, args ...any) error {
	f := fault.New(fault.Invalid, "check grant", format, args...)
	f.Column = "role"
	return f
}

// Action is something a person asks to do.
type Action string

// The actions. A name says what is done to what.
const (
	ReadRadar      Action = "radar.read"      // pages and figures of the labour market: public
	SignIn         Action = "session.open"    // sign-in, recovery, invitation pages
	ReadOwn        Action = "own.read"        // one's own account: sessions, passkeys, tokens, notifications
	ChangeOwn      Action = "own.change"      // one's own settings, credentials, data export, erasure
	ReadAccounts   Action = "accounts.read"   // other people's accounts
	ChangeAccounts Action = "accounts.change" // invite, suspend, give and take roles, erase
	ReadAudit      Action = "audit.read"      // the audit trail
	ReadOutbox     Action = "outbox.read"     // messages the program sent
)

// Actions lists every action the table knows, each once: what a token may be scoped to.
func Actions() []Action {
	var out []Action
	for _, p := range Permissions() {
		if !slices.Contains(out, p.Action) {
			out = append(out, p.Action)
		}
	}
	return out
}

// Permission lets a role do an action to objects of a kind. Own restricts it to what is the person's own.
type Permission struct {
	Role   Role
	Action Action
	Kind   Kind
	Own    bool
}

// Permissions is the whole table: what is not in it is refused. It is read by Allowed, printed in
// docs/permissions.md and walked, every route with every role, by a test.
func Permissions() []Permission {
	return []Permission{
		{Visitor, ReadRadar, KindSite, false},
		{Visitor, SignIn, KindSite, false},
		{Member, ReadOwn, KindAccount, true},
		{Member, ChangeOwn, KindAccount, true},
		{Administrator, ReadAccounts, KindAccount, false},
		{Administrator, ChangeAccounts, KindAccount, false},
		{Administrator, ReadAudit, KindSite, false},
		{Administrator, ReadOutbox, KindSite, false},
	}
}

// Identity is who asks: nobody in particular, or an account, perhaps through a token whose scopes
// narrow what it may do.
type Identity struct {
	Account AccountID // "" for a visitor
	Grants  []Grant
	Scopes  []Action // of the token; nil when a person is there in person
}

// SignedIn tells a member from a visitor.
func (i Identity) SignedIn() bool { return i.Account != "" }

// has reports whether the identity holds a role for an object.
func (i Identity) has(r Role, object Ref) bool {
	switch r {
	case Visitor:
		return true
	case Member:
		return i.SignedIn()
	}
	return i.SignedIn() && slices.ContainsFunc(i.Grants, func(g Grant) bool {
		return g.Role == r && (g.Scope == Ref{} || g.Scope == object)
	})
}

// Allowed is the one answer to "may they?": the table has a row for a role they hold, the action and the
// kind of the object, the object is theirs where the row says so, and the token they use, if any, has
// the action among its scopes. A token never does more than its account.
func Allowed(who Identity, action Action, object Ref) bool {
	if who.Scopes != nil && action != ReadRadar && !slices.Contains(who.Scopes, action) {
		return false
	}
	return slices.ContainsFunc(Permissions(), func(p Permission) bool {
		return p.Action == action && p.Kind == object.Kind && who.has(p.Role, object) &&
			(!p.Own || object.ID == string(who.Account))
	})
}
