package web

import (
	"context"
	"unicode/utf8"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// ownPasskey finds one of the person's own passkeys. It returns a NotFound fault for any other.
func (s *server) ownPasskey(ctx context.Context, id string) (people.Passkey, error) {
	keys, err := s.people.Passkeys(ctx, access.Who(ctx).Account.ID)
	if err != nil {
		return people.Passkey{}, err
	}
	for _, k := range keys {
		if k.ID == id {
			return k, nil
		}
	}
	return people.Passkey{}, fault.New(fault.NotFound, "find passkey", "this account has no such passkey")
}

// renamePasskey gives one of the person's passkeys another name.
func (s *server) renamePasskey(ctx context.Context, v *visit) (page, error) {
	k, err := s.ownPasskey(ctx, v.PostForm.Get("passkey"))
	if err != nil {
		return page{}, err
	}
	if k.Name, err = people.CheckName(v.PostForm.Get("name")); err != nil {
		return s.securityPage(ctx, v, securityView{Wrong: map[string]string{"": v.T("security.wrong.name")}})
	}
	return page{moved: "/me/security?done=renamed"}, s.people.UpdatePasskey(ctx, k)
}

// losing checks that a means of sign-in may be taken away; when it may not, p is the page that says so.
func (s *server) losing(ctx context.Context, v *visit) (p page, refused bool, err error) {
	means, err := s.means(ctx, access.Who(ctx).Account.ID)
	if err != nil || means.MayLose() {
		return page{}, false, err
	}
	p, err = s.securityPage(ctx, v, securityView{Wrong: map[string]string{"": v.T("security.wrong.last")}})
	return p, true, err
}

// removePasskey takes one of the person's passkeys away, unless nothing would be left to sign in with.
func (s *server) removePasskey(ctx context.Context, v *visit) (page, error) {
	k, err := s.ownPasskey(ctx, v.PostForm.Get("passkey"))
	if err != nil {
		return page{}, err
	}
	if p, refused, err := s.losing(ctx, v); err != nil || refused {
		return p, err
	}
	id := access.Who(ctx).Account.ID
	if err := s.people.RemovePasskey(ctx, people.By(id), id, k.ID); err != nil {
		return page{}, err
	}
	return page{moved: "/me/security?done=unpasskey"},
		s.credentialChanged(ctx, access.Who(ctx).Account, people.DidRemovePasskey, map[string]string{"name": k.Name})
}

// credentialChanged tells a person of a change to what opens their account, here and by e-mail: if they
// did not make it, the one who did sits in front of the pages.
func (s *server) credentialChanged(ctx context.Context, a people.Account, deed string, detail map[string]string) error {
	if err := s.tell(ctx, a.ID, deed, people.Ref{}, detail); err != nil {
		return err
	}
	lang, _ := locale.Parse(a.Lang)
	return s.people.EnqueueMail(ctx, letter.Changed(s.locales[lang], a, deed, s.gate.Site().Link(securityPath)))
}

// removeProvider ends the sign-in with an account elsewhere.
func (s *server) removeProvider(ctx context.Context, v *visit) (page, error) {
	if p, refused, err := s.losing(ctx, v); err != nil || refused {
		return p, err
	}
	who := access.Who(ctx).Account
	if err := s.people.UnlinkOIDC(ctx, people.By(who.ID), who.ID, v.PostForm.Get("issuer"), v.PostForm.Get("subject")); err != nil {
		return page{}, err
	}
	return page{moved: "/me/security?done=unprovider"}, s.credentialChanged(ctx, who, people.DidUnlinkOIDC, nil)
}

// changePassword sets or changes the person's password and signs their other browsers out: one of them
// may be why it is changed.
func (s *server) changePassword(ctx context.Context, v *visit) (page, error) {
	if s.passwords == nil {
		return page{}, fault.New(fault.NotFound, "set password", "nobody signs in with a password here")
	}
	who := access.Who(ctx)
	hash, wrong, err := s.chosenPassword(ctx, v, who.Account)
	if err != nil {
		return page{}, err
	}
	if wrong != "" {
		return s.securityPage(ctx, v, securityView{Wrong: map[string]string{"password": wrong}})
	}
	return s.passwordChanged(ctx, who, hash, people.DidSetPassword, "password")
}

// removePassword takes the password away, unless nothing would be left to sign in with.
func (s *server) removePassword(ctx context.Context, v *visit) (page, error) {
	if p, refused, err := s.losing(ctx, v); err != nil || refused {
		return p, err
	}
	return s.passwordChanged(ctx, access.Who(ctx), "", people.DidRemovePassword, "unpassword")
}

func (s *server) passwordChanged(ctx context.Context, who access.Caller, hash, deed, done string) (page, error) {
	if err := s.people.SetPassword(ctx, who.Actor(), who.Account.ID, hash); err != nil {
		return page{}, err
	}
	if err := s.people.CloseSessions(ctx, who.Actor(), who.Account.ID, who.Session.ID); err != nil {
		return page{}, err
	}
	return page{moved: "/me/security?done=" + done}, s.credentialChanged(ctx, who.Account, deed, nil)
}

// chosenPassword hashes the password a person typed. wrong says in their language why it will not do, ""
// when it does.
func (s *server) chosenPassword(ctx context.Context, v *visit, a people.Account) (hash, wrong string, err error) {
	typed := v.PostForm.Get("password")
	password, err := people.CheckNewPassword(typed, s.leaks, a.Name, a.Email)
	if err != nil && fault.CodeOf(err) == fault.Invalid {
		why, err := s.whyWeak(typed)
		return "", v.T("password.wrong."+why, "min", people.MinPassword, "max", people.MaxPassword), err
	}
	if err != nil {
		return "", "", err
	}
	hash, err = s.passwords.Hash(ctx, password)
	return hash, "", err
}

// whyWeak names the reason a password was refused for, which its owner reads in their own language.
func (s *server) whyWeak(password string) (string, error) {
	switch n := utf8.RuneCountInString(people.NormalisePassword(password)); {
	case n < people.MinPassword:
		return "short", nil
	case n > people.MaxPassword:
		return "long", nil
	}
	for _, list := range s.leaks {
		leaked, err := list.Leaked(people.NormalisePassword(password))
		if err != nil {
			return "", err
		}
		if leaked {
			return "leaked", nil
		}
	}
	return "personal", nil
}
