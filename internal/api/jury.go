package api

import (
	"context"
	"net/http"
	"slices"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// Courts is what the routes of juries ask of the store. The errors are those the store documents.
type Courts interface {
	JuriesOf(ctx context.Context, member people.AccountID, limit int) ([]campus.Jury, error)
	Jury(ctx context.Context, id campus.JuryID) (campus.Jury, error)
	Convene(ctx context.Context, by people.Actor, j campus.Jury) (campus.Jury, error)
	OpenJury(ctx context.Context, by people.AccountID, id campus.JuryID, present []people.AccountID) error
	Deliberate(ctx context.Context, by people.AccountID, id campus.JuryID, e campus.EnrolmentID, blocs []campus.BlocDecision) error
	CloseJury(ctx context.Context, by people.AccountID, id campus.JuryID) error
	ReopenJury(ctx context.Context, by people.AccountID, id campus.JuryID) error
	CancelJury(ctx context.Context, by people.Actor, id campus.JuryID) error
	SignMinutes(ctx context.Context, by people.AccountID, id campus.JuryID, hash string) error
}

// maxDeliberation bounds the body that decides of a candidate: a reason of campus.MaxReason for every bloc.
const maxDeliberation = 64 << 10

// juryDeeds are the routes of juries. To sign takes somebody who has just signed in, never a token, as on
// the pages: a signature is a person's.
func juryDeeds() []deed {
	one := access.PathObject(people.KindJury, "id")
	return []deed{
		{pattern: "GET /juries", action: people.ReadOwn, object: access.Own, do: (*desk).myJuries},
		{pattern: "POST /juries", action: people.Conduct, object: access.AnyObject(people.KindJury), do: (*desk).convene},
		{pattern: "GET /juries/{id}", action: people.SitInJury, object: one, do: (*desk).jury},
		{pattern: "POST /juries/{id}/open", action: people.SitInJury, object: one, do: (*desk).openJury},
		{pattern: "POST /juries/{id}/deliberate", action: people.SitInJury, object: one, limit: maxDeliberation, do: (*desk).deliberate},
		{pattern: "POST /juries/{id}/close", action: people.SitInJury, object: one, do: (*desk).closeJury},
		{pattern: "POST /juries/{id}/reopen", action: people.SitInJury, object: one, do: (*desk).reopenJury},
		{pattern: "POST /juries/{id}/sign", action: people.SitInJury, object: one, fresh: true, do: (*desk).signMinutes},
		{pattern: "POST /juries/{id}/cancel", action: people.Conduct, object: one, do: (*desk).cancelJury},
		{pattern: "GET /juries/{id}/candidates/{enrolment}/submissions", action: people.SitInJury, object: one, do: (*desk).candidateSubmissions},
		{pattern: "GET /juries/{id}/candidates/{enrolment}/submissions/{submission}/files/{n}", action: people.SitInJury, object: one, do: (*desk).candidateFile},
	}
}

// juryJSON is a session as programs read it.
type juryJSON struct {
	ID          campus.JuryID    `json:"id"`
	Version     studio.VersionID `json:"version"`
	Start       time.Time        `json:"start"`
	Place       string           `json:"place"`
	State       campus.JuryState `json:"state"`
	Members     []memberJSON     `json:"members,omitempty"`
	Candidates  []candidateJSON  `json:"candidates,omitempty"`
	Minutes     string           `json:"minutes,omitempty"`
	MinutesHash string           `json:"minutes_sha256,omitempty"`
}

type memberJSON struct {
	Account   people.AccountID `json:"account"` // to say who is present
	Name      string           `json:"name"`
	President bool             `json:"president"`
	Present   bool             `json:"present"`
	SignedAt  time.Time        `json:"signed_at,omitzero"`
}

type candidateJSON struct {
	Enrolment campus.EnrolmentID    `json:"enrolment"`
	Name      string                `json:"name"`
	Blocs     []campus.BlocDecision `json:"blocs,omitempty"`
}

func toJuryJSON(j campus.Jury) juryJSON {
	out := juryJSON{ID: j.ID, Version: j.Version, Start: j.Start, Place: j.Place, State: j.State, Minutes: j.Minutes, MinutesHash: j.MinutesHash}
	for _, m := range j.Members {
		out.Members = append(out.Members, memberJSON{m.Account, m.Name, m.President, m.Present, m.SignedAt})
	}
	for _, c := range j.Candidates {
		out.Candidates = append(out.Candidates, candidateJSON{c.Enrolment, c.Name, c.Blocs})
	}
	return out
}

func (d *desk) myJuries(c call) (outcome, error) {
	list, err := d.assessment.JuriesOf(c.Context(), c.own(), latestAssessed)
	out := listOf[juryJSON]{Data: []juryJSON{}}
	for _, j := range list {
		one := toJuryJSON(j)
		one.Minutes = "" // read one of them for its text
		out.Data = append(out.Data, one)
	}
	return outcome{body: out}, err
}

func pathJury(c call) campus.JuryID { return campus.JuryID(c.PathValue("id")) }

func (d *desk) jury(c call) (outcome, error) {
	j, err := d.assessment.Jury(c.Context(), pathJury(c))
	return outcome{body: toJuryJSON(j)}, err
}

// moved answers with the jury as it is after something was done to it.
func (d *desk) moved(c call, err error) (outcome, error) {
	if err != nil {
		return outcome{}, err
	}
	return d.jury(c)
}

// convene calls a jury together. Whoever does is no member: they are told what they asked for, and its ID.
func (d *desk) convene(c call) (outcome, error) {
	var asked struct {
		Start      time.Time            `json:"start"`
		Place      string               `json:"place"`
		President  people.AccountID     `json:"president"`
		Members    []people.AccountID   `json:"members"`
		Candidates []campus.EnrolmentID `json:"candidates"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	j := campus.Jury{Start: asked.Start, Place: asked.Place, Members: []campus.Member{{Account: asked.President, President: true}}}
	for _, m := range asked.Members {
		j.Members = append(j.Members, campus.Member{Account: m})
	}
	for _, e := range asked.Candidates {
		j.Candidates = append(j.Candidates, campus.Candidate{Enrolment: e})
	}
	j, err := d.assessment.Convene(c.Context(), c.caller.Actor(), j)
	return outcome{status: http.StatusCreated, location: prefix + "/juries/" + string(j.ID), body: toJuryJSON(j)}, err
}

func (d *desk) openJury(c call) (outcome, error) {
	var asked struct {
		Present []people.AccountID `json:"present"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	return d.moved(c, d.assessment.OpenJury(c.Context(), c.own(), pathJury(c), asked.Present))
}

func (d *desk) deliberate(c call) (outcome, error) {
	var asked struct {
		Enrolment campus.EnrolmentID    `json:"enrolment"`
		Blocs     []campus.BlocDecision `json:"blocs"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	return d.moved(c, d.assessment.Deliberate(c.Context(), c.own(), pathJury(c), asked.Enrolment, asked.Blocs))
}

func (d *desk) closeJury(c call) (outcome, error) {
	return d.moved(c, d.assessment.CloseJury(c.Context(), c.own(), pathJury(c)))
}

func (d *desk) reopenJury(c call) (outcome, error) {
	return d.moved(c, d.assessment.ReopenJury(c.Context(), c.own(), pathJury(c)))
}

// signMinutes signs the minutes whose hash the member has read.
func (d *desk) signMinutes(c call) (outcome, error) {
	var asked struct {
		Hash string `json:"minutes_sha256"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	return d.moved(c, d.assessment.SignMinutes(c.Context(), c.own(), pathJury(c), asked.Hash))
}

func (d *desk) cancelJury(c call) (outcome, error) {
	return nothing, d.assessment.CancelJury(c.Context(), c.caller.Actor(), pathJury(c))
}

// candidate finds a candidate of a jury: nobody else's file can be read through it.
func (d *desk) candidate(c call) (campus.EnrolmentID, error) {
	j, err := d.assessment.Jury(c.Context(), pathJury(c))
	if err != nil {
		return "", err
	}
	e := campus.EnrolmentID(c.PathValue("enrolment"))
	if !slices.ContainsFunc(j.Candidates, func(c campus.Candidate) bool { return c.Enrolment == e }) {
		return "", noFile()
	}
	return e, nil
}

func (d *desk) candidateSubmissions(c call) (outcome, error) {
	e, err := d.candidate(c)
	if err != nil {
		return outcome{}, err
	}
	return d.submissionsOf(c, e)
}

func (d *desk) candidateFile(c call) (outcome, error) {
	e, err := d.candidate(c)
	if err != nil {
		return outcome{}, err
	}
	return d.submittedFile(c, e)
}
