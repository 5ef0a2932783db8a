package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// Assessment is what the pages of mentoring, projects, defences and juries ask of the store. The errors are
// those the store documents.
type Assessment interface {
	Enrolment(ctx context.Context, id campus.EnrolmentID) (campus.Enrolment, error)
	Version(ctx context.Context, id studio.VersionID) (studio.Version, error)

	NameMentor(ctx context.Context, by people.Actor, id campus.EnrolmentID, mentor people.AccountID) error
	MentorOf(ctx context.Context, id campus.EnrolmentID) (people.AccountID, error)
	Mentees(ctx context.Context, mentor people.AccountID, before campus.EnrolmentID, limit int) ([]campus.Learner, error)
	Unmentored(ctx context.Context, after campus.EnrolmentID, limit int) ([]campus.Learner, error)

	BookSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, start time.Time, length time.Duration) (campus.MentorSession, error)
	HoldSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID, notes string) error
	MissSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID) error
	CancelSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID, reason string) error
	MentorSessions(ctx context.Context, id campus.EnrolmentID, limit int) ([]campus.MentorSession, error)
	BookedSessions(ctx context.Context, mentor people.AccountID, limit int) ([]campus.MentorSession, error)

	Works(ctx context.Context, id campus.EnrolmentID) ([]campus.Work, error)
	WaitingForDefence(ctx context.Context, limit int) ([]campus.WaitingWork, error)
	Submit(ctx context.Context, by people.Actor, sub campus.Submission) (campus.Submission, error)
	Submissions(ctx context.Context, id campus.EnrolmentID) ([]campus.Submission, error)
	SubmittedFile(ctx context.Context, e campus.EnrolmentID, id campus.SubmissionID, n int) (campus.SubmittedFile, error)

	PlanDefence(ctx context.Context, by people.Actor, id campus.EnrolmentID, project string, assessor people.AccountID, start time.Time) (campus.Defence, error)
	HoldDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID) error
	CallOffDefence(ctx context.Context, by people.Actor, id campus.DefenceID) error
	DecideDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID, a campus.Assessment, o campus.Outcome) error
	LapseFix(ctx context.Context, by people.Actor, id campus.DefenceID) error
	Defence(ctx context.Context, id campus.DefenceID) (campus.Defence, error)
	DefencesOf(ctx context.Context, id campus.EnrolmentID) ([]campus.Defence, error)
	DefencesBy(ctx context.Context, assessor people.AccountID, limit int) ([]campus.NamedDefence, error)
	PlannedDefences(ctx context.Context, limit int) ([]campus.NamedDefence, error)

	Convene(ctx context.Context, by people.Actor, j campus.Jury) (campus.Jury, error)
	OpenJury(ctx context.Context, by people.AccountID, id campus.JuryID, present []people.AccountID) error
	Deliberate(ctx context.Context, by people.AccountID, id campus.JuryID, e campus.EnrolmentID, blocs []campus.BlocDecision) error
	CloseJury(ctx context.Context, by people.AccountID, id campus.JuryID) error
	ReopenJury(ctx context.Context, by people.AccountID, id campus.JuryID) error
	CancelJury(ctx context.Context, by people.Actor, id campus.JuryID) error
	SignMinutes(ctx context.Context, by people.AccountID, id campus.JuryID, hash string) error
	Jury(ctx context.Context, id campus.JuryID) (campus.Jury, error)
	Juries(ctx context.Context, limit int) ([]campus.Jury, error)
	JuriesOf(ctx context.Context, member people.AccountID, limit int) ([]campus.Jury, error)
	ReadyForJury(ctx context.Context, limit int) ([]campus.Learner, error)
	DecisionsOf(ctx context.Context, id campus.EnrolmentID) ([]campus.Decision, error)
}

// shownAtMost bounds each list of these pages: what is beyond comes when the first are dealt with.
const shownAtMost = 50

// uploadsAtOnce is how many submissions are held in memory at the same time.
const uploadsAtOnce = 3

// maxUpload bounds the body of a submission: its files, and the text and boundaries around them.
const maxUpload = campus.MaxSubmission + 1<<20

// assessmentRoutes are the pages of mentoring, projects, defences and juries.
func (s *server) assessmentRoutes() []access.Route {
	if s.people == nil || s.assessment == nil {
		return nil
	}
	return slices.Concat(s.projectRoutes(), s.defenceRoutes(), s.juryRoutes(), s.conductRoutes())
}

// on is the kind of routes about one object, named by the address.
func on(action people.Action, kind people.Kind) kindOfRoute {
	return kindOfRoute{action: action, object: access.PathObject(kind, "id")}
}

// refusal is a form that was not taken: which one, why, and what was typed.
type refusal struct {
	At    string // names the form
	Why   string
	Hint  string
	Typed url.Values
}

// On reports whether a form was refused.
func (r refusal) On(form string) bool { return r.Why != "" && r.At == form }

// Was is what was typed in a field of a form that was refused.
func (r refusal) Was(form, field string) string {
	if !r.On(form) {
		return ""
	}
	return r.Typed.Get(field)
}

// Picked reports whether a box was ticked in a form that was refused.
func (r refusal) Picked(form, field, value string) bool {
	return r.On(form) && slices.Contains(r.Typed[field], value)
}

// refused tells why a form was not taken, in the reader's language; ok is false for what is no fault of
// the person's.
func refused(v *visit, form string, err error) (refusal, int, bool) {
	f, is := asFault(err)
	if !is || (f.Code != fault.Invalid && f.Code != fault.Conflict && f.Code != fault.Forbidden) {
		return refusal{}, 0, false
	}
	plain := *f
	plain.Op, plain.Column, plain.Err = "", "", nil
	status := statusOf[f.Code]
	if f.Code == fault.Invalid {
		status = http.StatusUnprocessableEntity
	}
	return refusal{At: form, Why: asSentence(fault.Text(&plain, v.Phrase)), Hint: asSentence(fault.Hint(&plain, v.Phrase)), Typed: v.PostForm}, status, true
}

// answered leads back to a page after a form; when it was refused, shows that page with the reason beside the
// form.
func answered(v *visit, form, to, done string, err error, again func(refusal) (page, error)) (page, error) {
	if err == nil {
		return page{moved: to + "?done=" + done}, nil
	}
	r, status, ok := refused(v, form, err)
	if !ok {
		return page{}, err
	}
	p, err := again(r)
	p.status = status
	return p, err
}

// errTime is a time nobody can read.
func errTime() error {
	f := fault.New(fault.Invalid, "read form", "this is no date and time")
	f.Hint = "write it as 2026-03-31T14:00"
	return f
}

// timeLayout is what browsers send for a date and time. Pages say that it is UTC.
const timeLayout = "2006-01-02T15:04"

// typedTime reads a date and time from a form.
func typedTime(v *visit, field string) (time.Time, error) {
	t, err := time.ParseInLocation(timeLayout, strings.TrimSpace(v.PostForm.Get(field)), time.UTC)
	if err != nil {
		return t, errTime()
	}
	return t, nil
}

// typedAccount finds the account whose address was typed.
func (s *server) typedAccount(ctx context.Context, address string) (people.AccountID, error) {
	a, err := s.people.AccountByEmail(ctx, strings.TrimSpace(address))
	if fault.CodeOf(err) == fault.NotFound && err != nil {
		f := fault.New(fault.Invalid, "read form", "nobody here has the address %s", strings.TrimSpace(address))
		f.Hint = "invite them first"
		return "", f
	}
	return a.ID, err
}

// confirmedTick refuses what cannot be undone while its box is not ticked.
func confirmedTick(v *visit) error {
	if v.PostForm.Get("sure") == "" {
		return fault.New(fault.Invalid, "read form", "tick the box first: this cannot be undone")
	}
	return nil
}

// submittedView is a file somebody may save.
type submittedView struct {
	Name, URL, Size string
}

// submittedFiles lists the files of a submission under an address.
func submittedFiles(l *locale.Locale, under string, sub campus.Submission) []submittedView {
	out := make([]submittedView, len(sub.Files))
	for i, f := range sub.Files {
		out[i] = submittedView{f.Name, under + "/files/" + url.PathEscape(string(sub.ID)) + "/" + strconv.Itoa(i+1), sizeText(l, f.Size)}
	}
	return out
}

func sizeText(l *locale.Locale, n int64) string {
	const kilo = 1000
	if n < kilo*kilo {
		return l.T("assess.kb", "n", l.Int(int((n+kilo-1)/kilo)))
	}
	return l.T("assess.mb", "n", l.Number(float64(n)/(kilo*kilo), 1))
}

// sendFile serves a submitted file of an enrolment: which one is the caller's to find.
func (s *server) sendFile(of func(ctx context.Context, r *http.Request) (campus.EnrolmentID, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e, err := of(r.Context(), r)
		var f campus.SubmittedFile
		if err == nil {
			n, wrong := strconv.Atoi(r.PathValue("n"))
			if wrong != nil {
				n = 0
			}
			f, err = s.assessment.SubmittedFile(r.Context(), e, campus.SubmissionID(r.PathValue("submission")), n)
		}
		if err != nil {
			s.fail(w, s.refusedVisit(w, r), err)
			return
		}
		access.SendFile(w, f.Name, f.Media, f.Content)
	})
}
