package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"filiere/internal/campus"
	"filiere/internal/fault"
)

// decisionColumns are the columns of a decision in the order of scanDecision, from a table called d.
const decisionColumns = `d.id, d.jury_id, d.enrolment_id, d.learner, d.version_id, d.blocs, d.signed_at, d.minutes`

func scanDecision(row scanner) (campus.Decision, error) {
	var d campus.Decision
	var blocs string
	err := row.Scan(&d.ID, &d.Jury, &d.Enrolment, &d.Learner, &d.Version, &blocs, moment{&d.SignedAt}, &d.Minutes)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(blocs), &d.Blocs); err != nil {
		return d, fmt.Errorf("read the blocs of a decision: %w", err)
	}
	return d, nil
}

// insertDecision keeps what a jury decided. It returns a Conflict fault when the jury has decided of the
// enrolment already.
func insertDecision(ctx context.Context, tx *sql.Tx, d campus.Decision) error {
	blocs, err := json.Marshal(d.Blocs)
	if err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	r, err := tx.ExecContext(ctx, `INSERT INTO decision (id, jury_id, enrolment_id, learner, version_id, blocs, is_complete, signed_at, minutes)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
		d.ID, d.Jury, d.Enrolment, d.Learner, d.Version, string(blocs), d.Complete(), at(d.SignedAt), d.Minutes)
	if err != nil {
		return fmt.Errorf("write decision: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errOr(err, fault.New(fault.Conflict, "keep a decision", "this jury has decided of this learner already"))
	}
	return nil
}

// Decision finds what a jury decided of a learner. There is none before the minutes are signed: it returns
// a NotFound fault then.
func (s *Store) Decision(ctx context.Context, id campus.DecisionID) (campus.Decision, error) {
	d, err := scanDecision(s.reader().QueryRowContext(ctx, `SELECT `+decisionColumns+` FROM decision d WHERE d.id = $1`, id))
	return d, found(err, "decision")
}

// DecisionsOf lists what juries decided of an enrolment, the first one first.
func (s *Store) DecisionsOf(ctx context.Context, id campus.EnrolmentID) ([]campus.Decision, error) {
	return query(ctx, s, "decisions", scanDecision, `SELECT `+decisionColumns+` FROM decision d
		WHERE d.enrolment_id = $1 ORDER BY d.signed_at, d.id`, id)
}
