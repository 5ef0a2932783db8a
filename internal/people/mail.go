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
	Attempts  int
	LastError string
}

// maxAttempts is how often a message is tried: with the waits of Backoff, over about two days.
const maxAttempts = 12

// Backoff is the wait before the next try, doubling from a minute to a day; ok is false when the message
// is given up.
func Backoff(attempts int) (wait time.Duration, ok bool) {
	if attempts >= maxAttempts {
		return 0, false
	}
	return min(time.Minute<<max(attempts-1, 0), 24*time.Hour), true
}
