package architecture

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestEveryProofTheThreatModelNamesExists(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "threat-model.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := sources(t, "internal/*/*_test.go") + sources(t, "internal/*/*/*_test.go") + sources(t, "cmd/*/*_test.go")
	proofs := submatches("`((?:Test|Fuzz)\\w+)`", string(text))
	for _, name := range proofs {
		if !strings.Contains(tests, "func "+name+"(") {
			t.Errorf("the threat model names %s, and there is no such test", name)
		}
	}
	if len(proofs) < 40 {
		t.Errorf("only %d proofs found", len(proofs))
	}
}

func TestEveryItemOfTheChecklistHasAState(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "threat-model.md"))
	if err != nil {
		t.Fatal(err)
	}
	items := regexp.MustCompile(`(?m)^\| \d+\.\d.*$`).FindAllString(string(text), -1)
	state := regexp.MustCompile(`^\| [0-9., –]+ \| [^|]+ \| (met|n/a|\*\*open\*\*) \|`)
	for _, item := range items {
		if !state.MatchString(item) {
			t.Errorf("no state: %s", item)
		}
	}
	if len(items) < 100 {
		t.Errorf("only %d items found", len(items))
	}
}
