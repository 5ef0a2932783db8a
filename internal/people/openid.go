package people

import (
	"context"

	"filiere/internal/fault"
)

// Claims is what an OpenID Connect provider vouches for about a person who has just signed in there.
type Claims struct {
	Issuer  string // the provider
	Subject string // who they are there, for ever
	Email   string // which the provider says it verified; folded
	Name    string // "" when the provider does not say
}

// Identities is what EnterWith needs to know and do. Its methods return NotFound faults for what is not
// there, and ErrLink for a link that does not open.
type Identities interface {
	AccountByOIDC(ctx context.Context, issuer, subject string) (Account, error)
	LinkOIDC(ctx context.Context, by Actor, id AccountID, issuer, subject string) error
	Account(ctx context.Context, id AccountID) (Account, error)
	PeekLink(ctx context.Context, secret string, purpose Purpose) (Link, error)
	UseLink(ctx context.Context, secret string, purpose Purpose) (Link, error)
}

// EnterWith finds the account a person signs in to who was vouched for by a provider. invitation is the
// secret of the invitation they came with, "" for none: with it, an identity not known yet is joined to
// the account invited, once. No account is ever made here, and an address alone proves nothing: who has
// an account and no invitation signs in and joins the identity in person (LinkOIDC).
//
// Errors: Forbidden when no account is joined and there is no invitation, or the invitation is for
// another address or for an administrator (see AcceptWith); ErrLink; Conflict when the identity is
// joined to another account than the one invited.
func EnterWith(ctx context.Context, ids Identities, c Claims, invitation string) (Account, error) {
	known, err := ids.AccountByOIDC(ctx, c.Issuer, c.Subject)
	if err != nil && fault.CodeOf(err) != fault.NotFound {
		return Account{}, err
	}
	switch joined := err == nil; {
	case invitation != "":
		return acceptWith(ctx, ids, c, invitation, known)
	case joined:
		return known, nil
	}
	f := fault.New(fault.Forbidden, "sign in", "no account is joined to this identity")
	f.Hint = "sign in another way and join it in your settings, or ask an administrator for an invitation"
	return Account{}, f
}

// acceptWith joins the identity to the account invited, using the invitation up.
func acceptWith(ctx context.Context, ids Identities, c Claims, invitation string, known Account) (Account, error) {
	l, err := ids.PeekLink(ctx, invitation, LinkInvite)
	if err != nil {
		return Account{}, err
	}
	a, err := ids.Account(ctx, l.Account)
	if err != nil {
		return Account{}, err
	}
	if known.ID != "" && known.ID != a.ID {
		return Account{}, fault.New(fault.Conflict, "accept invitation", "this identity is joined to another account")
	}
	if err := a.AcceptWith(c); err != nil {
		return Account{}, err
	}
	if _, err := ids.UseLink(ctx, invitation, LinkInvite); err != nil {
		return Account{}, err
	}
	return a, ids.LinkOIDC(ctx, By(a.ID), a.ID, c.Issuer, c.Subject)
}

// AcceptWith decides whether an invited account may be entered for the first time on a provider's word.
// It returns a Forbidden fault when the account is not active, when the address vouched for is not the
// one invited, or when the account is an administrator's: no provider makes an administrator.
func (a Account) AcceptWith(c Claims) error {
	f := fault.New(fault.Forbidden, "accept invitation", "")
	switch {
	case a.State != Active:
		f.Reason = "this account is not active"
	case c.Email != a.Email:
		f.Reason, f.Hint = "the invitation is for another address than the one you signed in with", "open the invitation's link and choose a passkey instead"
	case a.IsAdministrator():
		f.Reason, f.Hint = "an administrator's invitation is not accepted through a provider", "choose a passkey; the provider can be joined afterwards in your settings"
	default:
		return nil
	}
	return f
}
