package occupation

import (
	"strings"
	"testing"

	"filiere/internal/fault"
)

func TestAnOccupationIsReadAsPeopleNameIt(t *testing.T) {
	for _, c := range []struct {
		name, text string
		list       Nomenclature
		want       ID // "" is refused
	}{
		{"by its ID", "rome3-M1805", "", "rome3-M1805"},
		{"by its ID in small letters", "rome3-m1805", "", "rome3-M1805"},
		{"by its ID, whatever the list", "rome3-M1805", FAP2009, "rome3-M1805"},
		{"by an ID with dashes in its code", "esco-00cee175-1376", "", "esco-00cee175-1376"},
		{"by the code of a list", "M1805", ROME4, "rome4-M1805"},
		{"by the code of a family", "V1Z", FAP2009, "fap2009-V1Z"},
		{"by a code whose form tells the list", " j1506 ", "", "rome3-J1506"},
		{"by a code of FAP 2021, where small letters count", "A0X41a", "", "fap2021-A0X41a"},
		{"not by a name", "nurse", "", ""},
		{"not by a list alone", "rome3-", "", ""},
		{"not by a list that is none", "rome5-M1805", "", ""},
		{"not by nothing", " ", ROME3, ""},
	} {
		got, err := Parse(c.text, c.list)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s: Parse(%q, %q) = %q, %v; want %q", c.name, c.text, c.list, got, err, c.want)
		}
		if err != nil && (fault.CodeOf(err) != fault.Invalid || fault.HintOf(err) == "") {
			t.Errorf("%s: %v tells nobody what is right", c.name, err)
		}
	}
}

func TestAGrainIsReadByTheNameItIsWrittenWith(t *testing.T) {
	for _, g := range []Grain{Detailed, Family, Domain} {
		if got, err := ParseGrain(g.String()); got != g || err != nil {
			t.Errorf("%s is read as %s, %v", g, got, err)
		}
	}
	if _, err := ParseGrain("coarse"); fault.CodeOf(err) != fault.Invalid || !strings.Contains(fault.HintOf(err), "family") {
		t.Errorf("a grain that is none: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"M1805", "rome3-M1805", "rome3-", "esco-é", "fap2021-A0X41a", "-", "\x00", " rome3- M1805"} {
		f.Add(s, "")
		f.Add(s, "rome3")
	}
	f.Fuzz(func(t *testing.T, text, list string) {
		if list != "" {
			if _, err := ParseNomenclature(list); err != nil {
				return
			}
		}
		id, err := Parse(text, Nomenclature(list))
		if err != nil {
			return
		}
		if _, err := ParseNomenclature(string(id.Nomenclature())); err != nil || id.Code() == "" {
			t.Errorf("Parse(%q, %q) = %q", text, list, id)
		}
		if again, err := Parse(string(id), ""); again != id || err != nil {
			t.Errorf("Parse(%q, %q) = %q, which is read as %q, %v", text, list, id, again, err)
		}
	})
}
