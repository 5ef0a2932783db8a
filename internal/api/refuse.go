package api

import (
	"net/http"

	"filiere/internal/access"
	"filiere/internal/fault"
)

// Ambient is false: a cookie counts only when the site's own pages ask.
func (a *api) Ambient() bool { return false }

// Refuse tells a program why the gate stayed shut.
func (a *api) Refuse(w http.ResponseWriter, r *http.Request, why access.Refusal) {
	switch why.Why {
	case access.Failed:
		a.fail(w, r, why.Err)
	case access.Unknown, access.BadToken:
		w.Header().Set("WWW-Authenticate", `Bearer realm="filiere"`) // RFC 6750, 3
		refusal(http.StatusUnauthorized, why).write(w)
	case access.WrongMethod:
		refusal(http.StatusMethodNotAllowed, why).write(w)
	default:
		refusal(http.StatusForbidden, why).write(w)
	}
}

// sentences say what a refusal means and what mends it.
var sentences = map[access.Why][2]string{
	access.Unknown:     {"this needs a token or a signed-in person", "send Authorization: Bearer with a token from your account's page"},
	access.BadToken:    {"the token opens nothing: it is unknown, expired or revoked", "make a new one on your account's page"},
	access.Forbidden:   {"the caller may not do this", "a token does what its account may do, within its scopes"},
	access.Stale:       {"this needs somebody who has just signed in", "sign in again and repeat the request"},
	access.CrossOrigin: {"another site may not ask for this", "send the request from a program, or from the site's own pages"},
	access.WrongMethod: {"the address does not take this method", "the Allow header lists those it takes"},
}

func refusal(status int, why access.Refusal) problem {
	said, code := sentences[why.Why], fault.Forbidden
	if why.Why == access.WrongMethod {
		code = fault.Invalid
	}
	return problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status,
		Code: code, Detail: said[0], Hint: said[1],
	}
}
