package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
)

// binder gathers the arguments of a statement built from parts; each gives back its placeholder.
type binder struct{ args []any }

// bind adds an argument and returns its placeholder, "$3".
func (b *binder) bind(v any) string {
	b.args = append(b.args, v)
	return "$" + strconv.Itoa(len(b.args))
}

// clause is a list of conditions joined by AND.
type clause struct {
	*binder
	conditions []string
}

// add adds a condition; the %s of format becomes the placeholder of v.
func (c *clause) add(format string, v any) {
	c.conditions = append(c.conditions, fmt.Sprintf(format, c.bind(v)))
}

// where writes the conditions after WHERE, or nothing when there are none.
func (c *clause) where() string {
	if len(c.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(c.conditions, " AND ")
}

// query runs a statement and collects its rows; what names it for the person who reads the log.
func query[T any](ctx context.Context, s *Store, what string, scan func(interface{ Scan(...any) error }) (T, error), text string, args ...any) ([]T, error) {
	rows, err := s.rows(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	out, err := collect(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return out, nil
}

// noLimit stands for "every row" where a statement has a LIMIT.
const noLimit = 1<<31 - 1

// limitOf turns a limit where 0 means every row into one for SQL.
func limitOf(n int) int {
	if n <= 0 {
		return noLimit
	}
	return n
}

// null tells a number from no number.
type null = sql.NullFloat64
