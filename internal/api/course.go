package api

import (
	"context"
	"encoding/csv"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// Campus is what the routes of courses, paths and enrolments ask of the store. The errors are those the
// store documents.
type Campus interface {
	Courses(ctx context.Context, after campus.CourseID, limit int) ([]campus.Course, error)
	Outline(ctx context.Context, id campus.CourseID) (campus.Course, error)
	Chapter(ctx context.Context, id campus.CourseID, part, slug string) (campus.Chapter, error)
	Quiz(ctx context.Context, id campus.CourseID, part string) (campus.Quiz, error)
	ImportCourse(ctx context.Context, by people.Actor, c campus.Course) (campus.Course, bool, error)

	CreatePath(ctx context.Context, by people.Actor, version studio.VersionID, title string, courses []campus.CourseID) (campus.Path, error)
	ChangePath(ctx context.Context, by people.Actor, p campus.Path) error
	Path(ctx context.Context, id campus.PathID) (campus.Path, error)
	Paths(ctx context.Context, version studio.VersionID, before campus.PathID, limit int) ([]campus.Path, error)
	CoursesOf(ctx context.Context, path campus.PathID) ([]campus.Course, error)

	Enrol(ctx context.Context, by people.Actor, path campus.PathID, learner people.AccountID) (campus.Enrolment, error)
	Withdraw(ctx context.Context, by people.Actor, id campus.EnrolmentID) error
	Enrolment(ctx context.Context, id campus.EnrolmentID) (campus.Enrolment, error)
	EnrolmentsOf(ctx context.Context, learner people.AccountID) ([]campus.Enrolment, error)
	Learners(ctx context.Context, path campus.PathID, before campus.EnrolmentID, limit int) ([]campus.Learner, error)
	Progress(ctx context.Context, learner people.AccountID, c campus.Course) (campus.Progress, error)
	MarkRead(ctx context.Context, id campus.EnrolmentID, course campus.CourseID, part, chapter string) error
	AnswerQuiz(ctx context.Context, id campus.EnrolmentID, course campus.CourseID, part string, answers campus.Answers) (campus.Attempt, campus.Mark, error)
}

// courseDeeds are the routes of courses.
func courseDeeds() []deed {
	return []deed{
		{pattern: "GET /courses", action: people.ReadCatalogue, params: []string{"after", "limit"}, do: (*desk).courses},
		{pattern: "GET /courses.csv", action: people.ReadCatalogue, do: (*desk).courseTable},
		{pattern: "POST /courses", action: people.ChangeCourses, object: access.AnyObject(people.KindCourse), params: []string{"slug"}, limit: campus.MaxCourseZip, do: (*desk).importCourse},
		{pattern: "GET /courses/{id}", action: people.ReadCatalogue, do: (*desk).course},
		{pattern: "GET /courses/{id}/{part}/quiz", action: people.ReadCatalogue, do: (*desk).quiz},
		{pattern: "GET /courses/{id}/{part}/{chapter}", action: people.ReadCatalogue, do: (*desk).chapter},
	}
}

// courseJSON is a course in a list.
type courseJSON struct {
	ID         campus.CourseID `json:"id"`
	Slug       string          `json:"slug"`
	Title      string          `json:"title"`
	Lang       string          `json:"lang"`
	Version    string          `json:"version"`
	Hours      int             `json:"hours"`
	Licence    string          `json:"licence"`
	Revision   int             `json:"revision"`
	ImportedAt time.Time       `json:"imported_at"`
}

func toCourse(c campus.Course) courseJSON {
	return courseJSON{
		ID: c.ID, Slug: c.Slug, Title: c.Title, Lang: c.Lang, Version: c.Version, Hours: c.Hours, Licence: c.Licence,
		Revision: c.Revision, ImportedAt: c.ImportedAt,
	}
}

// courseColumns name the fields of a course as CSV.
var courseColumns = []string{"id", "slug", "title", "lang", "version", "hours", "licence", "revision", "imported_at"}

// fields are a course as a row of CSV.
func (c courseJSON) fields() []string {
	return []string{
		string(c.ID), c.Slug, market.Text(c.Title), c.Lang, market.Text(c.Version), strconv.Itoa(c.Hours), market.Text(c.Licence),
		strconv.Itoa(c.Revision), c.ImportedAt.Format(time.RFC3339),
	}
}

// keyedPage is a part of a list that goes on from the last row it gave.
type keyedPage[T any] struct {
	Data []T     `json:"data"`
	Next *string `json:"next"`
}

// keyed makes a part of a list out of one row more than was asked for: param names the key the next part
// goes on from.
func keyed[T, J any](c call, rows []T, limit int, param string, toJSON func(T) J, key func(J) string) outcome {
	out := keyedPage[J]{Data: []J{}}
	for _, r := range rows[:min(limit, len(rows))] {
		out.Data = append(out.Data, toJSON(r))
	}
	if len(rows) > limit {
		out.Next = c.next(param, key(out.Data[limit-1]))
	}
	return outcome{body: out}
}

func (d *desk) courses(c call) (outcome, error) {
	limit, err := c.number("limit", 1, maxLimit, defaultLimit)
	if err != nil {
		return outcome{}, err
	}
	found, err := d.campus.Courses(c.Context(), campus.CourseID(c.values.Get("after")), limit+1)
	return keyed(c, found, limit, "after", toCourse, func(j courseJSON) string { return string(j.ID) }), err
}

// courseTable is the list as CSV.
func (d *desk) courseTable(c call) (outcome, error) {
	found, err := d.campus.Courses(c.Context(), "", maxTableRows)
	return tableFile("courses.csv", courseColumns, found, func(x campus.Course) []string { return toCourse(x).fields() }), err
}

// tableFile is a list as a file of CSV.
func tableFile[T any](name string, columns []string, items []T, fields func(T) []string) outcome {
	return outcome{name: name, media: "text/csv; charset=utf-8; header=present", file: func(w io.Writer) error {
		rows := [][]string{columns}
		for _, it := range items {
			rows = append(rows, fields(it))
		}
		return csv.NewWriter(w).WriteAll(rows)
	}}
}

// outlineJSON is a course with what stands in it, without the texts of its chapters.
type outlineJSON struct {
	courseJSON
	Summary string     `json:"summary"` // Markdown
	Parts   []partJSON `json:"parts"`
}

// partJSON is a part of a course.
type partJSON struct {
	Slug     string        `json:"slug"`
	Title    string        `json:"title"`
	Intro    string        `json:"intro"` // Markdown
	Chapters []chapterJSON `json:"chapters"`
	Quiz     string        `json:"quiz,omitempty"` // its title
}

// chapterJSON is a chapter, with its text where it was asked for by its name.
type chapterJSON struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
	Hash  string `json:"hash"`           // of the text as it stands: a reading notes which one was read
	Body  string `json:"body,omitempty"` // Markdown
}

func toChapter(ch campus.Chapter) chapterJSON {
	return chapterJSON{Slug: ch.Slug, Title: ch.Title, Hash: ch.Seal(), Body: ch.Body}
}

func (d *desk) course(c call) (outcome, error) {
	found, err := d.campus.Outline(c.Context(), campus.CourseID(c.PathValue("id")))
	out := outlineJSON{courseJSON: toCourse(found), Summary: found.Summary, Parts: []partJSON{}}
	for _, p := range found.Parts {
		part := partJSON{Slug: p.Slug, Title: p.Title, Intro: p.Intro, Chapters: []chapterJSON{}}
		for _, ch := range p.Chapters {
			part.Chapters = append(part.Chapters, toChapter(ch))
		}
		if p.Quiz != nil {
			part.Quiz = p.Quiz.Title
		}
		out.Parts = append(out.Parts, part)
	}
	return outcome{body: out}, err
}

func (d *desk) chapter(c call) (outcome, error) {
	ch, err := d.campus.Chapter(c.Context(), campus.CourseID(c.PathValue("id")), c.PathValue("part"), c.PathValue("chapter"))
	return outcome{body: toChapter(ch)}, err
}

// quizJSON is a quiz as it is asked: it does not tell what is right.
type quizJSON struct {
	Title     string         `json:"title"`
	Questions []questionJSON `json:"questions"`
}

// questionJSON is a question; its options are answered by their numbers from 0.
type questionJSON struct {
	Text    string   `json:"text"` // Markdown
	Several bool     `json:"several"`
	Options []string `json:"options"` // Markdown
}

func (d *desk) quiz(c call) (outcome, error) {
	q, err := d.campus.Quiz(c.Context(), campus.CourseID(c.PathValue("id")), c.PathValue("part"))
	out := quizJSON{Title: q.Title, Questions: []questionJSON{}}
	for _, question := range q.Questions {
		one := questionJSON{Text: question.Text, Several: question.Several()}
		for _, o := range question.Options {
			one.Options = append(one.Options, o.Text)
		}
		out.Questions = append(out.Questions, one)
	}
	return outcome{body: out}, err
}

// importedJSON is a course as it was brought in.
type importedJSON struct {
	courseJSON
	Changed bool `json:"changed"` // false: it was there with this content
}

// errNotZip is the answer to a course in another form than a zip: 415.
var errNotZip = &fault.Fault{
	Code: fault.Invalid, Op: "read body", Reason: "the body is not a zip", Hint: "send it with Content-Type: application/zip",
}

// importCourse takes a course as a zip of its folder.
func (d *desk) importCourse(c call) (outcome, error) {
	if media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || media != "application/zip" {
		return outcome{}, errNotZip
	}
	data, err := io.ReadAll(c.Body)
	if err != nil {
		return outcome{}, badBody(err)
	}
	slug := c.values.Get("slug")
	read, err := campus.ReadCourseZip(data, slug)
	if err != nil {
		return outcome{}, err
	}
	if slug != "" && read.Slug != slug {
		return outcome{}, wrong("slug", "is not the name of the folder in the zip")
	}
	kept, changed, err := d.campus.ImportCourse(c.Context(), c.caller.Actor(), read)
	out := outcome{body: importedJSON{toCourse(kept), changed}, location: prefix + "/courses/" + url.PathEscape(string(kept.ID))}
	if changed {
		out.status = http.StatusCreated
	}
	return out, err
}
