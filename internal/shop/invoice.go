package shop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Number is the number of an invoice or a credit note: a year and a place in the year's sequence, which has no
// gap. "2026-00001".
type Number struct {
	Year   int
	Serial int
}

var numberForm = regexp.MustCompile(`^(\d{4})-(\d{5,9})$`)

// ParseNumber reads a number. It returns a NotFound fault for what cannot be one.
func ParseNumber(s string) (Number, error) {
	m := numberForm.FindStringSubmatch(s)
	if m == nil {
		return Number{}, noSuchInvoice()
	}
	year, _ := strconv.Atoi(m[1]) // digits, and few
	serial, _ := strconv.Atoi(m[2])
	n := Number{year, serial}
	if n.String() != s {
		return Number{}, noSuchInvoice() // one number has one form
	}
	return n, nil
}

func noSuchInvoice() error { return fault.New(fault.NotFound, "find", "there is no such invoice") }

// String writes the number as invoices bear it; the zero one is "".
func (n Number) String() string {
	if n == (Number{}) {
		return ""
	}
	return fmt.Sprintf("%04d-%05d", n.Year, n.Serial)
}

// MarshalText writes the number in JSON.
func (n Number) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads it back.
func (n *Number) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*n = Number{}
		return nil
	}
	var err error
	*n, err = ParseNumber(string(b))
	return err
}

// Follow gives number and date of the next invoice. last is the newest there is, its zero value when there is
// none. A clock that was set back does not put an invoice before its predecessor: the sequence is
// chronological. Days and years are those of UTC.
func Follow(last Number, lastAt, now time.Time) (Number, time.Time) {
	at := now.UTC()
	if lastAt.After(at) {
		at = lastAt.UTC()
	}
	if at.Year() == last.Year {
		return Number{last.Year, last.Serial + 1}, at
	}
	return Number{at.Year(), 1}, at
}

// Kind tells an invoice from a credit note.
type Kind string

// The kinds.
const (
	Bill   Kind = "invoice"
	Credit Kind = "credit_note"
)

// PaymentDays is how many days after its date an invoice is due (L441-10 allows thirty without agreement).
const PaymentDays = 30

// LatePenalty says from what the late penalty is computed: three times the legal interest rate, the least
// L441-10 allows.
const LatePenalty = 3

// RecoveryFee is what a late company owes besides (D441-5).
const RecoveryFee Cents = 4000

// Invoice is what was issued, whole and for ever: nothing of it refers to what may change.
type Invoice struct {
	Number       Number           `json:"number"`
	Kind         Kind             `json:"kind"`
	Lang         string           `json:"lang"`
	IssuedAt     time.Time        `json:"issued_at"`
	DueAt        time.Time        `json:"due_at,omitzero"` // of a credit note: zero
	Subscription SubscriptionID   `json:"subscription"`
	Account      people.AccountID `json:"account"`
	Seller       Seller           `json:"seller"`
	Buyer        Buyer            `json:"buyer"`
	Offer        OfferKey         `json:"offer"`
	Description  string           `json:"description"`
	Months       int              `json:"months"`
	Quantity     int              `json:"quantity"`
	Rate         Rate             `json:"vat_rate"` // hundredths of a percent
	Amounts
	Cancels Number `json:"cancels,omitzero"` // of a credit note: the invoice it cancels
	Hash    string `json:"-"`                // of all of the above
}

// Issue writes the invoice of an order that was checked. Number and date are those Follow gave.
func Issue(n Number, at time.Time, s Subscription, seller Seller, o Order) (Invoice, error) {
	offer, err := FindOffer(o.Offer)
	if err != nil {
		return Invoice{}, err
	}
	i := Invoice{
		Number: n, Kind: Bill, Lang: o.Lang, IssuedAt: at, DueAt: at.AddDate(0, 0, PaymentDays),
		Subscription: s.ID, Account: s.Account, Seller: seller, Buyer: o.Buyer,
		Offer: offer.Key, Description: offer.Name.In(o.Lang), Months: offer.Months, Quantity: 1,
		Rate: offer.VAT, Amounts: Split(offer.Price, offer.VAT),
	}
	i.Hash = i.Seal()
	return i, nil
}

// Credited writes the credit note that cancels an invoice, whole.
//
// Errors: Conflict for a credit note, which cannot be cancelled.
func (i Invoice) Credited(n Number, at time.Time) (Invoice, error) {
	if i.Kind != Bill {
		return Invoice{}, fault.New(fault.Conflict, "cancel invoice", "a credit note cannot be cancelled")
	}
	c := i
	c.Number, c.Kind, c.IssuedAt, c.DueAt, c.Cancels = n, Credit, at, time.Time{}, i.Number
	c.Amounts = i.Minus()
	c.Hash = c.Seal()
	return c, nil
}

// Seal computes the hash of what an invoice says.
func (i Invoice) Seal() string {
	b, err := json.Marshal(i)
	if err != nil { // cannot happen: the types hold strings, numbers and times
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Whole reports whether the invoice says what was issued.
func (i Invoice) Whole() bool { return i.Hash == i.Seal() }

// Standing is where an invoice stands.
type Standing string

// The standings.
const (
	Unpaid      Standing = "unpaid"
	Late        Standing = "late" // unpaid after its due date
	PaidUp      Standing = "paid"
	CancelledBy Standing = "cancelled" // by a credit note, paid or not
	Note        Standing = "credit_note"
)

// Record is an invoice and what happened to it since.
type Record struct {
	Invoice
	PaidOn  time.Time `json:"paid_on,omitzero"` // the day the money came
	NotedAt time.Time `json:"noted_at,omitzero"`
	Credit  Number    `json:"credit_note,omitzero"` // what cancels it
}

// Standing tells where the invoice stands at a moment.
func (r Record) Standing(now time.Time) Standing {
	switch {
	case r.Kind == Credit:
		return Note
	case r.Credit != Number{}:
		return CancelledBy
	case !r.PaidOn.IsZero():
		return PaidUp
	case now.After(r.DueAt):
		return Late
	}
	return Unpaid
}

// MaySettle tells whether a payment can be noted, made on a day.
//
// Errors: Conflict for what is paid, cancelled or a credit note; Invalid for a day before the invoice or still
// to come.
func (r Record) MaySettle(paidOn, now time.Time) error {
	switch s := r.Standing(now); {
	case s != Unpaid && s != Late:
		return fault.New(fault.Conflict, "settle invoice", "this invoice is not waiting for payment")
	case paidOn.Format(time.DateOnly) < r.IssuedAt.Format(time.DateOnly):
		return wrong("paid_on", "a payment is not made before its invoice")
	case paidOn.Format(time.DateOnly) > now.UTC().Format(time.DateOnly):
		return wrong("paid_on", "a payment is noted once it was made")
	}
	return nil
}

// Columns are those of a list of invoices as CSV.
var Columns = []string{"number", "kind", "issued", "due", "buyer", "offer", "net_cents", "vat_cents", "gross_cents", "currency", "standing", "paid_on", "cancels", "credit_note"}

// Fields is a row of that list.
func (r Record) Fields(now time.Time) []string {
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.Format(time.DateOnly)
	}
	cents := func(c Cents) string { return strconv.FormatInt(int64(c), 10) }
	buyer := r.Buyer.Name
	if r.Buyer.Company != "" {
		buyer = r.Buyer.Company
	}
	if strings.ContainsAny(buyer[:1], "=+-@") {
		buyer = "'" + buyer // a sheet must not take a name for a formula
	}
	return []string{
		r.Number.String(), string(r.Kind), day(r.IssuedAt), day(r.DueAt), buyer, string(r.Offer), cents(r.Net), cents(r.VAT), cents(r.Gross), Currency,
		string(r.Standing(now)), day(r.PaidOn), r.Cancels.String(), r.Credit.String(),
	}
}
