package access

import (
	"net/http"
	"slices"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Route is one address and what it is, in terms of who may do what.
type Route struct {
	// Pattern is "METHOD /path" in the syntax of http.ServeMux; GET answers HEAD too. The method may be
	// left out where every method gets the same answer.
	Pattern string
	Action  people.Action
	Object  func(*http.Request) people.Ref // what the action is done to; nil is the site as a whole
	Fresh   bool                           // the person must have signed in just now; no token may
	Recent  bool                           // a person must have signed in just now; a token, which one who had made, may
	Plain   bool                           // the same for everybody: the gate need not look up who asks
	Body    int64                          // the most bytes a body may have; 0 is maxBody
	Handler http.Handler
}

// Surface is a set of routes that refuse in the same way.
type Surface interface {
	Routes() []Route
	// Refuse answers a request the gate does not let through.
	Refuse(w http.ResponseWriter, r *http.Request, why Refusal)
	// Ambient reports whether the surface is for people, whose browser brings their cookie along from
	// links on other sites. A program's surface takes a cookie from the site's own pages only.
	Ambient() bool
}

// Why is the reason of a refusal.
type Why int

// The reasons.
const (
	Unknown     Why = iota + 1 // nobody is signed in, and a visitor may not
	Forbidden                  // they may not
	Stale                      // they must sign in again first
	BadToken                   // the token opens nothing
	WrongMethod                // the address does not take this method
	CrossOrigin                // another site made the browser send this
	Failed                     // finding out who asks failed
)

// Refusal is why the gate stayed shut.
type Refusal struct {
	Why    Why
	SignIn string // where to sign in and come back; for Unknown and Stale
	Allow  string // the methods the address takes; for WrongMethod
	Err    error  // the cause; for Failed and BadToken
}

// maxBody bounds a form: the longest field is a name or an address.
const maxBody = 64 << 10

// method and path are the two halves of a pattern.
func (rt Route) split() (method, path string) {
	method, path, ok := strings.Cut(rt.Pattern, " ")
	if !ok {
		return "", rt.Pattern
	}
	return method, strings.TrimSpace(path)
}

// check refuses a route that says too little to be guarded.
func (rt Route) check() error {
	_, path := rt.split()
	switch known := slices.ContainsFunc(people.Permissions(), func(p people.Permission) bool { return p.Action == rt.Action }); {
	case !known:
		return fault.New(fault.Internal, "register route", "%s: the table of permissions has no action %q", rt.Pattern, rt.Action)
	case rt.Handler == nil || !strings.HasPrefix(path, "/"):
		return fault.New(fault.Internal, "register route", "%s has no handler or no path", rt.Pattern)
	case rt.Plain && !people.Public(rt.Action):
		return fault.New(fault.Internal, "register route", "%s is not public, so the gate must look up who asks", rt.Pattern)
	}
	return nil
}

// object is what the route's action is done to.
func (rt Route) object(r *http.Request) people.Ref {
	if rt.Object == nil {
		return people.Site
	}
	return rt.Object(r)
}
