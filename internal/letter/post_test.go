package letter_test

import (
	"strings"
	"testing"

	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

func TestAnInvitationCarriesALinkThatOpensOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		locales, err := locale.Load()
		if err != nil {
			t.Fatal(err)
		}
		post := letter.Post{Outbox: s, Locales: locales, Link: func(path string) string { return "https://school.test" + path }}
		a, err := s.CreateAccount(ctx, people.ByCLI, people.Account{Email: "ada@example.org", Name: "Ada", Lang: "en"})
		if err != nil {
			t.Fatal(err)
		}
		for purpose, send := range map[people.Purpose]func() error{
			people.LinkInvite:   func() error { return post.Invite(ctx, people.ByCLI, a) },
			people.LinkRecovery: func() error { return post.Recover(ctx, people.ByCLI, a) },
		} {
			if err := send(); err != nil {
				t.Fatal(err)
			}
			mails, err := s.Mails(ctx, 1)
			if err != nil || len(mails) != 1 || mails[0].To != "ada@example.org" {
				t.Fatalf("outbox: %+v, %v", mails, err)
			}
			_, link, _ := strings.Cut(mails[0].Body, "https://school.test/")
			_, secret, _ := strings.Cut(strings.Fields(link)[0], "/")
			if l, err := s.UseLink(ctx, secret, purpose); err != nil || l.Account != a.ID {
				t.Errorf("%s: the link does not open: %+v, %v", purpose, l, err)
			}
			if _, err := s.UseLink(ctx, secret, purpose); err == nil {
				t.Errorf("%s: the link opens twice", purpose)
			}
		}
		if err := s.SetAccountState(ctx, people.ByCLI, a.ID, people.Suspended); err != nil {
			t.Fatal(err)
		}
		if err := post.Invite(ctx, people.ByCLI, a); err == nil {
			t.Error("a suspended account is invited")
		}
	})
}
