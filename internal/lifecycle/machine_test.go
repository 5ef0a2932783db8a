package lifecycle_test

import (
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
)

type state string

func door() lifecycle.Machine[state] {
	return lifecycle.Machine[state]{
		Name: "door", Initial: "open", Final: []state{"walled"},
		Moves: []lifecycle.Move[state]{
			{Event: "shut", From: []state{"open"}, To: "shut"},
			{Event: "open", From: []state{"shut"}, To: "open"},
			{Event: "wall", From: []state{"open", "shut"}, To: "walled"},
		},
	}
}

func TestAnEventLeadsWhereTheTableSays(t *testing.T) {
	m := door()
	if got, err := m.Next("open", "shut"); got != "shut" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	got, err := m.Next("walled", "open")
	if got != "walled" || err == nil || fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a walled door opened: %q, %v", got, err)
	}
	if m.Can("walled", "open") || !m.Can("shut", "wall") {
		t.Error("Can does not say what Next does")
	}
	if got := m.Events("open"); len(got) != 2 || got[0] != "shut" || got[1] != "wall" {
		t.Errorf("what happens to an open door: %v", got)
	}
}

func TestATableThatMakesNoSenseIsToldSo(t *testing.T) {
	if err := door().Check(); err != nil {
		t.Errorf("a sound table: %v", err)
	}
	for name, c := range map[string]struct {
		spoil func(*lifecycle.Machine[state])
		want  string
	}{
		"a state nothing leads to": {
			func(m *lifecycle.Machine[state]) {
				m.Moves = append(m.Moves, lifecycle.Move[state]{Event: "fix", From: []state{"broken"}, To: "open"})
			}, "nothing leads to",
		},
		"a state that leads nowhere": {
			func(m *lifecycle.Machine[state]) {
				m.Moves = append(m.Moves, lifecycle.Move[state]{Event: "lose", From: []state{"open"}, To: "lost"})
			}, "leads nowhere",
		},
		"a circle without an end": {
			func(m *lifecycle.Machine[state]) { m.Moves = m.Moves[:2] }, "no end can be reached",
		},
		"an event with two ends": {
			func(m *lifecycle.Machine[state]) {
				m.Moves = append(m.Moves, lifecycle.Move[state]{Event: "shut", From: []state{"open"}, To: "walled"})
			}, "two states",
		},
	} {
		m := door()
		c.spoil(&m)
		if err := m.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheDrawingNamesEveryMove(t *testing.T) {
	got := door().Draw()
	for _, line := range []string{"[*] --> open", "open --> shut: shut", "shut --> walled: wall", "walled --> [*]"} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is not drawn in\n%s", line, got)
		}
	}
}
