package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/people"
)

// EnqueueMail puts a message in the outbox, to be sent now or not before SendAt.
func (s *Store) EnqueueMail(ctx context.Context, m people.Message) error {
	return s.enqueueMail(ctx, s.writer(), m)
}

// executor is a database or a transaction of it.
type executor interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
}

// enqueueMail puts a message in the outbox, perhaps in the transaction of the step that sends it.
func (s *Store) enqueueMail(ctx context.Context, db executor, m people.Message) error {
	id, err := newID()
	if err != nil {
		return err
	}
	now := s.stamp()
	if m.SendAt.IsZero() {
		m.SendAt = now
	}
	_, err = db.ExecContext(ctx, `INSERT INTO outbox (id, recipient, subject, body, lang, created_at, send_at, attempts, last_error, unsubscribe)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, '', $8)`, id, m.To, m.Subject, m.Body, m.Lang, at(now), at(m.SendAt), m.Unsubscribe)
	if err != nil {
		return fmt.Errorf("put a message in the outbox: %w", err)
	}
	return nil
}

const messageColumns = `id, recipient, subject, body, lang, created_at, send_at, sent_at, attempts, last_error, unsubscribe`

func scanMessage(row scanner) (people.Message, error) {
	var m people.Message
	return m, row.Scan(&m.ID, &m.To, &m.Subject, &m.Body, &m.Lang, moment{&m.CreatedAt}, moment{&m.SendAt},
		moment{&m.SentAt}, &m.Attempts, &m.LastError, &m.Unsubscribe)
}

// ClaimMail gives a worker the message that has waited longest, for people.ClaimLife; ok is false when
// none is due. A claim that ends in neither MailSent nor MailFailed is free again after that time, and
// counts as an attempt.
func (s *Store) ClaimMail(ctx context.Context) (m people.Message, ok bool, err error) {
	now := s.stamp()
	m, err = scanMessage(s.reader().QueryRowContext(ctx, `UPDATE outbox SET send_at = $1, attempts = attempts + 1
		WHERE id = (SELECT id FROM outbox WHERE sent_at IS NULL AND send_at <= $2 AND attempts < $3
			ORDER BY send_at, id LIMIT 1`+s.dialect.skipLocked()+`)
		RETURNING `+messageColumns, at(now.Add(people.ClaimLife)), at(now), people.MaxAttempts))
	if errors.Is(err, sql.ErrNoRows) {
		return people.Message{}, false, nil
	}
	if err != nil {
		return people.Message{}, false, fmt.Errorf("claim a message: %w", err)
	}
	return m, true, nil
}

// MailSent notes that a claimed message was handed over. Its body is forgotten, and the link that ends such
// messages: it may hold a link that still opens.
func (s *Store) MailSent(ctx context.Context, id string) error {
	r, err := s.writer().ExecContext(ctx, `UPDATE outbox SET sent_at = $1, body = '', unsubscribe = '', last_error = '' WHERE id = $2`, at(s.stamp()), id)
	return touched(r, err, "message")
}

// MailFailed notes why a claimed message could not be handed over, and when it is tried again, if it is
// (people.Backoff).
func (s *Store) MailFailed(ctx context.Context, id, reason string) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		var attempts int
		err := tx.QueryRowContext(ctx, `UPDATE outbox SET last_error = $1 WHERE id = $2 AND sent_at IS NULL
			RETURNING attempts`, clip(reason, maxReason), id).Scan(&attempts)
		if err != nil {
			return found(err, "message")
		}
		wait, ok := people.Backoff(attempts)
		if !ok {
			return nil // ClaimMail passes it over
		}
		_, err = tx.ExecContext(ctx, `UPDATE outbox SET send_at = $1 WHERE id = $2`, at(s.stamp().Add(wait)), id)
		if err != nil {
			return fmt.Errorf("put a message back: %w", err)
		}
		return nil
	})
}

// maxReason bounds what a mail server may have us keep.
const maxReason = 500

// Mails lists the messages, the newest first, sent or not. limit 0 lists every one.
func (s *Store) Mails(ctx context.Context, limit int) ([]people.Message, error) {
	return query(ctx, s, "outbox", scanMessage, `SELECT `+messageColumns+` FROM outbox
		ORDER BY created_at DESC, id DESC LIMIT $1`, limitOf(limit))
}
