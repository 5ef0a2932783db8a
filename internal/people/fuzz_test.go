package people

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzCheckName: a name that is taken is one line of printable text, and stays as it is when checked again.
func FuzzCheckName(f *testing.F) {
	for _, s := range []string{"Ada Lovelace", "  Zoë\t ", "a\u202eb", "a\u200db", "\x00", "\xff", strings.Repeat("é", 121), "\u2028", "\u0085"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := CheckName(s)
		if err != nil {
			return
		}
		if name == "" || !utf8.ValidString(name) || utf8.RuneCountInString(name) > maxName || strings.ContainsFunc(name, isControl) || strings.TrimSpace(name) != name {
			t.Errorf("%q is the name %q", s, name)
		}
		if again, err := CheckName(name); err != nil || again != name {
			t.Errorf("%q is the name %q, which is %q, %v", s, name, again, err)
		}
	})
}

// FuzzGrant: a grant that is taken names a role that can be given and, wholly or not at all, one object,
// in words both databases keep.
func FuzzGrant(f *testing.F) {
	for _, s := range [][3]string{{"mentor", "", ""}, {"expert", "programme", "p1"}, {"expert", "", ""}, {"visitor", "", ""}, {"learner", "\x00", "x"}, {"learner", "programme", "\xff"}, {"learner", "programme", ""}} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, role, kind, id string) {
		g := Grant{Role: Role(role), Scope: Ref{Kind: Kind(kind), ID: id}}
		if g.Check() != nil {
			return
		}
		if g.Role == Visitor || g.Role == Member || (kind == "") != (id == "") || role == string(Expert) && id == "" {
			t.Errorf("%+v is taken", g)
		}
		for _, s := range []string{kind, id} {
			if !utf8.ValidString(s) || strings.ContainsFunc(s, isControl) || len(s) > maxScope {
				t.Errorf("%q is kept", s)
			}
		}
	})
}
