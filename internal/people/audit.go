package people

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"filiere/internal/fault"
)

// Actor is who acts: an account by its ID, or one of the names below.
type Actor string

// The actors that are no account.
const (
	ByCLI     Actor = "cli"     // whoever holds the server's command line
	BySystem  Actor = "system"  // the program by itself: a worker, a schedule
	ByVisitor Actor = "visitor" // somebody who is not signed in
)

// By is the actor an account is.
func By(id AccountID) Actor { return Actor(id) }

// What is written in the trail, by object and verb.
const (
	DidCreateAccount  = "account.create"
	DidChangeProfile  = "account.change"
	DidSetState       = "account.state"
	DidExport         = "account.export"
	DidErase          = "account.erase"
	DidGiveGrant      = "grant.give"
	DidTakeGrant      = "grant.take"
	DidOpenSession    = "session.open"
	DidCloseSession   = "session.close"
	DidCreateToken    = "token.create"
	DidRevokeToken    = "token.revoke"
	DidCreateLink     = "link.create"
	DidUseLink        = "link.use"
	DidAddPasskey     = "passkey.add"
	DidRemovePasskey  = "passkey.remove"
	DidSetPassword    = "password.set"
	DidRemovePassword = "password.remove"
	DidLinkOIDC       = "oidc.link"
	DidUnlinkOIDC     = "oidc.unlink"
)

// AuditFilter picks events of the trail, newest first; a zero field restricts nothing.
type AuditFilter struct {
	Actor  Actor
	Action string // what the action's name begins with: "grant." or "grant.give"
	Object Ref    // an empty ID takes every object of the kind
	Before int64  // only events older than this one: the place of the next page
	Limit  int    // how many at most; 0 for all
}

// Event is one entry of the audit trail: who did what to what. Detail holds no secret and no personal
// datum beyond IDs, so that the trail can be kept when a person is erased.
type Event struct {
	Seq    int64 // 1, 2, 3…, without gaps
	At     time.Time
	Actor  Actor
	Action string // one of the Did… names
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
		fmt.Sprint(e.Seq), e.At.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano), string(e.Actor), e.Action,
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
