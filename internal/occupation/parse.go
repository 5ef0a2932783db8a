package occupation

import (
	"slices"
	"strings"

	"filiere/internal/fault"
)

// Parse reads an occupation as people name it: by its ID ("rome3-M1805"), or by its code ("M1805") of the
// nomenclature n, or, when n is "", of the one the code's form tells. It returns an Invalid fault for what
// is neither. Whether there is such an occupation it does not know.
func Parse(s string, n Nomenclature) (ID, error) {
	s = strings.TrimSpace(s)
	if head, code, ok := strings.Cut(s, "-"); ok && slices.Contains(Nomenclatures(), Nomenclature(head)) {
		n, s = Nomenclature(head), code
	}
	if n != "" && strings.TrimSpace(s) != "" {
		return Make(n, s), nil
	}
	if id, ok := Guess(s); ok {
		return id, nil
	}
	f := fault.New(fault.Invalid, "read occupation", "%q is no code of a known form", s)
	f.Hint = "name its nomenclature too, or write it whole, such as rome3-M1805; search finds occupations by name"
	return "", f
}

var grainNames = [...]string{Detailed: "detailed", Family: "family", Domain: "domain"}

// String names a grain; the names are those the command line and the API take.
func (g Grain) String() string { return grainNames[g] }

// ParseGrain reads a grain's name. It returns an Invalid fault that lists the names.
func ParseGrain(s string) (Grain, error) {
	if g := slices.Index(grainNames[:], s); g >= 0 {
		return Grain(g), nil
	}
	f := fault.New(fault.Invalid, "read grain", "no grain is called %q", s)
	f.Hint = "the grains are detailed, family and domain"
	return 0, f
}
