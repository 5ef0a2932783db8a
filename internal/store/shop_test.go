package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/shop"
)

// selling makes a house where the demonstration's seller sells.
func (h house) selling(t testing.TB) {
	t.Helper()
	ok(t, h.a.SetSeller(t.Context(), people.ByCLI, shop.DemoSeller()))
}

func anOrder() shop.Order {
	return shop.Order{
		Offer: "library-year", Lang: "fr", Agreed: true,
		Buyer: shop.Buyer{Name: "Awa Diop", Address: "1 rue des Essais", Postal: "75011", Town: "Paris"},
	}
}

// subscribed makes a person who asked for a subscription.
func (h house) subscribed(t testing.TB, email string) (people.Account, shop.Subscription, shop.Invoice) {
	t.Helper()
	a := h.account(t, email)
	sub, i, err := h.a.Subscribe(t.Context(), people.By(a.ID), a.ID, anOrder(), nil)
	ok(t, err)
	return a, sub, i
}

func TestASubscriptionIsInvoicedPaidAndOver(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ana := h.account(t, "ana@example.org")
		_, _, err := h.a.Subscribe(t.Context(), people.By(ana.ID), ana.ID, anOrder(), nil)
		faulty(t, fault.NotFound, err) // nobody sells
		h.selling(t)
		letter := func(i shop.Invoice) people.Message {
			return people.Message{To: ana.Email, Subject: i.Number.String(), Body: "x", Lang: "fr"}
		}
		sub, i, err := h.a.Subscribe(t.Context(), people.By(ana.ID), ana.ID, anOrder(), letter)
		ok(t, err)
		again, same, err := h.b.Subscribe(t.Context(), people.By(ana.ID), ana.ID, anOrder(), letter)
		ok(t, err)
		if again != sub || same != i || h.count(t, "invoice") != 1 || h.count(t, "outbox") != 1 {
			t.Errorf("asked twice: %+v, %+v", again, same)
		}
		if i.Number.String() != "2025-00001" || i.Gross != 5900 || i.Seller.SIREN != "000000000" {
			t.Errorf("invoice %+v", i)
		}
		faulty(t, fault.Forbidden, h.b.MayReadEbooks(t.Context(), ana.ID))

		h.time.pass(48 * time.Hour)
		day := h.time.Now().Truncate(24 * time.Hour)
		_, err = h.b.SettleInvoice(t.Context(), people.ByCLI, i.Number, day.AddDate(0, 0, 2))
		faulty(t, fault.Invalid, err)
		sub, err = h.b.SettleInvoice(t.Context(), people.ByCLI, i.Number, day)
		ok(t, err)
		if sub.State != shop.Active || !sub.From.Equal(h.time.Now()) || !sub.To.Equal(h.time.Now().AddDate(1, 0, 0)) {
			t.Errorf("paid: %+v", sub)
		}
		_, err = h.a.SettleInvoice(t.Context(), people.ByCLI, i.Number, day)
		faulty(t, fault.Conflict, err)
		ok(t, h.a.MayReadEbooks(t.Context(), ana.ID))
		_, err = h.a.CancelSubscription(t.Context(), people.By(ana.ID), ana.ID, sub.ID)
		faulty(t, fault.Conflict, err) // it is paid
		_, _, err = h.a.Subscribe(t.Context(), people.By(ana.ID), ana.ID, anOrder(), nil)
		faulty(t, fault.Conflict, err)
		r, err := h.b.Invoice(t.Context(), i.Number)
		ok(t, err)
		if r.Standing(h.time.Now()) != shop.PaidUp || !r.PaidOn.Equal(day) || r.Invoice != i {
			t.Errorf("record %+v", r)
		}

		h.time.pass(366 * 24 * time.Hour)
		faulty(t, fault.Forbidden, h.a.MayReadEbooks(t.Context(), ana.ID)) // before anybody wrote it down
		ok(t, h.a.ExpireSubscriptions(t.Context()))
		ok(t, h.b.ExpireSubscriptions(t.Context()))
		sub, err = h.b.Subscription(t.Context(), sub.ID)
		ok(t, err)
		told, err := h.b.Notifications(t.Context(), ana.ID, 0)
		ok(t, err)
		if sub.State != shop.Ended || len(told) != 2 || told[0].Kind != shop.DidExpire || told[1].Kind != shop.DidSettle {
			t.Errorf("ended %+v, told %+v", sub, told)
		}
	})
}

func TestWhatIsCancelledIsCredited(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		h.selling(t)
		ana, sub, i := h.subscribed(t, "ana@example.org")
		bo, _, paid := h.subscribed(t, "bo@example.org")
		_, err := h.a.CancelSubscription(t.Context(), people.By(bo.ID), bo.ID, sub.ID)
		faulty(t, fault.NotFound, err) // another's
		credit, err := h.b.CancelSubscription(t.Context(), people.By(ana.ID), ana.ID, sub.ID)
		ok(t, err)
		if credit.Number.String() != "2025-00003" || credit.Cancels != i.Number || credit.Gross != -i.Gross {
			t.Errorf("credit note %+v", credit)
		}
		_, err = h.a.CreditInvoice(t.Context(), people.ByCLI, i.Number)
		faulty(t, fault.Conflict, err)
		_, err = h.a.CreditInvoice(t.Context(), people.ByCLI, credit.Number)
		faulty(t, fault.Conflict, err)
		_, err = h.a.SettleInvoice(t.Context(), people.ByCLI, i.Number, h.time.Now())
		faulty(t, fault.Conflict, err)
		_, err = h.a.SettleInvoice(t.Context(), people.ByCLI, credit.Number, h.time.Now())
		faulty(t, fault.Conflict, err)

		_, err = h.a.SettleInvoice(t.Context(), people.ByCLI, paid.Number, h.time.Now())
		ok(t, err)
		h.time.pass(time.Hour)
		_, err = h.a.CreditInvoice(t.Context(), people.ByCLI, paid.Number)
		ok(t, err)
		faulty(t, fault.Forbidden, h.b.MayReadEbooks(t.Context(), bo.ID))

		list, err := h.b.Invoices(t.Context(), false, shop.Number{}, 0)
		ok(t, err)
		if len(list) != 4 || list[0].Kind != shop.Credit || list[3].Credit != credit.Number || list[3].Standing(h.time.Now()) != shop.CancelledBy {
			t.Errorf("list %+v", list)
		}
		unpaid, err := h.b.Invoices(t.Context(), true, shop.Number{}, 0)
		ok(t, err)
		if len(unpaid) != 0 {
			t.Errorf("unpaid %+v", unpaid)
		}
		rest, err := h.b.Invoices(t.Context(), false, list[1].Number, 1)
		ok(t, err)
		if len(rest) != 1 || rest[0].Number != list[2].Number {
			t.Errorf("after %s: %+v", list[1].Number, rest)
		}
		_, err = h.a.Invoice(t.Context(), shop.Number{Year: 2025, Serial: 99})
		faulty(t, fault.NotFound, err)
	})
}

func TestNumbersHaveNoGapHoweverManyInvoicesAreIssuedAndRefusedAtOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		h.selling(t)
		const n = 24
		buyers := make([]people.Account, n)
		for i := range buyers {
			buyers[i] = h.account(t, fmt.Sprintf("b%d@example.org", i))
		}
		errs := together(3*n, func(i int) error {
			ctx, who := t.Context(), buyers[i%n]
			if i >= 2*n { // some give up before their turn, some are refused when all is written
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, time.Duration(i%7)*time.Millisecond)
				defer cancel()
			}
			_, _, err := h.of(i).Subscribe(ctx, people.By(who.ID), who.ID, anOrder(), nil)
			return err
		})
		for i, err := range errs[:2*n] {
			if err != nil {
				t.Fatalf("%d: %v", i, err)
			}
		}
		list, err := h.b.Invoices(t.Context(), false, shop.Number{}, 0)
		ok(t, err)
		if len(list) != n || h.count(t, "subscription") != n {
			t.Fatalf("%d invoices, %d subscriptions, want %d", len(list), h.count(t, "subscription"), n)
		}
		for i, r := range list {
			if r.Number.Serial != n-i {
				t.Fatalf("place %d has %s", n-i, r.Number)
			}
		}
	})
}

func TestAnInvoiceThatWasTamperedWithIsNotShown(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		h.selling(t)
		_, _, i := h.subscribed(t, "ana@example.org")
		_, err := h.a.DB().ExecContext(t.Context(), `UPDATE invoice SET content = replace(content, '5900', '5901')`)
		ok(t, err)
		_, err = h.b.Invoice(t.Context(), i.Number)
		faulty(t, fault.Internal, err)
	})
}

func TestInvoicesOutliveTheAccount(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		h.selling(t)
		ana, _, i := h.subscribed(t, "ana@example.org")
		d, err := h.a.PersonalData(t.Context(), ana.ID)
		ok(t, err)
		if text := fmt.Sprint(d); !strings.Contains(text, "1 rue des Essais") {
			t.Errorf("the export lacks the invoice: %s", text)
		}
		kept, err := h.a.EraseAccount(t.Context(), people.ByCLI, ana.ID)
		ok(t, err)
		why := map[string]string{}
		for _, k := range kept {
			why[k.What] = k.Why
		}
		if why["invoice"] != "law" || why["subscription"] != "law" {
			t.Errorf("kept %+v", kept)
		}
		r, err := h.b.Invoice(t.Context(), i.Number)
		ok(t, err)
		if r.Buyer.Name != "Awa Diop" {
			t.Errorf("buyer %+v", r.Buyer)
		}
		_, err = h.b.CreditInvoice(t.Context(), people.ByCLI, i.Number) // the books go on
		ok(t, err)
	})
}
