package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"filiere/internal/people"
	"filiere/internal/thread"
)

// weave puts an object on the thread, coming from others, in the transaction of the step that makes it.
// Weaving the same object or link again changes nothing. Objects it comes from must be on the thread.
//
// The objects it comes from are locked in the order of their kinds, and so are the tallies of what they
// come from: two steps on the same way wait for each other and never in a circle.
func weave(ctx context.Context, tx *sql.Tx, n thread.Node, by people.Actor, because string, from ...people.Ref) error {
	fresh, err := insertNode(ctx, tx, n)
	if err != nil {
		return err
	}
	for _, f := range from {
		l := thread.Link{From: f, To: n.Ref, At: n.At, By: by, Because: because}
		if err := l.Check(); err != nil {
			return err
		}
		if err := insertLink(ctx, tx, l, n.Owner); err != nil {
			return err
		}
	}
	if !fresh {
		return nil
	}
	return tallyUp(ctx, tx, n)
}

// insertNode reports whether the node was not there before.
func insertNode(ctx context.Context, tx *sql.Tx, n thread.Node) (bool, error) {
	r, err := tx.ExecContext(ctx, `INSERT INTO thread_node (kind, id, label, at, owner) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT DO NOTHING`, n.Ref.Kind, n.Ref.ID, n.Label, at(n.At), n.Owner)
	if err != nil {
		return false, fmt.Errorf("put %s on the thread: %w", n.Ref.Kind, err)
	}
	k, err := r.RowsAffected()
	return k > 0, err
}

// insertLink links two objects; owner is whose the second one is.
func insertLink(ctx context.Context, tx *sql.Tx, l thread.Link, owner people.AccountID) error {
	r, err := tx.ExecContext(ctx, `INSERT INTO thread_link (from_kind, from_id, to_kind, to_id, at, actor, because, owner)
		SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE EXISTS (SELECT 1 FROM thread_node WHERE kind = $1 AND id = $2)
		ON CONFLICT DO NOTHING`, l.From.Kind, l.From.ID, l.To.Kind, l.To.ID, at(l.At), l.By, l.Because, owner)
	if err != nil {
		return fmt.Errorf("link %s to %s: %w", l.From.Kind, l.To.Kind, err)
	}
	if n, err := r.RowsAffected(); err != nil || n > 0 {
		return err
	}
	var one int
	err = tx.QueryRowContext(ctx, `SELECT 1 FROM thread_link WHERE from_kind = $1 AND from_id = $2 AND to_kind = $3 AND to_id = $4`,
		l.From.Kind, l.From.ID, l.To.Kind, l.To.ID).Scan(&one)
	if err != nil {
		return fmt.Errorf("link %s to %s, which must be on the thread: %w", l.To.Kind, l.From.Kind, err)
	}
	return nil
}

// nodeColumns are the columns of a node in the order of intoNode, from a table called n.
const nodeColumns = `n.kind, n.id, n.label, n.at, n.owner`

func intoNode(n *thread.Node) []any {
	return []any{&n.Ref.Kind, &n.Ref.ID, &n.Label, moment{&n.At}, &n.Owner}
}

// ancestors walks the thread back from an object, itself left out.
const ancestors = `WITH RECURSIVE back (kind, id) AS (
		SELECT from_kind, from_id FROM thread_link WHERE to_kind = $1 AND to_id = $2
		UNION
		SELECT l.from_kind, l.from_id FROM thread_link l JOIN back b ON l.to_kind = b.kind AND l.to_id = b.id
	)`

// tallyUp counts a new node at everything it came from.
func tallyUp(ctx context.Context, tx *sql.Tx, n thread.Node) error {
	rows, err := tx.QueryContext(ctx, ancestors+` SELECT kind, id FROM back ORDER BY kind, id`, n.Ref.Kind, n.Ref.ID)
	if err != nil {
		return fmt.Errorf("walk the thread back: %w", err)
	}
	back, err := collect(rows, func(row interface{ Scan(...any) error }) (people.Ref, error) {
		var r people.Ref
		return r, row.Scan(&r.Kind, &r.ID)
	})
	if err != nil {
		return fmt.Errorf("walk the thread back: %w", err)
	}
	for _, r := range back {
		_, err := tx.ExecContext(ctx, `INSERT INTO thread_tally (kind, id, of_kind, n, first_at, last_at) VALUES ($1, $2, $3, 1, $4, $4)
			ON CONFLICT (kind, id, of_kind) DO UPDATE SET n = thread_tally.n + 1,
				first_at = CASE WHEN excluded.first_at < thread_tally.first_at THEN excluded.first_at ELSE thread_tally.first_at END,
				last_at = CASE WHEN excluded.last_at > thread_tally.last_at THEN excluded.last_at ELSE thread_tally.last_at END`,
			r.Kind, r.ID, n.Ref.Kind, at(n.At))
		if err != nil {
			return fmt.Errorf("tally the thread: %w", err)
		}
	}
	return nil
}

// maxForward bounds how many objects a chain lists after its focus; the tallies count them all.
const maxForward = 50

// Thread gives the way to an object and from it. Forward it lists what is public and what belongs to
// reader; all lists everything, up to a limit. It returns a NotFound fault when the object is not on the
// thread.
func (s *Store) Thread(ctx context.Context, ref people.Ref, reader people.AccountID, all bool) (thread.Chain, error) {
	var c thread.Chain
	err := s.reader().QueryRowContext(ctx, `SELECT `+nodeColumns+` FROM thread_node n WHERE n.kind = $1 AND n.id = $2`, ref.Kind, ref.ID).
		Scan(intoNode(&c.Focus)...)
	if err != nil {
		return c, found(err, "object on the thread")
	}
	if c.Back, err = s.threadBack(ctx, c.Focus); err != nil {
		return c, err
	}
	if c.Forward, err = s.threadForward(ctx, c.Focus, reader, all); err != nil {
		return c, err
	}
	if c.Tallies, err = s.threadTallies(ctx, ref); err != nil {
		return c, err
	}
	return c.For(reader, all), nil
}

// FindOnThread gives the references an ID stands for, whatever their kind: an ID is unique in practice, a
// NotFound fault says that there is none.
func (s *Store) FindOnThread(ctx context.Context, id string) (people.Ref, error) {
	var r people.Ref
	b := &binder{}
	kinds := make([]string, 0, len(thread.Way())) // named, so that the key of the table finds the few rows
	for _, k := range thread.Way() {
		kinds = append(kinds, b.bind(k))
	}
	err := s.reader().QueryRowContext(ctx, `SELECT kind, id FROM thread_node WHERE kind IN (`+strings.Join(kinds, ", ")+`) AND id = `+b.bind(id)+`
		ORDER BY kind LIMIT 1`, b.args...).Scan(&r.Kind, &r.ID)
	return r, found(err, "object on the thread")
}

// stepColumns are the columns of a step, from a node n and a link l.
const stepColumns = nodeColumns + `, l.from_kind, l.from_id, l.to_kind, l.to_id, l.at, l.actor, l.because`

func scanStep(row scanner) (thread.Step, error) {
	var st thread.Step
	l := &st.Link
	return st, row.Scan(append(intoNode(&st.Node), &l.From.Kind, &l.From.ID, &l.To.Kind, &l.To.ID, moment{&l.At}, &l.By, &l.Because)...)
}

// threadBack lists where an object came from, the farthest first. Each step's link leads to the next
// object on the way.
func (s *Store) threadBack(ctx context.Context, focus thread.Node) ([]thread.Step, error) {
	// From each object back along the links into it: a path has a hundred thousand links out of it.
	steps, err := query(ctx, s, "thread", scanStep, ancestors+`
		SELECT `+stepColumns+` FROM (SELECT kind, id FROM back UNION SELECT CAST($1 AS text), CAST($2 AS text)) o
		CROSS JOIN thread_link l CROSS JOIN thread_node n
		WHERE l.to_kind = o.kind AND l.to_id = o.id AND n.kind = l.from_kind AND n.id = l.from_id
		ORDER BY n.at, n.kind, n.id, l.to_kind, l.to_id`, focus.Ref.Kind, focus.Ref.ID)
	if err != nil {
		return nil, err
	}
	alongTheWay(steps)
	born := map[people.Ref]thread.Node{focus.Ref: focus}
	for _, st := range steps {
		born[st.Node.Ref] = st.Node
	}
	for i := range steps {
		if to, ok := born[steps[i].Link.To]; ok {
			steps[i].Lead = to.At.Sub(steps[i].Node.At)
		}
	}
	return slices.CompactFunc(steps, func(a, b thread.Step) bool { return a.Node.Ref == b.Node.Ref }), nil
}

// alongTheWay sorts steps along the way.
func alongTheWay(steps []thread.Step) {
	way := thread.Way()
	slices.SortStableFunc(steps, func(a, b thread.Step) int {
		if d := slices.Index(way, a.Node.Ref.Kind) - slices.Index(way, b.Node.Ref.Kind); d != 0 {
			return d
		}
		return a.Node.At.Compare(b.Node.At)
	})
}

// threadForward lists what came from an object, step by step, without walking through other people's.
func (s *Store) threadForward(ctx context.Context, focus thread.Node, reader people.AccountID, all bool) ([]thread.Step, error) {
	seen := map[people.Ref]bool{focus.Ref: true}
	var out []thread.Step
	for next := []thread.Node{focus}; len(next) > 0 && len(out) < maxForward; {
		from := next[0]
		next = next[1:]
		steps, err := s.stepsFrom(ctx, from.Ref, all, reader, focus.Owner)
		if err != nil {
			return nil, err
		}
		for _, st := range steps {
			if seen[st.Node.Ref] {
				continue
			}
			seen[st.Node.Ref] = true
			st.Lead = st.Node.At.Sub(from.At)
			out, next = append(out, st), append(next, st.Node)
		}
	}
	alongTheWay(out)
	return out[:min(len(out), maxForward)], nil
}

// stepsFrom lists what came directly from an object, the first ones first: everything, or what is public and
// what belongs to some people. A path has a hundred thousand learners behind it: indexes of thread_link give
// the few that are asked for, in their order, for everybody or for one owner at a time.
func (s *Store) stepsFrom(ctx context.Context, from people.Ref, all bool, of ...people.AccountID) ([]thread.Step, error) {
	// The links are picked before nodes are looked at: with poor statistics SQLite began with the nodes.
	const first = `SELECT ` + stepColumns + ` FROM (SELECT * FROM thread_link WHERE from_kind = $1 AND from_id = $2`
	const last = ` ORDER BY at, to_kind, to_id LIMIT $3) l CROSS JOIN thread_node n WHERE n.kind = l.to_kind AND n.id = l.to_id
		ORDER BY l.at, l.to_kind, l.to_id`
	if all {
		return query(ctx, s, "thread", scanStep, first+last, from.Kind, from.ID, maxForward)
	}
	var out []thread.Step
	owners := append([]people.AccountID{""}, of...)
	slices.Sort(owners)
	for _, owner := range slices.Compact(owners) {
		steps, err := query(ctx, s, "thread", scanStep, first+` AND owner = $4`+last, from.Kind, from.ID, maxForward, owner)
		if err != nil {
			return nil, err
		}
		out = append(out, steps...)
	}
	slices.SortStableFunc(out, func(a, b thread.Step) int { return a.Node.At.Compare(b.Node.At) })
	return out, nil
}

func (s *Store) threadTallies(ctx context.Context, ref people.Ref) ([]thread.Tally, error) {
	out, err := query(ctx, s, "tallies of the thread", func(row scanner) (thread.Tally, error) {
		var t thread.Tally
		return t, row.Scan(&t.Kind, &t.Count, moment{&t.First}, moment{&t.Last})
	}, `SELECT of_kind, n, first_at, last_at FROM thread_tally WHERE kind = $1 AND id = $2`, ref.Kind, ref.ID)
	if err != nil {
		return nil, err
	}
	way := thread.Way()
	slices.SortFunc(out, func(a, b thread.Tally) int { return slices.Index(way, a.Kind) - slices.Index(way, b.Kind) })
	return out, nil
}
