package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

func (s *server) projectRoutes() []access.Route {
	read, learn, accompany := on(people.ReadEnrolments, people.KindEnrolment), on(people.Learn, people.KindEnrolment), on(people.Accompany, people.KindEnrolment)
	back := s.backTo("/learning/{id}/projects")
	submit := learn.change("/learning/{id}/projects/{project}", s.withFiles(s.submitProject), back)
	submit[0].Body = maxUpload
	return slices.Concat(
		[]access.Route{
			read.show("/learning/{id}/projects", s.personal(s.projectsPage, "done")),
			read.show("/learning/{id}/files/{submission}/{n}", s.sendFile(func(_ context.Context, r *http.Request) (campus.EnrolmentID, error) {
				return campus.EnrolmentID(r.PathValue("id")), nil
			})),
			readOwn.show("/mentoring", s.personal(s.mentoring, "before")),
		},
		submit,
		learn.change("/learning/{id}/sessions", s.form(s.bookSession), back),
		learn.change("/learning/{id}/sessions/{session}/cancel", s.form(s.cancelSession), back),
		accompany.change("/mentoring/{id}/sessions", s.form(s.bookSession), back),
		accompany.change("/mentoring/{id}/sessions/{session}/cancel", s.form(s.cancelSession), back),
		accompany.change("/mentoring/{id}/sessions/{session}/hold", s.form(s.holdSession), back),
		accompany.change("/mentoring/{id}/sessions/{session}/miss", s.form(s.missSession), back),
	)
}

// projectsView is a learner's file: their mentor and sessions, and where they stand with each project.
type projectsView struct {
	deskView
	Refusal   refusal
	Title     string
	Learner   string
	Own       bool   // the reader is the learner
	May       bool   // … and may book and hand in
	Mentor    string // the mentor's name, "" for none
	Accompany bool   // the reader is the mentor
	Self      string // what the reader's own forms about sessions begin with
	ID        campus.EnrolmentID
	Sessions  []meetingView
	Projects  []projectView
	Decisions []decisionView
	MaxFile   string
	MaxAll    string
}

type meetingView struct {
	ID           campus.SessionID
	At           moment
	Minutes      int
	State, Notes string
	Booked, Past bool
}

type projectView struct {
	studio.Project
	State     campus.WorkState
	MaySubmit bool
	Fix       bool
	Why       string // why it cannot be handed in
	Handed    []handedView
	Defences  []defenceView
}

type handedView struct {
	Number  int
	At      moment
	Comment string
	Fix     bool
	Files   []submittedView
}

// defenceView is a defence as people read it.
type defenceView struct {
	campus.Defence
	At, Decided, FixBy, CheckBy moment
	Marks                       []markView
}

// markView is a competency and how far it was shown.
type markView struct {
	studio.Competency
	campus.CompetencyMark
}

// decisionView is what a jury decided, bloc by bloc.
type decisionView struct {
	ID       campus.DecisionID
	At       moment
	Complete bool
	Blocs    []blocView
}

type blocView struct {
	studio.Bloc
	campus.BlocDecision
}

func enrolmentAsked(v *visit) campus.EnrolmentID { return campus.EnrolmentID(v.PathValue("id")) }

func projectsAddress(id campus.EnrolmentID) string {
	return "/learning/" + url.PathEscape(string(id)) + "/projects"
}

func (s *server) projectsPage(ctx context.Context, v *visit) (page, error) {
	return s.projectsWith(ctx, v, refusal{})
}

func (s *server) projectsWith(ctx context.Context, v *visit, wrong refusal) (page, error) {
	e, err := s.assessment.Enrolment(ctx, enrolmentAsked(v))
	if err != nil {
		return page{}, err
	}
	version, err := s.assessment.Version(ctx, e.Version)
	if err != nil {
		return page{}, err
	}
	who := access.Who(ctx)
	view := projectsView{
		deskView: s.desk(v, ""), Refusal: wrong, Title: version.Title, ID: e.ID, Own: who.Account.ID == e.Learner,
		May:       who.May(people.Learn, e.Ref()) && e.State == campus.Enrolled,
		Accompany: who.May(people.Accompany, e.Ref()) && e.State == campus.Enrolled,
		MaxFile:   sizeText(v.Locale, campus.MaxFile), MaxAll: sizeText(v.Locale, campus.MaxSubmission),
	}
	view.Self = "/learning/" + url.PathEscape(string(e.ID))
	if !view.May {
		view.Self = "/mentoring/" + url.PathEscape(string(e.ID))
	}
	if view.Learner, err = s.nameOf(ctx, e.Learner); err != nil {
		return page{}, err
	}
	mentor, err := s.assessment.MentorOf(ctx, e.ID)
	if err != nil {
		return page{}, err
	}
	if view.Mentor, err = s.nameOf(ctx, mentor); err != nil {
		return page{}, err
	}
	if view.Sessions, err = s.sessionViews(ctx, v, e.ID); err != nil {
		return page{}, err
	}
	if view.Projects, err = s.projectViews(ctx, v, e, version); err != nil {
		return page{}, err
	}
	decisions, err := s.assessment.DecisionsOf(ctx, e.ID)
	if err != nil {
		return page{}, err
	}
	for _, d := range decisions {
		view.Decisions = append(view.Decisions, decisionOf(v, version, d))
	}
	return page{name: "learning_projects", title: v.T("assess.projects.title", "title", version.Title), data: view}, nil
}

func decisionOf(v *visit, version studio.Version, d campus.Decision) decisionView {
	view := decisionView{ID: d.ID, At: momentOf(v.Locale, d.SignedAt), Complete: d.Complete()}
	for _, b := range version.Framework.Blocs {
		for _, decided := range d.Blocs {
			if decided.Bloc == b.ID {
				view.Blocs = append(view.Blocs, blocView{b, decided})
			}
		}
	}
	return view
}

// nameOf is a person's name, "" for nobody and for somebody erased.
func (s *server) nameOf(ctx context.Context, id people.AccountID) (string, error) {
	if id == "" {
		return "", nil
	}
	return s.people.PersonName(ctx, id)
}

func (s *server) sessionViews(ctx context.Context, v *visit, id campus.EnrolmentID) ([]meetingView, error) {
	list, err := s.assessment.MentorSessions(ctx, id, shownAtMost)
	var out []meetingView
	for _, m := range list {
		out = append(out, meetingView{
			ID: m.ID, At: momentOf(v.Locale, m.Start), Minutes: int(m.Length / time.Minute), State: string(m.State), Notes: m.Notes,
			Booked: m.State == campus.SessionBooked, Past: m.Start.Before(s.now()),
		})
	}
	return out, err
}

func (s *server) projectViews(ctx context.Context, v *visit, e campus.Enrolment, version studio.Version) ([]projectView, error) {
	works, err := s.assessment.Works(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	handed, err := s.assessment.Submissions(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	defences, err := s.assessment.DefencesOf(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	var out []projectView
	for _, p := range version.Projects {
		view := projectView{Project: p, State: campus.WorkMachine().Initial}
		for _, w := range works {
			if w.Project == p.ID {
				view.State = w.State
			}
		}
		err := campus.MaySubmit(version, p.ID, works)
		view.Fix = view.State == campus.WorkConditional
		view.MaySubmit = err == nil || view.Fix
		if r, _, ok := refused(v, "", err); err != nil && ok && view.State == campus.WorkOpen {
			view.Why = r.Why
		}
		for _, sub := range handed {
			if sub.Project == p.ID {
				view.Handed = append(view.Handed, handedOf(v, "/learning/"+url.PathEscape(string(e.ID)), sub))
			}
		}
		for _, d := range defences {
			if d.Project == p.ID {
				view.Defences = append(view.Defences, s.defenceOf(v, version, d))
			}
		}
		out = append(out, view)
	}
	return out, nil
}

func handedOf(v *visit, under string, sub campus.Submission) handedView {
	return handedView{
		Number: sub.Number, At: momentOf(v.Locale, sub.At), Comment: sub.Comment, Fix: sub.Kind == campus.Fix,
		Files: submittedFiles(v.Locale, under, sub),
	}
}

func (s *server) defenceOf(v *visit, version studio.Version, d campus.Defence) defenceView {
	view := defenceView{
		Defence: d, At: momentOf(v.Locale, d.Start), Decided: momentOf(v.Locale, d.DecidedAt), FixBy: momentOf(v.Locale, d.FixDue), CheckBy: momentOf(v.Locale, d.CheckDue),
	}
	for _, c := range version.Framework.Competencies() {
		if m := d.Assessment.MarkOf(c.ID); m.Competency != "" {
			view.Marks = append(view.Marks, markView{c, m})
		}
	}
	return view
}

// projectsAnswered leads back to the learner's file.
func (s *server) projectsAnswered(ctx context.Context, v *visit, form, done string, err error) (page, error) {
	return answered(v, form, projectsAddress(enrolmentAsked(v)), done, err, func(r refusal) (page, error) { return s.projectsWith(ctx, v, r) })
}

func (s *server) bookSession(ctx context.Context, v *visit) (page, error) {
	start, err := typedTime(v, "start")
	if err == nil {
		_, err = s.assessment.BookSession(ctx, access.Who(ctx).Actor(), enrolmentAsked(v), start, 0)
	}
	return s.projectsAnswered(ctx, v, "book", "session_booked", err)
}

func pathSession(v *visit) campus.SessionID { return campus.SessionID(v.PathValue("session")) }

func (s *server) cancelSession(ctx context.Context, v *visit) (page, error) {
	err := s.assessment.CancelSession(ctx, access.Who(ctx).Actor(), enrolmentAsked(v), pathSession(v), v.PostForm.Get("reason"))
	return s.projectsAnswered(ctx, v, "session-"+v.PathValue("session"), "session_cancelled", err)
}

func (s *server) holdSession(ctx context.Context, v *visit) (page, error) {
	err := s.assessment.HoldSession(ctx, access.Who(ctx).Actor(), enrolmentAsked(v), pathSession(v), v.PostForm.Get("notes"))
	return s.projectsAnswered(ctx, v, "session-"+v.PathValue("session"), "session_held", err)
}

func (s *server) missSession(ctx context.Context, v *visit) (page, error) {
	err := s.assessment.MissSession(ctx, access.Who(ctx).Actor(), enrolmentAsked(v), pathSession(v))
	return s.projectsAnswered(ctx, v, "session-"+v.PathValue("session"), "session_missed", err)
}

// uploaded serves a form with files.
type uploaded func(ctx context.Context, v *visit, u access.Upload, wrong error) (page, error)

// withFiles reads a form with files, and hands on what came or why it could not be read.
func (s *server) withFiles(h uploaded) http.Handler {
	return s.personal(func(ctx context.Context, v *visit) (page, error) {
		u, err := s.uploads.Read(v.Request, campus.MaxFiles, campus.MaxFile)
		if v.PostForm = u.Values; v.PostForm == nil {
			v.PostForm = url.Values{}
		}
		return h(ctx, v, u, err)
	})
}

// annexField is the form's field of files that are no deliverable.
const annexField = "annex"

// submitProject hands in a project, or the fix that was asked for.
func (s *server) submitProject(ctx context.Context, v *visit, u access.Upload, wrong error) (page, error) {
	project := v.PathValue("project")
	if wrong == nil {
		sub := campus.Submission{Enrolment: enrolmentAsked(v), Project: project, Comment: u.Values.Get("comment")}
		for _, f := range u.Files {
			file := campus.SubmittedFile{Deliverable: strings.TrimPrefix(f.Field, "file-"), Name: f.Name, Media: f.Media, Content: f.Content}
			if f.Field == annexField {
				file.Deliverable = ""
			}
			sub.Files = append(sub.Files, file)
		}
		_, wrong = s.assessment.Submit(ctx, access.Who(ctx).Actor(), sub)
	}
	return s.projectsAnswered(ctx, v, "project-"+project, "handed_in", wrong)
}

// mentoringView is a mentor's page: their learners and what is booked.
type mentoringView struct {
	deskView
	Learners []menteeView
	Sessions []bookedView
	Next     string
}

type menteeView struct{ Name, URL, State string }

type bookedView struct {
	At        moment
	Name, URL string
	Past      bool
}

func (s *server) mentoring(ctx context.Context, v *visit) (page, error) {
	me := access.Who(ctx).Account.ID
	learners, err := s.assessment.Mentees(ctx, me, campus.EnrolmentID(v.Query.Get("before")), shownAtMost)
	if err != nil {
		return page{}, err
	}
	sessions, err := s.assessment.BookedSessions(ctx, me, shownAtMost)
	if err != nil {
		return page{}, err
	}
	view := mentoringView{deskView: s.desk(v, "desk.mentoring")}
	for _, l := range learners {
		view.Learners = append(view.Learners, menteeView{l.Name, projectsAddress(l.ID), string(l.State)})
	}
	if len(learners) == shownAtMost {
		view.Next = v.with("before", string(learners[len(learners)-1].ID))
	}
	for _, m := range sessions {
		name, err := s.nameOf(ctx, m.Learner)
		if err != nil {
			return page{}, err
		}
		view.Sessions = append(view.Sessions, bookedView{momentOf(v.Locale, m.Start), name, projectsAddress(m.Enrolment), m.Start.Before(s.now())})
	}
	return page{name: "mentoring", title: v.T("desk.mentoring"), data: view}, nil
}
