package vc

import (
	"fmt"
	"slices"
	"strings"

	"github.com/piprate/json-gold/ld"

	"filiere/internal/fault"
)

// canonical writes a document in the form that is signed: RDF, canonicalised.
func canonical(doc Document) (string, error) {
	s, err := ownShelf()
	if err != nil {
		return "", fmt.Errorf("read the contexts of the program: %w", err)
	}
	return canonicalWith(doc, s)
}

func canonicalWith(doc Document, s shelf) (text string, err error) {
	defer func() { // of json-gold, which indexes what it believes to be there
		if p := recover(); p != nil {
			text, err = "", malformed("it is not JSON-LD this program can read")
		}
	}()
	opts := ld.NewJsonLdOptions("")
	opts.DocumentLoader, opts.SafeMode = s, true
	expanded, err := ld.NewJsonLdProcessor().Expand(map[string]any(doc), opts)
	if err != nil {
		return "", unreadable(err)
	}
	if err := nothingLost(expanded); err != nil {
		return "", err
	}
	set, err := ld.NewJsonLdApi().ToRDF(expanded, opts)
	if err != nil {
		return "", unreadable(err)
	}
	return canonicalQuads(quadsOf(set))
}

// unreadable is a fault about what json-gold does not take.
func unreadable(err error) error {
	f := fault.New(fault.Invalid, "read credential", "a term of it is not defined by its contexts, or not as it is used")
	f.Err = err
	return f
}

// nothingLost refuses what would be dropped on the way to RDF, and so be no part of what is signed: names
// of things and types that are no full addresses.
func nothingLost(v any) error {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if err := nothingLost(e); err != nil {
				return err
			}
		}
	case map[string]any:
		if _, literal := v["@value"]; literal {
			return nil
		}
		for name, inner := range v {
			if name == "@id" || name == "@type" {
				if err := allAbsolute(inner); err != nil {
					return err
				}
				continue
			}
			if err := nothingLost(inner); err != nil {
				return err
			}
		}
	}
	return nil
}

func allAbsolute(v any) error {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	for _, e := range list {
		s, ok := e.(string)
		if !ok || !absolute(s) {
			return malformed("%q is no full address, and no context defines it", clip(fmt.Sprint(e)))
		}
	}
	return nil
}

// absolute reports whether a text is an IRI with a scheme that N-Quads can hold as it stands.
func absolute(s string) bool {
	scheme, rest, ok := strings.Cut(s, ":")
	return ok && scheme != "" && scheme != "_" && rest != "" && !strings.ContainsAny(s, "<>\"{}|^`\\") &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// term is a part of a quad.
type term struct {
	kind           byte // 'i' IRI, 'b' blank node, 'l' literal, 0 the default graph
	value          string
	datatype, lang string
}

// quad is a statement: subject, predicate, object, graph.
type quad [4]term

func quadsOf(set *ld.RDFDataset) []quad {
	var out []quad
	for graph, triples := range set.Graphs {
		g := term{}
		switch {
		case strings.HasPrefix(graph, "_:"):
			g = term{kind: 'b', value: graph}
		case graph != "@default":
			g = term{kind: 'i', value: graph}
		}
		for _, t := range triples {
			out = append(out, quad{termOf(t.Subject), termOf(t.Predicate), termOf(t.Object), g})
		}
	}
	slices.SortFunc(out, compareQuads)
	return slices.Compact(out)
}

func compareQuads(a, b quad) int { return strings.Compare(a.line(plainName), b.line(plainName)) }

func termOf(n ld.Node) term {
	switch n := n.(type) {
	case ld.BlankNode:
		return term{kind: 'b', value: n.Attribute}
	case ld.Literal:
		return term{kind: 'l', value: n.Value, datatype: n.Datatype, lang: n.Language}
	}
	return term{kind: 'i', value: n.GetValue()}
}

func plainName(b string) string { return b }

// line writes a quad in canonical N-Quads. name gives what a blank node is called, "_:" included.
func (q quad) line(name func(string) string) string {
	var b strings.Builder
	for i, t := range q {
		if t.kind == 0 {
			continue
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		t.write(&b, name)
	}
	b.WriteString(" .\n")
	return b.String()
}

func (t term) write(b *strings.Builder, name func(string) string) {
	switch t.kind {
	case 'b':
		b.WriteString(name(t.value))
	case 'i':
		b.WriteString("<" + t.value + ">")
	case 'l':
		b.WriteByte('"')
		writeEscaped(b, t.value)
		b.WriteByte('"')
		switch {
		case t.datatype == ld.RDFLangString:
			b.WriteString("@" + t.lang)
		case t.datatype != ld.XSDString:
			b.WriteString("^^<" + t.datatype + ">")
		}
	}
}

// writeEscaped writes text as canonical N-Quads has it (RDF 1.2 N-Quads, canonical form): the characters
// with a short escape by it, other control characters by \u, everything else as it stands.
func writeEscaped(b *strings.Builder, s string) {
	for _, r := range s {
		switch short := strings.IndexRune("\b\t\n\f\r\"\\", r); {
		case short >= 0:
			b.WriteByte('\\')
			b.WriteByte(`btnfr"\`[short])
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(b, "\\u%04X", r)
		default:
			b.WriteRune(r)
		}
	}
}
