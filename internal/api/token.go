package api

import (
	"net/http"
	"time"

	"filiere/internal/people"
)

// tokenJSON is a program that may act for an account.
type tokenJSON struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Scopes    []people.Action `json:"scopes"`
	CreatedAt time.Time       `json:"created_at"`
	ExpiresAt time.Time       `json:"expires_at"`
	UsedAt    *time.Time      `json:"used_at"`
}

func toToken(t people.Token) tokenJSON {
	out := tokenJSON{ID: t.ID, Name: t.Name, Scopes: t.Scopes, CreatedAt: t.CreatedAt, ExpiresAt: t.ExpiresAt}
	if !t.UsedAt.IsZero() {
		out.UsedAt = &t.UsedAt
	}
	return out
}

func (d *desk) tokens(c call) (outcome, error) {
	all, err := d.people.Tokens(c.Context(), c.own())
	out := list[tokenJSON]{Data: make([]tokenJSON, len(all))}
	for i, t := range all {
		out.Data[i] = toToken(t)
	}
	return outcome{body: out}, err
}

// newToken is a token just made: the only time its secret is told.
type newToken struct {
	tokenJSON
	Secret string `json:"secret"`
}

// createToken makes a token within what its owner may do.
func (d *desk) createToken(c call) (outcome, error) {
	var asked struct {
		Name      string          `json:"name"`
		Scopes    []people.Action `json:"scopes"`
		ExpiresAt time.Time       `json:"expires_at"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	if err := people.CheckScopes(c.caller.Identity, asked.Scopes); err != nil {
		return outcome{}, err
	}
	secret, err := d.people.CreateToken(c.Context(), c.caller.Actor(), people.Token{
		Account: c.own(), Name: asked.Name, Scopes: asked.Scopes, ExpiresAt: asked.ExpiresAt,
	})
	if err != nil {
		return outcome{}, err
	}
	made, err := d.token(c, people.HashSecret(secret))
	return outcome{status: http.StatusCreated, body: newToken{made, secret}}, err
}

// token finds one of the caller's own tokens.
func (d *desk) token(c call, id string) (tokenJSON, error) {
	all, err := d.people.Tokens(c.Context(), c.own())
	for _, t := range all {
		if t.ID == id {
			return toToken(t), nil
		}
	}
	return tokenJSON{}, err
}

func (d *desk) revokeToken(c call) (outcome, error) {
	return nothing, d.people.RevokeToken(c.Context(), c.caller.Actor(), c.own(), c.PathValue("token"))
}
