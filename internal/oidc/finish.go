package oidc

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Finish ends a sign-in: ceremonyID is what the browser brought back, query what the provider sent it
// with. The ceremony is used up whatever the outcome.
//
// Errors: Forbidden for everything that does not add up: a ceremony that is unknown, used or over, an
// answer to another one, a token that is not the provider's, for us and for this ceremony, an address
// that is not verified, a person who declined; Unavailable when the provider does not answer.
func (p *Provider) Finish(ctx context.Context, ceremonyID string, query url.Values) (people.Claims, error) {
	c, err := p.take(ctx, ceremonyID)
	if err != nil {
		return people.Claims{}, err
	}
	e, err := p.discover(ctx)
	if err != nil {
		return people.Claims{}, err
	}
	if err := p.answers(c, e, query); err != nil {
		return people.Claims{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := e.oauth.Exchange(ctx, query.Get("code"), oauth2.VerifierOption(c.Verifier))
	if err != nil {
		return people.Claims{}, exchangeFailed(err)
	}
	verified, err := p.verify(ctx, e, token, c.Nonce)
	if err != nil {
		return people.Claims{}, doubtful(err)
	}
	return p.claims(ctx, e, token, verified)
}

// take gives back the ceremony, once.
func (p *Provider) take(ctx context.Context, id string) (ceremony, error) {
	data, err := p.ceremonies.TakeCeremony(ctx, id, ceremonyKind)
	if fault.CodeOf(err) == fault.NotFound {
		return ceremony{}, doubtful(err)
	}
	if err != nil {
		return ceremony{}, err
	}
	var c ceremony
	if err := json.Unmarshal(data, &c); err != nil {
		return ceremony{}, fmt.Errorf("read a ceremony: %w", err)
	}
	return c, nil
}

// answers checks that what came back answers this ceremony, comes from this provider and says yes.
func (p *Provider) answers(c ceremony, e *endpoint, query url.Values) error {
	if subtle.ConstantTimeCompare([]byte(query.Get("state")), []byte(c.State)) != 1 {
		return doubtful(errors.New("the state is another one"))
	}
	if iss := query.Get("iss"); iss != p.config.Issuer && (iss != "" || e.signsIss) {
		return doubtful(errors.New("the answer comes from another issuer"))
	}
	if query.Has("error") {
		f := fault.New(fault.Forbidden, "sign in with a provider", "the provider did not sign you in")
		f.Hint = "begin again, or sign in another way"
		return f
	}
	if query.Get("code") == "" {
		return doubtful(errors.New("there is no code"))
	}
	return nil
}

// exchangeFailed tells a code the provider refuses from a provider that does not answer.
func exchangeFailed(err error) error {
	if r, ok := errors.AsType[*oauth2.RetrieveError](err); ok && r.Response != nil && r.Response.StatusCode < 500 {
		return doubtful(fmt.Errorf("the provider refuses the code: %q", r.ErrorCode))
	}
	f := fault.New(fault.Unavailable, "sign in with a provider", "the provider does not answer")
	f.Err, f.Hint = err, "try later, or sign in another way"
	return f
}

// verify checks the token: whose it is, for whom, for which ceremony.
func (p *Provider) verify(ctx context.Context, e *endpoint, token *oauth2.Token, nonce string) (*oidc.IDToken, error) {
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return nil, errors.New("there is no ID token")
	}
	verified, err := e.provider.Verifier(&oidc.Config{ClientID: p.config.ClientID, Now: p.now}).Verify(ctx, raw)
	if err != nil {
		return nil, err
	}
	var party struct {
		Authorized string `json:"azp"`
	}
	if err := verified.Claims(&party); err != nil {
		return nil, err
	}
	switch {
	case subtle.ConstantTimeCompare([]byte(verified.Nonce), []byte(nonce)) != 1:
		return nil, errors.New("the nonce is another one")
	case party.Authorized != p.config.ClientID && (party.Authorized != "" || len(verified.Audience) > 1):
		return nil, errors.New("the token was made for another party") // Core 1.0, 3.1.3.7
	case verified.Subject == "":
		return nil, errors.New("the token names nobody")
	case verified.AccessTokenHash != "":
		return verified, verified.VerifyAccessToken(token.AccessToken)
	}
	return verified, nil
}

// profile is what we ask about a person.
type profile struct {
	Email    string `json:"email"`
	Verified truth  `json:"email_verified"`
	Name     string `json:"name"`
}

// truth is a JSON true, which some providers write as text; everything else is false.
type truth bool

// UnmarshalJSON never fails: what is not true is false.
func (t *truth) UnmarshalJSON(b []byte) error {
	*t = string(b) == "true" || string(b) == `"true"`
	return nil
}

// claims gathers what the provider vouches for, from the token or, where the token does not say, from its
// user information.
func (p *Provider) claims(ctx context.Context, e *endpoint, token *oauth2.Token, verified *oidc.IDToken) (people.Claims, error) {
	var who profile
	if err := verified.Claims(&who); err != nil {
		return people.Claims{}, doubtful(err)
	}
	if who.Email == "" {
		info, err := e.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err != nil {
			f := fault.New(fault.Unavailable, "sign in with a provider", "the provider does not say who you are")
			f.Err = err
			return people.Claims{}, f
		}
		if info.Subject != verified.Subject { // Core 1.0, 5.3.2: else the answer is not to be used
			return people.Claims{}, doubtful(errors.New("the user information is somebody else's"))
		}
		if err := info.Claims(&who); err != nil {
			return people.Claims{}, doubtful(err)
		}
	}
	email, err := people.FoldEmail(who.Email)
	if err != nil || !bool(who.Verified) {
		f := fault.New(fault.Forbidden, "sign in with a provider", "the provider has not verified your address")
		f.Hint = "confirm your address there first, or sign in another way"
		return people.Claims{}, f
	}
	return people.Claims{Issuer: p.config.Issuer, Subject: verified.Subject, Email: email, Name: who.Name}, nil
}

// doubtful is the one answer to everything that does not add up; the cause is for the log.
func doubtful(cause error) error {
	return &fault.Fault{
		Code: fault.Forbidden, Op: "sign in with a provider", Reason: "this sign-in does not add up, or took too long",
		Hint: "begin again", Err: cause,
	}
}
