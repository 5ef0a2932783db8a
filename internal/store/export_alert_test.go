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
