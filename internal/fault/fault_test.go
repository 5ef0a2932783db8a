package fault

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestAFaultSaysWhereAndWhy(t *testing.T) {
	f := New(Invalid, "import", "not a number")
	f.File, f.Line, f.Column, f.Err = "bmo.csv", 12, "met", io.ErrUnexpectedEOF
	if got, want := f.Error(), "import: bmo.csv:12: met: not a number: unexpected EOF"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if !errors.Is(f, io.ErrUnexpectedEOF) {
		t.Error("the cause is hidden")
	}
}

func TestTheOutermostFaultNamesTheCode(t *testing.T) {
	inner := New(NotFound, "", "gone")
	inner.Hint = "look elsewhere"
	outer := New(Conflict, "save", "changed")
	outer.Err = inner
	err := fmt.Errorf("while saving: %w", outer)
	if got := CodeOf(err); got != Conflict {
		t.Errorf("code %s", got)
	}
	if got := HintOf(err); got != "look elsewhere" {
		t.Errorf("hint %q", got)
	}
	if got := CodeOf(io.EOF); got != Internal {
		t.Errorf("an error that is no fault has code %s", got)
	}
}

// french is a language of a few words.
func french(text string) string {
	if w, ok := map[string]string{
		": ": " : ", "save": "enregistrer", "no %s is called %q": "aucun(e) %s ne s’appelle %[2]q", "level": "niveau",
		"try %s": "essayez %s", "look elsewhere": "cherchez ailleurs", "unexpected EOF": "fin inattendue",
	}[text]; ok {
		return w
	}
	return text
}

func TestAFaultSpeaksAnotherLanguageInAllItsParts(t *testing.T) {
	inner := New(NotFound, "", "no %s is called %q", Noun("level"), "moon")
	inner.Advise("try %s", "country")
	outer := New(Conflict, "save", "")
	outer.Err = fmt.Errorf("row 3: %w", inner)
	for _, c := range []struct {
		err        error
		text, hint string
	}{
		{inner, "aucun(e) niveau ne s’appelle \"moon\"", "essayez country"},
		{outer, "enregistrer : row 3: aucun(e) niveau ne s’appelle \"moon\"", "essayez country"},
		{errors.Join(inner, io.ErrUnexpectedEOF), "aucun(e) niveau ne s’appelle \"moon\"\nfin inattendue", "essayez country"},
		{&Fault{Op: "save", Reason: "gone", Hint: "look elsewhere"}, "enregistrer : gone", "cherchez ailleurs"},
		{io.EOF, "EOF", ""},
	} {
		if got := Text(c.err, french); got != c.text {
			t.Errorf("%v: got %q, want %q", c.err, got, c.text)
		}
		if got := Hint(c.err, french); got != c.hint {
			t.Errorf("%v: hint %q, want %q", c.err, got, c.hint)
		}
		if got := Text(c.err, asWritten); got != c.err.Error() {
			t.Errorf("as written: %q, but the error says %q", got, c.err)
		}
	}
}

func TestAReasonSetAfterwardsReplacesTheFirst(t *testing.T) {
	f := New(Invalid, "", "no %s is called %q", Noun("level"), "moon")
	if got := Reason(fmt.Errorf("reading: %w", f), french); got != "aucun(e) niveau ne s’appelle \"moon\"" {
		t.Errorf("got %q", got)
	}
	f.Reason = "look elsewhere"
	if got := Text(f, french); got != "cherchez ailleurs" {
		t.Errorf("got %q", got)
	}
}
