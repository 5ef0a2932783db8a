package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
)

const sessionOfMentorColumns = `id, enrolment_id, learner, mentor, starts_at, ends_at, state, notes, booked_by, booked_at, closed_at`

func scanMentorSession(row scanner) (campus.MentorSession, error) {
	var s campus.MentorSession
	var end time.Time
	err := row.Scan(&s.ID, &s.Enrolment, &s.Learner, &s.Mentor, moment{&s.Start}, moment{&end}, &s.State, &s.Notes, &s.BookedBy,
		moment{&s.BookedAt}, moment{&s.ClosedAt})
	s.Length = end.Sub(s.Start)
	return s, err
}

// BookSession books a meeting of a learner with their mentor. A length of 0 is the usual one.
//
// Errors: NotFound; Invalid for a time or length that cannot be; Conflict when there is no mentor, the
// enrolment is not active, or one of the two has another session then.
func (s *Store) BookSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, start time.Time, length time.Duration) (campus.MentorSession, error) {
	m := campus.MentorSession{Enrolment: id, Start: start, Length: length, State: campus.SessionMachine().Initial, BookedBy: by, BookedAt: s.stamp()}
	text, err := newID()
	if err != nil {
		return m, err
	}
	m.ID = campus.SessionID(text)
	if m, err = m.Check(s.stamp()); err != nil {
		return m, err
	}
	ref := campus.Enrolment{ID: id}.Ref()
	return m, s.change(ctx, eventOn(by, campus.DidBookSession, ref, "session", text), func(tx *sql.Tx) error {
		e, err := enrolmentIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := e.MayLearn(); err != nil {
			return err
		}
		m.Learner = e.Learner
		if m.Mentor, err = mentorIn(ctx, tx, id); err != nil {
			return err
		}
		if m.Mentor == "" {
			return fault.New(fault.Conflict, "book a session", "this learner has no mentor yet")
		}
		if err := mustBeFree(ctx, tx, m); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO mentor_session (`+sessionOfMentorColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			m.ID, m.Enrolment, m.Learner, m.Mentor, at(m.Start), at(m.End()), m.State, m.Notes, m.BookedBy, at(m.BookedAt), at(m.ClosedAt))
		if err != nil {
			return fmt.Errorf("book a session: %w", err)
		}
		return s.tellOther(ctx, tx, by, m, campus.DidBookSession)
	})
}

// mustBeFree refuses a session that would keep somebody in two places. Changes come one after another, so
// nobody books meanwhile.
func mustBeFree(ctx context.Context, tx *sql.Tx, m campus.MentorSession) error {
	rows, err := tx.QueryContext(ctx, `SELECT `+sessionOfMentorColumns+` FROM mentor_session
		WHERE state = 'booked' AND (mentor IN ($1, $2) OR learner IN ($1, $2)) AND starts_at < $3 AND ends_at > $4`,
		string(m.Mentor), string(m.Learner), at(m.End()), at(m.Start))
	if err != nil {
		return fmt.Errorf("read sessions: %w", err)
	}
	others, err := collect(rows, scanMentorSession)
	if err != nil {
		return fmt.Errorf("read sessions: %w", err)
	}
	for _, o := range others {
		if m.Overlaps(o) {
			f := fault.New(fault.Conflict, "book a session", "the mentor or the learner has another session at that time")
			f.Column = "start"
			return f
		}
	}
	return nil
}

// tellOther tells the one of the two who did not do it.
func (s *Store) tellOther(ctx context.Context, tx *sql.Tx, by people.Actor, m campus.MentorSession, kind string) error {
	ref := campus.Enrolment{ID: m.Enrolment}.Ref()
	for _, who := range []struct{ to, other people.AccountID }{{m.Learner, m.Mentor}, {m.Mentor, m.Learner}} {
		if people.By(who.to) == by {
			continue
		}
		name, err := nameOf(ctx, tx, who.other)
		if err != nil {
			return err
		}
		detail := detailOf("name", name, "at", m.Start.Format(time.RFC3339))
		if err := s.insertNotification(ctx, tx, people.Notification{Account: who.to, Kind: kind, Ref: ref, Detail: detail}); err != nil {
			return err
		}
	}
	return nil
}

// changeSession lets something happen to a session of an enrolment.
func (s *Store) changeSession(ctx context.Context, by people.Actor, action string, id campus.EnrolmentID, session campus.SessionID,
	f func(campus.MentorSession) (campus.MentorSession, error),
) error {
	ref := campus.Enrolment{ID: id}.Ref()
	return s.change(ctx, eventOn(by, action, ref, "session", string(session)), func(tx *sql.Tx) error {
		m, err := scanMentorSession(tx.QueryRowContext(ctx, `SELECT `+sessionOfMentorColumns+` FROM mentor_session
			WHERE id = $1 AND enrolment_id = $2`, session, id))
		if err != nil {
			return found(err, "session")
		}
		if m, err = f(m); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE mentor_session SET state = $1, notes = $2, closed_at = $3 WHERE id = $4`,
			m.State, m.Notes, at(m.ClosedAt), m.ID)
		if err != nil {
			return fmt.Errorf("change a session: %w", err)
		}
		return s.tellOther(ctx, tx, by, m, action)
	})
}

// HoldSession notes that a session took place, with notes for learner and mentor.
//
// Errors: NotFound; Invalid without notes; Conflict when it is not booked any more, or when it is much too
// early.
func (s *Store) HoldSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID, notes string) error {
	return s.changeSession(ctx, by, campus.DidHoldSession, id, session, func(m campus.MentorSession) (campus.MentorSession, error) {
		return m.Hold(notes, s.stamp())
	})
}

// MissSession notes that the learner did not come.
//
// Errors: NotFound; Conflict when it is not booked any more, or before it has begun.
func (s *Store) MissSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID) error {
	return s.changeSession(ctx, by, campus.DidMissSession, id, session, func(m campus.MentorSession) (campus.MentorSession, error) {
		return m.Miss(s.stamp())
	})
}

// CancelSession calls a session off; the reason may be empty.
//
// Errors: NotFound; Invalid for a reason too long; Conflict when it is not booked any more.
func (s *Store) CancelSession(ctx context.Context, by people.Actor, id campus.EnrolmentID, session campus.SessionID, reason string) error {
	return s.changeSession(ctx, by, campus.DidCancelSession, id, session, func(m campus.MentorSession) (campus.MentorSession, error) {
		return m.Cancel(reason, s.stamp())
	})
}

// MentorSessions lists the sessions of an enrolment, the latest first. limit 0 lists every one.
func (s *Store) MentorSessions(ctx context.Context, id campus.EnrolmentID, limit int) ([]campus.MentorSession, error) {
	return query(ctx, s, "sessions", scanMentorSession, `SELECT `+sessionOfMentorColumns+` FROM mentor_session
		WHERE enrolment_id = $1 ORDER BY starts_at DESC, id DESC LIMIT $2`, id, limitOf(limit))
}

// BookedSessions lists a mentor's sessions that are booked, the next one first. limit 0 lists every one.
func (s *Store) BookedSessions(ctx context.Context, mentor people.AccountID, limit int) ([]campus.MentorSession, error) {
	return query(ctx, s, "sessions", scanMentorSession, `SELECT `+sessionOfMentorColumns+` FROM mentor_session
		WHERE mentor = $1 AND state = 'booked' ORDER BY starts_at, id LIMIT $2`, mentor, limitOf(limit))
}
