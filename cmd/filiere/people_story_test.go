package main

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// TestAnAdministratorLooksAfterPeopleInABrowser is the way of an administrator from the first link to the
// end of somebody's account, as a person goes it: passkey, invitation, roles, audit trail, export, erasure.
func TestAnAdministratorLooksAfterPeopleInABrowser(t *testing.T) {
	site, ctx := servePeople(t), browser(t)
	virtualAuthenticator(t, ctx)
	becomeAdministrator(t, ctx, site)

	do(t, ctx, "invite somebody as an analyst", chromedp.Navigate(site.url+"/admin/invite"),
		chromedp.SendKeys("#email", "grace@example.org"), chromedp.SendKeys("#name", "Grace Hopper"),
		chromedp.Click(`input[name=role][value=analyst]`), chromedp.Click("form.sheet button[type=submit]"),
		chromedp.WaitVisible(`form[action$="/grants/give"]`))
	grace := account(t, ctx, site, "grace@example.org")
	if !holds(grace, people.Analyst) {
		t.Fatalf("invited as %+v", grace.Grants)
	}
	// The newest of two: the administrator was told of the passkey they made.
	if sent, err := site.store.Mails(ctx, 10); err != nil || len(sent) != 2 || !strings.Contains(sent[0].Body, site.url+"/invite/") {
		t.Fatalf("the invitation: %+v, %v", sent, err)
	}

	at := site.url + "/admin/accounts/" + string(grace.ID)
	do(t, ctx, "give a role", chromedp.Navigate(at), chromedp.SetValue("#role", "designer"),
		chromedp.Click(`form[action$="/grants/give"] button`), chromedp.WaitVisible(`form[action$="/grants/take"] input[value=designer] ~ button`))
	do(t, ctx, "take a role", chromedp.Click(`form[action$="/grants/take"] input[value=analyst] ~ button`),
		chromedp.WaitNotPresent(`form[action$="/grants/take"] input[value=analyst]`))
	if grace = account(t, ctx, site, "grace@example.org"); holds(grace, people.Analyst) || !holds(grace, people.Designer) {
		t.Errorf("roles are now %+v", grace.Grants)
	}

	do(t, ctx, "read the audit trail", chromedp.Navigate(site.url+"/admin/audit?lang=en"), chromedp.WaitVisible("main table"))
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.querySelector("main").innerText`))
	if err != nil || !strings.Contains(text, "Ada Lovelace") {
		t.Errorf("the trail does not say who: %v\n%s", err, text)
	}
	if _, err := site.store.VerifyAudit(ctx); err != nil {
		t.Errorf("the trail does not hold: %v", err)
	}

	export(t, ctx, at)
	do(t, ctx, "erase the person", chromedp.Navigate(at), chromedp.SendKeys("#confirm", "grace@example.org"),
		chromedp.Click("form.grave button.danger"), chromedp.WaitNotPresent("form.grave"))
	if _, err := site.store.AccountByEmail(ctx, "grace@example.org"); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("after erasure the address still leads somewhere: %v", err)
	}
}

// becomeAdministrator opens the link of the terminal and adds a passkey.
func becomeAdministrator(t *testing.T, ctx context.Context, site peopleSite) {
	t.Helper()
	secret, err := site.store.CreateLink(ctx, people.ByCLI, people.LinkBootstrap, "")
	if err != nil {
		t.Fatal(err)
	}
	do(t, ctx, "become administrator with a passkey",
		chromedp.Navigate(site.url+"/start/"+secret+"?lang=en"),
		chromedp.SendKeys("#email", "ada@example.org"), chromedp.SendKeys("#name", "Ada Lovelace"),
		chromedp.Click("main button[type=submit]"), chromedp.WaitVisible("[data-passkey-form] button"),
		chromedp.Click("[data-passkey-form] button"), chromedp.WaitVisible("#tasks"))
}

func account(t *testing.T, ctx context.Context, site peopleSite, email string) people.Account {
	t.Helper()
	a, err := site.store.AccountByEmail(ctx, email)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func holds(a people.Account, r people.Role) bool {
	for _, g := range a.Grants {
		if g.Role == r {
			return true
		}
	}
	return false
}

// export asks for the person's data as the button does, and looks at what comes instead of saving it.
func export(t *testing.T, ctx context.Context, at string) {
	t.Helper()
	do(t, ctx, "open the account", chromedp.Navigate(at), chromedp.WaitVisible(`form[action$="/export"]`))
	got, err := chromedp.Run(ctx, chromedp.Evaluate[string](`fetch(document.querySelector('form[action$="/export"]').action, {method: "POST"}).
		then(async r => r.status + " " + r.headers.get("Content-Type") + " " + String.fromCharCode(...new Uint8Array(await r.arrayBuffer()).slice(0, 2)))`,
		chromedp.EvalAwaitPromise))
	if err != nil || got != "200 application/zip PK" {
		t.Errorf("the export answers %q, %v", got, err)
	}
}
