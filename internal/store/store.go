package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the "pgx" driver
	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // registers the "sqlite" driver

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/occupation/skill"
	"filiere/internal/territory/place"
)

//go:embed migrations/*.sql
var migrations embed.FS

// maxConnections bounds the pool: more readers than this only queue on the few cores there are, and each
// holds a cache on SQLite.
const maxConnections = 8

// connectionLife is when connections are opened anew: a connection to SQLite plans with the statistics there were
// when it was opened.
const connectionLife = time.Hour

// Store is an open database, migrated to the newest version.
type Store struct {
	db         *sql.DB
	dialect    dialect
	writing    chan struct{} // holds one token while a transaction runs; nil where several may write at once
	now        func() time.Time
	statements statements
	held       *heldCells  // nil: cells are always read from the database
	drafts     *heldDrafts // nil: drafts of reports are always computed
	versions   heldVersions
	foretell   func(context.Context) (market.Outlook, error) // stands in for what the models say, in tests
	estimates  kept[*market.Estimates]
	gazetteer  kept[*skill.Gazetteer]
	places     kept[*place.Finder]
	remedies   kept[*market.Remedies]
	forecasts  kept[map[occupation.ID]market.Forecast] // that stand for families and sheets
}

// Open opens the database named by dsn, makes it if it is a file that does not exist, and migrates
// it. dsn is a path to a SQLite file or a postgres:// URL. now gives the time rows are stamped with.
//
// Errors: Invalid when the path is a folder; Unavailable when the database does not answer; Internal
// when a migration fails (the database is then left at the version before).
func Open(ctx context.Context, dsn string, now func() time.Time) (*Store, error) {
	s, err := connect(ctx, dsn, now)
	if err != nil {
		return nil, err
	}
	if err := s.migrate(ctx, latest); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// reach waits until the database answers. SQLite refuses a new connection at once, whatever its timeout, while another
// one turns the journal of a fresh file on.
func reach(ctx context.Context, db *sql.DB) error {
	const longest = time.Second
	for wait := 10 * time.Millisecond; ; wait *= 2 {
		err := db.PingContext(ctx)
		if err == nil || wait > longest || !strings.Contains(err.Error(), "SQLITE_BUSY") {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// connect opens the database without migrating it.
func connect(ctx context.Context, dsn string, now func() time.Time) (*Store, error) {
	d, source, err := resolve(dsn)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open(d.driver(), source)
	if err != nil {
		return nil, fmt.Errorf("open %s database: %w", d, err)
	}
	db.SetMaxOpenConns(maxConnections)
	db.SetMaxIdleConns(maxConnections)
	if err := reach(ctx, db); err != nil {
		db.Close()
		f := fault.New(fault.Unavailable, "open database", "the %s database does not answer", d)
		f.Err, f.Hint = err, "check the address in --db or FILIERE_DB"
		return nil, f
	}
	db.SetConnMaxLifetime(connectionLife)
	s := &Store{db: db, dialect: d, now: now}
	if d == sqlite {
		s.writing = make(chan struct{}, 1)
	}
	return s, nil
}

// resolve tells the engine from the form of the address and builds the driver's source name.
func resolve(dsn string) (dialect, string, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return postgres, dsn, nil
	}
	if info, err := os.Stat(dsn); err == nil && info.IsDir() {
		f := fault.New(fault.Invalid, "open database", "%s is a folder", dsn)
		f.Advise("name a file, such as %s", filepath.Join(dsn, "filiere.db"))
		return "", "", f
	}
	if err := os.MkdirAll(filepath.Dir(dsn), 0o700); err != nil {
		return "", "", &fault.Fault{Code: fault.Unavailable, Op: "open database", Reason: "its folder cannot be made", Err: err}
	}
	q := url.Values{}
	q.Add("_pragma", "journal_mode(WAL)")
	q.Add("_pragma", "synchronous(NORMAL)")
	q.Add("_pragma", "busy_timeout(10000)")
	q.Add("_pragma", "foreign_keys(1)")
	q.Add("_pragma", "cache_size(-24000)") // 24 MB a connection; mapping the file instead reads no faster and counts as memory
	q.Add("_txlock", "immediate")          // writers queue at BEGIN instead of failing at their first write
	return sqlite, "file:" + dsn + "?" + q.Encode(), nil
}

// latest asks migrate for the newest version.
const latest int64 = -1

// migrate brings the schema to a version, forward only.
func (s *Store) migrate(ctx context.Context, version int64) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return fmt.Errorf("read embedded migrations: %w", err)
	}
	p, err := goose.NewProvider(s.dialect.goose(), s.db, dir)
	if err != nil {
		return fmt.Errorf("prepare migrations: %w", err)
	}
	if version != latest {
		if _, err = p.UpTo(ctx, version); err != nil {
			return fmt.Errorf("migrate database: %w", err)
		}
		return nil
	}
	return migrateUp(ctx, p)
}

// migrateUp brings the schema to the newest version. Another process may be doing the same: a step it took
// first fails here, and is no failure once the version has moved on.
func migrateUp(ctx context.Context, p *goose.Provider) error {
	for {
		before, err := p.GetDBVersion(ctx)
		if err != nil {
			return fmt.Errorf("read the version of the database: %w", err)
		}
		if _, err = p.Up(ctx); err == nil {
			return nil
		}
		after, versionErr := p.GetDBVersion(ctx)
		if versionErr != nil || after == before {
			return fmt.Errorf("migrate database: %w", err)
		}
	}
}

// Close releases the database.
func (s *Store) Close() error { return s.db.Close() }

// Engine names the database engine, "sqlite" or "postgres".
func (s *Store) Engine() string { return string(s.dialect) }

// inTx runs f in one transaction: all of it happens or none. On SQLite one transaction writes at a time, and those
// that wait come one after the other: left to the database they try again and again, and some wait for seconds
// while others pass.
func (s *Store) inTx(ctx context.Context, f func(*sql.Tx) error) error {
	done, err := s.turn(ctx)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer done()
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer tx.Rollback() // a no-op after Commit
	if err := f(tx); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	return nil
}

// turn waits until whoever writes has finished. done lets the next one write.
func (s *Store) turn(ctx context.Context) (done func(), err error) {
	if s.writing == nil {
		return func() {}, nil
	}
	select {
	case s.writing <- struct{}{}:
		return func() { <-s.writing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// writer runs single statements that write, each in its turn.
func (s *Store) writer() writer { return writer{s} }

type writer struct{ s *Store }

func (w writer) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	done, err := w.s.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return w.s.db.ExecContext(ctx, text, args...)
}

// noteDown writes what the next request can write as well: not while somebody else writes. Pages must not wait
// for it: they would hold every connection of the pool while a long transaction runs.
func (s *Store) noteDown(ctx context.Context, text string, args ...any) error {
	if s.writing != nil {
		select {
		case s.writing <- struct{}{}:
			defer func() { <-s.writing }()
		default:
			return nil
		}
	}
	_, err := s.db.ExecContext(ctx, text, args...)
	return err
}
