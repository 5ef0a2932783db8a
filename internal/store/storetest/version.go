package storetest

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// KeepVersion keeps a published version in a database as if a programme had led to it, for tests of what
// comes after: the version is sealed, and it and its programme are on the thread.
func KeepVersion(t testing.TB, dsn string, v studio.Version) {
	t.Helper()
	driver := "sqlite"
	if strings.HasPrefix(dsn, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	v.Hash = v.Seal()
	content, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	run := func(text string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), text, args...); err != nil {
			t.Fatal(err)
		}
	}
	at := v.PublishedAt.UTC()
	run(`INSERT INTO version (id, programme_id, number, title, summary, level, alert_id, published_at, published_by, hash, content)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		v.ID, v.Programme, v.Number, v.Title, v.Summary, v.Level, v.Alert, at, v.PublishedBy, v.Hash, string(content))
	for kind, id := range map[people.Kind]string{people.KindProgramme: string(v.Programme), people.KindVersion: string(v.ID)} {
		run(`INSERT INTO thread_node (kind, id, label, at, owner) VALUES ($1, $2, $3, $4, '')`, kind, id, v.Title, at)
	}
	run(`INSERT INTO thread_link (from_kind, from_id, to_kind, to_id, at, actor, because) VALUES ($1, $2, $3, $4, $5, $6, '')`,
		people.KindProgramme, string(v.Programme), people.KindVersion, string(v.ID), at, people.ByCLI)
}
