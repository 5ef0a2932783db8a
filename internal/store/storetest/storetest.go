// Package storetest runs a test on every database engine the store supports: on a fresh SQLite file,
// and on a fresh database of a real PostgreSQL server.
//
// The server is the one FILIERE_TEST_POSTGRES names (a postgres:// URL whose user may create
// databases), or else one started for the test binary from the binaries Debian's postgresql-15 installs.
// When there is neither, the PostgreSQL half is skipped with a message that says so.
package storetest

import (
	"context"
	"testing"
	"time"

	"filiere/internal/store"
)

// Engines names the database engines a conformance test runs on.
func Engines() []string { return []string{"sqlite", "postgres"} }

// Each runs f on each engine, with a fresh store at the newest version.
func Each(t *testing.T, f func(t *testing.T, s *store.Store)) {
	t.Helper()
	for _, engine := range Engines() {
		t.Run(engine, func(t *testing.T) { f(t, Open(t, engine)) })
	}
}

// Open gives a fresh store at the newest version, closed when the test ends.
func Open(t testing.TB, engine string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), Fresh(t, engine), Clock)
	if err != nil {
		t.Fatalf("open a fresh %s store: %v", engine, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close store: %v", err)
		}
	})
	return s
}

// Clock is the time in tests: rows are stamped with it.
func Clock() time.Time { return time.Date(2025, time.March, 3, 9, 30, 0, 0, time.UTC) }

// Fresh gives the address of an empty database that is gone when the test ends.
func Fresh(t testing.TB, engine string) (dsn string) {
	t.Helper()
	if engine == "postgres" {
		return freshPostgres(t)
	}
	return t.TempDir() + "/filiere.db"
}
