package people

import "time"

// Notification tells a person of something that happened and may want them. It holds no text: pages
// write it, in the reader's language, from its kind.
type Notification struct {
	ID        string
	Account   AccountID // whom it is for
	Kind      string    // "grant.give", "session.open"…: chooses the words
	Ref       Ref       // what it is about
	Detail    string    // JSON object of what the words need, or ""
	CreatedAt time.Time
	ReadAt    time.Time // zero: not yet
}
