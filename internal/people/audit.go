package people

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"filiere/internal/fault"
)

// Event is one entry of the audit trail: who did what to what. Detail holds no secret and no personal
// datum beyond IDs, so that the trail can be kept when a person is erased.
type Event struct {
	Seq    int64 // 1, 2, 3…, without gaps
	At     time.Time
	Actor  string // account ID, "cli", "system" or "visitor"
	Action string // "account.invite", "session.open", "grant.give"…
	Object Ref
	Detail string // JSON object, or ""
	Prev   string // hash of the event before, "" for the first
	Hash   string // of this event, Prev included
}

// Seal computes the hash of an event: SHA-256 over the JSON array of its fields, the previous hash
// among them, so that no event can be changed, dropped or slipped in without breaking the chain after
// it. Times are in UTC to the microsecond, which both databases keep.
func (e Event) Seal() string {
	b, err := json.Marshal([]string{
		fmt.Sprint(e.Seq), e.At.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano), e.Actor, e.Action,
		string(e.Object.Kind), e.Object.ID, e.Detail, e.Prev,
	})
	if err != nil { // cannot happen: strings always marshal
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Follow makes the event that comes after another; prev is the zero Event for the first.
func (e Event) Follow(prev Event) Event {
	e.Seq, e.Prev = prev.Seq+1, prev.Hash
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Hash = e.Seal()
	return e
}

// CheckLink tells whether an event is whole and follows the one before. It returns a Conflict fault that
// names the place where the chain breaks.
func (e Event) CheckLink(prev Event) error {
	switch {
	case e.Seq != prev.Seq+1:
		return fault.New(fault.Conflict, "verify audit trail", "event %d follows event %d: some are missing", e.Seq, prev.Seq)
	case e.Prev != prev.Hash:
		return fault.New(fault.Conflict, "verify audit trail", "event %d does not follow event %d as it stands", e.Seq, prev.Seq)
	case e.Hash != e.Seal():
		return fault.New(fault.Conflict, "verify audit trail", "event %d was changed after it was written", e.Seq)
	}
	return nil
}
