package api

import (
	"context"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// Assessment is what the routes of defences and juries ask of the store. The errors are those the store
// documents.
type Assessment interface {
	DefencesBy(ctx context.Context, assessor people.AccountID, limit int) ([]campus.NamedDefence, error)
	Defence(ctx context.Context, id campus.DefenceID) (campus.Defence, error)
	HoldDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID) error
	DecideDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID, a campus.Assessment, o campus.Outcome) error
	JuriesOf(ctx context.Context, member people.AccountID, limit int) ([]campus.Jury, error)
	Jury(ctx context.Context, id campus.JuryID) (campus.Jury, error)
}

// latestAssessed bounds the lists of one's own defences and juries.
const latestAssessed = 100

// assessmentDeeds are the routes of defences and juries. A member signs in person, on the pages.
func assessmentDeeds() []deed {
	defence, jury := access.PathObject(people.KindDefence, "id"), access.PathObject(people.KindJury, "id")
	return []deed{
		{pattern: "GET /defences", action: people.ReadOwn, object: access.Own, do: (*desk).myDefences},
		{pattern: "GET /defences/{id}", action: people.Assess, object: defence, do: (*desk).defence},
		{pattern: "POST /defences/{id}/hold", action: people.Assess, object: defence, do: (*desk).holdDefence},
		{pattern: "POST /defences/{id}/decide", action: people.Assess, object: defence, do: (*desk).decideDefence},
		{pattern: "GET /juries", action: people.ReadOwn, object: access.Own, do: (*desk).myJuries},
		{pattern: "GET /juries/{id}", action: people.SitInJury, object: jury, do: (*desk).jury},
	}
}

// defenceJSON is a defence as programs read it.
type defenceJSON struct {
	ID         campus.DefenceID    `json:"id"`
	Enrolment  campus.EnrolmentID  `json:"enrolment"`
	Project    string              `json:"project"`
	Label      string              `json:"label"`
	Start      time.Time           `json:"start"`
	State      campus.DefenceState `json:"state"`
	Number     int                 `json:"number"`
	Outcome    campus.Outcome      `json:"outcome,omitempty"`
	Assessment *campus.Assessment  `json:"assessment,omitempty"`
	FixDue     time.Time           `json:"fix_due,omitzero"`
	CheckDue   time.Time           `json:"check_due,omitzero"`
}

func toDefenceJSON(d campus.Defence) defenceJSON {
	out := defenceJSON{
		ID: d.ID, Enrolment: d.Enrolment, Project: d.Project, Label: d.Label, Start: d.Start, State: d.State, Number: d.Number,
		Outcome: d.Outcome, FixDue: d.FixDue, CheckDue: d.CheckDue,
	}
	if len(d.Assessment.Competencies) > 0 {
		out.Assessment = &d.Assessment
	}
	return out
}

// listOf is the latest of what is the caller's own.
type listOf[T any] struct {
	Data []T `json:"data"`
}

func (d *desk) myDefences(c call) (outcome, error) {
	list, err := d.assessment.DefencesBy(c.Context(), c.own(), latestAssessed)
	out := listOf[defenceJSON]{Data: []defenceJSON{}}
	for _, one := range list {
		out.Data = append(out.Data, toDefenceJSON(one.Defence))
	}
	return outcome{body: out}, err
}

func (d *desk) defence(c call) (outcome, error) {
	one, err := d.assessment.Defence(c.Context(), campus.DefenceID(c.PathValue("id")))
	return outcome{body: toDefenceJSON(one)}, err
}

func (d *desk) holdDefence(c call) (outcome, error) {
	return nothing, d.assessment.HoldDefence(c.Context(), c.own(), campus.DefenceID(c.PathValue("id")))
}

func (d *desk) decideDefence(c call) (outcome, error) {
	var asked struct {
		Outcome    campus.Outcome    `json:"outcome"`
		Assessment campus.Assessment `json:"assessment"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	return nothing, d.assessment.DecideDefence(c.Context(), c.own(), campus.DefenceID(c.PathValue("id")), asked.Assessment, asked.Outcome)
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
	Name      string    `json:"name"`
	President bool      `json:"president"`
	Present   bool      `json:"present"`
	SignedAt  time.Time `json:"signed_at,omitzero"`
}

type candidateJSON struct {
	Enrolment campus.EnrolmentID    `json:"enrolment"`
	Name      string                `json:"name"`
	Blocs     []campus.BlocDecision `json:"blocs,omitempty"`
}

func toJuryJSON(j campus.Jury) juryJSON {
	out := juryJSON{ID: j.ID, Version: j.Version, Start: j.Start, Place: j.Place, State: j.State, Minutes: j.Minutes, MinutesHash: j.MinutesHash}
	for _, m := range j.Members {
		out.Members = append(out.Members, memberJSON{m.Name, m.President, m.Present, m.SignedAt})
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

func (d *desk) jury(c call) (outcome, error) {
	j, err := d.assessment.Jury(c.Context(), campus.JuryID(c.PathValue("id")))
	return outcome{body: toJuryJSON(j)}, err
}
