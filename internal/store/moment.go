package store

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"filiere/internal/fault"
)

// scanner is a row about to be read.
type scanner = interface{ Scan(...any) error }

// moment reads a timestamp, which may be NULL, into a time in UTC; NULL is the zero time.
type moment struct{ *time.Time }

// Scan takes what the drivers give.
func (m moment) Scan(v any) error {
	switch t := v.(type) {
	case nil:
		*m.Time = time.Time{}
	case time.Time:
		*m.Time = t.UTC()
	default:
		return fmt.Errorf("a timestamp came as %T", v)
	}
	return nil
}

// at writes a time as both engines keep it; the zero time is NULL.
func at(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Truncate(time.Microsecond)
}

// stamp is the time of the store's clock, as the database will give it back.
func (s *Store) stamp() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// newID makes an identifier that sorts by time.
func newID() (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", fmt.Errorf("make an identifier: %w", err)
	}
	return id.String(), nil
}

// found turns "no row" into a NotFound fault, and other errors into ones that say what was read. The
// fault does not repeat what was asked for: it may be a secret or somebody's address.
func found(err error, what fault.Noun) error {
	if errors.Is(err, sql.ErrNoRows) || isNoText(err) {
		return fault.New(fault.NotFound, "find", "there is no such %s", what)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", what, err)
	}
	return nil
}

// isNoText reports that PostgreSQL was given a zero byte or what is not UTF-8, which no text there holds:
// whatever has that for a name does not exist. SQLite finds nothing by itself.
func isNoText(err error) bool {
	const characterNotInRepertoire = "22021"
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == characterNotInRepertoire
}

// touched checks that a statement changed a row. It returns a NotFound fault when it changed none.
func touched(r sql.Result, err error, what fault.Noun) error {
	if isNoText(err) {
		return found(err, what)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	n, err := r.RowsAffected()
	if err == nil && n == 0 {
		err = sql.ErrNoRows
	}
	return found(err, what)
}

// clip bounds text that comes from outside, without cutting a character in two, and drops what
// PostgreSQL cannot keep.
func clip(s string, most int) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\ufffd")
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}
