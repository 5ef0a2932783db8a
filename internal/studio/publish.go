package studio

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
)

// Framework is what stands of the items, in order, with the codes it would be published with.
func (p Programme) Framework() Framework {
	var f Framework
	for _, b := range p.standing("") {
		bloc := Bloc{ID: b.ID, Code: fmt.Sprintf("B%d", len(f.Blocs)+1), Title: b.Wording}
		n := 0
		for _, a := range p.standing(b.ID) {
			activity := Activity{ID: a.ID, Code: fmt.Sprintf("A%d.%d", len(f.Blocs)+1, len(bloc.Activities)+1), Title: a.Wording}
			for _, c := range p.standing(a.ID) {
				n++
				competency := Competency{ID: c.ID, Code: fmt.Sprintf("C%d.%d", len(f.Blocs)+1, n), Statement: c.Wording}
				for _, k := range p.standing(c.ID) {
					competency.Criteria = append(competency.Criteria, Criterion{ID: k.ID, Statement: k.Wording})
				}
				activity.Competencies = append(activity.Competencies, competency)
			}
			bloc.Activities = append(bloc.Activities, activity)
		}
		f.Blocs = append(f.Blocs, bloc)
	}
	return f
}

// standing lists what is right under an item and not withdrawn.
func (p Programme) standing(parent string) []Item {
	return slices.DeleteFunc(p.Under(parent), func(i Item) bool { return i.State == ItemWithdrawn })
}

// Projects are the projects in the order of the path, with the codes they would be published with.
func (p Programme) Projects() []Project {
	out := make([]Project, len(p.Drafts))
	for i, d := range p.Drafts {
		out[i] = d.Project
		out[i].Code = fmt.Sprintf("P%d", i+1)
	}
	return out
}

// Gap is what stands in the way of publication.
type Gap string

// The gaps. Those above GapProjects stand in the way of approving the framework too.
const (
	GapBlocs        Gap = "blocs"        // there is no bloc
	GapBloc         Gap = "bloc"         // a bloc without competency
	GapActivity     Gap = "activity"     // an activity without competency
	GapCriterion    Gap = "criterion"    // a competency without criterion
	GapApproval     Gap = "approval"     // a competency the group has not approved
	GapProjects     Gap = "projects"     // there is no project
	GapCoverage     Gap = "coverage"     // a competency assessed by no project
	GapScenario     Gap = "scenario"     // a project without a scenario
	GapDeliverable  Gap = "deliverable"  // a project without a deliverable
	GapCompetencies Gap = "competencies" // a project with too few competencies, or one that stands no more
	GapRubric       Gap = "rubric"       // a project whose rubric says nothing of a competency
)

// Obstacle is one thing that stands in the way of publication.
type Obstacle struct {
	Gap  Gap
	Code string // of the bloc, activity, competency or project, "" for the whole
	ID   string
}

// FrameworkObstacles lists what stands in the way of approving the framework.
func (p Programme) FrameworkObstacles() []Obstacle {
	f := p.Framework()
	if len(f.Blocs) == 0 {
		return []Obstacle{{Gap: GapBlocs}}
	}
	var out []Obstacle
	for _, b := range f.Blocs {
		if len(b.Competencies()) == 0 {
			out = append(out, Obstacle{GapBloc, b.Code, b.ID})
		}
		for _, a := range b.Activities {
			if len(a.Competencies) == 0 && len(b.Competencies()) > 0 {
				out = append(out, Obstacle{GapActivity, a.Code, a.ID})
			}
			for _, c := range a.Competencies {
				out = append(out, p.competencyObstacles(c)...)
			}
		}
	}
	return out
}

func (p Programme) competencyObstacles(c Competency) []Obstacle {
	var out []Obstacle
	if len(c.Criteria) == 0 {
		out = append(out, Obstacle{GapCriterion, c.Code, c.ID})
	}
	if i, err := p.Item(c.ID); err != nil || i.State != ItemApproved {
		out = append(out, Obstacle{GapApproval, c.Code, c.ID})
	}
	return out
}

// Obstacles lists all that stands in the way of publication.
func (p Programme) Obstacles() []Obstacle {
	out := p.FrameworkObstacles()
	projects, m := p.Projects(), p.Coverage()
	if len(projects) == 0 {
		out = append(out, Obstacle{Gap: GapProjects})
	}
	for _, row := range m.Rows {
		if !row.Covered() && len(projects) > 0 {
			out = append(out, Obstacle{GapCoverage, row.Code, row.ID})
		}
	}
	known := p.Knows()
	for _, pr := range projects {
		for _, g := range pr.gaps(known) {
			out = append(out, Obstacle{g, pr.Code, pr.ID})
		}
	}
	return out
}

// gaps lists what a project lacks. known tells the competencies that stand.
func (p Project) gaps(known func(string) bool) []Gap {
	var out []Gap
	if p.Scenario == "" {
		out = append(out, GapScenario)
	}
	if len(p.Deliverables) == 0 {
		out = append(out, GapDeliverable)
	}
	gone := slices.ContainsFunc(p.Competencies, func(c string) bool { return !known(c) })
	if n := len(p.Competencies); n < MinCompetencies || n > MaxCompetencies || gone {
		out = append(out, GapCompetencies)
	}
	if slices.ContainsFunc(p.Competencies, func(c string) bool { return !p.Assesses(c) }) {
		out = append(out, GapRubric)
	}
	return out
}

// Knows tells the IDs of competencies that stand.
func (p Programme) Knows() func(competency string) bool {
	known := map[string]bool{}
	for _, c := range p.Framework().Competencies() {
		known[c.ID] = true
	}
	return func(id string) bool { return known[id] }
}

// Matrix says which project assesses which competency.
type Matrix struct {
	Projects []Project
	Rows     []MatrixRow
}

// MatrixRow is a competency and, for each project, whether it assesses it.
type MatrixRow struct {
	Competency
	Cells []bool
}

// Covered reports whether any project assesses the competency.
func (r MatrixRow) Covered() bool { return slices.Contains(r.Cells, true) }

// Coverage is the matrix of a framework and projects.
func Coverage(f Framework, projects []Project) Matrix {
	m := Matrix{Projects: projects}
	for _, c := range f.Competencies() {
		row := MatrixRow{Competency: c, Cells: make([]bool, len(projects))}
		for i, p := range projects {
			row.Cells[i] = p.Assesses(c.ID)
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

// Coverage is the matrix of a programme as it stands.
func (p Programme) Coverage() Matrix { return Coverage(p.Framework(), p.Projects()) }

// Coverage is the matrix of a version.
func (v Version) Coverage() Matrix { return Coverage(v.Framework, v.Projects) }

// Step gives the state an event other than the publication leads to.
//
// Errors: Conflict when it does not happen in the programme's state, and when something stands in the way
// of approving the framework: then it names the codes.
func (p Programme) Step(e lifecycle.Event) (State, error) {
	if e == EventPublish {
		return p.State, fault.New(fault.Internal, "move programme on", "a programme is published by Publish")
	}
	next, err := ProgrammeMachine().Next(p.State, e)
	if err != nil {
		return p.State, err
	}
	if e == EventApprove {
		if err := refuse("approve framework", p.FrameworkObstacles()); err != nil {
			return p.State, err
		}
	}
	return next, nil
}

// Publish freezes a programme as its next version. The content of a version never changes afterwards;
// items keep their IDs through all versions.
//
// Errors: Conflict when the framework is not approved, and when something stands in the way (a hole in the
// coverage, a competency without criterion, a bloc without competency…): then it names the codes.
func Publish(p Programme, id VersionID, at time.Time, by people.Actor) (Version, error) {
	if _, err := ProgrammeMachine().Next(p.State, EventPublish); err != nil {
		return Version{}, err
	}
	if err := refuse("publish programme", p.Obstacles()); err != nil {
		return Version{}, err
	}
	v := Version{
		ID: id, Programme: p.ID, Number: p.Versions + 1, Title: p.Title, Summary: p.Summary, Level: p.Level,
		Alert: p.Alert, Reason: p.Reason, Areas: p.Areas, Evidence: p.Evidence,
		Framework: p.Framework(), Projects: p.Projects(),
		PublishedAt: at.UTC().Truncate(time.Microsecond), PublishedBy: by,
	}
	v.Hash = v.Seal()
	return v, nil
}

// refuse makes the faults that obstacles are, one for each gap; nil when there are none.
func refuse(op string, obstacles []Obstacle) error {
	var wrong []error
	for len(obstacles) > 0 {
		gap := obstacles[0].Gap
		var codes []string
		var rest []Obstacle
		for _, o := range obstacles {
			if o.Gap == gap {
				codes = append(codes, o.Code)
			} else {
				rest = append(rest, o)
			}
		}
		wrong = append(wrong, gap.fault(op, strings.Join(codes, ", ")))
		obstacles = rest
	}
	return errors.Join(wrong...)
}

// fault says a gap in words, with the codes it is about.
func (g Gap) fault(op, codes string) error {
	switch g {
	case GapBlocs:
		return fault.New(fault.Conflict, op, "the framework has no bloc")
	case GapBloc:
		return fault.New(fault.Conflict, op, "blocs without competency: %s", codes)
	case GapActivity:
		return fault.New(fault.Conflict, op, "activities without competency: %s", codes)
	case GapCriterion:
		return fault.New(fault.Conflict, op, "competencies without criterion: %s", codes)
	case GapApproval:
		return fault.New(fault.Conflict, op, "competencies the group has not approved: %s", codes)
	case GapProjects:
		return fault.New(fault.Conflict, op, "there is no project")
	case GapCoverage:
		return fault.New(fault.Conflict, op, "competencies assessed by no project: %s", codes)
	case GapScenario:
		return fault.New(fault.Conflict, op, "projects without scenario: %s", codes)
	case GapDeliverable:
		return fault.New(fault.Conflict, op, "projects without deliverable: %s", codes)
	case GapCompetencies:
		return fault.New(fault.Conflict, op, "projects that do not assess %d to %d competencies of the framework: %s", MinCompetencies, MaxCompetencies, codes)
	}
	return fault.New(fault.Conflict, op, "projects whose rubric says nothing of a competency: %s", codes)
}
