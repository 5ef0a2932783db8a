package campus

import (
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// EnrolmentState is where a learner stands on a path.
type EnrolmentState string

// The states of an enrolment.
const (
	Enrolled  EnrolmentState = "active"    // on the way
	Withdrawn EnrolmentState = "withdrawn" // stopped; what was done is kept, and the learner may come back
	Graduated EnrolmentState = "graduated" // a jury found every bloc acquired
)

// What happens to an enrolment.
const (
	Withdraw lifecycle.Event = "withdraw"
	ComeBack lifecycle.Event = "come back"
	Graduate lifecycle.Event = "graduate"
)

// EnrolmentMachine is the life of an enrolment. A jury that finds a bloc not acquired changes nothing: the
// learner is on the way still.
func EnrolmentMachine() lifecycle.Machine[EnrolmentState] {
	return lifecycle.Machine[EnrolmentState]{
		Name: "enrolment", Initial: Enrolled, Final: []EnrolmentState{Withdrawn, Graduated},
		Moves: []lifecycle.Move[EnrolmentState]{
			{Event: Withdraw, From: []EnrolmentState{Enrolled}, To: Withdrawn},
			{Event: ComeBack, From: []EnrolmentState{Withdrawn}, To: Enrolled},
			{Event: Graduate, From: []EnrolmentState{Enrolled}, To: Graduated},
		},
	}
}

// Enrolment is a learner on a path. There is one for a learner and a path, for ever.
type Enrolment struct {
	ID         EnrolmentID
	Path       PathID
	Version    studio.VersionID // the path's
	Learner    people.AccountID
	State      EnrolmentState
	EnrolledAt time.Time
	ChangedAt  time.Time // of its state
}

// Ref names the enrolment.
func (e Enrolment) Ref() people.Ref {
	return people.Ref{Kind: people.KindEnrolment, ID: string(e.ID)}
}

// MayLearn tells whether the learner can still do something on the path: read with progress, answer,
// book, submit. It returns a Conflict fault when they cannot.
func (e Enrolment) MayLearn() error {
	if e.State == Enrolled {
		return nil
	}
	return fault.New(fault.Conflict, "learn", "this enrolment is not active any more")
}

// Begin tells what beginning a path does: a new enrolment, or the one there is, active again. fresh is
// false when there is nothing to change.
//
// Errors: Conflict when the path is closed to new learners, or the learner has graduated from it.
func Begin(p Path, had *Enrolment) (state EnrolmentState, fresh bool, err error) {
	switch {
	case had != nil && had.State == Enrolled:
		return had.State, false, nil
	case !p.Open:
		return "", false, fault.New(fault.Conflict, "enrol", "this path takes no new learners for now")
	case had == nil:
		return EnrolmentMachine().Initial, true, nil
	}
	state, err = EnrolmentMachine().Next(had.State, ComeBack)
	return state, err == nil, err
}

// Learner is an enrolment with who the learner is, for those who accompany them. Both are "" once the
// account was erased.
type Learner struct {
	Enrolment
	Name, Email string
}
