package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"filiere/internal/access"
	"filiere/internal/fault"
)

// maxRequest bounds a JSON body: the longest is an invitation with a role for every programme.
const maxRequest = 16 << 10

// under puts a pattern under the API's prefix.
func under(pattern string) string {
	method, path, _ := strings.Cut(pattern, " ")
	return method + " " + prefix + path
}

// wildcard finds the names of the parts of a path that vary.
var wildcard = regexp.MustCompile(`\{(\w+)\}`)

// readCall checks the query and the names in the path.
func readCall(r *http.Request, d deed) (call, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return call{}, fault.New(fault.Invalid, "read query", "the query string is not well formed")
	}
	if err := checkValues(values, d.params); err != nil {
		return call{}, err
	}
	for _, m := range wildcard.FindAllStringSubmatch(d.pattern, -1) {
		if v := r.PathValue(m[1]); len(v) > maxParameterLength || !isText(v) {
			return call{}, wrong(m[1], "is not the name of anything")
		}
	}
	return call{Request: r, caller: access.Who(r.Context()), values: values}, nil
}

// body reads a JSON object into a value whose fields are all the caller may set: a field that is not
// among them is refused by name, so that nothing is set by accident and nothing is ignored in silence.
func (c call) body(into any) error {
	media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil || media != "application/json" {
		f := fault.New(fault.Invalid, "read body", "the body is not JSON")
		f.Hint = "send it with Content-Type: application/json"
		return f
	}
	dec := json.NewDecoder(c.Body)
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return badBody(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "read body", "the body holds more than one object")
	}
	return nil
}

// unknownField is how encoding/json begins to name a field nobody reads.
const unknownField = "json: unknown field "

// badBody tells what is wrong with a body. The one error that is no fault is *http.MaxBytesError.
func badBody(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return wrong(t.Field[strings.LastIndex(t.Field, ".")+1:], "is not of the type it should be")
	}
	if name, ok := strings.CutPrefix(err.Error(), unknownField); ok {
		name = strings.Trim(name, `"`)
		f := fault.New(fault.Invalid, "read body", "%q is not a field here", name[:min(len(name), 40)])
		f.Column = name[:min(len(name), 40)]
		return f
	}
	return fault.New(fault.Invalid, "read body", "the body is not well-formed JSON")
}

// refuse writes an error of a deed.
func (d *desk) refuse(w http.ResponseWriter, r *http.Request, err error) {
	if over, ok := errors.AsType[*http.MaxBytesError](err); ok {
		const status = http.StatusRequestEntityTooLarge
		problem{
			Type: "about:blank", Title: http.StatusText(status), Status: status, Code: fault.Invalid,
			Detail: fmt.Sprintf("the body has more than %d bytes", over.Limit),
		}.write(w)
		return
	}
	d.fail(w, r, err)
}

// sendFile sends a file made in memory, so that an error can still be told.
func (o outcome) sendFile(w http.ResponseWriter) error {
	var buf bytes.Buffer
	if err := o.file(&buf); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": o.name}))
	_, _ = w.Write(buf.Bytes()) // the caller may have left
	return nil
}
