package people

import "time"

// Message is an e-mail waiting in the outbox, or sent. It is plain text: it carries one link and no
// tracking.
type Message struct {
	ID        string
	To        string
	Subject   string
	Body      string
	Lang      string
	CreatedAt time.Time
	SendAt    time.Time // not before
	SentAt    time.Time // zero: not yet
	Attempts  int       // begun, the one under way included
	LastError string

	// Unsubscribe is the address mail programs call, or offer, to end such messages (RFC 8058); "" where
	// there is nothing to end.
	Unsubscribe string
}

// MaxAttempts is how often a message is tried: with the waits of Backoff, over about two days.
const MaxAttempts = 12

// ClaimLife is how long a worker may hold a message before another may take it: longer than any SMTP
// conversation is let to last.
const ClaimLife = 5 * time.Minute

// GivenUp reports whether a message was tried for the last time in vain.
func (m Message) GivenUp() bool { return m.SentAt.IsZero() && m.Attempts >= MaxAttempts }

// Backoff is the wait before the next try, doubling from a minute to a day; ok is false when the message
// is given up.
func Backoff(attempts int) (wait time.Duration, ok bool) {
	if attempts >= MaxAttempts {
		return 0, false
	}
	return min(time.Minute<<max(attempts-1, 0), 24*time.Hour), true
}
