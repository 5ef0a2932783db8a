package shop

import (
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
)

// SubscriptionID names a subscription.
type SubscriptionID string

// State is where a subscription stands.
type State string

// The states of a subscription.
const (
	Requested State = "requested" // invoiced, not paid
	Active    State = "active"    // paid: the e-books are open from a day to a day
	Ended     State = "ended"     // the period is over, or was cut short against a credit note
	Cancelled State = "cancelled" // never paid, and credited
)

// What happens to a subscription.
const (
	Settle lifecycle.Event = "settle" // the payment is noted
	Cancel lifecycle.Event = "cancel" // the invoice is cancelled by a credit note before it was paid
	Refund lifecycle.Event = "refund" // the same after it was paid
	Expire lifecycle.Event = "expire" // the period is over
)

// Machine is the life of a subscription.
func Machine() lifecycle.Machine[State] {
	return lifecycle.Machine[State]{
		Name: "subscription", Initial: Requested, Final: []State{Ended, Cancelled},
		Moves: []lifecycle.Move[State]{
			{Event: Settle, From: []State{Requested}, To: Active},
			{Event: Cancel, From: []State{Requested}, To: Cancelled},
			{Event: Refund, From: []State{Active}, To: Ended},
			{Event: Expire, From: []State{Active}, To: Ended},
		},
	}
}

// What the audit trail and notifications call the steps.
const (
	DidSubscribe = "subscription.open"
	DidSettle    = "invoice.settle"
	DidCredit    = "invoice.credit"
	DidExpire    = "subscription.expire"
	DidSetSeller = "shop.seller"
)

// Subscription opens the e-books to an account.
type Subscription struct {
	ID          SubscriptionID   `json:"id"`
	Account     people.AccountID `json:"account"`
	Offer       OfferKey         `json:"offer"`
	Months      int              `json:"months"`
	State       State            `json:"state"`
	Invoice     Number           `json:"invoice"`
	RequestedAt time.Time        `json:"requested_at"`
	From        time.Time        `json:"from,omitzero"` // zero until it is paid
	To          time.Time        `json:"to,omitzero"`   // the first moment it is closed again
}

// Ref names the subscription.
func (s Subscription) Ref() people.Ref {
	return people.Ref{Kind: people.KindSubscription, ID: string(s.ID)}
}

// MayRead reports whether the subscription opens the e-books at a moment. Its state is not enough: a period
// is over when it is over, whenever that is written down.
func (s Subscription) MayRead(now time.Time) bool {
	return s.State == Active && !now.Before(s.From) && now.Before(s.To)
}

// MayReadEbooks tells whether one of a person's subscriptions opens the e-books. It returns a Forbidden fault
// when none does.
func MayReadEbooks(all []Subscription, now time.Time) error {
	for _, s := range all {
		if s.MayRead(now) {
			return nil
		}
	}
	f := fault.New(fault.Forbidden, "read e-book", "no subscription of yours opens e-books now")
	f.Hint = "subscribe under /offers, or wait until your payment is noted"
	return f
}

// RenewWithin is how long before its end a subscription may be followed by the next.
const RenewWithin = 30 * 24 * time.Hour

// MaySubscribe tells what asking for a subscription does to somebody who has some: again is the one that waits
// for payment already, nil when a new one can be invoiced.
//
// Errors: Conflict while the e-books are open for more than RenewWithin.
func MaySubscribe(all []Subscription, now time.Time) (again *Subscription, err error) {
	for i, s := range all {
		if s.State == Requested {
			return &all[i], nil
		}
	}
	if end := openUntil(all, now); end.Sub(now) > RenewWithin {
		f := fault.New(fault.Conflict, "subscribe", "the e-books are open to you until %s", end.Format(time.DateOnly))
		f.Hint = "subscribe again in the last 30 days"
		return nil, f
	}
	return nil, nil
}

// openUntil is when the last active subscription ends; now when none is active.
func openUntil(all []Subscription, now time.Time) time.Time {
	end := now
	for _, s := range all {
		if s.State == Active && s.To.After(end) {
			end = s.To
		}
	}
	return end
}

// Paid is the subscription once its payment is noted: open from now, or from the end of the one before.
//
// Errors: Conflict when it does not wait for payment.
func (s Subscription) Paid(others []Subscription, now time.Time) (Subscription, error) {
	state, err := Machine().Next(s.State, Settle)
	if err != nil {
		return s, err
	}
	s.State, s.From = state, openUntil(others, now)
	s.To = s.From.AddDate(0, s.Months, 0)
	return s, nil
}

// Credited is the subscription once its invoice is cancelled.
//
// Errors: Conflict when it is over.
func (s Subscription) Credited(now time.Time) (Subscription, error) {
	event := Cancel
	if s.State == Active {
		event = Refund
	}
	state, err := Machine().Next(s.State, event)
	if err != nil {
		return s, err
	}
	s.State = state
	if event == Refund && s.To.After(now) {
		s.From, s.To = earlier(s.From, now), now
	}
	return s, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Over reports whether an active subscription has come to its end.
func (s Subscription) Over(now time.Time) bool { return s.State == Active && !now.Before(s.To) }
