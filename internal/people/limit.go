package people

import "time"

// Limit bounds how often something may be tried: Burst times at once, then once every Every. Counts
// are kept in the database, so that a limit holds over all processes and restarts.
type Limit struct {
	Name  string
	Burst int
	Every time.Duration
}

// The limits of what can be tried without being signed in. Each is counted twice: by account (or
// address asked for) and by network address, the latter ten times wider, since a school shares one.
var (
	LimitPassword = Limit{Name: "password", Burst: 5, Every: time.Minute}
	LimitLink     = Limit{Name: "link", Burst: 3, Every: 5 * time.Minute}
	LimitPasskey  = Limit{Name: "passkey", Burst: 10, Every: 10 * time.Second}
)

// LimitVerify bounds how often a network may have a credential verified, LimitFetch how often it may have
// something fetched for it from elsewhere.
var (
	LimitVerify = Limit{Name: "verify", Burst: 60, Every: 2 * time.Second}
	LimitFetch  = Limit{Name: "verify.fetch", Burst: 10, Every: 15 * time.Second}
)

// LimitRead bounds how often a network may have an advert read.
var LimitRead = Limit{Name: "read", Burst: 60, Every: 2 * time.Second}

// NetworkFactor widens a limit counted by network address.
const NetworkFactor = 10

// ByNetwork is the limit as it is counted by network address.
func (l Limit) ByNetwork() Limit {
	return Limit{Name: l.Name + ".network", Burst: l.Burst * NetworkFactor, Every: l.Every / NetworkFactor}
}

// Bucket is the state of one limit for one key: the time at which its next try would be free if it had
// never been used (the "theoretical arrival time" of the generic cell rate algorithm).
type Bucket struct{ Due time.Time }

// Take asks for one try. It returns the state after it, and how long to wait when the try is refused
// (the state is then unchanged).
func (l Limit) Take(b Bucket, now time.Time) (after Bucket, wait time.Duration) {
	due := b.Due
	if due.Before(now) {
		due = now
	}
	if wait := due.Sub(now) - time.Duration(l.Burst-1)*l.Every; wait > 0 {
		return b, wait
	}
	return Bucket{Due: due.Add(l.Every)}, 0
}
