package campus

import (
	"strings"
	"time"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
)

// SessionState is where a mentor session stands.
type SessionState string

// The states of a mentor session.
const (
	SessionBooked    SessionState = "booked"
	SessionHeld      SessionState = "held"
	SessionCancelled SessionState = "cancelled"
	SessionNoShow    SessionState = "no_show" // the learner did not come
)

// What happens to a mentor session.
const (
	HoldSession   lifecycle.Event = "hold"
	CancelSession lifecycle.Event = "cancel"
	MissSession   lifecycle.Event = "miss"
)

// SessionMachine is the life of a mentor session.
func SessionMachine() lifecycle.Machine[SessionState] {
	return lifecycle.Machine[SessionState]{
		Name: "mentor session", Initial: SessionBooked, Final: []SessionState{SessionHeld, SessionCancelled, SessionNoShow},
		Moves: []lifecycle.Move[SessionState]{
			{Event: HoldSession, From: []SessionState{SessionBooked}, To: SessionHeld},
			{Event: CancelSession, From: []SessionState{SessionBooked}, To: SessionCancelled},
			{Event: MissSession, From: []SessionState{SessionBooked}, To: SessionNoShow},
		},
	}
}

// The bounds of a mentor session.
const (
	SessionLength = 45 * time.Minute     // unless whoever books says otherwise: a weekly session
	minSession    = 15 * time.Minute     // less is a message
	maxSession    = 2 * time.Hour        // more is a lesson
	maxAhead      = 180 * 24 * time.Hour // for whatever is planned: nobody knows their calendar further
	heldEarly     = 12 * time.Hour       // people meet earlier than agreed on the same day, not the day before
	MaxNotes      = 8000                 // bytes of notes: three pages
)

// MentorSession is a meeting of a learner and their mentor.
type MentorSession struct {
	ID        SessionID
	Enrolment EnrolmentID
	Learner   people.AccountID
	Mentor    people.AccountID
	Start     time.Time
	Length    time.Duration
	State     SessionState
	Notes     string // Markdown, once held; the reason of a cancellation
	BookedBy  people.Actor
	BookedAt  time.Time
	ClosedAt  time.Time // when it was held, cancelled or missed; zero while booked
}

// End is when it is over.
func (s MentorSession) End() time.Time { return s.Start.Add(s.Length) }

// Check tells whether a session can be booked. A length of 0 is the usual one. It returns an Invalid
// fault for a time that has passed or is too far away, and for a length that is none.
func (s MentorSession) Check(now time.Time) (MentorSession, error) {
	if s.Length == 0 {
		s.Length = SessionLength
	}
	s.Start = s.Start.UTC().Truncate(time.Minute)
	if err := checkAhead("book a session", s.Start, now); err != nil {
		return s, err
	}
	if s.Length < minSession || s.Length > maxSession || s.Length%time.Minute != 0 {
		return s, invalid("book a session", "minutes", "a session lasts from 15 to 120 minutes")
	}
	return s, nil
}

// Overlaps reports whether two booked sessions would keep somebody in two places.
func (s MentorSession) Overlaps(o MentorSession) bool {
	same := s.Mentor == o.Mentor || s.Learner == o.Learner || s.Mentor == o.Learner || s.Learner == o.Mentor
	return same && s.State == SessionBooked && o.State == SessionBooked && s.Start.Before(o.End()) && o.Start.Before(s.End())
}

// Hold notes that a session took place.
//
// Errors: Conflict when it is not booked any more, or when it is much too early; Invalid without notes.
func (s MentorSession) Hold(notes string, now time.Time) (MentorSession, error) {
	notes, err := checkText("hold a session", "notes", notes, MaxNotes)
	if err != nil {
		return s, err
	}
	if notes == "" {
		return s, invalid("hold a session", "notes", "a session that was held has notes")
	}
	return s.close(HoldSession, notes, now)
}

// Miss notes that the learner did not come. It returns a Conflict fault before the session has begun.
func (s MentorSession) Miss(now time.Time) (MentorSession, error) {
	if now.Before(s.Start) {
		return s, tooEarly("miss a session")
	}
	return s.close(MissSession, "", now)
}

// Cancel calls a session off. The reason may be empty.
func (s MentorSession) Cancel(reason string, now time.Time) (MentorSession, error) {
	reason, err := checkText("cancel a session", "reason", reason, MaxNotes)
	if err != nil {
		return s, err
	}
	return s.close(CancelSession, reason, now)
}

func (s MentorSession) close(e lifecycle.Event, notes string, now time.Time) (MentorSession, error) {
	next, err := SessionMachine().Next(s.State, e)
	if err != nil {
		return s, err
	}
	if e == HoldSession && now.Before(s.Start.Add(-heldEarly)) {
		return s, tooEarly("hold a session")
	}
	s.State, s.Notes, s.ClosedAt = next, notes, now
	return s, nil
}

// checkAhead refuses times nobody can come to.
func checkAhead(op string, at, now time.Time) error {
	switch {
	case !at.After(now):
		return invalid(op, "start", "the time must lie in the future")
	case at.After(now.Add(maxAhead)):
		return invalid(op, "start", "the time lies more than 180 days ahead")
	}
	return nil
}

func tooEarly(op string) error {
	f := fault.New(fault.Conflict, op, "it is too early for that: the time agreed has not come")
	f.Column = "start"
	return f
}

// checkText cleans text that people type, and refuses what is too long or is no text.
func checkText(op, field, text string, most int) (string, error) {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case len(text) > most:
		return text, invalid(op, field, "the text is too long")
	case !utf8.ValidString(text) || strings.ContainsFunc(text, isNoText):
		return text, invalid(op, field, "the text holds characters that are no text")
	}
	return text, nil
}

// isNoText reports characters no text of people holds; a line break and a tab are text.
func isNoText(r rune) bool { return (r < ' ' && r != '\n' && r != '\t') || r == 0x7f || r == 0xfffd }

func invalid(op, field, format string, args ...any) error {
	f := fault.New(fault.Invalid, op, format, args...)
	f.Column = field
	return f
}
