package store

import (
	"context"
	"fmt"
	"time"

	"filiere/internal/market"
	"filiere/internal/people"
)

// sweeps are what may go: rows that mean nothing any more, older than a time. Each is a statement of its
// own, so that a process that is stopped half-way leaves nothing locked or half-done.
var sweeps = []struct {
	what, text string
	kept       time.Duration
}{
	{"limits", `DELETE FROM rate_limit WHERE due < $1`, 0}, // a bucket that is due is as good as none
	{"ceremonies", `DELETE FROM ceremony WHERE expires_at < $1`, 0},
	{"idle sessions", `DELETE FROM session WHERE seen_at < $1`, people.SessionIdle},
	{"old sessions", `DELETE FROM session WHERE opened_at < $1`, people.SessionLifetime},
	{"tokens", `DELETE FROM token WHERE expires_at < $1`, people.KeepTokens},
	{"links", `DELETE FROM link WHERE expires_at < $1`, people.KeepLinks},
	{"sent messages", `DELETE FROM outbox WHERE sent_at IS NOT NULL AND created_at < $1`, people.KeepMails},
	{
		"messages given up", fmt.Sprintf(`DELETE FROM outbox WHERE sent_at IS NULL AND attempts >= %d AND created_at < $1`, people.MaxAttempts),
		people.KeepMails,
	},
	{
		"files of submissions that were refused", `DELETE FROM file WHERE stored_at < $1 AND NOT EXISTS (SELECT 1 FROM submission_file f WHERE f.sha256 = file.sha256)`,
		keepStrayFiles,
	},
	{"deliveries of alerts", `DELETE FROM alert_delivery WHERE due_at IS NULL AND created_at < $1`, market.KeepDeliveries},
	{"notifications", `DELETE FROM notification WHERE created_at < $1`, people.KeepNotifications},
}

// keepStrayFiles is how long a file no submission holds is kept: one may be about to.
const keepStrayFiles = 24 * time.Hour

// Sweep deletes what is over: to be called now and then by whoever does the program's chores. Several
// processes may do it at once.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.stamp()
	for _, w := range sweeps {
		if _, err := s.writer().ExecContext(ctx, w.text, at(now.Add(-w.kept))); err != nil {
			return fmt.Errorf("sweep %s: %w", w.what, err)
		}
	}
	return s.ExpireSubscriptions(ctx)
}
