package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

const (
	settingDataVersion = "data_version" // id of the newest release: what was imported
	settingCellVersion = "cell_version" // the data version the cells were computed from
)

func setSetting(ctx context.Context, tx *sql.Tx, key, value string) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO setting (key, value) VALUES ($1, $2)
		ON CONFLICT (key) DO UPDATE SET value = excluded.value`, key, value)
	if err != nil {
		return fmt.Errorf("set %s: %w", key, err)
	}
	return nil
}

func (s *Store) setting(ctx context.Context, key string) (string, error) {
	var v string
	err := s.db.QueryRowContext(ctx, `SELECT value FROM setting WHERE key = $1`, key).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read setting %s: %w", key, err)
	}
	return v, nil
}

// CellVersion names the state of the data the cells were computed from: it changes whenever any page
// of the radar may show something else.
func (s *Store) CellVersion(ctx context.Context) (string, error) {
	return s.setting(ctx, settingCellVersion)
}

// Stale reports whether data was imported since the cells were last computed.
func (s *Store) Stale(ctx context.Context) (bool, error) {
	data, err := s.setting(ctx, settingDataVersion)
	if err != nil {
		return false, err
	}
	cells, err := s.CellVersion(ctx)
	return data != cells, err
}
