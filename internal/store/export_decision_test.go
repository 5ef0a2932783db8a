package store

import (
	"context"
	"database/sql"

	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/thread"
)

// KeepDecision keeps a decision as if a jury had signed it, and puts it and its enrolment on the thread.
func (s *Store) KeepDecision(ctx context.Context, d campus.Decision) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertDecision(ctx, tx, d); err != nil {
			return err
		}
		from := people.Ref{Kind: people.KindEnrolment, ID: string(d.Enrolment)}
		if err := weave(ctx, tx, thread.Node{Ref: from, At: d.SignedAt, Owner: d.Learner}, people.ByCLI, ""); err != nil {
			return err
		}
		return weave(ctx, tx, thread.Node{Ref: d.Ref(), At: d.SignedAt, Owner: d.Learner}, people.ByCLI, "", from)
	})
}
