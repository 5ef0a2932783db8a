package store

import (
	"strconv"

	"github.com/pressly/goose/v3"
)

// dialect is a database engine. Every place where the engines differ is a method here.
type dialect string

const (
	sqlite   dialect = "sqlite"
	postgres dialect = "postgres"
)

// driver is the database/sql driver's name.
func (d dialect) driver() string {
	if d == postgres {
		return "pgx"
	}
	return "sqlite"
}

func (d dialect) goose() goose.Dialect {
	if d == postgres {
		return goose.DialectPostgres
	}
	return goose.DialectSQLite3
}

// maxParameters bounds the placeholders of one statement, below each engine's own limit (SQLite
// 32,766; PostgreSQL 65,535).
func (d dialect) maxParameters() int {
	if d == postgres {
		return 60_000
	}
	return 32_000
}

// refreshStatistics is run after a large import and while the program serves, so that the planner knows the
// new sizes. On SQLite it reads the whole of a table that has grown tenfold (seconds for gigabytes, once): from a
// part of it the planner took indexes for better than they are.
func (d dialect) refreshStatistics() string {
	if d == postgres {
		return "ANALYZE"
	}
	return "PRAGMA optimize=0x10002"
}

// placeholder is parameter n (from 1) of a long INSERT. SQLite takes $1 for a name and searches its list
// of names at every binding, which makes a statement of n parameters cost n²; ? has no name.
func (d dialect) placeholder(n int) string {
	if d == postgres {
		return "$" + strconv.Itoa(n)
	}
	return "?"
}

// skipLocked ends a subquery that picks a row to work on: rows another process is picking are passed
// over. On SQLite one transaction writes at a time, so there are none.
func (d dialect) skipLocked() string {
	if d == postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// skipLockedOf does so for the rows of one of several tables.
func (d dialect) skipLockedOf(table string) string {
	if d == postgres {
		return " FOR UPDATE OF " + table + " SKIP LOCKED"
	}
	return ""
}
