package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/market"
)

const releaseColumns = `id, dataset, scope, vintage, title, producer, licence, file, sha256,
	imported_at, rows_read, rows_kept, rows_refused, coalesce(superseded_by, '')`

func scanRelease(row interface{ Scan(...any) error }) (market.Release, error) {
	var r market.Release
	err := row.Scan(&r.ID, &r.Dataset, &r.Scope, &r.Vintage, &r.Title, &r.Producer, &r.Licence, &r.File,
		&r.SHA256, &r.ImportedAt, &r.RowsRead, &r.RowsKept, &r.RowsRefused, &r.SupersededBy)
	return r, err
}

// ReleaseByContent finds the current release made from the same content. ok is false when there is none.
func (s *Store) ReleaseByContent(ctx context.Context, sha256 string) (r market.Release, ok bool, err error) {
	row := s.reader().QueryRowContext(ctx, `SELECT `+releaseColumns+` FROM release
		WHERE sha256 = $1 AND superseded_by IS NULL`, sha256)
	r, err = scanRelease(row)
	if errors.Is(err, sql.ErrNoRows) {
		return r, false, nil
	}
	if err != nil {
		return r, false, fmt.Errorf("look for a release of this content: %w", err)
	}
	return r, true, nil
}

// Releases lists the releases, newest first; superseded ones too when all is set.
func (s *Store) Releases(ctx context.Context, all bool) ([]market.Release, error) {
	q := `SELECT ` + releaseColumns + ` FROM release`
	if !all {
		q += ` WHERE superseded_by IS NULL`
	}
	rows, err := s.db.QueryContext(ctx, q+` ORDER BY imported_at DESC, id DESC`)
	if err != nil {
		return nil, fmt.Errorf("list releases: %w", err)
	}
	return collect(rows, scanRelease)
}

// collect scans every row and closes the rows.
func collect[T any](rows *sql.Rows, scan func(interface{ Scan(...any) error }) (T, error)) ([]T, error) {
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read row: %w", err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// Release finds one release, superseded or not. It returns a NotFound fault when there is none.
func (s *Store) Release(ctx context.Context, id string) (market.Release, error) {
	r, err := scanRelease(s.reader().QueryRowContext(ctx, `SELECT `+releaseColumns+` FROM release WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.New(fault.NotFound, "find release", "there is no release %q", id)
	}
	if err != nil {
		return r, fmt.Errorf("find release %s: %w", id, err)
	}
	return r, nil
}
