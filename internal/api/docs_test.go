package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the answers into docs/api.md")

// example is a command of the guide with the answer under it, if it has one yet.
var example = regexp.MustCompile("(?s)```sh\ncurl 'http://localhost:8080([^']+)'\n```\n(\n```(?:json|csv)\n.*?```\n)?")

// TestTheGuideShowsWhatTheProgramAnswers runs every example of docs/api.md.
func TestTheGuideShowsWhatTheProgramAnswers(t *testing.T) {
	const guide = "../../docs/api.md"
	text, err := os.ReadFile(guide)
	if err != nil {
		t.Fatal(err)
	}
	h := service(t)
	ran := 0
	now := example.ReplaceAllStringFunc(string(text), func(found string) string {
		ran++
		target := example.FindStringSubmatch(found)[1]
		body := get(t, h, target).Body.String()
		kind := "csv"
		if strings.HasPrefix(body, "{") {
			var b bytes.Buffer
			if err := json.Indent(&b, []byte(body), "", "  "); err != nil {
				t.Fatal(err)
			}
			kind, body = "json", b.String()
		}
		return "```sh\ncurl 'http://localhost:8080" + target + "'\n```\n\n```" + kind + "\n" + strings.TrimSpace(body) + "\n```\n"
	})
	if ran < 5 {
		t.Errorf("only %d examples were found", ran)
	}
	if *update {
		if err := os.WriteFile(guide, []byte(now), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(now, string(text)); d != "" {
		t.Errorf("docs/api.md is out of date; run go test ./internal/api -update (-program +guide):\n%s", d)
	}
}
