package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"filiere/internal/people"
)

// RetryMail puts messages that were given up back among those that wait, to be tried from the start: those
// named, or every one when none is. The reason they failed for stays until the next try. It returns how
// many there were, and a NotFound fault, nothing changed, when one named is not given up.
func (s *Store) RetryMail(ctx context.Context, ids ...string) (n int, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		const again = `UPDATE outbox SET attempts = 0, send_at = $1 WHERE sent_at IS NULL AND attempts >= $2`
		args := []any{at(s.stamp()), people.MaxAttempts}
		if len(ids) == 0 {
			n, err = count(tx.ExecContext(ctx, again, args...))
			return err
		}
		for _, id := range ids {
			r, err := tx.ExecContext(ctx, again+` AND id = $3`, append(args, strings.TrimSpace(id))...)
			if err := touched(r, err, "message given up"); err != nil {
				return err
			}
		}
		n = len(ids)
		return nil
	})
	return n, err
}

// count is how many rows a statement changed.
func count(r sql.Result, err error) (int, error) {
	if err != nil {
		return 0, fmt.Errorf("put messages back: %w", err)
	}
	n, err := r.RowsAffected()
	return int(n), err
}
