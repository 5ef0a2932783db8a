package api

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/shop"
)

// Shop is what the routes of offers, subscriptions and invoices ask of the store. The errors are those the store
// documents.
type Shop interface {
	Subscribe(ctx context.Context, by people.Actor, account people.AccountID, o shop.Order, write func(shop.Invoice) people.Message) (shop.Subscription, shop.Invoice, error)
	SubscriptionsOf(ctx context.Context, account people.AccountID) ([]shop.Subscription, error)
	CancelSubscription(ctx context.Context, by people.Actor, account people.AccountID, id shop.SubscriptionID) (shop.Invoice, error)
	Invoice(ctx context.Context, n shop.Number) (shop.Record, error)
	Invoices(ctx context.Context, unpaid bool, before shop.Number, limit int) ([]shop.Record, error)
	InvoicesOf(ctx context.Context, account people.AccountID) ([]shop.Record, error)
	SettleInvoice(ctx context.Context, by people.Actor, n shop.Number, paidOn time.Time) (shop.Subscription, error)
	CreditInvoice(ctx context.Context, by people.Actor, n shop.Number) (shop.Invoice, error)
}

// shopDeeds are the routes of offers, subscriptions and invoices.
func shopDeeds() []deed {
	own, any := access.Own, access.AnyObject(people.KindSubscription)
	return []deed{
		{pattern: "GET /offers", action: people.ReadCatalogue, do: (*desk).offers},
		{pattern: "GET /me/subscriptions", action: people.ReadOwn, object: own, do: (*desk).subscriptions},
		{pattern: "POST /me/subscriptions", action: people.Subscribe, object: own, do: (*desk).subscribe},
		{pattern: "POST /me/subscriptions/{subscription}/cancel", action: people.Subscribe, object: own, do: (*desk).cancelSubscription},
		{pattern: "GET /me/invoices", action: people.ReadOwn, object: own, do: (*desk).ownInvoices},
		{pattern: "GET /invoices", action: people.SettleInvoices, object: any, params: []string{"unpaid", "before", "limit"}, do: (*desk).invoices},
		{pattern: "GET /invoices.csv", action: people.SettleInvoices, object: any, params: []string{"unpaid"}, do: (*desk).invoiceTable},
		{pattern: "GET /invoices/{number}", action: people.SettleInvoices, object: any, do: (*desk).invoice},
		{pattern: "POST /invoices/{number}/settle", action: people.SettleInvoices, object: any, do: (*desk).settleInvoice},
		{pattern: "POST /invoices/{number}/credit", action: people.SettleInvoices, object: any, do: (*desk).creditInvoice},
	}
}

// offerJSON is an offer as programs read it.
type offerJSON struct {
	Key    shop.OfferKey `json:"key"`
	Name   string        `json:"name"`
	NameFR string        `json:"name_fr"`
	Months int           `json:"months"`
	shop.Amounts
	Rate     shop.Rate `json:"vat_rate"`
	Currency string    `json:"currency"`
}

type offersJSON struct {
	Data []offerJSON `json:"data"`
}

func (d *desk) offers(call) (outcome, error) {
	var out offersJSON
	for _, o := range shop.Offers() {
		out.Data = append(out.Data, offerJSON{o.Key, o.Name.English, o.Name.French, o.Months, shop.Split(o.Price, o.VAT), o.VAT, shop.Currency})
	}
	return outcome{body: out}, nil
}

type subscriptionsJSON struct {
	Data []shop.Subscription `json:"data"`
}

func (d *desk) subscriptions(c call) (outcome, error) {
	all, err := d.shop.SubscriptionsOf(c.Context(), c.own())
	return outcome{body: subscriptionsJSON{append([]shop.Subscription{}, all...)}}, err
}

// orderJSON is what a program orders for its person. agreed says that they know they must pay.
type orderJSON struct {
	Offer  shop.OfferKey `json:"offer"`
	Lang   string        `json:"lang"`
	Agreed bool          `json:"agreed"`
	Buyer  shop.Buyer    `json:"buyer"`
}

// subscribe sends no message: the program has the invoice in its hands.
func (d *desk) subscribe(c call) (outcome, error) {
	var o orderJSON
	if err := c.body(&o); err != nil {
		return outcome{}, err
	}
	_, i, err := d.shop.Subscribe(c.Context(), c.caller.Actor(), c.own(), shop.Order{Offer: o.Offer, Lang: o.Lang, Agreed: o.Agreed, Buyer: o.Buyer}, nil)
	return outcome{status: http.StatusCreated, body: d.toRecord(shop.Record{Invoice: i})}, err
}

func (d *desk) cancelSubscription(c call) (outcome, error) {
	i, err := d.shop.CancelSubscription(c.Context(), c.caller.Actor(), c.own(), shop.SubscriptionID(c.PathValue("subscription")))
	return outcome{body: d.toRecord(shop.Record{Invoice: i})}, err
}

// recordJSON is an invoice as programs read it.
type recordJSON struct {
	shop.Record
	Standing shop.Standing `json:"standing"`
	Hash     string        `json:"hash"`
}

func (d *desk) toRecord(r shop.Record) recordJSON { return recordJSON{r, r.Standing(d.now()), r.Hash} }

type invoicesJSON struct {
	Data []recordJSON `json:"data"`
	Next *string      `json:"next"`
}

func (d *desk) toRecords(all []shop.Record) invoicesJSON {
	out := invoicesJSON{Data: make([]recordJSON, len(all))}
	for i, r := range all {
		out.Data[i] = d.toRecord(r)
	}
	return out
}

func (d *desk) ownInvoices(c call) (outcome, error) {
	all, err := d.shop.InvoicesOf(c.Context(), c.own())
	return outcome{body: d.toRecords(all)}, err
}

// unpaid reads whether only invoices that wait for payment are asked for.
func (c call) unpaid() (bool, error) {
	switch c.values.Get("unpaid") {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	f := fault.New(fault.Invalid, "read request", "unpaid is true or false")
	f.Column = "unpaid"
	return false, f
}

func (d *desk) invoices(c call) (outcome, error) {
	limit, _, err := c.page()
	if err != nil {
		return outcome{}, err
	}
	unpaid, err := c.unpaid()
	if err != nil {
		return outcome{}, err
	}
	var before shop.Number
	if text := c.values.Get("before"); text != "" {
		if before, err = shop.ParseNumber(text); err != nil {
			return outcome{}, err
		}
	}
	all, err := d.shop.Invoices(c.Context(), unpaid, before, limit+1)
	if err != nil {
		return outcome{}, err
	}
	var next *string
	if len(all) > limit {
		all = all[:limit]
		next = c.next("before", all[limit-1].Number.String())
	}
	out := d.toRecords(all)
	out.Next = next
	return outcome{body: out}, nil
}

func (d *desk) invoiceTable(c call) (outcome, error) {
	unpaid, err := c.unpaid()
	if err != nil {
		return outcome{}, err
	}
	all, err := d.shop.Invoices(c.Context(), unpaid, shop.Number{}, 0)
	return outcome{name: "invoices.csv", file: func(w io.Writer) error {
		rows := [][]string{shop.Columns}
		for _, r := range all {
			rows = append(rows, r.Fields(d.now()))
		}
		return csv.NewWriter(w).WriteAll(rows)
	}}, err
}

// number is the invoice the address names.
func (c call) invoiceNumber() (shop.Number, error) { return shop.ParseNumber(c.PathValue("number")) }

func (d *desk) invoice(c call) (outcome, error) {
	n, err := c.invoiceNumber()
	if err != nil {
		return outcome{}, err
	}
	r, err := d.shop.Invoice(c.Context(), n)
	return outcome{body: d.toRecord(r)}, err
}

func (d *desk) settleInvoice(c call) (outcome, error) {
	var asked struct {
		PaidOn string `json:"paid_on"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	day, err := time.Parse(time.DateOnly, asked.PaidOn)
	if err != nil {
		f := fault.New(fault.Invalid, "settle invoice", "a day is written 2026-03-15")
		f.Column = "paid_on"
		return outcome{}, f
	}
	n, err := c.invoiceNumber()
	if err != nil {
		return outcome{}, err
	}
	sub, err := d.shop.SettleInvoice(c.Context(), c.caller.Actor(), n, day)
	return outcome{body: sub}, err
}

func (d *desk) creditInvoice(c call) (outcome, error) {
	n, err := c.invoiceNumber()
	if err != nil {
		return outcome{}, err
	}
	credit, err := d.shop.CreditInvoice(c.Context(), c.caller.Actor(), n)
	return outcome{status: http.StatusCreated, body: d.toRecord(shop.Record{Invoice: credit})}, err
}
