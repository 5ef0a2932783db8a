package campus_test

import (
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/lifecycle"
)

func TestTheLifeOfAnEnrolmentHasNoDeadEnds(t *testing.T) {
	if err := campus.EnrolmentMachine().Check(); err != nil {
		t.Error(err)
	}
}

// TestNobodyGraduatesWithoutBeingOnTheWay lets random things happen to an enrolment.
func TestNobodyGraduatesWithoutBeingOnTheWay(t *testing.T) {
	m := campus.EnrolmentMachine()
	rapid.Check(t, func(t *rapid.T) {
		state := m.Initial
		for _, e := range rapid.SliceOf(rapid.SampledFrom([]lifecycle.Event{campus.Withdraw, campus.ComeBack, campus.Graduate, "publish", ""})).Draw(t, "events") {
			next, err := m.Next(state, e)
			switch {
			case err != nil && next != state:
				t.Fatalf("%q was refused in %q and led to %q", e, state, next)
			case state == campus.Graduated && err == nil:
				t.Fatalf("%q happened to a graduate", e)
			case next == campus.Graduated && state != campus.Enrolled && state != campus.Graduated:
				t.Fatalf("graduated out of %q", state)
			}
			state = next
		}
	})
}

func TestBeginningAPath(t *testing.T) {
	in := func(s campus.EnrolmentState) *campus.Enrolment { return &campus.Enrolment{State: s} }
	for name, c := range map[string]struct {
		open  bool
		had   *campus.Enrolment
		want  campus.EnrolmentState
		fresh bool
		wrong bool
	}{
		"an open path is begun":              {open: true, want: campus.Enrolled, fresh: true},
		"a closed path is not":               {wrong: true},
		"who is on it stays":                 {had: in(campus.Enrolled), want: campus.Enrolled},
		"who stopped comes back":             {open: true, had: in(campus.Withdrawn), want: campus.Enrolled, fresh: true},
		"but not to a closed path":           {had: in(campus.Withdrawn), wrong: true},
		"who graduated does not begin again": {open: true, had: in(campus.Graduated), wrong: true},
	} {
		t.Run(name, func(t *testing.T) {
			got, fresh, err := campus.Begin(campus.Path{Open: c.open}, c.had)
			if c.wrong {
				if err == nil || fault.CodeOf(err) != fault.Conflict {
					t.Errorf("got %q, %v", got, err)
				}
				return
			}
			if got != c.want || fresh != c.fresh || err != nil {
				t.Errorf("got %q, %t, %v", got, fresh, err)
			}
		})
	}
}
