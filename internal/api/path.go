package api

import (
	"cmp"
	"net/http"
	"net/url"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// pathDeeds are the routes of paths and of who is on them.
func pathDeeds() []deed {
	any, one := access.AnyObject(people.KindPath), access.PathObject(people.KindPath, "id")
	return []deed{
		{pattern: "GET /paths", action: people.ReadCatalogue, params: []string{"version", "before", "limit"}, do: (*desk).paths},
		{pattern: "POST /paths", action: people.Conduct, object: any, do: (*desk).createPath},
		{pattern: "GET /paths/{id}", action: people.ReadCatalogue, do: (*desk).path},
		{pattern: "PATCH /paths/{id}", action: people.Conduct, object: one, do: (*desk).changePath},
		{pattern: "GET /paths/{id}/enrolments", action: people.Conduct, object: one, params: []string{"before", "limit"}, do: (*desk).learners},
		{pattern: "GET /paths/{id}/enrolments.csv", action: people.Conduct, object: one, do: (*desk).learnerTable},
		{pattern: "POST /paths/{id}/enrolments", action: people.Enrol, object: one, do: (*desk).enrol},
	}
}

// pathJSON is a path.
type pathJSON struct {
	ID        campus.PathID     `json:"id"`
	Version   studio.VersionID  `json:"version"`
	Title     string            `json:"title"`
	Open      bool              `json:"open"`
	Enrolled  *int              `json:"enrolled,omitempty"` // for those who conduct it
	CreatedAt time.Time         `json:"created_at"`
	Courses   []campus.CourseID `json:"courses,omitempty"` // of one path
}

// toPath shows a path as its reader may see it.
func (c call) toPath(p campus.Path) pathJSON {
	out := pathJSON{ID: p.ID, Version: p.Version, Title: p.Title, Open: p.Open, CreatedAt: p.CreatedAt, Courses: p.Courses}
	if c.caller.May(people.Conduct, people.Ref{Kind: people.KindPath, ID: string(p.ID)}) {
		out.Enrolled = &p.Enrolled
	}
	return out
}

func (c call) pathID() campus.PathID { return campus.PathID(c.PathValue("id")) }

func (d *desk) paths(c call) (outcome, error) {
	limit, err := c.number("limit", 1, maxLimit, defaultLimit)
	if err != nil {
		return outcome{}, err
	}
	found, err := d.campus.Paths(c.Context(), studio.VersionID(c.values.Get("version")), campus.PathID(c.values.Get("before")), limit+1)
	return keyed(c, found, limit, "before", c.toPath, func(j pathJSON) string { return string(j.ID) }), err
}

func (d *desk) path(c call) (outcome, error) {
	p, err := d.campus.Path(c.Context(), c.pathID())
	return outcome{body: c.toPath(p)}, err
}

func (d *desk) createPath(c call) (outcome, error) {
	var ask struct {
		Version studio.VersionID  `json:"version"`
		Title   string            `json:"title"`
		Courses []campus.CourseID `json:"courses"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	if err := cmp.Or(names("version", string(ask.Version)), areCourses(ask.Courses)); err != nil {
		return outcome{}, err
	}
	p, err := d.campus.CreatePath(c.Context(), c.caller.Actor(), ask.Version, ask.Title, ask.Courses)
	return outcome{status: http.StatusCreated, body: c.toPath(p), location: prefix + "/paths/" + url.PathEscape(string(p.ID))}, err
}

// changePath changes what is given of a path; a field left out stays.
func (d *desk) changePath(c call) (outcome, error) {
	var ask struct {
		Title   *string            `json:"title"`
		Open    *bool              `json:"open"`
		Courses *[]campus.CourseID `json:"courses"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	p, err := d.campus.Path(c.Context(), c.pathID())
	if err != nil {
		return outcome{}, err
	}
	if ask.Courses != nil {
		if err := areCourses(*ask.Courses); err != nil {
			return outcome{}, err
		}
	}
	given(ask.Title, &p.Title)
	given(ask.Open, &p.Open)
	given(ask.Courses, &p.Courses)
	if err := d.campus.ChangePath(c.Context(), c.caller.Actor(), p); err != nil {
		return outcome{}, err
	}
	return d.path(c)
}

// areCourses refuses what names no course.
func areCourses(ids []campus.CourseID) error {
	for _, id := range ids {
		if err := names("courses", string(id)); err != nil {
			return err
		}
	}
	return nil
}

// given puts a value over another, if there is one.
func given[T any](value *T, over *T) {
	if value != nil {
		*over = *value
	}
}

// enrol lets the caller, and nobody else, begin a path or come back to it.
func (d *desk) enrol(c call) (outcome, error) {
	e, err := d.campus.Enrol(c.Context(), c.caller.Actor(), c.pathID(), c.own())
	return outcome{body: toEnrolment(e), location: prefix + "/enrolments/" + url.PathEscape(string(e.ID))}, err
}

func (d *desk) learners(c call) (outcome, error) {
	limit, err := c.number("limit", 1, maxLimit, defaultLimit)
	if err != nil {
		return outcome{}, err
	}
	if _, err := d.campus.Path(c.Context(), c.pathID()); err != nil {
		return outcome{}, err
	}
	found, err := d.campus.Learners(c.Context(), c.pathID(), campus.EnrolmentID(c.values.Get("before")), limit+1)
	return keyed(c, found, limit, "before", toLearner, func(j learnerJSON) string { return string(j.ID) }), err
}

// learnerTable is the list as CSV.
func (d *desk) learnerTable(c call) (outcome, error) {
	if _, err := d.campus.Path(c.Context(), c.pathID()); err != nil {
		return outcome{}, err
	}
	found, err := d.campus.Learners(c.Context(), c.pathID(), "", maxTableRows)
	return tableFile("enrolments.csv", learnerColumns, found, func(l campus.Learner) []string { return toLearner(l).fields() }), err
}
