package web

import (
	"context"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// showInvite asks an invited person for their name and language.
func (s *server) showInvite(ctx context.Context, v *visit) (page, error) {
	a, err := s.byLink(ctx, v, people.LinkInvite)
	if err != nil {
		return s.deadLink(v, err)
	}
	return s.invitePage(v, signView{Email: a.Email, Name: a.Name, Lang: a.Lang}), nil
}

func (s *server) invitePage(v *visit, view signView) page {
	view.Action, view.Invitation = v.address(), v.PathValue("secret")
	p := s.signPage(v, "invite", v.T("invite.title"), view)
	p.script = ""
	return p
}

// useInvite opens an invited person's account. The link is used only once what they typed is good.
func (s *server) useInvite(ctx context.Context, v *visit) (page, error) {
	a, err := s.byLink(ctx, v, people.LinkInvite)
	if err != nil {
		return s.deadLink(v, err)
	}
	view := signView{Email: a.Email, Wrong: map[string]string{}}
	view.Name, view.Lang = named(v, view.Wrong)
	if len(view.Wrong) > 0 {
		return s.invitePage(v, view), nil
	}
	if a, err = s.takeLink(ctx, v, people.LinkInvite); err != nil {
		return s.deadLink(v, err)
	}
	a.Name, a.Lang = view.Name, view.Lang
	if err := s.people.ChangeProfile(ctx, people.By(a.ID), a.ID, a.Name, a.Lang, a.Theme); err != nil {
		return page{}, err
	}
	next := welcomePath
	if asked := v.Query.Get("next"); asked != "" {
		next += "?next=" + queryEscape(nextOf(asked))
	}
	return s.enter(v, a, meansInvite, next)
}

// named reads a person's name and language from a form.
func named(v *visit, wrong map[string]string) (name, lang string) {
	name, err := people.CheckName(v.PostForm.Get("name"))
	if err != nil {
		name, wrong["name"] = v.PostForm.Get("name"), v.T("sign.bad.name")
	}
	l, ok := locale.Parse(v.PostForm.Get("lang"))
	if !ok {
		wrong["lang"] = v.T("sign.bad.lang")
	}
	return name, string(l)
}

// showStart asks whoever holds the link of the terminal who they are.
func (s *server) showStart(ctx context.Context, v *visit) (page, error) {
	if err := s.mayStart(ctx, v); err != nil {
		return s.deadLink(v, err)
	}
	return s.startPage(v, signView{Lang: string(v.Lang)}), nil
}

func (s *server) startPage(v *visit, view signView) page {
	view.Action = v.address()
	p := s.signPage(v, "start", v.T("start.title"), view)
	p.script = ""
	return p
}

// mayStart tells whether a bootstrap link still opens: once there is an administrator, none does.
func (s *server) mayStart(ctx context.Context, v *visit) error {
	if _, err := s.people.PeekLink(ctx, v.PathValue("secret"), people.LinkBootstrap); err != nil {
		return err
	}
	there, err := s.people.HasAdministrator(ctx)
	if err == nil && there {
		return people.ErrLink
	}
	return err
}

// useStart makes the first administrator. An address that has an account is refused before the link is
// used: the link proves who runs the server, not whose address it is.
func (s *server) useStart(ctx context.Context, v *visit) (page, error) {
	if err := s.mayStart(ctx, v); err != nil {
		return s.deadLink(v, err)
	}
	view := signView{Wrong: map[string]string{}}
	view.Email = asked(v, view.Wrong)
	view.Name, view.Lang = named(v, view.Wrong)
	if _, err := s.people.AccountByEmail(ctx, view.Email); err == nil {
		view.Wrong["email"] = v.T("sign.bad.taken")
	} else if fault.CodeOf(err) != fault.NotFound {
		return page{}, err
	}
	if len(view.Wrong) > 0 {
		return s.startPage(v, view), nil
	}
	if _, err := s.people.UseLink(ctx, v.PathValue("secret"), people.LinkBootstrap); err != nil {
		return s.deadLink(v, err)
	}
	// Whoever holds the link holds the terminal it was shown on.
	a, err := s.people.CreateAccount(ctx, people.ByCLI, people.Account{
		Email: view.Email, Name: view.Name, Lang: view.Lang, Grants: []people.Grant{{Role: people.Administrator}},
	})
	if err != nil {
		return page{}, err
	}
	return s.enter(v, a, meansBootstrap, welcomePath)
}

// welcomePath is where a person chooses how to sign in from now on.
const welcomePath = "/welcome"

func (s *server) welcomeRoutes() []access.Route {
	routes := []access.Route{
		{Pattern: "GET " + welcomePath, Action: people.ReadOwn, Object: access.Own, Handler: s.personal(s.welcome, "next")},
	}
	if s.passwords != nil {
		routes = append(routes,
			access.Route{
				Pattern: "GET " + welcomePath + "/password", Action: people.ReadOwn, Object: access.Own,
				Handler: s.personal(func(context.Context, *visit) (page, error) { return page{moved: welcomePath}, nil }),
			},
			access.Route{
				Pattern: "POST " + welcomePath + "/password", Action: people.ChangeOwn, Object: access.Own, Fresh: true,
				Handler: s.form(s.choosePassword),
			})
	}
	return routes
}

func (s *server) welcome(ctx context.Context, v *visit) (page, error) {
	return s.welcomePage(ctx, v, signView{Next: nextOf(v.Query.Get("next"))}), nil
}

func (s *server) welcomePage(ctx context.Context, v *visit, view signView) page {
	a := access.Who(ctx).Account
	view.Name, view.Email = a.Name, a.Email
	return s.signPage(v, "welcome", v.T("welcome.title", "name", a.Name), view)
}

// choosePassword gives the person who has just signed in a password.
func (s *server) choosePassword(ctx context.Context, v *visit) (page, error) {
	who, next := access.Who(ctx), nextOf(v.PostForm.Get("next"))
	hash, wrong, err := s.chosenPassword(ctx, v, who.Account)
	if err != nil {
		return page{}, err
	}
	if wrong != "" {
		return s.welcomePage(ctx, v, signView{Next: next, Wrong: map[string]string{"password": wrong}}), nil
	}
	p, err := s.passwordChanged(ctx, who, hash, people.DidSetPassword, "password")
	p.moved = next
	return p, err
}
