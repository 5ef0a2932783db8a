package shop

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"filiere/internal/fault"
)

// Seller is who invoices: what article 242 nonies A and the Code de commerce (R123-238) want on an invoice.
type Seller struct {
	Name     string `json:"name"`
	Form     string `json:"form,omitempty"` // legal form and capital: "SAS au capital de 10 000 €"
	Address  string `json:"address"`        // lines
	SIREN    string `json:"siren"`          // nine digits
	Register string `json:"register,omitempty"`
	VATID    string `json:"vat_id"`
	IBAN     string `json:"iban"`
	BIC      string `json:"bic,omitempty"`
	Email    string `json:"email"`
}

// DemoSeller is who sells in the demonstration: nobody. Its numbers are zeros that pass the checks.
func DemoSeller() Seller {
	return Seller{
		Name: "École Filière (démonstration, société fictive)", Form: "SAS fictive au capital de 0 €",
		Address: "0 rue de l'Exemple\n00000 Nulle-Part", SIREN: "000000000", Register: "aucun : démonstration",
		VATID: "FR12000000000", IBAN: "FR7600000000000000000000000", Email: "facturation@example.org",
	}
}

// The bounds of what stands on an invoice.
const (
	maxName    = 120
	maxAddress = 400
	maxLines   = 6
)

var (
	sirenForm = regexp.MustCompile(`^\d{9}$`)
	vatForm   = regexp.MustCompile(`^[A-Z]{2}[0-9A-Z]{2,13}$`)
	ibanForm  = regexp.MustCompile(`^[A-Z]{2}\d{2}[0-9A-Z]{10,30}$`)
	bicForm   = regexp.MustCompile(`^[A-Z0-9]{8}(?:[A-Z0-9]{3})?$`)
	mailForm  = regexp.MustCompile(`^[^\s@<>"]+@[^\s@<>"]+$`)
)

// Check tells whether an invoice can bear the seller, and gives it with spaces and numbers put in order.
//
// Errors: Invalid, with the field.
func (s Seller) Check() (Seller, error) {
	var err error
	for _, line := range []struct {
		field    string
		value    *string
		required bool
	}{{"name", &s.Name, true}, {"form", &s.Form, false}, {"register", &s.Register, false}, {"email", &s.Email, true}} {
		if *line.value, err = oneLine(line.field, *line.value, line.required); err != nil {
			return s, err
		}
	}
	if s.Address, err = lines("address", s.Address); err != nil {
		return s, err
	}
	s.SIREN, s.VATID, s.IBAN, s.BIC = compact(s.SIREN), compact(s.VATID), compact(s.IBAN), compact(s.BIC)
	switch {
	case !isSIREN(s.SIREN):
		return s, wrong("siren", "this is no SIREN number")
	case !vatForm.MatchString(s.VATID):
		return s, wrong("vat_id", "this is no VAT number")
	case !isIBAN(s.IBAN):
		return s, wrong("iban", "this is no IBAN")
	case s.BIC != "" && !bicForm.MatchString(s.BIC):
		return s, wrong("bic", "this is no BIC")
	case !mailForm.MatchString(s.Email):
		return s, wrong("email", "this is no e-mail address")
	}
	return s, nil
}

// wrong is what is wrong with a field.
func wrong(field, format string, args ...any) error {
	f := fault.New(fault.Invalid, "check invoice", format, args...)
	f.Column = field
	return f
}

// oneLine takes a text of one line.
func oneLine(field, s string, required bool) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case s == "" && required:
		return s, wrong(field, "this is needed")
	case utf8.RuneCountInString(s) > maxName:
		return s, wrong(field, "this is too long")
	case !plain(s):
		return s, wrong(field, "this has characters that cannot be printed")
	}
	return s, nil
}

// lines takes a postal address.
func lines(field, s string) (string, error) {
	var out []string
	for line := range strings.Lines(strings.ReplaceAll(s, "\r", "\n")) {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	s = strings.Join(out, "\n")
	switch {
	case s == "":
		return s, wrong(field, "this is needed")
	case len(out) > maxLines || utf8.RuneCountInString(s) > maxAddress:
		return s, wrong(field, "this is too long")
	case !plain(strings.Join(out, " ")):
		return s, wrong(field, "this has characters that cannot be printed")
	}
	return s, nil
}

// plain reports whether a text can be printed and read as it stands: no controls, nothing that reorders.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError
	})
}

// compact takes the spaces out of a number and writes its letters large.
func compact(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), "")) }

// isSIREN checks the nine digits and their key (Luhn).
func isSIREN(s string) bool {
	if !sirenForm.MatchString(s) {
		return false
	}
	sum := 0
	for i, digit := range s {
		d := int(digit - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// isIBAN checks the form and the key (ISO 13616: modulo 97).
func isIBAN(s string) bool {
	if !ibanForm.MatchString(s) {
		return false
	}
	rest := 0
	for _, r := range s[4:] + s[:4] {
		if r >= 'A' {
			rest = (rest*100 + int(r-'A') + 10) % 97
		} else {
			rest = (rest*10 + int(r-'0')) % 97
		}
	}
	return rest == 1
}
