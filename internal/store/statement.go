package store

import (
	"context"
	"database/sql"
	"sync"
)

// mostStatements bounds the statements kept prepared. Those written by hand are fewer; texts that grow with what
// is asked for could be without end.
const mostStatements = 256

// statements keeps the statements of a SQLite database prepared: parsing them took a tenth of a page's time. The
// driver for PostgreSQL does so by itself.
type statements struct {
	mu     sync.RWMutex
	byText map[string]*sql.Stmt
}

// get gives the prepared statement of a text, nil when there are too many already.
func (st *statements) get(ctx context.Context, db *sql.DB, text string) (*sql.Stmt, error) {
	st.mu.RLock()
	p, full := st.byText[text], len(st.byText) >= mostStatements
	st.mu.RUnlock()
	if p != nil || full {
		return p, nil
	}
	p, err := db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if first := st.byText[text]; first != nil {
		p.Close() // somebody was faster
		return first, nil
	}
	if st.byText == nil {
		st.byText = map[string]*sql.Stmt{}
	}
	st.byText[text] = p
	return p, nil
}

// rows runs a statement that reads, prepared where that helps.
func (s *Store) rows(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	if s.dialect == sqlite {
		p, err := s.statements.get(ctx, s.db, text)
		if err != nil {
			return nil, err
		}
		if p != nil {
			return p.QueryContext(ctx, args...)
		}
	}
	return s.db.QueryContext(ctx, text, args...)
}

// reader reads outside of transactions, with statements prepared where that helps.
func (s *Store) reader() querier { return reader{s} }

type reader struct{ s *Store }

func (r reader) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	return r.s.rows(ctx, text, args...)
}

func (r reader) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	if r.s.dialect == sqlite {
		if p, err := r.s.statements.get(ctx, r.s.db, text); err == nil && p != nil {
			return p.QueryRowContext(ctx, args...)
		}
	}
	return r.s.db.QueryRowContext(ctx, text, args...) // tells what is wrong with the statement, if anything is
}
