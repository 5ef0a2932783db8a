package web

import (
	"bytes"
	"fmt"
	"html/template"
)

// body is a page made and compressed, all but what the header says of its reader: whoever asks for the
// page gets the same body with a piece of their own between.
type body struct {
	before, after []piece
}

// with gives the page of one reader as a gzip file.
func (b body) with(who piece) []byte {
	pieces := make([]piece, 0, len(b.before)+1+len(b.after))
	pieces = append(append(pieces, b.before...), who)
	return gzipped(append(pieces, b.after...))
}

// size is what the body takes of memory, pieces held by others left out.
func (b body) size() int {
	n := 0
	for _, pieces := range [][]piece{b.before, b.after} {
		for _, p := range pieces {
			n += pieceOverhead
			if !p.shared {
				n += len(p.deflated)
			}
		}
	}
	return n
}

const pieceOverhead = 48 // bytes of a piece beside what it holds

// A mark is where a piece made elsewhere goes, in a page as a template writes it: a name between two NULs.
// No text can forge one, for whatever escapes text for HTML replaces NUL, which HTML forbids.
const (
	markSign = "\x00"
	whoMark  = "who" // what the header says of the reader
)

func mark(name string) template.HTML {
	return template.HTML(markSign + name + markSign) //nolint:gosec // a name of our own
}

// share puts a piece that many pages hold where the mark it returns is written.
func (v *visit) share(name string, p piece) template.HTML {
	if v.shared == nil {
		v.shared = map[string]piece{}
	}
	v.shared[name] = p
	return mark(name)
}

// newBody cuts a rendered page at its marks and compresses what stands between.
func newBody(html []byte, shared map[string]piece) (body, error) {
	var b body
	part := &b.before
	for i, stretch := range bytes.Split(html, []byte(markSign)) {
		switch p, ok := shared[string(stretch)]; {
		case i%2 == 0 && len(stretch) > 0:
			*part = append(*part, newPiece(stretch))
		case i%2 == 0:
		case string(stretch) == whoMark && part == &b.before:
			part = &b.after
		case ok:
			*part = append(*part, p)
		default:
			return body{}, fmt.Errorf("no piece is called %q", stretch)
		}
	}
	return b, nil
}
