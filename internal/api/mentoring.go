package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// Mentoring is what the routes of mentors, sessions and submissions ask of the store. The errors are those
// the store documents.
type Mentoring interface {
	NameMentor(ctx context.Context, by people.Actor, id campus.EnrolmentID, mentor people.AccountID) error
	Mentees(ctx context.Context, mentor people.AccountID, before campus.EnrolmentID, limit int) ([]campus.Learner, error)

	BookSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, start time.Time, length time.Duration) (campus.MentorSession, error)
	HoldSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID, notes string) error
	MissSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID) error
	CancelSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID, reason string) error
	MentorSessions(ctx context.Context, id campus.EnrolmentID, limit int) ([]campus.MentorSession, error)

	Submit(ctx context.Context, by people.Actor, sub campus.Submission) (campus.Submission, error)
	Submissions(ctx context.Context, id campus.EnrolmentID) ([]campus.Submission, error)
	SubmittedFile(ctx context.Context, e campus.EnrolmentID, id campus.SubmissionID, n int) (campus.SubmittedFile, error)
}

// The bounds of what is sent to be assessed.
const (
	uploadsAtOnce = 2                              // submissions held in memory at the same time
	maxUpload     = campus.MaxSubmission + 1<<20   // the files, and the text and boundaries around them
	maxNotes      = 2*campus.MaxNotes + maxRequest // notes as JSON, which may double them
)

// mentoringDeeds are the routes of mentors, their sessions and what learners hand in. Learners and mentors
// have addresses of their own for what both do: the table asks them for different actions.
func mentoringDeeds() []deed {
	one := access.PathObject(people.KindEnrolment, "id")
	return []deed{
		{pattern: "PUT /enrolments/{id}/mentor", action: people.Conduct, object: one, do: (*desk).nameMentor},
		{pattern: "GET /enrolments/{id}/sessions", action: people.ReadEnrolments, object: one, do: (*desk).mentorSessions},
		{pattern: "POST /enrolments/{id}/sessions", action: people.Learn, object: one, do: (*desk).bookSession},
		{pattern: "POST /enrolments/{id}/sessions/{session}/cancel", action: people.Learn, object: one, limit: maxNotes, do: (*desk).cancelSession},
		{pattern: "GET /mentoring", action: people.ReadOwn, object: access.Own, do: (*desk).mentees},
		{pattern: "POST /mentoring/{id}/sessions", action: people.Accompany, object: one, do: (*desk).bookSession},
		{pattern: "POST /mentoring/{id}/sessions/{session}/cancel", action: people.Accompany, object: one, limit: maxNotes, do: (*desk).cancelSession},
		{pattern: "POST /mentoring/{id}/sessions/{session}/hold", action: people.Accompany, object: one, limit: maxNotes, do: (*desk).holdSession},
		{pattern: "POST /mentoring/{id}/sessions/{session}/miss", action: people.Accompany, object: one, do: (*desk).missSession},

		{pattern: "GET /enrolments/{id}/submissions", action: people.ReadEnrolments, object: one, do: (*desk).submissions},
		{pattern: "POST /enrolments/{id}/submissions", action: people.Learn, object: one, limit: maxUpload, do: (*desk).submit},
		{pattern: "GET /enrolments/{id}/submissions/{submission}/files/{n}", action: people.ReadEnrolments, object: one, do: (*desk).ownFile},
	}
}

func pathEnrolment(c call) campus.EnrolmentID { return campus.EnrolmentID(c.PathValue("id")) }

func (d *desk) nameMentor(c call) (outcome, error) {
	var asked struct {
		Account people.AccountID `json:"account"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	return nothing, d.assessment.NameMentor(c.Context(), c.caller.Actor(), pathEnrolment(c), asked.Account)
}

// menteeJSON is a learner as their mentor sees them in a list.
type menteeJSON struct {
	Enrolment campus.EnrolmentID    `json:"enrolment"`
	Name      string                `json:"name"`
	State     campus.EnrolmentState `json:"state"`
}

func (d *desk) mentees(c call) (outcome, error) {
	list, err := d.assessment.Mentees(c.Context(), c.own(), "", latestAssessed)
	out := listOf[menteeJSON]{Data: []menteeJSON{}}
	for _, l := range list {
		out.Data = append(out.Data, menteeJSON{l.ID, l.Name, l.State})
	}
	return outcome{body: out}, err
}

// sessionJSON is a meeting of a learner and their mentor.
type mentorSessionJSON struct {
	ID        campus.SessionID    `json:"id"`
	Enrolment campus.EnrolmentID  `json:"enrolment"`
	Start     time.Time           `json:"start"`
	Minutes   int                 `json:"minutes"`
	State     campus.SessionState `json:"state"`
	Notes     string              `json:"notes,omitempty"`
	BookedAt  time.Time           `json:"booked_at"`
	ClosedAt  time.Time           `json:"closed_at,omitzero"`
}

func toMentorSessionJSON(m campus.MentorSession) mentorSessionJSON {
	return mentorSessionJSON{m.ID, m.Enrolment, m.Start, int(m.Length / time.Minute), m.State, m.Notes, m.BookedAt, m.ClosedAt}
}

func (d *desk) mentorSessions(c call) (outcome, error) {
	list, err := d.assessment.MentorSessions(c.Context(), pathEnrolment(c), latestAssessed)
	out := listOf[mentorSessionJSON]{Data: []mentorSessionJSON{}}
	for _, m := range list {
		out.Data = append(out.Data, toMentorSessionJSON(m))
	}
	return outcome{body: out}, err
}

// maxMinutes keeps what is asked for within what a length of time holds; the domain knows how long a session is.
const maxMinutes = 24 * 60

func (d *desk) bookSession(c call) (outcome, error) {
	var asked struct {
		Start   time.Time `json:"start"`
		Minutes int       `json:"minutes"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	if asked.Minutes < 0 || asked.Minutes > maxMinutes {
		return outcome{}, wrong("minutes", "is not a whole number from %d to %d", 0, maxMinutes)
	}
	m, err := d.assessment.BookSession(c.Context(), c.caller.Actor(), pathEnrolment(c), asked.Start, time.Duration(asked.Minutes)*time.Minute)
	return outcome{status: http.StatusCreated, body: toMentorSessionJSON(m)}, err
}

func pathSession(c call) campus.SessionID { return campus.SessionID(c.PathValue("session")) }

func (d *desk) cancelSession(c call) (outcome, error) {
	var asked struct {
		Reason string `json:"reason"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	return nothing, d.assessment.CancelSession(c.Context(), c.caller.Actor(), pathEnrolment(c), pathSession(c), asked.Reason)
}

func (d *desk) holdSession(c call) (outcome, error) {
	var asked struct {
		Notes string `json:"notes"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	return nothing, d.assessment.HoldSession(c.Context(), c.caller.Actor(), pathEnrolment(c), pathSession(c), asked.Notes)
}

func (d *desk) missSession(c call) (outcome, error) {
	return nothing, d.assessment.MissSession(c.Context(), c.caller.Actor(), pathEnrolment(c), pathSession(c))
}

// submissionJSON is what a learner handed in; file n of it is at files/n under its address, from 1.
type submissionJSON struct {
	ID        campus.SubmissionID   `json:"id"`
	Enrolment campus.EnrolmentID    `json:"enrolment"`
	Project   string                `json:"project"`
	Number    int                   `json:"number"`
	Kind      campus.SubmissionKind `json:"kind"`
	Comment   string                `json:"comment"`
	At        time.Time             `json:"at"`
	Files     []submittedJSON       `json:"files"`
}

type submittedJSON struct {
	N           int    `json:"n"`
	Deliverable string `json:"deliverable"` // "" for an annex
	Name        string `json:"name"`
	Media       string `json:"media"`
	Size        int64  `json:"size"`
	SHA256      string `json:"sha256"`
}

func toSubmissionJSON(s campus.Submission) submissionJSON {
	out := submissionJSON{
		ID: s.ID, Enrolment: s.Enrolment, Project: s.Project, Number: s.Number, Kind: s.Kind, Comment: s.Comment, At: s.At, Files: []submittedJSON{},
	}
	for i, f := range s.Files {
		out.Files = append(out.Files, submittedJSON{i + 1, f.Deliverable, f.Name, f.Media, f.Size, f.SHA256})
	}
	return out
}

func (d *desk) submissions(c call) (outcome, error) { return d.submissionsOf(c, pathEnrolment(c)) }

func (d *desk) submissionsOf(c call, e campus.EnrolmentID) (outcome, error) {
	list, err := d.assessment.Submissions(c.Context(), e)
	out := listOf[submissionJSON]{Data: []submissionJSON{}}
	for _, s := range list {
		out.Data = append(out.Data, toSubmissionJSON(s))
	}
	return outcome{body: out}, err
}

// What a form of a submission calls its files: file-ID for a deliverable, annex for what is none.
const (
	deliverablePrefix = "file-"
	annexField        = "annex"
)

// submit hands in a project, or the fix that was asked for: a form with files, as the pages send it.
func (d *desk) submit(c call) (outcome, error) {
	if !strings.HasPrefix(c.Header.Get("Content-Type"), "multipart/form-data") {
		return outcome{}, errForm
	}
	u, err := d.uploads.Read(c.Request, campus.MaxFiles, campus.MaxFile)
	if err != nil {
		return outcome{}, err
	}
	sub := campus.Submission{Enrolment: pathEnrolment(c), Project: u.Values.Get("project"), Comment: u.Values.Get("comment")}
	for name := range u.Values {
		if name != "project" && name != "comment" || len(u.Values[name]) > 1 {
			return outcome{}, notAField(name)
		}
	}
	for _, f := range u.Files {
		deliverable, ok := strings.CutPrefix(f.Field, deliverablePrefix)
		switch {
		case f.Field == annexField:
			deliverable = ""
		case !ok || deliverable == "":
			return outcome{}, notAField(f.Field)
		}
		sub.Files = append(sub.Files, campus.SubmittedFile{Deliverable: deliverable, Name: f.Name, Media: f.Media, Content: f.Content})
	}
	made, err := d.assessment.Submit(c.Context(), c.caller.Actor(), sub)
	return outcome{status: http.StatusCreated, body: toSubmissionJSON(made)}, err
}

// errForm is the answer to a submission in another form: 415.
var errForm = &fault.Fault{
	Code: fault.Invalid, Op: "read body", Reason: "the body is no form with files", Hint: "send it with Content-Type: multipart/form-data",
}

// otherMedia reports whether a body was refused for its form.
func otherMedia(err error) bool {
	return errors.Is(err, errMedia) || errors.Is(err, errForm) || errors.Is(err, errNotZip)
}

func noFile() error {
	return fault.New(fault.NotFound, "find", "there is no such %s", fault.Noun("file"))
}

func (d *desk) ownFile(c call) (outcome, error) { return d.submittedFile(c, pathEnrolment(c)) }

// submittedFile sends a file as a download, whatever it looks like.
func (d *desk) submittedFile(c call, e campus.EnrolmentID) (outcome, error) {
	n, err := strconv.Atoi(c.PathValue("n"))
	if err != nil {
		return outcome{}, noFile()
	}
	f, err := d.assessment.SubmittedFile(c.Context(), e, campus.SubmissionID(c.PathValue("submission")), n)
	if err != nil {
		return outcome{}, fmt.Errorf("read file: %w", err)
	}
	return outcome{whole: func(w http.ResponseWriter) { access.SendFile(w, f.Name, f.Media, f.Content) }}, nil
}
