package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"filiere/internal/fault"
)

// problem is an error as RFC 9457 lays it out, with the fault's code, the parameter or the place it is about
// and a hint.
type problem struct {
	Type      string     `json:"type"`
	Title     string     `json:"title"`
	Status    int        `json:"status"`
	Detail    string     `json:"detail"`
	Code      fault.Code `json:"code"`
	Parameter string     `json:"parameter,omitempty"`
	Hint      string     `json:"hint,omitempty"`
	File      string     `json:"file,omitempty"` // of what was sent
	Line      int        `json:"line,omitempty"` // of the file; of answers, which one
}

// statusOf is the HTTP status of each fault code.
var statusOf = map[fault.Code]int{
	fault.Invalid:     http.StatusBadRequest,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Forbidden:   http.StatusForbidden,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// ownSentence replaces the text of faults that is for logs rather than for the caller.
var ownSentence = map[fault.Code]string{
	fault.Internal:    "Something went wrong on our side. It has been noted.",
	fault.Unavailable: "A service this answer needs does not respond. Try again in a moment.",
}

// problemOf translates an error. Only the reason of a fault made for people leaves the program; its cause
// and the text of any other error stay in the log.
func problemOf(err error) problem {
	code := fault.CodeOf(err)
	p := problem{Type: "about:blank", Status: statusOf[code], Code: code, Detail: ownSentence[code]}
	p.Title = http.StatusText(p.Status)
	if f, ok := errors.AsType[*fault.Fault](err); ok && p.Detail == "" {
		p.Detail, p.Parameter, p.Hint = reasons(err, f), f.Column, fault.HintOf(f)
		if code == fault.Invalid { // the place lies in what was sent, not on our machine
			p.File, p.Line = f.File, f.Line
		}
	}
	return p
}

// reasons is why something was refused; where there are several faults, all of them.
func reasons(err error, first *fault.Fault) string {
	joined, is := err.(interface{ Unwrap() []error }) //nolint:errorlint // the parts of this very error
	if !is {
		return first.Reason
	}
	var out []string
	for _, e := range joined.Unwrap() {
		if f, ok := errors.AsType[*fault.Fault](e); ok {
			out = append(out, f.Reason)
		}
	}
	return strings.Join(out, "; ")
}

// fail writes an error, and logs those that are ours.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	p := problemOf(err)
	if p.Status >= http.StatusInternalServerError && r.Context().Err() == nil {
		a.log.ErrorContext(r.Context(), "api request failed", "path", r.URL.Path, "error", err)
	}
	p.write(w)
}

// write sends the problem. What was set for the answer that did not come is taken back.
func (p problem) write(w http.ResponseWriter) {
	h := w.Header()
	h.Del("ETag")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p) // a peer that went away needs no answer
}
