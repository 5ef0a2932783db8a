package campus

import (
	"time"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// The identifiers of the campus (UUIDv7).
type (
	CourseID     string
	PathID       string
	EnrolmentID  string
	SessionID    string // of a mentor
	SubmissionID string
	DefenceID    string
	JuryID       string
	DecisionID   string
)

// Decision is what a jury decided of a learner: each bloc of the version, acquired or not. It stands once
// the minutes are signed.
type Decision struct {
	ID        DecisionID
	Jury      JuryID
	Enrolment EnrolmentID
	Learner   people.AccountID
	Version   studio.VersionID
	Blocs     []BlocDecision // in the order of the version
	SignedAt  time.Time      // of the minutes
	Minutes   string         // SHA-256 of the minutes
}

// BlocDecision is what a jury decided of one bloc.
type BlocDecision struct {
	Bloc     string `json:"bloc"` // ID
	Acquired bool   `json:"acquired"`
	Reason   string `json:"reason,omitempty"` // why not; "" when acquired
}

// Ref names the decision.
func (d Decision) Ref() people.Ref { return people.Ref{Kind: people.KindDecision, ID: string(d.ID)} }

// Complete reports whether every bloc is acquired: only then is there a diploma.
func (d Decision) Complete() bool {
	for _, b := range d.Blocs {
		if !b.Acquired {
			return false
		}
	}
	return len(d.Blocs) > 0
}
