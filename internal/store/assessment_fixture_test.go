package store_test

import (
	"strings"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// school is a cohort of one learner and the people around them, on a version of two blocs and two projects.
type school struct {
	house
	v                                    studio.Version
	e                                    campus.Enrolment
	zoe, mentor, assessor, pat, max, eve people.Account
}

func newSchool(t testing.TB, h house) school {
	t.Helper()
	s := school{house: h, v: aVersion(h, "v1", "programme", 1)}
	bloc := func(id string, competencies ...string) studio.Bloc {
		a := studio.Activity{ID: "a" + id, Code: "A", Title: "Activity"}
		for _, c := range competencies {
			a.Competencies = append(a.Competencies, studio.Competency{ID: c, Code: strings.ToUpper(c), Statement: "Do " + c})
		}
		return studio.Bloc{ID: id, Code: strings.ToUpper(id), Title: "Bloc " + id, Activities: []studio.Activity{a}}
	}
	project := func(id string, competencies ...string) studio.Project {
		p := studio.Project{
			ID: id, Code: strings.ToUpper(id), Title: "Project " + id, Hours: 10, Competencies: competencies,
			Deliverables: []studio.Deliverable{{ID: id + "d", Title: "Report", File: "report.pdf"}},
		}
		for _, c := range competencies {
			p.Rubric = append(p.Rubric, studio.RubricLine{Competency: c, Deliverable: id + "d", Expected: "shows " + c})
		}
		return p
	}
	s.v.Framework = studio.Framework{Blocs: []studio.Bloc{bloc("b1", "c1", "c2"), bloc("b2", "c3")}}
	s.v.Projects = []studio.Project{project("p1", "c1", "c2"), project("p2", "c3")}
	ok(t, h.a.KeepVersion(t.Context(), s.v))
	var err error
	s.v, err = h.a.Version(t.Context(), "v1")
	ok(t, err)
	s.e, s.zoe = h.enrolled(t, h.path(t, "v1"), "zoe@example.org")
	for name, a := range map[string]*people.Account{"mentor": &s.mentor, "assessor": &s.assessor, "pat": &s.pat, "max": &s.max, "eve": &s.eve} {
		*a = h.account(t, name+"@example.org")
	}
	return s
}

// filled fills in the rubric of a project, everything at one level.
func filled(p studio.Project, level campus.Level) campus.Assessment {
	var a campus.Assessment
	for _, c := range p.Competencies {
		a.Competencies = append(a.Competencies, campus.CompetencyMark{Competency: c, Level: level, Remark: "seen"})
	}
	for _, l := range p.Rubric {
		a.Lines = append(a.Lines, campus.LineMark{Competency: l.Competency, Deliverable: l.Deliverable, Level: level})
	}
	return a
}

// submit hands in a report for the n-th project.
func (s school) submit(t testing.TB, n int, text string) campus.Submission {
	t.Helper()
	sub, err := s.a.Submit(t.Context(), people.By(s.zoe.ID), s.submission(n, text))
	ok(t, err)
	return sub
}

func (s school) submission(n int, text string) campus.Submission {
	p := s.v.Projects[n]
	return campus.Submission{Enrolment: s.e.ID, Project: p.ID, Files: []campus.SubmittedFile{
		{Deliverable: p.Deliverables[0].ID, Name: "report.pdf", Media: "application/pdf", Content: []byte(text)},
	}}
}

// planned plans a defence for tomorrow, and lets tomorrow come.
func (s school) planned(t testing.TB, n int) campus.Defence {
	t.Helper()
	d, err := s.a.PlanDefence(t.Context(), people.ByCLI, s.e.ID, s.v.Projects[n].ID, s.assessor.ID, s.time.Now().Add(24*time.Hour))
	ok(t, err)
	s.time.pass(24 * time.Hour)
	return d
}

// defended has the n-th project handed in, defended and decided.
func (s school) defended(t testing.TB, n int, level campus.Level, o campus.Outcome) campus.Defence {
	t.Helper()
	s.submit(t, n, "the report of "+s.v.Projects[n].ID)
	d := s.planned(t, n)
	ok(t, s.a.HoldDefence(t.Context(), s.assessor.ID, d.ID))
	ok(t, s.b.DecideDefence(t.Context(), s.assessor.ID, d.ID, filled(s.v.Projects[n], level), o))
	d, err := s.a.Defence(t.Context(), d.ID)
	ok(t, err)
	return d
}

// ready has every project validated.
func (s school) ready(t testing.TB) {
	t.Helper()
	for n := range s.v.Projects {
		s.defended(t, n, campus.Acquired, campus.Validated)
	}
}

// asked is a jury of pat, max and eve for the learner, tomorrow.
func (s school) asked() campus.Jury {
	return campus.Jury{
		Start: s.time.Now().Add(24 * time.Hour), Place: "Lyon",
		Members:    []campus.Member{{Account: s.pat.ID, President: true}, {Account: s.max.ID}, {Account: s.eve.ID}},
		Candidates: []campus.Candidate{{Enrolment: s.e.ID}},
	}
}

// sitting has a jury convened and opened with two of its three members.
func (s school) sitting(t testing.TB) campus.Jury {
	t.Helper()
	j, err := s.a.Convene(t.Context(), people.ByCLI, s.asked())
	ok(t, err)
	s.time.pass(24 * time.Hour)
	ok(t, s.b.OpenJury(t.Context(), s.pat.ID, j.ID, []people.AccountID{s.pat.ID, s.max.ID}))
	return j
}

// closed has the jury decide, every bloc acquired or the second one not, and close.
func (s school) closed(t testing.TB, all bool) campus.Jury {
	t.Helper()
	j := s.sitting(t)
	blocs := []campus.BlocDecision{{Bloc: "b1", Acquired: true}, {Bloc: "b2", Acquired: all, Reason: "not convinced"}}
	ok(t, s.a.Deliberate(t.Context(), s.max.ID, j.ID, s.e.ID, blocs))
	ok(t, s.a.CloseJury(t.Context(), s.pat.ID, j.ID))
	j, err := s.b.Jury(t.Context(), j.ID)
	ok(t, err)
	return j
}
