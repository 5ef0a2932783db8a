package api

import (
	"context"
	"net/http"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/people"
)

// Assessment is what the routes of mentoring, defences and juries ask of the store. The errors are those the store
// documents.
type Assessment interface {
	DefencesBy(ctx context.Context, assessor people.AccountID, limit int) ([]campus.NamedDefence, error)
	Defence(ctx context.Context, id campus.DefenceID) (campus.Defence, error)
	HoldDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID) error
	DecideDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID, a campus.Assessment, o campus.Outcome) error
	PlanDefence(ctx context.Context, by people.Actor, id campus.EnrolmentID, project string, assessor people.AccountID, start time.Time) (campus.Defence, error)
	CallOffDefence(ctx context.Context, by people.Actor, id campus.DefenceID) error
	LapseFix(ctx context.Context, by people.Actor, id campus.DefenceID) error
	DefencesOf(ctx context.Context, id campus.EnrolmentID) ([]campus.Defence, error)

	Mentoring
	Courts
}

// latestAssessed bounds the lists of one's own defences and juries.
const latestAssessed = 100

// maxRubric bounds the body that fills in a rubric: a remark of campus.MaxRemark on every competency.
const maxRubric = 128 << 10

// assessmentDeeds are the routes of defences.
func assessmentDeeds() []deed {
	defence, enrolment := access.PathObject(people.KindDefence, "id"), access.PathObject(people.KindEnrolment, "id")
	return []deed{
		{pattern: "GET /defences", action: people.ReadOwn, object: access.Own, do: (*desk).myDefences},
		{pattern: "GET /defences/{id}", action: people.Assess, object: defence, do: (*desk).defence},
		{pattern: "POST /defences/{id}/hold", action: people.Assess, object: defence, do: (*desk).holdDefence},
		{pattern: "POST /defences/{id}/decide", action: people.Assess, object: defence, limit: maxRubric, do: (*desk).decideDefence},
		{pattern: "POST /defences/{id}/lapse", action: people.Assess, object: defence, do: (*desk).lapseFix},
		{pattern: "POST /defences/{id}/call-off", action: people.Conduct, object: defence, do: (*desk).callOffDefence},
		{pattern: "GET /defences/{id}/submissions/{submission}/files/{n}", action: people.Assess, object: defence, do: (*desk).defendedFile},
		{pattern: "GET /enrolments/{id}/defences", action: people.ReadEnrolments, object: enrolment, do: (*desk).defencesOf},
		{pattern: "POST /enrolments/{id}/defences", action: people.Conduct, object: enrolment, do: (*desk).planDefence},
	}
}

// defenceJSON is a defence as programs read it.
type defenceJSON struct {
	ID         campus.DefenceID    `json:"id"`
	Enrolment  campus.EnrolmentID  `json:"enrolment"`
	Project    string              `json:"project"`
	Label      string              `json:"label"`
	Submission campus.SubmissionID `json:"submission"`         // what is defended
	FixedBy    campus.SubmissionID `json:"fixed_by,omitempty"` // the fix
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
		ID: d.ID, Enrolment: d.Enrolment, Project: d.Project, Label: d.Label, Submission: d.Submission, FixedBy: d.FixedBy, Start: d.Start, State: d.State, Number: d.Number,
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

func pathDefence(c call) campus.DefenceID { return campus.DefenceID(c.PathValue("id")) }

// lapseFix ends the time for a fix that did not come.
func (d *desk) lapseFix(c call) (outcome, error) {
	return nothing, d.assessment.LapseFix(c.Context(), c.caller.Actor(), pathDefence(c))
}

func (d *desk) callOffDefence(c call) (outcome, error) {
	return nothing, d.assessment.CallOffDefence(c.Context(), c.caller.Actor(), pathDefence(c))
}

// defendedFile sends a file of what is defended, or of its fix, and no other of the learner's.
func (d *desk) defendedFile(c call) (outcome, error) {
	one, err := d.assessment.Defence(c.Context(), pathDefence(c))
	if err != nil {
		return outcome{}, err
	}
	if sub := campus.SubmissionID(c.PathValue("submission")); sub != one.Submission && sub != one.FixedBy {
		return outcome{}, noFile()
	}
	return d.submittedFile(c, one.Enrolment)
}

func (d *desk) defencesOf(c call) (outcome, error) {
	list, err := d.assessment.DefencesOf(c.Context(), pathEnrolment(c))
	out := listOf[defenceJSON]{Data: []defenceJSON{}}
	for _, one := range list {
		out.Data = append(out.Data, toDefenceJSON(one))
	}
	return outcome{body: out}, err
}

func (d *desk) planDefence(c call) (outcome, error) {
	var asked struct {
		Project  string           `json:"project"`
		Assessor people.AccountID `json:"assessor"`
		Start    time.Time        `json:"start"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	one, err := d.assessment.PlanDefence(c.Context(), c.caller.Actor(), pathEnrolment(c), asked.Project, asked.Assessor, asked.Start)
	return outcome{status: http.StatusCreated, location: prefix + "/defences/" + string(one.ID), body: toDefenceJSON(one)}, err
}
