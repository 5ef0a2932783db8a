package people_test

import (
	"strings"
	"testing"
	"unicode"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestAnAddressIsFoldedOrRefused(t *testing.T) {
	for name, c := range map[string]struct{ typed, want string }{
		"plain":                       {"zoe@example.org", "zoe@example.org"},
		"typed on a telephone":        {" Zoe@Example.ORG\n", "zoe@example.org"},
		"with a tag":                  {"zoe+school@example.org", "zoe+school@example.org"},
		"accented":                    {"zoé@exemple.fr", "zoé@exemple.fr"},
		"empty":                       {"", ""},
		"no domain":                   {"zoe", ""},
		"a display name":              {"Zoé <zoe@example.org>", ""},
		"angle brackets":              {"<zoe@example.org>", ""},
		"two":                         {"zoe@example.org, ana@example.org", ""},
		"a comment":                   {"zoe@example.org (Zoé)", ""},
		"quotes around a space":       {`"zoe a"@example.org`, ""},
		"a header after a line break": {"zoe@example.org\r\nBcc: all@example.org", ""},
		"a line break within":         {"zoe\n@example.org", ""},
		"a zero byte":                 {"zoe@example.org\x00", ""},
		"a change of direction":       {"zoe\u202e@example.org", ""},
		"a character of no width":     {"zoe\u200b@example.org", ""},
		"255 characters":              {strings.Repeat("a", 243) + "@example.org", ""},
		"no text":                     {"zo\xff@example.org", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := people.FoldEmail(c.typed)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
			if err != nil && fault.CodeOf(err) != fault.Invalid {
				t.Errorf("got %v, want Invalid", err)
			}
		})
	}
}

func FuzzFoldEmail(f *testing.F) {
	f.Add("Zoe@Example.org")
	f.Add("a@b\r\nBcc: c@d")
	f.Fuzz(func(t *testing.T, s string) {
		folded, err := people.FoldEmail(s)
		if err != nil {
			return
		}
		if strings.ContainsFunc(folded, unicode.IsControl) || strings.ContainsAny(folded, "<>,; ") || strings.Count(folded, "@") != 1 {
			t.Errorf("%q is taken for an address: %q", s, folded)
		}
		if again, err := people.FoldEmail(folded); again != folded || err != nil {
			t.Errorf("%q folds to %q, then to %q, %v", s, folded, again, err)
		}
	})
}

func TestANameIsOneLineThatReadsAsItIs(t *testing.T) {
	for name, c := range map[string]struct{ typed, want string }{
		"plain":                      {"Zoé Étoile", "Zoé Étoile"},
		"spaced out":                 {"  Zoé \t Étoile\n", "Zoé Étoile"},
		"Persian, with a joiner":     {"می\u200cخواهم", "می\u200cخواهم"},
		"markup is text like others": {"<b>Zoé</b>", "<b>Zoé</b>"},
		"nothing":                    {" \t", ""},
		"121 letters":                {strings.Repeat("é", 121), ""},
		"120 letters":                {strings.Repeat("é", 120), strings.Repeat("é", 120)},
		"a change of direction":      {"nimda\u202e", ""},
		"an isolate":                 {"a\u2066b", ""},
		"a bell":                     {"Zoé\a", ""},
		"no text":                    {"Zo\xff", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := people.CheckName(c.typed)
			if (err == nil) != (c.want != "") || err == nil && got != c.want {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestAGrantNeedsARoleThatIsGivenAndAScopeThatIsWhole(t *testing.T) {
	programme := people.Ref{Kind: people.KindProgramme, ID: "p1"}
	for name, c := range map[string]struct {
		grant people.Grant
		good  bool
	}{
		"everywhere":              {people.Grant{Role: people.Mentor}, true},
		"for one":                 {people.Grant{Role: people.Mentor, Scope: programme}, true},
		"an expert of one":        {people.Grant{Role: people.Expert, Scope: programme}, true},
		"an expert of everything": {people.Grant{Role: people.Expert}, false},
		"a visitor":               {people.Grant{Role: people.Visitor}, false},
		"a member":                {people.Grant{Role: people.Member}, false},
		"no role":                 {people.Grant{}, false},
		"a kind without an ID":    {people.Grant{Role: people.Mentor, Scope: people.Ref{Kind: people.KindProgramme}}, false},
		"an ID without a kind":    {people.Grant{Role: people.Mentor, Scope: people.Ref{ID: "p1"}}, false},
		"an ID with a zero byte":  {people.Grant{Role: people.Mentor, Scope: people.Ref{Kind: people.KindProgramme, ID: "p\x00"}}, false},
		"an ID that goes on":      {people.Grant{Role: people.Mentor, Scope: people.Ref{Kind: people.KindProgramme, ID: strings.Repeat("p", 101)}}, false},
	} {
		if err := c.grant.Check(); (err == nil) != c.good || err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, r := range people.Grantable() {
		if err := (people.Grant{Role: r, Scope: programme}).Check(); err != nil {
			t.Errorf("%s can be given and is refused: %v", r, err)
		}
	}
}
