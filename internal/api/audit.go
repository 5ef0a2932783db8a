package api

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// eventJSON is an entry of the audit trail.
type eventJSON struct {
	Seq        int64           `json:"seq"`
	At         time.Time       `json:"at"`
	Actor      people.Actor    `json:"actor"`
	Action     string          `json:"action"`
	ObjectKind people.Kind     `json:"object_kind"`
	ObjectID   string          `json:"object_id"`
	Detail     json.RawMessage `json:"detail"`
	Prev       string          `json:"prev"`
	Hash       string          `json:"hash"`
}

func toEvent(e people.Event) eventJSON {
	out := eventJSON{
		Seq: e.Seq, At: e.At, Actor: e.Actor, Action: e.Action, ObjectKind: e.Object.Kind, ObjectID: e.Object.ID,
		Detail: json.RawMessage("null"), Prev: e.Prev, Hash: e.Hash,
	}
	if json.Valid([]byte(e.Detail)) {
		out.Detail = json.RawMessage(e.Detail)
	}
	return out
}

// eventPage is a part of the audit trail.
type eventPage struct {
	Data []eventJSON `json:"data"`
	Next *string     `json:"next"`
}

// audit lists events, the newest first.
func (d *desk) audit(c call) (outcome, error) {
	limit, err := c.number("limit", 1, maxLimit, defaultLimit)
	if err != nil {
		return outcome{}, err
	}
	before, err := c.number("before", 1, math.MaxInt, 0)
	if err != nil {
		return outcome{}, err
	}
	events, err := d.people.AuditEvents(c.Context(), people.AuditFilter{
		Actor: people.Actor(c.values.Get("actor")), Action: c.values.Get("action"),
		Object: people.Ref{Kind: people.Kind(c.values.Get("kind")), ID: c.values.Get("object")},
		Before: int64(before), Limit: limit,
	})
	out := eventPage{Data: make([]eventJSON, len(events))}
	for i, e := range events {
		out.Data[i] = toEvent(e)
	}
	if len(events) == limit && events[limit-1].Seq > 1 {
		out.Next = c.next("before", strconv.FormatInt(events[limit-1].Seq, 10))
	}
	return outcome{body: out}, err
}

// verdictJSON tells whether the chain of the audit trail is whole.
type verdictJSON struct {
	Whole  bool   `json:"whole"`
	Events int64  `json:"events"`          // how many were found whole, from the first
	Break  string `json:"break,omitempty"` // where the chain breaks
}

// verifyAudit walks the whole trail. A broken chain is an answer and not an error.
func (d *desk) verifyAudit(c call) (outcome, error) {
	n, err := d.people.VerifyAudit(c.Context())
	if f, ok := errors.AsType[*fault.Fault](err); ok && f.Code == fault.Conflict {
		return outcome{body: verdictJSON{Events: n, Break: f.Reason}}, nil
	}
	return outcome{body: verdictJSON{Whole: true, Events: n}}, err
}
