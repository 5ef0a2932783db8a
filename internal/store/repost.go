package store

import (
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"filiere/internal/market/posting"
	"filiere/internal/market/repost"
)

// repostLock is the number under which PostgreSQL lets one transaction at a time look for reposts: two that take adverts
// of one job at the same time would not see each other's.
const repostLock = 0x7265706f7374

// lockReposts waits until nobody else looks for reposts. SQLite has one writer at a time anyway.
func (s *Store) lockReposts(ctx context.Context, tx *sql.Tx) error {
	if s.dialect != postgres {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `SELECT pg_advisory_xact_lock($1)`, int64(repostLock)); err != nil {
		return fmt.Errorf("wait for others who look for reposts: %w", err)
	}
	return nil
}

// original is an advert that others may repeat.
type original struct {
	print   repost.Print
	counted bool // the job, by this advert or one that repeats it
}

// linker finds reposts among the adverts of one hand-over and those kept before.
type linker struct {
	byKey     map[repost.Key][]string // IDs of originals
	originals map[string]*original
	keys      []any             // new rows of posting_key
	repeats   map[string]string // the new adverts that are reposts, and of what
}

// newLinker reads the originals kept before that share a key with one of prints.
func (s *Store) newLinker(ctx context.Context, tx *sql.Tx, prints []printed) (*linker, error) {
	l := &linker{byKey: map[repost.Key][]string{}, originals: map[string]*original{}, repeats: map[string]string{}}
	if len(prints) == 0 {
		return l, nil
	}
	var keys []any
	first, last := prints[0].Day, prints[0].Day
	for _, p := range prints {
		for _, k := range p.keys {
			if _, asked := l.byKey[k]; !asked {
				l.byKey[k] = nil
				keys = append(keys, int64(k))
			}
		}
		if p.Day.Before(first) {
			first = p.Day
		}
		if p.Day.After(last) {
			last = p.Day
		}
	}
	from, to := first.Add(-repost.Window).Format(time.DateOnly), last.Add(repost.Window).Format(time.DateOnly)
	for part := range slices.Chunk(keys, rowsPerStatement) {
		rows, err := tx.QueryContext(ctx, `SELECT key, posting_id FROM posting_key WHERE key IN `+s.tuples(1, len(part))+
			` AND day >= `+s.dialect.placeholder(len(part)+1)+` AND day <= `+s.dialect.placeholder(len(part)+2)+` ORDER BY key, day DESC, posting_id`,
			append(slices.Clone(part), from, to)...)
		if err != nil {
			return nil, fmt.Errorf("find adverts by key: %w", err)
		}
		type found struct {
			key int64
			id  string
		}
		all, err := collect(rows, func(row interface{ Scan(...any) error }) (f found, err error) { return f, row.Scan(&f.key, &f.id) })
		if err != nil {
			return nil, fmt.Errorf("find adverts by key: %w", err)
		}
		for _, f := range all {
			l.byKey[repost.Key(f.key)] = append(l.byKey[repost.Key(f.key)], f.id)
			l.originals[f.id] = nil
		}
	}
	return l, s.readOriginals(ctx, tx, l)
}

// readOriginals reads what the originals are compared by.
func (s *Store) readOriginals(ctx context.Context, tx *sql.Tx, l *linker) error {
	ids := make([]any, 0, len(l.originals))
	for id := range l.originals {
		ids = append(ids, id)
	}
	for part := range slices.Chunk(ids, rowsPerStatement) {
		rows, err := tx.QueryContext(ctx, `SELECT source, number, title, text, employer, place, commune_id, departement_id, day, contract,
			(occupation_id <> '' AND bassin_id <> '') OR EXISTS (
				SELECT 1 FROM posting r WHERE r.repost_of = posting.id AND r.occupation_id <> '' AND r.bassin_id <> '')
			FROM posting WHERE id IN `+s.tuples(1, len(part)), part...)
		if err != nil {
			return fmt.Errorf("read adverts to compare: %w", err)
		}
		all, err := collect(rows, func(row interface{ Scan(...any) error }) (*original, error) {
			var a posting.Coded
			var day string
			var o original
			err := row.Scan(&a.Source, &a.Number, &a.Title, &a.Text, &a.Employer, &a.Place.Text, &a.Commune, &a.Departement, &day, &a.Contract, &o.counted)
			if err != nil {
				return nil, err
			}
			if a.Published, err = time.Parse(time.DateOnly, day); err != nil {
				return nil, err
			}
			o.print = repost.Of(a)
			return &o, nil
		})
		if err != nil {
			return fmt.Errorf("read adverts to compare: %w", err)
		}
		for _, o := range all {
			l.originals[o.print.ID] = o
		}
	}
	return nil
}

// link takes one new advert and tells whether it counts for its cell: a job counts once, by the first of its adverts of
// which it is known what it is about and where it is.
func (l *linker) link(a posting.Coded, p printed) (counts bool) {
	if o := l.find(p); o != nil {
		l.repeats[p.ID] = o.print.ID
		counts = a.Counts() && !o.counted
		o.counted = o.counted || counts
		return counts
	}
	l.originals[p.ID] = &original{p.Print, a.Counts()}
	for _, k := range p.keys {
		if len(l.byKey[k]) < repost.MostOfKey {
			l.byKey[k] = append(l.byKey[k], p.ID)
			l.keys = append(l.keys, int64(k), p.Day.Format(time.DateOnly), p.ID)
		}
	}
	return a.Counts()
}

// find gives the original that an advert repeats, nil for none.
func (l *linker) find(p printed) *original {
	var ids []string
	for _, k := range p.keys {
		ids = append(ids, l.byKey[k]...)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	others := make([]repost.Print, len(ids))
	for i, id := range ids {
		others[i] = l.originals[id].print
	}
	if i := repost.Original(p.Print, others); i >= 0 {
		return l.originals[ids[i]]
	}
	return nil
}

// writeLinks keeps what was found.
func (s *Store) writeLinks(ctx context.Context, tx *sql.Tx, l *linker) error {
	for part := range slices.Chunk(l.keys, 3*rowsPerStatement) {
		if _, err := tx.ExecContext(ctx, `INSERT INTO posting_key (key, day, posting_id) VALUES `+s.tuples(len(part)/3, 3)+` ON CONFLICT DO NOTHING`, part...); err != nil {
			return fmt.Errorf("write keys of adverts: %w", err)
		}
	}
	if len(l.repeats) == 0 {
		return nil
	}
	update, err := tx.PrepareContext(ctx, `UPDATE posting SET repost_of = $1 WHERE id = $2`)
	if err != nil {
		return fmt.Errorf("link reposts: %w", err)
	}
	defer update.Close()
	for id, of := range l.repeats {
		if _, err := update.ExecContext(ctx, of, id); err != nil {
			return fmt.Errorf("link reposts: %w", err)
		}
	}
	return nil
}

// printed is a print with its keys.
type printed struct {
	repost.Print
	keys []repost.Key
}

// printsOf takes the prints of adverts, on all cores.
func printsOf(adverts []postingRow) map[string]printed {
	out := make([]printed, len(adverts))
	var hands sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		hands.Go(func() {
			for i := w; i < len(adverts); i += workers {
				p := repost.Of(adverts[i].Coded)
				out[i] = printed{p, p.Keys()}
			}
		})
	}
	hands.Wait()
	byID := make(map[string]printed, len(out))
	for i, p := range out {
		byID[adverts[i].id] = p
	}
	return byID
}

// inDayOrder puts adverts in the order of their days, so that the first of a job is its original.
func inDayOrder(adverts []postingRow) {
	slices.SortStableFunc(adverts, func(a, b postingRow) int { return strings.Compare(a.Day()+a.id, b.Day()+b.id) })
}
