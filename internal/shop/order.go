package shop

import (
	"regexp"
	"strings"

	"filiere/internal/fault"
)

// Buyer is who is invoiced.
type Buyer struct {
	Name    string `json:"name"` // of the person
	Company string `json:"company,omitempty"`
	Number  string `json:"number,omitempty"` // the company's: SIREN, SIRET or VAT number
	Address string `json:"address"`          // street, perhaps with complements: lines
	Postal  string `json:"postal_code"`
	Town    string `json:"town"`
}

// Order is what a person asks for.
type Order struct {
	Offer  OfferKey
	Buyer  Buyer
	Lang   string // of the invoice
	Agreed bool   // to the obligation to pay, and to the e-books being opened with the payment
}

var (
	postalForm  = regexp.MustCompile(`^\d{5}$`)
	siretForm   = regexp.MustCompile(`^\d{14}$`)
	farFromHere = []string{"20", "97", "98"} // Corsica and overseas: other rates of VAT
)

// Check tells whether an order can be invoiced, and gives it with its spaces put in order.
//
// Errors: Invalid, with the field.
func (o Order) Check() (Order, error) {
	var err error
	if _, err = FindOffer(o.Offer); err != nil {
		return o, err
	}
	b := &o.Buyer
	for _, line := range []struct {
		field    string
		value    *string
		required bool
	}{{"name", &b.Name, true}, {"company", &b.Company, false}, {"postal_code", &b.Postal, true}, {"town", &b.Town, true}} {
		if *line.value, err = oneLine(line.field, *line.value, line.required); err != nil {
			return o, err
		}
	}
	if b.Address, err = lines("address", b.Address); err != nil {
		return o, err
	}
	b.Number = compact(b.Number)
	if o.Lang != "en" {
		o.Lang = "fr"
	}
	return o, o.check()
}

// check is what Check looks at once all is in order.
func (o Order) check() error {
	b := o.Buyer
	switch {
	case !postalForm.MatchString(b.Postal):
		return wrong("postal_code", "a French postal code has five digits")
	case elsewhere(b.Postal):
		f := fault.New(fault.Invalid, "subscribe", "the VAT of Corsica and overseas is another: this cannot be sold there yet")
		f.Column = "postal_code"
		return f
	case b.Number != "" && b.Company == "":
		return wrong("company", "a company's number needs the company's name")
	case b.Number != "" && !isSIREN(b.Number) && !siretForm.MatchString(b.Number) && !vatForm.MatchString(b.Number):
		return wrong("number", "this is no SIREN, SIRET or VAT number")
	case !o.Agreed:
		return wrong("agreed", "an order needs your agreement to pay")
	}
	return nil
}

func elsewhere(postal string) bool {
	for _, p := range farFromHere {
		if strings.HasPrefix(postal, p) {
			return true
		}
	}
	return false
}

// Lines is the buyer as an invoice shows them.
func (b Buyer) Lines() []string {
	var out []string
	if b.Company != "" {
		out = append(out, b.Company)
	}
	out = append(append(out, b.Name), strings.Split(b.Address, "\n")...)
	return append(out, b.Postal+" "+b.Town)
}
