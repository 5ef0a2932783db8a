package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
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
		return errMedia
	}
	text, err := io.ReadAll(c.Body)
	if err != nil {
		return badBody(err)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return badBody(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "read body", "the body holds more than one object")
	}
	return checkNames(text)
}

// errMedia is the answer to a body in another form than JSON: 415, where other faults of a body are 400.
var errMedia = &fault.Fault{
	Code: fault.Invalid, Op: "read body", Reason: "the body is not JSON", Hint: "send it with Content-Type: application/json",
}

// nesting is an object or array that is open while a body is walked.
type nesting struct {
	names map[string]bool // seen so far; nil for an array
	name  string          // whose value comes next, "" when a name does
}

// checkNames walks a body that is well-formed. encoding/json takes "NAME" for "name", the last of two,
// and null for nothing; who read the same text before us may have taken it otherwise.
func checkNames(text []byte) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	open := []nesting{{}}
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return badBody(err)
		}
		in := &open[len(open)-1]
		name, isText := token.(string)
		switch {
		case token == json.Delim('{'):
			open = append(open, nesting{names: map[string]bool{}})
		case token == json.Delim('['):
			open = append(open, nesting{})
		case token == json.Delim('}'), token == json.Delim(']'):
			open = open[:len(open)-1]
			open[len(open)-1].name = ""
		case token == nil:
			return wrong(in.name, "is null: leave it out instead")
		case isText && in.names != nil && in.name == "":
			if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" || in.names[name] {
				return notAField(name)
			}
			in.name, in.names[name] = name, true
		default:
			in.name = ""
		}
	}
}

// maxNamed is how much of a name that is no field's is told back.
const maxNamed = 40

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
		return notAField(strings.Trim(name, `"`))
	}
	return fault.New(fault.Invalid, "read body", "the body is not well-formed JSON")
}

// notAField refuses a name nobody reads, or one given twice.
func notAField(name string) error {
	name = strings.ToValidUTF8(name[:min(len(name), maxNamed)], "")
	f := fault.New(fault.Invalid, "read body", "%q is not a field here, or is there twice", name)
	f.Column = name
	return f
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
	if otherMedia(err) {
		p := problemOf(err)
		p.Status, p.Title = http.StatusUnsupportedMediaType, http.StatusText(http.StatusUnsupportedMediaType)
		p.write(w)
		return
	}
	if wait, ok := errors.AsType[errWait](err); ok {
		wait.write(w)
		return
	}
	d.fail(w, r, err)
}

// errWait is a try beyond a limit, and how long to wait for the next.
type errWait time.Duration

func (e errWait) Error() string { return "too many tries: wait " + time.Duration(e).String() }

func (e errWait) write(w http.ResponseWriter) {
	seconds := int(math.Ceil(time.Duration(e).Seconds()))
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	problem{
		Type: "about:blank", Title: http.StatusText(http.StatusTooManyRequests), Status: http.StatusTooManyRequests, Code: fault.Unavailable,
		Detail: "this was asked for too often from your network", Hint: fmt.Sprintf("ask again in %d seconds", seconds),
	}.write(w)
}

// limited counts a try by network. It returns errWait when it is beyond the limit.
func (d *desk) limited(c call, l people.Limit) error {
	wait, err := d.people.TakeLimit(c.Context(), l, d.network(c.Request))
	if err == nil && wait > 0 {
		err = errWait(wait)
	}
	return err
}

// sendFile sends a file made in memory, so that an error can still be told.
func (o outcome) sendFile(w http.ResponseWriter) error {
	var buf bytes.Buffer
	if err := o.file(&buf); err != nil {
		return err
	}
	w.Header().Set("Content-Type", cmp.Or(o.media, "application/zip"))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": o.name}))
	_, _ = w.Write(buf.Bytes()) // the caller may have left
	return nil
}
