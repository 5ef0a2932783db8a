package web

import (
	"context"

	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// askLink sends a link to whoever has an account under an address, and gives everybody the same answer
// after the same work: whether there is an account is only looked at afterwards.
func (s *server) askLink(ctx context.Context, v *visit) (page, error) {
	view := signView{Next: nextOf(v.PostForm.Get("next")), Wrong: map[string]string{}}
	view.Email = asked(v, view.Wrong)
	if len(view.Wrong) > 0 {
		return s.signInPage(v, view), nil
	}
	if err := s.limited(ctx, v, people.LimitLink, view.Email); err != nil {
		return tooSoon(v, s.signInPage(v, view), err)
	}
	s.later.Do(ctx, "send a sign-in link", func(ctx context.Context) error {
		return s.mailLink(ctx, view.Email, people.LinkSignIn, view.Next)
	})
	return page{moved: "/sign-in/link/sent"}, nil
}

// linkSent says that a link may be on its way.
func (s *server) linkSent(_ context.Context, v *visit) (page, error) {
	p := s.signPage(v, "sign_sent", v.T("sign.sent.title"), signView{})
	p.script = ""
	return p, nil
}

// mailLink makes a link for the account of an address, if there is one that may sign in, and puts the
// message that carries it in the outbox.
func (s *server) mailLink(ctx context.Context, email string, purpose people.Purpose, next string) error {
	a, err := s.people.AccountByEmail(ctx, email)
	if err != nil && fault.CodeOf(err) == fault.NotFound || err == nil && a.State != people.Active {
		return nil // the answer was the same
	}
	if err != nil {
		return err
	}
	secret, err := s.people.CreateLink(ctx, people.ByVisitor, purpose, a.ID)
	if err != nil {
		return err
	}
	return s.people.EnqueueMail(ctx, s.letterOf(a, purpose, secret, next))
}

// letterOf writes the message of a link, in its reader's language. Its address begins with the site's
// configured one, whatever the request said its host was.
func (s *server) letterOf(a people.Account, purpose people.Purpose, secret, next string) people.Message {
	lang, _ := locale.Parse(a.Lang)
	l := s.locales[lang]
	if purpose == people.LinkRecovery {
		return letter.Recovery(l, a, s.gate.Site().Link("/recover/"+secret))
	}
	path := "/sign-in/link/" + secret
	if next != landing {
		path += "?next=" + queryEscape(next)
	}
	return letter.SignIn(l, a, s.gate.Site().Link(path))
}

// showLink shows whom a link signs in, and a button: programs that look through mail follow links, and
// must not use them up.
func (s *server) showLink(ctx context.Context, v *visit) (page, error) {
	a, err := s.byLink(ctx, v, people.LinkSignIn)
	if err != nil {
		return s.deadLink(v, err)
	}
	return s.openPage(v, "sign.open.", a), nil
}

// openPage is the button that uses a link. Its form is sent to its own address.
func (s *server) openPage(v *visit, kind string, a people.Account) page {
	p := s.signPage(v, "sign_open", v.T(kind+"title", "name", a.Name), signView{
		Kind: kind, Name: a.Name, Email: a.Email, Action: v.address(),
	})
	p.script = ""
	return p
}

// useLink signs in whoever holds a link.
func (s *server) useLink(ctx context.Context, v *visit) (page, error) {
	a, err := s.takeLink(ctx, v, people.LinkSignIn)
	if err != nil {
		return s.deadLink(v, err)
	}
	return s.enter(v, a, meansLink, nextOf(v.Query.Get("next")))
}

// takeLink uses the link an address holds and gives whose it was.
func (s *server) takeLink(ctx context.Context, v *visit, purpose people.Purpose) (people.Account, error) {
	l, err := s.people.UseLink(ctx, v.PathValue("secret"), purpose)
	if err != nil {
		return people.Account{}, err
	}
	return s.linked(ctx, l)
}
