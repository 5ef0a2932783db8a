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
