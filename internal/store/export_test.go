package store

import (
	"context"
	"database/sql"

	"filiere/internal/market"
)

// ReplaceCells writes cells as Recompute does, without computing them, and names their version.
func (s *Store) ReplaceCells(ctx context.Context, version string, cells []market.Cell) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if err := s.replaceCells(ctx, tx, cells); err != nil {
			return err
		}
		if err := refreshTallies(ctx, tx); err != nil {
			return err
		}
		return setSetting(ctx, tx, settingCellVersion, version)
	})
}

// RefreshTallies is what ReplaceCells ends with.
func (s *Store) RefreshTallies(ctx context.Context) error {
	return s.inTx(ctx, func(tx *sql.Tx) error { return refreshTallies(ctx, tx) })
}

// RefreshStatistics is what Recompute ends with.
func (s *Store) RefreshStatistics(ctx context.Context) error {
	_, err := s.db.ExecContext(ctx, s.dialect.refreshStatistics())
	return err
}
