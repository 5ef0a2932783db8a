package web

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
)

// form serves a handler of what a person sent: it finds the fields in v.PostForm, answers with a
// redirect when all is well (page.moved), and with the form again, its faults beside the fields, when it
// is not. What comes of a form is never kept.
func (s *server) form(h handler, params ...string) http.Handler {
	next := s.personal(h, params...)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			s.fail(w, s.refusedVisit(w, r), fault.New(fault.Invalid, "read form", "the form cannot be read"))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// personal serves a handler whose page is for one person, or holds a secret: no cache may keep it.
func (s *server) personal(h handler, params ...string) http.Handler {
	return s.serve(h, keptNowhere, nil, params)
}

// headers sets what a page wants beside its text.
func (p page) headers(w http.ResponseWriter) {
	for _, c := range p.cookies {
		http.SetCookie(w, c)
	}
	if p.wait > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(p.wait.Seconds()))))
	}
}

// minutesOf is a wait as people are told it: whole minutes, at least one.
func minutesOf(wait time.Duration) int { return max(1, int(math.Ceil(wait.Minutes()))) }

// answer is what a script is told: where to go next, or what to do with the browser's credentials.
type answer struct {
	body    any
	cookies []*http.Cookie
}

// scripted answers a request of our own scripts with JSON.
type scripted func(ctx context.Context, v *visit, body []byte) (answer, error)

// errScript is a failure the script shows as it is, in the reader's language.
type errScript struct {
	key string // of the message
}

func (e errScript) Error() string { return e.key }

// script serves a scripted handler. Only JSON is taken, which a form on another site cannot send.
func (s *server) script(h scripted) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.newVisit(r, nil)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "private, no-store")
		body, err := readScript(r)
		var a answer
		if err == nil {
			a, err = h(r.Context(), v, body)
		}
		if err != nil {
			s.failScript(w, v, err)
			return
		}
		for _, c := range a.cookies {
			http.SetCookie(w, c)
		}
		_ = json.NewEncoder(w).Encode(a.body) // a peer that went away needs no answer
	})
}

func readScript(r *http.Request) ([]byte, error) {
	if !fromScript(r) {
		return nil, fault.New(fault.Invalid, "read request", "this address takes JSON")
	}
	var raw json.RawMessage
	if err := json.NewDecoder(r.Body).Decode(&raw); err != nil {
		return nil, fault.New(fault.Invalid, "read request", "this is not JSON")
	}
	return raw, nil
}

// failScript tells a script what went wrong, in words for the person who reads them.
func (s *server) failScript(w http.ResponseWriter, v *visit, err error) {
	status, said := statusOf[fault.CodeOf(err)], v.T("error."+string(fault.CodeOf(err))+".title")
	if e, ok := errors.AsType[errScript](err); ok {
		status, said = http.StatusForbidden, v.T(e.key)
	}
	if wait, ok := errors.AsType[errWait](err); ok {
		status, said = http.StatusTooManyRequests, v.T("sign.wait", "minutes", minutesOf(time.Duration(wait)))
		page{wait: time.Duration(wait)}.headers(w)
	}
	if status >= http.StatusInternalServerError {
		s.log.ErrorContext(v.Context(), "request of a script failed", "path", v.URL.Path, "err", err)
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": said})
}

// errWait is a try beyond a limit, and how long to wait for the next.
type errWait time.Duration

func (e errWait) Error() string { return "too many tries: wait " + time.Duration(e).String() }

// whoView is what the header says of the reader.
type whoView struct {
	Accounts bool   // there are accounts at all
	Name     string // of who is signed in, "" for a visitor
	SignIn   string // where to sign in and come back
}

// whoOf tells the header who reads. On the pages of the sign-in itself coming back would lead in circles.
func whoOf(v *visit) whoView {
	c := access.Who(v.Context())
	w := whoView{Accounts: v.accounts, Name: c.Account.Name, SignIn: access.SignInPath}
	if back := v.address(); v.Method == http.MethodGet && back != "/" && !v.signing {
		w.SignIn += "?next=" + queryEscape(back)
	}
	return w
}
