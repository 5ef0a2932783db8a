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

// MostStatements is mostStatements.
const MostStatements = mostStatements

// Ask runs a statement that gives one number.
func (s *Store) Ask(ctx context.Context, text string) (int, error) {
	got, err := query(ctx, s, "number", func(row interface{ Scan(...any) error }) (int, error) {
		var n int
		return n, row.Scan(&n)
	}, text)
	if err != nil || len(got) == 0 {
		return 0, err
	}
	return got[0], nil
}

// InTx is inTx.
func (s *Store) InTx(ctx context.Context, f func(*sql.Tx) error) error { return s.inTx(ctx, f) }
