package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/thread"
)

// CreatePath makes a path through a published version, open to learners, with the courses it recommends.
//
// Errors: Invalid for what a path cannot be; NotFound for a version or course there is not; Conflict when
// the version has a path of that title.
func (s *Store) CreatePath(ctx context.Context, by people.Actor, version studio.VersionID, title string, courses []campus.CourseID) (campus.Path, error) {
	p, err := campus.Path{Version: version, Title: title, Courses: courses, Open: true, CreatedAt: s.stamp(), CreatedBy: by}.Check()
	if err != nil {
		return p, err
	}
	id, err := newID()
	if err != nil {
		return p, err
	}
	p.ID = campus.PathID(id)
	ref := people.Ref{Kind: people.KindPath, ID: id}
	return p, s.change(ctx, eventOn(by, campus.DidCreatePath, ref, "version", string(version)), func(tx *sql.Tx) error {
		from := people.Ref{Kind: people.KindVersion, ID: string(version)}
		if err := mustBeWoven(ctx, tx, from, "version"); err != nil {
			return err
		}
		if err := insertPath(ctx, tx, p); err != nil {
			return err
		}
		return weave(ctx, tx, thread.Node{Ref: ref, Label: p.Title, At: p.CreatedAt}, by, "", from)
	})
}

// mustBeWoven checks that an object is on the thread. It returns a NotFound fault.
func mustBeWoven(ctx context.Context, tx *sql.Tx, r people.Ref, what fault.Noun) error {
	var one int
	err := tx.QueryRowContext(ctx, `SELECT 1 FROM thread_node WHERE kind = $1 AND id = $2`, r.Kind, r.ID).Scan(&one)
	return found(err, what)
}

func insertPath(ctx context.Context, tx *sql.Tx, p campus.Path) error {
	r, err := tx.ExecContext(ctx, `INSERT INTO path (id, version_id, title, is_open, enrolled, created_at, created_by)
		VALUES ($1, $2, $3, $4, 0, $5, $6) ON CONFLICT DO NOTHING`, p.ID, p.Version, p.Title, p.Open, at(p.CreatedAt), p.CreatedBy)
	if err != nil {
		return fmt.Errorf("make path: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		f := fault.New(fault.Conflict, "make path", "this version has a path with this title already")
		f.Column = "title"
		return errOr(err, f)
	}
	return insertPathCourses(ctx, tx, p)
}

// insertPathCourses writes the courses of a path that has none. It returns a NotFound fault for one there
// is not.
func insertPathCourses(ctx context.Context, tx *sql.Tx, p campus.Path) error {
	for i, c := range p.Courses {
		r, err := tx.ExecContext(ctx, `INSERT INTO path_course (path_id, place, course_id) SELECT $1, $2, id FROM course WHERE id = $3`, p.ID, i+1, c)
		if err := touched(r, err, "course"); err != nil {
			return err
		}
	}
	return nil
}

// ChangePath opens or closes a path, renames it and says what courses it recommends: the fields of p that
// its makers choose.
//
// Errors: as CreatePath; NotFound for a path there is not.
func (s *Store) ChangePath(ctx context.Context, by people.Actor, p campus.Path) error {
	ref := people.Ref{Kind: people.KindPath, ID: string(p.ID)}
	return s.change(ctx, eventOn(by, campus.DidChangePath, ref, "open", fmt.Sprint(p.Open)), func(tx *sql.Tx) error {
		had, err := pathIn(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		p.Version = had.Version
		if p, err = p.Check(); err != nil {
			return err
		}
		var others int
		if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM path WHERE version_id = $1 AND title = $2 AND id <> $3`, p.Version, p.Title, p.ID).Scan(&others); err != nil {
			return fmt.Errorf("look for a path: %w", err)
		}
		if others > 0 {
			f := fault.New(fault.Conflict, "change path", "this version has a path with this title already")
			f.Column = "title"
			return f
		}
		if _, err := tx.ExecContext(ctx, `UPDATE path SET title = $1, is_open = $2 WHERE id = $3`, p.Title, p.Open, p.ID); err != nil {
			return fmt.Errorf("change path: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM path_course WHERE path_id = $1`, p.ID); err != nil {
			return fmt.Errorf("change path: %w", err)
		}
		return insertPathCourses(ctx, tx, p)
	})
}

const pathColumns = `p.id, p.version_id, p.title, p.is_open, p.enrolled, p.created_at, p.created_by`

func scanPath(row scanner) (campus.Path, error) {
	var p campus.Path
	return p, row.Scan(&p.ID, &p.Version, &p.Title, &p.Open, &p.Enrolled, moment{&p.CreatedAt}, &p.CreatedBy)
}

// querier is a database or a transaction on it.
type querier interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row
}

// pathIn reads a path with its courses, in a transaction or outside.
func pathIn(ctx context.Context, q querier, id campus.PathID) (campus.Path, error) {
	p, err := scanPath(q.QueryRowContext(ctx, `SELECT `+pathColumns+` FROM path p WHERE p.id = $1`, id))
	if err != nil {
		return p, found(err, "path")
	}
	rows, err := q.QueryContext(ctx, `SELECT course_id FROM path_course WHERE path_id = $1 ORDER BY place`, id)
	if err != nil {
		return p, fmt.Errorf("read the courses of a path: %w", err)
	}
	p.Courses, err = collect(rows, func(row scanner) (c campus.CourseID, err error) { return c, row.Scan(&c) })
	return p, err
}

// Path finds a path, its courses in order. It returns a NotFound fault when there is none.
func (s *Store) Path(ctx context.Context, id campus.PathID) (campus.Path, error) {
	return pathIn(ctx, s.reader(), id)
}

// Paths lists paths without their courses, the newest first: those of a version, or of all when it is "",
// those before a path or from the newest when it is "". limit 0 lists every one.
func (s *Store) Paths(ctx context.Context, version studio.VersionID, before campus.PathID, limit int) ([]campus.Path, error) {
	c := &clause{binder: &binder{}}
	if version != "" {
		c.add("p.version_id = %s", version)
	}
	if before != "" {
		c.add("p.id < %s", before)
	}
	return query(ctx, s, "paths", scanPath, `SELECT `+pathColumns+` FROM path p`+c.where()+
		` ORDER BY p.id DESC LIMIT `+c.bind(limitOf(limit)), c.args...)
}
