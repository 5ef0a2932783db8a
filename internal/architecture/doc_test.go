package architecture

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "draw the rooms into docs/architecture.md")

var architecturePage = filepath.Join("..", "..", "docs", "architecture.md")

const (
	roomsBegin = "<!-- rooms: drawn by go test ./internal/architecture -run TestArchitecturePage -update -->\n"
	roomsEnd   = "<!-- end of rooms -->\n"
)

func TestArchitecturePageDrawsTheRooms(t *testing.T) {
	page, err := os.ReadFile(architecturePage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(page), roomsBegin)
	old, after, ok2 := strings.Cut(rest, roomsEnd)
	if !ok1 || !ok2 {
		t.Fatalf("%s lacks the marks of the rooms", architecturePage)
	}
	want := drawRooms(allowed)
	switch {
	case *update:
		if err := os.WriteFile(architecturePage, []byte(before+roomsBegin+want+roomsEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	case old != want:
		t.Errorf("%s does not draw the rooms as they are; draw them anew with -update", architecturePage)
	}
}

func TestArchitecturePageTellsWhatEachRoomIsFor(t *testing.T) {
	page, err := os.ReadFile(architecturePage)
	if err != nil {
		t.Fatal(err)
	}
	for room := range allowed {
		if !strings.Contains(string(page), "| `"+room+"` |") {
			t.Errorf("%s does not say what %s is for", architecturePage, room)
		}
	}
}

// drawRooms draws the table of allowed imports as a diagram. The program wires nearly every room, so
// its arrows are left out, as are the packages for tests.
func drawRooms(allowed map[string][]string) string {
	var b strings.Builder
	b.WriteString("\n```mermaid\nflowchart TD\n")
	rooms := make([]string, 0, len(allowed))
	for room := range allowed {
		if !left(room) {
			rooms = append(rooms, room)
		}
	}
	slices.Sort(rooms)
	for _, room := range rooms {
		b.WriteString("    " + node(room) + "[" + strings.TrimPrefix(room, "internal/") + "]\n")
	}
	for _, room := range rooms {
		known := slices.Clone(allowed[room])
		slices.Sort(known)
		for _, other := range known {
			b.WriteString("    " + node(room) + " --> " + node(other) + "\n")
		}
	}
	return b.String() + "```\n\n"
}

// left tells the packages the drawing leaves out.
func left(room string) bool {
	return strings.HasPrefix(room, "cmd/") || room == "internal/architecture" || room == "internal/store/storetest" || slices.Contains(small, room)
}

func node(room string) string { return strings.NewReplacer("internal/", "", "/", "_").Replace(room) }
