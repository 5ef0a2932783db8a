package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// settingCellGeneration counts the times cells changed: what a rule was asked about is named by it.
const settingCellGeneration = "cell_generation"

// cellKey names a cell.
type cellKey struct {
	area       territory.ID
	occupation occupation.ID
	year       int
}

func keyOf(c market.Cell) cellKey { return cellKey{c.Area, c.Occupation, c.Year} }

// replaceCells makes the stored cells those given, and writes only what changed: rules of alerts are asked
// about that, and an edition that changes little costs little.
func (s *Store) replaceCells(ctx context.Context, tx *sql.Tx, cells []market.Cell) error {
	gone, fresh, err := compareCells(ctx, tx, cells)
	if err != nil || len(gone)+len(fresh) == 0 {
		return err
	}
	generation, err := nextCellGeneration(ctx, tx)
	if err != nil {
		return err
	}
	if err := deleteCells(ctx, tx, gone); err != nil {
		return err
	}
	in := newInserter(tx, s.dialect, cellTable)
	for i, c := range cells {
		if !fresh[keyOf(c)].is(i) {
			continue
		}
		if err := in.add(ctx, append(cellRow(c), generation)); err != nil {
			return err
		}
	}
	return in.flush(ctx)
}

// position is where a cell stands in a list, counted from 1.
type position int32

func (p position) is(i int) bool { return int(p) == i+1 }

// compareCells reads the stored cells and tells which of them are gone, and which of the new ones are not
// stored as they are. Of two cells with one key the later counts.
func compareCells(ctx context.Context, tx *sql.Tx, cells []market.Cell) (gone []cellKey, fresh map[cellKey]position, err error) {
	fresh = make(map[cellKey]position, len(cells))
	for i, c := range cells {
		fresh[keyOf(c)] = position(i + 1) //nolint:gosec // there are not two milliards of cells
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+cellColumns+`, '', '' FROM cell`)
	if err != nil {
		return nil, nil, fmt.Errorf("read cells: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		old, err := scanRow(rows)
		if err != nil {
			return nil, nil, fmt.Errorf("read cells: %w", err)
		}
		key := keyOf(old.Cell)
		p, there := fresh[key]
		switch {
		case !there:
			gone = append(gone, key)
		case asStored(cells[p-1]) == old.Cell:
			delete(fresh, key)
		}
	}
	return gone, fresh, rows.Err()
}

// asStored is a cell as it is read back: a figure that is not known has no number.
func asStored(c market.Cell) market.Cell {
	for _, v := range []*market.Value{&c.Tension, &c.Offers, &c.Jobseekers, &c.Employment, &c.Projects, &c.Difficult} {
		switch v.State {
		case market.Suppressed:
			*v = market.Secret()
		case market.Absent:
			*v = market.Value{}
		}
	}
	if !c.Tension.Known() { // a tension is not withheld: it is there or not
		c.Tension = market.Value{}
	}
	return c
}

func deleteCells(ctx context.Context, tx *sql.Tx, keys []cellKey) error {
	if len(keys) == 0 {
		return nil
	}
	st, err := tx.PrepareContext(ctx, `DELETE FROM cell WHERE area_id = $1 AND occupation_id = $2 AND year = $3`)
	if err != nil {
		return fmt.Errorf("delete cells: %w", err)
	}
	defer st.Close()
	for _, k := range keys {
		if _, err := st.ExecContext(ctx, k.area, k.occupation, k.year); err != nil {
			return fmt.Errorf("delete cells: %w", err)
		}
	}
	return nil
}

// nextCellGeneration counts a change of the cells.
func nextCellGeneration(ctx context.Context, tx *sql.Tx) (int64, error) {
	var text string
	err := tx.QueryRowContext(ctx, `SELECT value FROM setting WHERE key = $1`, settingCellGeneration).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read the generation of the cells: %w", err)
	}
	n, err := generationOf(text)
	if err != nil {
		return 0, err
	}
	return n + 1, setSetting(ctx, tx, settingCellGeneration, strconv.FormatInt(n+1, 10))
}

// generationOf reads a generation; none is 0.
func generationOf(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("read the generation %q: %w", text, err)
	}
	return n, nil
}
