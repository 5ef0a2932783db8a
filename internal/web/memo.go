package web

import (
	"context"
	"sync"
)

// memo keeps what was read from the database for as long as the cell version stands: outlines and lists
// of names that many pages show and no page changes. Its zero value is empty. It is safe for concurrent use.
type memo[T any] struct {
	mu      sync.Mutex
	version string
	byKey   map[string]*slot[T]
}

// slot is the place of one thing kept. Whoever is first makes it, the others wait: made by all of them at once
// it would take each longer.
type slot[T any] struct {
	mu   sync.Mutex
	made bool
	kept T
}

// get returns what is kept under the key, reading it when it is not there. What it returns is shared and
// must not be changed. Without a version nothing is kept. What is read for all is read to the end, even if
// whoever asked first has left; it also spares two goroutines a statement, which would wait for that.
func (m *memo[T]) get(ctx context.Context, version, key string, read func(context.Context) (T, error)) (T, error) {
	if version == "" {
		return read(ctx)
	}
	s := m.slot(version, key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.made {
		return s.kept, nil
	}
	made, err := read(context.WithoutCancel(ctx))
	if err != nil {
		m.forget(key, s)
		return made, err
	}
	s.kept, s.made = made, true
	return made, nil
}

// slot finds the place of a key, making an empty one.
func (m *memo[T]) slot(version, key string) *slot[T] {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version != version {
		m.version, m.byKey = version, map[string]*slot[T]{}
	}
	s, ok := m.byKey[key]
	if !ok {
		s = &slot[T]{}
		m.byKey[key] = s
	}
	return s
}

// forget takes an empty place away, so that asking for what does not exist takes no memory.
func (m *memo[T]) forget(key string, s *slot[T]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.byKey[key] == s {
		delete(m.byKey, key)
	}
}
