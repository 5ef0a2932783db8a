package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/people"
)

// Notify tells a person something on their pages.
func (s *Store) Notify(ctx context.Context, n people.Notification) error {
	return s.insertNotification(ctx, s.writer(), n)
}

// execer is a database or a transaction on it.
type execer interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
}

// insertNotification tells a person something, in the transaction of the step they are told of.
func (s *Store) insertNotification(ctx context.Context, x execer, n people.Notification) error {
	id, err := newID()
	if err != nil {
		return err
	}
	_, err = x.ExecContext(ctx, `INSERT INTO notification (id, account_id, kind, ref_kind, ref_id, detail, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, id, n.Account, n.Kind, n.Ref.Kind, n.Ref.ID, n.Detail, at(s.stamp()))
	if err != nil {
		return fmt.Errorf("notify: %w", err)
	}
	return nil
}

// Notifications lists what a person was told, the newest first. limit 0 lists everything.
func (s *Store) Notifications(ctx context.Context, id people.AccountID, limit int) ([]people.Notification, error) {
	return query(ctx, s, "notifications", func(row scanner) (people.Notification, error) {
		var n people.Notification
		return n, row.Scan(&n.ID, &n.Account, &n.Kind, &n.Ref.Kind, &n.Ref.ID, &n.Detail, moment{&n.CreatedAt}, moment{&n.ReadAt})
	}, `SELECT id, account_id, kind, ref_kind, ref_id, detail, created_at, read_at FROM notification
		WHERE account_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`, id, limitOf(limit))
}

// ReadNotifications notes that a person has seen what they were told.
func (s *Store) ReadNotifications(ctx context.Context, id people.AccountID) error {
	_, err := s.writer().ExecContext(ctx, `UPDATE notification SET read_at = $1 WHERE account_id = $2 AND read_at IS NULL`,
		at(s.stamp()), id)
	if err != nil {
		return fmt.Errorf("read notifications: %w", err)
	}
	return nil
}
