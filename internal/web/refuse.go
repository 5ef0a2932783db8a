package web

import (
	"encoding/json"
	"net/http"
	"strings"

	"filiere/internal/access"
	"filiere/internal/fault"
)

// Ambient is true: people arrive from links anywhere and are still signed in.
func (s *server) Ambient() bool { return true }

// Refuse sends whoever must sign in to do so, and tells everybody else kindly that they may not.
func (s *server) Refuse(w http.ResponseWriter, r *http.Request, why access.Refusal) {
	w.Header().Set("Cache-Control", "private, no-store")
	switch {
	case why.SignIn != "" && fromScript(r):
		refuseScript(w, why)
	case why.SignIn != "":
		http.Redirect(w, r, why.SignIn, http.StatusSeeOther)
	case why.Why == access.WrongMethod:
		s.failAs(w, r, http.StatusMethodNotAllowed, fault.New(fault.Invalid, "serve", "%s is not for %s", r.Method, r.URL.Path))
	case why.Why == access.BadToken:
		w.Header().Set("WWW-Authenticate", `Bearer realm="filiere"`)
		s.failAs(w, r, http.StatusUnauthorized, why.Err)
	case why.Why == access.Failed:
		s.fail(w, s.refusedVisit(w, r), why.Err)
	default:
		s.fail(w, s.refusedVisit(w, r), fault.New(fault.Forbidden, "serve", "%s: %s", r.URL.Path, why.Why))
	}
}

// failAs tells an error under another status than its code has.
func (s *server) failAs(w http.ResponseWriter, r *http.Request, status int, err error) {
	s.failWith(w, s.refusedVisit(w, r), fault.CodeOf(err), status)
}

// refusedVisit is the visit of a request that no handler sees.
func (s *server) refusedVisit(w http.ResponseWriter, r *http.Request) *visit {
	v := s.newVisit(r, nil)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Language", string(v.Lang))
	w.Header().Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
	return v
}

// fromScript tells a request of our own scripts, which send and take JSON, from one of a form or link.
func fromScript(r *http.Request) bool {
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return kind == "application/json"
}

// refuseScript tells a script where to send the person to sign in.
func refuseScript(w http.ResponseWriter, why access.Refusal) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusUnauthorized)
	_ = json.NewEncoder(w).Encode(map[string]string{"next": why.SignIn}) // a peer that went away needs no answer
}
