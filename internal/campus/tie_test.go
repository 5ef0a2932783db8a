package campus_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// faulty fails the test unless an error is a fault of a code.
func faulty(t interface {
	Helper()
	Errorf(string, ...any)
}, want fault.Code, err error,
) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != want {
		t.Errorf("got error %v, want one that is %s", err, want)
	}
}

func TestWhoHelpsWhoAssessesAndWhoJudgesAreDifferentPeople(t *testing.T) {
	ties := campus.Ties{
		Learner: "zoe", Mentors: []people.AccountID{"old mentor", "mentor"},
		Assessors: []people.AccountID{"assessor"}, Jurors: []people.AccountID{"juror"},
	}
	for _, c := range []struct {
		who                   people.AccountID
		mentor, assess, judge bool
	}{
		{"zoe", false, false, false},
		{"mentor", true, false, false},
		{"old mentor", true, false, false},
		{"assessor", false, true, false},
		{"juror", false, false, true},
		{"stranger", true, true, true},
	} {
		for name, may := range map[string]struct {
			err  error
			want bool
		}{
			"mentor": {ties.MayMentor(c.who), c.mentor}, "assess": {ties.MayAssess(c.who), c.assess}, "judge": {ties.MayJudge(c.who), c.judge},
		} {
			if may.want && may.err != nil {
				t.Errorf("%s may not %s: %v", c.who, name, may.err)
			}
			if !may.want {
				faulty(t, fault.Forbidden, may.err)
			}
		}
	}
}

func TestNoOrderOfNamingGivesOnePersonTwoParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ties := campus.Ties{Learner: "p0"}
		who := rapid.SampledFrom([]people.AccountID{"p0", "p1", "p2", "p3"})
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			p := who.Draw(t, "person")
			switch rapid.IntRange(0, 2).Draw(t, "part") {
			case 0:
				if ties.MayMentor(p) == nil {
					ties.Mentors = append(ties.Mentors, p)
				}
			case 1:
				if ties.MayAssess(p) == nil {
					ties.Assessors = append(ties.Assessors, p)
				}
			case 2:
				if ties.MayJudge(p) == nil {
					ties.Jurors = append(ties.Jurors, p)
				}
			}
			for _, a := range []people.AccountID{"p0", "p1", "p2", "p3"} {
				parts := 0
				for _, list := range [][]people.AccountID{ties.Mentors, ties.Assessors, ties.Jurors, {ties.Learner}} {
					if slices.Contains(list, a) {
						parts++
					}
				}
				if parts > 1 {
					t.Fatalf("%s has %d parts: %+v", a, parts, ties)
				}
			}
		}
	})
}
