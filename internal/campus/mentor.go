package campus

import (
	"slices"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Mentoring is somebody being the mentor of a learner, for a time. An enrolment has one mentor at most at
// any moment; changing the mentor ends one and begins another, and both are remembered.
type Mentoring struct {
	Enrolment EnrolmentID
	Mentor    people.AccountID
	Since     time.Time
	Until     time.Time // zero: now
	NamedBy   people.Actor
}

// Ties are the people who had a part in one enrolment. Who helps a learner, who assesses them and who
// judges them in the end are different people, whatever the order in which they are named.
type Ties struct {
	Learner   people.AccountID
	Mentors   []people.AccountID // now and before
	Assessors []people.AccountID // of its defences, those called off left out
	Jurors    []people.AccountID // of its juries, those called off left out
}

// MayMentor tells whether an account may be named the mentor. It returns a Forbidden fault for the
// learner, an assessor of one of their defences, and a juror who judges them.
func (t Ties) MayMentor(a people.AccountID) error {
	switch {
	case a == t.Learner:
		return tied("mentor", "a learner is not their own mentor")
	case slices.Contains(t.Assessors, a):
		return tied("mentor", "this person assesses a defence of this learner and cannot be their mentor")
	case slices.Contains(t.Jurors, a):
		return tied("mentor", "this person sits in a jury that judges this learner and cannot be their mentor")
	}
	return nil
}

// MayAssess tells whether an account may assess a defence. It returns a Forbidden fault for the learner,
// anybody who is or was their mentor, and a juror who judges them.
func (t Ties) MayAssess(a people.AccountID) error {
	switch {
	case a == t.Learner:
		return tied("assessor", "a learner does not assess their own defence")
	case slices.Contains(t.Mentors, a):
		return tied("assessor", "this person is or was the mentor of this learner and cannot assess them")
	case slices.Contains(t.Jurors, a):
		return tied("assessor", "this person sits in a jury that judges this learner and cannot assess them")
	}
	return nil
}

// MayJudge tells whether an account may sit in a jury that judges this learner. It returns a Forbidden
// fault for the learner, anybody who is or was their mentor, and an assessor of one of their defences.
func (t Ties) MayJudge(a people.AccountID) error {
	switch {
	case a == t.Learner:
		return tied("members", "a learner does not sit in the jury that judges them")
	case slices.Contains(t.Mentors, a):
		return tied("members", "a member is or was the mentor of a candidate and cannot judge them")
	case slices.Contains(t.Assessors, a):
		return tied("members", "a member assessed a defence of a candidate and cannot judge them")
	}
	return nil
}

func tied(field, format string, args ...any) error {
	f := fault.New(fault.Forbidden, "keep assessment independent", format, args...)
	f.Column, f.Hint = field, "name somebody else"
	return f
}
