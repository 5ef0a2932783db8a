package api

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Limits on what one request may ask for.
const (
	maxParameterLength = 200     // characters of one value: no code or name is longer
	defaultLimit       = 100     // rows of a JSON list
	maxLimit           = 1_000   // rows of a JSON list: about 500 kB
	maxTableRows       = 100_000 // rows of a CSV table, streamed: any single edition has fewer
	maxOffset          = 1_000_000
	maxSearchAnswers   = 60 // as many as the search page shows
	firstYear          = 1900
	lastYear           = 2200
)

// request is what a route gets to see.
type request struct {
	*http.Request
	values url.Values
	csv    bool
}

// readRequest checks the parameters against those the route knows and settles the format.
func readRequest(r *http.Request, rt route, csv bool) (request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return request{}, fault.New(fault.Invalid, "read query", "the query string is not well formed")
	}
	known := rt.params
	if rt.table && !csv {
		known = append(slices.Clone(known), "format")
	}
	if err := checkValues(values, known); err != nil {
		return request{}, err
	}
	if id := r.PathValue("id"); len(id) > maxParameterLength || !isText(id) {
		return request{}, wrong("id", "is not the name of anything")
	}
	req := request{Request: r, values: values, csv: csv}
	if rt.table && !csv {
		req.csv, err = wantsCSV(values.Get("format"), r.Header.Get("Accept"))
	}
	return req, err
}

// checkValues refuses parameters no one will read, repeated ones, and values too long or not text.
func checkValues(values url.Values, known []string) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v := values[name]
		switch {
		case !slices.Contains(known, name):
			return unknownParameter(name, known)
		case len(v) > 1:
			return wrong(name, "is given %d times", len(v))
		case utf8.RuneCountInString(v[0]) > maxParameterLength:
			return wrong(name, "is longer than %d characters", maxParameterLength)
		case !isText(v[0]):
			return wrong(name, "is not plain UTF-8 text")
		}
	}
	return nil
}

// isText keeps out what one of the databases refuses in a text.
func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) }

// unknownParameter names the parameter back only as far as it is readable.
func unknownParameter(name string, known []string) error {
	f := fault.New(fault.Invalid, "read query", "%s is not a parameter here", strconv.QuoteToASCII(name[:min(len(name), 40)]))
	if f.Hint = "this address takes no parameters"; len(known) > 0 {
		f.Hint = "the parameters are " + strings.Join(known, ", ")
	}
	return f
}

// wrong is the fault of a parameter; the reason reads on from its name.
func wrong(name, format string, args ...any) *fault.Fault {
	f := fault.New(fault.Invalid, "read query", "%s", name+" "+fmt.Sprintf(format, args...))
	f.Column = name
	return f
}

// wantsCSV chooses between JSON, the default, and CSV: ?format= decides, then Accept.
func wantsCSV(format, accept string) (bool, error) {
	switch format {
	case "csv":
		return true, nil
	case "json":
		return false, nil
	case "":
		return quality(accept, "text/csv") > max(quality(accept, "application/json"), quality(accept, "text/html")), nil
	}
	f := wrong("format", "is neither json nor csv")
	return false, f
}

// quality is the weight an Accept header gives to a media type by its own name, 0 when it does not name it.
func quality(accept, media string) float64 {
	for part := range strings.SplitSeq(accept, ",") {
		name, rest, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), media) {
			continue
		}
		if _, q, ok := strings.Cut(rest, "q="); ok {
			w, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
			if err != nil {
				return 0
			}
			return w
		}
		return 1
	}
	return 0
}

// reading takes parameters one by one and keeps the first fault.
type reading struct {
	values url.Values
	err    error
}

func (r request) read() *reading { return &reading{values: r.values} }

func (p *reading) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}

// text is a parameter as it stands, without the spaces around it.
func (p *reading) text(name string) string { return strings.TrimSpace(p.values.Get(name)) }

// number is a whole number between two bounds, def when it is not given.
func (p *reading) number(name string, def, low, high int) int {
	s := p.text(name)
	if s == "" {
		return def
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < low || n > high {
		p.fail(wrong(name, "is not a whole number from %d to %d", low, high))
		return def
	}
	return n
}

// year is 0, the latest, unless given.
func (p *reading) year() int {
	if p.text("year") == "latest" {
		return 0
	}
	return p.number("year", 0, firstYear, lastYear)
}

// yes is a switch.
func (p *reading) yes(name string) bool {
	switch p.text(name) {
	case "", "0", "false":
		return false
	case "1", "true":
		return true
	}
	p.fail(wrong(name, "is neither true nor false"))
	return false
}

// parsed is what a rule of the domain reads a parameter as, nothing when it is not given.
func parsed[T any](p *reading, name string, parse func(string) (T, error)) (v T) {
	s := p.text(name)
	if s == "" {
		return v
	}
	v, err := parse(s)
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		f.Column = name
	}
	if err != nil {
		p.fail(err)
	}
	return v
}

func (p *reading) level() territory.Level { return parsed(p, "level", territory.ParseLevel) }

func (p *reading) zoning() territory.Zoning { return parsed(p, "zoning", territory.ParseZoning) }

func (p *reading) nomenclature() occupation.Nomenclature {
	return parsed(p, "nomenclature", occupation.ParseNomenclature)
}

// grain is nil when it is not given.
func (p *reading) grain() *occupation.Grain {
	if p.text("grain") == "" {
		return nil
	}
	g := parsed(p, "grain", occupation.ParseGrain)
	return &g
}

// occupation is an ID (rome3-J1506), or a code whose nomenclature is given or shows in its form.
func (p *reading) occupation(n occupation.Nomenclature) occupation.ID {
	return parsed(p, "occupation", func(s string) (occupation.ID, error) { return occupation.Parse(s, n) })
}

// area is an ID (dep-38), or a code with its level or zoning.
func (p *reading) area(name string, l territory.Level, z territory.Zoning) territory.ID {
	return parsed(p, name, func(s string) (territory.ID, error) { return territory.Parse(s, l, z) })
}
