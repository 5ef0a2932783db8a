package registrar

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// DiplomaID names a diploma for ever (UUIDv7). It is part of the diploma's address, which whoever has not
// been given it does not guess.
type DiplomaID string

// State is where a diploma is in its life.
type State string

// The states.
const (
	Issued  State = "issued"
	Revoked State = "revoked"
)

// The events.
const Revoke lifecycle.Event = "revoke"

// Machine is the life of a diploma.
func Machine() lifecycle.Machine[State] {
	return lifecycle.Machine[State]{
		Name: "diploma", Initial: Issued, Final: []State{Issued, Revoked},
		Moves: []lifecycle.Move[State]{{Event: Revoke, From: []State{Issued}, To: Revoked}},
	}
}

// Diploma is an entry of the register.
type Diploma struct {
	ID         DiplomaID          `json:"id"`
	Number     string             `json:"number"` // "FIL-2026-000123"
	Decision   campus.DecisionID  `json:"decision"`
	Version    studio.VersionID   `json:"version"`
	Programme  studio.ProgrammeID `json:"programme"`
	Learner    people.AccountID   `json:"-"`
	Name       string             `json:"name"`  // of the holder, as printed
	Title      string             `json:"title"` // of the version
	Summary    string             `json:"-"`     // of the version
	Level      int                `json:"level"` // of the European Qualifications Framework
	Edition    int                `json:"edition"`
	Blocs      []Bloc             `json:"blocs"`
	Jury       Jury               `json:"jury"`
	State      State              `json:"state"`
	IssuedAt   time.Time          `json:"issued_at"`
	RevokedAt  time.Time          `json:"revoked_at,omitzero"`
	Reason     Reason             `json:"revoked_because,omitempty"`
	Note       string             `json:"-"` // why it was revoked, for the register only
	Status     Entry              `json:"-"`
	Credential []byte             `json:"-"` // as signed
}

// Ref names the diploma.
func (d Diploma) Ref() people.Ref { return people.Ref{Kind: people.KindDiploma, ID: string(d.ID)} }

// Bloc is a bloc of competencies the holder acquired, as its version had it.
type Bloc struct {
	ID           string       `json:"id"`
	Code         string       `json:"code"`
	Title        string       `json:"title"`
	Competencies []Competency `json:"competencies"`
}

// Competency is one the holder acquired.
type Competency struct {
	ID        string `json:"id"`
	Code      string `json:"code"`
	Statement string `json:"statement"`
}

// Jury is what a diploma tells of the jury: never who sat in it.
type Jury struct {
	DecidedAt time.Time `json:"decided_at"`
	Jurors    int       `json:"jurors"`
	Minutes   string    `json:"minutes"`  // SHA-256 of the signed minutes
	Projects  int       `json:"projects"` // assessed in the version
}

// Entry is the place of a diploma in a status list.
type Entry struct {
	List  int
	Index int
}

// List is what a status list says.
type List struct {
	ID        int
	Revoked   int       // entries
	ChangedAt time.Time // since when
}

// Reason is why a diploma is revoked, in one word everybody may read.
type Reason string

// The reasons.
const (
	IssuedInError Reason = "error"    // it says something wrong, or should not have been issued
	Fraud         Reason = "fraud"    // the work or the identity was not the holder's own
	Annulled      Reason = "annulled" // the jury's decision was annulled
	Replaced      Reason = "replaced" // another diploma takes its place
)

// Reasons lists the reasons a diploma can be revoked for.
func Reasons() []Reason { return []Reason{IssuedInError, Fraud, Annulled, Replaced} }

// maxNote bounds the note of a revocation.
const maxNote = 1000

// RevokeFor revokes a diploma for a reason everybody may read, with a note for the register. It returns an
// Invalid fault that names the field, or a Conflict when it was revoked before.
func RevokeFor(d Diploma, why Reason, note string, now time.Time) (Diploma, error) {
	state, err := Machine().Next(d.State, Revoke)
	if err != nil {
		return d, err
	}
	if !slices.Contains(Reasons(), why) {
		return d, wrongField("reason", "choose one of the reasons")
	}
	note = strings.TrimSpace(note)
	if n := utf8.RuneCountInString(note); n == 0 || n > maxNote || !utf8.ValidString(note) || strings.ContainsRune(note, 0) {
		return d, wrongField("note", "say in the register why, in at most 1,000 characters")
	}
	d.State, d.Reason, d.Note, d.RevokedAt = state, why, note, now
	return d, nil
}

func wrongField(field, format string, args ...any) error {
	f := fault.New(fault.Invalid, "revoke diploma", format, args...)
	f.Column = field
	return f
}

// NumberOf is the number of the nth diploma of a year.
func NumberOf(year, n int) string { return fmt.Sprintf("FIL-%04d-%06d", year, n) }

// Due is a decision a diploma has to be made of, with all the diploma will say.
type Due struct {
	Decision campus.Decision
	Version  studio.Version
	Name     string // of the learner
	Jurors   int    // who signed
}

// Make fills a new entry of the register from a decision. It returns a Conflict fault when no diploma can come
// of it.
func Make(d Due, now time.Time) (Diploma, error) {
	switch {
	case d.Decision.SignedAt.IsZero() || d.Decision.Minutes == "":
		return Diploma{}, fault.New(fault.Conflict, "issue diploma", "the jury has not signed its minutes")
	case !d.Decision.Complete():
		return Diploma{}, fault.New(fault.Conflict, "issue diploma", "the jury did not find every bloc acquired")
	case d.Decision.Version != d.Version.ID:
		return Diploma{}, fault.New(fault.Conflict, "issue diploma", "the jury decided of another version")
	case strings.TrimSpace(d.Name) == "":
		return Diploma{}, fault.New(fault.Conflict, "issue diploma", "the holder has no name to print")
	}
	out := Diploma{
		Decision: d.Decision.ID, Version: d.Version.ID, Programme: d.Version.Programme, Learner: d.Decision.Learner,
		Name: strings.Join(strings.Fields(d.Name), " "), Title: d.Version.Title, Summary: d.Version.Summary, Level: d.Version.Level, Edition: d.Version.Number,
		Jury:  Jury{DecidedAt: d.Decision.SignedAt, Jurors: d.Jurors, Minutes: d.Decision.Minutes, Projects: len(d.Version.Projects)},
		State: Machine().Initial, IssuedAt: now,
	}
	for _, b := range d.Version.Framework.Blocs {
		if !acquired(d.Decision, b.ID) {
			return Diploma{}, fault.New(fault.Conflict, "issue diploma", "the jury did not find every bloc acquired")
		}
		bloc := Bloc{ID: b.ID, Code: b.Code, Title: b.Title}
		for _, c := range b.Competencies() {
			bloc.Competencies = append(bloc.Competencies, Competency{ID: c.ID, Code: c.Code, Statement: c.Statement})
		}
		out.Blocs = append(out.Blocs, bloc)
	}
	return out, nil
}

func acquired(d campus.Decision, bloc string) bool {
	for _, b := range d.Blocs {
		if b.Bloc == bloc {
			return b.Acquired
		}
	}
	return false
}
