package campus

import (
	"slices"
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// DefenceState is where a defence stands.
type DefenceState string

// The states of a defence.
const (
	DefencePlanned     DefenceState = "planned"
	DefenceHeld        DefenceState = "held" // it took place: the assessor fills in the rubric
	DefenceConditional DefenceState = "conditional"
	DefenceFixed       DefenceState = "fixed" // the fix is handed in: to be checked
	DefenceValidated   DefenceState = "validated"
	DefenceRework      DefenceState = "rework"
	DefenceCancelled   DefenceState = "cancelled"
)

// HoldDefence says that a defence took place. What else happens to a defence happens to the work it is
// about, and has the names it has there.
const HoldDefence lifecycle.Event = "hold"

// DefenceMachine is the life of a defence. Nothing is decided of a defence that was not held, and no
// condition follows on a fix.
func DefenceMachine() lifecycle.Machine[DefenceState] {
	return lifecycle.Machine[DefenceState]{
		Name: "defence", Initial: DefencePlanned,
		Final: []DefenceState{DefenceValidated, DefenceRework, DefenceCancelled},
		Moves: []lifecycle.Move[DefenceState]{
			{Event: HoldDefence, From: []DefenceState{DefencePlanned}, To: DefenceHeld},
			{Event: CallOff, From: []DefenceState{DefencePlanned, DefenceHeld}, To: DefenceCancelled}, // held: the assessor cannot decide any more
			{Event: ValidateWork, From: []DefenceState{DefenceHeld, DefenceFixed}, To: DefenceValidated},
			{Event: ReserveWork, From: []DefenceState{DefenceHeld}, To: DefenceConditional},
			{Event: ReturnWork, From: []DefenceState{DefenceHeld, DefenceFixed}, To: DefenceRework},
			{Event: FixWork, From: []DefenceState{DefenceConditional}, To: DefenceFixed},
			{Event: LapseWork, From: []DefenceState{DefenceConditional}, To: DefenceRework},
		},
	}
}

// The times of a defence.
const (
	DefenceLength = 30 * time.Minute // 15 to present in role, 5 to 10 of questions, 5 to debrief
	FixWithin     = 48 * time.Hour   // from a conditional outcome to the fix
	CheckWithin   = 48 * time.Hour   // from the fix to what the assessor says of it
	maxConditions = 2                // competencies partly shown that a fix of two days can still complete
	MaxRemark     = 2000             // bytes of what an assessor says about one competency
)

// Level is how far something was shown.
type Level string

// The levels, the lowest first.
const (
	NotShown Level = "not_shown" // nothing of it could be seen
	Partly   Level = "partly"    // seen, with something essential missing
	Acquired Level = "acquired"  // as expected
	Mastered Level = "mastered"  // beyond what was expected
)

// Levels lists the levels, the lowest first.
func Levels() []Level { return []Level{NotShown, Partly, Acquired, Mastered} }

// Enough reports whether a level is one a competency is acquired at.
func (l Level) Enough() bool { return l == Acquired || l == Mastered }

// Assessment is a rubric filled in: every line of it, and every competency it is about.
type Assessment struct {
	Lines        []LineMark       `json:"lines"`
	Competencies []CompetencyMark `json:"competencies"`
}

// LineMark says how far a deliverable shows what a line of the rubric expects of it.
type LineMark struct {
	Competency  string `json:"competency"`
	Deliverable string `json:"deliverable"`
	Level       Level  `json:"level"`
}

// CompetencyMark says how far a competency was shown, and what the assessor saw.
type CompetencyMark struct {
	Competency string `json:"competency"`
	Level      Level  `json:"level"`
	Remark     string `json:"remark"`
}

// MarkOf is what an assessment says of a competency; the zero mark when it says nothing.
func (a Assessment) MarkOf(competency string) CompetencyMark {
	for _, m := range a.Competencies {
		if m.Competency == competency {
			return m
		}
	}
	return CompetencyMark{}
}

// LineOf is the level an assessment gives a line of the rubric, "" when it gives none.
func (a Assessment) LineOf(l studio.RubricLine) Level {
	for _, m := range a.Lines {
		if m.Competency == l.Competency && m.Deliverable == l.Deliverable {
			return m.Level
		}
	}
	return ""
}

// Check tells whether an assessment fills in the rubric of a project: each line and each competency once,
// with a level and, for a competency, what was seen. A competency of which a line shows nothing is not
// acquired. It returns an Invalid fault with the competency's ID as the field.
func (a Assessment) Check(p studio.Project) (Assessment, error) {
	const op = "fill in a rubric"
	if len(a.Competencies) != len(p.Competencies) || len(a.Lines) != len(p.Rubric) {
		return a, invalid(op, "levels", "every line of the rubric and every competency has a level, once")
	}
	out := Assessment{}
	for _, id := range p.Competencies {
		m := a.MarkOf(id)
		remark, err := checkText(op, id, m.Remark, MaxRemark)
		switch {
		case err != nil:
			return a, err
		case !slices.Contains(Levels(), m.Level):
			return a, invalid(op, id, "a competency has no level")
		case remark == "":
			return a, invalid(op, id, "say what you saw of each competency")
		}
		out.Competencies = append(out.Competencies, CompetencyMark{id, m.Level, remark})
	}
	for _, l := range p.Rubric {
		level := a.LineOf(l)
		if !slices.Contains(Levels(), level) {
			return a, invalid(op, l.Competency, "a line of the rubric has no level")
		}
		if level == NotShown && out.MarkOf(l.Competency).Level.Enough() {
			return a, invalid(op, l.Competency, "a competency of which a line of the rubric shows nothing is not acquired")
		}
		out.Lines = append(out.Lines, LineMark{l.Competency, l.Deliverable, level})
	}
	return out, nil
}

// Outcome is what a defence ends in.
type Outcome string

// The outcomes.
const (
	Validated   Outcome = "validated"
	Conditional Outcome = "conditional"
	ToRework    Outcome = "rework"
)

// Outcomes lists what an assessor may decide on an assessment. Validated is for all competencies acquired,
// and nothing else is then; when none is missing altogether and two at most are partly shown, a fix of two
// days may complete them, or the project is reworked; else it is reworked. Of a fix nothing is conditional.
func (a Assessment) Outcomes(ofFix bool) []Outcome {
	missing, partly := 0, 0
	for _, m := range a.Competencies {
		switch {
		case m.Level == Partly:
			partly++
		case !m.Level.Enough():
			missing++
		}
	}
	switch {
	case len(a.Competencies) == 0:
		return nil
	case missing == 0 && partly == 0:
		return []Outcome{Validated}
	case missing == 0 && partly <= maxConditions && !ofFix:
		return []Outcome{Conditional, ToRework}
	}
	return []Outcome{ToRework}
}

// eventOf is what an outcome does to a defence and to the work it is about.
func eventOf(o Outcome) lifecycle.Event {
	switch o {
	case Validated:
		return ValidateWork
	case Conditional:
		return ReserveWork
	}
	return ReturnWork
}

// Defence is one defence of one project, before one assessor.
type Defence struct {
	ID         DefenceID
	Enrolment  EnrolmentID
	Project    string
	Label      string // of the project
	Learner    people.AccountID
	Assessor   people.AccountID
	Submission SubmissionID // what is defended
	FixedBy    SubmissionID // the fix, "" while there is none
	Start      time.Time
	State      DefenceState
	Number     int // 1, 2… for the project
	Assessment Assessment
	Outcome    Outcome // of the assessor's last word; "" before
	PlannedAt  time.Time
	PlannedBy  people.Actor
	HeldAt     time.Time
	DecidedAt  time.Time // of the outcome, the last one
	FixDue     time.Time // zero unless the outcome was conditional
	CheckDue   time.Time // zero unless a fix was handed in
}

// Ref names the defence.
func (d Defence) Ref() people.Ref { return people.Ref{Kind: people.KindDefence, ID: string(d.ID)} }

// Plan makes a defence of what was handed in.
//
// Errors: Conflict when the work is not waiting for one; Forbidden when the assessor is not independent of
// the learner; Invalid for a time that has passed or is too far away.
func Plan(w Work, ties Ties, assessor people.AccountID, start, now time.Time) (Defence, Work, error) {
	start = start.UTC().Truncate(time.Minute)
	next, err := WorkMachine().Next(w.State, PlanDefence)
	if err == nil {
		err = ties.MayAssess(assessor)
	}
	if err == nil {
		err = checkAhead("plan a defence", start, now)
	}
	if err != nil {
		return Defence{}, w, err
	}
	w.State, w.ChangedAt = next, now
	return Defence{
		Enrolment: w.Enrolment, Project: w.Project, Label: w.Label, Learner: w.Learner, Assessor: assessor,
		Start: start, State: DefenceMachine().Initial, PlannedAt: now,
	}, w, nil
}

// mine refuses anybody but the assessor.
func (d Defence) mine(a people.AccountID) error {
	if a != d.Assessor {
		return fault.New(fault.Forbidden, "assess a defence", "only its assessor does that")
	}
	return nil
}

// move takes a defence on.
func (d Defence) move(e lifecycle.Event) (Defence, error) {
	next, err := DefenceMachine().Next(d.State, e)
	if err == nil {
		d.State = next
	}
	return d, err
}

// Hold notes that the defence took place.
//
// Errors: Forbidden for anybody but its assessor; Conflict when it is not planned any more, or when it is
// much too early.
func (d Defence) Hold(by people.AccountID, now time.Time) (Defence, error) {
	if err := d.mine(by); err != nil {
		return d, err
	}
	next, err := d.move(HoldDefence)
	if err != nil {
		return d, err
	}
	if now.Before(d.Start.Add(-heldEarly)) {
		return d, tooEarly("hold a defence")
	}
	next.HeldAt = now
	return next, nil
}

// CallOff takes a planned defence back: another can be planned.
func (d Defence) CallOff(w Work, now time.Time) (Defence, Work, error) {
	return d.both(w, CallOff, now)
}

// both takes a defence and the work it is about on.
func (d Defence) both(w Work, e lifecycle.Event, now time.Time) (Defence, Work, error) {
	next, err := d.move(e)
	if err != nil {
		return d, w, err
	}
	state, err := WorkMachine().Next(w.State, e)
	if err != nil {
		return d, w, err
	}
	w.State, w.ChangedAt = state, now
	return next, w, nil
}

// Decide gives the outcome of a defence that was held, or of the fix a conditional outcome asked for.
//
// Errors: Forbidden for anybody but its assessor; Invalid for a rubric that is not filled in, and for an
// outcome it does not allow; Conflict when there is nothing to decide, or not any more.
func (d Defence) Decide(by people.AccountID, p studio.Project, w Work, a Assessment, o Outcome, now time.Time) (Defence, Work, error) {
	if err := d.mine(by); err != nil {
		return d, w, err
	}
	ofFix := d.State == DefenceFixed
	next, moved, err := d.both(w, eventOf(o), now)
	if err != nil {
		return d, w, err
	}
	if a, err = a.Check(p); err != nil {
		return d, w, err
	}
	if !slices.Contains(a.Outcomes(ofFix), o) {
		f := fault.New(fault.Invalid, "decide a defence", "the rubric as filled in does not allow this outcome")
		f.Column = "outcome"
		f.Hint = "validated: every competency acquired; conditional: none missing, two at most partly shown, and not of a fix"
		return d, w, f
	}
	next.Assessment, next.Outcome, next.DecidedAt = a, o, now
	if o == Conditional {
		next.FixDue = now.Add(FixWithin)
	}
	return next, moved, nil
}

// Fix notes that what a conditional outcome asked for was handed in. It returns a Conflict fault when
// nothing was asked for, and when it comes too late.
func (d Defence) Fix(w Work, s SubmissionID, now time.Time) (Defence, Work, error) {
	next, moved, err := d.both(w, FixWork, now)
	if err != nil {
		return d, w, err
	}
	if now.After(d.FixDue) {
		f := fault.New(fault.Conflict, "hand in a fix", "the 48 hours for the fix are over")
		f.Hint = "the project is to be reworked and defended a second time"
		return d, w, f
	}
	next.FixedBy, next.CheckDue = s, now.Add(CheckWithin)
	return next, moved, nil
}

// Lapse sends work back to be reworked because no fix came in time. It returns a Conflict fault while there
// is time left.
func (d Defence) Lapse(w Work, now time.Time) (Defence, Work, error) {
	next, moved, err := d.both(w, LapseWork, now)
	if err != nil {
		return d, w, err
	}
	if !now.After(d.FixDue) {
		return d, w, fault.New(fault.Conflict, "end the time for a fix", "there is time left for the fix")
	}
	next.Outcome, next.DecidedAt = ToRework, now
	return next, moved, nil
}

// NamedDefence is a defence with its learner's and its assessor's names.
type NamedDefence struct {
	Defence
	Name         string // the learner's
	AssessorName string
}
