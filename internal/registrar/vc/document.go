package vc

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"filiere/internal/fault"
)

// Document is a JSON object as encoding/json reads it.
type Document map[string]any

// Bounds of what is read. A diploma with sixty competencies has 30 kB; a status list of 131,072 entries of
// which half are revoked at random has 22 kB.
const (
	MaxCredential = 256 << 10 // bytes of a credential
	MaxStatusList = 2 << 20   // bytes of a status list credential
	MaxDID        = 64 << 10  // bytes of a did.json
	maxDepth      = 24        // objects and lists within each other
	maxValues     = 20_000    // strings, numbers, objects and lists in all
)

// Parse reads a document. It returns an Invalid fault for what is no JSON object, is too large or too deep,
// or gives a name twice: what one reader takes another would leave.
func Parse(text []byte, most int) (Document, error) {
	if len(text) > most {
		return nil, malformed("it has more than %d bytes", most)
	}
	if !utf8.Valid(text) {
		return nil, malformed("it is not UTF-8 text")
	}
	r := reader{dec: json.NewDecoder(bytes.NewReader(text))}
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return nil, malformed("it is not a JSON object")
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed("something follows the JSON object")
	}
	return doc, nil
}

func malformed(format string, args ...any) error {
	return fault.New(fault.Invalid, "read credential", format, args...)
}

// reader reads JSON token by token.
type reader struct {
	dec    *json.Decoder
	values int
}

func (r *reader) token() (json.Token, error) {
	t, err := r.dec.Token()
	if err != nil {
		return nil, malformed("it is not well-formed JSON")
	}
	return t, nil
}

func (r *reader) value(depth int) (any, error) {
	t, err := r.token()
	if err != nil {
		return nil, err
	}
	return r.rest(t, depth)
}

// rest reads the value that begins with a token.
func (r *reader) rest(t json.Token, depth int) (any, error) {
	if r.values++; r.values > maxValues {
		return nil, malformed("it holds more than %d values", maxValues)
	}
	if depth > maxDepth {
		return nil, malformed("it is nested more than %d deep", maxDepth)
	}
	switch t {
	case json.Delim('{'):
		return r.object(depth)
	case json.Delim('['):
		return r.list(depth)
	}
	return t, nil
}

func (r *reader) object(depth int) (any, error) {
	out := map[string]any{}
	for {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		name, ok := t.(string)
		if !ok { // the end: the decoder allows nothing else
			return out, nil
		}
		if _, twice := out[name]; twice {
			return nil, malformed("the name %q is given twice in one object", clip(name))
		}
		if out[name], err = r.value(depth + 1); err != nil {
			return nil, err
		}
	}
}

func (r *reader) list(depth int) (any, error) {
	out := []any{}
	for {
		t, err := r.token()
		if err != nil {
			return nil, err
		}
		if t == json.Delim(']') {
			return out, nil
		}
		v, err := r.rest(t, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

// clip shortens what is told back of a stranger's text.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// checkShape refuses JSON-LD that credentials do not need and that would let text stand in a document
// without being signed, or mean what it does not say.
func checkShape(doc Document) error {
	contexts, ok := doc["@context"].([]any)
	if !ok || len(contexts) == 0 || contexts[0] != ContextCredentials {
		return malformed("its first context is not %s", ContextCredentials)
	}
	for _, c := range contexts {
		if name, ok := c.(string); !ok || !known(name) {
			return malformed("it uses a context this program does not come with: %v", clip(toText(c)))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(doc)) {
		if name == "@context" {
			continue
		}
		if err := checkValue(name, doc[name]); err != nil {
			return err
		}
	}
	return nil
}

func toText(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return "an object"
}

func checkValue(name string, v any) error {
	if strings.HasPrefix(name, "@") || strings.Contains(name, ":") {
		return malformed("%q is written where only plain terms may be", clip(name))
	}
	switch v := v.(type) {
	case nil:
		return malformed("%q is null", clip(name))
	case []any:
		for _, e := range v {
			if err := checkValue(name, e); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, inner := range slices.Sorted(maps.Keys(v)) {
			if err := checkValue(inner, v[inner]); err != nil {
				return err
			}
		}
	}
	return nil
}

// text is a string of a document, "" when there is none.
func (d Document) text(name string) string {
	s, _ := d[name].(string)
	return s
}

// object is an object of a document, nil when there is none.
func (d Document) object(name string) Document {
	m, _ := d[name].(map[string]any)
	return m
}

// types are the types a document says it has.
func (d Document) types() []string {
	switch t := d["type"].(type) {
	case string:
		return []string{t}
	case []any:
		var out []string
		for _, e := range t {
			if s, ok := e.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

// issuer is who says they issued a document.
func (d Document) issuer() string {
	if s := d.text("issuer"); s != "" {
		return s
	}
	return d.object("issuer").text("id")
}
