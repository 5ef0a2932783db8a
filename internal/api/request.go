package api

import (
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

func (p *reading) level() territory.Level {
	s := p.text("level")
	if s == "" {
		return ""
	}
	l, err := territory.ParseLevel(s)
	p.about("level", err)
	return l
}

// zonings are the editions of divisions a query may name.
var zonings = []territory.Zoning{
	territory.Regions, territory.Departements, territory.Zones2020, territory.Bassins2019, territory.Bassins2024, territory.Communes,
}

func (p *reading) zoning() territory.Zoning {
	z := territory.Zoning(p.text("zoning"))
	if z != "" && !slices.Contains(zonings, z) {
		f := wrong("zoning", "is not a known division of the country")
		f.Hint = "the zonings are reg, dep, ze2020, be2019, be2024 and com"
		p.fail(f)
	}
	return z
}

func (p *reading) nomenclature() occupation.Nomenclature {
	s := p.text("nomenclature")
	if s == "" {
		return ""
	}
	n, err := occupation.ParseNomenclature(s)
	p.about("nomenclature", err)
	return n
}

// grainNames are the grains as people call them.
var grainNames = []string{"detailed", "family", "domain"}

func (p *reading) grain() *occupation.Grain {
	s := p.text("grain")
	if s == "" {
		return nil
	}
	g := occupation.Grain(slices.Index(grainNames, s))
	if g < 0 {
		f := wrong("grain", "is not a known grain")
		f.Hint = "the grains are " + strings.Join(grainNames, ", ")
		p.fail(f)
	}
	return &g
}

// occupation is an ID (rome3-J1506), or a code whose nomenclature is given or shows in its form.
func (p *reading) occupation(n occupation.Nomenclature) occupation.ID {
	s := p.text("occupation")
	if s == "" {
		return ""
	}
	if id := occupation.ID(s); id.Code() != s {
		if _, err := occupation.ParseNomenclature(string(id.Nomenclature())); err == nil {
			return id
		}
	}
	if n != "" {
		return occupation.Make(n, s)
	}
	if id, ok := occupation.Guess(s); ok {
		return id
	}
	f := wrong("occupation", "is not an occupation's ID nor a code of a known form")
	f.Hint = "write rome3-J1506, or give the nomenclature too; /api/v1/search finds occupations by name"
	p.fail(f)
	return ""
}

// area is an ID (dep-38), or a code with its level or zoning.
func (p *reading) area(name string, l territory.Level, z territory.Zoning) territory.ID {
	s := p.text(name)
	if s == "" {
		return ""
	}
	if id := territory.ID(s); id.Level() != "" {
		return id
	}
	if strings.EqualFold(s, string(territory.France)) {
		return territory.France
	}
	if z == "" {
		z = territory.DefaultZoning(l)
	}
	if z == "" {
		f := wrong(name, "is not an area's ID, and no level says which code it is")
		f.Hint = "write dep-38 or be2019-8404, or give the level too; /api/v1/search finds areas by name"
		p.fail(f)
		return ""
	}
	return territory.Make(z, s)
}

// about keeps the fault of a parameter the domain could not read.
func (p *reading) about(name string, err error) {
	if err != nil {
		f := wrong(name, "is not one of those known")
		f.Hint = fault.HintOf(err)
		p.fail(f)
	}
}
