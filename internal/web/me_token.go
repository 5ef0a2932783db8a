package web

import (
	"context"
	"slices"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// tokenView is a program that may act for a person.
type tokenView struct {
	ID, Name            string
	Scopes              []people.Action
	Made, Expires, Used moment
	Over                bool
}

// tokenForm is the form of a new token.
type tokenForm struct {
	Name   string
	Scopes []scopeChoice
}

type scopeChoice struct {
	Action people.Action
	Name   string
	Chosen bool
}

func (s *server) fillTokens(ctx context.Context, l *locale.Locale, who access.Caller, view *securityView) error {
	all, err := s.people.Tokens(ctx, who.Account.ID)
	for _, t := range all {
		view.Tokens = append(view.Tokens, tokenView{
			ID: t.ID, Name: t.Name, Scopes: t.Scopes, Over: !t.Live(s.now()),
			Made: momentOf(l, t.CreatedAt), Expires: momentOf(l, t.ExpiresAt), Used: momentOf(l, t.UsedAt),
		})
	}
	if view.Token.Scopes == nil {
		view.Token.Scopes = scopeChoices(l, who, nil)
	}
	return err
}

// scopeChoices are the actions a person may give a token.
func scopeChoices(l *locale.Locale, who access.Caller, chosen []people.Action) []scopeChoice {
	var out []scopeChoice
	for _, a := range people.Scopes(who.Identity) {
		out = append(out, scopeChoice{a, l.T("action." + string(a)), slices.Contains(chosen, a)})
	}
	return out
}

// createToken makes a token and shows its secret, this once: the answer is the page itself, since a
// redirect would have to keep the secret somewhere.
func (s *server) createToken(ctx context.Context, v *visit) (page, error) {
	who := access.Who(ctx)
	t := people.Token{Account: who.Account.ID, Name: v.PostForm.Get("name")}
	for _, scope := range v.PostForm["scope"] {
		t.Scopes = append(t.Scopes, people.Action(scope))
	}
	err := people.CheckScopes(who.Identity, t.Scopes)
	var secret string
	if err == nil {
		secret, err = s.people.CreateToken(ctx, who.Actor(), t)
	}
	if field, ok := wrongField(err); ok {
		return s.securityPage(ctx, v, securityView{
			Token: tokenForm{Name: t.Name, Scopes: scopeChoices(v.Locale, who, t.Scopes)},
			Wrong: map[string]string{"token-" + field: v.T("token.wrong." + field)},
		})
	}
	if err != nil {
		return page{}, err
	}
	if err := s.credentialChanged(ctx, who.Account, people.DidCreateToken, map[string]string{"name": t.Name}); err != nil {
		return page{}, err
	}
	return s.securityPage(ctx, v, securityView{Secret: secret})
}

// revokeToken ends one of the person's own tokens. The store looks among those only.
func (s *server) revokeToken(ctx context.Context, v *visit) (page, error) {
	who := access.Who(ctx)
	id := v.PostForm.Get("token")
	if id == "" {
		return page{}, fault.New(fault.Invalid, "revoke token", "no token is named")
	}
	return page{moved: "/me/security?done=untoken"}, s.people.RevokeToken(ctx, who.Actor(), who.Account.ID, id)
}
