package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"filiere/internal/campus"
	"filiere/internal/fold"
	"filiere/internal/people"
)

// ImportCourse keeps a course as its folder stands. A course of that name that is there already gets a new
// revision; changed is false when it had the same content, and then nothing is written.
func (s *Store) ImportCourse(ctx context.Context, by people.Actor, c campus.Course) (kept campus.Course, changed bool, err error) {
	id, err := newID()
	if err != nil {
		return c, false, err
	}
	c.Hash, c.ImportedAt = c.Seal(), s.stamp()
	event := eventOn(by, campus.DidImportCourse, people.Ref{Kind: people.KindCourse, ID: c.Slug}, "hash", c.Hash)
	err = s.change(ctx, event, func(tx *sql.Tx) error {
		had, err := scanCourse(tx.QueryRowContext(ctx, `SELECT `+courseColumns+` FROM course c WHERE c.slug = $1`, c.Slug))
		switch {
		case errors.Is(err, sql.ErrNoRows):
			c.ID = campus.CourseID(id)
		case err != nil:
			return fmt.Errorf("read course: %w", err)
		case had.Hash == c.Hash:
			c = had
			return errUnchanged
		default:
			c.ID, c.Revision = had.ID, had.Revision
		}
		c.Revision++
		changed = true
		return writeCourse(ctx, tx, by, c)
	})
	return c, changed && err == nil, err
}

func writeCourse(ctx context.Context, tx *sql.Tx, by people.Actor, c campus.Course) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO course (id, slug, lang, version, hours, licence, title, folded, summary, chapters, quizzes, revision, hash, imported_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
		ON CONFLICT (id) DO UPDATE SET lang = excluded.lang, version = excluded.version, hours = excluded.hours, licence = excluded.licence,
			title = excluded.title, folded = excluded.folded, summary = excluded.summary, chapters = excluded.chapters, quizzes = excluded.quizzes,
			revision = excluded.revision, hash = excluded.hash, imported_at = excluded.imported_at`,
		c.ID, c.Slug, c.Lang, c.Version, c.Hours, c.Licence, c.Title, fold.Plain(c.Title), c.Summary, c.Chapters(), c.Quizzes(), c.Revision, c.Hash, at(c.ImportedAt))
	if err != nil {
		return fmt.Errorf("write course: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO course_revision (course_id, revision, hash, version, imported_at, imported_by)
		VALUES ($1, $2, $3, $4, $5, $6)`, c.ID, c.Revision, c.Hash, c.Version, at(c.ImportedAt), by)
	if err != nil {
		return fmt.Errorf("write revision: %w", err)
	}
	for _, t := range []string{"course_part", "course_chapter", "course_quiz", "course_file"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+t+` WHERE course_id = $1`, c.ID); err != nil {
			return fmt.Errorf("rewrite course: %w", err)
		}
	}
	for i, p := range c.Parts {
		if err := writePart(ctx, tx, c.ID, i+1, p); err != nil {
			return err
		}
	}
	for _, f := range c.Files {
		_, err := tx.ExecContext(ctx, `INSERT INTO course_file (course_id, part, name, media, hash, data) VALUES ($1, $2, $3, $4, $5, $6)`,
			c.ID, f.Part, f.Name, f.Media, f.Seal(), base64.StdEncoding.EncodeToString(f.Data))
		if err != nil {
			return fmt.Errorf("write image: %w", err)
		}
	}
	return nil
}

func writePart(ctx context.Context, tx *sql.Tx, id campus.CourseID, place int, p campus.Part) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO course_part (course_id, slug, place, title, intro) VALUES ($1, $2, $3, $4, $5)`,
		id, p.Slug, place, p.Title, p.Intro)
	if err != nil {
		return fmt.Errorf("write part: %w", err)
	}
	for i, ch := range p.Chapters {
		_, err := tx.ExecContext(ctx, `INSERT INTO course_chapter (course_id, part, slug, place, title, body, hash) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			id, p.Slug, ch.Slug, i+1, ch.Title, ch.Body, ch.Seal())
		if err != nil {
			return fmt.Errorf("write chapter: %w", err)
		}
	}
	if p.Quiz == nil {
		return nil
	}
	questions, err := json.Marshal(p.Quiz.Questions)
	if err != nil {
		return fmt.Errorf("write quiz: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO course_quiz (course_id, part, title, questions, hash) VALUES ($1, $2, $3, $4, $5)`,
		id, p.Slug, p.Quiz.Title, string(questions), p.Quiz.Seal())
	if err != nil {
		return fmt.Errorf("write quiz: %w", err)
	}
	return nil
}

const courseColumns = `c.id, c.slug, c.lang, c.version, c.hours, c.licence, c.title, c.summary, c.revision, c.hash, c.imported_at`

func intoCourse(c *campus.Course) []any {
	return []any{&c.ID, &c.Slug, &c.Lang, &c.Version, &c.Hours, &c.Licence, &c.Title, &c.Summary, &c.Revision, &c.Hash, moment{&c.ImportedAt}}
}

func scanCourse(row scanner) (campus.Course, error) {
	var c campus.Course
	return c, row.Scan(intoCourse(&c)...)
}

// Courses lists the courses by title, without their parts: those after one, or from the first when it is
// "". limit 0 lists every one.
func (s *Store) Courses(ctx context.Context, after campus.CourseID, limit int) ([]campus.Course, error) {
	c := &clause{binder: &binder{}}
	if after != "" {
		c.add(`(c.folded, c.id) > (SELECT a.folded, a.id FROM course a WHERE a.id = %s)`, after)
	}
	return query(ctx, s, "courses", scanCourse, `SELECT `+courseColumns+` FROM course c`+c.where()+
		` ORDER BY c.folded, c.id LIMIT `+c.bind(limitOf(limit)), c.args...)
}

// CoursesOf gives the courses a path recommends, in order, as Outline does.
func (s *Store) CoursesOf(ctx context.Context, path campus.PathID) ([]campus.Course, error) {
	list, err := query(ctx, s, "courses of a path", scanCourse, `SELECT `+courseColumns+` FROM path_course p JOIN course c ON c.id = p.course_id
		WHERE p.path_id = $1 ORDER BY p.place`, path)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if err := s.outline(ctx, s.reader(), &list[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// CourseBySlug finds a course by the name of its folder, as Outline does.
func (s *Store) CourseBySlug(ctx context.Context, slug string) (campus.Course, error) {
	var id campus.CourseID
	if err := s.reader().QueryRowContext(ctx, `SELECT id FROM course WHERE slug = $1`, slug).Scan(&id); err != nil {
		return campus.Course{}, found(err, "course")
	}
	return s.Outline(ctx, id)
}

// Outline reads a course with its parts, the titles of its chapters and of its quizzes, without their
// texts and without images. It returns a NotFound fault when there is none.
func (s *Store) Outline(ctx context.Context, id campus.CourseID) (campus.Course, error) {
	return s.outlineIn(ctx, s.reader(), id)
}

func (s *Store) outlineIn(ctx context.Context, q querier, id campus.CourseID) (campus.Course, error) {
	c, err := scanCourse(q.QueryRowContext(ctx, `SELECT `+courseColumns+` FROM course c WHERE c.id = $1`, id))
	if err != nil {
		return c, found(err, "course")
	}
	err = s.outline(ctx, q, &c)
	return c, err
}

// outline adds parts and titles to a course.
func (s *Store) outline(ctx context.Context, q querier, c *campus.Course) error {
	rows, err := q.QueryContext(ctx, `SELECT p.slug, p.title, p.intro, z.title FROM course_part p
		LEFT JOIN course_quiz z ON z.course_id = p.course_id AND z.part = p.slug WHERE p.course_id = $1 ORDER BY p.place`, c.ID)
	if err != nil {
		return fmt.Errorf("read parts: %w", err)
	}
	c.Parts, err = collect(rows, func(row scanner) (campus.Part, error) {
		var p campus.Part
		var quiz sql.NullString
		err := row.Scan(&p.Slug, &p.Title, &p.Intro, &quiz)
		if quiz.Valid {
			p.Quiz = &campus.Quiz{Title: quiz.String}
		}
		return p, err
	})
	if err != nil {
		return fmt.Errorf("read parts: %w", err)
	}
	rows, err = q.QueryContext(ctx, `SELECT part, slug, title, hash FROM course_chapter WHERE course_id = $1 ORDER BY part, place`, c.ID)
	if err != nil {
		return fmt.Errorf("read chapters: %w", err)
	}
	byPart := map[string][]campus.Chapter{}
	_, err = collect(rows, func(row scanner) (struct{}, error) {
		var part string
		var ch campus.Chapter
		err := row.Scan(&part, &ch.Slug, &ch.Title, &ch.Hash)
		byPart[part] = append(byPart[part], ch)
		return struct{}{}, err
	})
	if err != nil {
		return fmt.Errorf("read chapters: %w", err)
	}
	for i := range c.Parts {
		c.Parts[i].Chapters = byPart[c.Parts[i].Slug]
	}
	return nil
}

// Chapter reads one chapter. It returns a NotFound fault when there is none.
func (s *Store) Chapter(ctx context.Context, id campus.CourseID, part, slug string) (campus.Chapter, error) {
	var c campus.Chapter
	err := s.reader().QueryRowContext(ctx, `SELECT slug, title, body, hash FROM course_chapter WHERE course_id = $1 AND part = $2 AND slug = $3`, id, part, slug).
		Scan(&c.Slug, &c.Title, &c.Body, &c.Hash)
	return c, found(err, "chapter")
}

// Quiz reads the quiz of a part. It returns a NotFound fault when there is none.
func (s *Store) Quiz(ctx context.Context, id campus.CourseID, part string) (campus.Quiz, error) {
	return quizIn(ctx, s.reader(), id, part)
}

func quizIn(ctx context.Context, q querier, id campus.CourseID, part string) (campus.Quiz, error) {
	var z campus.Quiz
	var questions string
	err := q.QueryRowContext(ctx, `SELECT title, questions FROM course_quiz WHERE course_id = $1 AND part = $2`, id, part).Scan(&z.Title, &questions)
	if err != nil {
		return z, found(err, "quiz")
	}
	if err := json.Unmarshal([]byte(questions), &z.Questions); err != nil {
		return z, fmt.Errorf("read quiz: %w", err)
	}
	return z, nil
}

// CourseFile reads an image of a course. It returns a NotFound fault when there is none.
func (s *Store) CourseFile(ctx context.Context, id campus.CourseID, part, name string) (campus.File, error) {
	f, err := scanCourseFile(s.reader().QueryRowContext(ctx, `SELECT part, name, media, data FROM course_file
		WHERE course_id = $1 AND part = $2 AND name = $3`, id, part, name))
	return f, found(err, "image")
}

func scanCourseFile(row scanner) (campus.File, error) {
	var f campus.File
	var data string
	if err := row.Scan(&f.Part, &f.Name, &f.Media, &data); err != nil {
		return f, err
	}
	var err error
	f.Data, err = base64.StdEncoding.DecodeString(data)
	return f, err
}

// Course reads a course whole, texts and images: what exports and e-books are made of. It returns a
// NotFound fault when there is none.
func (s *Store) Course(ctx context.Context, id campus.CourseID) (campus.Course, error) {
	c, err := s.Outline(ctx, id)
	if err != nil {
		return c, err
	}
	for i := range c.Parts {
		p := &c.Parts[i]
		for j, ch := range p.Chapters {
			if p.Chapters[j], err = s.Chapter(ctx, id, p.Slug, ch.Slug); err != nil {
				return c, err
			}
		}
		if p.Quiz != nil {
			q, err := s.Quiz(ctx, id, p.Slug)
			if err != nil {
				return c, err
			}
			p.Quiz = &q
		}
	}
	c.Files, err = query(ctx, s, "images", scanCourseFile, `SELECT part, name, media, data FROM course_file WHERE course_id = $1 ORDER BY part, name`, id)
	return c, err
}
