package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// projectFormView is the form of a project.
type projectFormView struct {
	deskView
	studio.Project
	Programme string // its title
	At        string // its address
	Action    string // where the form goes
	Fresh     bool   // it does not exist yet
	Revision  int
	MayWrite  bool
	Position  int
	Among     int
	Choices   []competencyChoice
	Rows      []deliverableRow
	Grid      []rubricRow
	Wrong     map[string]string
}

type competencyChoice struct {
	studio.Competency
	Chosen bool
}

// deliverableRow is a line of the form; empty ones are there to be filled in.
type deliverableRow struct {
	N int
	studio.Deliverable
}

type rubricRow struct {
	studio.Competency
	Cells []rubricCell
}

type rubricCell struct {
	Field string
	studio.Deliverable
	Expected string
}

// moreDeliverables is how many empty lines the form offers.
const moreDeliverables = 2

func (s *server) newProject(ctx context.Context, v *visit) (page, error) {
	return s.projectPage(ctx, v, studio.Project{Hours: 40}, 0, map[string]string{})
}

func (s *server) project(ctx context.Context, v *visit) (page, error) {
	p, err := s.studio.Programme(ctx, programmeAsked(v))
	if err != nil {
		return page{}, err
	}
	d, err := p.Draft(v.PathValue("project"))
	if err != nil {
		return page{}, err
	}
	return s.projectPage(ctx, v, d.Project, d.Revision, map[string]string{})
}

func (s *server) projectPage(ctx context.Context, v *visit, pr studio.Project, revision int, wrong map[string]string) (page, error) {
	p, err := s.studio.Programme(ctx, programmeAsked(v))
	if err != nil {
		return page{}, err
	}
	at := programmeAddress(p.ID)
	view := projectFormView{
		deskView: s.desk(v, "desk.studio"), Programme: p.Title, At: at, Action: at + "/new-project", Fresh: pr.ID == "",
		Revision: revision, Wrong: wrong, Among: len(p.Drafts),
		MayWrite: access.Who(ctx).May(people.ChangeProgrammes, p.ID.Ref()) && p.State.Open(),
	}
	knows := p.Knows()
	view.Project = pr.Without(func(c string) bool { return !knows(c) })
	for n, d := range p.Projects() {
		if d.ID == pr.ID {
			view.Code, view.Position = d.Code, n
		}
	}
	if !view.Fresh {
		view.Action = at + "/projects/" + url.PathEscape(pr.ID)
	}
	for n, d := range append(slices.Clone(pr.Deliverables), make([]studio.Deliverable, moreDeliverables)...) {
		view.Rows = append(view.Rows, deliverableRow{n, d})
	}
	for _, c := range p.Framework().Competencies() {
		chosen := slices.Contains(pr.Competencies, c.ID)
		view.Choices = append(view.Choices, competencyChoice{c, chosen})
		if !chosen {
			continue
		}
		row := rubricRow{Competency: c}
		for _, d := range pr.Deliverables {
			if d.ID != "" {
				row.Cells = append(row.Cells, rubricCell{rubricField(c.ID, d.ID), d, pr.Expected(c.ID, d.ID)})
			}
		}
		if len(row.Cells) > 0 {
			view.Grid = append(view.Grid, row)
		}
	}
	out := page{name: "project", title: pr.Title, data: view}
	if view.Fresh {
		out.title = v.T("project.new")
	}
	if len(wrong) > 0 {
		out.status = http.StatusUnprocessableEntity
	}
	return out, nil
}

// rubricField names the field of a cell of the rubric.
func rubricField(competency, deliverable string) string { return "r:" + competency + ":" + deliverable }

// projectAsked reads a project from its form. Lines without title and file are left out.
func projectAsked(v *visit) studio.Project {
	pr := studio.Project{
		ID: v.PathValue("project"), Title: v.PostForm.Get("title"), Scenario: v.PostForm.Get("scenario"), Hours: number(v, "hours"),
		Competencies: v.PostForm["competency"],
	}
	ids, titles, files := v.PostForm["deliverable"], v.PostForm["deliverable_title"], v.PostForm["deliverable_file"]
	for n := range min(len(ids), len(titles), len(files)) {
		title, file := strings.TrimSpace(titles[n]), strings.TrimSpace(files[n])
		if title != "" || file != "" {
			pr.Deliverables = append(pr.Deliverables, studio.Deliverable{ID: ids[n], Title: title, File: file})
		}
	}
	for _, c := range pr.Competencies {
		for _, d := range pr.Deliverables {
			if said := v.PostForm.Get(rubricField(c, d.ID)); d.ID != "" && said != "" {
				pr.Rubric = append(pr.Rubric, studio.RubricLine{Competency: c, Deliverable: d.ID, Expected: said})
			}
		}
	}
	return pr
}

// saveProject writes a new project, or one anew.
func (s *server) saveProject(ctx context.Context, v *visit) (page, error) {
	pr, seen := projectAsked(v), number(v, "revision")
	by, id := access.Who(ctx).Actor(), programmeAsked(v)
	var err error
	if pr.ID == "" {
		var made studio.Project
		made, err = s.studio.AddProject(ctx, by, id, pr)
		if err == nil {
			pr.ID = made.ID
		}
	} else {
		err = s.studio.EditProject(ctx, by, id, pr, seen)
	}
	if wrong, told := toldAt(v, err); told {
		return s.projectPage(ctx, v, pr, seen, wrong)
	}
	return page{moved: programmeAddress(id) + "/projects/" + url.PathEscape(pr.ID) + "?done=project"}, err
}

func (s *server) moveProject(ctx context.Context, v *visit) (page, error) {
	err := s.studio.MoveProject(ctx, access.Who(ctx).Actor(), programmeAsked(v), v.PathValue("project"), number(v, "place"), number(v, "revision"))
	return s.boardDone(ctx, v, "moved", "#projects", err)
}

// deleteProject takes a project out, once that was confirmed.
func (s *server) deleteProject(ctx context.Context, v *visit) (page, error) {
	if v.PostForm.Get("confirm") == "" {
		return page{}, fault.New(fault.Invalid, "delete project", "this was not confirmed")
	}
	err := s.studio.DeleteProject(ctx, access.Who(ctx).Actor(), programmeAsked(v), v.PathValue("project"), number(v, "revision"))
	return s.boardDone(ctx, v, "unproject", "#projects", err)
}
