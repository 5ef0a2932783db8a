package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/studio"
)

// versionColumns are what lists show of a version.
const versionColumns = `id, programme_id, number, title, summary, level, alert_id, published_at, published_by, hash`

func scanVersion(row scanner) (studio.Version, error) {
	var v studio.Version
	return v, row.Scan(&v.ID, &v.Programme, &v.Number, &v.Title, &v.Summary, &v.Level, &v.Alert,
		moment{&v.PublishedAt}, &v.PublishedBy, &v.Hash)
}

// insertVersion keeps a sealed version. It returns a Conflict fault when the programme has one of that
// number already.
func insertVersion(ctx context.Context, tx *sql.Tx, v studio.Version) error {
	if err := v.CheckSeal(); err != nil {
		return err
	}
	content, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write version: %w", err)
	}
	r, err := tx.ExecContext(ctx, `INSERT INTO version (`+versionColumns+`, content)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`,
		v.ID, v.Programme, v.Number, v.Title, v.Summary, v.Level, v.Alert, at(v.PublishedAt), v.PublishedBy, v.Hash, string(content))
	if err != nil {
		return fmt.Errorf("write version: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errOr(err, fault.New(fault.Conflict, "publish programme", "version %d is published already", v.Number))
	}
	return nil
}

// Version reads a published version whole. It is kept in memory from then on and shared by all who ask:
// nobody may change what lies in it. What changes a row behind the program's back is found out when the
// version is read first, not while it is kept.
//
// Errors: NotFound; Internal when what is kept is not what was published.
func (s *Store) Version(ctx context.Context, id studio.VersionID) (studio.Version, error) {
	if v, ok := s.versions.get(id); ok {
		return v, nil
	}
	v, err := s.readVersion(ctx, id)
	if err == nil {
		s.versions.keep(v)
	}
	return v, err
}

// readVersion reads a version from the database and checks its seal.
func (s *Store) readVersion(ctx context.Context, id studio.VersionID) (studio.Version, error) {
	var v studio.Version
	var hash, content string
	err := s.reader().QueryRowContext(ctx, `SELECT hash, content FROM version WHERE id = $1`, id).Scan(&hash, &content)
	if err != nil {
		return v, found(err, "version")
	}
	if err := json.Unmarshal([]byte(content), &v); err != nil {
		return v, fmt.Errorf("read version %s: %w", id, err)
	}
	v.Hash = hash
	if v.ID != id {
		return v, fault.New(fault.Internal, "read version", "version %s is not what was published: its content does not have its hash", string(id))
	}
	return v, v.CheckSeal()
}

// Versions lists the published versions, the newest first, and how many there are. They come without
// framework, projects and evidence. limit 0 lists every one.
func (s *Store) Versions(ctx context.Context, limit, offset int) ([]studio.Version, int, error) {
	var total int
	if err := s.reader().QueryRowContext(ctx, `SELECT count(*) FROM version`).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count versions: %w", err)
	}
	list, err := query(ctx, s, "versions", scanVersion, `SELECT `+versionColumns+` FROM version
		ORDER BY published_at DESC, id DESC LIMIT $1 OFFSET $2`, limitOf(limit), max(offset, 0))
	return list, total, err
}

// VersionsOf lists the versions of a programme, the newest first, as Versions does.
func (s *Store) VersionsOf(ctx context.Context, id studio.ProgrammeID) ([]studio.Version, error) {
	return query(ctx, s, "versions of a programme", scanVersion, `SELECT `+versionColumns+` FROM version
		WHERE programme_id = $1 ORDER BY number DESC`, id)
}
