package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// tiesIn reads who had a part in an enrolment, in a transaction or outside.
func tiesIn(ctx context.Context, q querier, e campus.Enrolment) (campus.Ties, error) {
	t := campus.Ties{Learner: e.Learner}
	for _, part := range []struct {
		into *[]people.AccountID
		text string
	}{
		{&t.Mentors, `SELECT DISTINCT mentor FROM mentoring WHERE enrolment_id = $1`},
		{&t.Assessors, `SELECT DISTINCT assessor FROM defence WHERE enrolment_id = $1 AND state <> 'cancelled'`},
		{&t.Jurors, `SELECT DISTINCT m.account_id FROM jury_candidate c JOIN jury j ON j.id = c.jury_id AND j.state <> 'cancelled'
			JOIN jury_member m ON m.jury_id = j.id WHERE c.enrolment_id = $1`},
	} {
		rows, err := q.QueryContext(ctx, part.text, e.ID)
		if err != nil {
			return t, fmt.Errorf("read who had a part in an enrolment: %w", err)
		}
		if *part.into, err = collect(rows, func(row scanner) (people.AccountID, error) {
			var a people.AccountID
			return a, row.Scan(&a)
		}); err != nil {
			return t, fmt.Errorf("read who had a part in an enrolment: %w", err)
		}
	}
	return t, nil
}

// mustTakePart checks that an account can be given a part. It returns a NotFound fault when there is none,
// a Conflict fault when it is suspended or erased.
func mustTakePart(ctx context.Context, tx *sql.Tx, id people.AccountID) error {
	var state people.State
	if err := tx.QueryRowContext(ctx, `SELECT state FROM account WHERE id = $1`, id).Scan(&state); err != nil {
		return found(err, "account")
	}
	if state != people.Active {
		return fault.New(fault.Conflict, "give somebody a part", "this account is not active")
	}
	return nil
}

// grantPart gives somebody the role their part needs; having it already is all right.
func (s *Store) grantPart(ctx context.Context, tx *sql.Tx, by people.Actor, id people.AccountID, g people.Grant) error {
	err := s.insertGrant(ctx, tx, by, id, g)
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// dropPart takes the role of a part back.
func dropPart(ctx context.Context, tx *sql.Tx, id people.AccountID, g people.Grant) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM account_grant WHERE account_id = $1 AND role = $2 AND scope_kind = $3 AND scope_id = $4`,
		id, g.Role, g.Scope.Kind, g.Scope.ID)
	if err != nil {
		return fmt.Errorf("take a role: %w", err)
	}
	return nil
}

// NameMentor makes somebody the mentor of a learner, instead of the one before, whose booked sessions are
// cancelled. Naming the one there is changes nothing.
//
// Errors: NotFound; Forbidden when they are the learner, assess or judge them; Conflict when the enrolment or
// the account is not active.
func (s *Store) NameMentor(ctx context.Context, by people.Actor, id campus.EnrolmentID, mentor people.AccountID) error {
	ref := campus.Enrolment{ID: id}.Ref()
	return s.change(ctx, eventOn(by, campus.DidNameMentor, ref, "mentor", string(mentor)), func(tx *sql.Tx) error {
		e, err := enrolmentIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := errOr(e.MayLearn(), mustTakePart(ctx, tx, mentor)); err != nil {
			return err
		}
		ties, err := tiesIn(ctx, tx, e)
		if err != nil {
			return err
		}
		if err := ties.MayMentor(mentor); err != nil {
			return err
		}
		had, err := mentorIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if had == mentor {
			return errUnchanged
		}
		return s.changeMentor(ctx, tx, by, e, had, mentor)
	})
}

func (s *Store) changeMentor(ctx context.Context, tx *sql.Tx, by people.Actor, e campus.Enrolment, had, mentor people.AccountID) error {
	grant := people.Grant{Role: people.Mentor, Scope: e.Ref()}
	now := at(s.stamp())
	if had != "" {
		if err := dropPart(ctx, tx, had, grant); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE mentoring SET until = $1 WHERE enrolment_id = $2 AND until IS NULL`, now, e.ID); err != nil {
			return fmt.Errorf("end a mentoring: %w", err)
		}
		_, err := tx.ExecContext(ctx, `UPDATE mentor_session SET state = 'cancelled', closed_at = $1 WHERE enrolment_id = $2 AND state = 'booked'`, now, e.ID)
		if err != nil {
			return fmt.Errorf("cancel sessions: %w", err)
		}
	}
	var number int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) + 1 FROM mentoring WHERE enrolment_id = $1`, e.ID).Scan(&number); err != nil {
		return fmt.Errorf("count mentors: %w", err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO mentoring (enrolment_id, number, mentor, since, named_by) VALUES ($1, $2, $3, $4, $5)`,
		e.ID, number, mentor, now, by)
	if err != nil {
		return fmt.Errorf("name a mentor: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE enrolment SET mentor = $1 WHERE id = $2`, mentor, e.ID); err != nil {
		return fmt.Errorf("name a mentor: %w", err)
	}
	if err := s.grantPart(ctx, tx, by, mentor, grant); err != nil {
		return err
	}
	name, err := nameOf(ctx, tx, mentor)
	if err != nil {
		return err
	}
	if err := s.insertNotification(ctx, tx, people.Notification{Account: e.Learner, Kind: campus.DidNameMentor, Ref: e.Ref(), Detail: detailOf("name", name)}); err != nil {
		return err
	}
	if name, err = nameOf(ctx, tx, e.Learner); err != nil {
		return err
	}
	return s.insertNotification(ctx, tx, people.Notification{Account: mentor, Kind: campus.ToldMentee, Ref: e.Ref(), Detail: detailOf("name", name)})
}

// nameOf reads a person's name, "" once erased.
func nameOf(ctx context.Context, q querier, id people.AccountID) (string, error) {
	var name string
	return name, found(q.QueryRowContext(ctx, `SELECT name FROM account WHERE id = $1`, id).Scan(&name), "account")
}

// mentorIn is the mentor of now, "" for none.
func mentorIn(ctx context.Context, q querier, id campus.EnrolmentID) (people.AccountID, error) {
	var a people.AccountID
	return a, found(q.QueryRowContext(ctx, `SELECT mentor FROM enrolment WHERE id = $1`, id).Scan(&a), "enrolment")
}

// MentorOf gives the account that is a learner's mentor now, "" when there is none. It returns a NotFound
// fault when there is no such enrolment.
func (s *Store) MentorOf(ctx context.Context, id campus.EnrolmentID) (people.AccountID, error) {
	return mentorIn(ctx, s.reader(), id)
}

// Mentorings lists who is and was an enrolment's mentor, the first one first.
func (s *Store) Mentorings(ctx context.Context, id campus.EnrolmentID) ([]campus.Mentoring, error) {
	return query(ctx, s, "mentors", func(row scanner) (campus.Mentoring, error) {
		var m campus.Mentoring
		return m, row.Scan(&m.Enrolment, &m.Mentor, moment{&m.Since}, moment{&m.Until}, &m.NamedBy)
	}, `SELECT enrolment_id, mentor, since, until, named_by FROM mentoring WHERE enrolment_id = $1 ORDER BY number`, id)
}

// learnersWhere lists enrolments with their learners' names.
func (s *Store) learnersWhere(ctx context.Context, where string, args ...any) ([]campus.Learner, error) {
	return query(ctx, s, "enrolments", scanLearner, `SELECT `+enrolmentColumns+`, a.name, a.email
		FROM enrolment e JOIN account a ON a.id = e.learner WHERE `+where, args...)
}

// Mentees lists the enrolments somebody is the mentor of, the newest first: those before an enrolment, or
// from the newest when it is "". limit 0 lists every one.
func (s *Store) Mentees(ctx context.Context, mentor people.AccountID, before campus.EnrolmentID, limit int) ([]campus.Learner, error) {
	return s.learnersWhere(ctx, `e.mentor = $1 AND e.mentor <> '' AND ($2 = '' OR e.id < $2) ORDER BY e.id DESC LIMIT $3`,
		string(mentor), string(before), limitOf(limit))
}

// Unmentored lists active enrolments that have no mentor, the oldest first: those after an enrolment, or
// from the oldest when it is "". limit 0 lists every one.
func (s *Store) Unmentored(ctx context.Context, after campus.EnrolmentID, limit int) ([]campus.Learner, error) {
	return s.learnersWhere(ctx, `e.mentor = '' AND e.state = 'active' AND e.id > $1 ORDER BY e.id LIMIT $2`, string(after), limitOf(limit))
}
