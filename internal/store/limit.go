package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"filiere/internal/people"
)

// TakeLimit asks for one try under a limit, for a key: an account, an address. It returns 0 when it is
// granted, or how long to wait. Counts hold over all processes.
func (s *Store) TakeLimit(ctx context.Context, l people.Limit, key string) (wait time.Duration, err error) {
	key = people.HashSecret(key)
	now := s.stamp()
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		// Writing the row over itself reads it and holds it in one step, there or not, on both engines.
		var b people.Bucket
		err := tx.QueryRowContext(ctx, `INSERT INTO rate_limit (name, key, due) VALUES ($1, $2, $3)
			ON CONFLICT (name, key) DO UPDATE SET due = rate_limit.due RETURNING due`, l.Name, key, at(now)).Scan(moment{&b.Due})
		if err != nil {
			return fmt.Errorf("read limit %s: %w", l.Name, err)
		}
		if b, wait = l.Take(b, now); wait > 0 {
			return nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE rate_limit SET due = $1 WHERE name = $2 AND key = $3`, at(b.Due), l.Name, key)
		if err != nil {
			return fmt.Errorf("count a try under limit %s: %w", l.Name, err)
		}
		return nil
	})
	return wait, err
}
