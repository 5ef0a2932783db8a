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
	KindSite         Kind = "site"         // the whole
	KindAccount      Kind = "account"      // a person
	KindFigures      Kind = "figures"      // what was measured for an occupation in an area
	KindAlert        Kind = "alert"        // a shortage that was noticed
	KindProgramme    Kind = "programme"    // a programme in the making
	KindVersion      Kind = "version"      // a programme as published
	KindCourse       Kind = "course"       // a text to learn from
	KindPath         Kind = "path"         // the way through a published programme
	KindEnrolment    Kind = "enrolment"    // a learner on a path
	KindDefence      Kind = "defence"      // a project defended
	KindJury         Kind = "jury"         // a session of a jury
	KindDecision     Kind = "decision"     // what a jury decided of a learner
	KindDiploma      Kind = "diploma"      // what was issued
	KindOutcome      Kind = "outcome"      // what became of a graduate
	KindReport       Kind = "report"       // the mission report of a year
	KindSubscription Kind = "subscription" // what opens e-books
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
	case len(g.Scope.Kind) > maxKind || strings.Trim(string(g.Scope.Kind), kindLetters) != "":
		return invalidGrant("a kind is a word in small letters")
	case len(g.Scope.ID) > maxScope || !utf8.ValidString(g.Scope.ID) || strings.ContainsFunc(g.Scope.ID, isControl):
		return invalidGrant("an ID is one short line")
	case g.Scope == Ref{} && slices.Contains(scopedOnly, g.Role):
		return invalidGrant("the role %s is given for one object only", g.Role)
	}
	return nil
}

// The bounds of what a grant is for: its kind, a word of ours, and its ID.
const (
	kindLetters = "abcdefghijklmnopqrstuvwxyz_"
	maxKind     = 40
	maxScope    = 100
)

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

	ReadCatalogue    Action = "catalogue.read"       // alerts, published programmes, courses, diplomas, the mission, the thread: public
	HandleAlerts     Action = "alert.handle"         // look for alerts, acknowledge and resolve them
	KeepWebhooks     Action = "alert.webhook"        // which programs elsewhere are told of alerts
	Unsubscribe      Action = "alert.unsubscribe"    // stop messages about alerts by their link
	ChangeRules      Action = "alert.rule"           // add rules, switch them on and off
	ReadProgrammes   Action = "programme.read"       // programmes in the making
	Contribute       Action = "programme.contribute" // propose, comment, approve
	ChangeProgrammes Action = "programme.change"     // open a programme, its brief, group, projects; publish it
	ChangeCourses    Action = "course.change"        // bring courses in
	Conduct          Action = "campus.conduct"       // make paths, name mentors and assessors, convene juries
	Enrol            Action = "path.enrol"           // begin a path
	ReadEnrolments   Action = "enrolment.read"       // a learner's file: progress, sessions, submissions, defences
	Learn            Action = "enrolment.learn"      // read, answer, submit, book
	Accompany        Action = "enrolment.accompany"  // hold and note mentor sessions
	Assess           Action = "defence.assess"       // read what is defended, fill in the rubric, decide
	SitInJury        Action = "jury.sit"             // read the files, decide, sign the minutes
	RevokeDiplomas   Action = "diploma.revoke"       // take a diploma back
	TellOutcome      Action = "outcome.tell"         // say by a link what became of one
	PlanMission      Action = "mission.plan"         // objectives, roadmap, the report
	Recommend        Action = "mission.recommend"    // recommendations of the committee
	Subscribe        Action = "subscription.open"    // subscribe, by invoice
	ReadEbooks       Action = "ebook.read"           // download an e-book a subscription opens
	SettleInvoices   Action = "invoice.settle"       // note that an invoice was paid, end a subscription
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

// Reach is how far a permission goes among the objects of its kind.
type Reach int

// The reaches.
const (
	Any      Reach = iota // every object, or the one the role was given for
	Own                   // the person's own account
	Assigned              // only an object the role was given for: to be a mentor is not to be everybody's
)

// Permission lets a role do an action to objects of a kind.
type Permission struct {
	Role   Role
	Action Action
	Kind   Kind
	Reach  Reach
}

// Permissions is the whole table: what is not in it is refused. It is read by Allowed, printed in
// docs/permissions.md and walked, every route with every role, by a test.
func Permissions() []Permission { return slices.Clone(permissions) }

var permissions = []Permission{
	{Visitor, ReadRadar, KindSite, Any},
	{Visitor, SignIn, KindSite, Any},
	{Member, ReadOwn, KindAccount, Own},
	{Member, ChangeOwn, KindAccount, Own},
	{Administrator, ReadAccounts, KindAccount, Any},
	{Administrator, ChangeAccounts, KindAccount, Any},
	{Administrator, ReadAudit, KindSite, Any},
	{Administrator, ReadOutbox, KindSite, Any},

	{Visitor, ReadCatalogue, KindSite, Any},
	{Analyst, HandleAlerts, KindAlert, Any},
	{Analyst, ChangeRules, KindAlert, Any},
	{Analyst, KeepWebhooks, KindAlert, Any},
	{Administrator, KeepWebhooks, KindAlert, Any},
	{Visitor, Unsubscribe, KindSite, Any},
	{Analyst, ReadProgrammes, KindProgramme, Any},
	{Designer, ReadProgrammes, KindProgramme, Any},
	{Designer, Contribute, KindProgramme, Any},
	{Designer, ChangeProgrammes, KindProgramme, Any},
	{Expert, ReadProgrammes, KindProgramme, Assigned},
	{Expert, Contribute, KindProgramme, Assigned},
	{Author, ChangeCourses, KindCourse, Any},
	{Designer, Conduct, KindPath, Any},
	{Designer, Conduct, KindEnrolment, Any},
	{Designer, Conduct, KindDefence, Any},
	{Designer, Conduct, KindJury, Any},
	{Member, Enrol, KindPath, Any},
	{Designer, ReadEnrolments, KindEnrolment, Any},
	{Learner, ReadEnrolments, KindEnrolment, Assigned},
	{Mentor, ReadEnrolments, KindEnrolment, Assigned},
	{Learner, Learn, KindEnrolment, Assigned},
	{Mentor, Accompany, KindEnrolment, Assigned},
	{Assessor, Assess, KindDefence, Assigned},
	{Juror, SitInJury, KindJury, Assigned},
	{Designer, RevokeDiplomas, KindDiploma, Any},
	{Visitor, TellOutcome, KindSite, Any},
	{Analyst, PlanMission, KindReport, Any},
	{Committee, PlanMission, KindReport, Any},
	{Committee, Recommend, KindReport, Any},
	{Member, Subscribe, KindAccount, Own},
	{Member, ReadEbooks, KindCourse, Any},
	{Administrator, SettleInvoices, KindSubscription, Any},
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

// assigned reports whether the identity was given a role for this very object.
func (i Identity) assigned(r Role, object Ref) bool {
	return i.SignedIn() && object.ID != "" && slices.Contains(i.Grants, Grant{Role: r, Scope: object})
}

// Public reports whether an action is open to everybody and changes nothing, so that no token needs it
// among its scopes.
func Public(a Action) bool { return a == ReadRadar || a == ReadCatalogue }

// Allowed is the one answer to "may they?": the table has a row for a role they hold, the action and the
// kind of the object, the row reaches the object, and the token they use, if any, has the action among
// its scopes. A token never does more than its account.
func Allowed(who Identity, action Action, object Ref) bool {
	if who.Scopes != nil && !Public(action) && !slices.Contains(who.Scopes, action) {
		return false
	}
	return slices.ContainsFunc(permissions, func(p Permission) bool {
		return p.Action == action && p.Kind == object.Kind && who.reaches(p, object)
	})
}

// reaches reports whether a permission of the identity reaches an object.
func (i Identity) reaches(p Permission, object Ref) bool {
	switch p.Reach {
	case Own:
		return i.has(p.Role, object) && object.ID == string(i.Account)
	case Assigned:
		return i.assigned(p.Role, object)
	}
	return i.has(p.Role, object)
}
