package occupation

import (
	"regexp"
	"slices"
	"strings"

	"filiere/internal/fault"
)

// The forms of codes of families and domains that tell their nomenclature. A letter alone is a grand domaine
// of ROME: FAP has domains of one letter too, which are named in full (fap2009-V).
var (
	romeFamilyForm = regexp.MustCompile(`^[A-N](\d\d)?$`)
	fapFamilyForm  = regexp.MustCompile(`^[A-Z]\d[A-Z]$`)
)

// ParseFamily reads a family or a domain of occupations as people name it: a ROME letter ("M") or domain
// ("M18"), a FAP family ("V1Z"), or an ID ("rome3-M18", "fap2009-V1Z", "fap2009-V"). It returns an Invalid
// fault for anything else.
func ParseFamily(s string) (ID, error) {
	s = strings.TrimSpace(s)
	head, code, named := strings.Cut(s, "-")
	n := Nomenclature(head)
	if !named {
		n, code = "", s
	}
	code = strings.ToUpper(code)
	switch {
	case n == "" && romeFamilyForm.MatchString(code):
		return Make(ROME3, code), nil
	case n == "" && fap2009Form.MatchString(code) && len(code) == 3:
		return Make(FAP2009, code), nil
	case n == "" && fapFamilyForm.MatchString(code):
		return Make(FAP2021, code), nil
	case (n == ROME3 || n == ROME4) && romeFamilyForm.MatchString(code):
		return Make(ROME3, code), nil
	case (n == FAP2009 || n == FAP2021) && (fapFamilyForm.MatchString(code) || len(code) == 1 && code >= "A" && code <= "Z"):
		return Make(n, code), nil
	}
	f := fault.New(fault.Invalid, "read family", "%q is no family of occupations", s)
	f.Hint = "write a ROME letter (M) or domain (M18), or a FAP family (V1Z)"
	return "", f
}

// In reports whether an occupation belongs to a family or domain. Those of ROME are the same in both
// editions.
func (id ID) In(family ID) bool {
	n, of := id.Nomenclature(), family.Nomenclature()
	if n == ROME4 {
		n = ROME3
	}
	return n == of && strings.HasPrefix(id.Code(), family.Code())
}

// FamilyPrefixes are what the IDs of the occupations of a family begin with.
func FamilyPrefixes(family ID) []string {
	out := []string{string(family)}
	if family.Nomenclature() == ROME3 {
		out = append(out, string(Make(ROME4, family.Code())))
	}
	return slices.Clip(out)
}
