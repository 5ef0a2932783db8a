package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"filiere/internal/people"
	"filiere/internal/shop"
)

// Subscribe invoices a subscription: both are written, or neither, and the number is taken with them. Whoever
// waits to pay for one already gets that one again. The message write makes of a new invoice, if it is given, is
// sent with them.
//
// Errors: Invalid for an order that cannot be invoiced; NotFound while nobody sells, or for an account there is
// not; Conflict while the e-books are open for long yet.
func (s *Store) Subscribe(ctx context.Context, by people.Actor, account people.AccountID, o shop.Order, write func(shop.Invoice) people.Message,
) (shop.Subscription, shop.Invoice, error) {
	var sub shop.Subscription
	var invoice shop.Invoice
	o, err := o.Check()
	if err != nil {
		return sub, invoice, err
	}
	id, err := newID()
	if err != nil {
		return sub, invoice, err
	}
	ref := people.Ref{Kind: people.KindSubscription, ID: id}
	err = s.change(ctx, eventOn(by, shop.DidSubscribe, ref, "account", string(account), "offer", string(o.Offer)), func(tx *sql.Tx) error {
		again, err := s.waiting(ctx, tx, account)
		if err != nil {
			return err
		}
		if again != nil {
			record, err := recordIn(ctx, tx, again.Invoice)
			if sub, invoice = *again, record.Invoice; err != nil {
				return err
			}
			return errUnchanged
		}
		sub, invoice, err = s.issue(ctx, tx, shop.SubscriptionID(id), account, o)
		if err != nil || write == nil {
			return err
		}
		return s.enqueueMail(ctx, tx, write(invoice))
	})
	return sub, invoice, err
}

// waiting gives the subscription of a person that waits for payment, nil when there is none and a new one may be
// invoiced.
func (s *Store) waiting(ctx context.Context, tx *sql.Tx, account people.AccountID) (*shop.Subscription, error) {
	if err := mustStand(ctx, tx, account); err != nil {
		return nil, err
	}
	had, err := s.subscriptionsOf(ctx, tx, account)
	if err != nil {
		return nil, err
	}
	return shop.MaySubscribe(had, s.stamp())
}

// issue writes a subscription and its invoice.
func (s *Store) issue(ctx context.Context, tx *sql.Tx, id shop.SubscriptionID, account people.AccountID, o shop.Order) (sub shop.Subscription, invoice shop.Invoice, err error) {
	seller, err := sellerIn(ctx, tx)
	if err != nil {
		return sub, invoice, err
	}
	offer, err := shop.FindOffer(o.Offer)
	if err != nil {
		return sub, invoice, err
	}
	now := s.stamp()
	number, day, err := followInvoice(ctx, tx, now)
	if err != nil {
		return sub, invoice, err
	}
	sub = shop.Subscription{
		ID: id, Account: account, Offer: offer.Key, Months: offer.Months, State: shop.Machine().Initial, Invoice: number, RequestedAt: now,
	}
	if invoice, err = shop.Issue(number, day, sub, seller, o); err != nil {
		return sub, invoice, err
	}
	if err := insertInvoice(ctx, tx, invoice); err != nil {
		return sub, invoice, err
	}
	return sub, invoice, insertSubscription(ctx, tx, sub)
}

func insertSubscription(ctx context.Context, tx *sql.Tx, sub shop.Subscription) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO subscription (id, account_id, offer, months, state, invoice, requested_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, sub.ID, sub.Account, sub.Offer, sub.Months, sub.State, sub.Invoice.String(), at(sub.RequestedAt))
	if err != nil {
		return fmt.Errorf("subscribe: %w", err)
	}
	return nil
}

func writeSubscription(ctx context.Context, tx *sql.Tx, sub shop.Subscription) error {
	_, err := tx.ExecContext(ctx, `UPDATE subscription SET state = $1, open_from = $2, open_to = $3 WHERE id = $4`,
		sub.State, at(sub.From), at(sub.To), sub.ID)
	if err != nil {
		return fmt.Errorf("change subscription: %w", err)
	}
	return nil
}

const subscriptionColumns = `id, account_id, offer, months, state, invoice, requested_at, open_from, open_to`

func scanSubscription(row scanner) (shop.Subscription, error) {
	var sub shop.Subscription
	var number string
	err := row.Scan(&sub.ID, &sub.Account, &sub.Offer, &sub.Months, &sub.State, &number, moment{&sub.RequestedAt}, moment{&sub.From}, moment{&sub.To})
	if err != nil {
		return sub, err
	}
	sub.Invoice, err = shop.ParseNumber(number)
	return sub, err
}

// subscriptionIn reads a subscription. It returns a NotFound fault when there is none.
func subscriptionIn(ctx context.Context, q querier, id shop.SubscriptionID) (shop.Subscription, error) {
	sub, err := scanSubscription(q.QueryRowContext(ctx, `SELECT `+subscriptionColumns+` FROM subscription WHERE id = $1`, id))
	return sub, found(err, "subscription")
}

// Subscription finds a subscription. It returns a NotFound fault when there is none.
func (s *Store) Subscription(ctx context.Context, id shop.SubscriptionID) (shop.Subscription, error) {
	return subscriptionIn(ctx, s.reader(), id)
}

// SubscriptionsOf lists a person's subscriptions, the newest first.
func (s *Store) SubscriptionsOf(ctx context.Context, account people.AccountID) ([]shop.Subscription, error) {
	return s.subscriptionsOf(ctx, s.reader(), account)
}

func (s *Store) subscriptionsOf(ctx context.Context, q querier, account people.AccountID) ([]shop.Subscription, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+subscriptionColumns+` FROM subscription WHERE account_id = $1 ORDER BY id DESC`, account)
	if err != nil {
		return nil, fmt.Errorf("read subscriptions: %w", err)
	}
	out, err := collect(rows, scanSubscription)
	if err != nil {
		return nil, fmt.Errorf("read subscriptions: %w", err)
	}
	return out, nil
}

// MayReadEbooks tells whether a person's subscriptions open the e-books now. It returns a Forbidden fault when
// none does.
func (s *Store) MayReadEbooks(ctx context.Context, account people.AccountID) error {
	all, err := s.SubscriptionsOf(ctx, account)
	if err != nil {
		return err
	}
	return shop.MayReadEbooks(all, s.now())
}

// expireAtOnce bounds how many subscriptions one sweep ends.
const expireAtOnce = 500

// ExpireSubscriptions writes down which subscriptions are over, and tells who had them. Whether e-books are
// open does not wait for it.
func (s *Store) ExpireSubscriptions(ctx context.Context) error {
	now := s.stamp()
	over, err := query(ctx, s, "subscriptions", scanSubscription, `SELECT `+subscriptionColumns+` FROM subscription
		WHERE state = 'active' AND open_to <= $1 ORDER BY open_to LIMIT $2`, at(now), expireAtOnce)
	if err != nil {
		return err
	}
	for _, sub := range over {
		if err := s.expire(ctx, sub.ID, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) expire(ctx context.Context, id shop.SubscriptionID, now time.Time) error {
	ref := shop.Subscription{ID: id}.Ref()
	return s.change(ctx, eventOn(people.BySystem, shop.DidExpire, ref), func(tx *sql.Tx) error {
		sub, err := subscriptionIn(ctx, tx, id)
		if err != nil {
			return err
		}
		if !sub.Over(now) {
			return errUnchanged // another process was faster
		}
		if sub.State, err = shop.Machine().Next(sub.State, shop.Expire); err != nil {
			return err
		}
		if err := writeSubscription(ctx, tx, sub); err != nil {
			return err
		}
		return s.insertNotification(ctx, tx, people.Notification{Account: sub.Account, Kind: shop.DidExpire, Ref: ref})
	})
}
