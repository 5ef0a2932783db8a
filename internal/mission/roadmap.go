package mission

import (
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
)

// PromiseID names an item of the roadmap for ever (UUIDv7).
type PromiseID string

// PromiseState is where a promise stands as people noted it; Standing says more, for time passes by itself.
type PromiseState string

// The states of a promise.
const (
	Promised PromiseState = "promised"
	Kept     PromiseState = "kept"
	Dropped  PromiseState = "dropped"
)

// The events of a promise.
const (
	Keep lifecycle.Event = "keep"
	Drop lifecycle.Event = "drop"
)

// PromiseMachine is the life of an item of the roadmap.
func PromiseMachine() lifecycle.Machine[PromiseState] {
	return lifecycle.Machine[PromiseState]{
		Name: "promise", Initial: Promised, Final: []PromiseState{Kept, Dropped},
		Moves: []lifecycle.Move[PromiseState]{
			{Event: Keep, From: []PromiseState{Promised}, To: Kept},
			{Event: Drop, From: []PromiseState{Promised}, To: Dropped},
		},
	}
}

// Promise is an item of the roadmap: something promised by a date.
type Promise struct {
	ID         PromiseID    `json:"id"`
	Objective  ObjectiveID  `json:"objective"`
	Title      string       `json:"title"`
	DueOn      time.Time    `json:"due_on"` // the last day it would be kept in time, UTC midnight
	State      PromiseState `json:"state"`
	PromisedAt time.Time    `json:"promised_at"`
	SettledAt  time.Time    `json:"settled_at,omitzero"` // kept or dropped
	Reason     string       `json:"reason,omitempty"`    // why dropped
}

// Check refuses a promise of nothing, or for a date gone by.
func (p Promise) Check(now time.Time) error {
	if err := checkText("title", p.Title, maxTitle); err != nil {
		return err
	}
	if !now.Before(p.due()) {
		f := fault.New(fault.Invalid, "promise", "a promise is for a day to come")
		f.Column = "due_on"
		return f
	}
	return nil
}

// due is the end of the last day.
func (p Promise) due() time.Time { return p.DueOn.AddDate(0, 0, 1) }

// Standing is how a promise stands at a time.
type Standing string

// The standings of a promise.
const (
	Ahead    Standing = "ahead"     // not due yet
	Late     Standing = "late"      // due, and not kept
	InTime   Standing = "kept"      // kept by its date
	KeptLate Standing = "kept_late" // kept, after its date
	GivenUp  Standing = "dropped"
)

// Standing tells how the promise stands.
func (p Promise) Standing(now time.Time) Standing {
	switch {
	case p.State == Dropped:
		return GivenUp
	case p.State == Kept && p.SettledAt.Before(p.due()):
		return InTime
	case p.State == Kept:
		return KeptLate
	case now.Before(p.due()):
		return Ahead
	}
	return Late
}

// Settle moves a promise on. Dropping wants a reason. It returns an Invalid or Conflict fault.
func (p Promise) Settle(e lifecycle.Event, reason string, now time.Time) (Promise, error) {
	if e == Drop {
		if err := checkText("reason", reason, maxText); err != nil {
			return p, err
		}
	}
	next, err := PromiseMachine().Next(p.State, e)
	if err != nil {
		return p, err
	}
	p.State, p.SettledAt, p.Reason = next, now, reason
	return p, nil
}
