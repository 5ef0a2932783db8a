package occupation

import (
	"strings"
	"testing"
)

func TestAFamilyIsReadAsPeopleNameIt(t *testing.T) {
	for typed, want := range map[string]ID{
		"M": "rome3-M", "m18": "rome3-M18", " J15 ": "rome3-J15", "rome4-M18": "rome3-M18", "rome3-M": "rome3-M",
		"V1Z": "fap2009-V1Z", "M2X": "fap2021-M2X", "fap2009-v": "fap2009-V", "fap2021-M2X": "fap2021-M2X", "fap2021-V1Z": "fap2021-V1Z",
	} {
		if got, err := ParseFamily(typed); err != nil || got != want {
			t.Errorf("%q: %s, %v; want %s", typed, got, err, want)
		}
	}
	for _, typed := range []string{"", "M1805", "Z", "18", "M1", "fap2009-V1Z80", "isco08-25", "rome3-", "rome3-%", "fap2009-", "é", "esco-x"} {
		if got, err := ParseFamily(typed); err == nil {
			t.Errorf("%q was read as %s", typed, got)
		}
	}
}

func TestAnOccupationIsInItsFamilies(t *testing.T) {
	for _, c := range []struct {
		id, family ID
		want       bool
	}{
		{"rome3-M1805", "rome3-M18", true},
		{"rome3-M1805", "rome3-M", true},
		{"rome4-M1805", "rome3-M18", true},
		{"rome3-M1805", "rome3-M17", false},
		{"fap2009-M2Z90", "rome3-M", false},
		{"fap2009-M2Z90", "fap2009-M2Z", true},
		{"fap2021-M2Z90", "fap2009-M2Z", false},
	} {
		if got := c.id.In(c.family); got != c.want {
			t.Errorf("%s in %s: %v", c.id, c.family, got)
		}
	}
}

func FuzzParseFamily(f *testing.F) {
	for _, s := range []string{"M", "M18", "V1Z", "fap2009-V", "rome3-%"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		id, err := ParseFamily(s)
		if err != nil {
			return
		}
		if again, err := ParseFamily(string(id)); err != nil || again != id {
			t.Errorf("%q is %s, which is %s, %v", s, id, again, err)
		}
		if strings.ContainsAny(string(id), "%_ ") || id.Grain() == Detailed {
			t.Errorf("%q is %s", s, id)
		}
	})
}
