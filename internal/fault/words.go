package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Words gives a text of the code in another language: a reason, a hint or an operation as it stands in the
// source, verbs of package fmt included. It gives a text it has no words for back as it is.
type Words func(text string) string

// Noun is an argument of a reason or a hint that is a word of ours and not a name or a number: it is put
// into the other language too.
type Noun string

// asWritten is the language of the code.
func asWritten(text string) string { return text }

// phrase is a text as it stands in the source, with what its verbs stand for.
type phrase struct {
	format string
	args   []any
}

// in is the phrase in a language. text is what the phrase says as written; when it says something else by
// now, it was set by itself since, and is a text of the source too.
func (p phrase) in(words Words, text string) string {
	if p.format == "" || fmt.Sprintf(p.format, p.args...) != text {
		return words(text)
	}
	args := make([]any, len(p.args))
	for i, a := range p.args {
		if n, ok := a.(Noun); ok {
			a = words(string(n))
		}
		args[i] = a
	}
	return fmt.Sprintf(words(p.format), args...)
}

// Text is what err.Error says, in a language: the faults in its chain with all their parts, other errors
// when the language has words for them.
func Text(err error, words Words) string {
	switch e := err.(type) { //nolint:errorlint // each link of the chain in turn
	case *Fault:
		return e.text(words)
	case interface{ Unwrap() []error }:
		text := err.Error()
		for _, inner := range e.Unwrap() {
			text = strings.Replace(text, inner.Error(), Text(inner, words), 1)
		}
		return text
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return strings.Replace(err.Error(), inner.Error(), Text(inner, words), 1)
		}
	}
	return words(err.Error())
}

// Reason is the reason of the outermost fault in err's chain in a language, or "".
func Reason(err error, words Words) string {
	if f, ok := errors.AsType[*Fault](err); ok {
		return f.said.in(words, f.Reason)
	}
	return ""
}

// Hint is the first hint in err's chain in a language, or "".
func Hint(err error, words Words) string {
	for err != nil {
		f, ok := errors.AsType[*Fault](err)
		if !ok {
			return ""
		}
		if f.Hint != "" {
			return f.advised.in(words, f.Hint)
		}
		err = f.Err
	}
	return ""
}
