package store

import (
	"context"
	"database/sql"

	"filiere/internal/market"
)

// RemakeEstimates makes every estimate and forecast anew and keeps them: the part of Recompute that is about
// them, with the reading of what they are made from.
func (s *Store) RemakeEstimates(ctx context.Context) (cells int, err error) {
	f, err := s.estimateFacts(ctx, newest)
	if err != nil {
		return 0, err
	}
	local, err := market.EstimateLocal(ctx, f)
	if err != nil || local.Estimates == nil {
		return 0, err
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		return s.replaceEstimates(ctx, tx, local, market.ForecastNational(f.Facts))
	})
	return len(local.Estimates.Sheets) * len(local.Estimates.Areas), err
}
