package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// MarkRead notes that the learner of an enrolment has read a chapter of a course its path recommends, as it
// stands. Noting it again changes nothing.
//
// Errors: NotFound for an enrolment or chapter there is not, or a course the path does not recommend;
// Conflict when the enrolment is not active.
func (s *Store) MarkRead(ctx context.Context, id campus.EnrolmentID, course campus.CourseID, part, chapter string) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		e, err := learningIn(ctx, tx, id, course)
		if err != nil {
			return err
		}
		var hash string
		err = tx.QueryRowContext(ctx, `SELECT hash FROM course_chapter WHERE course_id = $1 AND part = $2 AND slug = $3`, course, part, chapter).Scan(&hash)
		if err != nil {
			return found(err, "chapter")
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO reading (learner, course_id, part, chapter, hash, read_at) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (learner, course_id, part, chapter) DO UPDATE SET hash = excluded.hash, read_at = excluded.read_at
			WHERE reading.hash <> excluded.hash`, e.Learner, course, part, chapter, hash, at(s.stamp()))
		if err != nil {
			return fmt.Errorf("note a reading: %w", err)
		}
		return nil
	})
}

// learningIn reads an enrolment that is active and whose path recommends a course.
func learningIn(ctx context.Context, tx *sql.Tx, id campus.EnrolmentID, course campus.CourseID) (campus.Enrolment, error) {
	e, err := enrolmentIn(ctx, tx, id)
	if err != nil {
		return e, err
	}
	if err := e.MayLearn(); err != nil {
		return e, err
	}
	var one int
	err = tx.QueryRowContext(ctx, `SELECT 1 FROM path_course WHERE path_id = $1 AND course_id = $2`, e.Path, course).Scan(&one)
	return e, found(err, "course")
}

// AnswerQuiz grades what the learner of an enrolment answered to the quiz of a part, keeps it, and keeps
// the best result.
//
// Errors: Invalid for answers the quiz cannot have; NotFound and Conflict as MarkRead; Conflict when the
// quiz was answered too often.
func (s *Store) AnswerQuiz(ctx context.Context, id campus.EnrolmentID, course campus.CourseID, part string, answers campus.Answers) (a campus.Attempt, m campus.Mark, err error) {
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		e, err := learningIn(ctx, tx, id, course)
		if err != nil {
			return err
		}
		q, err := quizIn(ctx, tx, course, part)
		if err != nil {
			return err
		}
		if m, err = q.Grade(answers); err != nil {
			return err
		}
		had, err := lockResult(ctx, tx, s, e.Learner, course, part)
		if err != nil {
			return err
		}
		if had.Attempts >= campus.MaxAttempts {
			return fault.New(fault.Conflict, "answer quiz", "a quiz is answered %d times at most", campus.MaxAttempts)
		}
		a = campus.Attempt{Number: had.Attempts + 1, Answers: answers, Score: m.Score, Total: m.Total, Hash: q.Seal(), At: s.stamp()}
		return writeAttempt(ctx, tx, e.Learner, course, part, a, had.With(a))
	})
	return a, m, err
}

// lockResult reads what a learner reached in a quiz, and holds it until the transaction ends: two browsers
// answer one after the other.
func lockResult(ctx context.Context, tx *sql.Tx, s *Store, learner people.AccountID, course campus.CourseID, part string) (campus.QuizResult, error) {
	r := campus.QuizResult{Course: course, Part: part}
	err := tx.QueryRowContext(ctx, `INSERT INTO quiz_result (learner, course_id, part, best, total, attempts, last_at) VALUES ($1, $2, $3, 0, 0, 0, $4)
		ON CONFLICT (learner, course_id, part) DO UPDATE SET attempts = quiz_result.attempts
		RETURNING best, total, attempts, last_at`, learner, course, part, at(s.stamp())).Scan(&r.Best, &r.Total, &r.Attempts, moment{&r.LastAt})
	if err != nil {
		return r, fmt.Errorf("read result: %w", err)
	}
	return r, nil
}

func writeAttempt(ctx context.Context, tx *sql.Tx, learner people.AccountID, course campus.CourseID, part string, a campus.Attempt, r campus.QuizResult) error {
	answers, err := json.Marshal(a.Answers)
	if err != nil {
		return fmt.Errorf("write attempt: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO quiz_attempt (learner, course_id, part, number, answers, score, total, hash, answered_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, learner, course, part, a.Number, string(answers), a.Score, a.Total, a.Hash, at(a.At))
	if err != nil {
		return fmt.Errorf("write attempt: %w", err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE quiz_result SET best = $1, total = $2, attempts = $3, last_at = $4
		WHERE learner = $5 AND course_id = $6 AND part = $7`, r.Best, r.Total, r.Attempts, at(r.LastAt), learner, course, part)
	if err != nil {
		return fmt.Errorf("write result: %w", err)
	}
	return nil
}

// Progress works out how far a learner is in a course.
func (s *Store) Progress(ctx context.Context, learner people.AccountID, c campus.Course) (campus.Progress, error) {
	readings, err := query(ctx, s, "readings", func(row scanner) (campus.Reading, error) {
		r := campus.Reading{Course: c.ID}
		return r, row.Scan(&r.Part, &r.Chapter, &r.Hash, moment{&r.At})
	}, `SELECT part, chapter, hash, read_at FROM reading WHERE learner = $1 AND course_id = $2`, learner, c.ID)
	if err != nil {
		return campus.Progress{}, err
	}
	results, err := query(ctx, s, "results", func(row scanner) (campus.QuizResult, error) {
		r := campus.QuizResult{Course: c.ID}
		return r, row.Scan(&r.Part, &r.Best, &r.Total, &r.Attempts, moment{&r.LastAt})
	}, `SELECT part, best, total, attempts, last_at FROM quiz_result WHERE learner = $1 AND course_id = $2`, learner, c.ID)
	if err != nil {
		return campus.Progress{}, err
	}
	return campus.ProgressIn(c, readings, results), nil
}

// Attempt reads one time a learner answered a quiz. It returns a NotFound fault when there is none.
func (s *Store) Attempt(ctx context.Context, learner people.AccountID, course campus.CourseID, part string, number int) (campus.Attempt, error) {
	a := campus.Attempt{Number: number}
	var answers string
	err := s.reader().QueryRowContext(ctx, `SELECT answers, score, total, hash, answered_at FROM quiz_attempt
		WHERE learner = $1 AND course_id = $2 AND part = $3 AND number = $4`, learner, course, part, number).
		Scan(&answers, &a.Score, &a.Total, &a.Hash, moment{&a.At})
	if err != nil {
		return a, found(err, "attempt")
	}
	if err := json.Unmarshal([]byte(answers), &a.Answers); err != nil {
		return a, fmt.Errorf("read attempt: %w", err)
	}
	return a, nil
}

// LearningCourse finds the active enrolment in which a learner's reading of a course counts; ok is false
// when there is none.
func (s *Store) LearningCourse(ctx context.Context, learner people.AccountID, course campus.CourseID) (id campus.EnrolmentID, ok bool, err error) {
	err = s.reader().QueryRowContext(ctx, `SELECT e.id FROM enrolment e JOIN path_course p ON p.path_id = e.path_id
		WHERE e.learner = $1 AND p.course_id = $2 AND e.state = 'active' ORDER BY e.id DESC LIMIT 1`, learner, course).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read enrolments: %w", err)
	}
	return id, true, nil
}
