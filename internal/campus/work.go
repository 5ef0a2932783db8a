package campus

import (
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// WorkState is where a learner stands with one project.
type WorkState string

// The states of a learner's work on a project.
const (
	WorkOpen        WorkState = "open"        // nothing was handed in
	WorkSubmitted   WorkState = "submitted"   // handed in: a defence must be planned
	WorkPlanned     WorkState = "planned"     // the defence has a date and an assessor
	WorkConditional WorkState = "conditional" // defended; a fix is due within 48 hours
	WorkFixed       WorkState = "fixed"       // the fix is handed in: the assessor checks it within 48 hours
	WorkRework      WorkState = "rework"      // to be handed in again and defended a second time
	WorkValidated   WorkState = "validated"
)

// What happens to the work on a project.
const (
	SubmitWork   lifecycle.Event = "submit"   // hand in deliverables, also instead of those handed in before
	PlanDefence  lifecycle.Event = "plan"     // name date and assessor
	CallOff      lifecycle.Event = "call_off" // the defence does not take place
	ValidateWork lifecycle.Event = "validate"
	ReserveWork  lifecycle.Event = "reserve" // validated on condition of a fix
	ReturnWork   lifecycle.Event = "return"  // to be reworked
	FixWork      lifecycle.Event = "fix"     // hand in what was asked for
	LapseWork    lifecycle.Event = "lapse"   // no fix came in time
)

// WorkMachine is the life of a learner's work on a project.
func WorkMachine() lifecycle.Machine[WorkState] {
	return lifecycle.Machine[WorkState]{
		Name: "project", Initial: WorkOpen, Final: []WorkState{WorkValidated},
		Moves: []lifecycle.Move[WorkState]{
			{Event: SubmitWork, From: []WorkState{WorkOpen, WorkSubmitted, WorkRework}, To: WorkSubmitted},
			{Event: PlanDefence, From: []WorkState{WorkSubmitted}, To: WorkPlanned},
			{Event: CallOff, From: []WorkState{WorkPlanned}, To: WorkSubmitted},
			{Event: ValidateWork, From: []WorkState{WorkPlanned, WorkFixed}, To: WorkValidated},
			{Event: ReserveWork, From: []WorkState{WorkPlanned}, To: WorkConditional},
			{Event: ReturnWork, From: []WorkState{WorkPlanned, WorkFixed}, To: WorkRework},
			{Event: FixWork, From: []WorkState{WorkConditional}, To: WorkFixed},
			{Event: LapseWork, From: []WorkState{WorkConditional}, To: WorkRework},
		},
	}
}

// Work is a learner's work on one project of their version.
type Work struct {
	Enrolment EnrolmentID
	Project   string // ID
	Label     string // its code and title
	Learner   people.AccountID
	State     WorkState
	Attempts  int       // submissions so far, fixes among them
	ChangedAt time.Time // zero while open
}

// WaitingWork is work that waits for a defence, with its learner's name.
type WaitingWork struct {
	Work
	Name string
}

// MaySubmit tells whether the project of a version can be handed in now. before is the learner's work on
// the version's projects, those without a row left out: the way goes through the projects in order, so
// every earlier one must have been handed in.
//
// Errors: NotFound when the version has no such project; Conflict when an earlier one is still open, and
// when this one is past handing in.
func MaySubmit(v studio.Version, project string, before []Work) error {
	state := map[string]WorkState{}
	for _, w := range before {
		state[w.Project] = w.State
	}
	for _, p := range v.Projects {
		if p.ID == project {
			_, err := WorkMachine().Next(stateOr(state[p.ID]), SubmitWork)
			return err
		}
		if stateOr(state[p.ID]) == WorkOpen {
			f := fault.New(fault.Conflict, "hand in a project", "an earlier project, %s, has not been handed in", p.Code)
			f.Hint = "projects are handed in in their order"
			return f
		}
	}
	return fault.New(fault.NotFound, "hand in a project", "this version has no such project")
}

// stateOr is the state of a project that has no row: open.
func stateOr(s WorkState) WorkState {
	if s == "" {
		return WorkOpen
	}
	return s
}

// LabelOf is what a project is called in lists: its code and title.
func LabelOf(p studio.Project) string { return p.Code + " · " + p.Title }

// Submit hands something in: all deliverables while nothing is decided, a fix when one was asked for. It
// returns a Conflict fault when nothing can be handed in.
func (w Work) Submit(now time.Time) (Work, SubmissionKind, error) {
	e, kind := SubmitWork, WholeWork
	if w.State == WorkConditional {
		e, kind = FixWork, Fix
	}
	next, err := WorkMachine().Next(stateOr(w.State), e)
	if err != nil {
		return w, kind, err
	}
	w.State, w.ChangedAt, w.Attempts = next, now, w.Attempts+1
	return w, kind, nil
}

// Same reports whether two submissions hand in the same: whoever sends a form twice hands in once.
func (s Submission) Same(o Submission) bool {
	same := s.Kind == o.Kind && s.Comment == o.Comment && len(s.Files) == len(o.Files)
	for i := range s.Files {
		same = same && len(o.Files) > i && s.Files[i].Name == o.Files[i].Name && s.Files[i].SHA256 == o.Files[i].SHA256 &&
			s.Files[i].Deliverable == o.Files[i].Deliverable
	}
	return same
}

// ProjectOf finds a project of a version. It returns a NotFound fault when there is none.
func ProjectOf(v studio.Version, id string) (studio.Project, error) {
	for _, p := range v.Projects {
		if p.ID == id {
			return p, nil
		}
	}
	return studio.Project{}, fault.New(fault.NotFound, "find", "this version has no such project")
}

// EveryProject reports whether each project of a version is validated: only then does a jury look at the
// learner.
func EveryProject(v studio.Version, done []Work) bool {
	validated := map[string]bool{}
	for _, w := range done {
		validated[w.Project] = w.State == WorkValidated
	}
	for _, p := range v.Projects {
		if !validated[p.ID] {
			return false
		}
	}
	return len(v.Projects) > 0
}
