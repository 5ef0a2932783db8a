package shop_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/shop"
)

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// faulty fails the test unless an error is a fault of a code about a field.
func faulty(t *testing.T, want fault.Code, field string, err error) {
	t.Helper()
	f, is := err.(*fault.Fault)
	if !is || f.Code != want || field != "" && f.Column != field {
		t.Errorf("got %v, want %s about %q", err, want, field)
	}
}

func order() shop.Order {
	return shop.Order{
		Offer: "library-year", Lang: "fr", Agreed: true,
		Buyer: shop.Buyer{Name: " Awa  Diop ", Address: "1 rue des Essais\r\n\r\nBât. B", Postal: "75011", Town: "Paris"},
	}
}

func TestTheMachineOfASubscriptionIsSound(t *testing.T) {
	if err := shop.Machine().Check(); err != nil {
		t.Error(err)
	}
}

func TestAPriceTakenApartAddsUpToTheCent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		gross := shop.Cents(rapid.Int64Range(0, 1_000_000_00).Draw(t, "gross"))
		rate := shop.Rate(rapid.Int64Range(0, 3000).Draw(t, "rate"))
		a := shop.Split(gross, rate)
		if a.Net+a.VAT != gross || a.Gross != gross || a.Net < 0 || a.VAT < 0 {
			t.Fatalf("%d at %d gives %+v", gross, rate, a)
		}
		// The exact price without VAT is within half a cent, and the VAT within one of the VAT on it.
		if d := 2 * (int64(a.Net)*(10_000+int64(rate)) - int64(gross)*10_000); d > 10_000+int64(rate) || -d > 10_000+int64(rate) {
			t.Fatalf("%d at %d: %d is not the nearest", gross, rate, a.Net)
		}
		if d := a.VAT - shop.Tax(a.Net, rate); d < -1 || d > 1 {
			t.Fatalf("%d at %d: VAT %d, computed %d", gross, rate, a.VAT, shop.Tax(a.Net, rate))
		}
		if m := a.Minus(); m.Net+m.VAT != -gross {
			t.Fatalf("the credit of %+v is %+v", a, m)
		}
	})
}

func TestThePricesOfOffersHaveTheirExactVAT(t *testing.T) {
	for _, o := range shop.Offers() {
		if a := shop.Split(o.Price, o.VAT); a.VAT != shop.Tax(a.Net, o.VAT) {
			t.Errorf("%s: %+v, VAT of the price without it is %d", o.Key, a, shop.Tax(a.Net, o.VAT))
		}
		if o.Name.French == "" || o.Name.English == "" || o.Months < 1 || o.Price <= 0 {
			t.Errorf("%+v lacks something", o)
		}
	}
}

func TestNumbersFollowEachOtherWithoutAGapWhateverTheClockDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var last shop.Number
		var lastAt time.Time
		now := noon
		for range rapid.IntRange(1, 60).Draw(t, "invoices") {
			now = now.Add(time.Duration(rapid.Int64Range(-90*24, 200*24).Draw(t, "hours")) * time.Hour)
			n, at := shop.Follow(last, lastAt, now)
			switch {
			case at.Before(lastAt):
				t.Fatalf("%s is dated before %s", n, last)
			case n.Year != at.Year():
				t.Fatalf("%s is dated %s", n, at)
			case n.Year == last.Year && n.Serial != last.Serial+1, n.Year != last.Year && n.Serial != 1, n.Year < last.Year:
				t.Fatalf("%s follows %s", n, last)
			}
			if back, err := shop.ParseNumber(n.String()); err != nil || back != n {
				t.Fatalf("%s reads as %v, %v", n, back, err)
			}
			last, lastAt = n, at
		}
	})
}

func TestNoOrderOfEventsOpensEbooksThatAreNotPaid(t *testing.T) {
	states := shop.Machine().States()
	rapid.Check(t, func(t *rapid.T) {
		sub := shop.Subscription{State: shop.Machine().Initial, Months: 3}
		now, paid := noon, false
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "days")) * 24 * time.Hour)
			before := sub
			var err error
			event := rapid.SampledFrom([]lifecycle.Event{shop.Settle, shop.Cancel, shop.Expire}).Draw(t, "event")
			switch event {
			case shop.Settle:
				sub, err = sub.Paid(nil, now)
				paid = paid || err == nil
			case shop.Cancel:
				sub, err = sub.Credited(now)
			case shop.Expire:
				if sub.Over(now) {
					sub.State, err = shop.Machine().Next(sub.State, shop.Expire)
				}
			}
			if err != nil && sub.State != before.State {
				t.Fatalf("%s was refused and changed %+v to %+v", event, before, sub)
			}
			known := false
			for _, s := range states {
				known = known || s == sub.State
			}
			if !known {
				t.Fatalf("came to %q", sub.State)
			}
			if sub.MayRead(now) && (!paid || sub.State != shop.Active) {
				t.Fatalf("%+v opens e-books, paid %v", sub, paid)
			}
			if sub.State == shop.Ended && sub.MayRead(now) || sub.MayRead(sub.To) {
				t.Fatalf("%+v is open after its end", sub)
			}
		}
	})
}

func TestEbooksAreOpenFromPaymentToTheEndOfThePeriod(t *testing.T) {
	sub, err := shop.Subscription{State: shop.Requested, Months: 12}.Paid(nil, noon)
	if err != nil || !sub.From.Equal(noon) || !sub.To.Equal(noon.AddDate(1, 0, 0)) {
		t.Fatalf("got %+v, %v", sub, err)
	}
	for at, want := range map[time.Time]bool{
		noon.Add(-time.Second): false, noon: true, sub.To.Add(-time.Second): true, sub.To: false,
	} {
		if sub.MayRead(at) != want {
			t.Errorf("at %s may read is %v", at, !want)
		}
		if err := shop.MayReadEbooks([]shop.Subscription{{State: shop.Cancelled}, sub}, at); (err == nil) != want {
			t.Errorf("at %s: %v", at, err)
		}
	}
	faulty(t, fault.Forbidden, "", shop.MayReadEbooks(nil, noon))

	_, err = shop.MaySubscribe([]shop.Subscription{sub}, noon)
	faulty(t, fault.Conflict, "", err)
	late := sub.To.Add(-shop.RenewWithin)
	if again, err := shop.MaySubscribe([]shop.Subscription{sub}, late); again != nil || err != nil {
		t.Errorf("cannot renew: %v, %v", again, err)
	}
	next, err := shop.Subscription{State: shop.Requested, Months: 3}.Paid([]shop.Subscription{sub}, late)
	if err != nil || !next.From.Equal(sub.To) {
		t.Errorf("the next begins %s, %v", next.From, err)
	}
	waiting := shop.Subscription{ID: "w", State: shop.Requested}
	if again, err := shop.MaySubscribe([]shop.Subscription{sub, waiting}, noon); err != nil || again == nil || again.ID != "w" {
		t.Errorf("got %v, %v", again, err)
	}
	ended, err := sub.Credited(noon.AddDate(0, 2, 0))
	if err != nil || ended.State != shop.Ended || ended.MayRead(noon.AddDate(0, 2, 0)) {
		t.Errorf("refunded: %+v, %v", ended, err)
	}
}

func TestAnInvoiceIsSealedAndItsCreditNoteGivesAllBack(t *testing.T) {
	o, err := order().Check()
	if err != nil {
		t.Fatal(err)
	}
	seller, err := shop.DemoSeller().Check()
	if err != nil {
		t.Fatal(err)
	}
	i, err := shop.Issue(shop.Number{Year: 2026, Serial: 7}, noon, shop.Subscription{ID: "s", Account: "a"}, seller, o)
	if err != nil {
		t.Fatal(err)
	}
	if i.Net != 5592 || i.VAT != 308 || i.Gross != 5900 || !i.Whole() || i.Buyer.Name != "Awa Diop" || !i.DueAt.Equal(noon.AddDate(0, 0, 30)) {
		t.Errorf("got %+v", i)
	}
	if got := strings.Join(i.Buyer.Lines(), "|"); got != "Awa Diop|1 rue des Essais|Bât. B|75011 Paris" {
		t.Errorf("buyer %s", got)
	}
	c, err := i.Credited(shop.Number{Year: 2026, Serial: 8}, noon.Add(time.Hour))
	if err != nil || c.Gross != -5900 || c.Net+c.VAT != c.Gross || c.Cancels != i.Number || !c.Whole() || !c.DueAt.IsZero() {
		t.Errorf("credit note %+v, %v", c, err)
	}
	_, err = c.Credited(shop.Number{Year: 2026, Serial: 9}, noon)
	faulty(t, fault.Conflict, "", err)
	i.Gross++
	if i.Whole() {
		t.Error("a changed invoice is taken for whole")
	}

	r := shop.Record{Invoice: i}
	faulty(t, fault.Invalid, "paid_on", r.MaySettle(noon.AddDate(0, 0, -1), noon))
	faulty(t, fault.Invalid, "paid_on", r.MaySettle(noon.AddDate(0, 0, 1), noon))
	if err := r.MaySettle(noon.Truncate(24*time.Hour), noon); err != nil {
		t.Error(err)
	}
	if r.Standing(noon.AddDate(0, 0, 31)) != shop.Late {
		t.Error("not late after a month")
	}
	faulty(t, fault.Conflict, "", shop.Record{Invoice: c}.MaySettle(noon, noon))
	faulty(t, fault.Conflict, "", shop.Record{Invoice: i, PaidOn: noon}.MaySettle(noon, noon))
}

func TestAnOrderThatCannotBeInvoicedIsRefusedAtItsField(t *testing.T) {
	for field, spoil := range map[string]func(*shop.Order){
		"offer":       func(o *shop.Order) { o.Offer = "gold" },
		"name":        func(o *shop.Order) { o.Buyer.Name = " \t" },
		"address":     func(o *shop.Order) { o.Buyer.Address = strings.Repeat("x\n", 7) },
		"postal_code": func(o *shop.Order) { o.Buyer.Postal = "7501" },
		"town":        func(o *shop.Order) { o.Buyer.Town = "a\u202eb" },
		"number":      func(o *shop.Order) { o.Buyer.Company, o.Buyer.Number = "Essai", "123456789" },
		"company":     func(o *shop.Order) { o.Buyer.Number = "732829320" },
		"agreed":      func(o *shop.Order) { o.Agreed = false },
	} {
		o := order()
		spoil(&o)
		_, err := o.Check()
		faulty(t, fault.Invalid, field, err)
	}
	for _, postal := range []string{"20000", "97100", "98800"} {
		o := order()
		o.Buyer.Postal = postal
		_, err := o.Check()
		faulty(t, fault.Invalid, "postal_code", err)
	}
	for _, number := range []string{"732 829 320", "73282932000074", "FR44732829320"} {
		o := order()
		o.Buyer.Company, o.Buyer.Number = "Essai", number
		if _, err := o.Check(); err != nil {
			t.Errorf("%s: %v", number, err)
		}
	}
}

func TestASellerNeedsWhatAnInvoiceMustSay(t *testing.T) {
	for field, spoil := range map[string]func(*shop.Seller){
		"name":    func(s *shop.Seller) { s.Name = "" },
		"address": func(s *shop.Seller) { s.Address = "\n" },
		"siren":   func(s *shop.Seller) { s.SIREN = "732829321" },
		"vat_id":  func(s *shop.Seller) { s.VATID = "44" },
		"iban":    func(s *shop.Seller) { s.IBAN = "FR7700000000000000000000000" },
		"bic":     func(s *shop.Seller) { s.BIC = "X" },
		"email":   func(s *shop.Seller) { s.Email = "nobody" },
	} {
		s := shop.DemoSeller()
		spoil(&s)
		_, err := s.Check()
		faulty(t, fault.Invalid, field, err)
	}
}

func FuzzWhatIsTypedIsRefusedOrPrintable(f *testing.F) {
	f.Add("Awa", "1 rue", "75011", "Paris", "732829320")
	f.Add("\x00", "\u2028", "97", "=1+1", "FR")
	f.Fuzz(func(t *testing.T, name, address, postal, town, number string) {
		o := order()
		o.Buyer = shop.Buyer{Name: name, Address: address, Postal: postal, Town: town, Company: name, Number: number}
		o, err := o.Check()
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		if again, err := o.Check(); err != nil || again != o {
			t.Fatalf("%+v is checked to %+v, %v", o, again, err)
		}
		for _, line := range o.Buyer.Lines() {
			if strings.TrimSpace(line) == "" || strings.ContainsAny(line, "\n\r\x00") {
				t.Fatalf("line %q of %+v", line, o.Buyer)
			}
		}
	})
}

func FuzzANumberHasOneForm(f *testing.F) {
	f.Add("2026-00001")
	f.Add("2026-000001")
	f.Add("0000-00000")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := shop.ParseNumber(s)
		if err == nil && n.String() != s && n != (shop.Number{}) {
			t.Fatalf("%q reads as %s", s, n)
		}
	})
}
