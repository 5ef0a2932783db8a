package api

import (
	"net/http"
	"slices"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// item answers with an item as it stands.
func (d *desk) item(c call, id string, status int) (outcome, error) {
	p, err := d.studio.Programme(c.Context(), c.pathProgramme())
	if err != nil {
		return outcome{}, err
	}
	i, err := p.Item(id)
	return outcome{status: status, body: toItemJSON(i, p.Framework().Codes())}, err
}

// itemAfter answers with the item the address names, once something was done to it.
func (d *desk) itemAfter(c call, err error) (outcome, error) {
	if err != nil {
		return outcome{}, err
	}
	return d.item(c, c.PathValue("item"), 0)
}

func (d *desk) addItem(c call) (outcome, error) {
	var ask struct {
		Kind    studio.ItemKind `json:"kind"`
		Parent  string          `json:"parent"`
		Wording string          `json:"wording"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	i, err := d.studio.AddItem(c.Context(), c.caller.Actor(), c.pathProgramme(), ask.Kind, ask.Parent, ask.Wording)
	if err != nil {
		return outcome{}, err
	}
	return d.item(c, i.ID, http.StatusCreated)
}

func (d *desk) editItem(c call) (outcome, error) {
	var ask struct {
		Wording string `json:"wording"`
		Seen    int    `json:"seen"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	return d.itemAfter(c, d.studio.EditItem(c.Context(), c.caller.Actor(), c.pathProgramme(), c.PathValue("item"), ask.Wording, ask.Seen))
}

func (d *desk) withdrawItem(c call) (outcome, error) {
	seen, err := c.seen()
	if err != nil {
		return outcome{}, err
	}
	return d.itemAfter(c, d.studio.WithdrawItem(c.Context(), c.caller.Actor(), c.pathProgramme(), c.PathValue("item"), seen))
}

// seenRequest says which revision somebody looked at.
type seenRequest struct {
	Seen int `json:"seen"`
}

func (d *desk) restoreItem(c call) (outcome, error) {
	var ask seenRequest
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	return d.itemAfter(c, d.studio.RestoreItem(c.Context(), c.caller.Actor(), c.pathProgramme(), c.PathValue("item"), ask.Seen))
}

func (d *desk) moveItem(c call) (outcome, error) {
	var ask struct {
		Parent string `json:"parent"`
		Place  int    `json:"place"` // the first being 0
		Seen   int    `json:"seen"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	return d.itemAfter(c, d.studio.MoveItem(c.Context(), c.caller.Actor(), c.pathProgramme(), c.PathValue("item"), ask.Parent, ask.Place, ask.Seen))
}

func (d *desk) approveItem(c call) (outcome, error) {
	var ask seenRequest
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	return d.itemAfter(c, d.studio.ApproveItem(c.Context(), c.caller.Actor(), c.pathProgramme(), c.PathValue("item"), ask.Seen))
}

func (d *desk) unapproveItem(c call) (outcome, error) {
	return d.itemAfter(c, d.studio.TakeApprovalBack(c.Context(), c.caller.Actor(), c.pathProgramme(), c.PathValue("item")))
}

func (d *desk) itemComments(c call) (outcome, error) {
	p, err := d.studio.Programme(c.Context(), c.pathProgramme())
	if err != nil {
		return outcome{}, err
	}
	i, err := p.Item(c.PathValue("item"))
	if err != nil {
		return outcome{}, err
	}
	list, err := d.studio.Comments(c.Context(), p.ID, i.ID)
	out := listOf[commentJSON]{Data: []commentJSON{}}
	for _, one := range list {
		out.Data = append(out.Data, toCommentJSON(one))
	}
	return outcome{body: out}, err
}

func (d *desk) commentItem(c call) (outcome, error) {
	var ask struct {
		Comment   string `json:"comment"`
		Objection bool   `json:"objection"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	said, err := d.studio.CommentItem(c.Context(), c.caller.Actor(), c.pathProgramme(), c.PathValue("item"), ask.Comment, ask.Objection)
	return outcome{status: http.StatusCreated, body: toCommentJSON(said)}, err
}

func (d *desk) settleObjection(c call) (outcome, error) {
	id := c.pathProgramme()
	designer := c.caller.May(people.ChangeProgrammes, id.Ref())
	return nothing, d.studio.SettleObjection(c.Context(), c.caller.Actor(), id, c.PathValue("comment"), designer)
}

// projectRequest is a project as it is asked for. Its rubric names deliverables by their ID; a new one may be
// called anything here, and is given an ID of ours.
type projectRequest struct {
	Title        string               `json:"title"`
	Scenario     string               `json:"scenario"`
	Hours        int                  `json:"hours"`
	Deliverables []studio.Deliverable `json:"deliverables"`
	Competencies []string             `json:"competencies"`
	Rubric       []studio.RubricLine  `json:"rubric"`
}

func (r projectRequest) project(id string) studio.Project {
	return studio.Project{
		ID: id, Title: r.Title, Scenario: r.Scenario, Hours: r.Hours, Deliverables: r.Deliverables, Competencies: r.Competencies, Rubric: r.Rubric,
	}
}

// project answers with a project as it stands.
func (d *desk) project(c call, id string, status int) (outcome, error) {
	p, err := d.studio.Programme(c.Context(), c.pathProgramme())
	if err != nil {
		return outcome{}, err
	}
	draft, err := p.Draft(id)
	if err != nil {
		return outcome{}, err
	}
	n := slices.IndexFunc(p.Drafts, func(d studio.ProjectDraft) bool { return d.ID == id })
	return outcome{status: status, body: toProjectJSON(p.Projects()[n], draft)}, nil
}

func (d *desk) addProject(c call) (outcome, error) {
	var ask projectRequest
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	pr, err := d.studio.AddProject(c.Context(), c.caller.Actor(), c.pathProgramme(), ask.project(""))
	if err != nil {
		return outcome{}, err
	}
	return d.project(c, pr.ID, http.StatusCreated)
}

func (d *desk) editProject(c call) (outcome, error) {
	var ask struct {
		projectRequest
		Seen int `json:"seen"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	id := c.PathValue("project")
	if err := d.studio.EditProject(c.Context(), c.caller.Actor(), c.pathProgramme(), ask.project(id), ask.Seen); err != nil {
		return outcome{}, err
	}
	return d.project(c, id, 0)
}

func (d *desk) deleteProject(c call) (outcome, error) {
	seen, err := c.seen()
	if err != nil {
		return outcome{}, err
	}
	return nothing, d.studio.DeleteProject(c.Context(), c.caller.Actor(), c.pathProgramme(), c.PathValue("project"), seen)
}

func (d *desk) moveProject(c call) (outcome, error) {
	var ask struct {
		Place int `json:"place"` // the first being 0
		Seen  int `json:"seen"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	id := c.PathValue("project")
	if err := d.studio.MoveProject(c.Context(), c.caller.Actor(), c.pathProgramme(), id, ask.Place, ask.Seen); err != nil {
		return outcome{}, err
	}
	return d.project(c, id, 0)
}
