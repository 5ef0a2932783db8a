package web

import (
	"context"
	"net/http"
	"net/url"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// accountView is one person's account as an administrator sees it.
type accountView struct {
	deskView
	accountLine
	Lang      string
	Self      bool // it is the administrator's own
	MayChange bool
	Choices   []roleChoice
	Events    []eventView
	Wrong     map[string]string
}

func pathAccount(v *visit) people.AccountID { return people.AccountID(v.PathValue("id")) }

func (s *server) account(ctx context.Context, v *visit) (page, error) {
	return s.accountPage(ctx, v, map[string]string{})
}

func (s *server) accountPage(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	a, err := s.people.Account(ctx, pathAccount(v))
	if err != nil {
		return page{}, err
	}
	who := access.Who(ctx)
	view := accountView{
		deskView: s.desk(v, "desk.accounts"), accountLine: lineOf(v.Locale, a), Lang: a.Lang, Wrong: wrong,
		Self: who.Account.ID == a.ID, Choices: everywhere(v.Locale, nil),
		MayChange: who.May(people.ChangeAccounts, accountRef(a.ID)) && a.State != people.Erased,
	}
	if who.May(people.ReadAudit, people.Site) {
		events, err := s.people.AuditEvents(ctx, people.AuditFilter{Object: accountRef(a.ID), Limit: latestEvents})
		if err != nil {
			return page{}, err
		}
		if view.Events, err = s.eventsOf(ctx, v.Locale, events); err != nil {
			return page{}, err
		}
	}
	title := a.Name
	if a.State == people.Erased {
		title = v.T("account.erased")
	}
	p := page{name: "account", title: title, data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// accountDone leads back to the account after a change. A fault that can be told is told there.
func (s *server) accountDone(ctx context.Context, v *visit, done string, err error) (page, error) {
	if err != nil && fault.CodeOf(err) == fault.Conflict {
		return s.accountPage(ctx, v, map[string]string{"": v.T("admin.wrong.last")})
	}
	if field, ok := wrongField(err); ok && field == "role" {
		return s.accountPage(ctx, v, map[string]string{"role": v.T("invitation.wrong.role")})
	}
	return page{moved: accountAddress(pathAccount(v)) + "?done=" + done}, err
}

func accountAddress(id people.AccountID) string {
	return "/admin/accounts/" + url.PathEscape(string(id))
}

// grantAsked is the grant a form names: a role, perhaps for one programme.
func grantAsked(v *visit) people.Grant {
	g := people.Grant{Role: people.Role(v.PostForm.Get("role"))}
	if kind, id := v.PostForm.Get("scope_kind"), v.PostForm.Get("scope_id"); id != "" {
		g.Scope = people.Ref{Kind: people.Kind(kind), ID: id}
	}
	return g
}

func (s *server) giveGrant(ctx context.Context, v *visit) (page, error) {
	g := grantAsked(v)
	err := s.people.GiveGrant(ctx, access.Who(ctx).Actor(), pathAccount(v), g)
	if err == nil {
		err = s.tell(ctx, pathAccount(v), people.DidGiveGrant, g.Scope, map[string]string{"role": string(g.Role)})
	}
	return s.accountDone(ctx, v, "granted", err)
}

func (s *server) takeGrant(ctx context.Context, v *visit) (page, error) {
	g := grantAsked(v)
	err := s.people.TakeGrant(ctx, access.Who(ctx).Actor(), pathAccount(v), g)
	if err == nil {
		err = s.tell(ctx, pathAccount(v), people.DidTakeGrant, g.Scope, map[string]string{"role": string(g.Role)})
	}
	return s.accountDone(ctx, v, "ungranted", err)
}

// setState suspends an account or lets it in again.
func (s *server) setState(ctx context.Context, v *visit) (page, error) {
	state := people.State(v.PostForm.Get("state"))
	done := "restored"
	if state == people.Suspended {
		done = "suspended"
	}
	return s.accountDone(ctx, v, done, s.people.SetAccountState(ctx, access.Who(ctx).Actor(), pathAccount(v), state))
}

// sendRecovery sends the person the link that lets them back in. Only their mailbox gets it.
func (s *server) sendRecovery(ctx context.Context, v *visit) (page, error) {
	a, err := s.people.Account(ctx, pathAccount(v))
	if err != nil {
		return page{}, err
	}
	return s.accountDone(ctx, v, "recovery", s.post().Recover(ctx, access.Who(ctx).Actor(), a))
}

func (s *server) exportAccount(ctx context.Context, v *visit) (file, error) {
	return s.export(ctx, v, pathAccount(v))
}

// eraseAccount erases a person, once their address was typed.
func (s *server) eraseAccount(ctx context.Context, v *visit) (page, error) {
	a, err := s.people.Account(ctx, pathAccount(v))
	if err != nil {
		return page{}, err
	}
	if !confirmed(v, a) {
		return s.accountPage(ctx, v, map[string]string{"confirm": v.T("erase.wrong")})
	}
	kept, err := s.people.EraseAccount(ctx, access.Who(ctx).Actor(), a.ID)
	if err != nil {
		return s.accountDone(ctx, v, "", err)
	}
	return page{name: "erased", title: v.T("erased.title"), data: erasedView{Kept: kept}}, nil
}
