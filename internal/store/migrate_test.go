package store_test

import (
	"io/fs"
	"testing"
	"time"

	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// TestEveryEarlierVersionMigratesToTheNewest makes a database at each version there ever was and opens
// it with this program.
func TestEveryEarlierVersionMigratesToTheNewest(t *testing.T) {
	names, err := fs.Glob(store.Migrations, "migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatalf("no migrations found: %v", err)
	}
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			for version := int64(0); version <= int64(len(names)); version++ {
				dsn := storetest.Fresh(t, engine)
				old, err := store.Connect(t.Context(), dsn, time.Now)
				if err != nil {
					t.Fatal(err)
				}
				if version > 0 {
					if err := old.Migrate(t.Context(), version); err != nil {
						t.Fatalf("to version %d: %v", version, err)
					}
				}
				old.Close()
				s, err := store.Open(t.Context(), dsn, time.Now)
				if err != nil {
					t.Fatalf("from version %d: %v", version, err)
				}
				if _, err := s.Releases(t.Context(), true); err != nil {
					t.Errorf("from version %d: %v", version, err)
				}
				s.Close()
			}
		})
	}
}

// TestProcessesThatStartTogetherMigrateTogether opens a fresh database many times at once.
func TestProcessesThatStartTogetherMigrateTogether(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			for range 3 {
				dsn := storetest.Fresh(t, engine)
				for _, err := range together(6, func(int) error {
					s, err := store.Open(t.Context(), dsn, time.Now)
					if err != nil {
						return err
					}
					return s.Close()
				}) {
					if err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
}
