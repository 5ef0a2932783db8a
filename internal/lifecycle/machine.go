package lifecycle

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"filiere/internal/fault"
)

// Event is what happens to a thing and may move it on: "acknowledge", "publish".
type Event string

// Move is a row of the table: an event takes a thing from any of some states to another.
type Move[S ~string] struct {
	Event Event
	From  []S
	To    S
}

// Machine is the life of a kind of thing. Its name is the word for one of them: "alert".
type Machine[S ~string] struct {
	Name    string
	Initial S
	Final   []S // states a life may end in; a final state may still lead on (a diploma can be revoked)
	Moves   []Move[S]
}

// Next gives the state an event leads to. It returns a Conflict fault when the event does not happen in a
// state: the thing has moved on since whoever asks looked at it.
func (m Machine[S]) Next(from S, e Event) (S, error) {
	for _, move := range m.Moves {
		if move.Event == e && slices.Contains(move.From, from) {
			return move.To, nil
		}
	}
	f := fault.New(fault.Conflict, string(e)+" "+m.Name, "this cannot be done any more, or not yet: the state is %q", string(from))
	f.Hint = "look at it again: somebody may have been faster"
	return from, f
}

// Can reports whether an event happens in a state.
func (m Machine[S]) Can(from S, e Event) bool {
	_, err := m.Next(from, e)
	return err == nil
}

// Events lists what can happen in a state, in the order of the table.
func (m Machine[S]) Events(from S) []Event {
	var out []Event
	for _, move := range m.Moves {
		if slices.Contains(move.From, from) && !slices.Contains(out, move.Event) {
			out = append(out, move.Event)
		}
	}
	return out
}

// States lists the states, the initial one first, in the order the table mentions them.
func (m Machine[S]) States() []S {
	out := []S{m.Initial}
	add := func(s S) {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, move := range m.Moves {
		for _, s := range move.From {
			add(s)
		}
		add(move.To)
	}
	for _, s := range m.Final {
		add(s)
	}
	return out
}

// Check tells what is wrong with the table: a state nothing leads to, one that leads nowhere and is not
// final, an event that could lead to two states.
func (m Machine[S]) Check() error {
	var wrong []error
	reached := m.reachable()
	for _, s := range m.States() {
		if !slices.Contains(reached, s) {
			wrong = append(wrong, fmt.Errorf("%s: nothing leads to %q", m.Name, s))
		}
		if !slices.Contains(m.Final, s) && len(m.Events(s)) == 0 {
			wrong = append(wrong, fmt.Errorf("%s: %q leads nowhere and is not final", m.Name, s))
		}
		if !slices.ContainsFunc(m.Final, func(end S) bool { return slices.Contains(m.from(s), end) }) {
			wrong = append(wrong, fmt.Errorf("%s: no end can be reached from %q", m.Name, s))
		}
	}
	seen := map[string]bool{}
	for _, move := range m.Moves {
		for _, s := range move.From {
			key := string(s) + "\x00" + string(move.Event)
			if seen[key] {
				wrong = append(wrong, fmt.Errorf("%s: %q leads from %q to two states", m.Name, move.Event, s))
			}
			seen[key] = true
		}
	}
	return errors.Join(wrong...)
}

// reachable lists the states a life can come to.
func (m Machine[S]) reachable() []S { return m.from(m.Initial) }

// from lists the states that can follow one, itself included.
func (m Machine[S]) from(start S) []S {
	out := []S{start}
	for i := 0; i < len(out); i++ {
		for _, move := range m.Moves {
			if slices.Contains(move.From, out[i]) && !slices.Contains(out, move.To) {
				out = append(out, move.To)
			}
		}
	}
	return out
}

// Draw writes the table as a Mermaid state diagram.
func (m Machine[S]) Draw() string {
	var b strings.Builder
	fmt.Fprintf(&b, "stateDiagram-v2\n    [*] --> %s\n", m.Initial)
	for _, move := range m.Moves {
		for _, s := range move.From {
			fmt.Fprintf(&b, "    %s --> %s: %s\n", s, move.To, move.Event)
		}
	}
	for _, s := range m.Final {
		fmt.Fprintf(&b, "    %s --> [*]\n", s)
	}
	return b.String()
}
