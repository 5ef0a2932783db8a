package campus

import (
	"slices"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// JuryState is where a session of a jury stands.
type JuryState string

// The states of a jury.
const (
	JuryConvened  JuryState = "convened"
	JurySitting   JuryState = "sitting" // quorum was met; the jury deliberates
	JuryClosed    JuryState = "closed"  // the minutes are written; those present sign them
	JurySigned    JuryState = "signed"  // everybody present has signed: what was decided stands
	JuryCancelled JuryState = "cancelled"
)

// What happens to a jury.
const (
	OpenJury   lifecycle.Event = "open"
	CloseJury  lifecycle.Event = "close"
	ReopenJury lifecycle.Event = "reopen" // the minutes were wrong: signatures so far are void
	SignJury   lifecycle.Event = "sign"   // the last signature
	CancelJury lifecycle.Event = "cancel"
)

// JuryMachine is the life of a jury's session.
func JuryMachine() lifecycle.Machine[JuryState] {
	return lifecycle.Machine[JuryState]{
		Name: "jury", Initial: JuryConvened, Final: []JuryState{JurySigned, JuryCancelled},
		Moves: []lifecycle.Move[JuryState]{
			{Event: OpenJury, From: []JuryState{JuryConvened}, To: JurySitting},
			{Event: CloseJury, From: []JuryState{JurySitting}, To: JuryClosed},
			{Event: ReopenJury, From: []JuryState{JuryClosed}, To: JurySitting},
			{Event: SignJury, From: []JuryState{JuryClosed}, To: JurySigned},
			{Event: CancelJury, From: []JuryState{JuryConvened, JurySitting}, To: JuryCancelled},
		},
	}
}

// The quorum and the size of a jury. A decision that one person takes alone is no jury's, and a minority
// does not decide for those who were asked.
const (
	QuorumPresent = 2   // members present at least
	maxMembers    = 12  // more people deliberate in turns
	MaxCandidates = 60  // of one session: a day of ten minutes each
	MaxPlace      = 200 // bytes of where it meets
	MaxReason     = 1000
)

// Member is a juror in one session.
type Member struct {
	Account   people.AccountID
	Name      string
	President bool
	Present   bool      // as found when the session was opened
	SignedAt  time.Time // zero: not yet
}

// Candidate is an enrolment a jury decides of.
type Candidate struct {
	Enrolment EnrolmentID
	Learner   people.AccountID
	Name      string
	Blocs     []BlocDecision // empty until the jury has deliberated
}

// Jury is one session: who sits, when and where, of whom it decides, what it decided.
type Jury struct {
	ID          JuryID
	Version     studio.VersionID
	Start       time.Time
	Place       string
	State       JuryState
	Members     []Member
	Candidates  []Candidate
	ConvenedAt  time.Time
	ConvenedBy  people.Actor
	OpenedAt    time.Time
	ClosedAt    time.Time
	SignedAt    time.Time
	Minutes     string // as signed; "" until the session is closed
	MinutesHash string // SHA-256 of them
}

// Ref names the jury.
func (j Jury) Ref() people.Ref { return people.Ref{Kind: people.KindJury, ID: string(j.ID)} }

// Member finds a member. ok is false when the account is none.
func (j Jury) Member(a people.AccountID) (m Member, ok bool) {
	i := slices.IndexFunc(j.Members, func(m Member) bool { return m.Account == a })
	if i < 0 {
		return Member{}, false
	}
	return j.Members[i], true
}

// Convene tells whether a jury can be convened: two members or more, one of them president, none with a
// part in what a candidate did, and at least one candidate. ties are those of each candidate.
//
// Errors: Invalid, Forbidden for a member who is not independent of a candidate.
func (j Jury) Convene(ties map[EnrolmentID]Ties, now time.Time) (Jury, error) {
	const op = "convene a jury"
	var err error
	j.Start = j.Start.UTC().Truncate(time.Minute)
	if err = checkAhead(op, j.Start, now); err != nil {
		return j, err
	}
	if j.Place, err = checkText(op, "place", j.Place, MaxPlace); err != nil {
		return j, err
	}
	if strings.ContainsAny(j.Place, "\n\t") {
		return j, invalid(op, "place", "the place is one line")
	}
	if err := j.checkMembers(op); err != nil {
		return j, err
	}
	if len(j.Candidates) == 0 || len(j.Candidates) > MaxCandidates {
		return j, invalid(op, "candidates", "a jury decides of 1 to 60 candidates")
	}
	for i, c := range j.Candidates {
		if slices.ContainsFunc(j.Candidates[:i], func(o Candidate) bool { return o.Enrolment == c.Enrolment }) {
			return j, invalid(op, "candidates", "a candidate is there twice")
		}
		for _, m := range j.Members {
			if err := ties[c.Enrolment].MayJudge(m.Account); err != nil {
				return j, err
			}
		}
	}
	j.State, j.ConvenedAt = JuryMachine().Initial, now
	return j, nil
}

func (j Jury) checkMembers(op string) error {
	if len(j.Members) < QuorumPresent || len(j.Members) > maxMembers {
		return invalid(op, "members", "a jury has 2 to 12 members")
	}
	presidents := 0
	for i, m := range j.Members {
		if slices.ContainsFunc(j.Members[:i], func(o Member) bool { return o.Account == m.Account }) {
			return invalid(op, "members", "a member is there twice")
		}
		if m.President {
			presidents++
		}
	}
	if presidents != 1 {
		return invalid(op, "president", "a jury has one president")
	}
	return nil
}

// Quorum tells whether enough members are present to decide: two at least, more than half of those
// convened, and the president among them. It returns a Conflict fault when there are not.
func (j Jury) Quorum() error {
	present, president := 0, false
	for _, m := range j.Members {
		if m.Present {
			present++
			president = president || m.President
		}
	}
	if present >= QuorumPresent && 2*present > len(j.Members) && president {
		return nil
	}
	f := fault.New(fault.Conflict, "sit in a jury", "the quorum is not met: %d of %d members are present", present, len(j.Members))
	f.Column = "present"
	f.Hint = "at least two members, more than half of those convened, and the president among them must be present"
	return f
}

// led refuses anybody but the president.
func (j Jury) led(by people.AccountID) error {
	if m, ok := j.Member(by); !ok || !m.President {
		return fault.New(fault.Forbidden, "lead a jury", "only the president of the jury does that")
	}
	return nil
}

// move takes a jury on.
func (j Jury) move(e lifecycle.Event) (Jury, error) {
	next, err := JuryMachine().Next(j.State, e)
	if err == nil {
		j.State = next
	}
	return j, err
}

// Open begins the session with the members who are present.
//
// Errors: Forbidden for anybody but the president; Conflict when it was opened or cancelled already, when it
// is much too early, and when the quorum is not met; Invalid for somebody who is no member.
func (j Jury) Open(by people.AccountID, present []people.AccountID, now time.Time) (Jury, error) {
	if err := j.led(by); err != nil {
		return j, err
	}
	next, err := j.move(OpenJury)
	if err != nil {
		return j, err
	}
	if now.Before(j.Start.Add(-heldEarly)) {
		return j, tooEarly("open a jury")
	}
	next.Members = slices.Clone(j.Members)
	for i := range next.Members {
		next.Members[i].Present = slices.Contains(present, next.Members[i].Account)
	}
	for _, a := range present {
		if _, ok := j.Member(a); !ok {
			return j, invalid("open a jury", "present", "somebody who is no member cannot be present")
		}
	}
	if err := next.Quorum(); err != nil {
		return j, err
	}
	next.OpenedAt = now
	return next, nil
}

// Deliberate writes what the jury decides of a candidate, bloc by bloc. It can be written anew until the
// session is closed.
//
// Errors: Forbidden for anybody but a member who is present; NotFound when there is no such candidate;
// Conflict when the jury does not sit; Invalid when a bloc of the version is left out or twice there, and
// when a bloc is refused without a reason.
func (j Jury) Deliberate(by people.AccountID, v studio.Version, e EnrolmentID, blocs []BlocDecision) (Jury, error) {
	const op = "decide of a candidate"
	if m, ok := j.Member(by); !ok || (j.State == JurySitting && !m.Present) {
		return j, fault.New(fault.Forbidden, op, "only members who are present decide")
	}
	if j.State != JurySitting {
		return j, fault.New(fault.Conflict, op, "the jury does not sit now")
	}
	i := slices.IndexFunc(j.Candidates, func(c Candidate) bool { return c.Enrolment == e })
	if i < 0 {
		return j, fault.New(fault.NotFound, op, "there is no such candidate")
	}
	if len(blocs) != len(v.Framework.Blocs) {
		return j, invalid(op, "blocs", "the jury decides of every bloc, once")
	}
	var decided []BlocDecision
	for _, b := range v.Framework.Blocs {
		at := slices.IndexFunc(blocs, func(d BlocDecision) bool { return d.Bloc == b.ID })
		if at < 0 {
			return j, invalid(op, "blocs", "the jury decides of every bloc, once")
		}
		d := blocs[at]
		reason, err := checkText(op, b.ID, d.Reason, MaxReason)
		switch {
		case err != nil:
			return j, err
		case d.Acquired:
			reason = ""
		case reason == "":
			return j, invalid(op, b.ID, "a bloc that is not acquired needs a reason")
		}
		decided = append(decided, BlocDecision{Bloc: b.ID, Acquired: d.Acquired, Reason: reason})
	}
	j.Candidates = slices.Clone(j.Candidates)
	j.Candidates[i].Blocs = decided
	return j, nil
}

// Close ends the deliberation and writes the minutes.
//
// Errors: Forbidden for anybody but the president; Conflict when the jury does not sit, when a candidate
// was not decided of, and without quorum.
func (j Jury) Close(by people.AccountID, v studio.Version, now time.Time) (Jury, error) {
	if err := j.led(by); err != nil {
		return j, err
	}
	next, err := j.move(CloseJury)
	if err != nil {
		return j, err
	}
	if err := j.Quorum(); err != nil {
		return j, err
	}
	for _, c := range j.Candidates {
		if len(c.Blocs) == 0 {
			return j, fault.New(fault.Conflict, "close a jury", "the jury has not decided of every candidate")
		}
	}
	next.ClosedAt = now
	next.Minutes = next.compose(v)
	next.MinutesHash = HashMinutes(next.Minutes)
	return next, nil
}

// Reopen takes the minutes back to change a decision: every signature so far is void. It returns a
// Forbidden fault for anybody but the president, a Conflict fault when there are no minutes to take back.
func (j Jury) Reopen(by people.AccountID) (Jury, error) {
	if err := j.led(by); err != nil {
		return j, err
	}
	next, err := j.move(ReopenJury)
	if err != nil {
		return j, err
	}
	next.Minutes, next.MinutesHash, next.ClosedAt = "", "", time.Time{}
	next.Members = slices.Clone(j.Members)
	for i := range next.Members {
		next.Members[i].SignedAt = time.Time{}
	}
	return next, nil
}

// Cancel calls a session off that has no minutes.
func (j Jury) Cancel() (Jury, error) { return j.move(CancelJury) }

// Sign adds a member's signature to the minutes they have read: hash is that of the text before them. The
// last one of those present makes the decisions stand. Signing twice changes nothing.
//
// Errors: Forbidden for anybody but a member who was present; Conflict when there are no minutes to sign,
// when they are not those that were read, and without quorum.
func (j Jury) Sign(by people.AccountID, hash string, now time.Time) (Jury, error) {
	const op = "sign minutes"
	m, ok := j.Member(by)
	switch {
	case !ok || (j.State == JuryClosed && !m.Present):
		return j, fault.New(fault.Forbidden, op, "only members who were present sign")
	case !m.SignedAt.IsZero() && hash == j.MinutesHash:
		return j, nil
	case j.State != JuryClosed:
		return j, fault.New(fault.Conflict, op, "there are no minutes to sign")
	case hash != j.MinutesHash || HashMinutes(j.Minutes) != j.MinutesHash:
		f := fault.New(fault.Conflict, op, "the minutes are not those you have read")
		f.Hint = "read them again"
		return j, f
	}
	if err := j.Quorum(); err != nil {
		return j, err
	}
	next, all := j, true
	next.Members = slices.Clone(j.Members)
	for i := range next.Members {
		n := &next.Members[i]
		if n.Account == by {
			n.SignedAt = now
		}
		all = all && (!n.Present || !n.SignedAt.IsZero())
	}
	if !all {
		return next, nil
	}
	next.SignedAt = now
	return next.move(SignJury)
}

// Decisions are what a jury decided, each without its ID. There is none before everybody present has
// signed.
func (j Jury) Decisions() []Decision {
	if j.State != JurySigned {
		return nil
	}
	out := make([]Decision, len(j.Candidates))
	for i, c := range j.Candidates {
		out[i] = Decision{
			Jury: j.ID, Enrolment: c.Enrolment, Learner: c.Learner, Version: j.Version,
			Blocs: c.Blocs, SignedAt: j.SignedAt, Minutes: j.MinutesHash,
		}
	}
	return out
}

// Propose works out what the validated defences of a learner show of each bloc: acquired when each of its
// competencies was acquired in one of them, or the bloc was acquired before another jury. The jury decides.
func Propose(v studio.Version, defences []Defence, before []Decision) []BlocDecision {
	shown := map[string]bool{}
	for _, d := range defences {
		if d.State != DefenceValidated {
			continue
		}
		for _, m := range d.Assessment.Competencies {
			shown[m.Competency] = shown[m.Competency] || m.Level.Enough()
		}
	}
	had := map[string]bool{}
	for _, d := range before {
		for _, b := range d.Blocs {
			had[b.Bloc] = had[b.Bloc] || b.Acquired
		}
	}
	out := make([]BlocDecision, len(v.Framework.Blocs))
	for i, b := range v.Framework.Blocs {
		all := len(b.Competencies()) > 0
		for _, c := range b.Competencies() {
			all = all && shown[c.ID]
		}
		out[i] = BlocDecision{Bloc: b.ID, Acquired: all || had[b.ID]}
	}
	return out
}
