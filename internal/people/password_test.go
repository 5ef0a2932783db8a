package people_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestAPasswordIsChosenByLengthAndByWhatGuessersKnow(t *testing.T) {
	about := []string{"anabelle.leroy@ecole-du-bois.example", "Anabelle Leroy"}
	for name, c := range map[string]struct {
		password string
		good     bool
	}{
		"a phrase":                               {"cheval agrafe pile correct", true},
		"twelve characters":                      {"xk7 mopq zdv", true},
		"eleven characters":                      {"xk7 mopq zd", false},
		"eleven characters of three bytes":       {strings.Repeat("語", 3) + "abcdefgh", false},
		"a hundred and twenty-eight characters":  {strings.Repeat("ab cdefg", 16), true},
		"a hundred and twenty-nine":              {strings.Repeat("ab cdefg", 16) + "i", false},
		"a megabyte":                             {strings.Repeat("x", 1<<20), false},
		"a leaked one":                           {"1qaz2wsx3edc4rfv", false},
		"a leaked one in capitals":               {"1QAZ2WSX3EDC4RFV", false},
		"a leaked one in full width":             {"１qaz2wsx3edc4rfv", false},
		"the site's name and a year":             {"Filière2026!", false},
		"the site's name in a phrase":            {"la filière du bois me plaît", true},
		"one's name twice":                       {"AnabelleLeroy", false},
		"one's name and little more":             {"leroy-anabelle-1987", false},
		"one's name in a phrase":                 {"Anabelle compte onze moutons verts", true},
		"one's address":                          {"anabelle.leroy@ecole-du-bois.example", false},
		"two lines":                              {"cheval agrafe\npile correct", false},
		"a zero byte":                            {"cheval agrafe\x00pile correct", false},
		"what is no text":                        {"cheval agrafe \xff pile", false},
		"composed out of more code points: kept": {strings.Repeat("e\u0301", 12), true},
		"composed, it is too short":              {strings.Repeat("e\u0301", 11), false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := people.CheckNewPassword(c.password, []people.LeakList{people.CommonLeaks()}, about...)
			if c.good != (err == nil) {
				t.Fatalf("error %v", err)
			}
			if err != nil && (fault.CodeOf(err) != fault.Invalid || fault.HintOf(err) == "") {
				t.Errorf("the refusal is %#v: want Invalid, with a hint", err)
			}
			if err != nil && strings.Contains(err.Error(), c.password) {
				t.Errorf("the refusal repeats the password: %v", err)
			}
			if err == nil && got != people.NormalisePassword(c.password) {
				t.Errorf("got %q, which is not normalised", got)
			}
		})
	}
}

// broken is a list that cannot be read.
type broken struct{}

func (broken) Leaked(string) (bool, error) { return false, errors.New("disk on fire") }

func TestAPasswordIsNotChosenUncheckedWhenAListCannotBeRead(t *testing.T) {
	_, err := people.CheckNewPassword("cheval agrafe pile correct", []people.LeakList{broken{}})
	if fault.CodeOf(err) != fault.Internal {
		t.Errorf("got %v, want the list's own error", err)
	}
}

func FuzzCheckNewPassword(f *testing.F) {
	f.Add("cheval agrafe pile correct", "anabelle@example.org")
	f.Add("\xff\x00", "")
	lists := []people.LeakList{people.CommonLeaks()}
	f.Fuzz(func(t *testing.T, password, about string) {
		got, err := people.CheckNewPassword(password, lists, about)
		if err != nil {
			return
		}
		if n := utf8.RuneCountInString(got); n < people.MinPassword || n > people.MaxPassword {
			t.Errorf("%q has %d characters", got, n)
		}
		if again, err := people.CheckNewPassword(got, lists, about); err != nil || again != got {
			t.Errorf("%q was accepted and, normalised, is not: %v", password, err)
		}
	})
}
