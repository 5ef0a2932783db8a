package locale_test

import (
	"testing"
	"time"

	"filiere/internal/locale"
)

func load(t *testing.T) locale.Bundle {
	t.Helper()
	b, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestNumbersAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	b := load(t)
	fr, en := b[locale.French], b[locale.English]
	for _, c := range []struct{ name, got, want string }{
		{"French groups are parted by a narrow no-break space", fr.Int(1234567), "1\u202f234\u202f567"},
		{"English groups are parted by a comma", en.Int(1234567), "1,234,567"},
		{"a French decimal is a comma", fr.Number(0.5, 2), "0,50"},
		{"an English decimal is a point", en.Number(0.5, 2), "0.50"},
		{"a French percent sign stands off", fr.Percent(0.685, 1), "68,5\u202f%"},
		{"an English percent sign does not", en.Percent(0.685, 1), "68.5%"},
		{"minus is a minus sign", fr.Number(-1.25, 1), "\u22121,2"},
		{"what rounds to zero has no sign", fr.Number(-0.04, 1), "0,0"},
		{"a sign can be asked for", en.Signed(0.48, 2), "+0.48"},
		{"zero has no sign", en.Signed(0, 2), "0.00"},
		{"a thousand has one group", fr.Int(-1000), "\u22121\u202f000"},
		{"a whole number is shown without decimals", fr.Short(12), "12"},
		{"another with one", fr.Short(12.25), "12,2"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.name, c.got, c.want)
		}
	}
}

func TestDatesAreWrittenAsTheLanguageWritesThem(t *testing.T) {
	b := load(t)
	day := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	if got := b[locale.French].Date(day); got != "1er\u00a0mars\u00a02026" {
		t.Errorf("French: %q", got)
	}
	if got := b[locale.English].Date(day); got != "1\u00a0March\u00a02026" {
		t.Errorf("English: %q", got)
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	b := load(t)
	for _, c := range []struct {
		lang locale.Lang
		n    int
		want string
	}{
		{locale.French, 0, "0 métier"}, // French counts zero as one
		{locale.French, 1, "1 métier"},
		{locale.French, 2, "2 métiers"},
		{locale.English, 0, "0 occupations"},
		{locale.English, 1, "1 occupation"},
	} {
		if got := b[c.lang].T("search.occupations", "n", c.n); got != c.want {
			t.Errorf("%s, %d: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestTheReadersLanguageIsMatched(t *testing.T) {
	for accept, want := range map[string]locale.Lang{
		"":                        locale.French,
		"fr-CA, en;q=0.5":         locale.French,
		"en-GB,en;q=0.9,fr;q=0.8": locale.English,
		"de, en;q=0.7":            locale.English,
		"zh":                      locale.French,
		"en_GB":                   locale.English,
		"not a language ;;;":      locale.French,
	} {
		if got := locale.Match(accept); got != want {
			t.Errorf("%q: %s, want %s", accept, got, want)
		}
	}
}

func TestListsAreJoinedInWords(t *testing.T) {
	fr := load(t)[locale.French]
	for want, names := range map[string][]string{
		"": nil, "a": {"a"}, "a et b": {"a", "b"}, "a, b et c": {"a", "b", "c"},
	} {
		if got := fr.List(names); got != want {
			t.Errorf("%v: %q, want %q", names, got, want)
		}
	}
}

func TestAMissingKeyIsSeen(t *testing.T) {
	if got := load(t)[locale.French].T("no.such.key"); got != "no.such.key" {
		t.Errorf("got %q", got)
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("fr-FR,en;q=0.8")
	f.Fuzz(func(t *testing.T, accept string) {
		if l := locale.Match(accept); l != locale.French && l != locale.English {
			t.Errorf("matched %q", l)
		}
	})
}
