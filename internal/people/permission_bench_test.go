package people_test

import (
	"testing"

	"filiere/internal/people"
)

// BenchmarkAllowed is asked at every request: it must cost nothing beside the session's look-up (50 µs).
func BenchmarkAllowed(b *testing.B) {
	who := people.Identity{Account: "a", Grants: []people.Grant{
		{Role: people.Mentor}, {Role: people.Expert, Scope: people.Ref{Kind: people.KindProgramme, ID: "p1"}}, {Role: people.Administrator},
	}}
	b.ReportAllocs()
	for b.Loop() {
		if !people.Allowed(who, people.ReadOutbox, people.Site) {
			b.Fatal("refused")
		}
	}
}
