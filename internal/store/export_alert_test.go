package store

import (
	"context"
	"database/sql"

	"filiere/internal/market"
	"filiere/internal/people"
)

// LinkAlert links a programme to an alert as the step that opens the programme does.
func (s *Store) LinkAlert(ctx context.Context, by people.Actor, id market.AlertID, programme people.Ref) error {
	return s.inTx(ctx, func(tx *sql.Tx) error { return linkAlert(ctx, tx, by, id, programme) })
}

// Foretell makes the store's models say what f gives.
func (s *Store) Foretell(f func(context.Context) (market.Outlook, error)) { s.foretell = f }

// TouchCells makes some cells count as changed.
func (s *Store) TouchCells(ctx context.Context, n int) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		generation, err := nextCellGeneration(ctx, tx)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE cell SET changed = $1 WHERE (area_id, occupation_id, year) IN (
			SELECT area_id, occupation_id, year FROM cell WHERE class = 5 AND grain = 0 AND origin = 'published' LIMIT $2)`, generation, n)
		return err
	})
}
