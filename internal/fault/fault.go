// Package fault is the project's one way of saying that something went wrong.
//
// A fault has a code that tells an adapter what to do (exit status, HTTP status), an operation and a
// place (file, line, column, field) for the person who has to mend it, and a hint where there is a
// usual remedy. Faults wrap their cause, so errors.Is and errors.As see through them. The text of an
// Internal fault is for logs: adapters show their own sentence instead.
//
// Faults are written in English, which is what logs and programs get. A fault remembers the texts it was
// made of, so that Text and Hint can say it in another language; package locale has the words, and its
// tests hold the two together.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Code sorts faults by what a caller can do about them.
type Code string

// The codes; an error that is no fault counts as Internal.
const (
	Invalid     Code = "invalid"     // the request or the input is wrong; sending it again will not help
	NotFound    Code = "not_found"   // the thing named does not exist
	Conflict    Code = "conflict"    // the thing changed meanwhile, or exists already
	Forbidden   Code = "forbidden"   // the caller may not do this
	Unavailable Code = "unavailable" // a service we depend on does not answer; trying later may help
	Internal    Code = "internal"    // our own defect
)

// Fault is an error with a code, a place and a hint.
type Fault struct {
	Code   Code
	Op     string // what was being done: "import", "open store"
	File   string // the input concerned, if any
	Line   int    // 1-based; 0 when not known
	Column string // column or field name
	Reason string // one sentence for a person
	Hint   string // what usually mends it
	Err    error  // the cause, may be nil

	said, advised phrase // how Reason and Hint were made
}

// Error gives operation, place, reason and cause on one line.
func (f *Fault) Error() string { return f.text(asWritten) }

// text is the fault in a language.
func (f *Fault) text(words Words) string {
	var b strings.Builder
	colon := words(": ")
	if f.Op != "" {
		b.WriteString(words(f.Op) + colon)
	}
	if f.File != "" {
		b.WriteString(f.File)
		if f.Line > 0 {
			fmt.Fprintf(&b, ":%d", f.Line)
		}
		b.WriteString(colon)
	}
	if f.Column != "" {
		b.WriteString(f.Column + colon)
	}
	b.WriteString(f.said.in(words, f.Reason))
	if f.Err != nil {
		if f.Reason != "" {
			b.WriteString(colon)
		}
		b.WriteString(Text(f.Err, words))
	}
	return b.String()
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// New makes a fault with a reason.
func New(code Code, op, format string, args ...any) *Fault {
	return &Fault{Code: code, Op: op, Reason: fmt.Sprintf(format, args...), said: phrase{format, args}}
}

// Advise sets the hint, where it is more than one text of the source.
func (f *Fault) Advise(format string, args ...any) {
	f.Hint, f.advised = fmt.Sprintf(format, args...), phrase{format, args}
}

// CodeOf returns the code of the outermost fault in err's chain, or Internal when there is none.
func CodeOf(err error) Code {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.Code
	}
	return Internal
}

// HintOf returns the first hint in err's chain, or "".
func HintOf(err error) string { return Hint(err, asWritten) }
