package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/market"
)

const (
	settingDataVersion   = "data_version"   // id of the newest release: what was imported
	settingCellVersion   = "cell_version"   // the data and the computation the cells come from
	settingSearchVersion = "search_version" // the same of the search index
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
	values, err := query(ctx, s, "setting "+key, func(row interface{ Scan(...any) error }) (string, error) {
		var v string
		return v, row.Scan(&v)
	}, `SELECT value FROM setting WHERE key = $1`, key)
	if err != nil || len(values) == 0 {
		return "", err
	}
	return values[0], nil
}

// CellVersion names the state of the data the cells were computed from: it changes whenever any page
// of the radar may show something else.
func (s *Store) CellVersion(ctx context.Context) (string, error) {
	return s.setting(ctx, settingCellVersion)
}

// Stale reports whether data was imported, or the computation changed, since the cells or the search
// index were last worked out.
func (s *Store) Stale(ctx context.Context) (bool, error) {
	version, err := s.currentVersion(ctx)
	if err != nil {
		return false, err
	}
	cells, err := s.CellVersion(ctx)
	if err != nil {
		return false, err
	}
	search, err := s.setting(ctx, settingSearchVersion)
	return version != "" && (cells != version || search != version), err
}

// DataVersion changes whenever data was imported: what was made of the names of work is to be made anew then. It is
// "" when nothing was ever imported.
func (s *Store) DataVersion(ctx context.Context) (string, error) { return s.currentVersion(ctx) }

// currentVersion is what the cells should have been computed from: the newest release, by this program.
// It is "" when nothing was ever imported.
func (s *Store) currentVersion(ctx context.Context) (string, error) {
	data, err := s.setting(ctx, settingDataVersion)
	if err != nil || data == "" {
		return "", err
	}
	return data + "/" + market.ComputeVersion + "." + market.EstimateVersion, nil
}
