package api

import (
	"time"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// programmeJSON is a programme in the making as programs read it.
type programmeJSON struct {
	ID            studio.ProgrammeID `json:"id"`
	State         studio.State       `json:"state"`
	Alert         string             `json:"alert"` // "" for none
	Brief         studio.Brief       `json:"brief"`
	BriefRevision int                `json:"brief_revision"` // to be sent back as seen when the brief is changed
	Revision      int                `json:"revision"`       // to be sent back as seen with a step and the publication
	OpenedAt      time.Time          `json:"opened_at"`
	ApprovedAt    time.Time          `json:"approved_at,omitzero"` // the framework
	Versions      int                `json:"versions"`             // published so far
	Group         []groupMemberJSON  `json:"group"`
	Items         []itemJSON         `json:"items"`    // by kind and place, withdrawn ones too
	Projects      []projectJSON      `json:"projects"` // in the order of the path
	Coverage      []coverageJSON     `json:"coverage"`
	Obstacles     []obstacleJSON     `json:"obstacles"` // what stands in the way of publication
}

type groupMemberJSON struct {
	Account   people.AccountID `json:"account"`
	Name      string           `json:"name"`
	Role      people.Role      `json:"role"`
	Active    bool             `json:"active"`
	InvitedAt time.Time        `json:"invited_at"`
}

// itemJSON is a bloc, an activity, a competency or a criterion.
type itemJSON struct {
	ID         string             `json:"id"`
	Parent     string             `json:"parent"` // "" for a bloc
	Kind       studio.ItemKind    `json:"kind"`
	Code       string             `json:"code"` // as it would be published with, "" for criteria and what does not stand
	Place      int                `json:"place"`
	Wording    string             `json:"wording"`
	State      studio.ItemState   `json:"state"`
	Revision   int                `json:"revision"`
	ProposedAt time.Time          `json:"proposed_at"`
	EditedAt   time.Time          `json:"edited_at,omitzero"`
	Approvals  []people.AccountID `json:"approvals"`
	Comments   int                `json:"comments"`
	Objections int                `json:"objections"` // open ones
}

// projectJSON is a project with what its editor needs.
type projectJSON struct {
	studio.Project
	Revision int       `json:"revision"`
	EditedAt time.Time `json:"edited_at,omitzero"`
}

// coverageJSON is a competency and the projects that assess it.
type coverageJSON struct {
	Competency string   `json:"competency"`
	Code       string   `json:"code"`
	Projects   []string `json:"projects"` // codes
}

type obstacleJSON struct {
	Gap  studio.Gap `json:"gap"`
	Code string     `json:"code"`
	ID   string     `json:"id"`
}

// commentJSON is what a member says of an item.
type commentJSON struct {
	ID        string           `json:"id"`
	Account   people.AccountID `json:"account"`
	Name      string           `json:"name,omitempty"`
	Comment   string           `json:"comment"`
	Objection bool             `json:"objection"`
	At        time.Time        `json:"at"`
	SettledAt time.Time        `json:"settled_at,omitzero"` // of an objection
}

func toProgrammeJSON(p studio.Programme) programmeJSON {
	out := programmeJSON{
		ID: p.ID, State: p.State, Alert: p.Alert, Brief: p.Brief, BriefRevision: p.BriefRevision, Revision: p.Revision,
		OpenedAt: p.OpenedAt, ApprovedAt: p.ApprovedAt, Versions: p.Versions,
		Group: []groupMemberJSON{}, Items: []itemJSON{}, Projects: []projectJSON{}, Coverage: []coverageJSON{}, Obstacles: []obstacleJSON{},
	}
	for _, m := range p.Group {
		out.Group = append(out.Group, groupMemberJSON{m.Account, m.Name, m.Role, m.Active, m.InvitedAt})
	}
	codes := p.Framework().Codes()
	for _, i := range p.Items {
		out.Items = append(out.Items, toItemJSON(i, codes))
	}
	for n, pr := range p.Projects() {
		out.Projects = append(out.Projects, toProjectJSON(pr, p.Drafts[n]))
	}
	for _, row := range p.Coverage().Rows {
		line := coverageJSON{Competency: row.ID, Code: row.Code, Projects: []string{}}
		for n, assessed := range row.Cells {
			if assessed {
				line.Projects = append(line.Projects, out.Projects[n].Code)
			}
		}
		out.Coverage = append(out.Coverage, line)
	}
	for _, o := range p.Obstacles() {
		out.Obstacles = append(out.Obstacles, obstacleJSON(o))
	}
	return out
}

func toItemJSON(i studio.Item, codes map[string]string) itemJSON {
	out := itemJSON{
		ID: i.ID, Parent: i.Parent, Kind: i.Kind, Code: codes[i.ID], Place: i.Place, Wording: i.Wording, State: i.State, Revision: i.Revision,
		ProposedAt: i.ProposedAt, EditedAt: i.EditedAt, Approvals: []people.AccountID{}, Comments: i.Comments, Objections: i.Objections,
	}
	for _, a := range i.Approvals {
		out.Approvals = append(out.Approvals, a.Account)
	}
	return out
}

// toProjectJSON writes a project with its code. Lists that are empty are lists.
func toProjectJSON(pr studio.Project, d studio.ProjectDraft) projectJSON {
	pr.Deliverables = append([]studio.Deliverable{}, pr.Deliverables...)
	pr.Competencies = append([]string{}, pr.Competencies...)
	pr.Rubric = append([]studio.RubricLine{}, pr.Rubric...)
	return projectJSON{pr, d.Revision, d.EditedAt}
}

func toCommentJSON(c studio.Comment) commentJSON {
	return commentJSON{c.ID, c.Account, c.Name, c.Wording, c.Objection, c.At, c.SettledAt}
}
