package api

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// prefix is where the API lives.
const prefix = "/api/v1"

// New makes the routes of everything under /api/v1, to be served behind the gate. Faults of our own go to
// log.
func New(reader Reader, log *slog.Logger) access.Surface {
	return &api{reader: reader, log: log}
}

// Routes are the addresses of the API as the gate takes them.
func (a *api) Routes() []access.Route {
	var out []access.Route
	for _, rt := range routes() {
		out = append(out, access.Route{Pattern: "GET " + prefix + rt.path, Action: people.ReadRadar, Handler: a.guard(rt, false)})
		if rt.table {
			out = append(out, access.Route{Pattern: "GET " + prefix + rt.path + ".csv", Action: people.ReadRadar, Handler: a.guard(rt, true)})
		}
	}
	return append(out, access.Route{Pattern: prefix + "/", Action: people.ReadRadar, Handler: http.HandlerFunc(a.nowhere)})
}

// nowhere answers every address that is none of the API's.
func (a *api) nowhere(w http.ResponseWriter, r *http.Request) {
	f := fault.New(fault.NotFound, "route", "there is nothing at %s", r.URL.Path)
	f.Hint = "the routes are described at " + prefix + "/openapi.yaml"
	a.fail(w, r, f)
}

type api struct {
	reader Reader
	log    *slog.Logger
}

// route is one address of the API.
type route struct {
	path   string   // under prefix, in the syntax of ServeMux
	params []string // the query parameters it knows
	table  bool     // it can be had as CSV
	live   bool     // it may change without a new computation, as data or with the program: it is never cached
	answer func(a *api, r request) (reply, error)
}

// routes lists every address. openapi.yaml describes the same ones; a test compares.
func routes() []route {
	return slices.Concat(occupationLists(), estimateRoutes(), []route{
		{path: "/radar", params: radarParams, table: true, answer: (*api).radar},
		{path: "/editions", table: true, answer: (*api).editions},
		{path: "/tallies", params: []string{"level", "zoning", "nomenclature", "grain", "year"}, table: true, answer: (*api).tallies},
		{path: "/difficulties", params: []string{"occupation", "area", "level", "zoning", "year", "limit"}, table: true, answer: (*api).difficulties},
		{path: "/occupations", params: []string{"nomenclature", "grain"}, table: true, answer: (*api).occupations},
		{path: "/occupations/{id}", answer: (*api).occupation},
		{path: "/occupations/{id}/history", params: []string{"area", "level", "zoning"}, table: true, answer: (*api).history},
		{path: "/areas", params: []string{"level", "zoning", "region", "limit", "offset"}, table: true, answer: (*api).areas},
		{path: "/areas/{id}", answer: (*api).area},
		{path: "/search", params: []string{"q", "limit"}, table: true, answer: (*api).search},
		{path: "/sources", params: []string{"all"}, table: true, live: true, answer: (*api).sources},
		{path: "/agreements", table: true, answer: (*api).agreements},
		{path: "/weights", table: true, live: true, answer: (*api).weights},
		{path: "/classes", table: true, live: true, answer: (*api).classes},
		{path: "/openapi.yaml", answer: (*api).document},
	})
}

// guard does what every route shares: parameters, format, validators, errors.
func (a *api) guard(rt route, csv bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Access-Control-Allow-Origin", "*") // public figures, no credentials: any page may read them
		req, err := readRequest(r, rt, csv)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		if rt.table && !csv {
			h.Set("Vary", "Accept")
		}
		fresh, err := a.validate(w, r, rt, req.csv)
		if err != nil || fresh {
			if err != nil {
				a.fail(w, r, err)
			}
			return
		}
		rep, err := rt.answer(a, req)
		if err == nil {
			err = rep.write(w, r, req.csv)
		}
		if err != nil {
			a.fail(w, r, err)
		}
	}
}

// representation is part of every ETag: it changes when the same data is written otherwise.
const representation = "1"

// validate sets the validators of an answer. fresh is true when the caller's copy is still good: 304 is
// then written.
func (a *api) validate(w http.ResponseWriter, r *http.Request, rt route, csv bool) (fresh bool, err error) {
	version, err := a.reader.CellVersion(r.Context())
	if err != nil {
		return false, err
	}
	if rt.live || version == "" {
		w.Header().Set("Cache-Control", "no-cache")
		return false, nil
	}
	format := "json"
	if csv {
		format = "csv"
	}
	tag := `W/"` + version + "-" + representation + "-" + format + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "public, max-age=60")
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return true, nil
	}
	return false, nil
}

// matches compares weakly, as If-None-Match does.
func matches(header, tag string) bool {
	weak := func(s string) string { return strings.TrimPrefix(strings.TrimSpace(s), "W/") }
	return header == "*" || slices.ContainsFunc(strings.Split(header, ","), func(s string) bool { return weak(s) == weak(tag) })
}
