package territory

import (
	"strings"
	"testing"

	"filiere/internal/fault"
)

func TestAnAreaIsReadAsPeopleNameIt(t *testing.T) {
	for _, c := range []struct {
		name, text string
		level      Level
		zoning     Zoning
		want       ID // "" is refused
	}{
		{"by its ID", "dep-69", "", "", "dep-69"},
		{"by its ID, whatever the level", "dep-69", Region, Bassins2024, "dep-69"},
		{"by its ID without its zero", "dep-1", "", "", "dep-01"},
		{"by its ID in small letters", "dep-2a", "", "", "dep-2A"},
		{"the country", "fr", "", "", "FR"},
		{"the country, whatever the level", "FR", Departement, "", "FR"},
		{"by its code at a level", "69", Departement, "", "dep-69"},
		{"by its code without its zero", "1", Region, "", "reg-01"},
		{"by its code in the level's usual edition", "8401", Bassin, "", "be2019-8401"},
		{"by its code in another edition", "8401", Bassin, Bassins2024, "be2024-8401"},
		{"not by a code that could be of several levels", "69", "", "", ""},
		{"not by a code of the country", "69", Country, "", ""},
		{"not by a zoning that is none", "be2030-8401", "", "", ""},
		{"not by a zoning alone", "dep-", "", "", ""},
		{"not by nothing", " ", Departement, "", ""},
	} {
		got, err := Parse(c.text, c.level, c.zoning)
		if got != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s: Parse(%q, %q, %q) = %q, %v; want %q", c.name, c.text, c.level, c.zoning, got, err, c.want)
		}
		if err != nil && (fault.CodeOf(err) != fault.Invalid || fault.HintOf(err) == "") {
			t.Errorf("%s: %v tells nobody what is right", c.name, err)
		}
	}
}

func TestEveryZoningHasALevelAndIsReadByItsName(t *testing.T) {
	for _, z := range Zonings() {
		got, err := ParseZoning(string(z))
		if got != z || err != nil || levelOfZoning[z] == "" {
			t.Errorf("%s is read as %s, %v", z, got, err)
		}
	}
	if n := len(Zonings()); n != len(levelOfZoning) {
		t.Errorf("%d zonings are listed of %d", n, len(levelOfZoning))
	}
	if _, err := ParseZoning("be2030"); fault.CodeOf(err) != fault.Invalid || !strings.Contains(fault.HintOf(err), "be2024") {
		t.Errorf("a zoning that is none: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"69", "dep-69", "FR", "dep-", "be2019-8401", "-", "com-2a004", "\x00", "dep- 1", "NULL", "é"} {
		f.Add(s, "", "")
		f.Add(s, "departement", "be2024")
	}
	f.Fuzz(func(t *testing.T, text, level, zoning string) {
		if zoning != "" {
			if _, err := ParseZoning(zoning); err != nil {
				return
			}
		}
		id, err := Parse(text, Level(level), Zoning(zoning))
		if err != nil {
			return
		}
		if id.Level() == "" || id.Code() == "" {
			t.Errorf("Parse(%q, %q, %q) = %q", text, level, zoning, id)
		}
		if again, err := Parse(string(id), "", ""); again != id || err != nil {
			t.Errorf("Parse(%q, %q, %q) = %q, which is read as %q, %v", text, level, zoning, id, again, err)
		}
	})
}
