package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

const workColumns = `enrolment_id, project_id, learner, label, state, attempts, changed_at`

func scanWork(row scanner) (campus.Work, error) {
	var w campus.Work
	return w, row.Scan(&w.Enrolment, &w.Project, &w.Learner, &w.Label, &w.State, &w.Attempts, moment{&w.ChangedAt})
}

// worksIn reads where a learner stands with the projects they have begun.
func worksIn(ctx context.Context, q querier, id campus.EnrolmentID) ([]campus.Work, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+workColumns+` FROM project_work WHERE enrolment_id = $1`, id)
	if err != nil {
		return nil, fmt.Errorf("read projects: %w", err)
	}
	list, err := collect(rows, scanWork)
	if err != nil {
		return nil, fmt.Errorf("read projects: %w", err)
	}
	return list, nil
}

// workIn reads the work on one project; one that is open when there is none yet.
func workIn(ctx context.Context, q querier, e campus.Enrolment, p studio.Project) (campus.Work, error) {
	w, err := scanWork(q.QueryRowContext(ctx, `SELECT `+workColumns+` FROM project_work WHERE enrolment_id = $1 AND project_id = $2`, e.ID, p.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return campus.Work{Enrolment: e.ID, Project: p.ID, Learner: e.Learner, Label: campus.LabelOf(p), State: campus.WorkMachine().Initial}, nil
	}
	if err != nil {
		return w, fmt.Errorf("read project: %w", err)
	}
	return w, nil
}

func writeWork(ctx context.Context, tx *sql.Tx, w campus.Work) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO project_work (`+workColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (enrolment_id, project_id) DO UPDATE SET state = excluded.state, attempts = excluded.attempts, changed_at = excluded.changed_at`,
		w.Enrolment, w.Project, w.Learner, w.Label, w.State, w.Attempts, at(w.ChangedAt))
	if err != nil {
		return fmt.Errorf("write project: %w", err)
	}
	return nil
}

// Works lists where a learner stands with the projects they have begun; one that is not listed is open.
func (s *Store) Works(ctx context.Context, id campus.EnrolmentID) ([]campus.Work, error) {
	return worksIn(ctx, s.reader(), id)
}

// WaitingForDefence lists what was handed in and has no defence planned, the oldest first. limit 0 lists
// every one.
func (s *Store) WaitingForDefence(ctx context.Context, limit int) ([]campus.WaitingWork, error) {
	return query(ctx, s, "submissions", func(row scanner) (campus.WaitingWork, error) {
		var w campus.WaitingWork
		return w, row.Scan(&w.Enrolment, &w.Project, &w.Learner, &w.Label, &w.State, &w.Attempts, moment{&w.ChangedAt}, &w.Name)
	}, `SELECT w.enrolment_id, w.project_id, w.learner, w.label, w.state, w.attempts, w.changed_at, a.name FROM project_work w
		JOIN account a ON a.id = w.learner WHERE w.state = 'submitted' ORDER BY w.changed_at, w.enrolment_id, w.project_id LIMIT $1`, limitOf(limit))
}

// Submit hands in a project, or the fix a conditional outcome asked for. Handing in the same again while it
// waits gives what is there.
//
// Errors: NotFound; Invalid for files that cannot be; Conflict when the enrolment is not active, when an
// earlier project is open, when this one is past handing in, and when a fix comes too late.
func (s *Store) Submit(ctx context.Context, by people.Actor, sub campus.Submission) (campus.Submission, error) {
	e, v, p, err := s.projectOf(ctx, sub.Enrolment, sub.Project)
	if err != nil {
		return sub, err
	}
	for i := range sub.Files {
		f := &sub.Files[i]
		sum := sha256.Sum256(f.Content)
		f.SHA256, f.Size = hex.EncodeToString(sum[:]), int64(len(f.Content))
	}
	id, err := newID()
	if err != nil {
		return sub, err
	}
	sub.ID, sub.Learner, sub.At = campus.SubmissionID(id), e.Learner, s.stamp()
	if sub, err = s.submittable(ctx, e, p, sub); err != nil {
		return sub, err
	}
	if err := s.inTx(ctx, func(tx *sql.Tx) error { return s.keepFiles(ctx, tx, sub.Files) }); err != nil { // before the audit trail is held
		return sub, err
	}
	event := eventOn(by, campus.DidSubmit, e.Ref(), "project", p.ID, "submission", id)
	err = s.change(ctx, event, func(tx *sql.Tx) error { return s.submit(ctx, tx, v, p, &sub) })
	for i := range sub.Files {
		sub.Files[i].Content = nil
	}
	return sub, err
}

// submittable refuses early what would be refused in the end, before files are written.
func (s *Store) submittable(ctx context.Context, e campus.Enrolment, p studio.Project, sub campus.Submission) (campus.Submission, error) {
	w, err := workIn(ctx, s.reader(), e, p)
	if err != nil {
		return sub, err
	}
	if _, sub.Kind, err = w.Submit(s.stamp()); err != nil {
		return sub, err
	}
	return sub.Check(p)
}

// projectOf finds an enrolment's version and one of its projects. Neither ever changes.
func (s *Store) projectOf(ctx context.Context, id campus.EnrolmentID, project string) (campus.Enrolment, studio.Version, studio.Project, error) {
	e, err := s.Enrolment(ctx, id)
	if err != nil {
		return e, studio.Version{}, studio.Project{}, err
	}
	v, err := s.Version(ctx, e.Version)
	if err != nil {
		return e, v, studio.Project{}, err
	}
	p, err := campus.ProjectOf(v, project)
	return e, v, p, err
}

// keepFiles keeps contents that are not there yet.
func (s *Store) keepFiles(ctx context.Context, tx *sql.Tx, files []campus.SubmittedFile) error {
	for _, f := range files {
		var one int
		err := tx.QueryRowContext(ctx, `SELECT 1 FROM file WHERE sha256 = $1`, f.SHA256).Scan(&one)
		if err == nil {
			continue
		}
		if !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("look for a file: %w", err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO file (sha256, size, content, stored_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
			f.SHA256, f.Size, f.Content, at(s.stamp()))
		if err != nil {
			return fmt.Errorf("keep a file: %w", err)
		}
	}
	return nil
}

// submit is the step of handing in.
func (s *Store) submit(ctx context.Context, tx *sql.Tx, v studio.Version, p studio.Project, sub *campus.Submission) error {
	e, err := enrolmentIn(ctx, tx, sub.Enrolment)
	if err != nil {
		return err
	}
	if err := e.MayLearn(); err != nil {
		return err
	}
	w, err := workIn(ctx, tx, e, p)
	if err != nil {
		return err
	}
	if last, err := lastSubmission(ctx, tx, w); err != nil {
		return err
	} else if last != nil && (w.State == campus.WorkSubmitted || w.State == campus.WorkFixed) && last.Same(*sub) {
		*sub = *last
		return errUnchanged
	}
	next, kind, err := w.Submit(s.stamp())
	if err != nil {
		return err
	}
	if sub.Kind = kind; kind == campus.WholeWork {
		works, err := worksIn(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		if err := campus.MaySubmit(v, p.ID, works); err != nil {
			return err
		}
	}
	if _, err := sub.Check(p); err != nil {
		return err
	}
	sub.Number = next.Attempts
	if err := s.insertSubmission(ctx, tx, *sub); err != nil {
		return err
	}
	if kind == campus.Fix {
		return s.fix(ctx, tx, w, *sub)
	}
	if err := writeWork(ctx, tx, next); err != nil {
		return err
	}
	return s.tellDesigners(ctx, tx, people.Notification{Kind: campus.DidSubmit, Ref: e.Ref(), Detail: detailOf("name", next.Label)})
}

func (s *Store) insertSubmission(ctx context.Context, tx *sql.Tx, sub campus.Submission) error {
	if err := s.keepFiles(ctx, tx, sub.Files); err != nil { // again: an erasure may have come between
		return err
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO submission (id, enrolment_id, project_id, number, learner, kind, comment, handed_in_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, sub.ID, sub.Enrolment, sub.Project, sub.Number, sub.Learner, sub.Kind, sub.Comment, at(sub.At))
	if err != nil {
		return fmt.Errorf("write submission: %w", err)
	}
	for i, f := range sub.Files {
		_, err := tx.ExecContext(ctx, `INSERT INTO submission_file (submission_id, place, learner, deliverable, name, media, size, sha256)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`, sub.ID, i+1, sub.Learner, f.Deliverable, f.Name, f.Media, f.Size, f.SHA256)
		if err != nil {
			return fmt.Errorf("write submission: %w", err)
		}
	}
	return nil
}

// tellDesigners tells everybody who designs programmes everywhere.
func (s *Store) tellDesigners(ctx context.Context, tx *sql.Tx, n people.Notification) error {
	rows, err := tx.QueryContext(ctx, `SELECT g.account_id FROM account_grant g JOIN account a ON a.id = g.account_id AND a.state = 'active'
		WHERE g.role = 'designer' AND g.scope_kind = '' ORDER BY g.account_id`)
	if err != nil {
		return fmt.Errorf("read designers: %w", err)
	}
	list, err := collect(rows, func(row scanner) (people.AccountID, error) {
		var a people.AccountID
		return a, row.Scan(&a)
	})
	if err != nil {
		return fmt.Errorf("read designers: %w", err)
	}
	for _, n.Account = range list {
		if err := s.insertNotification(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

const submissionColumns = `s.id, s.enrolment_id, s.project_id, s.number, s.learner, s.kind, s.comment, s.handed_in_at`

// submissionsIn reads submissions with their files, contents left out.
func submissionsIn(ctx context.Context, q querier, where string, args ...any) ([]campus.Submission, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+submissionColumns+`, f.deliverable, f.name, f.media, f.size, f.sha256
		FROM submission s LEFT JOIN submission_file f ON f.submission_id = s.id WHERE `+where+` ORDER BY s.project_id, s.number, f.place`, args...)
	if err != nil {
		return nil, fmt.Errorf("read submissions: %w", err)
	}
	var out []campus.Submission
	_, err = collect(rows, func(row scanner) (struct{}, error) {
		var sub campus.Submission
		var deliverable, name, media, sum sql.NullString
		var size sql.NullInt64
		err := row.Scan(&sub.ID, &sub.Enrolment, &sub.Project, &sub.Number, &sub.Learner, &sub.Kind, &sub.Comment, moment{&sub.At},
			&deliverable, &name, &media, &size, &sum)
		if len(out) == 0 || out[len(out)-1].ID != sub.ID {
			out = append(out, sub)
		}
		if name.Valid {
			last := &out[len(out)-1]
			last.Files = append(last.Files, campus.SubmittedFile{
				Deliverable: deliverable.String, Name: name.String, Media: media.String, Size: size.Int64, SHA256: sum.String,
			})
		}
		return struct{}{}, err
	})
	if err != nil {
		return nil, fmt.Errorf("read submissions: %w", err)
	}
	return out, nil
}

// lastSubmission is what was handed in last for a project, nil when nothing was.
func lastSubmission(ctx context.Context, q querier, w campus.Work) (*campus.Submission, error) {
	list, err := submissionsIn(ctx, q, `s.enrolment_id = $1 AND s.project_id = $2 AND s.number = $3`, w.Enrolment, w.Project, w.Attempts)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Submissions lists what a learner handed in, by project and number, contents left out.
func (s *Store) Submissions(ctx context.Context, id campus.EnrolmentID) ([]campus.Submission, error) {
	return submissionsIn(ctx, s.reader(), `s.enrolment_id = $1`, id)
}

// SubmittedFile reads a file with its content: the n-th, from 1, of a submission of an enrolment. It returns
// a NotFound fault when the submission is another enrolment's.
func (s *Store) SubmittedFile(ctx context.Context, e campus.EnrolmentID, id campus.SubmissionID, n int) (campus.SubmittedFile, error) {
	var f campus.SubmittedFile
	err := s.reader().QueryRowContext(ctx, `SELECT f.deliverable, f.name, f.media, f.size, f.sha256, c.content FROM submission s
		JOIN submission_file f ON f.submission_id = s.id JOIN file c ON c.sha256 = f.sha256
		WHERE s.enrolment_id = $1 AND s.id = $2 AND f.place = $3`, e, id, n).
		Scan(&f.Deliverable, &f.Name, &f.Media, &f.Size, &f.SHA256, &f.Content)
	return f, found(err, "file")
}
