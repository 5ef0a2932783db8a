package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/registrar/vc"
	"filiere/internal/thread"
)

// diplomaColumns are the columns of a diploma in the order of intoDiploma, its credential left out.
const diplomaColumns = `id, number, decision_id, version_id, programme_id, learner, name, title, level, edition, blocs,
	decided_at, jurors, minutes, projects, state, issued_at, list_id, list_index, revoked_at, reason, note`

func scanDiploma(row scanner) (registrar.Diploma, error) { return intoDiploma(row) }

// intoDiploma reads a diploma, and columns after its own.
func intoDiploma(row scanner, more ...any) (registrar.Diploma, error) {
	var d registrar.Diploma
	var blocs string
	err := row.Scan(append([]any{
		&d.ID, &d.Number, &d.Decision, &d.Version, &d.Programme, &d.Learner, &d.Name, &d.Title, &d.Level, &d.Edition, &blocs,
		moment{&d.Jury.DecidedAt},
		&d.Jury.Jurors, &d.Jury.Minutes, &d.Jury.Projects, &d.State,
		moment{&d.IssuedAt},
		&d.Status.List, &d.Status.Index,
		moment{&d.RevokedAt},
		&d.Reason, &d.Note,
	}, more...)...)
	if err != nil {
		return d, err
	}
	if err := json.Unmarshal([]byte(blocs), &d.Blocs); err != nil {
		return d, fmt.Errorf("read the blocs of a diploma: %w", err)
	}
	return d, nil
}

// Diploma finds a diploma with its credential. It returns a NotFound fault when there is none.
func (s *Store) Diploma(ctx context.Context, id registrar.DiplomaID) (registrar.Diploma, error) {
	var credential string
	d, err := intoDiploma(s.reader().QueryRowContext(ctx, `SELECT `+diplomaColumns+`, credential FROM diploma WHERE id = $1`, id), &credential)
	d.Credential = []byte(credential)
	return d, found(err, "diploma")
}

// DiplomaNumbered finds a diploma by its number, its credential left out. It returns a NotFound fault when there
// is none.
func (s *Store) DiplomaNumbered(ctx context.Context, number string) (registrar.Diploma, error) {
	d, err := scanDiploma(s.reader().QueryRowContext(ctx, `SELECT `+diplomaColumns+` FROM diploma WHERE number = $1`, number))
	return d, found(err, "diploma")
}

// DiplomaOfDecision finds the diploma made of a decision. It returns a NotFound fault when there is none.
func (s *Store) DiplomaOfDecision(ctx context.Context, id campus.DecisionID) (registrar.Diploma, error) {
	d, err := scanDiploma(s.reader().QueryRowContext(ctx, `SELECT `+diplomaColumns+` FROM diploma WHERE decision_id = $1`, id))
	return d, found(err, "diploma")
}

// Diplomas lists diplomas, the newest first, and how many there are. limit 0 lists every one.
func (s *Store) Diplomas(ctx context.Context, limit, offset int) ([]registrar.Diploma, int, error) {
	var total int
	if err := s.reader().QueryRowContext(ctx, `SELECT count(*) FROM diploma`).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count diplomas: %w", err)
	}
	list, err := query(ctx, s, "diplomas", scanDiploma, `SELECT `+diplomaColumns+` FROM diploma
		ORDER BY issued_at DESC, id DESC LIMIT $1 OFFSET $2`, limitOf(limit), max(offset, 0))
	return list, total, err
}

// DiplomasOf lists a person's diplomas, the newest first.
func (s *Store) DiplomasOf(ctx context.Context, learner people.AccountID) ([]registrar.Diploma, error) {
	return query(ctx, s, "diplomas", scanDiploma, `SELECT `+diplomaColumns+` FROM diploma
		WHERE learner = $1 ORDER BY issued_at DESC, id DESC`, learner)
}

// DiplomasDue lists the decisions a diploma has to be made of, the oldest first: every bloc acquired, no
// diploma of it yet, and no other one of the enrolment that stands.
func (s *Store) DiplomasDue(ctx context.Context, limit int) ([]campus.DecisionID, error) {
	return query(ctx, s, "decisions without a diploma", func(row scanner) (id campus.DecisionID, err error) {
		return id, row.Scan(&id)
	}, `SELECT d.id FROM decision d WHERE d.is_complete
			AND NOT EXISTS (SELECT 1 FROM diploma x WHERE x.decision_id = d.id)
			AND NOT EXISTS (SELECT 1 FROM diploma x WHERE x.enrolment_id = d.enrolment_id AND x.state = 'issued')
		ORDER BY d.signed_at, d.id LIMIT $1`, limitOf(limit))
}

// IssueDiploma makes the diploma of a decision, in one step: the entry of the register, its place in a
// status list, the signed credential, its node on the thread, what its holder is told. sign makes the
// credential of an entry. A decision that has its diploma keeps it: fresh is false then.
//
// Errors: NotFound for a decision there is not; Conflict when no diploma can come of it; what sign returns.
func (s *Store) IssueDiploma(ctx context.Context, by people.Actor, id campus.DecisionID, sign func(registrar.Diploma) ([]byte, error)) (d registrar.Diploma, fresh bool, err error) {
	due, err := s.dueOf(ctx, id)
	if err != nil {
		return d, false, err
	}
	diplomaID, err := newID()
	if err != nil {
		return d, false, err
	}
	ref := people.Ref{Kind: people.KindDiploma, ID: diplomaID}
	err = s.change(ctx, eventOn(by, registrar.DidIssue, ref, "decision", string(id)), func(tx *sql.Tx) error {
		had, err := scanDiploma(tx.QueryRowContext(ctx, `SELECT `+diplomaColumns+` FROM diploma
			WHERE decision_id = $1 OR (enrolment_id = $2 AND state = 'issued')`, id, due.Decision.Enrolment))
		if err == nil {
			d = had
			return errUnchanged
		}
		if err := found(err, "diploma"); fault.CodeOf(err) != fault.NotFound {
			return err
		}
		if err := mustStand(ctx, tx, due.Decision.Learner); err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `SELECT name FROM account WHERE id = $1`, due.Decision.Learner).Scan(&due.Name)
		if err != nil {
			return found(err, "account")
		}
		if d, err = registrar.Make(due, s.stamp()); err != nil {
			return err
		}
		d.ID, fresh = registrar.DiplomaID(diplomaID), true
		return s.insertDiploma(ctx, tx, by, &d, due.Decision.Enrolment, sign)
	})
	return d, fresh && err == nil, err
}

// dueOf gathers what a diploma is made of; none of it ever changes.
func (s *Store) dueOf(ctx context.Context, id campus.DecisionID) (due registrar.Due, err error) {
	if due.Decision, err = s.Decision(ctx, id); err != nil {
		return due, err
	}
	if due.Version, err = s.Version(ctx, due.Decision.Version); err != nil {
		return due, err
	}
	err = s.reader().QueryRowContext(ctx, `SELECT count(*) FROM jury_member WHERE jury_id = $1 AND signed_at IS NOT NULL`, due.Decision.Jury).Scan(&due.Jurors)
	if err != nil {
		return due, fmt.Errorf("count the jurors who signed: %w", err)
	}
	return due, nil
}

// insertDiploma gives a diploma its number and its place in a status list, has it signed and keeps it.
func (s *Store) insertDiploma(ctx context.Context, tx *sql.Tx, by people.Actor, d *registrar.Diploma, enrolment campus.EnrolmentID, sign func(registrar.Diploma) ([]byte, error)) error {
	year, serial := d.IssuedAt.Year(), 0
	err := tx.QueryRowContext(ctx, `SELECT coalesce(max(serial), 0) + 1 FROM diploma WHERE year = $1`, year).Scan(&serial)
	if err != nil {
		return fmt.Errorf("number a diploma: %w", err)
	}
	d.Number = registrar.NumberOf(year, serial)
	if d.Status, err = s.takeEntry(ctx, tx); err != nil {
		return err
	}
	if d.Credential, err = sign(*d); err != nil {
		return err
	}
	blocs, err := json.Marshal(d.Blocs)
	if err != nil {
		return fmt.Errorf("write the blocs of a diploma: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO diploma (id, number, year, serial, decision_id, enrolment_id, version_id, programme_id, learner, name, title,
			level, edition, blocs, decided_at, jurors, minutes, projects, state, issued_at, issued_by, list_id, list_index, credential, revoked_by, reason, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, '', '', '')`,
		d.ID, d.Number, year, serial, d.Decision, enrolment, d.Version, d.Programme, d.Learner, d.Name, d.Title,
		d.Level, d.Edition, string(blocs), at(d.Jury.DecidedAt), d.Jury.Jurors, d.Jury.Minutes, d.Jury.Projects, d.State, at(d.IssuedAt), by,
		d.Status.List, d.Status.Index, string(d.Credential))
	if err != nil {
		return fmt.Errorf("keep a diploma: %w", err)
	}
	node := thread.Node{Ref: d.Ref(), Label: d.Title, At: d.IssuedAt, Owner: d.Learner}
	if err := weave(ctx, tx, node, by, "", people.Ref{Kind: people.KindDecision, ID: string(d.Decision)}); err != nil {
		return err
	}
	return s.insertNotification(ctx, tx, people.Notification{
		Account: d.Learner, Kind: registrar.DidIssue, Ref: d.Ref(), Detail: detailOf("name", d.Title),
	})
}

// takeEntry takes an entry of a status list nobody has, at random: its number must not tell when a
// diploma was issued, or to whom after whom. A list is left when half of it is taken, so that finding a
// free one stays quick.
func (s *Store) takeEntry(ctx context.Context, tx *sql.Tx) (registrar.Entry, error) {
	var e registrar.Entry
	var taken int
	err := tx.QueryRowContext(ctx, `SELECT coalesce(max(id), 0), coalesce(max(taken), 0) FROM status_list
		WHERE id = (SELECT max(id) FROM status_list)`).Scan(&e.List, &taken)
	if err != nil {
		return e, fmt.Errorf("find a status list: %w", err)
	}
	if e.List == 0 || taken >= vc.StatusEntries/2 {
		e.List++
		_, err := tx.ExecContext(ctx, `INSERT INTO status_list (id, taken, revoked, changed_at) VALUES ($1, 0, 0, $2)`, e.List, at(s.stamp()))
		if err != nil {
			return e, fmt.Errorf("open a status list: %w", err)
		}
	}
	for {
		e.Index = rand.IntN(vc.StatusEntries) //nolint:gosec // it hides an order, and keeps no secret
		var n int
		err := tx.QueryRowContext(ctx, `SELECT count(*) FROM diploma WHERE list_id = $1 AND list_index = $2`, e.List, e.Index).Scan(&n)
		if err != nil {
			return e, fmt.Errorf("find a free entry: %w", err)
		}
		if n == 0 {
			break
		}
	}
	if _, err = tx.ExecContext(ctx, `UPDATE status_list SET taken = taken + 1 WHERE id = $1`, e.List); err != nil {
		return e, fmt.Errorf("take an entry: %w", err)
	}
	return e, nil
}

// RevokeDiploma takes a diploma back for a reason everybody may read, with a note for the register.
//
// Errors: NotFound; Invalid that names the field; Conflict when it was revoked before.
func (s *Store) RevokeDiploma(ctx context.Context, by people.Actor, id registrar.DiplomaID, why registrar.Reason, note string) error {
	ref := registrar.Diploma{ID: id}.Ref()
	return s.change(ctx, eventOn(by, registrar.DidRevoke, ref, "reason", string(why)), func(tx *sql.Tx) error {
		d, err := scanDiploma(tx.QueryRowContext(ctx, `SELECT `+diplomaColumns+` FROM diploma WHERE id = $1`, id))
		if err != nil {
			return found(err, "diploma")
		}
		if d, err = registrar.RevokeFor(d, why, note, s.stamp()); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE diploma SET state = $1, revoked_at = $2, revoked_by = $3, reason = $4, note = $5 WHERE id = $6`,
			d.State, at(d.RevokedAt), by, d.Reason, d.Note, id)
		if err != nil {
			return fmt.Errorf("revoke a diploma: %w", err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE status_list SET revoked = revoked + 1, changed_at = $1 WHERE id = $2`, at(d.RevokedAt), d.Status.List)
		if err != nil {
			return fmt.Errorf("revoke a diploma: %w", err)
		}
		return s.insertNotification(ctx, tx, people.Notification{
			Account: d.Learner, Kind: registrar.DidRevoke, Ref: ref, Detail: detailOf("name", d.Title),
		})
	})
}
