package store

import "sync"

// kept is something made of the data, kept for as long as one version of it stands. The zero value is empty. It is
// safe for concurrent use; what it gives is shared and must not be changed.
type kept[T any] struct {
	mu      sync.Mutex
	made    bool
	version string
	kept    T
}

// of gives what is kept of a version, making it when another one is kept. Whoever asks meanwhile waits.
func (k *kept[T]) of(version string, remake func() (T, error)) (T, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.made && k.version == version {
		return k.kept, nil
	}
	made, err := remake()
	if err != nil {
		var none T
		return none, err
	}
	k.made, k.version, k.kept = true, version, made
	return made, nil
}
