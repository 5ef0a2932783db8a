package web

import (
	"context"

	"filiere/internal/campus"
	"filiere/internal/studio"
)

// campusSteps is what waits for designers beside paths: learners to give a mentor, defences to plan,
// juries. They have a page of their own; part "campus-steps" (templates/part/campus.html) leads there.
func (s *server) campusSteps(context.Context, *visit) (any, error) { return s.assessment != nil, nil }

// learningView is what the part "learning-projects" shows of an enrolment.
type learningView struct {
	Enrolment campus.Enrolment
	Projects  []projectLine
	Mine      bool // the reader is the learner
	Assessed  bool // sessions, submissions and defences have their page
}

// projectLine is a project of a path.
type projectLine struct {
	studio.Project
	Takes []studio.Competency
}

// learningProjects is what an enrolment's page shows of its projects: sessions, submissions and defences
// belong here. Part "learning-projects" (templates/part/campus.html) shows it.
func (s *server) learningProjects(_ context.Context, _ *visit, e campus.Enrolment, version studio.Version, mine bool) (learningView, error) {
	return learningView{Enrolment: e, Projects: projectsOf(version), Mine: mine, Assessed: s.assessment != nil}, nil
}

// projectsOf lists the projects of a version with the competencies they assess.
func projectsOf(version studio.Version) []projectLine {
	by := map[string]studio.Competency{}
	for _, c := range version.Framework.Competencies() {
		by[c.ID] = c
	}
	var out []projectLine
	for _, p := range version.Projects {
		line := projectLine{Project: p}
		for _, id := range p.Competencies {
			line.Takes = append(line.Takes, by[id])
		}
		out = append(out, line)
	}
	return out
}
