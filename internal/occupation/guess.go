package occupation

import (
	"regexp"
	"strings"
)

// The forms of codes that tell their nomenclature. ROME 3 and 4 share a form; figures are published
// by ROME 3 sheets, so a bare code means that one. FAP codes of 2009 have Z as third character (A or
// B for five of them), those of 2021 mostly X or Y.
var (
	romeForm    = regexp.MustCompile(`^[A-N]\d{4}$`)
	fap2009Form = regexp.MustCompile(`^[A-Z]\d[ABZ](\d\d)?$`)
	fap2021Form = regexp.MustCompile(`^[A-Z]\d[A-Z](\d\d[a-z]?)?$`)
	iscoForm    = regexp.MustCompile(`^\d{4}$`)
)

// Guess tells the nomenclature of a bare code by its form. ok is false when no form fits.
func Guess(code string) (id ID, ok bool) {
	upper := strings.ToUpper(strings.TrimSpace(code))
	switch {
	case romeForm.MatchString(upper):
		return Make(ROME3, upper), true
	case fap2009Form.MatchString(upper):
		return Make(FAP2009, upper), true
	case fap2021Form.MatchString(strings.TrimSpace(code)), fap2021Form.MatchString(upper):
		return Make(FAP2021, strings.TrimSpace(code)), true
	case iscoForm.MatchString(upper):
		return Make(ISCO08, upper), true
	}
	return "", false
}
