package store

import (
	"context"

	"filiere/internal/people"
)

// MailRefused gives up a claimed message that no other try would help: no worker takes it again, and
// the reason stays for the administrator to read. It returns a NotFound fault.
func (s *Store) MailRefused(ctx context.Context, id, reason string) error {
	r, err := s.writer().ExecContext(ctx, `UPDATE outbox SET attempts = $1, last_error = $2 WHERE id = $3 AND sent_at IS NULL`,
		people.MaxAttempts, clip(reason, maxReason), id)
	return touched(r, err, "message")
}
