package web

import (
	"context"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// The cookie that binds the two halves of a sign-in with a provider to one browser. It holds the secret of
// the ceremony, where to go afterwards and the invitation that is accepted, if any.
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
	away, ceremony, err := s.provider.Start(ctx)
	if err != nil {
		return page{}, err
	}
	carried := strings.Join([]string{
		ceremony, inCookie(nextOf(v.Query.Get("next"))), inCookie(v.Query.Get("invitation")),
	}, ".")
	return page{moved: away, cookies: []*http.Cookie{s.gate.Cookie(leaveCookie, carried, leaveLife)}}, nil
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
	if len(carried) != 3 {
		return s.notVouched(v, "sign.provider.lost"), nil
	}
	claims, err := s.provider.Finish(ctx, carried[0], v.URL.Query())
	if err != nil {
		return s.refused(ctx, v, err)
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
		s.log.InfoContext(ctx, "sign-in refused", "means", meansProvider, "why", err)
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
