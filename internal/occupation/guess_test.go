package occupation

import "testing"

func TestGuessTellsTheNomenclatureByTheFormOfACode(t *testing.T) {
	for code, want := range map[string]ID{
		"M1805": "rome3-M1805", "m1805": "rome3-M1805", " J1506 ": "rome3-J1506",
		"A0Z40": "fap2009-A0Z40", "V1Z": "fap2009-V1Z", "a0z40": "fap2009-A0Z40",
		"A0X40": "fap2021-A0X40", "A0X41a": "fap2021-A0X41a", "A0X": "fap2021-A0X",
		"2166": "isco08-2166",
		"":     "", "M18051": "", "hello": "", "A0": "", "../etc": "",
	} {
		if got, ok := Guess(code); got != want || ok != (want != "") {
			t.Errorf("Guess(%q) = %q, %v; want %q", code, got, ok, want)
		}
	}
}

func TestAParentIsOneGrainUp(t *testing.T) {
	for id, want := range map[ID]ID{
		"rome3-M1805": "rome3-M18", "rome3-M18": "rome3-M", "rome3-M": "",
		"fap2009-A0Z40": "fap2009-A0Z", "fap2009-A0Z": "fap2009-A",
		"fap2021-A0X41a": "fap2021-A0X41", "fap2021-A0X41": "fap2021-A0X",
		"isco08-2166": "isco08-216", "isco08-2": "",
		"esco-0001": "",
	} {
		if got := id.Parent(); got != want {
			t.Errorf("parent of %s is %q, want %q", id, got, want)
		}
	}
}

func TestAGrainFollowsTheCode(t *testing.T) {
	for id, want := range map[ID]Grain{
		"rome3-M1805": Detailed, "rome3-M18": Family, "rome3-M": Domain,
		"fap2009-A0Z40": Detailed, "fap2009-A0Z": Family, "fap2021-A0X41a": Detailed,
		"isco08-2166": Detailed, "isco08-21": Family, "esco-0001": Detailed,
	} {
		if got := id.Grain(); got != want {
			t.Errorf("grain of %s is %d, want %d", id, got, want)
		}
	}
}

func FuzzGuess(f *testing.F) {
	for _, s := range []string{"M1805", "A0Z40", "A0X41a", "2166", "é", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, code string) {
		id, ok := Guess(code)
		if !ok {
			return
		}
		if _, err := ParseNomenclature(string(id.Nomenclature())); err != nil {
			t.Errorf("Guess(%q) = %q: %v", code, id, err)
		}
	})
}
