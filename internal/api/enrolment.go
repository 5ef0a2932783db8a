package api

import (
	"cmp"
	"net/http"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// enrolmentDeeds are the routes of enrolments and of what learners do on them.
func enrolmentDeeds() []deed {
	one := access.PathObject(people.KindEnrolment, "id")
	return []deed{
		{pattern: "GET /me/enrolments", action: people.ReadOwn, object: access.Own, do: (*desk).myEnrolments},
		{pattern: "GET /enrolments/{id}", action: people.ReadEnrolments, object: one, do: (*desk).enrolment},
		{pattern: "POST /enrolments/{id}/readings", action: people.Learn, object: one, do: (*desk).markRead},
		{pattern: "POST /enrolments/{id}/attempts", action: people.Learn, object: one, do: (*desk).answerQuiz},
		{pattern: "POST /enrolments/{id}/withdraw", action: people.Learn, object: one, do: (*desk).withdraw},
	}
}

// enrolmentJSON is a learner on a path.
type enrolmentJSON struct {
	ID         campus.EnrolmentID    `json:"id"`
	Path       campus.PathID         `json:"path"`
	Version    studio.VersionID      `json:"version"`
	Learner    people.AccountID      `json:"learner"`
	State      campus.EnrolmentState `json:"state"`
	EnrolledAt time.Time             `json:"enrolled_at"`
	ChangedAt  time.Time             `json:"changed_at"`
}

func toEnrolment(e campus.Enrolment) enrolmentJSON { return enrolmentJSON(e) }

// learnerJSON is an enrolment with who the learner is; both are "" once the account was erased.
type learnerJSON struct {
	enrolmentJSON
	Name  string `json:"name"`
	Email string `json:"email"`
}

func toLearner(l campus.Learner) learnerJSON {
	return learnerJSON{toEnrolment(l.Enrolment), l.Name, l.Email}
}

// learnerColumns name the fields of a learner as CSV.
var learnerColumns = []string{"id", "path", "version", "learner", "name", "email", "state", "enrolled_at", "changed_at"}

// fields are a learner as a row of CSV.
func (l learnerJSON) fields() []string {
	return []string{
		string(l.ID), string(l.Path), string(l.Version), string(l.Learner), market.Text(l.Name), market.Text(l.Email), string(l.State),
		l.EnrolledAt.Format(time.RFC3339), l.ChangedAt.Format(time.RFC3339),
	}
}

func (d *desk) myEnrolments(c call) (outcome, error) {
	found, err := d.campus.EnrolmentsOf(c.Context(), c.own())
	out := list[enrolmentJSON]{Data: []enrolmentJSON{}}
	for _, e := range found {
		out.Data = append(out.Data, toEnrolment(e))
	}
	return outcome{body: out}, err
}

// fileJSON is an enrolment with how far its learner is.
type fileJSON struct {
	enrolmentJSON
	Courses []progressJSON `json:"courses"` // those the path recommends
}

// progressJSON is how far a learner is in a course as it stands.
type progressJSON struct {
	Course   campus.CourseID `json:"course"`
	Title    string          `json:"title"`
	Chapters int             `json:"chapters"`
	Read     int             `json:"read"` // of them, as they stand
	Quizzes  int             `json:"quizzes"`
	Answered int             `json:"answered"` // of them
	Results  []resultJSON    `json:"results"`
}

// resultJSON is what was reached in the quiz of a part.
type resultJSON struct {
	Part     string    `json:"part"`
	Best     int       `json:"best"`
	Total    int       `json:"total"`
	Attempts int       `json:"attempts"`
	LastAt   time.Time `json:"last_at"`
}

func toProgress(c campus.Course, p campus.Progress) progressJSON {
	out := progressJSON{
		Course: c.ID, Title: c.Title, Chapters: p.Chapters, Read: p.Read, Quizzes: p.Quizzes, Answered: p.Answered, Results: []resultJSON{},
	}
	for _, r := range p.Results {
		out.Results = append(out.Results, resultJSON{Part: r.Part, Best: r.Best, Total: r.Total, Attempts: r.Attempts, LastAt: r.LastAt})
	}
	return out
}

func (c call) enrolmentID() campus.EnrolmentID { return campus.EnrolmentID(c.PathValue("id")) }

func (d *desk) enrolment(c call) (outcome, error) {
	e, err := d.campus.Enrolment(c.Context(), c.enrolmentID())
	if err != nil {
		return outcome{}, err
	}
	out := fileJSON{enrolmentJSON: toEnrolment(e), Courses: []progressJSON{}}
	courses, err := d.campus.CoursesOf(c.Context(), e.Path)
	if err != nil {
		return outcome{}, err
	}
	for _, course := range courses {
		p, err := d.campus.Progress(c.Context(), e.Learner, course)
		if err != nil {
			return outcome{}, err
		}
		out.Courses = append(out.Courses, toProgress(course, p))
	}
	return outcome{body: out}, nil
}

// markRead notes that the learner has read a chapter.
func (d *desk) markRead(c call) (outcome, error) {
	var ask struct {
		Course  campus.CourseID `json:"course"`
		Part    string          `json:"part"`
		Chapter string          `json:"chapter"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	if err := cmp.Or(names("course", string(ask.Course)), names("part", ask.Part), names("chapter", ask.Chapter)); err != nil {
		return outcome{}, err
	}
	return nothing, d.campus.MarkRead(c.Context(), c.enrolmentID(), ask.Course, ask.Part, ask.Chapter)
}

// attemptJSON is what came of answering a quiz.
type attemptJSON struct {
	Number int       `json:"number"`
	Score  int       `json:"score"`
	Total  int       `json:"total"`
	Right  []bool    `json:"right"` // question by question
	At     time.Time `json:"at"`
}

// answerQuiz grades the learner's answers to the quiz of a part, and keeps them.
func (d *desk) answerQuiz(c call) (outcome, error) {
	var ask struct {
		Course  campus.CourseID `json:"course"`
		Part    string          `json:"part"`
		Answers campus.Answers  `json:"answers"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	if err := cmp.Or(names("course", string(ask.Course)), names("part", ask.Part)); err != nil {
		return outcome{}, err
	}
	if ask.Answers == nil {
		return outcome{}, wrong("answers", "is not there")
	}
	a, m, err := d.campus.AnswerQuiz(c.Context(), c.enrolmentID(), ask.Course, ask.Part, ask.Answers)
	return outcome{status: http.StatusCreated, body: attemptJSON{Number: a.Number, Score: a.Score, Total: a.Total, Right: m.Right, At: a.At}}, err
}

// withdraw notes that the learner stops. What they did is kept.
func (d *desk) withdraw(c call) (outcome, error) {
	if err := d.campus.Withdraw(c.Context(), c.caller.Actor(), c.enrolmentID()); err != nil {
		return outcome{}, err
	}
	return d.enrolment(c)
}

// names refuses a field of a body that names nothing, and would stop one of the databases.
func names(field, text string) error {
	if text == "" || len(text) > maxParameterLength || !isText(text) {
		return wrong(field, "is not the name of anything")
	}
	return nil
}
