package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// errUnchanged is what a change returns when there was nothing to do: it is undone and leaves no event.
var errUnchanged = errors.New("nothing to change")

// change does something and writes it in the audit trail, both or neither. Changes take the head of the
// trail first, so they come one after another on both engines and over all processes: what f reads
// (who the last administrator is, say) is true until it commits.
func (s *Store) change(ctx context.Context, e people.Event, f func(*sql.Tx) error) error {
	err := s.inTx(ctx, func(tx *sql.Tx) error {
		prev, err := lockHead(ctx, tx)
		if err != nil {
			return err
		}
		if err := f(tx); err != nil {
			return err
		}
		e.At = s.stamp()
		return writeEvent(ctx, tx, e.Follow(prev))
	})
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

// event makes an event about an account. detail is pairs of name and value.
func event(by people.Actor, action string, id people.AccountID, detail ...string) people.Event {
	return eventOn(by, action, people.Ref{Kind: people.KindAccount, ID: string(id)}, detail...)
}

// eventOn makes an event about any object. detail is pairs of name and value.
func eventOn(by people.Actor, action string, object people.Ref, detail ...string) people.Event {
	return people.Event{Actor: by, Action: action, Object: object, Detail: detailOf(detail...)}
}

// detailOf writes pairs of name and value as a JSON object, "" when there are none.
func detailOf(pairs ...string) string {
	if len(pairs) == 0 {
		return ""
	}
	m := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	b, err := json.Marshal(m)
	if err != nil { // cannot happen: strings always marshal
		panic(err)
	}
	return string(b)
}

// lockHead gives the end of the chain (only its place and hash) and holds it until the transaction
// ends: PostgreSQL keeps the row locked, SQLite lets one transaction write at a time.
func lockHead(ctx context.Context, tx *sql.Tx) (people.Event, error) {
	var prev people.Event
	err := tx.QueryRowContext(ctx, `UPDATE audit_head SET seq = seq + 1 WHERE id = 1 RETURNING seq - 1, hash`).
		Scan(&prev.Seq, &prev.Hash)
	if err != nil {
		return prev, fmt.Errorf("lock the audit trail: %w", err)
	}
	return prev, nil
}

// writeEvent adds an event that follows the head lockHead gave.
func writeEvent(ctx context.Context, tx *sql.Tx, e people.Event) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO audit_event (`+eventColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		e.Seq, at(e.At), e.Actor, e.Action, e.Object.Kind, e.Object.ID, e.Detail, e.Prev, e.Hash)
	if err != nil {
		return fmt.Errorf("append to the audit trail: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE audit_head SET hash = $1 WHERE id = 1`, e.Hash); err != nil {
		return fmt.Errorf("move the end of the audit trail: %w", err)
	}
	return nil
}

// eventColumns are the columns of an event, in the order of intoEvent.
const eventColumns = `seq, at, actor, action, object_kind, object_id, detail, prev, hash`

// eventColumnsOf names the columns of an event in a table called something else.
func eventColumnsOf(table string) string {
	return table + "." + strings.ReplaceAll(eventColumns, ", ", ", "+table+".")
}

func intoEvent(e *people.Event) []any {
	return []any{&e.Seq, moment{&e.At}, &e.Actor, &e.Action, &e.Object.Kind, &e.Object.ID, &e.Detail, &e.Prev, &e.Hash}
}

func scanEvent(row scanner) (people.Event, error) {
	var e people.Event
	return e, row.Scan(intoEvent(&e)...)
}

// AppendAudit writes an event that no other change of the store writes: its place, time and hashes are
// given here.
func (s *Store) AppendAudit(ctx context.Context, e people.Event) error {
	return s.change(ctx, e, func(*sql.Tx) error { return nil })
}

// AuditEvents lists the events a filter picks, newest first.
func (s *Store) AuditEvents(ctx context.Context, f people.AuditFilter) ([]people.Event, error) {
	f.Actor, f.Action = people.Actor(clip(string(f.Actor), maxFilter)), clip(f.Action, maxFilter)
	f.Object = people.Ref{Kind: people.Kind(clip(string(f.Object.Kind), maxFilter)), ID: clip(f.Object.ID, maxFilter)}
	c := &clause{binder: &binder{}}
	if f.Actor != "" {
		c.add("actor = %s", f.Actor)
	}
	if f.Action != "" {
		c.add(`action LIKE %s ESCAPE '\'`, likeLiteral(f.Action)+"%")
	}
	if f.Object.Kind != "" {
		c.add("object_kind = %s", f.Object.Kind)
	}
	if f.Object.ID != "" {
		c.add("object_id = %s", f.Object.ID)
	}
	if f.Before > 0 {
		c.add("seq < %s", f.Before)
	}
	limit := c.bind(limitOf(f.Limit))
	return query(ctx, s, "audit trail", scanEvent, `SELECT `+eventColumns+` FROM audit_event`+c.where()+
		` ORDER BY seq DESC LIMIT `+limit, c.args...)
}

// maxFilter bounds what events can be picked by: no name or ID in the trail is longer.
const maxFilter = 200

// likeLiteral writes text so that LIKE … ESCAPE '\' takes it as it stands.
func likeLiteral(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// VerifyAudit walks the whole trail and counts its events, without holding them or keeping writers
// waiting. It returns a Conflict fault that names the first place where the chain breaks, or that says
// that its end is missing.
func (s *Store) VerifyAudit(ctx context.Context) (events int64, err error) {
	head, err := s.auditHead(ctx)
	if err != nil {
		return 0, err
	}
	// The head is read again with every event: one statement sees one moment, whatever is appended.
	rows, err := s.db.QueryContext(ctx, `SELECT h.seq, h.hash, `+eventColumnsOf("e")+`
		FROM audit_head h JOIN audit_event e ON true WHERE h.id = 1 ORDER BY e.seq`)
	if err != nil {
		return 0, fmt.Errorf("read the audit trail: %w", err)
	}
	defer rows.Close()
	var last people.Event
	for rows.Next() {
		var e people.Event
		if err := rows.Scan(append([]any{&head.Seq, &head.Hash}, intoEvent(&e)...)...); err != nil {
			return last.Seq, fmt.Errorf("read an event of the audit trail: %w", err)
		}
		if err := e.CheckLink(last); err != nil {
			return last.Seq, err
		}
		last = e
	}
	if err := rows.Err(); err != nil {
		return last.Seq, fmt.Errorf("read the audit trail: %w", err)
	}
	if last.Seq != head.Seq || last.Hash != head.Hash {
		return last.Seq, fault.New(fault.Conflict, "verify audit trail",
			"the trail ends with event %d and should end with event %d", last.Seq, head.Seq)
	}
	return last.Seq, nil
}

// auditHead gives the place and hash of the last event; zero when there is none.
func (s *Store) auditHead(ctx context.Context) (people.Event, error) {
	var e people.Event
	err := s.reader().QueryRowContext(ctx, `SELECT seq, hash FROM audit_head WHERE id = 1`).Scan(&e.Seq, &e.Hash)
	if err != nil {
		return e, fmt.Errorf("read the end of the audit trail: %w", err)
	}
	return e, nil
}
