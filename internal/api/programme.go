package api

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"

	"filiere/internal/access"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/territory"
)

// Studio is what the routes of programmes ask of the store. The errors are those the store documents.
type Studio interface {
	Programme(ctx context.Context, id studio.ProgrammeID) (studio.Programme, error)
	Programmes(ctx context.Context, account people.AccountID, limit, offset int) ([]studio.Line, int, error)
	OpenProgramme(ctx context.Context, by people.Actor, b studio.Brief, alert market.AlertID) (studio.Programme, error)
	ChangeBrief(ctx context.Context, by people.Actor, id studio.ProgrammeID, b studio.Brief, seen int) error
	StepProgramme(ctx context.Context, by people.Actor, id studio.ProgrammeID, e lifecycle.Event, seen int) error
	PublishProgramme(ctx context.Context, by people.Actor, id studio.ProgrammeID, seen int) (studio.Version, error)

	InviteExpert(ctx context.Context, by people.Actor, id studio.ProgrammeID, a people.Account) (people.Account, error)
	JoinGroup(ctx context.Context, by people.Actor, id studio.ProgrammeID) error
	LeaveGroup(ctx context.Context, by people.Actor, id studio.ProgrammeID, who people.AccountID) error

	AddItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, kind studio.ItemKind, parent, wording string) (studio.Item, error)
	EditItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, wording string, seen int) error
	MoveItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, parent string, place, seen int) error
	WithdrawItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error
	RestoreItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error
	ApproveItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error
	TakeApprovalBack(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string) error
	Comments(ctx context.Context, id studio.ProgrammeID, item string) ([]studio.Comment, error)
	CommentItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, wording string, objection bool) (studio.Comment, error)
	SettleObjection(ctx context.Context, by people.Actor, id studio.ProgrammeID, comment string, designer bool) error

	AddProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, pr studio.Project) (studio.Project, error)
	EditProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, pr studio.Project, seen int) error
	MoveProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, project string, place, seen int) error
	DeleteProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, project string, seen int) error
}

// ExpertLetter sends an expert the link that signs them in and leads to their programme.
type ExpertLetter func(ctx context.Context, by people.Actor, a people.Account, to studio.Programme) error

// The bodies about programmes may be longer than the others: a brief holds two texts and a project a
// scenario and a rubric, of which every character may take four bytes.
const (
	maxText    = 64 << 10
	maxProject = 512 << 10
)

// programmeDeeds are the routes of programmes in the making.
func programmeDeeds() []deed {
	const (
		one     = "/programmes/{id}"
		item    = one + "/items/{item}"
		project = one + "/projects/{project}"
	)
	id, any := access.PathObject(people.KindProgramme, "id"), access.AnyObject(people.KindProgramme)
	read := func(pattern string, do func(*desk, call) (outcome, error)) deed {
		return deed{pattern: "GET " + pattern, action: people.ReadProgrammes, object: id, do: do}
	}
	contribute := func(pattern string, do func(*desk, call) (outcome, error), params ...string) deed {
		return deed{pattern: pattern, action: people.Contribute, object: id, limit: maxText, params: params, do: do}
	}
	change := func(pattern string, do func(*desk, call) (outcome, error), params ...string) deed {
		return deed{pattern: pattern, action: people.ChangeProgrammes, object: id, limit: maxProject, params: params, do: do}
	}
	return []deed{
		{pattern: "GET /programmes", action: people.ReadOwn, object: access.Own, params: []string{"limit", "offset"}, do: (*desk).listProgrammes},
		{pattern: "GET /programmes.csv", action: people.ReadOwn, object: access.Own, do: (*desk).programmeTable},
		{pattern: "POST /programmes", action: people.ChangeProgrammes, object: any, limit: maxText, do: (*desk).openProgramme},
		read(one, (*desk).programme),
		change("PATCH "+one, (*desk).changeBrief),
		change("POST "+one+"/experts", (*desk).inviteExpert),
		change("POST "+one+"/members", (*desk).joinGroup),
		change("DELETE "+one+"/members/{account}", (*desk).leaveGroup),
		change("POST "+one+"/step", (*desk).stepProgramme),
		change("POST "+one+"/publish", (*desk).publishProgramme),

		contribute("POST "+one+"/items", (*desk).addItem),
		contribute("PATCH "+item, (*desk).editItem),
		contribute("DELETE "+item, (*desk).withdrawItem, "seen"),
		contribute("POST "+item+"/restore", (*desk).restoreItem),
		contribute("POST "+item+"/move", (*desk).moveItem),
		contribute("PUT "+item+"/approval", (*desk).approveItem),
		contribute("DELETE "+item+"/approval", (*desk).unapproveItem),
		read(item+"/comments", (*desk).itemComments),
		contribute("POST "+item+"/comments", (*desk).commentItem),
		contribute("POST "+one+"/objections/{comment}/settle", (*desk).settleObjection),

		change("POST "+one+"/projects", (*desk).addProject),
		change("PUT "+project, (*desk).editProject),
		change("DELETE "+project, (*desk).deleteProject, "seen"),
		change("POST "+project+"/move", (*desk).moveProject),
	}
}

// pathProgramme is the programme the address names.
func (c call) pathProgramme() studio.ProgrammeID { return studio.ProgrammeID(c.PathValue("id")) }

// seen is the revision a deed without a body says it looked at.
func (c call) seen() (int, error) {
	n, err := strconv.Atoi(c.values.Get("seen"))
	if err != nil || n < 0 {
		return 0, wrong("seen", "is the revision you saw, a whole number")
	}
	return n, nil
}

// programmePage is a part of the list of programmes.
type programmePage struct {
	Data   []studio.Line `json:"data"`
	Total  int           `json:"total"`
	Limit  int           `json:"limit"`
	Offset int           `json:"offset"`
	Next   *string       `json:"next"`
}

// belonging is whose programmes the caller sees: their own, or all of them ("").
func (c call) belonging() people.AccountID {
	if c.caller.May(people.ReadProgrammes, people.Ref{Kind: people.KindProgramme}) {
		return ""
	}
	return c.own()
}

func (d *desk) listProgrammes(c call) (outcome, error) {
	limit, offset, err := c.page()
	if err != nil {
		return outcome{}, err
	}
	found, total, err := d.studio.Programmes(c.Context(), c.belonging(), limit, offset)
	if err != nil {
		return outcome{}, err
	}
	out := programmePage{Data: append([]studio.Line{}, found...), Total: total, Limit: limit, Offset: offset}
	if offset+limit < total {
		out.Next = c.next("offset", strconv.Itoa(offset+limit))
	}
	return outcome{body: out}, nil
}

// programmeTable is the list as CSV.
func (d *desk) programmeTable(c call) (outcome, error) {
	found, _, err := d.studio.Programmes(c.Context(), c.belonging(), maxTableRows, 0)
	rows := [][]string{studio.LineColumns()}
	for _, l := range found {
		rows = append(rows, l.Fields())
	}
	return csvFile("programmes.csv", rows), err
}

// csvFile is rows as a CSV file, the first being the header.
func csvFile(name string, rows [][]string) outcome {
	return outcome{name: name, media: "text/csv; charset=utf-8; header=present", file: func(w io.Writer) error {
		return csv.NewWriter(w).WriteAll(rows)
	}}
}

// programme is a programme in the making, whole.
func (d *desk) programme(c call) (outcome, error) { return d.programmeAs(c, 0) }

func (d *desk) programmeAs(c call, status int) (outcome, error) {
	p, err := d.studio.Programme(c.Context(), c.pathProgramme())
	if err != nil {
		return outcome{}, err
	}
	return outcome{status: status, body: toProgrammeJSON(p)}, nil
}

// briefRequest is a brief as it is asked for. What is left out of a change stays as it was.
type briefRequest struct {
	Title    *string         `json:"title"`
	Summary  *string         `json:"summary"`
	Level    *int            `json:"level"`
	Learners *int            `json:"learners"`
	Reason   *string         `json:"reason"`
	Areas    *[]territory.ID `json:"areas"`
}

// over writes what is asked over a brief.
func (r briefRequest) over(b studio.Brief) studio.Brief {
	overwrite(&b.Title, r.Title)
	overwrite(&b.Summary, r.Summary)
	overwrite(&b.Level, r.Level)
	overwrite(&b.Learners, r.Learners)
	overwrite(&b.Reason, r.Reason)
	overwrite(&b.Areas, r.Areas)
	return b
}

// overwrite writes a value over another, if there is one.
func overwrite[T any](over, value *T) {
	if value != nil {
		*over = *value
	}
}

func (d *desk) openProgramme(c call) (outcome, error) {
	var ask struct {
		briefRequest
		Alert market.AlertID `json:"alert"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	p, err := d.studio.OpenProgramme(c.Context(), c.caller.Actor(), ask.over(studio.Brief{}), ask.Alert)
	if err != nil {
		return outcome{}, err
	}
	return outcome{status: http.StatusCreated, location: prefix + "/programmes/" + string(p.ID), body: toProgrammeJSON(p)}, nil
}

// changeBrief changes what a programme says it is for, as it stood at the revision of the brief that was seen.
func (d *desk) changeBrief(c call) (outcome, error) {
	var ask struct {
		briefRequest
		Seen int `json:"seen"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	p, err := d.studio.Programme(c.Context(), c.pathProgramme())
	if err != nil {
		return outcome{}, err
	}
	if err := d.studio.ChangeBrief(c.Context(), c.caller.Actor(), p.ID, ask.over(p.Brief), ask.Seen); err != nil {
		return outcome{}, err
	}
	return d.programme(c)
}

// inviteExpert takes somebody into the group and sends them their link. Asked again it sends it again.
func (d *desk) inviteExpert(c call) (outcome, error) {
	var ask struct {
		Email string `json:"email"`
		Name  string `json:"name"`
		Lang  string `json:"lang"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	by := c.caller.Actor()
	a, err := d.studio.InviteExpert(c.Context(), by, c.pathProgramme(), people.Account{Email: ask.Email, Name: ask.Name, Lang: ask.Lang})
	if err != nil {
		return outcome{}, err
	}
	p, err := d.studio.Programme(c.Context(), c.pathProgramme())
	if err != nil {
		return outcome{}, err
	}
	if err := d.expertLetter(c.Context(), by, a, p); err != nil {
		return outcome{}, err
	}
	return outcome{body: toProgrammeJSON(p)}, nil
}

func (d *desk) joinGroup(c call) (outcome, error) {
	return nothing, d.studio.JoinGroup(c.Context(), c.caller.Actor(), c.pathProgramme())
}

func (d *desk) leaveGroup(c call) (outcome, error) {
	return nothing, d.studio.LeaveGroup(c.Context(), c.caller.Actor(), c.pathProgramme(), people.AccountID(c.PathValue("account")))
}

// stepProgramme approves the framework, opens it again, begins the next version or abandons it all.
func (d *desk) stepProgramme(c call) (outcome, error) {
	var ask struct {
		Event lifecycle.Event `json:"event"`
		Seen  int             `json:"seen"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	if ask.Event == studio.EventPublish {
		return outcome{}, wrong("event", "is not a step: POST /publish publishes")
	}
	if err := eventOf(studio.ProgrammeMachine(), ask.Event); err != nil {
		return outcome{}, err
	}
	if err := d.studio.StepProgramme(c.Context(), c.caller.Actor(), c.pathProgramme(), ask.Event, ask.Seen); err != nil {
		return outcome{}, err
	}
	return d.programme(c)
}

func (d *desk) publishProgramme(c call) (outcome, error) {
	var ask struct {
		Seen int `json:"seen"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	v, err := d.studio.PublishProgramme(c.Context(), c.caller.Actor(), c.pathProgramme(), ask.Seen)
	return outcome{status: http.StatusCreated, location: prefix + "/versions/" + string(v.ID), body: v}, err
}
