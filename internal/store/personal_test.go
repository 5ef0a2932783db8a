package store_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/store"
)

// namesNobody are columns whose name sounds like a person's and whose content is none.
var namesNobody = map[string]string{
	"release.superseded_by": "another release",
}

// refersToAPerson tells by its name whether a column may say who somebody is.
func refersToAPerson(column string) bool {
	return strings.Contains(column, "account") || strings.HasSuffix(column, "_by") ||
		slices.Contains([]string{"actor", "recipient", "email", "author", "owner", "learner", "mentor", "assessor", "person", "user_id", "phone"}, column)
}

// columnsOf lists the columns of every table, and which of them refer to table account by a foreign key.
func columnsOf(t *testing.T, h house) (columns map[string][]string, foreign map[string]bool) {
	t.Helper()
	list := `SELECT m.name, c.name, EXISTS (SELECT 1 FROM pragma_foreign_key_list(m.name) f WHERE f."from" = c.name AND f."table" = 'account')
		FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`
	if h.a.Engine() == "postgres" {
		list = `SELECT c.table_name, c.column_name, EXISTS (SELECT 1 FROM information_schema.key_column_usage k
				JOIN information_schema.constraint_column_usage u ON u.constraint_name = k.constraint_name
				WHERE k.table_name = c.table_name AND k.column_name = c.column_name AND u.table_name = 'account'
				AND k.table_name <> 'account')
			FROM information_schema.columns c WHERE c.table_schema = 'public'`
	}
	rows, err := h.a.DB().QueryContext(t.Context(), list)
	ok(t, err)
	defer rows.Close()
	columns, foreign = map[string][]string{}, map[string]bool{}
	for rows.Next() {
		var table, column string
		var refers bool
		ok(t, rows.Scan(&table, &column, &refers))
		columns[table] = append(columns[table], column)
		foreign[table+"."+column] = refers
	}
	ok(t, rows.Err())
	return columns, foreign
}

// TestEveryTableThatRefersToAPersonIsExportedAndErased fails for a new table that holds something on
// people and is not in the list of holdings.
func TestEveryTableThatRefersToAPersonIsExportedAndErased(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		want := map[string][]string{}
		columns, foreign := columnsOf(t, h)
		for table, list := range columns {
			for _, c := range list {
				if (refersToAPerson(c) || foreign[table+"."+c]) && namesNobody[table+"."+c] == "" {
					want[table] = append(want[table], c)
				}
			}
			slices.Sort(want[table])
		}
		maps.DeleteFunc(want, func(_ string, v []string) bool { return len(v) == 0 })
		got := store.Holdings()
		maps.DeleteFunc(got, func(_ string, v []string) bool { return len(v) == 0 }) // erased with what refers to a person
		for _, list := range got {
			slices.Sort(list)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("columns that refer to a person (-in the schema +in the holdings of personal.go):\n%s", d)
		}
		if len(foreign) < 100 || !foreign["session.account_id"] || foreign["session.id"] {
			t.Errorf("the schema was not read: %d columns", len(foreign))
		}
		for table, why := range store.Unexported() {
			if why == "" {
				t.Errorf("%s is not exported and does not say why", table)
			}
		}
	})
}

// lived gives an account something in every table, done by itself or by somebody else. It returns the
// secrets that were handed out.
func lived(t *testing.T, h house, who people.Account, other people.AccountID) (secrets []string) {
	t.Helper()
	ctx, by, tag := t.Context(), people.By(who.ID), string(who.ID)
	ok(t, h.a.GiveGrant(ctx, people.By(other), who.ID, expert))
	ok(t, h.a.GiveGrant(ctx, by, other, people.Grant{Role: people.Mentor, Scope: people.Ref{Kind: people.KindProgramme, ID: tag}}))
	session, s, err := h.a.OpenSession(ctx, who.ID, "link", "browser of "+who.Email, "192.0.2.7")
	ok(t, err)
	token, err := h.a.CreateToken(ctx, by, people.Token{Account: who.ID, Name: "robot of " + who.Email, Scopes: []people.Action{people.ReadOwn}})
	ok(t, err)
	link, err := h.a.CreateLink(ctx, people.ByVisitor, people.LinkRecovery, who.ID)
	ok(t, err)
	ok(t, h.a.AddPasskey(ctx, by, people.Passkey{ID: "key-" + tag, Account: who.ID, Name: "key of " + who.Email, Data: []byte(`"data-` + tag + `"`)}))
	ok(t, h.a.SetPassword(ctx, by, who.ID, "$argon2id$"+tag))
	ok(t, h.a.LinkOIDC(ctx, by, who.ID, "https://idp.example", "subject-"+tag))
	ok(t, h.a.Notify(ctx, people.Notification{Account: who.ID, Kind: "welcome", Detail: `{"to":"` + who.Email + `"}`}))
	ok(t, h.a.Notify(ctx, people.Notification{Account: other, Kind: "joined", Ref: people.Ref{Kind: people.KindAccount, ID: tag}, Detail: `{"who":"` + who.Name + `"}`}))
	ok(t, h.a.EnqueueMail(ctx, people.Message{To: who.Email, Subject: "Hello " + who.Name, Body: "https://example.org/" + link}))
	return []string{session, s.ID, token, people.HashSecret(token), link, people.HashSecret(link), "$argon2id$" + tag, "data-" + tag}
}

func TestAnExportHoldsAllThatIsHeldOnAPersonAndNothingOfOthers(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe, ana := h.account(t, "zoe@example.org"), h.account(t, "ana@example.org")
		secrets := lived(t, h, zoe, ana.ID)
		lived(t, h, ana, zoe.ID)
		d, err := h.b.PersonalData(t.Context(), zoe.ID)
		ok(t, err)
		got := map[string]int{}
		for _, s := range d.Sections() {
			got[s.Name] = len(s.Rows)
		}
		want := map[string]int{
			"account": 1, "grants": 4, "sessions": 1, "tokens": 1, "links": 1, "passkeys": 1, "password": 1,
			"openid_connect": 1, "notifications": 2, "mails": 1, "events": 11,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("records by section (-want +got):\n%s", diff)
		}
		all, err := json.Marshal(d)
		ok(t, err)
		for _, secret := range secrets {
			if strings.Contains(string(all), secret) {
				t.Errorf("the export holds the secret %q", secret)
			}
		}
		theirs := strings.ReplaceAll(string(all), `"detail":"{\"who\":\"Name of ana@example.org\"}"`, "") // Zoé was told her name
		if strings.Contains(theirs, "ana@") {
			t.Errorf("the export holds what is Ana's: %s", theirs)
		}
		_, err = h.a.PersonalData(t.Context(), "nobody")
		faulty(t, fault.NotFound, err)
	})
}

func TestErasingLeavesNothingThatNamesThePersonAndSaysWhatStays(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		zoe, ana := h.account(t, "zoe@example.org"), h.account(t, "ana@example.org", admin)
		secrets := lived(t, h, zoe, ana.ID)
		lived(t, h, ana, zoe.ID)
		kept, err := h.a.EraseAccount(ctx, people.By(ana.ID), zoe.ID)
		ok(t, err)
		want := []people.Kept{
			{What: "account_grant", Why: "accountability", Count: 2},
			{What: "audit_event", Why: "accountability", Count: 12},
			{What: "account", Why: "reference", Count: 1},
		}
		if d := cmp.Diff(want, kept); d != "" {
			t.Errorf("kept (-want +got):\n%s", d)
		}
		named := append(secrets, "zoe@", "Zoe", "subject-"+string(zoe.ID), "key-"+string(zoe.ID))
		for place, text := range everyText(t, h) {
			for _, n := range named {
				if strings.Contains(text, n) {
					t.Errorf("%s still holds %q", place, n)
				}
			}
		}
		events := h.count(t, "audit_event")
		again, err := h.b.EraseAccount(ctx, people.By(ana.ID), zoe.ID)
		if d := cmp.Diff(kept, again); d != "" || err != nil || h.count(t, "audit_event") != events {
			t.Errorf("erased again: %v, %d events more (-want +got):\n%s", err, h.count(t, "audit_event")-events, d)
		}
		gone, err := h.a.Account(ctx, zoe.ID)
		if err != nil || gone.State != people.Erased || gone.Email != "" || gone.Name != "" || len(gone.Grants) != 0 {
			t.Errorf("what is left is %+v, %v", gone, err)
		}
		if _, err := h.a.VerifyAudit(ctx); err != nil {
			t.Error(err)
		}
		others, err := h.a.PersonalData(ctx, ana.ID)
		if err != nil || len(others.Sessions) != 1 || len(others.Mails) != 1 || len(others.Password) != 1 {
			t.Errorf("Ana's data suffered: %+v, %v", others, err)
		}
	})
}

// everyText reads every column of every table as text.
func everyText(t *testing.T, h house) map[string]string {
	t.Helper()
	out := map[string]string{}
	columns, _ := columnsOf(t, h)
	for table, list := range columns {
		for _, c := range list {
			rows, err := h.a.DB().QueryContext(t.Context(), fmt.Sprintf(`SELECT coalesce(CAST(%q AS text), '') FROM %q`, c, table))
			ok(t, err)
			var b strings.Builder
			for rows.Next() {
				var text string
				ok(t, rows.Scan(&text))
				b.WriteString(text + "\n")
			}
			ok(t, rows.Err())
			rows.Close()
			out[table+"."+c] = b.String()
		}
	}
	return out
}

func TestAnErasedAccountIsOverAndItsAddressFree(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, zoe := t.Context(), h.account(t, "zoe@example.org")
		_, err := h.a.EraseAccount(ctx, people.By(zoe.ID), zoe.ID)
		ok(t, err)
		_, err = h.a.AccountByEmail(ctx, "zoe@example.org")
		faulty(t, fault.NotFound, err)
		_, _, err = h.a.OpenSession(ctx, zoe.ID, "link", "", "")
		faulty(t, fault.Forbidden, err)
		faulty(t, fault.Conflict, h.a.GiveGrant(ctx, people.ByCLI, zoe.ID, admin))
		faulty(t, fault.Conflict, h.a.SetAccountState(ctx, people.ByCLI, zoe.ID, people.Active))
		faulty(t, fault.Conflict, h.a.ChangeProfile(ctx, people.ByCLI, zoe.ID, "Back", "fr", ""))
		_, err = h.a.EraseAccount(ctx, people.ByCLI, "nobody")
		faulty(t, fault.NotFound, err)
		h.account(t, "zoe@example.org")
		list, total, err := h.a.Accounts(ctx, "", 0, 0)
		if err != nil || total != 1 || len(list) != 1 {
			t.Errorf("%d accounts are listed, %v", total, err)
		}
	})
}

func TestWhatErasureKeepsIsPutIntoWords(t *testing.T) {
	texts, err := locale.Load()
	ok(t, err)
	for lang, l := range texts {
		for table, why := range store.KeptReasons() {
			for _, key := range []string{"personal.kept." + table, "personal.why." + why} {
				if !l.Has(key) {
					t.Errorf("%s is not in %s", key, lang)
				}
			}
		}
	}
}
