package access

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Mux serves surfaces behind the gate.
type Mux struct {
	handler http.Handler
	routes  []Route
}

// Mux joins surfaces. It fails when a route is not complete or two want the same address.
func (g *Gate) Mux(surfaces ...Surface) (*Mux, error) {
	m := &Mux{}
	doors := map[string]*door{}
	for _, s := range surfaces {
		for _, rt := range s.Routes() {
			if err := rt.check(); err != nil {
				return nil, err
			}
			method, path := rt.split()
			if doors[path] == nil {
				doors[path] = &door{gate: g, surface: s, by: map[string]Route{}}
			}
			if _, taken := doors[path].by[method]; taken || doors[path].surface != s {
				return nil, fault.New(fault.Internal, "register route", "%s is registered twice", rt.Pattern)
			}
			doors[path].by[method] = rt
			m.routes = append(m.routes, rt)
		}
	}
	mux := http.NewServeMux()
	for _, path := range slices.Sorted(maps.Keys(doors)) {
		if err := handle(mux, path, doors[path]); err != nil {
			return nil, err
		}
	}
	m.handler = g.guard(mux)
	return m, nil
}

// handle registers a path, turning ServeMux's panic at a malformed or ambiguous one into an error.
func handle(mux *http.ServeMux, path string, h http.Handler) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fault.New(fault.Internal, "register route", "%s: %v", path, p)
		}
	}()
	mux.Handle(path, h)
	return nil
}

func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.handler.ServeHTTP(w, r) }

// Routes lists everything the mux serves.
func (m *Mux) Routes() []Route { return slices.Clone(m.routes) }

// door is one path: it finds the route of a request's method, and opens it to whom it may.
type door struct {
	gate    *Gate
	surface Surface
	by      map[string]Route // by method; "" is any
}

// route finds the route of a method.
func (d *door) route(method string) (Route, bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if rt, ok := d.by[method]; ok {
		return rt, true
	}
	rt, ok := d.by[""]
	return rt, ok
}

// allow lists the methods of the path as an Allow header does.
func (d *door) allow() string {
	methods := slices.Collect(maps.Keys(d.by))
	if slices.Contains(methods, http.MethodGet) {
		methods = append(methods, http.MethodHead)
	}
	slices.Sort(methods)
	return strings.Join(methods, ", ")
}

var crossOrigin = http.NewCrossOriginProtection()

func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rt, ok := d.route(r.Method)
	if !ok {
		w.Header().Set("Allow", d.allow())
		d.refuse(w, r, Caller{}, Refusal{Why: WrongMethod, Allow: d.allow()})
		return
	}
	if crossOrigin.Check(r) != nil {
		d.refuse(w, r, Caller{}, Refusal{Why: CrossOrigin})
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, rt.bodyLimit())
	if rt.Plain {
		rt.Handler.ServeHTTP(w, r)
		return
	}
	caller, err := d.gate.identify(r, d.surface.Ambient() || sameOrigin(r))
	if err != nil {
		d.refuse(w, r, Caller{}, refusalOf(err))
		return
	}
	r = r.WithContext(With(r.Context(), caller))
	if caller.SignedIn() {
		w.Header().Set("Cache-Control", "private, no-store")
	}
	if why := d.gate.decide(rt, r, caller); why != nil {
		d.refuse(w, r, caller, *why)
		return
	}
	rt.Handler.ServeHTTP(w, r)
}

// refuse answers a refusal and notes it: who was refused what, and from where. An account is named by its
// ID, an address by its pattern: what stands in one may be a secret or a person.
func (d *door) refuse(w http.ResponseWriter, r *http.Request, c Caller, why Refusal) {
	d.gate.log.InfoContext(r.Context(), "access refused", "why", why.Why.String(), "method", methodOf(r), "route", r.Pattern,
		"account", string(c.Account.ID), "network", d.gate.Network(r))
	d.surface.Refuse(w, r, why)
}

// methodOf is the method of a request, "other" for one that HTTP does not define.
func methodOf(r *http.Request) string {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return r.Method
	}
	return "other"
}

func (rt Route) bodyLimit() int64 {
	if rt.Body > 0 {
		return rt.Body
	}
	return maxBody
}

// sameOrigin reports whether the browser says the request comes from the site's own pages. One that says
// nothing is old, or no browser; it has no cookie of ours that another site could make it send, since
// cookies are SameSite.
func sameOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return true
	}
	return false
}

// decide asks the table. It returns nil when the caller may.
func (g *Gate) decide(rt Route, r *http.Request, c Caller) *Refusal {
	switch {
	case !people.Allowed(c.Identity, rt.Action, rt.object(r)):
		if !c.SignedIn() {
			return &Refusal{Why: Unknown, SignIn: signInFor(r, false)}
		}
		return &Refusal{Why: Forbidden}
	case rt.Fresh && c.SignedIn() && !c.InPerson():
		return &Refusal{Why: Forbidden} // a token cannot sign in again
	case (rt.Fresh || rt.Recent && c.InPerson()) && !c.Session.Fresh(g.now()):
		return &Refusal{Why: Stale, SignIn: signInFor(r, true)}
	}
	return nil
}

// String is for messages of tests and logs.
func (w Why) String() string {
	names := []string{"let through", "unknown", "forbidden", "stale", "bad token", "wrong method", "cross origin", "failed"}
	if int(w) < len(names) {
		return names[w]
	}
	return fmt.Sprintf("why %d", int(w))
}
