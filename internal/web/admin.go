package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"filiere/internal/access"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// The kinds of routes about other people's accounts, and about the site.
var (
	readAccounts = kindOfRoute{action: people.ReadAccounts, object: access.AnyAccount}
	readAccount  = kindOfRoute{action: people.ReadAccounts, object: access.PathAccount("id")}
	// What an administrator changes gives or takes power over people: a sign-in left open is not enough.
	changeAccounts = kindOfRoute{action: people.ChangeAccounts, object: access.AnyAccount, fresh: true}
	changeAccount  = kindOfRoute{action: people.ChangeAccounts, object: access.PathAccount("id"), fresh: true}
	readAudit      = kindOfRoute{action: people.ReadAudit}
	readOutbox     = kindOfRoute{action: people.ReadOutbox}
)

func (s *server) adminRoutes() []access.Route {
	const one = "/admin/accounts/{id}"
	routes := []access.Route{
		readAccounts.show("/admin", s.personal(s.accounts, "q", "page", "done")),
		readAccount.show(one, s.personal(s.account, "done")),
		changeAccounts.show("/admin/invite", s.personal(s.showInvitation)),
		{Pattern: "POST /admin/invite", Action: changeAccounts.action, Object: changeAccounts.object, Fresh: true, Handler: s.form(s.invitePerson)},
		readAudit.show("/admin/audit", s.personal(s.audit, auditParams...)),
		readOutbox.show("/admin/outbox", s.personal(s.outbox)),
	}
	routes = append(routes, readAudit.change("/admin/audit/verify", s.form(s.verifyAudit), s.backTo("/admin/audit"))...)
	for path, h := range map[string]http.Handler{
		"/grants/give": s.form(s.giveGrant), "/grants/take": s.form(s.takeGrant), "/state": s.form(s.setState),
		"/recovery": s.form(s.sendRecovery), "/erase": s.form(s.eraseAccount), "/export": s.download(s.exportAccount),
	} {
		routes = append(routes, changeAccount.change(one+path, h, s.backTo(one))...)
	}
	return routes
}

// accountsAPage is how many accounts one page lists.
const accountsAPage = 50

// accountsView is a part of the list of people.
type accountsView struct {
	deskView
	Query     string
	Total     int
	Accounts  []accountLine
	Export    export
	MayInvite bool
	Prev      string
	Next      string
}

// accountLine is an account in a list.
type accountLine struct {
	ID          people.AccountID
	Name, Email string
	State       people.State
	Since       string
	Roles       []roleView
}

func lineOf(l *locale.Locale, a people.Account) accountLine {
	return accountLine{ID: a.ID, Name: a.Name, Email: a.Email, State: a.State, Since: l.Date(a.CreatedAt), Roles: rolesOf(l, a.Grants)}
}

// accounts lists the people of the site, or those a search finds.
func (s *server) accounts(ctx context.Context, v *visit) (page, error) {
	n := pageNumber(v.Query.Get("page"))
	view := accountsView{deskView: s.desk(v, "desk.accounts"), Query: v.Query.Get("q")}
	found, total, err := s.people.Accounts(ctx, view.Query, accountsAPage, (n-1)*accountsAPage)
	if err != nil {
		return page{}, err
	}
	view.Total, view.MayInvite = total, access.Who(ctx).May(people.ChangeAccounts, anyAccount(""))
	view.Export = export{JSON: exportFrom("accounts", url.Values{"search": {view.Query}}).JSON}
	for _, a := range found {
		view.Accounts = append(view.Accounts, lineOf(v.Locale, a))
	}
	if n > 1 {
		view.Prev = v.with("page", strconv.Itoa(n-1))
	}
	if n*accountsAPage < total {
		view.Next = v.with("page", strconv.Itoa(n+1))
	}
	return page{name: "accounts", title: v.T("desk.accounts"), data: view}, nil
}

// maxPage bounds a page number, so that an offset cannot overflow.
const maxPage = 1_000_000

// pageNumber reads the number of a page; what is none is the first.
func pageNumber(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxPage {
		return 1
	}
	return n
}

// invitationView is the form of an invitation.
type invitationView struct {
	deskView
	Email, Name, Lang string
	Roles             []roleChoice
	Scope             string // the programme of an invited expert
	Wrong             map[string]string
}

type roleChoice struct {
	Role   people.Role
	Name   string
	Chosen bool
}

// everywhere lists the roles that can be given for the whole site.
func everywhere(l *locale.Locale, chosen []string) []roleChoice {
	var out []roleChoice
	for _, r := range people.Grantable() {
		if (people.Grant{Role: r}).Check() == nil {
			out = append(out, roleChoice{r, l.T("role." + string(r)), slices.Contains(chosen, string(r))})
		}
	}
	return out
}

func (s *server) showInvitation(_ context.Context, v *visit) (page, error) {
	return s.invitationPage(v, invitationView{Lang: string(v.Lang), Wrong: map[string]string{}}), nil
}

func (s *server) invitationPage(v *visit, view invitationView) page {
	view.deskView = s.desk(v, "desk.accounts")
	view.Roles = everywhere(v.Locale, v.PostForm["role"])
	p := page{name: "invitation", title: v.T("invitation.title"), data: view}
	if len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p
}

// invitePerson makes an account and sends its owner the link that opens it.
func (s *server) invitePerson(ctx context.Context, v *visit) (page, error) {
	view := invitationView{Scope: v.PostForm.Get("programme"), Wrong: map[string]string{}}
	view.Email = asked(v, view.Wrong)
	view.Name, view.Lang = named(v, view.Wrong)
	a := people.Account{Email: view.Email, Name: view.Name, Lang: view.Lang}
	for _, r := range v.PostForm["role"] {
		a.Grants = append(a.Grants, people.Grant{Role: people.Role(r)})
	}
	if view.Scope != "" {
		a.Grants = append(a.Grants, people.Grant{Role: people.Expert, Scope: people.Ref{Kind: people.KindProgramme, ID: view.Scope}})
	}
	if len(view.Wrong) > 0 {
		return s.invitationPage(v, view), nil
	}
	by := access.Who(ctx).Actor()
	a, err := s.people.CreateAccount(ctx, by, a)
	if field, ok := accountFault(err); ok {
		view.Wrong[field] = v.T("invitation.wrong." + field)
		return s.invitationPage(v, view), nil
	}
	if err != nil {
		return page{}, err
	}
	return page{moved: "/admin/accounts/" + url.PathEscape(string(a.ID)) + "?done=invited"}, s.post().Invite(ctx, by, a)
}

// accountFault names the field of a fault the person who typed can mend; an address that is taken is one.
func accountFault(err error) (field string, ok bool) {
	if f, is := asFault(err); is && f.Column == "email" {
		return "email", true
	}
	return wrongField(err)
}
