package web

import (
	"context"
	"html/template"
	"net/url"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/markdown"
	"filiere/internal/studio"
)

// pathView is a path as anybody sees it.
type pathView struct {
	Path     campus.Path
	Version  studio.Version
	Summary  template.HTML
	Projects []projectLine
	Hours    int
	Courses  []campus.Course
	Mine     campus.EnrolmentID // the reader's enrolment, "" when there is none
	Active   bool
	Closed   bool // somebody tried to begin it meanwhile
	SignedIn bool
	Conducts bool
}

func (s *server) path(ctx context.Context, v *visit) (page, error) {
	p, err := s.campus.Path(ctx, campus.PathID(v.PathValue("id")))
	if err != nil {
		return page{}, err
	}
	who := access.Who(ctx)
	view := pathView{Path: p, SignedIn: who.SignedIn(), Conducts: who.May(conductPaths.action, anyPath(""))}
	if view.Version, err = s.campus.Version(ctx, p.Version); err != nil {
		return page{}, err
	}
	view.Summary = written(view.Version.Summary, markdown.Place{Under: 1})
	view.Projects = projectsOf(view.Version)
	for _, project := range view.Projects {
		view.Hours += project.Hours
	}
	if view.Courses, err = s.campus.CoursesOf(ctx, p.ID); err != nil {
		return page{}, err
	}
	if who.SignedIn() {
		mine, err := s.campus.EnrolmentsOf(ctx, who.Account.ID)
		if err != nil {
			return page{}, err
		}
		for _, e := range mine {
			if e.Path == p.ID {
				view.Mine, view.Active = e.ID, e.State == campus.Enrolled
			}
		}
	}
	return page{name: "path", title: p.Title, data: view}, nil
}

// written gives an author's text as HTML.
func written(source string, at markdown.Place) template.HTML {
	return template.HTML(markdown.Render(source, at)) //nolint:gosec // sanitised there
}

// enrol lets the person who asks begin a path.
func (s *server) enrol(ctx context.Context, v *visit) (page, error) {
	who := access.Who(ctx)
	id := campus.PathID(v.PathValue("id"))
	e, err := s.campus.Enrol(ctx, who.Actor(), id, who.Account.ID)
	if err != nil && fault.CodeOf(err) == fault.Conflict {
		return page{moved: "/paths/" + url.PathEscape(string(id))}, nil // the page says how it stands
	}
	return page{moved: learningAddress(e.ID) + "?done=enrolled"}, err
}

func learningAddress(id campus.EnrolmentID) string { return "/learning/" + url.PathEscape(string(id)) }
