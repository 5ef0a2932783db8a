package web

import (
	"context"
	"net/http"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// enrolmentLine is an enrolment in its learner's list.
type enrolmentLine struct {
	campus.Enrolment
	Title string
	Since string
}

// learningListView is what a person learns.
type learningListView struct {
	deskView
	Enrolments []enrolmentLine
	Paths      []campus.Path // open ones, when there is no enrolment
}

// offered is how many open paths are shown to who is on none.
const offered = 20

func (s *server) learning(ctx context.Context, v *visit) (page, error) {
	view := learningListView{deskView: s.desk(v, "desk.learning")}
	list, err := s.campus.EnrolmentsOf(ctx, access.Who(ctx).Account.ID)
	if err != nil {
		return page{}, err
	}
	for _, e := range list {
		p, err := s.campus.Path(ctx, e.Path)
		if err != nil {
			return page{}, err
		}
		view.Enrolments = append(view.Enrolments, enrolmentLine{e, p.Title, v.Date(e.EnrolledAt)})
	}
	if len(list) == 0 {
		paths, err := s.campus.Paths(ctx, "", "", offered)
		if err != nil {
			return page{}, err
		}
		for _, p := range paths {
			if p.Open {
				view.Paths = append(view.Paths, p)
			}
		}
	}
	return page{name: "learning", title: v.T("learning.title"), data: view}, nil
}

// enrolmentView is an enrolment for its learner, its mentor and designers.
type enrolmentView struct {
	deskView
	Enrolment campus.Enrolment
	Path      campus.Path
	Version   studio.Version
	Learner   string // name, "" once erased
	Since     string
	Mine      bool // the reader is the learner
	Mentors   bool // … their mentor
	Conducts  bool // … somebody who conducts the campus
	MayLearn  bool
	MayStop   bool
	Courses   []courseProgress
	Steps     learningView // of assessment; shown by part "learning-projects"
	Wrong     map[string]string
}

// courseProgress is a course of a path and how far its learner is.
type courseProgress struct {
	campus.Course
	campus.Progress
	Parts []partProgress
}

// partProgress is a part that has a quiz, and what was reached in it.
type partProgress struct {
	campus.Part
	Result campus.QuizResult // Attempts 0: not answered
	Last   string            // day of the last answer
}

func (s *server) enrolment(ctx context.Context, v *visit) (page, error) {
	return s.enrolmentPage(ctx, v, map[string]string{})
}

func pathEnrolment(v *visit) campus.EnrolmentID { return campus.EnrolmentID(v.PathValue("id")) }

func (s *server) enrolmentPage(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	e, err := s.campus.Enrolment(ctx, pathEnrolment(v))
	if err != nil {
		return page{}, err
	}
	who := access.Who(ctx)
	view := enrolmentView{
		Enrolment: e, Since: v.Date(e.EnrolledAt), Mine: e.Learner == who.Account.ID, Wrong: wrong,
		MayLearn: e.MayLearn() == nil && who.May(people.Learn, e.Ref()),
	}
	view.MayStop = view.MayLearn && view.Mine
	view.Mentors = !view.Mine && who.May(people.Accompany, e.Ref())
	view.Conducts = !view.Mine && !view.Mentors && who.May(people.Conduct, anyPath(""))
	current := "desk.learning"
	switch {
	case view.Mentors:
		current = "desk.mentoring"
	case view.Conducts:
		current = "desk.campus"
	}
	view.deskView = s.desk(v, current)
	if view.Path, err = s.campus.Path(ctx, e.Path); err != nil {
		return page{}, err
	}
	if view.Version, err = s.campus.Version(ctx, e.Version); err != nil {
		return page{}, err
	}
	if view.Learner, err = s.nameOf(ctx, e.Learner); err != nil {
		return page{}, err
	}
	if view.Courses, err = s.coursesProgress(ctx, v, e); err != nil {
		return page{}, err
	}
	if view.Steps, err = s.learningProjects(ctx, v, e, view.Version, view.Mine); err != nil {
		return page{}, err
	}
	p := page{name: "enrolment", title: view.Path.Title, data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// coursesProgress tells how far a learner is in the courses of their path.
func (s *server) coursesProgress(ctx context.Context, v *visit, e campus.Enrolment) ([]courseProgress, error) {
	courses, err := s.campus.CoursesOf(ctx, e.Path)
	if err != nil {
		return nil, err
	}
	var out []courseProgress
	for _, c := range courses {
		p, err := s.campus.Progress(ctx, e.Learner, c)
		if err != nil {
			return nil, err
		}
		line := courseProgress{Course: c, Progress: p}
		for _, part := range c.Parts {
			if part.Quiz != nil {
				one := partProgress{Part: part}
				if r, ok := p.Result(part.Slug); ok {
					one.Result, one.Last = r, v.Date(r.LastAt)
				}
				line.Parts = append(line.Parts, one)
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// withdraw ends an enrolment, once its learner has ticked that they mean it.
func (s *server) withdraw(ctx context.Context, v *visit) (page, error) {
	if v.PostForm.Get("confirm") == "" {
		return s.enrolmentPage(ctx, v, map[string]string{"confirm": v.T("learning.withdraw.wrong")})
	}
	id := pathEnrolment(v)
	return page{moved: learningAddress(id) + "?done=withdrawn"}, s.campus.Withdraw(ctx, access.Who(ctx).Actor(), id)
}
