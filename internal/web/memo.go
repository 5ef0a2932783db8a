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
	byKey   map[string]T
}

// get returns what is kept under the key, reading it when it is not there. What it returns is shared and
// must not be changed. Without a version nothing is kept.
func (m *memo[T]) get(ctx context.Context, version, key string, read func(context.Context) (T, error)) (T, error) {
	m.mu.Lock()
	if m.version != version {
		m.version, m.byKey = version, map[string]T{}
	}
	kept, ok := m.byKey[key]
	m.mu.Unlock()
	if ok {
		return kept, nil
	}
	made, err := read(ctx)
	if err != nil || version == "" {
		return made, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.version == version {
		m.byKey[key] = made
	}
	return made, nil
}
