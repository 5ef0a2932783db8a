package store

import (
	"context"
	"database/sql"

	"filiere/internal/people"
	"filiere/internal/thread"
)

// Weave puts an object on the thread as a step of a room does.
func (s *Store) Weave(ctx context.Context, n thread.Node, by people.Actor, because string, from ...people.Ref) error {
	return s.inTx(ctx, func(tx *sql.Tx) error { return weave(ctx, tx, n, by, because, from...) })
}
