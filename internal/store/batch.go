package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/market"
)

// Batch is the import of one file: one transaction that either becomes a release or leaves nothing.
type Batch struct {
	store     *Store
	tx        *sql.Tx
	release   string
	inserters map[string]*inserter
}

// BeginBatch starts the import of a release whose ID is given.
func (s *Store) BeginBatch(ctx context.Context, releaseID string) (*Batch, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("begin import: %w", err)
	}
	return &Batch{store: s, tx: tx, release: releaseID, inserters: map[string]*inserter{}}, nil
}

// Put adds one record of a domain type (territory, occupation or market). It returns an error for a
// type it has no table for, and whatever the database says.
func (b *Batch) Put(ctx context.Context, record any) error {
	t, row, err := rowOf(record, b.release)
	if err != nil {
		return err
	}
	in := b.inserters[t.name]
	if in == nil {
		in = newInserter(b.tx, b.store.dialect, t)
		b.inserters[t.name] = in
	}
	return in.add(ctx, row)
}

// Commit writes the release and supersedes the earlier ones of its dataset and scope: their figures
// stay, their reference rows that the new release no longer has go.
func (b *Batch) Commit(ctx context.Context, r market.Release, refusals []market.Refusal) error {
	defer b.tx.Rollback() // a no-op after Commit
	for _, f := range refusals {
		if err := b.Put(ctx, f); err != nil {
			return err
		}
	}
	for _, in := range b.inserters {
		if err := in.flush(ctx); err != nil {
			return err
		}
	}
	if err := b.supersede(ctx, r); err != nil {
		return err
	}
	_, err := b.tx.ExecContext(ctx, `INSERT INTO release (id, dataset, scope, vintage, title, producer, licence,
			file, sha256, imported_at, rows_read, rows_kept, rows_refused)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		r.ID, r.Dataset, r.Scope, r.Vintage, r.Title, r.Producer, r.Licence,
		r.File, r.SHA256, r.ImportedAt.UTC(), r.RowsRead, r.RowsKept, r.RowsRefused)
	if err != nil {
		return fmt.Errorf("record release of %s: %w", r.Dataset, err)
	}
	if err := setSetting(ctx, b.tx, settingDataVersion, r.ID); err != nil {
		return err
	}
	return b.tx.Commit()
}

func (b *Batch) supersede(ctx context.Context, r market.Release) error {
	for _, t := range referenceTables {
		_, err := b.tx.ExecContext(ctx, `DELETE FROM `+t+` WHERE release_id IN
			(SELECT id FROM release WHERE dataset = $1 AND scope = $2 AND superseded_by IS NULL)`, r.Dataset, r.Scope)
		if err != nil {
			return fmt.Errorf("drop superseded rows of %s: %w", t, err)
		}
	}
	_, err := b.tx.ExecContext(ctx, `UPDATE release SET superseded_by = $1
		WHERE dataset = $2 AND scope = $3 AND superseded_by IS NULL`, r.ID, r.Dataset, r.Scope)
	if err != nil {
		return fmt.Errorf("supersede earlier releases of %s: %w", r.Dataset, err)
	}
	return nil
}

// Rollback abandons the import. It does nothing after Commit.
func (b *Batch) Rollback() { _ = b.tx.Rollback() }
