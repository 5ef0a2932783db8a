package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/shop"
)

// followInvoice gives number and date of the next invoice. Whoever asks holds the head of the audit trail, so
// that invoices are issued one after another over all processes; the number is taken when the invoice is
// written, and not at all when the transaction fails.
func followInvoice(ctx context.Context, tx *sql.Tx, now time.Time) (shop.Number, time.Time, error) {
	var last shop.Number
	var lastAt time.Time
	err := tx.QueryRowContext(ctx, `SELECT year, serial, issued_at FROM invoice ORDER BY year DESC, serial DESC LIMIT 1`).
		Scan(&last.Year, &last.Serial, moment{&lastAt})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return last, lastAt, fmt.Errorf("read the last invoice: %w", err)
	}
	number, day := shop.Follow(last, lastAt, now)
	return number, day, nil
}

func insertInvoice(ctx context.Context, tx *sql.Tx, i shop.Invoice) error {
	content, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("write invoice: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO invoice (number, year, serial, kind, subscription_id, account_id, issued_at, due_at, cancels, content, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`, i.Number.String(), i.Number.Year, i.Number.Serial, i.Kind, i.Subscription, i.Account,
		at(i.IssuedAt), at(i.DueAt), i.Cancels.String(), string(content), i.Hash)
	if err != nil {
		return fmt.Errorf("write invoice: %w", err)
	}
	return nil
}

// recordText reads invoices with what happened to them.
const recordText = `SELECT i.content, i.hash, p.paid_on, p.noted_at, COALESCE(c.number, '')
	FROM invoice i LEFT JOIN payment p ON p.invoice = i.number LEFT JOIN invoice c ON c.cancels = i.number AND c.cancels <> ''`

func scanRecord(row scanner) (shop.Record, error) {
	var r shop.Record
	var content, credit string
	if err := row.Scan(&content, &r.Hash, moment{&r.PaidOn}, moment{&r.NotedAt}, &credit); err != nil {
		return r, err
	}
	hash := r.Hash
	if err := json.Unmarshal([]byte(content), &r.Invoice); err != nil {
		return r, fmt.Errorf("read invoice: %w", err)
	}
	r.Hash = hash
	if !r.Whole() {
		return r, fault.New(fault.Internal, "read invoice", "invoice %s is not as it was issued", r.Number)
	}
	return r, r.Credit.UnmarshalText([]byte(credit))
}

// recordIn reads an invoice. It returns a NotFound fault when there is none.
func recordIn(ctx context.Context, q querier, n shop.Number) (shop.Record, error) {
	r, err := scanRecord(q.QueryRowContext(ctx, recordText+` WHERE i.number = $1`, n.String()))
	return r, found(err, "invoice")
}

// Invoice finds an invoice or a credit note. It returns a NotFound fault when there is none.
func (s *Store) Invoice(ctx context.Context, n shop.Number) (shop.Record, error) {
	return recordIn(ctx, s.reader(), n)
}

// Invoices lists invoices and credit notes, the newest first: those before one, or from the newest when it is
// the zero number. unpaid lists only invoices that wait for payment.
func (s *Store) Invoices(ctx context.Context, unpaid bool, before shop.Number, limit int) ([]shop.Record, error) {
	c := &clause{binder: &binder{}}
	if before != (shop.Number{}) {
		c.add("(i.year, i.serial) < (%s, CAST("+c.bind(before.Serial)+" AS bigint))", before.Year)
	}
	if unpaid {
		c.add("i.kind = %s AND p.invoice IS NULL AND c.number IS NULL", shop.Bill)
	}
	return query(ctx, s, "invoices", scanRecord, recordText+c.where()+` ORDER BY i.year DESC, i.serial DESC LIMIT `+c.bind(limitOf(limit)), c.args...)
}

// InvoicesOf lists a person's invoices and credit notes, the newest first.
func (s *Store) InvoicesOf(ctx context.Context, account people.AccountID) ([]shop.Record, error) {
	return query(ctx, s, "invoices", scanRecord, recordText+` WHERE i.account_id = $1 ORDER BY i.year DESC, i.serial DESC`, account)
}

// SettleInvoice notes that an invoice was paid on a day: its subscription opens now, or when the one before
// ends.
//
// Errors: NotFound; Conflict when it does not wait for payment; Invalid for a day that cannot be.
func (s *Store) SettleInvoice(ctx context.Context, by people.Actor, n shop.Number, paidOn time.Time) (shop.Subscription, error) {
	var sub shop.Subscription
	event := people.Event{Actor: by, Action: shop.DidSettle, Object: people.Ref{Kind: people.KindSubscription}, Detail: detailOf("invoice", n.String(), "paid_on", paidOn.Format(time.DateOnly))}
	err := s.changeInvoice(ctx, &event, n, func(tx *sql.Tx, r shop.Record, of shop.Subscription) error {
		now := s.stamp()
		if err := r.MaySettle(paidOn, now); err != nil {
			return err
		}
		others, err := s.subscriptionsOf(ctx, tx, of.Account)
		if err != nil {
			return err
		}
		if sub, err = of.Paid(others, now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO payment (invoice, paid_on, noted_at, noted_by) VALUES ($1, $2, $3, $4)`, n.String(), at(paidOn), at(now), by)
		if err != nil {
			return fmt.Errorf("note payment: %w", err)
		}
		if err := writeSubscription(ctx, tx, sub); err != nil {
			return err
		}
		return s.tellSubscriber(ctx, tx, sub, shop.DidSettle, n)
	})
	return sub, err
}

// CreditInvoice cancels an invoice by a credit note: the subscription it was for is cancelled, or ended when it
// was paid, and then the school owes the amount back.
//
// Errors: NotFound; Conflict when it is cancelled already, its subscription is over, or it is a credit note.
func (s *Store) CreditInvoice(ctx context.Context, by people.Actor, n shop.Number) (shop.Invoice, error) {
	return s.creditInvoice(ctx, by, n, nil)
}

// CancelSubscription cancels a request of one's own that was not paid, by a credit note.
//
// Errors: NotFound, also for other people's; Conflict when it was paid or cancelled.
func (s *Store) CancelSubscription(ctx context.Context, by people.Actor, account people.AccountID, id shop.SubscriptionID) (shop.Invoice, error) {
	sub, err := s.Subscription(ctx, id)
	if err == nil && sub.Account != account {
		err = found(sql.ErrNoRows, "subscription")
	}
	if err != nil {
		return shop.Invoice{}, err
	}
	return s.creditInvoice(ctx, by, sub.Invoice, func(of shop.Subscription) error {
		_, err := shop.Machine().Next(of.State, shop.Cancel)
		return err
	})
}

func (s *Store) creditInvoice(ctx context.Context, by people.Actor, n shop.Number, may func(shop.Subscription) error) (shop.Invoice, error) {
	var credit shop.Invoice
	event := people.Event{Actor: by, Action: shop.DidCredit, Object: people.Ref{Kind: people.KindSubscription}, Detail: detailOf("invoice", n.String())}
	err := s.changeInvoice(ctx, &event, n, func(tx *sql.Tx, r shop.Record, of shop.Subscription) error {
		if may != nil {
			if err := may(of); err != nil {
				return err
			}
		}
		number, day, err := followInvoice(ctx, tx, s.stamp())
		if err != nil {
			return err
		}
		if credit, err = r.Credited(number, day); err != nil {
			return err
		}
		if of, err = of.Credited(s.stamp()); err != nil {
			return err
		}
		if err := insertInvoice(ctx, tx, credit); err != nil {
			return err
		}
		if err := writeSubscription(ctx, tx, of); err != nil {
			return err
		}
		return s.tellSubscriber(ctx, tx, of, shop.DidCredit, number)
	})
	return credit, err
}

// changeInvoice does something to an invoice and the subscription it is for. The event gets to know what it
// concerns before it is written.
func (s *Store) changeInvoice(ctx context.Context, e *people.Event, n shop.Number, f func(*sql.Tx, shop.Record, shop.Subscription) error) error {
	r, err := s.Invoice(ctx, n)
	if err != nil {
		return err
	}
	e.Object.ID = string(r.Subscription)
	return s.change(ctx, *e, func(tx *sql.Tx) error {
		r, err := recordIn(ctx, tx, n)
		if err != nil {
			return err
		}
		sub, err := subscriptionIn(ctx, tx, r.Subscription)
		if err != nil {
			return err
		}
		return f(tx, r, sub)
	})
}

// tellSubscriber tells whoever subscribed what happened, unless the account is gone.
func (s *Store) tellSubscriber(ctx context.Context, tx *sql.Tx, sub shop.Subscription, kind string, n shop.Number) error {
	if err := mustStand(ctx, tx, sub.Account); err != nil {
		if fault.CodeOf(err) == fault.Internal {
			return err
		}
		return nil
	}
	return s.insertNotification(ctx, tx, people.Notification{Account: sub.Account, Kind: kind, Ref: sub.Ref(), Detail: detailOf("name", n.String())})
}
