package studio

import (
	"slices"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// State is where a programme stands.
type State string

// The states of a programme.
const (
	Drafting  State = "drafting"  // the group writes the framework; projects may be written beside it
	Approved  State = "approved"  // the framework is approved and stands still; projects are finished
	Published State = "published" // the newest version is what is taught
	Abandoned State = "abandoned" // nothing more comes of it; versions published before stay
)

// What happens to a programme.
const (
	EventApprove lifecycle.Event = "approve"
	EventRevise  lifecycle.Event = "revise"
	EventPublish lifecycle.Event = "publish"
	EventDraft   lifecycle.Event = "draft"
	EventAbandon lifecycle.Event = "abandon"
)

// ProgrammeMachine is the life of a programme.
func ProgrammeMachine() lifecycle.Machine[State] {
	return lifecycle.Machine[State]{
		Name: "programme", Initial: Drafting, Final: []State{Published, Abandoned},
		Moves: []lifecycle.Move[State]{
			{Event: EventApprove, From: []State{Drafting}, To: Approved},  // the framework is ready: FrameworkObstacles is empty
			{Event: EventRevise, From: []State{Approved}, To: Drafting},   // the framework is opened again
			{Event: EventPublish, From: []State{Approved}, To: Published}, // nothing stands in the way: Obstacles is empty
			{Event: EventDraft, From: []State{Published}, To: Drafting},   // the next version is begun
			{Event: EventAbandon, From: []State{Drafting, Approved}, To: Abandoned},
		},
	}
}

// Writing reports whether the framework may be changed.
func (s State) Writing() bool { return s == Drafting }

// Open reports whether anything of a programme may be changed.
func (s State) Open() bool { return s == Drafting || s == Approved }

// The levels of the European Qualifications Framework a programme may lead to.
const (
	MinLevel = 3
	MaxLevel = 8
)

// What the ID of an area is written with.
const (
	maxAreaID   = 20
	areaLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// maxLearners bounds what a brief may expect.
const maxLearners = 1_000_000

// Brief says what a programme is for.
type Brief struct {
	Title    string            `json:"title"`
	Summary  string            `json:"summary"` // Markdown
	Level    int               `json:"level"`
	Learners int               `json:"learners"` // expected in a year
	Reason   string            `json:"reason"`   // why it is opened, where there is no alert
	Areas    []territory.ID    `json:"areas"`
	Evidence []market.Evidence `json:"evidence"` // as it stood when the programme was opened
}

// Check writes a brief in the one way it is kept. alert is the alert it answers, "" for none: then it has
// to say why. It returns an Invalid fault.
func (b Brief) Check(alert string) (Brief, error) {
	const op = "write brief"
	var err error
	if b.Title, err = line(op, "title", b.Title, maxTitle); err != nil {
		return b, err
	}
	if b.Summary, err = text(op, "summary", b.Summary, maxSummary); err != nil {
		return b, err
	}
	if b.Reason, err = text(op, "reason", b.Reason, maxSummary); err != nil {
		return b, err
	}
	switch {
	case b.Level < MinLevel || b.Level > MaxLevel:
		return b, invalid(op, "level", "a level lies between %d and %d", MinLevel, MaxLevel)
	case b.Learners < 1 || b.Learners > maxLearners:
		return b, invalid(op, "learners", "the learners expected are a number between 1 and %d", maxLearners)
	case b.Reason == "" && alert == "":
		return b, invalid(op, "reason", "a programme without an alert says why it is opened")
	case len(b.Areas) > maxAreas:
		return b, invalid(op, "areas", "a brief names at most %d areas", maxAreas)
	case len(b.Evidence) > maxEvidence:
		return b, invalid(op, "evidence", "a brief holds at most %d figures", maxEvidence)
	}
	for _, id := range b.Areas {
		if id.Level() == "" || len(id) > maxAreaID || strings.Trim(id.Code(), areaLetters) != "" {
			return b, invalid(op, "areas", "no area is called %q", string(id))
		}
	}
	b.Areas = slices.Clone(b.Areas)
	return b, nil
}

// Member is somebody of the working group.
type Member struct {
	Account   people.AccountID
	Name      string
	Role      people.Role // Designer or Expert
	Active    bool        // may sign in: only active members are asked
	InvitedAt time.Time
	InvitedBy people.Actor
}

// Programme is a programme in the making, whole.
type Programme struct {
	ID    ProgrammeID
	State State
	Alert string // the alert it answers, "" for none
	Brief
	Group    []Member
	Items    []Item         // by kind and place, withdrawn ones too
	Drafts   []ProjectDraft // in the order of the path
	Versions int            // published so far

	Revision      int // counts every change of what would be published
	BriefRevision int
	OpenedAt      time.Time
	OpenedBy      people.Actor
	ApprovedAt    time.Time // the framework, zero: not yet
	ApprovedBy    people.Actor
}

// Line is what lists show of a programme.
type Line struct {
	ID        ProgrammeID `json:"id"`
	State     State       `json:"state"`
	Title     string      `json:"title"`
	Level     int         `json:"level"`
	Alert     string      `json:"alert"` // "" for none
	Members   int         `json:"members"`
	Versions  int         `json:"versions"`
	Published VersionID   `json:"published"` // the newest version, "" for none
	OpenedAt  time.Time   `json:"opened_at"`
}

// Member finds a member of the group.
func (p Programme) Member(id people.AccountID) (Member, bool) {
	i := slices.IndexFunc(p.Group, func(m Member) bool { return m.Account == id })
	if i < 0 {
		return Member{}, false
	}
	return p.Group[i], true
}

// Voters counts the members who may sign in.
func (p Programme) Voters() int {
	n := 0
	for _, m := range p.Group {
		if m.Active {
			n++
		}
	}
	return n
}

// CheckWriting returns a Conflict fault unless the framework may be changed.
func (p Programme) CheckWriting() error {
	if p.State.Writing() {
		return nil
	}
	f := fault.New(fault.Conflict, "write framework", "the framework stands still: the programme is %q", string(p.State))
	f.Hint = "open the framework again first"
	return f
}

// CheckOpen returns a Conflict fault unless the brief, the group and the projects may be changed.
func (p Programme) CheckOpen() error {
	if p.State.Open() {
		return nil
	}
	f := fault.New(fault.Conflict, "change programme", "nothing can be changed: the programme is %q", string(p.State))
	f.Hint = "begin the next version first"
	return f
}

// CheckRevision refuses to change what somebody else has changed since it was looked at. It returns a
// Conflict fault.
func CheckRevision(now, seen int) error {
	if now == seen {
		return nil
	}
	f := fault.New(fault.Conflict, "change programme", "this was changed meanwhile: it is at revision %d, you saw %d", now, seen)
	f.Hint = "look at it as it is now, then change it"
	return f
}

// Draft finds a project. It returns a NotFound fault.
func (p Programme) Draft(project string) (ProjectDraft, error) {
	i := slices.IndexFunc(p.Drafts, func(d ProjectDraft) bool { return d.ID == project })
	if i < 0 {
		return ProjectDraft{}, fault.New(fault.NotFound, "find", "there is no such project")
	}
	return p.Drafts[i], nil
}

// CheckAddingProject returns a Conflict fault when nothing can be changed, there are too many projects, or one
// has the same title: a form sent twice adds one project.
func (p Programme) CheckAddingProject(title string) error {
	if err := p.CheckOpen(); err != nil {
		return err
	}
	if len(p.Drafts) >= MaxProjects {
		return fault.New(fault.Conflict, "write project", "a programme has at most %d projects", MaxProjects)
	}
	if slices.ContainsFunc(p.Drafts, func(d ProjectDraft) bool { return d.Title == title }) {
		return fault.New(fault.Conflict, "write project", "a project has this title already")
	}
	return nil
}

// CheckInviting tells whether an account may be taken into the group. It returns a Conflict fault when the
// programme is over or the group is full.
func (p Programme) CheckInviting(who people.AccountID) error {
	if err := p.CheckOpen(); err != nil {
		return err
	}
	if _, in := p.Member(who); !in && len(p.Group) >= MaxMembers {
		return fault.New(fault.Conflict, "invite expert", "a group has at most %d members", MaxMembers)
	}
	return nil
}
