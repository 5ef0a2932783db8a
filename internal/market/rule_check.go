package market

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// The bounds of a rule.
const (
	MaxRuleFile = 64 << 10 // bytes of a file that holds one
	maxRuleName = 40       // characters
	maxRuleNote = 500      // characters
	maxWatches  = 20
	ClassTop    = 5 // the highest class
)

// ParseRule reads a rule from JSON and checks it. file names where it comes from in faults, "" for nowhere
// in particular. ID and version are given by who keeps the rule: what the text says of them is left out.
//
// Errors: Invalid, with the field, such as "watches[1].min".
func ParseRule(text []byte, file string) (Rule, error) {
	r, err := parseRule(text)
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		f.File = file
	}
	return r, err
}

func parseRule(text []byte) (Rule, error) {
	var r Rule
	if len(text) > MaxRuleFile {
		return r, wrongRule("", "it is longer than %d bytes", MaxRuleFile)
	}
	if !utf8.Valid(text) {
		return r, wrongRule("", "it is not text in UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		return Rule{}, notJSON(text, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Rule{}, wrongRule("", "there is more than one object")
	}
	r.ID, r.Version = "", 0
	return r, r.Check()
}

// notJSON says where a text stops being a rule.
func notJSON(text []byte, err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		f := wrongRule(wrong.Field, "%s does not go there", wrong.Value)
		f.Line = 1 + bytes.Count(text[:min(int(wrong.Offset), len(text))], []byte("\n"))
		return f
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		f := wrongRule("", "it is not JSON")
		f.Line, f.Err = 1+bytes.Count(text[:min(int(wrong.Offset), len(text))], []byte("\n")), err
		return f
	}
	if name, found := strings.CutPrefix(err.Error(), "json: unknown field "); found {
		return wrongRule(strings.Trim(name, `"`), "a rule has no such field")
	}
	f := wrongRule("", "it is not JSON")
	f.Err = err
	return f
}

func wrongRule(field, format string, args ...any) *fault.Fault {
	f := fault.New(fault.Invalid, "read rule", format, args...)
	f.Column = field
	return f
}

// Check tells whether a rule makes sense: every bound is one its figure can have, what it takes to stay is
// less than what it takes to open, severities rise, and it looks somewhere.
//
// Errors: Invalid, with the field.
func (r Rule) Check() error {
	for _, check := range []func() *fault.Fault{r.checkNames, r.checkBounds, r.checkAsked, r.checkWatches, r.checkSeverities} {
		if f := check(); f != nil {
			return f
		}
	}
	return nil
}

const nameLetters = "abcdefghijklmnopqrstuvwxyz0123456789_"

func (r Rule) checkNames() *fault.Fault {
	switch {
	case r.Name == "" || len(r.Name) > maxRuleName || strings.Trim(r.Name, nameLetters) != "":
		return wrongRule("name", "a name is 1 to %d small letters, digits and underscores", maxRuleName)
	case !slices.Contains(Bases(), r.Basis):
		f := wrongRule("basis", "a rule cannot be about %q", string(r.Basis))
		f.Hint = "it is about published, estimates or forecast"
		return f
	case utf8.RuneCountInString(r.Note) > maxRuleNote || strings.ContainsRune(r.Note, 0):
		return wrongRule("note", "a note is at most %d characters", maxRuleNote)
	}
	return nil
}

// top is the highest the figure of a basis can be.
func (b Basis) top() float64 {
	if b.Probable() {
		return 1
	}
	return ClassTop
}

func (r Rule) checkBounds() *fault.Fault {
	top := r.Basis.top()
	within := func(v float64) bool { return v > 0 && v <= top } // NaN is not
	whole := func(v float64) bool { return r.Basis.Probable() || v == math.Trunc(v) }
	switch {
	case !within(r.Open):
		return wrongRule("open", "it takes a figure above 0 and of %g at most", top)
	case !whole(r.Open):
		return wrongRule("open", "a class is a whole number")
	case !within(r.Stay):
		return wrongRule("stay", "it takes a figure above 0 and of %g at most", top)
	case !whole(r.Stay):
		return wrongRule("stay", "a class is a whole number")
	case r.Stay >= r.Open:
		f := wrongRule("stay", "it must be less than what opens an alert")
		f.Hint = "otherwise a figure that trembles around the bound opens and ends alerts again and again"
		return f
	case !(r.Margin >= 0 && r.Margin < top):
		return wrongRule("margin", "a margin is 0 or more, and less than %g", top)
	}
	return nil
}

func (r Rule) checkAsked() *fault.Fault {
	switch {
	case r.Cause != "" && causeNamed(r.Cause) < 0:
		return wrongRule("cause", "no cause is called %q", r.Cause)
	case r.Cause != "" && (r.MinCause < 1 || r.MinCause > ClassTop):
		return wrongRule("min_cause", "the class of a cause is 1 to 5")
	case r.Cause == "" && r.MinCause != 0:
		return wrongRule("cause", "a class is asked for, but of no cause")
	case !(r.MinRemediability >= 0 && r.MinRemediability <= 1):
		return wrongRule("min_remediability", "it is a number from 0 to 1")
	}
	return nil
}

// watched are the levels figures are published for.
var watched = []territory.Level{territory.Country, territory.Region, territory.Departement, territory.Bassin}

// Watchable lists the levels and the nomenclatures a rule can look at.
func Watchable() ([]territory.Level, []occupation.Nomenclature) {
	return slices.Clone(watched), []occupation.Nomenclature{occupation.FAP2009, occupation.ROME3}
}

func (r Rule) checkWatches() *fault.Fault {
	if len(r.Watches) == 0 || len(r.Watches) > maxWatches {
		return wrongRule("watches", "a rule looks at 1 to %d lists", maxWatches)
	}
	levels, lists := Watchable()
	for i, w := range r.Watches {
		field := func(name string) string { return fmt.Sprintf("watches[%d].%s", i, name) }
		sized := slices.ContainsFunc(Sizes(r.Basis), func(m Measure) bool { return m.String() == w.Size })
		same := func(o Watch) bool { return o.Level == w.Level && o.Nomenclature == w.Nomenclature }
		switch {
		case !slices.Contains(levels, w.Level):
			return wrongRule(field("level"), "no alert is opened for the level %q", string(w.Level))
		case !slices.Contains(lists, w.Nomenclature):
			return wrongRule(field("nomenclature"), "no figures are published for the list %q", string(w.Nomenclature))
		case w.Size != "" && !sized:
			return wrongRule(field("size"), "there is no count called %q of what the rule is about", w.Size)
		case w.Size != "" && !(w.Min > 0 && w.Min <= math.MaxInt32):
			return wrongRule(field("min"), "the least is a number above 0")
		case w.Size == "" && w.Min != 0:
			return wrongRule(field("size"), "a least number is asked for, but of nothing")
		case slices.IndexFunc(r.Watches, same) != i:
			return wrongRule(field("level"), "the list is watched twice at this level")
		}
	}
	return nil
}

func (r Rule) checkSeverities() *fault.Fault {
	if len(r.Severities) == 0 || len(r.Severities) > len(Severities()) {
		return wrongRule("severities", "a rule gives 1 to 4 severities")
	}
	for i, g := range r.Severities {
		field := func(name string) string { return fmt.Sprintf("severities[%d].%s", i, name) }
		switch {
		case g.Severity.Rank() < 0:
			return wrongRule(field("severity"), "no severity is called %q", string(g.Severity))
		case !(g.From > 0 && g.From <= r.Basis.top()):
			return wrongRule(field("from"), "it takes a figure above 0 and of %g at most", r.Basis.top())
		case i > 0 && (g.From <= r.Severities[i-1].From || g.Severity.Rank() <= r.Severities[i-1].Severity.Rank()):
			return wrongRule(field("from"), "severities rise with the figure")
		}
	}
	if r.Severities[0].From != r.Open {
		return wrongRule("severities[0].from", "the lightest severity begins where an alert opens, at %g", r.Open)
	}
	return nil
}
