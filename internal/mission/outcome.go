package mission

import (
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// OutcomeID names an outcome for ever (UUIDv7).
type OutcomeID string

// When graduates are asked, and how long they may answer.
const (
	AskAfterMonths = 6
	AnswerLife     = 90 * 24 * time.Hour
)

// FewestShown is the smallest number of graduates a public page counts: below it, whoever knows one would
// learn something of them.
const FewestShown = 5

// OutcomeState is where an outcome stands.
type OutcomeState string

// The states of an outcome.
const (
	Asked    OutcomeState = "asked"
	Answered OutcomeState = "answered"
	Silent   OutcomeState = "silent" // the time to answer is over
)

// The events of an outcome.
const (
	Answer lifecycle.Event = "answer"
	Lapse  lifecycle.Event = "lapse"
)

// OutcomeMachine is the life of an outcome.
func OutcomeMachine() lifecycle.Machine[OutcomeState] {
	return lifecycle.Machine[OutcomeState]{
		Name: "outcome", Initial: Asked, Final: []OutcomeState{Answered, Silent},
		Moves: []lifecycle.Move[OutcomeState]{
			{Event: Answer, From: []OutcomeState{Asked}, To: Answered},
			{Event: Lapse, From: []OutcomeState{Asked}, To: Silent},
		},
	}
}

// Outcome is what became of a graduate, in their own word.
type Outcome struct {
	ID         OutcomeID
	Diploma    string
	Version    string
	Learner    people.AccountID
	State      OutcomeState
	AskedAt    time.Time
	AnsweredAt time.Time
	Works      bool
	Occupation occupation.ID // "" when they do not work
	Area       territory.ID  // where they work; "" when they do not
}

// Reply is a graduate's answer.
type Reply struct {
	Works      bool
	Occupation occupation.ID
	Area       territory.ID
}

// DueSince is the moment up to which diplomas issued are old enough for their holders to be asked.
func DueSince(now time.Time) time.Time { return now.AddDate(0, -AskAfterMonths, 0) }

// Tell notes a graduate's answer. Whoever works says as what and where; whoever does not says neither.
//
// Errors: Invalid; Conflict when it was answered before; Forbidden when the time to answer is over.
func (o Outcome) Tell(r Reply, now time.Time) (Outcome, error) {
	if now.Sub(o.AskedAt) > AnswerLife {
		return o, fault.New(fault.Forbidden, "tell outcome", "the time to answer is over")
	}
	if r.Works && (r.Occupation == "" || r.Area == "") {
		f := fault.New(fault.Invalid, "tell outcome", "an occupation and a place are needed from who works")
		f.Column = "occupation"
		return o, f
	}
	next, err := OutcomeMachine().Next(o.State, Answer)
	if err != nil {
		return o, err
	}
	o.State, o.AnsweredAt, o.Works = next, now, r.Works
	if r.Works {
		o.Occupation, o.Area = r.Occupation, r.Area
	}
	return o, nil
}

// Tally counts the outcomes of some graduates.
type Tally struct {
	Asked    int
	Answered int
	Working  int
}

// Shown reports whether the tally may stand on a public page as it is.
func (t Tally) Shown() bool { return t.Answered >= FewestShown }

// Workplaces counts the graduates who said that they work in each area, as anybody may read it: in steps of
// FewestShown, rounded down. So a département cannot be worked out from its région and its neighbours, nor one
// person from yesterday's number.
type Workplaces map[territory.ID]int

// Add notes that so many graduates work in an area.
func (w Workplaces) Add(a territory.ID, n int) {
	if a != "" {
		w[a] += n
	}
}

// AtLeast is how many graduates work in an area at least, 0 when they are too few to be told of.
func (w Workplaces) AtLeast(a territory.ID) int { return w[a] - w[a]%FewestShown }
