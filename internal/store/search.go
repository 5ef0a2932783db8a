package store

import (
	"context"
	"database/sql"

	"filiere/internal/market"
)

// Search finds occupations and places by name.
func (s *Store) Search(ctx context.Context, text string, limit int) ([]market.Found, error) {
	return nil, nil
}

// RebuildSearch writes the names anew.
func (s *Store) RebuildSearch(ctx context.Context) error {
	return s.inTx(ctx, func(tx *sql.Tx) error { return nil })
}
