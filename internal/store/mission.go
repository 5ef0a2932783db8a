package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/mission"
	"filiere/internal/people"
)

// What is written in the trail about the mission.
const (
	didAddObjective = "mission.objective"
	didSetTarget    = "mission.target"
	didPromise      = "mission.promise"
	didSettle       = "mission.settle"
	didRecommend    = "mission.recommend"
	didAnswer       = "mission.answer"
	didCount        = "mission.count"
	didFreeze       = "mission.freeze"
)

// changeMission is change for what reports tell of.
func (s *Store) changeMission(ctx context.Context, e people.Event, f func(*sql.Tx) error) error {
	defer s.dropDrafts()
	return s.change(ctx, e, f)
}

// missionRef is the mission as a whole, or its report of a year.
func missionRef(id string) people.Ref { return people.Ref{Kind: people.KindReport, ID: id} }

// Objectives lists the statutory objectives in their order.
func (s *Store) Objectives(ctx context.Context) ([]mission.Objective, error) {
	return query(ctx, s, "objectives", func(row scanner) (mission.Objective, error) {
		var o mission.Objective
		return o, row.Scan(&o.ID, &o.Place, &o.Title, &o.Text, moment{&o.AddedAt})
	}, `SELECT id, place, title, wording, added_at FROM objective ORDER BY place, id`)
}

// AddObjective adds a statutory objective after the others. One with the same title is the same one: it is
// given back.
//
// Errors: Invalid.
func (s *Store) AddObjective(ctx context.Context, by people.Actor, o mission.Objective) (mission.Objective, error) {
	if err := o.Check(); err != nil {
		return o, err
	}
	id, err := newID()
	if err != nil {
		return o, err
	}
	o.ID, o.AddedAt = mission.ObjectiveID(id), s.stamp()
	err = s.changeMission(ctx, eventOn(by, didAddObjective, missionRef(id)), func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT id, place FROM objective WHERE title = $1`, o.Title).Scan(&o.ID, &o.Place)
		if !errors.Is(err, sql.ErrNoRows) {
			return errOr(err, errUnchanged)
		}
		if err := tx.QueryRowContext(ctx, `SELECT coalesce(max(place), 0) + 1 FROM objective`).Scan(&o.Place); err != nil {
			return fmt.Errorf("place the objective: %w", err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO objective (id, place, title, wording, added_at) VALUES ($1, $2, $3, $4, $5)`,
			o.ID, o.Place, o.Title, o.Text, at(o.AddedAt))
		if err != nil {
			return fmt.Errorf("add objective: %w", err)
		}
		return nil
	})
	return o, err
}

// Targets lists what indicators should reach in a year.
func (s *Store) Targets(ctx context.Context, year int) ([]mission.Target, error) {
	return query(ctx, s, "targets", func(row scanner) (mission.Target, error) {
		var t mission.Target
		return t, row.Scan(&t.Indicator, &t.Objective, &t.Year, &t.Value)
	}, `SELECT indicator, objective_id, year, value FROM indicator_target WHERE year = $1 ORDER BY indicator`, year)
}

// SetTarget says what an indicator should reach in a year. A year whose report is frozen has its targets.
//
// Errors: Invalid; NotFound for an objective that is none; Conflict when the year's report is frozen.
func (s *Store) SetTarget(ctx context.Context, by people.Actor, t mission.Target) error {
	if err := t.Check(); err != nil {
		return err
	}
	return s.changeMission(ctx, eventOn(by, didSetTarget, missionRef(fmt.Sprint(t.Year)), "indicator", string(t.Indicator), "value", fmt.Sprint(t.Value)), func(tx *sql.Tx) error {
		if err := mustBeOpen(ctx, tx, t.Year); err != nil {
			return err
		}
		if err := mustHave(ctx, tx, "objective", string(t.Objective)); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `INSERT INTO indicator_target (year, indicator, objective_id, value) VALUES ($1, $2, $3, $4)
			ON CONFLICT (year, indicator) DO UPDATE SET objective_id = excluded.objective_id, value = excluded.value
			WHERE indicator_target.objective_id <> excluded.objective_id OR indicator_target.value <> excluded.value`,
			t.Year, t.Indicator, t.Objective, t.Value)
		if err != nil {
			return fmt.Errorf("set target: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errOr(err, errUnchanged)
		}
		return nil
	})
}

// mustBeOpen checks that the report of a year is not frozen. It returns a Conflict fault.
func mustBeOpen(ctx context.Context, tx *sql.Tx, year int) error {
	var one int
	err := tx.QueryRowContext(ctx, `SELECT 1 FROM mission_report WHERE year = $1`, year).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return errOr(err, fault.New(fault.Conflict, "change the mission", "the report of %d is frozen", year))
}

// mustHave checks that a table has a row. It returns a NotFound fault.
func mustHave(ctx context.Context, tx *sql.Tx, table fault.Noun, id string) error {
	var one int
	return found(tx.QueryRowContext(ctx, `SELECT 1 FROM `+string(table)+` WHERE id = $1`, id).Scan(&one), table)
}

const promiseColumns = `id, objective_id, title, due_on, state, promised_at, settled_at, reason`

func scanPromise(row scanner) (mission.Promise, error) {
	var p mission.Promise
	return p, row.Scan(&p.ID, &p.Objective, &p.Title, moment{&p.DueOn}, &p.State, moment{&p.PromisedAt}, moment{&p.SettledAt}, &p.Reason)
}

// Promises lists the roadmap, the earliest date first.
func (s *Store) Promises(ctx context.Context) ([]mission.Promise, error) {
	return query(ctx, s, "roadmap", scanPromise, `SELECT `+promiseColumns+` FROM promise ORDER BY due_on, id`)
}

// Promise puts an item on the roadmap. The same promise under the same objective for the same day is not
// made twice: it is given back.
//
// Errors: Invalid; NotFound for an objective that is none.
func (s *Store) Promise(ctx context.Context, by people.Actor, p mission.Promise) (mission.Promise, error) {
	now := s.stamp()
	if err := p.Check(now); err != nil {
		return p, err
	}
	id, err := newID()
	if err != nil {
		return p, err
	}
	p.ID, p.State, p.PromisedAt = mission.PromiseID(id), mission.PromiseMachine().Initial, now
	err = s.changeMission(ctx, eventOn(by, didPromise, missionRef(id)), func(tx *sql.Tx) error {
		if err := mustHave(ctx, tx, "objective", string(p.Objective)); err != nil {
			return err
		}
		old, err := scanPromise(tx.QueryRowContext(ctx, `SELECT `+promiseColumns+` FROM promise
			WHERE objective_id = $1 AND title = $2 AND due_on = $3`, p.Objective, p.Title, at(p.DueOn)))
		if !errors.Is(err, sql.ErrNoRows) {
			p = old
			return errOr(err, errUnchanged)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO promise (`+promiseColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			p.ID, p.Objective, p.Title, at(p.DueOn), p.State, at(p.PromisedAt), nil, "")
		if err != nil {
			return fmt.Errorf("put on the roadmap: %w", err)
		}
		return nil
	})
	return p, err
}

// SettlePromise notes that a promise was kept, or is dropped and why.
//
// Errors: Invalid without a reason for dropping; NotFound; Conflict when it was settled before.
func (s *Store) SettlePromise(ctx context.Context, by people.Actor, id mission.PromiseID, e lifecycle.Event, reason string) error {
	return s.changeMission(ctx, eventOn(by, didSettle, missionRef(string(id)), "event", string(e)), func(tx *sql.Tx) error {
		p, err := scanPromise(tx.QueryRowContext(ctx, `SELECT `+promiseColumns+` FROM promise WHERE id = $1`, string(id)))
		if err != nil {
			return found(err, "promise")
		}
		if p, err = p.Settle(e, reason, s.stamp()); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `UPDATE promise SET state = $1, settled_at = $2, reason = $3 WHERE id = $4`,
			p.State, at(p.SettledAt), p.Reason, string(id))
		return touched(r, err, "promise")
	})
}

const recommendationColumns = `id, wording, made_at, state, answer, changed_at`

func scanRecommendation(row scanner) (mission.Recommendation, error) {
	var r mission.Recommendation
	return r, row.Scan(&r.ID, &r.Text, moment{&r.MadeAt}, &r.State, &r.Answer, moment{&r.ChangedAt})
}

// Recommendations lists what the committee asked for, the newest first.
func (s *Store) Recommendations(ctx context.Context) ([]mission.Recommendation, error) {
	return query(ctx, s, "recommendations", scanRecommendation, `SELECT `+recommendationColumns+` FROM recommendation ORDER BY made_at DESC, id DESC`)
}

// Recommend notes a recommendation of the committee; the same words twice are one recommendation.
//
// Errors: Invalid.
func (s *Store) Recommend(ctx context.Context, by people.Actor, text string) (mission.Recommendation, error) {
	r := mission.Recommendation{Text: text, MadeAt: s.stamp(), State: mission.RecommendationMachine().Initial}
	if err := r.Check(); err != nil {
		return r, err
	}
	id, err := newID()
	if err != nil {
		return r, err
	}
	r.ID = mission.RecommendationID(id)
	err = s.changeMission(ctx, eventOn(by, didRecommend, missionRef(id)), func(tx *sql.Tx) error {
		old, err := scanRecommendation(tx.QueryRowContext(ctx, `SELECT `+recommendationColumns+` FROM recommendation WHERE wording = $1`, text))
		if !errors.Is(err, sql.ErrNoRows) {
			r = old
			return errOr(err, errUnchanged)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO recommendation (id, wording, made_at, made_by, state, answer, changed_at)
			VALUES ($1, $2, $3, $4, $5, '', NULL)`, r.ID, r.Text, at(r.MadeAt), by, r.State)
		if err != nil {
			return fmt.Errorf("note recommendation: %w", err)
		}
		return nil
	})
	return r, err
}

// AnswerRecommendation says how the school follows a recommendation, or why not.
//
// Errors: Invalid without a reason for declining; NotFound; Conflict when it was settled before.
func (s *Store) AnswerRecommendation(ctx context.Context, by people.Actor, id mission.RecommendationID, e lifecycle.Event, answer string) error {
	return s.changeMission(ctx, eventOn(by, didAnswer, missionRef(string(id)), "event", string(e)), func(tx *sql.Tx) error {
		r, err := scanRecommendation(tx.QueryRowContext(ctx, `SELECT `+recommendationColumns+` FROM recommendation WHERE id = $1`, string(id)))
		if err != nil {
			return found(err, "recommendation")
		}
		if r, err = r.Settle(e, answer, s.stamp()); err != nil {
			return err
		}
		done, err := tx.ExecContext(ctx, `UPDATE recommendation SET state = $1, answer = $2, changed_at = $3 WHERE id = $4`,
			r.State, r.Answer, at(r.ChangedAt), string(id))
		return touched(done, err, "recommendation")
	})
}

// CountProgramme has the standing objective count those a programme trains, or no longer.
//
// Errors: NotFound.
func (s *Store) CountProgramme(ctx context.Context, by people.Actor, programme string, counts bool) error {
	return s.changeMission(ctx, eventOn(by, didCount, people.Ref{Kind: people.KindProgramme, ID: programme}, "counts", fmt.Sprint(counts)), func(tx *sql.Tx) error {
		if err := mustHave(ctx, tx, "programme", programme); err != nil {
			return err
		}
		text, args := `DELETE FROM mission_programme WHERE programme_id = $1`, []any{programme}
		if counts {
			text, args = `INSERT INTO mission_programme (programme_id, added_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, append(args, at(s.stamp()))
		}
		r, err := tx.ExecContext(ctx, text, args...)
		if err != nil {
			return fmt.Errorf("count programme: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			return errOr(err, errUnchanged)
		}
		return nil
	})
}

// CountedProgrammes lists the programmes the standing objective counts.
func (s *Store) CountedProgrammes(ctx context.Context) ([]string, error) {
	return query(ctx, s, "counted programmes", func(row scanner) (string, error) {
		var id string
		return id, row.Scan(&id)
	}, `SELECT programme_id FROM mission_programme ORDER BY added_at, programme_id`)
}

// TellPlace notes where a learner lives, for the count by area; "" takes it back. Only a département of
// the radar is taken: it returns an Invalid fault for anything else.
func (s *Store) TellPlace(ctx context.Context, id people.AccountID, area string) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if area == "" {
			_, err := tx.ExecContext(ctx, `DELETE FROM learner_place WHERE account_id = $1`, id)
			return err
		}
		var level string
		err := tx.QueryRowContext(ctx, `SELECT level FROM area WHERE id = $1`, area).Scan(&level)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("find the place: %w", err)
		}
		if level != "departement" {
			f := fault.New(fault.Invalid, "tell place", "this is no département")
			f.Column = "area"
			return f
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO learner_place (account_id, area_id, told_at) VALUES ($1, $2, $3)
			ON CONFLICT (account_id) DO UPDATE SET area_id = excluded.area_id, told_at = excluded.told_at`, id, area, at(s.stamp()))
		if err != nil {
			return fmt.Errorf("note the place: %w", err)
		}
		return nil
	})
}

// Place is where a learner said they live, "" when they did not.
func (s *Store) Place(ctx context.Context, id people.AccountID) (string, error) {
	var area string
	err := s.reader().QueryRowContext(ctx, `SELECT area_id FROM learner_place WHERE account_id = $1`, id).Scan(&area)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return area, err
}

// yearBounds are the first moment of a year and of the next.
func yearBounds(year int) (from, to time.Time) {
	return time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(year+1, 1, 1, 0, 0, 0, 0, time.UTC)
}
