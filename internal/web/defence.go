package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

func (s *server) defenceRoutes() []access.Route {
	assess := on(people.Assess, people.KindDefence)
	back := s.backTo("/defences/{id}")
	return slices.Concat(
		[]access.Route{
			readOwn.show("/defences", s.personal(s.defences)),
			assess.show("/defences/{id}", s.personal(s.defence, "done")),
			assess.show("/defences/{id}/files/{submission}/{n}", s.sendFile(s.enrolmentOfDefence)),
		},
		assess.change("/defences/{id}/hold", s.form(s.holdDefence), back),
		assess.change("/defences/{id}/decide", s.form(s.decideDefence), back),
		assess.change("/defences/{id}/lapse", s.form(s.lapseFix), back),
	)
}

// enrolmentOfDefence finds whose files a defence is about: only what is defended, and its fix.
func (s *server) enrolmentOfDefence(ctx context.Context, r *http.Request) (campus.EnrolmentID, error) {
	d, err := s.assessment.Defence(ctx, campus.DefenceID(r.PathValue("id")))
	if err != nil {
		return "", err
	}
	if sub := campus.SubmissionID(r.PathValue("submission")); sub != d.Submission && sub != d.FixedBy {
		return "", fault.New(fault.NotFound, "find", "there is no such %s", fault.Noun("file"))
	}
	return d.Enrolment, nil
}

// defencesView lists an assessor's defences.
type defencesView struct {
	deskView
	Defences []defenceLine
}

type defenceLine struct {
	URL, Label, Name, State string
	At                      moment
}

func (s *server) defences(ctx context.Context, v *visit) (page, error) {
	list, err := s.assessment.DefencesBy(ctx, access.Who(ctx).Account.ID, shownAtMost)
	if err != nil {
		return page{}, err
	}
	view := defencesView{deskView: s.desk(v, "desk.defences")}
	for _, d := range list {
		view.Defences = append(view.Defences, defenceLine{"/defences/" + url.PathEscape(string(d.ID)), d.Label, d.Name, string(d.State), momentOf(v.Locale, d.Start)})
	}
	return page{name: "defences", title: v.T("desk.defences"), data: view}, nil
}

// assessView is a defence as its assessor works on it.
type assessView struct {
	deskView
	Refusal refusal
	defenceView
	Learner  string
	Project  studio.Project
	Handed   []handedView
	Rubric   []rubricView
	Levels   []campus.Level
	Outcomes []campus.Outcome
	ToHold   bool
	ToDecide bool
	OfFix    bool
	Lapsed   bool // the time for the fix is over
}

// rubricView is a competency with the lines of the rubric about it, as filled in so far.
type rubricView struct {
	studio.Competency
	Level  string
	Remark string
	Lines  []lineView
}

type lineView struct {
	studio.RubricLine
	Title string // of the deliverable
	Field string
	Level string
}

func (s *server) defence(ctx context.Context, v *visit) (page, error) {
	return s.defenceWith(ctx, v, refusal{})
}

func (s *server) defenceWith(ctx context.Context, v *visit, wrong refusal) (page, error) {
	d, version, p, err := s.defended(ctx, campus.DefenceID(v.PathValue("id")))
	if err != nil {
		return page{}, err
	}
	view := assessView{
		deskView: s.desk(v, "desk.defences"), Refusal: wrong, defenceView: s.defenceOf(v, version, d), Project: p, Levels: campus.Levels(),
		Outcomes: []campus.Outcome{campus.Validated, campus.Conditional, campus.ToRework},
		ToHold:   d.State == campus.DefencePlanned, OfFix: d.State == campus.DefenceFixed,
		ToDecide: d.State == campus.DefenceHeld || d.State == campus.DefenceFixed,
		Lapsed:   d.State == campus.DefenceConditional && s.now().After(d.FixDue),
	}
	if view.OfFix {
		view.Outcomes = []campus.Outcome{campus.Validated, campus.ToRework}
	}
	if view.Learner, err = s.nameOf(ctx, d.Learner); err != nil {
		return page{}, err
	}
	handed, err := s.assessment.Submissions(ctx, d.Enrolment)
	if err != nil {
		return page{}, err
	}
	for _, sub := range handed {
		if sub.ID == d.Submission || sub.ID == d.FixedBy {
			view.Handed = append(view.Handed, handedOf(v, "/defences/"+url.PathEscape(string(d.ID)), sub))
		}
	}
	view.Rubric = rubricOf(version, p, d.Assessment, wrong)
	return page{name: "defence", title: d.Label, data: view}, nil
}

// defended reads a defence with its version and project.
func (s *server) defended(ctx context.Context, id campus.DefenceID) (d campus.Defence, v studio.Version, p studio.Project, err error) {
	if d, err = s.assessment.Defence(ctx, id); err != nil {
		return d, v, p, err
	}
	e, err := s.assessment.Enrolment(ctx, d.Enrolment)
	if err != nil {
		return d, v, p, err
	}
	if v, err = s.assessment.Version(ctx, e.Version); err != nil {
		return d, v, p, err
	}
	p, err = campus.ProjectOf(v, d.Project)
	return d, v, p, err
}

// The fields of the rubric's form.
func levelField(competency string) string  { return "level-" + competency }
func remarkField(competency string) string { return "remark-" + competency }
func lineField(l studio.RubricLine) string { return "line-" + l.Competency + "-" + l.Deliverable }

// rubricOf lays a project's rubric out by competency, with what was kept, or typed and refused.
func rubricOf(version studio.Version, p studio.Project, kept campus.Assessment, typed refusal) []rubricView {
	was := func(field, kept string) string {
		if typed.On("decide") {
			return typed.Typed.Get(field)
		}
		return kept
	}
	titles := map[string]string{}
	for _, d := range p.Deliverables {
		titles[d.ID] = d.Title
	}
	var out []rubricView
	for _, c := range version.Framework.Competencies() {
		if !slices.Contains(p.Competencies, c.ID) {
			continue
		}
		m := kept.MarkOf(c.ID)
		r := rubricView{Competency: c, Level: was(levelField(c.ID), string(m.Level)), Remark: was(remarkField(c.ID), m.Remark)}
		for _, l := range p.Rubric {
			if l.Competency == c.ID {
				r.Lines = append(r.Lines, lineView{l, titles[l.Deliverable], lineField(l), was(lineField(l), string(kept.LineOf(l)))})
			}
		}
		out = append(out, r)
	}
	return out
}

func (s *server) defenceAnswered(ctx context.Context, v *visit, form, done string, err error) (page, error) {
	to := "/defences/" + url.PathEscape(v.PathValue("id"))
	return answered(v, form, to, done, err, func(r refusal) (page, error) { return s.defenceWith(ctx, v, r) })
}

func (s *server) holdDefence(ctx context.Context, v *visit) (page, error) {
	return s.defenceAnswered(ctx, v, "hold", "defence_held", s.assessment.HoldDefence(ctx, access.Who(ctx).Account.ID, campus.DefenceID(v.PathValue("id"))))
}

func (s *server) lapseFix(ctx context.Context, v *visit) (page, error) {
	return s.defenceAnswered(ctx, v, "lapse", "fix_lapsed", s.assessment.LapseFix(ctx, access.Who(ctx).Actor(), campus.DefenceID(v.PathValue("id"))))
}

// decideDefence keeps the rubric as filled in, and the outcome.
func (s *server) decideDefence(ctx context.Context, v *visit) (page, error) {
	d, _, p, err := s.defended(ctx, campus.DefenceID(v.PathValue("id")))
	if err != nil {
		return page{}, err
	}
	var a campus.Assessment
	for _, c := range p.Competencies {
		a.Competencies = append(a.Competencies, campus.CompetencyMark{
			Competency: c, Level: campus.Level(v.PostForm.Get(levelField(c))), Remark: v.PostForm.Get(remarkField(c)),
		})
	}
	for _, l := range p.Rubric {
		a.Lines = append(a.Lines, campus.LineMark{Competency: l.Competency, Deliverable: l.Deliverable, Level: campus.Level(v.PostForm.Get(lineField(l)))})
	}
	if err = confirmedTick(v); err == nil {
		err = s.assessment.DecideDefence(ctx, access.Who(ctx).Account.ID, d.ID, a, campus.Outcome(v.PostForm.Get("outcome")))
	}
	return s.defenceAnswered(ctx, v, "decide", "defence_decided", err)
}
