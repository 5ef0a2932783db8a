package people_test

import (
	"errors"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// school has a person who may sign in, somebody invited, and an administrator invited.
type school struct {
	*store.Store
	t *testing.T
}

func (s school) account(email string, grants ...people.Grant) people.Account {
	s.t.Helper()
	a, err := s.CreateAccount(s.t.Context(), people.ByCLI, people.Account{Email: email, Name: "Somebody", Lang: "fr", State: people.Active, Grants: grants})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

func (s school) invite(a people.Account) string {
	s.t.Helper()
	secret, err := s.CreateLink(s.t.Context(), people.ByCLI, people.LinkInvite, a.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	return secret
}

func vouched(subject, email string) people.Claims {
	return people.Claims{Issuer: "https://id.example.org", Subject: subject, Email: email}
}

func TestAnIdentityEntersTheAccountItWasJoinedToByInvitation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		s := school{db, t}
		awa := s.account("awa@example.org")
		secret := s.invite(awa)
		a, err := people.EnterWith(t.Context(), s, vouched("1", "awa@example.org"), secret)
		if err != nil || a.ID != awa.ID {
			t.Fatalf("entered as %+v, %v", a, err)
		}
		// Later without invitation, whatever address the provider knows by then.
		a, err = people.EnterWith(t.Context(), s, vouched("1", "awa@elsewhere.example"), "")
		if err != nil || a.ID != awa.ID {
			t.Errorf("entered as %+v, %v", a, err)
		}
		if _, err := people.EnterWith(t.Context(), s, vouched("2", "awa@example.org"), secret); !errors.Is(err, people.ErrLink) {
			t.Errorf("the invitation opens twice: %v", err)
		}
	})
}

func TestAProvidersWordAloneOpensNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		s := school{db, t}
		awa, boss := s.account("awa@example.org"), s.account("boss@example.org", people.Grant{Role: people.Administrator})
		joined := s.account("joined@example.org")
		if err := s.LinkOIDC(t.Context(), people.By(joined.ID), joined.ID, "https://id.example.org", "joined"); err != nil {
			t.Fatal(err)
		}
		recovery, err := s.CreateLink(t.Context(), people.ByCLI, people.LinkRecovery, awa.ID)
		if err != nil {
			t.Fatal(err)
		}
		invitation := s.invite(awa)
		tests := []struct {
			name       string
			claims     people.Claims
			invitation string
			want       fault.Code
		}{
			{"the address of an account, without an invitation", vouched("1", "awa@example.org"), "", fault.Forbidden},
			{"an unknown address", vouched("1", "nobody@example.org"), "", fault.Forbidden},
			{"an invitation for another address", vouched("1", "mallory@example.org"), invitation, fault.Forbidden},
			{"an invitation to be an administrator", vouched("1", "boss@example.org"), s.invite(boss), fault.Forbidden},
			{"an identity that is somebody else here", vouched("joined", "awa@example.org"), invitation, fault.Conflict},
			{"a link that is no invitation", vouched("1", "awa@example.org"), recovery, fault.Forbidden},
			{"an invitation that was made up", vouched("1", "awa@example.org"), "made-up", fault.Forbidden},
		}
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				a, err := people.EnterWith(t.Context(), s, tt.claims, tt.invitation)
				if fault.CodeOf(err) != tt.want || a.ID != "" {
					t.Errorf("entered as %+v, %v", a, err)
				}
			})
		}
		if _, err := s.AccountByOIDC(t.Context(), "https://id.example.org", "1"); fault.CodeOf(err) != fault.NotFound {
			t.Errorf("one of them was joined all the same: %v", err)
		}
		if _, err := s.PeekLink(t.Context(), invitation, people.LinkInvite); err != nil {
			t.Errorf("a refusal used the invitation up: %v", err)
		}
	})
}

func TestASuspendedPersonDoesNotEnterWithAProvider(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		s := school{db, t}
		awa := s.account("awa@example.org")
		if err := s.LinkOIDC(t.Context(), people.By(awa.ID), awa.ID, "https://id.example.org", "1"); err != nil {
			t.Fatal(err)
		}
		secret := s.invite(awa)
		if err := s.SetAccountState(t.Context(), people.ByCLI, awa.ID, people.Suspended); err != nil {
			t.Fatal(err)
		}
		for _, invitation := range []string{"", secret} {
			if a, err := people.EnterWith(t.Context(), s, vouched("1", "awa@example.org"), invitation); fault.CodeOf(err) != fault.Forbidden {
				t.Errorf("entered as %+v, %v", a, err)
			}
		}
	})
}
