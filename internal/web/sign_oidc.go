package web

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// The cookie that binds the two halves of a sign-in with a provider to one browser. It holds the secret of
// the ceremony, where to go afterwards, the invitation that is accepted, if any, and the account that the
// provider's is joined to, if that is what the reader went for.
const (
	leaveCookie = "oidc"
	leaveLife   = 10 * time.Minute
)

// leave sends the reader to the provider. It is a link and not a form, because the policy of our pages
// lets no form end on another site.
func (s *server) leave(ctx context.Context, v *visit) (page, error) {
	if err := s.limited(ctx, v, people.LimitPasskey, ""); err != nil {
		return tooSoon(v, s.signInPage(v, signView{Next: landing, Wrong: map[string]string{}}), err)
	}
	return s.away(ctx, nextOf(v.Query.Get("next")), v.Query.Get("invitation"), "")
}

// away begins a ceremony with the provider and keeps what it is for in the reader's browser.
func (s *server) away(ctx context.Context, next, invitation string, join people.AccountID) (page, error) {
	away, ceremony, err := s.provider.Start(ctx)
	if err != nil {
		return page{}, err
	}
	carried := strings.Join([]string{ceremony, inCookie(next), inCookie(invitation), inCookie(string(join))}, ".")
	return page{moved: away, cookies: []*http.Cookie{s.gate.Cookie(leaveCookie, carried, leaveLife)}}, nil
}

// join sends a signed-in person to the provider, to join their account there to the one here. Another
// site must not begin it for them: they might come back with that site's account.
func (s *server) join(ctx context.Context, v *visit) (page, error) {
	if site := v.Request.Header.Get("Sec-Fetch-Site"); site == "cross-site" || site == "same-site" {
		return page{}, fault.New(fault.Forbidden, "join account", "another site began this")
	}
	return s.away(ctx, securityPath, "", access.Who(ctx).Account.ID)
}

// joined links the provider's account to that of the person who went to fetch it, who must still be the
// one signed in here, and lately.
func (s *server) joined(ctx context.Context, v *visit, join people.AccountID, claims people.Claims) (page, error) {
	who := access.Who(ctx)
	if !who.InPerson() || who.Account.ID != join || !who.Session.Fresh(s.now()) {
		return s.notVouched(v, "sign.provider.lost"), nil
	}
	if err := s.people.LinkOIDC(ctx, people.By(join), join, claims.Issuer, claims.Subject); err != nil {
		return s.refused(ctx, v, err)
	}
	return page{
		moved:   securityPath + "?done=provider",
		cookies: []*http.Cookie{s.gate.Cookie(leaveCookie, "", -1)},
	}, s.credentialChanged(ctx, who.Account, people.DidLinkOIDC, nil)
}

func inCookie(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func outOfCookie(s string) string {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return ""
	}
	return string(b)
}

// comeBack reads the provider's answer and signs in whom it vouches for.
func (s *server) comeBack(ctx context.Context, v *visit) (page, error) {
	carried := strings.Split(s.gate.CookieValue(v.Request, leaveCookie), ".")
	if len(carried) != 4 {
		return s.notVouched(v, "sign.provider.lost"), nil
	}
	claims, err := s.provider.Finish(ctx, carried[0], v.URL.Query())
	if err != nil {
		return s.refused(ctx, v, err)
	}
	if join := outOfCookie(carried[3]); join != "" {
		return s.joined(ctx, v, people.AccountID(join), claims)
	}
	invitation := outOfCookie(carried[2])
	a, err := people.EnterWith(ctx, s.people, claims, invitation)
	if err != nil {
		return s.refused(ctx, v, err)
	}
	next := nextOf(outOfCookie(carried[1]))
	if invitation != "" {
		next = welcomePath
	}
	p, err := s.enter(v, a, meansProvider, next)
	p.cookies = append(p.cookies, s.gate.Cookie(leaveCookie, "", -1))
	return p, err
}

// refused tells who comes back from the provider in vain. What is wrong with the provider is for the log.
func (s *server) refused(ctx context.Context, v *visit, err error) (page, error) {
	switch fault.CodeOf(err) {
	case fault.Forbidden, fault.Conflict, fault.NotFound, fault.Invalid:
		s.turnedAway(ctx, v, meansProvider, err.Error())
		return s.notVouched(v, "sign.provider.refused"), nil
	}
	return page{}, err
}

func (s *server) notVouched(v *visit, key string) page {
	p := s.signInPage(v, signView{Next: landing, Wrong: map[string]string{"": v.T(key, "provider", s.provider.Name())}})
	p.status = http.StatusForbidden
	p.cookies = []*http.Cookie{s.gate.Cookie(leaveCookie, "", -1)}
	return p
}
