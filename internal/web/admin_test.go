package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
)

// headOffice is a school with an administrator, and their browser.
func headOffice(sc *school) (people.Account, *browser) {
	root := sc.account("root@example.org", "Root", people.Grant{Role: people.Administrator})
	return root, sc.signedIn(root)
}

func TestAnAdministratorInvitesSomebody(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		_, b := headOffice(sc)
		w := b.post("/admin/invite", "email", "Eve@Example.org", "name", "Eve", "lang", "fr", "role", "mentor", "role", "juror", "programme", "p1", "state", "erased", "id", "mine")
		eve, err := sc.store.AccountByEmail(t.Context(), "eve@example.org")
		if err != nil || len(eve.Grants) != 3 || eve.Lang != "fr" || eve.State != people.Active || eve.ID == "mine" {
			t.Fatalf("status %d, %+v, %v", w.Code, eve, err)
		}
		leads(t, w, "/admin/accounts/"+string(eve.ID)+"?done=invited")
		d := b.page(t, w.Header().Get("Location"))
		if !d.says("the invitation is on its way") || !d.says("Invited expert") || !d.says("Programme p1") {
			t.Errorf("the account's page: %s", text(d.one("main")))
		}
		link := ""
		for _, l := range b.page(t, "/admin/outbox").links() {
			if strings.HasPrefix(l, "/invite/") {
				link = l
			}
		}
		if w := sc.browser().get(link); link == "" || w.Code != http.StatusOK {
			t.Errorf("the invitation in the outbox %q opens nothing: %d", link, w.Code)
		}
		for name, fields := range map[string][]string{
			"an address that is taken": {"email", "eve@example.org", "name", "Eve", "lang", "fr"},
			"no address":               {"email", "eve", "name", "Eve", "lang", "fr"},
			"no name":                  {"email", "x@example.org", "lang", "fr"},
			"no such role":             {"email", "x@example.org", "name", "X", "lang", "fr", "role", "king"},
			"an expert of everything":  {"email", "x@example.org", "name", "X", "lang", "fr", "role", "expert"},
		} {
			w := b.post("/admin/invite", fields...)
			if w.Code != http.StatusUnprocessableEntity || wrong(parseHTML(t, name, w.Body.String())) == "" {
				t.Errorf("%s: status %d", name, w.Code)
			}
		}
	})
}

func TestAnAdministratorChangesAnAccount(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		_, b := headOffice(sc)
		ada := sc.account("ada@example.org", "Ada")
		theirs := sc.signedIn(ada)
		at := "/admin/accounts/" + string(ada.ID)
		leads(t, b.post(at+"/grants/give", "role", "mentor"), at+"?done=granted")
		leads(t, b.post(at+"/grants/give", "role", "expert", "scope_kind", "programme", "scope_id", "p1"), at+"?done=granted")
		if d := theirs.page(t, "/me"); !d.says("You were given a role: Mentor") || !d.says("Your roles Invited expert Programme") {
			t.Errorf("the person sees %s", text(d.one("main")))
		}
		leads(t, b.post(at+"/grants/take", "role", "expert", "scope_kind", "programme", "scope_id", "p1"), at+"?done=ungranted")
		if w := b.post(at+"/grants/give", "role", "king"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a role that does not exist: status %d", w.Code)
		}
		leads(t, b.post(at+"/recovery"), at+"?done=recovery")
		if m := sc.mails()[0]; m.To != "ada@example.org" || !strings.Contains(m.Body, publicURL+"/recover/") {
			t.Errorf("the recovery link: %+v", m)
		}
		leads(t, b.post(at+"/state", "state", "suspended"), at+"?done=suspended")
		if theirs.is(t) != "" {
			t.Error("a suspended person is still signed in")
		}
		leads(t, b.post(at+"/state", "state", "active"), at+"?done=restored")
		if w := b.post(at+"/erase", "confirm", "root@example.org"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a wrong confirmation: status %d", w.Code)
		}
		if w := b.post(at + "/export"); w.Header().Get("Content-Type") != "application/zip" {
			t.Errorf("the export: %d %v", w.Code, w.Header())
		}
		if w := b.post(at+"/erase", "confirm", "ada@example.org"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "no longer knows") {
			t.Errorf("erasing: status %d", w.Code)
		}
		if d := b.page(t, at); !d.says("Erased account") || d.says("Ada") || strings.Contains(text(d.one("main")), "Erase this account") {
			t.Errorf("an erased account: %s", text(d.one("main")))
		}
		if w := b.get("/admin/accounts/nobody"); w.Code != http.StatusNotFound {
			t.Errorf("nobody's account: status %d", w.Code)
		}
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	sc := newSchool(t, "sqlite")
	root, b := headOffice(sc)
	at := "/admin/accounts/" + string(root.ID)
	for target, fields := range map[string][]string{
		at + "/state": {"state", "suspended"}, at + "/grants/take": {"role", "administrator"},
		at + "/erase": {"confirm", "root@example.org"}, "/me/data/erase": {"confirm", "root@example.org"},
	} {
		w := b.post(target, fields...)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(wrong(parseHTML(t, target, w.Body.String())), "last active administrator") {
			t.Errorf("%s: status %d", target, w.Code)
		}
	}
	if b.is(t) != "Root" {
		t.Error("the administrator is gone")
	}
}

func TestAccountsAreFoundAndPaged(t *testing.T) {
	sc := newSchool(t, "sqlite")
	_, b := headOffice(sc)
	for i := range 55 {
		sc.account(fmt.Sprintf("p%02d@example.org", i), fmt.Sprintf("Personne %02d", i))
	}
	first := b.page(t, "/admin")
	if !first.says("56 accounts") || !linksTo(first, "/admin?page=2") || first.says("Root") {
		t.Errorf("the first page: %v", first.links())
	}
	if second := b.page(t, "/admin?page=2"); !second.says("Root") || !linksTo(second, "/admin?page=1") {
		t.Errorf("the second page: %v", second.links())
	}
	if d := b.page(t, "/admin?q=PERSONNE+07"); !d.says("1 account") || !d.says("p07@example.org") {
		t.Errorf("the search: %s", text(d.one("main")))
	}
	if d := b.page(t, "/admin?page=-3"); !d.says("56 accounts") {
		t.Error("a page that is none is not the first")
	}
}

func TestTheTrailIsFilteredPagedAndVerified(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		root, b := headOffice(sc)
		ada := sc.account("ada@example.org", "Ada")
		for range 60 {
			if err := sc.store.AppendAudit(t.Context(), people.Event{Actor: people.By(root.ID), Action: people.DidExport, Object: people.Ref{Kind: people.KindAccount, ID: string(ada.ID)}}); err != nil {
				t.Fatal(err)
			}
		}
		d := b.page(t, "/admin/audit")
		if !linksTo(d, "/admin/audit?before=14") || !d.says("Data exported") || !d.says("Ada") {
			t.Errorf("the newest: %v", d.links())
		}
		if d := b.page(t, "/admin/audit?before=14"); linksTo(d, "/admin/audit?before=1") || !d.says("the command line") {
			t.Errorf("the oldest: %v", d.links())
		}
		if d := b.page(t, "/admin/audit?action=account.create&object="+string(ada.ID)); len(d.all("tr")) != 2 {
			t.Errorf("%d rows of the making of one account", len(d.all("tr")))
		}
		w := b.post("/admin/audit/verify")
		if d := parseHTML(t, "", w.Body.String()); w.Code != http.StatusOK || !d.says("The chain is whole: 63 events") {
			t.Errorf("the verdict: %s", firstLines(w.Body.String()))
		}
	})
}

// tampered is a store whose trail was changed.
type tampered struct{ *store.Store }

func (tampered) VerifyAudit(context.Context) (int64, error) {
	return 7, fault.New(fault.Conflict, "verify audit trail", "event 8 was changed after it was written")
}

func TestABrokenTrailIsShown(t *testing.T) {
	sc := newSchool(t, "sqlite")
	sc.mux = sc.process(tampered{sc.store})
	_, b := headOffice(sc)
	w := b.post("/admin/audit/verify")
	if d := parseHTML(t, "", w.Body.String()); w.Code != http.StatusOK || !d.says("breaks after 7 events") || !d.says("event 8 was changed") {
		t.Errorf("status %d: %s", w.Code, firstLines(w.Body.String()))
	}
}

func TestAnAdministratorIsToldOfMessagesGivenUp(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		_, b := headOffice(sc)
		if err := sc.store.EnqueueMail(t.Context(), people.Message{To: "x@example.org", Subject: "Hello", Body: "text", Lang: "en"}); err != nil {
			t.Fatal(err)
		}
		m, ok, err := sc.store.ClaimMail(t.Context())
		if err == nil && ok {
			err = sc.store.MailRefused(t.Context(), m.ID, "550 <b>no such user</b>")
		}
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if d := b.page(t, "/me"); !d.says("1 message could not be delivered") {
			t.Errorf("today: %s", text(d.one("main")))
		}
		if d := b.page(t, "/admin/outbox"); !d.says("Given up") || !d.says("550 <b>no such user</b>") {
			t.Errorf("the outbox: %s", text(d.one("main")))
		}
	})
}

func TestWhereMessagesAreCarriedTheirTextsAreNotShown(t *testing.T) {
	sc := newSchool(t, "sqlite")
	sc.posted = true
	sc.mux = sc.process(sc.store)
	_, b := headOffice(sc)
	if err := sc.store.EnqueueMail(t.Context(), people.Message{To: "x@example.org", Subject: "Hello", Body: publicURL + "/sign-in/link/secret", Lang: "en"}); err != nil {
		t.Fatal(err)
	}
	if d := b.page(t, "/admin/outbox"); !d.says("Hello") || d.says("/sign-in/link/") || linksTo(d, "/sign-in/link/secret") {
		t.Errorf("an administrator could sign in as somebody else: %s", text(d.one("main")))
	}
}
