package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/thread"
)

const juryColumns = `j.id, j.version_id, j.starts_at, j.place, j.state, j.convened_at, j.convened_by, j.opened_at, j.closed_at, j.signed_at, j.minutes, j.minutes_hash`

func scanJury(row scanner) (campus.Jury, error) {
	var j campus.Jury
	return j, row.Scan(&j.ID, &j.Version, moment{&j.Start}, &j.Place, &j.State, moment{&j.ConvenedAt}, &j.ConvenedBy, moment{&j.OpenedAt},
		moment{&j.ClosedAt}, moment{&j.SignedAt}, &j.Minutes, &j.MinutesHash)
}

// juryIn reads a jury with its members and candidates, in a transaction or outside. It returns a NotFound
// fault when there is none.
func juryIn(ctx context.Context, q querier, id campus.JuryID) (campus.Jury, error) {
	j, err := scanJury(q.QueryRowContext(ctx, `SELECT `+juryColumns+` FROM jury j WHERE j.id = $1`, id))
	if err != nil {
		return j, found(err, "jury")
	}
	rows, err := q.QueryContext(ctx, `SELECT m.account_id, a.name, m.is_president, m.is_present, m.signed_at
		FROM jury_member m JOIN account a ON a.id = m.account_id WHERE m.jury_id = $1 ORDER BY m.place`, id)
	if err != nil {
		return j, fmt.Errorf("read the members of a jury: %w", err)
	}
	if j.Members, err = collect(rows, func(row scanner) (campus.Member, error) {
		var m campus.Member
		return m, row.Scan(&m.Account, &m.Name, &m.President, &m.Present, moment{&m.SignedAt})
	}); err != nil {
		return j, fmt.Errorf("read the members of a jury: %w", err)
	}
	rows, err = q.QueryContext(ctx, `SELECT c.enrolment_id, c.learner, a.name, c.blocs
		FROM jury_candidate c JOIN account a ON a.id = c.learner WHERE c.jury_id = $1 ORDER BY c.place`, id)
	if err != nil {
		return j, fmt.Errorf("read the candidates of a jury: %w", err)
	}
	if j.Candidates, err = collect(rows, scanCandidate); err != nil {
		return j, fmt.Errorf("read the candidates of a jury: %w", err)
	}
	return j, nil
}

func scanCandidate(row scanner) (campus.Candidate, error) {
	var c campus.Candidate
	var blocs string
	if err := row.Scan(&c.Enrolment, &c.Learner, &c.Name, &blocs); err != nil || blocs == "" {
		return c, err
	}
	return c, json.Unmarshal([]byte(blocs), &c.Blocs)
}

// Convene calls a jury together: it needs when, where, members, and the enrolments of the candidates, all of
// one version and each with every project validated. Members get their role in this jury.
//
// Errors: NotFound; Invalid; Forbidden for a member who is not independent of a candidate; Conflict for a
// candidate who is not ready or whom another jury decides of, and for an account that is not active.
func (s *Store) Convene(ctx context.Context, by people.Actor, j campus.Jury) (campus.Jury, error) {
	text, err := newID()
	if err != nil {
		return j, err
	}
	j.ID, j.ConvenedBy = campus.JuryID(text), by
	return j, s.change(ctx, eventOn(by, campus.DidConvene, j.Ref()), func(tx *sql.Tx) error {
		ties, err := takeCandidates(ctx, tx, &j)
		if err != nil {
			return err
		}
		if j, err = j.Convene(ties, s.stamp()); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO jury (id, version_id, starts_at, place, state, convened_at, convened_by, minutes, minutes_hash)
			VALUES ($1, $2, $3, $4, $5, $6, $7, '', '')`, j.ID, j.Version, at(j.Start), j.Place, j.State, at(j.ConvenedAt), j.ConvenedBy)
		if err != nil {
			return fmt.Errorf("convene a jury: %w", err)
		}
		return s.insertSitting(ctx, tx, by, j)
	})
}

// takeCandidates takes the candidates of a jury from among those who are ready, and reads their ties.
func takeCandidates(ctx context.Context, tx *sql.Tx, j *campus.Jury) (map[campus.EnrolmentID]campus.Ties, error) {
	const op = "convene a jury"
	ties := map[campus.EnrolmentID]campus.Ties{}
	for i := range j.Candidates {
		c := &j.Candidates[i]
		e, err := enrolmentIn(ctx, tx, c.Enrolment)
		if err != nil {
			return nil, err
		}
		if err := e.MayLearn(); err != nil {
			return nil, err
		}
		if j.Version == "" {
			j.Version = e.Version
		}
		if e.Version != j.Version {
			f := fault.New(fault.Invalid, op, "a jury decides of candidates of one version")
			f.Column = "candidates"
			return nil, f
		}
		c.Learner = e.Learner
		if ties[e.ID], err = tiesIn(ctx, tx, e); err != nil {
			return nil, err
		}
		r, err := tx.ExecContext(ctx, `UPDATE candidacy SET jury_id = $1 WHERE enrolment_id = $2 AND jury_id IN ('', $1)`, string(j.ID), string(e.ID))
		if err != nil {
			return nil, fmt.Errorf("take a candidate: %w", err)
		}
		if n, err := r.RowsAffected(); err != nil || n == 0 {
			f := fault.New(fault.Conflict, op, "a candidate is not ready, or another jury decides of them")
			f.Column, f.Hint = "candidates", "every project must be validated first"
			return nil, errOr(err, f)
		}
	}
	return ties, nil
}

// insertSitting writes who sits and of whom the jury decides, gives members their role and tells them.
func (s *Store) insertSitting(ctx context.Context, tx *sql.Tx, by people.Actor, j campus.Jury) error {
	for i, m := range j.Members {
		if err := mustTakePart(ctx, tx, m.Account); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO jury_member (jury_id, account_id, place, is_president, is_present) VALUES ($1, $2, $3, $4, $5)`,
			j.ID, m.Account, i+1, m.President, false)
		if err != nil {
			return fmt.Errorf("convene a member: %w", err)
		}
		if err := s.grantPart(ctx, tx, by, m.Account, people.Grant{Role: people.Juror, Scope: j.Ref()}); err != nil {
			return err
		}
		if err := s.insertNotification(ctx, tx, people.Notification{Account: m.Account, Kind: campus.DidConvene, Ref: j.Ref()}); err != nil {
			return err
		}
	}
	for i, c := range j.Candidates {
		_, err := tx.ExecContext(ctx, `INSERT INTO jury_candidate (jury_id, enrolment_id, learner, place, blocs) VALUES ($1, $2, $3, $4, '')`,
			j.ID, c.Enrolment, c.Learner, i+1)
		if err != nil {
			return fmt.Errorf("write a candidate: %w", err)
		}
	}
	return nil
}

// changeJury lets something happen to a jury.
func (s *Store) changeJury(ctx context.Context, by people.Actor, action string, id campus.JuryID, f func(*sql.Tx, campus.Jury) (campus.Jury, error), detail ...string) error {
	ref := campus.Jury{ID: id}.Ref()
	return s.change(ctx, eventOn(by, action, ref, detail...), func(tx *sql.Tx) error {
		had, err := juryIn(ctx, tx, id)
		if err != nil {
			return err
		}
		j, err := f(tx, had)
		if err != nil {
			return err
		}
		return writeJury(ctx, tx, had, j)
	})
}

// writeJury writes what has changed of a jury.
func writeJury(ctx context.Context, tx *sql.Tx, had, j campus.Jury) error {
	_, err := tx.ExecContext(ctx, `UPDATE jury SET state = $1, opened_at = $2, closed_at = $3, signed_at = $4, minutes = $5, minutes_hash = $6 WHERE id = $7`,
		j.State, at(j.OpenedAt), at(j.ClosedAt), at(j.SignedAt), j.Minutes, j.MinutesHash, j.ID)
	if err != nil {
		return fmt.Errorf("write jury: %w", err)
	}
	for i, m := range j.Members {
		if m == had.Members[i] {
			continue
		}
		_, err := tx.ExecContext(ctx, `UPDATE jury_member SET is_present = $1, signed_at = $2 WHERE jury_id = $3 AND account_id = $4`,
			m.Present, at(m.SignedAt), j.ID, m.Account)
		if err != nil {
			return fmt.Errorf("write a member: %w", err)
		}
	}
	for i, c := range j.Candidates {
		if slices.Equal(c.Blocs, had.Candidates[i].Blocs) {
			continue
		}
		blocs, err := json.Marshal(c.Blocs)
		if err != nil {
			return fmt.Errorf("write a candidate: %w", err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE jury_candidate SET blocs = $1 WHERE jury_id = $2 AND enrolment_id = $3`, string(blocs), j.ID, c.Enrolment)
		if err != nil {
			return fmt.Errorf("write a candidate: %w", err)
		}
	}
	return nil
}

// OpenJury begins a session with the members who are present.
//
// Errors: NotFound; Forbidden for anybody but the president; Invalid for somebody who is no member; Conflict
// without quorum, and when it was opened or cancelled already.
func (s *Store) OpenJury(ctx context.Context, by people.AccountID, id campus.JuryID, present []people.AccountID) error {
	return s.changeJury(ctx, people.By(by), campus.DidOpenJury, id, func(_ *sql.Tx, j campus.Jury) (campus.Jury, error) {
		return j.Open(by, present, s.stamp())
	})
}

// versionOfJury reads the version a jury decides by. It never changes.
func (s *Store) versionOfJury(ctx context.Context, id campus.JuryID) (studio.Version, error) {
	j, err := s.Jury(ctx, id)
	if err != nil {
		return studio.Version{}, err
	}
	return s.Version(ctx, j.Version)
}

// Deliberate writes what a jury decides of a candidate, bloc by bloc.
//
// Errors: NotFound; Forbidden for anybody but a member who is present; Invalid when a bloc is left out or
// refused without a reason; Conflict when the jury does not sit.
func (s *Store) Deliberate(ctx context.Context, by people.AccountID, id campus.JuryID, e campus.EnrolmentID, blocs []campus.BlocDecision) error {
	v, err := s.versionOfJury(ctx, id)
	if err != nil {
		return err
	}
	return s.changeJury(ctx, people.By(by), campus.DidDeliberate, id, func(_ *sql.Tx, j campus.Jury) (campus.Jury, error) {
		return j.Deliberate(by, v, e, blocs)
	}, "enrolment", string(e))
}

// CloseJury ends the deliberation, writes the minutes and asks those present to sign them.
//
// Errors: NotFound; Forbidden for anybody but the president; Conflict when the jury does not sit, when a
// candidate was not decided of, and without quorum.
func (s *Store) CloseJury(ctx context.Context, by people.AccountID, id campus.JuryID) error {
	v, err := s.versionOfJury(ctx, id)
	if err != nil {
		return err
	}
	return s.changeJury(ctx, people.By(by), campus.DidCloseJury, id, func(tx *sql.Tx, j campus.Jury) (campus.Jury, error) {
		j, err := j.Close(by, v, s.stamp())
		for _, m := range j.Members {
			if err == nil && m.Present {
				err = s.insertNotification(ctx, tx, people.Notification{Account: m.Account, Kind: campus.ToldMinutes, Ref: j.Ref()})
			}
		}
		return j, err
	})
}

// ReopenJury takes the minutes back; signatures so far are void.
//
// Errors: NotFound; Forbidden for anybody but the president; Conflict when there are no minutes to take back.
func (s *Store) ReopenJury(ctx context.Context, by people.AccountID, id campus.JuryID) error {
	return s.changeJury(ctx, people.By(by), campus.DidReopenJury, id, func(_ *sql.Tx, j campus.Jury) (campus.Jury, error) {
		return j.Reopen(by)
	})
}

// CancelJury calls a session off that has no minutes: its candidates wait for another.
//
// Errors: NotFound; Conflict when there are minutes, or it was cancelled already.
func (s *Store) CancelJury(ctx context.Context, by people.Actor, id campus.JuryID) error {
	return s.changeJury(ctx, by, campus.DidCancelJury, id, func(tx *sql.Tx, j campus.Jury) (campus.Jury, error) {
		j, err := j.Cancel()
		if err != nil {
			return j, err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE candidacy SET jury_id = '' WHERE jury_id = $1`, j.ID); err != nil {
			return j, fmt.Errorf("give candidates back: %w", err)
		}
		for _, m := range j.Members {
			if err := dropPart(ctx, tx, m.Account, people.Grant{Role: people.Juror, Scope: j.Ref()}); err != nil {
				return j, err
			}
			if err := s.insertNotification(ctx, tx, people.Notification{Account: m.Account, Kind: campus.DidCancelJury, Ref: j.Ref()}); err != nil {
				return j, err
			}
		}
		return j, nil
	})
}

// SignMinutes adds a member's signature to the minutes whose hash they have read. With the last one of those
// present every decision stands: it is kept, put on the thread, told to the learner, and ends the enrolment
// when every bloc is acquired. Signing again changes nothing.
//
// Errors: NotFound; Forbidden for anybody but a member who was present; Conflict when there are no minutes
// to sign, or when they are not those that were read.
func (s *Store) SignMinutes(ctx context.Context, by people.AccountID, id campus.JuryID, hash string) error {
	return s.changeJury(ctx, people.By(by), campus.DidSignMinutes, id, func(tx *sql.Tx, had campus.Jury) (campus.Jury, error) {
		j, err := had.Sign(by, hash, s.stamp())
		if err != nil {
			return j, err
		}
		if slices.Equal(j.Members, had.Members) {
			return j, errUnchanged
		}
		for _, d := range j.Decisions() {
			if err := s.decide(ctx, tx, people.By(by), d); err != nil {
				return j, err
			}
		}
		return j, nil
	}, "minutes", hash)
}

// decide makes one decision stand.
func (s *Store) decide(ctx context.Context, tx *sql.Tx, by people.Actor, d campus.Decision) error {
	text, err := newID()
	if err != nil {
		return err
	}
	d.ID = campus.DecisionID(text)
	if err := insertDecision(ctx, tx, d); err != nil {
		return err
	}
	from, err := defencesBehind(ctx, tx, d.Enrolment)
	if err != nil {
		return err
	}
	node := thread.Node{Ref: d.Ref(), At: d.SignedAt, Owner: d.Learner}
	if err := tx.QueryRowContext(ctx, `SELECT label FROM thread_node WHERE kind = $1 AND id = $2`, people.KindEnrolment, d.Enrolment).Scan(&node.Label); err != nil {
		return found(err, "object on the thread")
	}
	from = append([]people.Ref{campus.Enrolment{ID: d.Enrolment}.Ref()}, from...)
	if err := weave(ctx, tx, node, by, "jury "+string(d.Jury), from...); err != nil {
		return err
	}
	n := people.Notification{Account: d.Learner, Kind: campus.ToldUndecided, Ref: from[0], Detail: detailOf("name", node.Label)}
	if !d.Complete() {
		if _, err := tx.ExecContext(ctx, `UPDATE candidacy SET jury_id = '' WHERE enrolment_id = $1`, d.Enrolment); err != nil {
			return fmt.Errorf("let a candidate wait: %w", err)
		}
		return s.insertNotification(ctx, tx, n)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM candidacy WHERE enrolment_id = $1`, d.Enrolment); err != nil {
		return fmt.Errorf("let a candidate go: %w", err)
	}
	if _, err := s.moveEnrolment(ctx, tx, d.Enrolment, campus.Graduate); err != nil {
		return err
	}
	n.Kind = campus.ToldDecided
	return s.insertNotification(ctx, tx, n)
}

// defencesBehind lists the validated defences a decision comes from.
func defencesBehind(ctx context.Context, tx *sql.Tx, id campus.EnrolmentID) ([]people.Ref, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id FROM defence WHERE enrolment_id = $1 AND state = 'validated' ORDER BY id`, id)
	if err != nil {
		return nil, fmt.Errorf("read defences: %w", err)
	}
	out, err := collect(rows, func(row scanner) (people.Ref, error) {
		r := people.Ref{Kind: people.KindDefence}
		return r, row.Scan(&r.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("read defences: %w", err)
	}
	return out, nil
}

// Jury finds a jury with its members and candidates. It returns a NotFound fault when there is none.
func (s *Store) Jury(ctx context.Context, id campus.JuryID) (campus.Jury, error) {
	return juryIn(ctx, s.reader(), id)
}

// juryLine are the columns of a jury in a list: minutes are long, and read one at a time.
const juryLine = `j.id, j.version_id, j.starts_at, j.place, j.state, j.convened_at, j.convened_by, j.opened_at, j.closed_at, j.signed_at, '', j.minutes_hash`

// Juries lists sessions, the latest first, without members, candidates and minutes. limit 0 lists every one.
func (s *Store) Juries(ctx context.Context, limit int) ([]campus.Jury, error) {
	return query(ctx, s, "juries", scanJury, `SELECT `+juryLine+` FROM jury j ORDER BY j.starts_at DESC, j.id DESC LIMIT $1`, limitOf(limit))
}

// JuriesOf lists the sessions somebody sits in, as Juries does, those cancelled left out.
func (s *Store) JuriesOf(ctx context.Context, member people.AccountID, limit int) ([]campus.Jury, error) {
	return query(ctx, s, "juries", scanJury, `SELECT `+juryLine+` FROM jury_member m JOIN jury j ON j.id = m.jury_id
		WHERE m.account_id = $1 AND j.state <> 'cancelled' ORDER BY j.starts_at DESC, j.id DESC LIMIT $2`, member, limitOf(limit))
}

// ReadyForJury lists learners whose every project is validated and whom no jury decides of yet, the oldest
// first. limit 0 lists every one.
func (s *Store) ReadyForJury(ctx context.Context, limit int) ([]campus.Learner, error) {
	// CROSS JOIN has SQLite begin with the candidates, who are few: it went through every enrolment.
	return query(ctx, s, "candidates", scanLearner, `SELECT `+enrolmentColumns+`, a.name, a.email FROM candidacy c
		CROSS JOIN enrolment e JOIN account a ON a.id = e.learner
		WHERE e.id = c.enrolment_id AND e.state = 'active' AND c.jury_id = '' ORDER BY c.ready_at, c.enrolment_id LIMIT $1`, limitOf(limit))
}
