package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/thread"
)

const defenceColumns = `d.id, d.enrolment_id, d.project_id, d.number, d.label, d.learner, d.assessor, d.submission_id, d.fix_id, d.starts_at,
	d.state, d.assessment, d.outcome, d.planned_at, d.planned_by, d.held_at, d.decided_at, d.fix_due, d.check_due`

func intoDefence(d *campus.Defence, assessment *string) []any {
	return []any{
		&d.ID, &d.Enrolment, &d.Project, &d.Number, &d.Label, &d.Learner, &d.Assessor, &d.Submission, &d.FixedBy,
		moment{&d.Start},
		&d.State, assessment, &d.Outcome,
		moment{&d.PlannedAt},
		&d.PlannedBy,
		moment{&d.HeldAt},
		moment{&d.DecidedAt},
		moment{&d.FixDue},
		moment{&d.CheckDue},
	}
}

func scanDefence(row scanner) (campus.Defence, error) {
	var d campus.Defence
	var assessment string
	if err := row.Scan(intoDefence(&d, &assessment)...); err != nil {
		return d, err
	}
	if assessment == "" {
		return d, nil
	}
	if err := json.Unmarshal([]byte(assessment), &d.Assessment); err != nil {
		return d, fmt.Errorf("read an assessment: %w", err)
	}
	return d, nil
}

// namedDefences reads defences with the names of their learners and assessors: names only, since an assessor
// may hold hundreds of grants.
const namedDefences = `SELECT ` + defenceColumns + `, a.name, b.name FROM defence d
	JOIN account a ON a.id = d.learner JOIN account b ON b.id = d.assessor`

// scanNamedDefence reads a row of namedDefences.
func scanNamedDefence(row scanner) (campus.NamedDefence, error) {
	var d campus.NamedDefence
	var assessment string
	return d, row.Scan(append(intoDefence(&d.Defence, &assessment), &d.Name, &d.AssessorName)...)
}

func defenceIn(ctx context.Context, q querier, id campus.DefenceID) (campus.Defence, error) {
	d, err := scanDefence(q.QueryRowContext(ctx, `SELECT `+defenceColumns+` FROM defence d WHERE d.id = $1`, id))
	return d, found(err, "defence")
}

// PlanDefence names date and assessor of the defence of what a learner handed in.
//
// Errors: NotFound; Forbidden when the assessor is the learner, is or was their mentor, or judges them;
// Invalid for a time that cannot be; Conflict when nothing waits for a defence, or the assessor's account is
// not active.
func (s *Store) PlanDefence(ctx context.Context, by people.Actor, id campus.EnrolmentID, project string, assessor people.AccountID, start time.Time) (campus.Defence, error) {
	e, _, p, err := s.projectOf(ctx, id, project)
	if err != nil {
		return campus.Defence{}, err
	}
	text, err := newID()
	if err != nil {
		return campus.Defence{}, err
	}
	var d campus.Defence
	ref := people.Ref{Kind: people.KindDefence, ID: text}
	return d, s.change(ctx, eventOn(by, campus.DidPlanDefence, ref, "enrolment", string(id), "project", project, "assessor", string(assessor)), func(tx *sql.Tx) error {
		if e, err = enrolmentIn(ctx, tx, id); err != nil {
			return err
		}
		if err := errOr(e.MayLearn(), mustTakePart(ctx, tx, assessor)); err != nil {
			return err
		}
		w, err := workIn(ctx, tx, e, p)
		if err != nil {
			return err
		}
		ties, err := tiesIn(ctx, tx, e)
		if err != nil {
			return err
		}
		last, err := lastSubmission(ctx, tx, w)
		if err != nil {
			return err
		}
		if d, w, err = campus.Plan(w, ties, assessor, start, s.stamp()); err != nil {
			return err
		}
		if last == nil {
			return fault.New(fault.Internal, "plan a defence", "what was handed in is not there")
		}
		d.ID, d.Submission, d.PlannedBy = campus.DefenceID(text), last.ID, by
		if err := insertDefence(ctx, tx, &d); err != nil {
			return err
		}
		if err := writeWork(ctx, tx, w); err != nil {
			return err
		}
		if err := s.grantPart(ctx, tx, by, assessor, people.Grant{Role: people.Assessor, Scope: d.Ref()}); err != nil {
			return err
		}
		return s.tellDefence(ctx, tx, d, campus.DidPlanDefence, campus.ToldAssessor)
	})
}

func insertDefence(ctx context.Context, tx *sql.Tx, d *campus.Defence) error {
	err := tx.QueryRowContext(ctx, `SELECT count(*) + 1 FROM defence WHERE enrolment_id = $1 AND project_id = $2`, d.Enrolment, d.Project).Scan(&d.Number)
	if err != nil {
		return fmt.Errorf("count defences: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO defence (id, enrolment_id, project_id, number, label, learner, assessor, submission_id, fix_id, starts_at,
			state, assessment, outcome, planned_at, planned_by)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', $9, $10, '', '', $11, $12)`,
		d.ID, d.Enrolment, d.Project, d.Number, d.Label, d.Learner, d.Assessor, d.Submission, at(d.Start), d.State, at(d.PlannedAt), d.PlannedBy)
	if err != nil {
		return fmt.Errorf("plan a defence: %w", err)
	}
	return nil
}

func writeDefence(ctx context.Context, tx *sql.Tx, d campus.Defence) error {
	assessment := ""
	if len(d.Assessment.Competencies) > 0 {
		b, err := json.Marshal(d.Assessment)
		if err != nil {
			return fmt.Errorf("write an assessment: %w", err)
		}
		assessment = string(b)
	}
	_, err := tx.ExecContext(ctx, `UPDATE defence SET state = $1, assessment = $2, outcome = $3, fix_id = $4, held_at = $5, decided_at = $6,
		fix_due = $7, check_due = $8 WHERE id = $9`,
		d.State, assessment, d.Outcome, d.FixedBy, at(d.HeldAt), at(d.DecidedAt), at(d.FixDue), at(d.CheckDue), d.ID)
	if err != nil {
		return fmt.Errorf("write defence: %w", err)
	}
	return nil
}

// tellDefence tells the learner, and the assessor in their own words; "" tells one of the two nothing.
func (s *Store) tellDefence(ctx context.Context, tx *sql.Tx, d campus.Defence, learner, assessor string) error {
	detail := detailOf("name", d.Label, "at", d.Start.Format(time.RFC3339))
	for _, n := range []people.Notification{
		{Account: d.Learner, Kind: learner, Ref: campus.Enrolment{ID: d.Enrolment}.Ref(), Detail: detail},
		{Account: d.Assessor, Kind: assessor, Ref: d.Ref(), Detail: detail},
	} {
		if n.Kind == "" {
			continue
		}
		if err := s.insertNotification(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// changeDefence lets something happen to a defence and to the work it is about.
func (s *Store) changeDefence(ctx context.Context, by people.Actor, action string, id campus.DefenceID,
	f func(*sql.Tx, campus.Defence, campus.Work) (campus.Defence, campus.Work, error), detail ...string,
) error {
	ref := campus.Defence{ID: id}.Ref()
	return s.change(ctx, eventOn(by, action, ref, detail...), func(tx *sql.Tx) error {
		d, err := defenceIn(ctx, tx, id)
		if err != nil {
			return err
		}
		w, err := scanWork(tx.QueryRowContext(ctx, `SELECT `+workColumns+` FROM project_work WHERE enrolment_id = $1 AND project_id = $2`, d.Enrolment, d.Project))
		if err != nil {
			return found(err, "project")
		}
		if d, w, err = f(tx, d, w); err != nil {
			return err
		}
		if err := writeDefence(ctx, tx, d); err != nil {
			return err
		}
		return writeWork(ctx, tx, w)
	})
}

// HoldDefence notes that a defence took place.
//
// Errors: NotFound; Forbidden for anybody but its assessor; Conflict when it is not planned any more, or
// when it is much too early.
func (s *Store) HoldDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID) error {
	return s.changeDefence(ctx, people.By(assessor), campus.DidHoldDefence, id, func(_ *sql.Tx, d campus.Defence, w campus.Work) (campus.Defence, campus.Work, error) {
		d, err := d.Hold(assessor, s.stamp())
		return d, w, err
	})
}

// CallOffDefence takes a defence back of which nothing was decided: another can be planned.
//
// Errors: NotFound; Conflict when something was decided.
func (s *Store) CallOffDefence(ctx context.Context, by people.Actor, id campus.DefenceID) error {
	return s.changeDefence(ctx, by, campus.DidCallOff, id, func(tx *sql.Tx, d campus.Defence, w campus.Work) (campus.Defence, campus.Work, error) {
		d, w, err := d.CallOff(w, s.stamp())
		if err != nil {
			return d, w, err
		}
		if err := dropPart(ctx, tx, d.Assessor, people.Grant{Role: people.Assessor, Scope: d.Ref()}); err != nil {
			return d, w, err
		}
		return d, w, s.tellDefence(ctx, tx, d, campus.DidCallOff, campus.DidCallOff)
	})
}

// DecideDefence keeps the rubric as the assessor filled it in, and the outcome: of the defence, or of the
// fix a conditional outcome asked for. The defence is on the thread from then on.
//
// Errors: NotFound; Forbidden for anybody but its assessor; Invalid for a rubric not filled in and an outcome
// it does not allow; Conflict when there is nothing to decide, or not any more.
func (s *Store) DecideDefence(ctx context.Context, assessor people.AccountID, id campus.DefenceID, a campus.Assessment, o campus.Outcome) error {
	had, err := s.Defence(ctx, id)
	if err != nil {
		return err
	}
	e, v, p, err := s.projectOf(ctx, had.Enrolment, had.Project)
	if err != nil {
		return err
	}
	by := people.By(assessor)
	return s.changeDefence(ctx, by, campus.DidDecideDefence, id, func(tx *sql.Tx, d campus.Defence, w campus.Work) (campus.Defence, campus.Work, error) {
		d, w, err := d.Decide(assessor, p, w, a, o, s.stamp())
		if err != nil {
			return d, w, err
		}
		node := thread.Node{Ref: d.Ref(), Label: d.Label, At: d.DecidedAt, Owner: d.Learner}
		if err := weave(ctx, tx, node, by, string(o), e.Ref()); err != nil {
			return d, w, err
		}
		if err := s.tellDefence(ctx, tx, d, campus.DidDecideDefence+"."+string(o), ""); err != nil {
			return d, w, err
		}
		if o != campus.Validated {
			return d, w, nil
		}
		if err := writeWork(ctx, tx, w); err != nil {
			return d, w, err
		}
		works, err := worksIn(ctx, tx, e.ID)
		if err != nil || !campus.EveryProject(v, works) {
			return d, w, err
		}
		return d, w, s.ready(ctx, tx, e)
	}, "outcome", string(o))
}

// ready notes that a jury can decide of a learner.
func (s *Store) ready(ctx context.Context, tx *sql.Tx, e campus.Enrolment) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO candidacy (enrolment_id, version_id, learner, ready_at, jury_id) VALUES ($1, $2, $3, $4, '')
		ON CONFLICT DO NOTHING`, e.ID, e.Version, e.Learner, at(s.stamp()))
	if err != nil {
		return fmt.Errorf("note a candidate: %w", err)
	}
	return s.tellDesigners(ctx, tx, people.Notification{Kind: campus.ToldReady, Ref: e.Ref()})
}

// fix notes that a fix was handed in, in the transaction of the step.
func (s *Store) fix(ctx context.Context, tx *sql.Tx, w campus.Work, sub campus.Submission) error {
	d, err := scanDefence(tx.QueryRowContext(ctx, `SELECT `+defenceColumns+` FROM defence d
		WHERE d.enrolment_id = $1 AND d.project_id = $2 AND d.state = 'conditional'`, w.Enrolment, w.Project))
	if err != nil {
		return found(err, "defence")
	}
	w.Attempts = sub.Number
	if d, w, err = d.Fix(w, sub.ID, s.stamp()); err != nil {
		return err
	}
	if err := writeDefence(ctx, tx, d); err != nil {
		return err
	}
	if err := writeWork(ctx, tx, w); err != nil {
		return err
	}
	return s.tellDefence(ctx, tx, d, "", campus.ToldFixed)
}

// LapseFix sends a project back to be reworked because no fix came in time.
//
// Errors: NotFound; Conflict when no fix was asked for, or while there is time left.
func (s *Store) LapseFix(ctx context.Context, by people.Actor, id campus.DefenceID) error {
	return s.changeDefence(ctx, by, campus.DidLapseFix, id, func(tx *sql.Tx, d campus.Defence, w campus.Work) (campus.Defence, campus.Work, error) {
		d, w, err := d.Lapse(w, s.stamp())
		if err != nil {
			return d, w, err
		}
		return d, w, s.tellDefence(ctx, tx, d, campus.DidLapseFix, "")
	})
}

// Defence finds a defence. It returns a NotFound fault when there is none.
func (s *Store) Defence(ctx context.Context, id campus.DefenceID) (campus.Defence, error) {
	return defenceIn(ctx, s.reader(), id)
}

// DefencesOf lists the defences of an enrolment, the first one first, those called off left out.
func (s *Store) DefencesOf(ctx context.Context, id campus.EnrolmentID) ([]campus.Defence, error) {
	return query(ctx, s, "defences", scanDefence, `SELECT `+defenceColumns+` FROM defence d
		WHERE d.enrolment_id = $1 AND d.state <> 'cancelled' ORDER BY d.starts_at, d.id`, id)
}

// DefencesBy lists the defences of an assessor with their learners' names, the latest first. limit 0 lists
// every one.
func (s *Store) DefencesBy(ctx context.Context, assessor people.AccountID, limit int) ([]campus.NamedDefence, error) {
	return query(ctx, s, "defences", scanNamedDefence, namedDefences+`
		WHERE d.assessor = $1 AND d.state <> 'cancelled' ORDER BY d.starts_at DESC, d.id DESC LIMIT $2`, assessor, limitOf(limit))
}

// PlannedDefences lists the defences of which nothing is decided, the next one first, with their learners'
// names. limit 0 lists every one.
func (s *Store) PlannedDefences(ctx context.Context, limit int) ([]campus.NamedDefence, error) {
	return query(ctx, s, "defences", scanNamedDefence, namedDefences+`
		WHERE d.state IN ('planned', 'held') ORDER BY d.starts_at, d.id LIMIT $1`, limitOf(limit))
}
