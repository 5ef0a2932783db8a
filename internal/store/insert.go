package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// rowsPerStatement is how many rows one INSERT carries: beyond this the gain is small on both engines.
const rowsPerStatement = 200

// table describes how rows go into one table. A row whose key is there already replaces it.
type table struct {
	name    string
	columns []string
	key     int  // the first key columns are the primary key
	merge   bool // an empty or zero column of the new row leaves the old one: several sources fill the row
}

// statement builds an INSERT of n rows that replaces rows with the same key.
func (t table) statement(d dialect, n int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES ")
	p := 1
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('(')
		for j := range t.columns {
			if j > 0 {
				b.WriteByte(',')
			}
			b.WriteString(d.placeholder(p))
			p++
		}
		b.WriteByte(')')
	}
	if t.key == 0 {
		return b.String()
	}
	b.WriteString(" ON CONFLICT (" + strings.Join(t.columns[:t.key], ", ") + ") DO ")
	if t.key == len(t.columns) {
		b.WriteString("NOTHING")
		return b.String()
	}
	b.WriteString("UPDATE SET ")
	for i, c := range t.columns[t.key:] {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c + " = " + t.replacement(c))
	}
	return b.String()
}

// replacement is what a column becomes when the key is there already.
func (t table) replacement(column string) string {
	if !t.merge {
		return "excluded." + column
	}
	// The comparison by text covers text and numeric columns alike on both engines.
	return "CASE WHEN CAST(excluded." + column + " AS text) IN ('', '0', '0.0') THEN " + t.name + "." + column +
		" ELSE excluded." + column + " END"
}

// inserter gathers rows of one table and writes them many at a time.
type inserter struct {
	tx      *sql.Tx
	dialect dialect
	table   table
	size    int // rows per statement
	full    *sql.Stmt
	args    []any
	keys    map[string]int // key → position in args of a row waiting: one statement may not touch a key twice
	rows    int
}

func newInserter(tx *sql.Tx, d dialect, t table) *inserter {
	size := min(rowsPerStatement, d.maxParameters()/len(t.columns))
	return &inserter{tx: tx, dialect: d, table: t, size: size, keys: map[string]int{}}
}

// add queues a row; it writes the queue when it is full.
func (in *inserter) add(ctx context.Context, row []any) error {
	if in.table.key > 0 {
		k := fmt.Sprint(row[:in.table.key]...)
		if at, ok := in.keys[k]; ok {
			if in.table.merge {
				if err := in.flush(ctx); err != nil {
					return err
				}
				return in.add(ctx, row)
			}
			copy(in.args[at:], row)
			return nil
		}
		in.keys[k] = len(in.args)
	}
	in.args = append(in.args, row...)
	in.rows++
	if in.rows == in.size {
		return in.flush(ctx)
	}
	return nil
}

// flush writes the queued rows.
func (in *inserter) flush(ctx context.Context) error {
	if in.rows == 0 {
		return nil
	}
	var err error
	if in.rows == in.size {
		if in.full == nil {
			if in.full, err = in.tx.PrepareContext(ctx, in.table.statement(in.dialect, in.size)); err != nil {
				return fmt.Errorf("prepare insert into %s: %w", in.table.name, err)
			}
		}
		_, err = in.full.ExecContext(ctx, in.args...)
	} else {
		_, err = in.tx.ExecContext(ctx, in.table.statement(in.dialect, in.rows), in.args...)
	}
	if err != nil {
		return fmt.Errorf("insert into %s: %w", in.table.name, err)
	}
	clear(in.keys)
	in.args, in.rows = in.args[:0], 0
	return nil
}
