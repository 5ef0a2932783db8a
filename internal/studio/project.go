package studio

import (
	"slices"
	"strings"
	"time"

	"filiere/internal/people"
)

// Project is the unit of assessment: a learner in a role, for a fictional client.
type Project struct {
	ID           string        `json:"id"`
	Code         string        `json:"code"` // its place in the version: "P1"
	Title        string        `json:"title"`
	Scenario     string        `json:"scenario"` // Markdown: the client, the learner's role, what is asked
	Deliverables []Deliverable `json:"deliverables"`
	Hours        int           `json:"hours"`        // of work, estimated
	Competencies []string      `json:"competencies"` // IDs, 3 to 5
	Rubric       []RubricLine  `json:"rubric"`
}

// Deliverable is something a learner hands in.
type Deliverable struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	File  string `json:"file"` // how its file is named: "rapport.pdf"
}

// RubricLine says what is expected of a deliverable for a competency.
type RubricLine struct {
	Competency  string `json:"competency"`  // ID
	Deliverable string `json:"deliverable"` // ID
	Expected    string `json:"expected"`
}

// ProjectDraft is a project its group still works on. Withdrawn projects are not kept: the audit trail
// knows of them.
type ProjectDraft struct {
	Project
	Place    int
	Revision int
	EditedAt time.Time
	EditedBy people.Actor
}

// What a project is made of.
const (
	MinHours        = 5   // of work; less is an exercise
	MaxHours        = 120 // more is two projects
	MinCompetencies = 3   // fewer tell little of a person
	MaxCompetencies = 5   // more cannot be defended in one session
	MaxDeliverables = 12
	MaxFile         = 80 // characters of a file's name
	maxExpected     = 1_000
)

const opProject = "write project"

// CheckDraft writes a project in the one way it is kept, as far as it is written: what is there must make
// sense, what is missing stands in the way of publication only. known tells the competencies that stand.
// It returns an Invalid fault that names the field.
func (p Project) CheckDraft(known func(competency string) bool) (Project, error) {
	var err error
	if p.Title, err = line(opProject, "title", p.Title, maxTitle); err != nil {
		return p, err
	}
	if p.Scenario, err = text(opProject, "scenario", p.Scenario, maxScenario); err != nil {
		return p, err
	}
	if p.Hours < MinHours || p.Hours > MaxHours {
		return p, invalid(opProject, "hours", "a project takes between %d and %d hours", MinHours, MaxHours)
	}
	if p.Deliverables, err = checkDeliverables(p.Deliverables); err != nil {
		return p, err
	}
	if len(p.Competencies) > MaxCompetencies {
		return p, invalid(opProject, "competencies", "a project assesses %d to %d competencies", MinCompetencies, MaxCompetencies)
	}
	p.Competencies = slices.Clone(p.Competencies)
	for i, c := range p.Competencies {
		if !known(c) || slices.Contains(p.Competencies[:i], c) {
			return p, invalid(opProject, "competencies", "a project assesses competencies of its framework, each once")
		}
	}
	p.Code = ""
	p.Rubric, err = p.checkRubric()
	return p, err
}

func checkDeliverables(list []Deliverable) ([]Deliverable, error) {
	if len(list) > MaxDeliverables {
		return nil, invalid(opProject, "deliverables", "a project has at most %d deliverables", MaxDeliverables)
	}
	list = slices.Clone(list)
	for i, d := range list {
		var err error
		if d.Title, err = line(opProject, "deliverables", d.Title, maxTitle); err != nil {
			return nil, err
		}
		if err := CheckFile(d.File); err != nil {
			return nil, err
		}
		if d.ID == "" || slices.ContainsFunc(list[:i], func(o Deliverable) bool { return o.ID == d.ID || o.File == d.File }) {
			return nil, invalid(opProject, "deliverables", "two deliverables have the same file name")
		}
		list[i] = d
	}
	return list, nil
}

// CheckFile tells whether a deliverable's file may be called so: small letters, digits, dots, dashes, one
// extension at the end. Such a name means the same on every system and in every address.
func CheckFile(name string) error {
	stem, ext, ok := cutLast(name, ".")
	plain := func(s, more string) bool {
		return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789"+more) == ""
	}
	if !ok || len(name) > MaxFile || !plain(ext, "") || !plain(stem, "-_.") || strings.Trim(stem, "-_.") != stem || strings.Contains(stem, "..") {
		f := invalid(opProject, "deliverables", "%q is not a file name", name)
		f.Hint = "write it in small letters with an extension, such as rapport.pdf"
		return f
	}
	return nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// checkRubric keeps the lines that expect something, and refuses one about what the project does not hold.
func (p Project) checkRubric() ([]RubricLine, error) {
	var out []RubricLine
	for _, l := range p.Rubric {
		if strings.TrimSpace(l.Expected) == "" {
			continue
		}
		var err error
		if l.Expected, err = text(opProject, "rubric", l.Expected, maxExpected); err != nil {
			return nil, err
		}
		if !slices.Contains(p.Competencies, l.Competency) || !p.delivers(l.Deliverable) {
			return nil, invalid(opProject, "rubric", "a line of the rubric is about a competency and a deliverable of its project")
		}
		again := func(o RubricLine) bool { return o.Competency == l.Competency && o.Deliverable == l.Deliverable }
		if slices.ContainsFunc(out, again) {
			return nil, invalid(opProject, "rubric", "the rubric says once what is expected of a deliverable for a competency")
		}
		out = append(out, l)
	}
	return out, nil
}

func (p Project) delivers(id string) bool {
	return slices.ContainsFunc(p.Deliverables, func(d Deliverable) bool { return d.ID == id })
}

// Expected is what the rubric expects of a deliverable for a competency, "" for nothing.
func (p Project) Expected(competency, deliverable string) string {
	for _, l := range p.Rubric {
		if l.Competency == competency && l.Deliverable == deliverable {
			return l.Expected
		}
	}
	return ""
}

// Assesses reports whether a competency is among those of a project and its rubric says how it is judged.
func (p Project) Assesses(competency string) bool {
	return slices.Contains(p.Competencies, competency) &&
		slices.ContainsFunc(p.Rubric, func(l RubricLine) bool { return l.Competency == competency })
}

// Without is a project once competencies that stand no more are taken out of it.
func (p Project) Without(gone func(competency string) bool) Project {
	p.Competencies = slices.DeleteFunc(slices.Clone(p.Competencies), gone)
	p.Rubric = slices.DeleteFunc(slices.Clone(p.Rubric), func(l RubricLine) bool { return gone(l.Competency) })
	return p
}
