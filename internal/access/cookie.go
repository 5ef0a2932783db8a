package access

import (
	"net/http"
	"strings"
	"time"
)

// sessionCookie carries the secret of a session.
const sessionCookie = "session"

// hostPrefix has the browser hold a cookie to the exact host, over TLS, so that no neighbouring site can
// plant one. Browsers refuse it without TLS, which is only allowed on this machine (see ParseSite).
const hostPrefix = "__Host-"

// cookieName is decided by the public address, never by the request: a proxy that forgets a header must
// not weaken a cookie.
func (g *Gate) cookieName(name string) string {
	if g.site.Secure() {
		return hostPrefix + name
	}
	return name
}

// Cookie makes a cookie that scripts cannot read and other sites cannot have sent, save by a link. A
// negative life takes it away.
func (g *Gate) Cookie(name, value string, life time.Duration) *http.Cookie {
	c := &http.Cookie{
		Name: g.cookieName(name), Value: value, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: g.site.Secure(),
	}
	if life < 0 {
		c.MaxAge = -1
	}
	return c
}

// CookieValue reads a cookie Cookie made, "" when there is none. Two of a name count as none: one of them
// was planted.
func (g *Gate) CookieValue(r *http.Request, name string) string {
	all := r.CookiesNamed(g.cookieName(name))
	if len(all) != 1 {
		return ""
	}
	return all[0].Value
}

// sessionSecret reads the session's cookie; ok is false when there is none that could be one.
func (g *Gate) sessionSecret(r *http.Request) (secret string, ok bool) {
	secret = g.CookieValue(r, sessionCookie)
	return secret, wellFormed(secret)
}

// bearer reads the token of an Authorization header (RFC 6750); sent is false when the header is
// absent. Another scheme, or a token given twice, is sent and empty: it opens nothing.
func bearer(r *http.Request) (secret string, sent bool) {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return "", len(values) > 0
	}
	scheme, secret, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", true
	}
	return strings.TrimSpace(secret), true
}

// The bounds of a secret as text: 256 bits in base64url are 43 characters; the rest is room for a prefix.
const (
	shortestSecret = 40
	longestSecret  = 100
)

// wellFormed keeps what can be no secret of ours away from the database.
func wellFormed(secret string) bool {
	return len(secret) >= shortestSecret && len(secret) <= longestSecret && !strings.ContainsFunc(secret, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '-' && c != '_'
	})
}
