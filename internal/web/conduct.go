package web

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/people"
)

// assessmentPath is the designers' page of mentors, defences and juries.
const assessmentPath = "/campus/assessment"

func (s *server) conductRoutes() []access.Route {
	conduct := func(kind people.Kind) kindOfRoute {
		return kindOfRoute{action: people.Conduct, object: access.AnyObject(kind)}
	}
	one := on(people.Conduct, people.KindJury)
	back := s.backTo(assessmentPath)
	return slices.Concat(
		[]access.Route{
			conduct(people.KindEnrolment).show(assessmentPath, s.personal(s.conduct, "done", "after")),
			one.show("/campus/juries/{id}", s.personal(s.conductedJury, "done")),
		},
		on(people.Conduct, people.KindEnrolment).change("/campus/enrolments/{id}/mentor", s.form(s.nameMentor), back),
		on(people.Conduct, people.KindEnrolment).change("/campus/enrolments/{id}/defence/{project}", s.form(s.planDefence), back),
		on(people.Conduct, people.KindDefence).change("/campus/defences/{id}/call-off", s.form(s.callOff), back),
		conduct(people.KindJury).change("/campus/juries", s.form(s.convene), back),
		one.change("/campus/juries/{id}/cancel", s.form(s.cancelJury), back),
	)
}

// waitingAtMost bounds each list of the designers' page: most lines have a form of their own.
const waitingAtMost = 20

// conductView is what waits for a designer on the campus.
type conductView struct {
	deskView
	Refusal    refusal
	Unmentored []waitingView
	Waiting    []waitingView
	Planned    []plannedView
	Ready      []waitingView
	Juries     []juryLine
	Next       string
}

// waitingView is a learner who waits for something.
type waitingView struct {
	ID        campus.EnrolmentID
	Project   string
	Name, URL string
	Label     string
	Since     moment
	Form      string // names the form about it
	Act       string // its address
	Picked    bool
}

type plannedView struct {
	Label, Name, State, Assessor, Form, Act string
	At                                      moment
}

func (s *server) conduct(ctx context.Context, v *visit) (page, error) {
	return s.conductWith(ctx, v, refusal{})
}

func (s *server) conductWith(ctx context.Context, v *visit, wrong refusal) (page, error) {
	view := conductView{deskView: s.desk(v, "desk.conduct"), Refusal: wrong}
	after := campus.EnrolmentID(v.Query.Get("after"))
	unmentored, err := s.assessment.Unmentored(ctx, after, waitingAtMost)
	if err != nil {
		return page{}, err
	}
	for _, l := range unmentored {
		id := string(l.ID)
		view.Unmentored = append(view.Unmentored, waitingView{
			ID: l.ID, Name: l.Name, URL: projectsAddress(l.ID), Since: momentOf(v.Locale, l.EnrolledAt), Form: "mentor-" + id,
			Act: "/campus/enrolments/" + url.PathEscape(id) + "/mentor",
		})
	}
	if len(unmentored) == waitingAtMost {
		view.Next = v.with("after", string(unmentored[len(unmentored)-1].ID))
	}
	if err := s.defencesToPlan(ctx, v, &view); err != nil {
		return page{}, err
	}
	ready, err := s.assessment.ReadyForJury(ctx, campus.MaxCandidates)
	if err != nil {
		return page{}, err
	}
	for _, l := range ready {
		view.Ready = append(view.Ready, waitingView{
			ID: l.ID, Name: l.Name, URL: projectsAddress(l.ID), Picked: !wrong.On("convene") || slices.Contains(wrong.Typed["candidate"], string(l.ID)),
		})
	}
	juries, err := s.assessment.Juries(ctx, waitingAtMost)
	if err != nil {
		return page{}, err
	}
	view.Juries, err = s.juryLines(ctx, v, "/campus/juries/", juries)
	return page{name: "conduct", title: v.T("assess.conduct.title"), data: view}, err
}

// defencesToPlan lists what waits for a defence, and the defences that are planned.
func (s *server) defencesToPlan(ctx context.Context, v *visit, view *conductView) error {
	waiting, err := s.assessment.WaitingForDefence(ctx, waitingAtMost)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		id, project := string(w.Enrolment), w.Project
		view.Waiting = append(view.Waiting, waitingView{
			ID: w.Enrolment, Project: project, Name: w.Name, Label: w.Label, URL: projectsAddress(w.Enrolment), Since: momentOf(v.Locale, w.ChangedAt),
			Form: "plan-" + id + "-" + project, Act: "/campus/enrolments/" + url.PathEscape(id) + "/defence/" + url.PathEscape(project),
		})
	}
	planned, err := s.assessment.PlannedDefences(ctx, waitingAtMost)
	if err != nil {
		return err
	}
	for _, d := range planned {
		view.Planned = append(view.Planned, plannedView{
			Label: d.Label, Name: d.Name, State: string(d.State), Assessor: d.AssessorName, At: momentOf(v.Locale, d.Start), Form: "off-" + string(d.ID),
			Act: "/campus/defences/" + url.PathEscape(string(d.ID)) + "/call-off",
		})
	}
	return nil
}

func (s *server) conducted(ctx context.Context, v *visit, form, done string, err error) (page, error) {
	return answered(v, form, assessmentPath, done, err, func(r refusal) (page, error) { return s.conductWith(ctx, v, r) })
}

func (s *server) nameMentor(ctx context.Context, v *visit) (page, error) {
	mentor, err := s.typedAccount(ctx, v.PostForm.Get("email"))
	if err == nil {
		err = s.assessment.NameMentor(ctx, access.Who(ctx).Actor(), enrolmentAsked(v), mentor)
	}
	return s.conducted(ctx, v, "mentor-"+v.PathValue("id"), "mentor_named", err)
}

func (s *server) planDefence(ctx context.Context, v *visit) (page, error) {
	start, err := typedTime(v, "start")
	var assessor people.AccountID
	if err == nil {
		assessor, err = s.typedAccount(ctx, v.PostForm.Get("email"))
	}
	if err == nil {
		_, err = s.assessment.PlanDefence(ctx, access.Who(ctx).Actor(), enrolmentAsked(v), v.PathValue("project"), assessor, start)
	}
	return s.conducted(ctx, v, "plan-"+v.PathValue("id")+"-"+v.PathValue("project"), "defence_planned", err)
}

func (s *server) callOff(ctx context.Context, v *visit) (page, error) {
	err := s.assessment.CallOffDefence(ctx, access.Who(ctx).Actor(), campus.DefenceID(v.PathValue("id")))
	return s.conducted(ctx, v, "off-"+v.PathValue("id"), "defence_off", err)
}

// convene calls a jury together.
func (s *server) convene(ctx context.Context, v *visit) (page, error) {
	j := campus.Jury{Place: v.PostForm.Get("place")}
	var err error
	j.Start, err = typedTime(v, "start")
	members := append([]string{v.PostForm.Get("president")}, strings.FieldsFunc(v.PostForm.Get("members"), func(r rune) bool {
		return r == '\n' || r == '\r' || r == ',' || r == ';' || r == ' '
	})...)
	for i, address := range members {
		if err == nil {
			var id people.AccountID
			id, err = s.typedAccount(ctx, address)
			j.Members = append(j.Members, campus.Member{Account: id, President: i == 0})
		}
	}
	for _, c := range v.PostForm["candidate"] {
		j.Candidates = append(j.Candidates, campus.Candidate{Enrolment: campus.EnrolmentID(c)})
	}
	if err == nil {
		_, err = s.assessment.Convene(ctx, access.Who(ctx).Actor(), j)
	}
	return s.conducted(ctx, v, "convene", "jury_convened", err)
}

// conductedJury shows a session to those who convene: without the files of the candidates.
func (s *server) conductedJury(ctx context.Context, v *visit) (page, error) {
	view, err := s.juryOf(ctx, v, refusal{})
	view.deskView = s.desk(v, "desk.conduct")
	return page{name: "campus_jury", title: v.T("assess.jury.title", "title", view.Title), data: view}, err
}

func (s *server) cancelJury(ctx context.Context, v *visit) (page, error) {
	err := confirmedTick(v)
	if err == nil {
		err = s.assessment.CancelJury(ctx, access.Who(ctx).Actor(), pathJury(v))
	}
	return s.conducted(ctx, v, "cancel", "jury_cancelled", err)
}
