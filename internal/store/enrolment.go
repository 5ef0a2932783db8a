package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"filiere/internal/campus"
	"filiere/internal/fold"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/thread"
)

// Enrol lets a learner begin a path, or come back to it. Whoever is on it already stays as they are.
//
// Errors: NotFound for a path or account there is not; Conflict when the path takes no new learners, the
// learner has graduated from it, or the account was erased.
func (s *Store) Enrol(ctx context.Context, by people.Actor, path campus.PathID, learner people.AccountID) (campus.Enrolment, error) {
	var e campus.Enrolment
	id, err := newID()
	if err != nil {
		return e, err
	}
	event := eventOn(by, campus.DidEnrol, people.Ref{Kind: people.KindPath, ID: string(path)}, "learner", string(learner))
	err = s.change(ctx, event, func(tx *sql.Tx) error {
		if err := mustStand(ctx, tx, learner); err != nil {
			return err
		}
		p, err := pathIn(ctx, tx, path)
		if err != nil {
			return err
		}
		had, err := enrolmentOn(ctx, tx, path, learner)
		if err != nil {
			return err
		}
		state, fresh, err := campus.Begin(p, had)
		if err != nil {
			return err
		}
		if had != nil {
			e = *had
		}
		if !fresh {
			return errUnchanged
		}
		if had != nil {
			e.State, e.ChangedAt = state, s.stamp()
			return writeEnrolmentState(ctx, tx, e)
		}
		e = campus.Enrolment{
			ID: campus.EnrolmentID(id), Path: path, Version: p.Version, Learner: learner, State: state, EnrolledAt: s.stamp(), ChangedAt: s.stamp(),
		}
		return s.insertEnrolment(ctx, tx, by, p, e)
	})
	return e, err
}

// insertEnrolment writes a new enrolment, gives the learner their role on it, puts it on the thread and
// tells the learner and whoever made the path.
func (s *Store) insertEnrolment(ctx context.Context, tx *sql.Tx, by people.Actor, p campus.Path, e campus.Enrolment) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO enrolment (id, path_id, version_id, learner, state, enrolled_at, changed_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, e.ID, e.Path, e.Version, e.Learner, e.State, at(e.EnrolledAt), at(e.ChangedAt))
	if err != nil {
		return fmt.Errorf("enrol: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `UPDATE path SET enrolled = enrolled + 1 WHERE id = $1`, e.Path); err != nil {
		return fmt.Errorf("count an enrolment: %w", err)
	}
	if err := writeWords(ctx, tx, e.ID, e.Path, e.Learner); err != nil {
		return err
	}
	err = s.insertGrant(ctx, tx, by, e.Learner, people.Grant{Role: people.Learner, Scope: e.Ref()})
	if err != nil && !errors.Is(err, errUnchanged) {
		return err
	}
	node := thread.Node{Ref: e.Ref(), Label: p.Title, At: e.EnrolledAt, Owner: e.Learner}
	if err := weave(ctx, tx, node, by, "", people.Ref{Kind: people.KindPath, ID: string(p.ID)}); err != nil {
		return err
	}
	detail := detailOf("name", p.Title)
	if err := s.insertNotification(ctx, tx, people.Notification{Account: e.Learner, Kind: campus.DidEnrol, Ref: e.Ref(), Detail: detail}); err != nil {
		return err
	}
	return s.tellMaker(ctx, tx, p, people.Notification{Kind: campus.ToldEnrolled, Ref: e.Ref(), Detail: detail})
}

// tellMaker tells whoever made a path, if an account did.
func (s *Store) tellMaker(ctx context.Context, tx *sql.Tx, p campus.Path, n people.Notification) error {
	var one int
	err := tx.QueryRowContext(ctx, `SELECT 1 FROM account WHERE id = $1 AND state = 'active'`, string(p.CreatedBy)).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read account: %w", err)
	}
	n.Account = people.AccountID(p.CreatedBy)
	return s.insertNotification(ctx, tx, n)
}

// Withdraw notes that a learner has stopped. What they did is kept.
//
// Errors: NotFound; Conflict when they have stopped or graduated already.
func (s *Store) Withdraw(ctx context.Context, by people.Actor, id campus.EnrolmentID) error {
	ref := campus.Enrolment{ID: id}.Ref()
	return s.change(ctx, eventOn(by, campus.DidWithdraw, ref), func(tx *sql.Tx) error {
		e, err := s.moveEnrolment(ctx, tx, id, campus.Withdraw)
		if err != nil {
			return err
		}
		p, err := pathIn(ctx, tx, e.Path)
		if err != nil {
			return err
		}
		return s.tellMaker(ctx, tx, p, people.Notification{Kind: campus.DidWithdraw, Ref: ref, Detail: detailOf("name", p.Title)})
	})
}

// moveEnrolment lets something happen to an enrolment, in the transaction of a step.
//
// Errors: NotFound; Conflict when it does not happen in the state the enrolment is in.
func (s *Store) moveEnrolment(ctx context.Context, tx *sql.Tx, id campus.EnrolmentID, event lifecycle.Event) (campus.Enrolment, error) {
	e, err := enrolmentIn(ctx, tx, id)
	if err != nil {
		return e, err
	}
	if e.State, err = campus.EnrolmentMachine().Next(e.State, event); err != nil {
		return e, err
	}
	e.ChangedAt = s.stamp()
	return e, writeEnrolmentState(ctx, tx, e)
}

func writeEnrolmentState(ctx context.Context, tx *sql.Tx, e campus.Enrolment) error {
	_, err := tx.ExecContext(ctx, `UPDATE enrolment SET state = $1, changed_at = $2 WHERE id = $3`, e.State, at(e.ChangedAt), e.ID)
	if err != nil {
		return fmt.Errorf("change enrolment: %w", err)
	}
	return nil
}

const enrolmentColumns = `e.id, e.path_id, e.version_id, e.learner, e.state, e.enrolled_at, e.changed_at`

func intoEnrolment(e *campus.Enrolment) []any {
	return []any{&e.ID, &e.Path, &e.Version, &e.Learner, &e.State, moment{&e.EnrolledAt}, moment{&e.ChangedAt}}
}

func scanEnrolment(row scanner) (campus.Enrolment, error) {
	var e campus.Enrolment
	return e, row.Scan(intoEnrolment(&e)...)
}

// enrolmentIn reads an enrolment, in a transaction or outside. It returns a NotFound fault when there is
// none.
func enrolmentIn(ctx context.Context, q querier, id campus.EnrolmentID) (campus.Enrolment, error) {
	e, err := scanEnrolment(q.QueryRowContext(ctx, `SELECT `+enrolmentColumns+` FROM enrolment e WHERE e.id = $1`, id))
	return e, found(err, "enrolment")
}

// enrolmentOn reads a learner's enrolment on a path, nil when there is none.
func enrolmentOn(ctx context.Context, q querier, path campus.PathID, learner people.AccountID) (*campus.Enrolment, error) {
	e, err := scanEnrolment(q.QueryRowContext(ctx, `SELECT `+enrolmentColumns+` FROM enrolment e WHERE e.learner = $1 AND e.path_id = $2`, learner, path))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read enrolment: %w", err)
	}
	return &e, nil
}

// Enrolment finds an enrolment. It returns a NotFound fault when there is none.
func (s *Store) Enrolment(ctx context.Context, id campus.EnrolmentID) (campus.Enrolment, error) {
	return enrolmentIn(ctx, s.reader(), id)
}

// EnrolmentsOf lists the enrolments of a learner, the newest first.
func (s *Store) EnrolmentsOf(ctx context.Context, learner people.AccountID) ([]campus.Enrolment, error) {
	return query(ctx, s, "enrolments", scanEnrolment, `SELECT `+enrolmentColumns+` FROM enrolment e WHERE e.learner = $1 ORDER BY e.id DESC`, learner)
}

// Learners lists enrolments on a path with their learners' names, the newest first: those before an
// enrolment, or from the newest when it is "".
func (s *Store) Learners(ctx context.Context, path campus.PathID, before campus.EnrolmentID, limit int) ([]campus.Learner, error) {
	c := &clause{binder: &binder{}}
	c.add("e.path_id = %s", path)
	if before != "" {
		c.add("e.id < %s", before)
	}
	return query(ctx, s, "enrolments", scanLearner, `SELECT `+enrolmentColumns+`, a.name, a.email FROM enrolment e JOIN account a ON a.id = e.learner`+
		c.where()+` ORDER BY e.id DESC LIMIT `+c.bind(limitOf(limit)), c.args...)
}

// maxFoundLearners bounds a search: whoever types another word finds fewer.
const maxFoundLearners = 50

// FindLearners lists enrolments on a path whose learner's name or address has words that begin with those
// of search, at most 50.
func (s *Store) FindLearners(ctx context.Context, path campus.PathID, search string) ([]campus.Learner, error) {
	words := nameWords(clip(search, maxSearch))
	if len(words) == 0 {
		return nil, nil
	}
	words = words[:min(len(words), searchWords)]
	slices.SortStableFunc(words, func(a, b string) int { return len(b) - len(a) })
	b := &binder{}
	like := func(alias, word string) string {
		return alias + `.path_id = ` + b.bind(path) + ` AND ` + alias + `.word >= ` + b.bind(word) + ` AND ` + alias + `.word < ` + b.bind(after(word))
	}
	text := `SELECT ` + enrolmentColumns + `, a.name, a.email FROM enrolment e JOIN account a ON a.id = e.learner
		WHERE e.id IN (SELECT w.enrolment_id FROM enrolment_word w WHERE ` + like("w", words[0])
	for _, word := range words[1:] {
		text += ` AND EXISTS (SELECT 1 FROM enrolment_word v WHERE v.enrolment_id = w.enrolment_id AND ` + like("v", word) + `)`
	}
	text += ` ORDER BY w.word, w.enrolment_id LIMIT ` + b.bind(maxFoundLearners) + `) ORDER BY a.folded, e.id`
	return query(ctx, s, "enrolments", scanLearner, text, b.args...)
}

func scanLearner(row scanner) (campus.Learner, error) {
	var l campus.Learner
	return l, row.Scan(append(intoEnrolment(&l.Enrolment), &l.Name, &l.Email)...)
}

// nameWords are the words names are found by: folded letters and digits, each once.
func nameWords(s string) []string {
	words := strings.FieldsFunc(fold.Plain(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	slices.Sort(words)
	return slices.Compact(words)
}

// writeWords writes what an enrolment is found by.
func writeWords(ctx context.Context, tx *sql.Tx, id campus.EnrolmentID, path campus.PathID, learner people.AccountID) error {
	var folded string
	if err := tx.QueryRowContext(ctx, `SELECT folded FROM account WHERE id = $1`, learner).Scan(&folded); err != nil {
		return found(err, "account")
	}
	for _, w := range nameWords(folded) {
		_, err := tx.ExecContext(ctx, `INSERT INTO enrolment_word (path_id, word, enrolment_id, learner) VALUES ($1, $2, $3, $4)
			ON CONFLICT DO NOTHING`, path, w, id, learner)
		if err != nil {
			return fmt.Errorf("index an enrolment: %w", err)
		}
	}
	return nil
}

// rewriteWords follows a learner who has changed their name.
func rewriteWords(ctx context.Context, tx *sql.Tx, learner people.AccountID) error {
	rows, err := tx.QueryContext(ctx, `SELECT `+enrolmentColumns+` FROM enrolment e WHERE e.learner = $1`, learner)
	if err != nil {
		return fmt.Errorf("read enrolments: %w", err)
	}
	list, err := collect(rows, scanEnrolment)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM enrolment_word WHERE learner = $1`, learner); err != nil {
		return fmt.Errorf("index an enrolment: %w", err)
	}
	for _, e := range list {
		if err := writeWords(ctx, tx, e.ID, e.Path, learner); err != nil {
			return err
		}
	}
	return nil
}
