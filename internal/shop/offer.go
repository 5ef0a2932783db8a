package shop

import (
	"filiere/internal/fault"
)

// Cents is an amount in hundredths of a euro.
type Cents int64

// Currency is the only one: ISO 4217.
const Currency = "EUR"

// Rate is a rate of VAT in hundredths of a percent: 550 is 5.5 %.
type Rate int64

// BookRate is the French rate on books, those downloaded included: CGI, article 278-0 bis, A, 3°.
const BookRate Rate = 550

const wholeRate = 10_000 // 100 %, as a Rate

// OfferKey names an offer for ever: invoices carry it.
type OfferKey string

// Offer is something to subscribe to.
type Offer struct {
	Key    OfferKey
	Price  Cents // what a person pays, VAT included
	VAT    Rate
	Months int // how long it opens the e-books
	Name   Words
}

// Words are a text in the languages of the site. Those of an offer are data: an invoice keeps them as they
// were.
type Words struct{ French, English string }

// In gives the text in a language; what is not English is French.
func (w Words) In(lang string) string {
	if lang == "en" {
		return w.English
	}
	return w.French
}

// Offers lists what can be subscribed to today. A price is chosen so that the VAT computed from the price
// without it is the same cent (a test holds them to that).
func Offers() []Offer {
	return []Offer{
		{
			Key: "library-year", Price: 5900, VAT: BookRate, Months: 12,
			Name: Words{"Bibliothèque, un an : les cours en livres numériques", "Library, one year: the courses as e-books"},
		},
		{
			Key: "library-quarter", Price: 1900, VAT: BookRate, Months: 3,
			Name: Words{"Bibliothèque, trois mois : les cours en livres numériques", "Library, three months: the courses as e-books"},
		},
	}
}

// FindOffer finds an offer by its key. It returns an Invalid fault when there is none.
func FindOffer(key OfferKey) (Offer, error) {
	for _, o := range Offers() {
		if o.Key == key {
			return o, nil
		}
	}
	f := fault.New(fault.Invalid, "subscribe", "there is no such offer")
	f.Column = "offer"
	return Offer{}, f
}

// Amounts are a price taken apart.
type Amounts struct {
	Net   Cents `json:"net"`
	VAT   Cents `json:"vat"`
	Gross Cents `json:"gross"`
}

// Split takes a price with VAT apart. The price without VAT is rounded to the nearest cent, a half away from
// zero; the VAT is the rest, so that the two always add up to the price that was advertised.
func Split(gross Cents, rate Rate) Amounts {
	net := roundedShare(gross, wholeRate, wholeRate+int64(rate))
	return Amounts{Net: net, VAT: gross - net, Gross: gross}
}

// Tax computes the VAT on a price without it, rounded to the nearest cent, a half away from zero.
func Tax(net Cents, rate Rate) Cents { return roundedShare(net, int64(rate), wholeRate) }

// roundedShare is c·num/den rounded to the nearest, a half away from zero.
func roundedShare(c Cents, num, den int64) Cents {
	if c < 0 {
		return -roundedShare(-c, num, den)
	}
	return Cents((int64(c)*num*2 + den) / (2 * den))
}

// Minus is the opposite: what a credit note gives back.
func (a Amounts) Minus() Amounts { return Amounts{Net: -a.Net, VAT: -a.VAT, Gross: -a.Gross} }
