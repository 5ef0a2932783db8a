package access

import (
	"net/http"
	"strings"
)

// The names of the session's cookie. The browser holds a __Host- cookie to the exact host, over TLS, so
// that no neighbouring site can plant one; it refuses the prefix without TLS, which is only allowed on
// this machine (see ParseSite).
const (
	secureCookie = "__Host-session"
	localCookie  = "session"
)

// cookieName is decided by the public address, never by the request: a proxy that forgets a header must
// not weaken the cookie.
func (g *Gate) cookieName() string {
	if g.site.Secure() {
		return secureCookie
	}
	return localCookie
}

func (g *Gate) cookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{
		Name: g.cookieName(), Value: value, Path: "/", MaxAge: maxAge,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: g.site.Secure(),
	}
}

// sessionSecret reads the session's cookie; ok is false when there is none that could be one. Two of the
// name count as none: one of them was planted.
func (g *Gate) sessionSecret(r *http.Request) (secret string, ok bool) {
	all := r.CookiesNamed(g.cookieName())
	if len(all) != 1 {
		return "", false
	}
	return all[0].Value, wellFormed(all[0].Value)
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
