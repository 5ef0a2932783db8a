package letter

import (
	"strings"
	"testing"

	"filiere/internal/locale"
	"filiere/internal/people"
)

const link = "https://filiere.test/sign-in/link/c2VjcmV0"

func bundle(t testing.TB) locale.Bundle {
	t.Helper()
	b, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func letters(l *locale.Locale, to people.Account, link string) map[string]people.Message {
	return map[string]people.Message{
		"sign-in": SignIn(l, to, link), "invitation": Invitation(l, to, link), "recovery": Recovery(l, to, link),
		"change": Changed(l, to, people.DidAddPasskey, link),
	}
}

func TestEveryLetterCarriesItsLinkOnALineOfItsOwn(t *testing.T) {
	for lang, l := range bundle(t) {
		for kind, m := range letters(l, people.Account{Email: "ada@example.org", Name: "Ada"}, link) {
			if m.To != "ada@example.org" || m.Lang != string(lang) || m.Subject == "" || strings.HasPrefix(m.Subject, "letter.") {
				t.Errorf("%s in %s: to %q in %q: %q", kind, lang, m.To, m.Lang, m.Subject)
			}
			if !strings.Contains(m.Body, "\n"+link+"\n") || strings.Count(m.Body, "://") != 1 || !strings.Contains(m.Body, "Ada") {
				t.Errorf("%s in %s: %s", kind, lang, m.Body)
			}
		}
	}
}

func TestALetterSaysHowLongItsLinkLasts(t *testing.T) {
	en := bundle(t)[locale.English]
	for kind, want := range map[string]string{"sign-in": "10 minutes", "invitation": "7 days", "recovery": "10 minutes"} {
		if m := letters(en, people.Account{}, link)[kind]; !strings.Contains(m.Body, want) {
			t.Errorf("%s does not say %q: %s", kind, want, m.Body)
		}
	}
}

func TestNobodyWritesHeadersOrLinesIntoALetter(t *testing.T) {
	hostile := "Ada\r\nBcc: all@example.org\r\n\r\nhello\u2028\u202e\x00"
	for lang, l := range bundle(t) {
		plain := letters(l, people.Account{Email: "a@example.org", Name: "Ada"}, link)
		for kind, m := range letters(l, people.Account{Email: "a@example.org" + hostile, Name: hostile}, link+hostile) {
			if strings.ContainsAny(m.To+m.Subject, "\r\n\x00") || m.Subject != plain[kind].Subject {
				t.Errorf("%s in %s: to %q, subject %q", kind, lang, m.To, m.Subject)
			}
			if strings.Count(m.Body, "\n") != strings.Count(plain[kind].Body, "\n") || strings.ContainsAny(m.Body, "\r\x00\u2028\u202e") {
				t.Errorf("%s in %s has lines of its reader's making: %q", kind, lang, m.Body)
			}
		}
	}
}

func FuzzOneLine(f *testing.F) {
	f.Add("a\r\nBcc: b")
	f.Add("\u2028\u202e")
	f.Fuzz(func(t *testing.T, s string) {
		if got := oneLine(s); strings.ContainsAny(got, "\r\n\x00\v\f\u0085\u2028\u2029\u202e") {
			t.Errorf("%q became %q", s, got)
		}
	})
}
