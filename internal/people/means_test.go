package people_test

import (
	"slices"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestTheLastMeansOfSignInIsNotLost(t *testing.T) {
	for _, c := range []struct {
		name  string
		means people.Means
		may   bool
	}{
		{"one passkey", people.Means{Passkeys: 1}, false},
		{"only a password", people.Means{Password: true}, false},
		{"only a provider", people.Means{Providers: 1}, false},
		{"two passkeys", people.Means{Passkeys: 2}, true},
		{"a passkey and a password", people.Means{Passkeys: 1, Password: true}, true},
		{"a password and a provider", people.Means{Password: true, Providers: 1}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.means.MayLose(); got != c.may {
				t.Errorf("may lose: %v, want %v", got, c.may)
			}
			if err := c.means.CheckLosing(); (err == nil) != c.may || err != nil && fault.CodeOf(err) != fault.Conflict {
				t.Errorf("check: %v", err)
			}
		})
	}
}

func TestATokenIsOfferedOnlyWhatItsOwnerMayDo(t *testing.T) {
	member := people.Identity{Account: "a"}
	if got, want := people.Scopes(member), []people.Action{people.ReadOwn, people.ChangeOwn, people.Enrol, people.Subscribe, people.ReadEbooks}; !slices.Equal(got, want) {
		t.Errorf("a member is offered %v, want %v", got, want)
	}
	admin := people.Identity{Account: "a", Grants: []people.Grant{{Role: people.Administrator}}}
	if got := people.Scopes(admin); !slices.Contains(got, people.ReadAudit) || slices.Contains(got, people.SignIn) {
		t.Errorf("an administrator is offered %v", got)
	}
	expert := people.Identity{Account: "a", Grants: []people.Grant{{Role: people.Expert, Scope: people.Ref{Kind: people.KindProgramme, ID: "p"}}}}
	if got := people.Scopes(expert); slices.Contains(got, people.ReadAccounts) {
		t.Errorf("an expert is offered %v", got)
	}
	for _, who := range []people.Identity{member, admin, expert} {
		if err := people.CheckScopes(who, people.Scopes(who)); err != nil {
			t.Errorf("what is offered is refused: %v", err)
		}
	}
	if err := people.CheckScopes(member, []people.Action{people.ReadAudit}); fault.CodeOf(err) != fault.Invalid || err == nil {
		t.Errorf("a member gets a token for the audit trail: %v", err)
	}
}
