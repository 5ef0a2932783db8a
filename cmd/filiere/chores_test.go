package main

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/store/storetest"
)

func TestASweepRunsAtOnceAndEndsWithItsContext(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	if err := s.PutCeremony(t.Context(), "c1", "passkey", []byte("{}"), -time.Minute); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	tick, done := make(chan time.Time), make(chan struct{})
	go func() {
		defer close(done)
		doChores(ctx, []chore{{"sweep", s.Sweep}}, tick, slog.New(slog.DiscardHandler))
	}()
	tick <- time.Time{} // taken only after the first sweep
	cancel()
	<-done
}

func TestAWrongFileOfLeakedPasswordsIsNamedAtStart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leaks.txt")
	if err := os.WriteFile(path, []byte("not hashes at all\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &program{getenv: func(name string) string { return map[string]string{leaksVariable: path}[name] }}
	if _, err := p.leaks(); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("got %v, want a fault that names %s", err, path)
	}
	p.getenv = func(string) string { return "" }
	lists, err := p.leaks()
	if err != nil || len(lists) != 1 || lists[0] == people.LeakList(nil) {
		t.Errorf("without a file: %v, %v", lists, err)
	}
}
