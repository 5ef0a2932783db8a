package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestAnAccountIsFoundByItsIDAndByItsAddressHoweverTyped(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		made := h.account(t, "Zoe@Example.ORG", expert, admin)
		made.Grants = []people.Grant{admin, expert} // in the order of their names
		h.account(t, "other@example.org")
		byID, err := h.b.Account(t.Context(), made.ID)
		ok(t, err)
		byEmail, err := h.b.AccountByEmail(t.Context(), " zoe@EXAMPLE.org\t")
		ok(t, err)
		if d := cmp.Diff([]people.Account{made, made}, []people.Account{byID, byEmail}); d != "" {
			t.Errorf("accounts differ (-want +got):\n%s", d)
		}
		for _, email := range []string{"", "zoe", "z%@example.org", "zoe@example.org' OR 'a'='a", "zoe@example.org\x00"} {
			_, err := h.a.AccountByEmail(t.Context(), email)
			faulty(t, fault.NotFound, err)
		}
		_, err = h.a.Account(t.Context(), "nobody")
		faulty(t, fault.NotFound, err)
	})
}

func TestAnAccountThatCannotBeLeavesNothing(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		h.account(t, "zoe@example.org")
		for name, c := range map[string]struct {
			change func(*people.Account)
			want   fault.Code
		}{
			"an address taken":           {func(a *people.Account) { a.Email = "ZOE@example.org" }, fault.Conflict},
			"no address":                 {func(a *people.Account) { a.Email = "" }, fault.Invalid},
			"an address with a header":   {func(a *people.Account) { a.Email = "a@b.fr\r\nBcc: c@d.fr" }, fault.Invalid},
			"no name":                    {func(a *people.Account) { a.Name = " " }, fault.Invalid},
			"a language we do not speak": {func(a *people.Account) { a.Lang = "tlh" }, fault.Invalid},
			"a theme there is not":       {func(a *people.Account) { a.Theme = "pink" }, fault.Invalid},
			"erased from the start":      {func(a *people.Account) { a.State = people.Erased }, fault.Invalid},
			"a role nobody gives":        {func(a *people.Account) { a.Grants = []people.Grant{{Role: people.Visitor}} }, fault.Invalid},
			"an expert of everything":    {func(a *people.Account) { a.Grants = []people.Grant{{Role: people.Expert}} }, fault.Invalid},
			"a scope that is half there": {func(a *people.Account) { a.Grants[0].Scope.ID = "" }, fault.Invalid},
			"good, but for an ID in use": {func(a *people.Account) { a.ID = "taken" }, fault.Conflict},
		} {
			t.Run(name, func(t *testing.T) {
				if name == "good, but for an ID in use" {
					_, err := h.a.CreateAccount(t.Context(), people.ByCLI, people.Account{ID: "taken", Email: "t@example.org", Name: "T", Lang: "en"})
					ok(t, err)
				}
				a := people.Account{Email: "new@example.org", Name: "New", Lang: "en", Grants: []people.Grant{expert}}
				c.change(&a)
				before := []int{h.count(t, "account"), h.count(t, "account_grant"), h.count(t, "audit_event")}
				_, err := h.a.CreateAccount(t.Context(), people.ByCLI, a)
				faulty(t, c.want, err)
				after := []int{h.count(t, "account"), h.count(t, "account_grant"), h.count(t, "audit_event")}
				if d := cmp.Diff(before, after); d != "" {
					t.Errorf("rows of accounts, grants and events (-before +after):\n%s", d)
				}
			})
		}
	})
}

func TestOfTwoWhoTakeAnAddressAtOnceOneGetsIt(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		errs := together(8, func(i int) error {
			_, err := h.of(i).CreateAccount(t.Context(), people.ByCLI, people.Account{Email: "zoe@example.org", Name: "Z", Lang: "fr"})
			return err
		})
		made := 0
		for _, err := range errs {
			if err == nil {
				made++
			} else {
				faulty(t, fault.Conflict, err)
			}
		}
		if made != 1 || h.count(t, "account") != 1 {
			t.Errorf("%d of 8 made an account, %d are there", made, h.count(t, "account"))
		}
	})
}

func TestAccountsAreListedByNameAndFoundByWords(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		for _, name := range []string{"Étienne Zola", "anne 50% Dupont", "Béatrice d'Étang", "Zoé_Petit"} {
			email := strings.ToLower(strings.Map(letters, name)) + "@example.org"
			_, err := h.a.CreateAccount(t.Context(), people.ByCLI, people.Account{Email: email, Name: name, Lang: "fr", Grants: []people.Grant{admin, expert}})
			ok(t, err)
		}
		for name, c := range map[string]struct {
			search        string
			limit, offset int
			want          string
			total         int
		}{
			"all":                {"", 0, 0, "anne 50% Dupont, Béatrice d'Étang, Étienne Zola, Zoé_Petit", 4},
			"a page":             {"", 2, 1, "Béatrice d'Étang, Étienne Zola", 4},
			"beyond the end":     {"", 2, 9, "", 4},
			"no accents":         {"et", 0, 0, "Béatrice d'Étang, Étienne Zola, Zoé_Petit", 3},
			"two words, in part": {"ZO éti", 0, 0, "Étienne Zola, Zoé_Petit", 2},
			"an address":         {"tiennezola@example", 0, 0, "Étienne Zola", 1},
			"a per cent sign":    {"%", 0, 0, "anne 50% Dupont", 1},
			"an underscore":      {"_", 0, 0, "Zoé_Petit", 1},
			"a backslash":        {`\`, 0, 0, "", 0},
			"nobody":             {"xyz", 0, 0, "", 0},
		} {
			t.Run(name, func(t *testing.T) {
				list, total, err := h.b.Accounts(t.Context(), c.search, c.limit, c.offset)
				ok(t, err)
				var names []string
				for _, a := range list {
					names = append(names, a.Name)
					if len(a.Grants) != 2 {
						t.Errorf("%s has grants %v", a.Name, a.Grants)
					}
				}
				if got := strings.Join(names, ", "); got != c.want || total != c.total {
					t.Errorf("got %q of %d, want %q of %d", got, total, c.want, c.total)
				}
			})
		}
	})
}

// letters keeps what may stand in an address, of ASCII.
func letters(r rune) rune {
	if r < 'A' || r > 'z' || r == '_' {
		return -1
	}
	return r
}

func TestAProfileChangesAndNothingElseOfTheAccount(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		want := h.account(t, "zoe@example.org", expert)
		ok(t, h.a.ChangeProfile(t.Context(), people.By(want.ID), want.ID, "  Zoé   Nouvelle ", "en", "dark"))
		want.Name, want.Lang, want.Theme = "Zoé Nouvelle", "en", "dark"
		found, total, err := h.b.Accounts(t.Context(), "nouvelle zoe@example", 0, 0)
		ok(t, err)
		if d := cmp.Diff([]people.Account{want}, found); d != "" || total != 1 {
			t.Errorf("account differs (-want +got):\n%s", d)
		}
		faulty(t, fault.Invalid, h.a.ChangeProfile(t.Context(), people.ByCLI, want.ID, "Zoé", "en", "x"))
		faulty(t, fault.NotFound, h.a.ChangeProfile(t.Context(), people.ByCLI, "nobody", "Zoé", "en", ""))
	})
}

func TestSuspendingEndsEverythingAPersonIsSignedInWith(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe := t.Context(), h.account(t, "zoe@example.org")
		session, _, err := h.a.OpenSession(ctx, zoe.ID, "link", "", "")
		ok(t, err)
		token, err := h.a.CreateToken(ctx, people.By(zoe.ID), people.Token{Account: zoe.ID, Name: "t", Scopes: []people.Action{people.ReadOwn}})
		ok(t, err)
		link, err := h.a.CreateLink(ctx, people.ByVisitor, people.LinkSignIn, zoe.ID)
		ok(t, err)
		ok(t, h.a.AddPasskey(ctx, people.By(zoe.ID), people.Passkey{ID: "k", Account: zoe.ID, Name: "k", Data: []byte("{}")}))
		ok(t, h.a.LinkOIDC(ctx, people.By(zoe.ID), zoe.ID, "https://idp.example", "s"))

		ok(t, h.b.SetAccountState(ctx, people.ByCLI, zoe.ID, people.Suspended))
		shut := func() {
			t.Helper()
			_, _, err := h.a.SessionBySecret(ctx, session, "")
			faulty(t, fault.NotFound, err)
			_, _, err = h.a.TokenBySecret(ctx, token)
			faulty(t, fault.NotFound, err)
			_, err = h.a.UseLink(ctx, link, people.LinkSignIn)
			faulty(t, fault.Forbidden, err)
		}
		shut()
		_, _, err = h.a.AccountByPasskey(ctx, "k")
		faulty(t, fault.NotFound, err)
		_, err = h.a.AccountByOIDC(ctx, "https://idp.example", "s")
		faulty(t, fault.NotFound, err)
		_, _, err = h.a.OpenSession(ctx, zoe.ID, "link", "", "")
		faulty(t, fault.Forbidden, err)
		_, err = h.a.CreateLink(ctx, people.ByVisitor, people.LinkSignIn, zoe.ID)
		faulty(t, fault.Forbidden, err)

		ok(t, h.b.SetAccountState(ctx, people.ByCLI, zoe.ID, people.Active))
		shut() // what was ended stays so
		if _, _, err = h.a.AccountByPasskey(ctx, "k"); err != nil {
			t.Errorf("a passkey opens an account let in again: %v", err)
		}
		faulty(t, fault.Invalid, h.a.SetAccountState(ctx, people.ByCLI, zoe.ID, people.Erased))
		faulty(t, fault.NotFound, h.a.SetAccountState(ctx, people.ByCLI, "nobody", people.Active))
	})
}

func TestNothingOpensForAnAccountThatIsNotActiveHoweverItCameToBeSo(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe := t.Context(), h.account(t, "zoe@example.org")
		session, _, err := h.a.OpenSession(ctx, zoe.ID, "link", "", "")
		ok(t, err)
		token, err := h.a.CreateToken(ctx, people.By(zoe.ID), people.Token{Account: zoe.ID, Name: "t", Scopes: []people.Action{people.ReadOwn}})
		ok(t, err)
		link, err := h.a.CreateLink(ctx, people.ByVisitor, people.LinkSignIn, zoe.ID)
		ok(t, err)
		if _, err := h.a.DB().ExecContext(ctx, `UPDATE account SET state = 'suspended'`); err != nil {
			t.Fatal(err)
		}
		_, _, err = h.a.SessionBySecret(ctx, session, "")
		faulty(t, fault.NotFound, err)
		_, _, err = h.a.TokenBySecret(ctx, token)
		faulty(t, fault.NotFound, err)
		_, err = h.a.PeekLink(ctx, link, people.LinkSignIn)
		faulty(t, fault.Forbidden, err)
		_, err = h.a.UseLink(ctx, link, people.LinkSignIn)
		faulty(t, fault.Forbidden, err)
	})
}

func TestSomebodyAlwaysRunsTheSite(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		has := func(want bool) {
			t.Helper()
			if got, err := h.b.HasAdministrator(ctx); err != nil || got != want {
				t.Errorf("has an administrator: %v, %v", got, err)
			}
		}
		has(false)
		scoped := people.Grant{Role: people.Administrator, Scope: people.Ref{Kind: people.KindProgramme, ID: "p1"}}
		h.account(t, "of-a-part@example.org", scoped)
		has(false)
		first := h.account(t, "first@example.org", admin)
		has(true)
		last := func() {
			t.Helper()
			faulty(t, fault.Conflict, h.a.TakeGrant(ctx, people.ByCLI, first.ID, admin))
			faulty(t, fault.Conflict, h.a.SetAccountState(ctx, people.ByCLI, first.ID, people.Suspended))
			_, err := h.a.EraseAccount(ctx, people.ByCLI, first.ID)
			faulty(t, fault.Conflict, err)
			has(true)
		}
		last()
		second := h.account(t, "second@example.org", admin)
		ok(t, h.a.SetAccountState(ctx, people.ByCLI, second.ID, people.Suspended))
		last() // a suspended administrator runs nothing
		ok(t, h.a.SetAccountState(ctx, people.ByCLI, second.ID, people.Active))
		ok(t, h.a.TakeGrant(ctx, people.ByCLI, first.ID, admin))
		ok(t, h.a.SetAccountState(ctx, people.ByCLI, first.ID, people.Suspended))
		has(true)
	})
}

func TestTwoAdministratorsCannotRemoveEachOtherAtOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		for round := range 10 {
			pair := []people.Account{
				h.account(t, fmt.Sprintf("a%d@example.org", round), admin),
				h.account(t, fmt.Sprintf("b%d@example.org", round), admin),
			}
			errs := together(2, func(i int) error {
				if round%2 == 0 {
					return h.of(i).SetAccountState(t.Context(), people.By(pair[i].ID), pair[1-i].ID, people.Suspended)
				}
				return h.of(i).TakeGrant(t.Context(), people.By(pair[i].ID), pair[1-i].ID, admin)
			})
			if (errs[0] == nil) == (errs[1] == nil) {
				t.Fatalf("round %d: %v and %v, want one to succeed", round, errs[0], errs[1])
			}
			for _, a := range pair { // whoever is left makes room for the next round
				h.account(t, fmt.Sprintf("next-%s", a.Email), admin)
				_, err := h.a.EraseAccount(t.Context(), people.ByCLI, a.ID)
				ok(t, err)
			}
			if _, err := h.a.DB().ExecContext(t.Context(), `UPDATE account SET state = 'suspended' WHERE email LIKE 'next-%'`); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestGrantsAreGivenAndTakenOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe := t.Context(), h.account(t, "zoe@example.org")
		mentor := people.Grant{Role: people.Mentor}
		ok(t, h.a.GiveGrant(ctx, people.ByCLI, zoe.ID, mentor))
		events := h.count(t, "audit_event")
		ok(t, h.b.GiveGrant(ctx, people.ByCLI, zoe.ID, mentor))
		if n := h.count(t, "audit_event"); n != events {
			t.Errorf("giving a role twice wrote %d events more", n-events)
		}
		ok(t, h.a.GiveGrant(ctx, people.ByCLI, zoe.ID, expert))
		faulty(t, fault.Invalid, h.a.GiveGrant(ctx, people.ByCLI, zoe.ID, people.Grant{Role: "king"}))
		faulty(t, fault.NotFound, h.a.GiveGrant(ctx, people.ByCLI, "nobody", mentor))
		ok(t, h.a.TakeGrant(ctx, people.ByCLI, zoe.ID, mentor))
		faulty(t, fault.NotFound, h.a.TakeGrant(ctx, people.ByCLI, zoe.ID, mentor))
		faulty(t, fault.NotFound, h.a.TakeGrant(ctx, people.ByCLI, zoe.ID, people.Grant{Role: people.Expert}))
		got, err := h.b.Account(ctx, zoe.ID)
		if d := cmp.Diff([]people.Grant{expert}, got.Grants); d != "" || err != nil {
			t.Errorf("grants differ (-want +got):\n%s%v", d, err)
		}
	})
}
