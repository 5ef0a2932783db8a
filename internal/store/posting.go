package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"filiere/internal/market/posting"
	"filiere/internal/occupation"
)

// postingColumns are those of the table posting, as they are written.
var postingColumns = []string{
	"id", "source", "number", "title", "text", "employer", "place", "commune_id", "departement_id", "bassin_id",
	"occupation_id", "probability", "day", "contract", "pay_low", "pay_high", "positions", "taken_at",
}

// postingsAtOnce is how many adverts one statement writes.
const postingsAtOnce = 100

// TakePostings keeps adverts, all of them or none, and counts those that are new for their cells. An advert that is
// there already, by source and number, changes nothing, so handing the same adverts over again after an interruption is
// safe. One that offers again the job of another is linked to it, and a job counts once.
func (s *Store) TakePostings(ctx context.Context, adverts []posting.Coded) (posting.Lot, error) {
	lot := posting.Lot{At: s.stamp()}
	rows := inOrder(adverts)
	prints := printsOf(rows) // before it is this one's turn to write
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		if err := s.lockReposts(ctx, tx); err != nil {
			return err
		}
		fresh := map[string]bool{}
		for part := range slices.Chunk(rows, postingsAtOnce) {
			if err := s.insertPostings(ctx, tx, part, fresh); err != nil {
				return err
			}
		}
		var added []postingRow
		for _, a := range rows {
			if !fresh[a.id] {
				lot.Known++
				continue
			}
			delete(fresh, a.id) // the same advert twice in one hand-over
			added = append(added, a)
		}
		return s.takeNew(ctx, tx, added, prints, &lot)
	})
	if err != nil {
		return posting.Lot{}, fmt.Errorf("take adverts: %w", err)
	}
	return lot, nil
}

// takeNew links the new adverts to those whose jobs they offer again, and counts the jobs that were not counted yet.
func (s *Store) takeNew(ctx context.Context, tx *sql.Tx, added []postingRow, prints map[string]printed, lot *posting.Lot) error {
	inDayOrder(added)
	theirs := make([]printed, len(added))
	for i, a := range added {
		theirs[i] = prints[a.id]
	}
	links, err := s.newLinker(ctx, tx, theirs)
	if err != nil {
		return err
	}
	cells := map[posting.Cell]int{}
	for i, a := range added {
		lot.Add(a.Coded)
		if links.link(a.Coded, theirs[i]) {
			lot.Counted++
			cells[posting.Cell{Bassin: a.Bassin, Occupation: a.Occupation, Day: a.Day()}]++
		}
	}
	lot.Reposts = len(links.repeats)
	if err := s.writeLinks(ctx, tx, links); err != nil {
		return err
	}
	lot.Cells = inCellOrder(cells)
	return s.countPostings(ctx, tx, lot.Cells)
}

// postingRow is an advert with its ID.
type postingRow struct {
	posting.Coded
	id string
}

// inOrder puts adverts in the order of their IDs: two who take the same ones in another order would lock each other out.
func inOrder(adverts []posting.Coded) []postingRow {
	out := make([]postingRow, len(adverts))
	for i, a := range adverts {
		out[i] = postingRow{a, a.ID()}
	}
	slices.SortStableFunc(out, func(a, b postingRow) int { return strings.Compare(a.id, b.id) })
	return out
}

// insertPostings writes adverts that are not there yet and marks them in fresh.
func (s *Store) insertPostings(ctx context.Context, tx *sql.Tx, adverts []postingRow, fresh map[string]bool) error {
	args := make([]any, 0, len(adverts)*len(postingColumns))
	for _, a := range adverts {
		args = append(args, a.id, a.Source, a.Number, a.Title, a.Text, a.Employer, a.Place.Text, a.Commune, a.Departement, a.Bassin,
			a.Occupation, a.Probability, a.Day(), a.Contract, a.Pay.Low, a.Pay.High, a.Positions, a.Taken.UTC())
	}
	rows, err := tx.QueryContext(ctx, `INSERT INTO posting (`+strings.Join(postingColumns, ", ")+`) VALUES `+
		s.tuples(len(adverts), len(postingColumns))+` ON CONFLICT (id) DO NOTHING RETURNING id`, args...)
	if err != nil {
		return fmt.Errorf("write adverts: %w", err)
	}
	ids, err := collect(rows, func(row interface{ Scan(...any) error }) (id string, err error) { return id, row.Scan(&id) })
	for _, id := range ids {
		fresh[id] = true
	}
	return err
}

// tuples are the placeholders of n rows.
func (s *Store) tuples(n, columns int) string {
	var b strings.Builder
	for i := range n * columns {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%columns == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		b.WriteString(s.dialect.placeholder(i + 1))
	}
	b.WriteByte(')')
	return b.String()
}

// inCellOrder lists cells in a fixed order, so that two at the same work wait for each other instead of locking each
// other out.
func inCellOrder(cells map[posting.Cell]int) []posting.Cell {
	order := make([]posting.Cell, 0, len(cells))
	for c, n := range cells {
		c.Postings = n
		order = append(order, c)
	}
	slices.SortFunc(order, compareCounts)
	return order
}

// countPostings adds to the counts of cells.
func (s *Store) countPostings(ctx context.Context, tx *sql.Tx, order []posting.Cell) error {
	for part := range slices.Chunk(order, rowsPerStatement) {
		args := make([]any, 0, 4*len(part))
		for _, c := range part {
			args = append(args, c.Bassin, c.Occupation, c.Day, c.Postings)
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO posting_count (bassin_id, occupation_id, day, postings) VALUES `+s.tuples(len(part), 4)+`
			ON CONFLICT (bassin_id, occupation_id, day) DO UPDATE SET postings = posting_count.postings + excluded.postings`, args...)
		if err != nil {
			return fmt.Errorf("count adverts: %w", err)
		}
	}
	return nil
}

func compareCounts(a, b posting.Cell) int {
	return cmp.Or(cmp.Compare(a.Bassin, b.Bassin), cmp.Compare(a.Occupation, b.Occupation), cmp.Compare(a.Day, b.Day))
}

// PostingCounts adds up the adverts of each cell from one day to another, both included, the most first, at most limit
// cells. Occupation and basin "" take all. Day of the cells is "".
func (s *Store) PostingCounts(ctx context.Context, q posting.Query) ([]posting.Cell, error) {
	return query(ctx, s, "counts of adverts", func(row interface{ Scan(...any) error }) (c posting.Cell, err error) {
		return c, row.Scan(&c.Bassin, &c.Occupation, &c.Postings)
	}, `SELECT bassin_id, occupation_id, SUM(postings) FROM posting_count
		WHERE day >= $1 AND day <= $2 AND ($3 = '' OR occupation_id = $3) AND ($4 = '' OR bassin_id = $4)
		GROUP BY bassin_id, occupation_id ORDER BY SUM(postings) DESC, bassin_id, occupation_id LIMIT $5`,
		q.From, q.To, q.Occupation, q.Bassin, q.Limit)
}

// SheetsByCode gives the sheet of the ROME 3 that each code of the ROME 3 or 4 means: what sources code adverts with.
func (s *Store) SheetsByCode(ctx context.Context) (map[string]occupation.ID, error) {
	type pair struct{ code, sheet occupation.ID }
	rows, err := query(ctx, s, "sheets by code", func(row interface{ Scan(...any) error }) (p pair, err error) {
		return p, row.Scan(&p.code, &p.sheet)
	}, `SELECT from_id, to_id FROM crosswalk WHERE from_id LIKE 'rome4-%' AND to_id LIKE 'rome3-%'
		UNION ALL SELECT id, id FROM occupation WHERE nomenclature = $1 AND grain = 0`, occupation.ROME3)
	if err != nil {
		return nil, err
	}
	out := make(map[string]occupation.ID, len(rows))
	for _, r := range rows {
		if _, known := out[r.code.Code()]; !known || r.code == r.sheet { // a sheet of the ROME 3 is itself
			out[r.code.Code()] = r.sheet
		}
	}
	return out, nil
}
