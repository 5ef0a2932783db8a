package story

import (
	"sync"
	"time"
)

// Clock is a time that the story moves, and that runs with the wall clock once the story is told. It is safe
// for concurrent use.
type Clock struct {
	mu   sync.Mutex
	real func() time.Time
	at   time.Time // zero: the wall clock's
}

// NewClock makes a clock that runs with another until it is moved.
func NewClock(real func() time.Time) *Clock { return &Clock{real: real} }

// Now is the story's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return c.real()
	}
	return c.at
}

// Set moves the clock; it stands there until it is moved again.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Release lets the clock run with the wall clock again.
func (c *Clock) Release() { c.Set(time.Time{}) }
