package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/mission"
	"filiere/internal/people"
	"filiere/internal/territory"
	"filiere/internal/thread"
)

const outcomeColumns = `o.id, o.diploma_id, o.version_id, o.learner, o.state, o.asked_at, o.answered_at, o.works, o.occupation_id, o.area_id`

func scanOutcome(row scanner) (mission.Outcome, error) {
	var o mission.Outcome
	return o, row.Scan(&o.ID, &o.Diploma, &o.Version, &o.Learner, &o.State, moment{&o.AskedAt}, moment{&o.AnsweredAt},
		&o.Works, &o.Occupation, &o.Area)
}

// OutcomesToAsk lists diplomas issued six months ago or more whose holders were not asked yet, the oldest
// first, as outcomes about to be: their ID and secret come with AskOutcome.
func (s *Store) OutcomesToAsk(ctx context.Context, limit int) ([]mission.Outcome, error) {
	return query(ctx, s, "graduates to ask", func(row scanner) (mission.Outcome, error) {
		o := mission.Outcome{State: mission.OutcomeMachine().Initial}
		return o, row.Scan(&o.Diploma, &o.Version, &o.Learner)
	}, `SELECT d.id, d.version_id, d.learner FROM diploma d JOIN account a ON a.id = d.learner AND a.state = 'active'
		WHERE d.state = 'issued' AND d.issued_at <= $1 AND NOT EXISTS (SELECT 1 FROM outcome o WHERE o.diploma_id = d.id)
		ORDER BY d.issued_at, d.id LIMIT $2`, at(mission.DueSince(s.stamp())), limitOf(limit))
}

// AskOutcome notes that a graduate is asked, and puts the message that asks them in the outbox: both or
// neither. message writes it around the secret of the link. Asking again changes nothing.
func (s *Store) AskOutcome(ctx context.Context, o mission.Outcome, message func(secret string) people.Message) error {
	id, err := newID()
	if err != nil {
		return err
	}
	secret, hash, err := people.NewSecret(people.Random)
	if err != nil {
		return fmt.Errorf("make the secret of a link: %w", err)
	}
	ref := people.Ref{Kind: people.KindOutcome, ID: id}
	return s.change(ctx, eventOn(people.BySystem, "outcome.ask", ref), func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `INSERT INTO outcome (id, diploma_id, version_id, learner, state, asked_at, works, occupation_id, area_id)
			VALUES ($1, $2, $3, $4, $5, $6, false, '', '') ON CONFLICT DO NOTHING`,
			id, o.Diploma, o.Version, o.Learner, o.State, at(s.stamp()))
		if err != nil {
			return fmt.Errorf("ask a graduate: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errOr(err, errUnchanged)
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO outcome_link (hash, outcome_id) VALUES ($1, $2)`, hash, id); err != nil {
			return fmt.Errorf("keep the link of an outcome: %w", err)
		}
		return s.enqueueMail(ctx, tx, message(secret))
	})
}

// OutcomeBySecret finds what a link of six months after leads to. It returns ErrLink for one that opens
// nothing.
func (s *Store) OutcomeBySecret(ctx context.Context, secret string) (mission.Outcome, error) {
	o, err := scanOutcome(s.reader().QueryRowContext(ctx, `SELECT `+outcomeColumns+` FROM outcome o JOIN outcome_link l ON l.outcome_id = o.id
		WHERE l.hash = $1`, people.HashSecret(secret)))
	if errors.Is(err, sql.ErrNoRows) {
		return o, people.ErrLink
	}
	return o, found(err, "outcome")
}

// TellOutcome keeps a graduate's answer and puts it on the thread.
//
// Errors: ErrLink; Invalid for an answer that is none, an occupation or a place that does not exist;
// Conflict when it was told before; Forbidden when the time is over.
func (s *Store) TellOutcome(ctx context.Context, secret string, r mission.Reply) (mission.Outcome, error) {
	o, err := s.OutcomeBySecret(ctx, secret)
	if err != nil {
		return o, err
	}
	ref := people.Ref{Kind: people.KindOutcome, ID: string(o.ID)}
	err = s.change(ctx, eventOn(people.By(o.Learner), "outcome.tell", ref), func(tx *sql.Tx) error {
		now := s.stamp()
		o, err = scanOutcome(tx.QueryRowContext(ctx, `SELECT `+outcomeColumns+` FROM outcome o WHERE o.id = $1`, string(o.ID)))
		if err != nil {
			return found(err, "outcome")
		}
		if o, err = o.Tell(r, now); err != nil {
			return err
		}
		if err := mustKnow(ctx, tx, o); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE outcome SET state = $1, answered_at = $2, works = $3, occupation_id = $4, area_id = $5 WHERE id = $6`,
			o.State, at(o.AnsweredAt), o.Works, o.Occupation, o.Area, string(o.ID))
		if err != nil {
			return fmt.Errorf("keep an outcome: %w", err)
		}
		return weave(ctx, tx, thread.Node{Ref: ref, Label: string(o.Occupation), At: now, Owner: o.Learner}, people.By(o.Learner), "",
			people.Ref{Kind: people.KindDiploma, ID: o.Diploma})
	})
	return o, err
}

// mustKnow checks that what a graduate works as, and where, exists. It returns an Invalid fault.
func mustKnow(ctx context.Context, tx *sql.Tx, o mission.Outcome) error {
	if !o.Works {
		return nil
	}
	var occupations, areas int
	err := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM occupation WHERE id = $1), (SELECT count(*) FROM area WHERE id = $2)`,
		o.Occupation, o.Area).Scan(&occupations, &areas)
	if err != nil {
		return fmt.Errorf("look for the occupation and the place: %w", err)
	}
	if occupations == 0 || areas == 0 {
		f := fault.New(fault.Invalid, "tell outcome", "this occupation or this place does not exist")
		f.Column = "occupation"
		if occupations > 0 {
			f.Column = "area"
		}
		return f
	}
	return nil
}

// LapseOutcomes ends the time of those who did not answer, and counts them.
func (s *Store) LapseOutcomes(ctx context.Context) (int64, error) {
	since := s.stamp().Add(-mission.AnswerLife)
	r, err := s.writer().ExecContext(ctx, `UPDATE outcome SET state = $1 WHERE state = $2 AND asked_at < $3`, mission.Silent, mission.Asked, at(since))
	if err != nil {
		return 0, fmt.Errorf("end the time to answer: %w", err)
	}
	return r.RowsAffected()
}

// OutcomesOf counts what became of the graduates of a published version.
func (s *Store) OutcomesOf(ctx context.Context, version string) (mission.Tally, error) {
	var t mission.Tally
	err := s.reader().QueryRowContext(ctx, `SELECT count(*), count(*) FILTER (WHERE state = 'answered'), count(*) FILTER (WHERE works)
		FROM outcome WHERE version_id = $1`, version).Scan(&t.Asked, &t.Answered, &t.Working)
	if err != nil {
		return t, fmt.Errorf("count outcomes: %w", err)
	}
	return t, nil
}

// Workplaces counts the graduates who said where they work, by département and by région.
func (s *Store) Workplaces(ctx context.Context) (mission.Workplaces, error) {
	type workplace struct {
		area, region territory.ID
		n            int
	}
	all, err := query(ctx, s, "workplaces", func(row scanner) (workplace, error) {
		var w workplace
		return w, row.Scan(&w.area, &w.region, &w.n)
	}, `SELECT o.area_id, a.region_id, o.n FROM (SELECT area_id, count(*) AS n FROM outcome WHERE area_id <> '' GROUP BY area_id) o
		JOIN area a ON a.id = o.area_id`)
	out := mission.Workplaces{}
	for _, w := range all {
		out.Add(w.area, w.n)
		if w.region != w.area {
			out.Add(w.region, w.n)
		}
	}
	return out, err
}
