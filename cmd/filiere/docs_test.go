package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"filiere/internal/locale"
)

var updateDocs = flag.Bool("update", false, "write the help of every command into docs/cli.md")

const (
	helpBegin = "<!-- help: written by go test ./cmd/filiere -run TestCommandPage -update -->\n"
	helpEnd   = "<!-- end of help -->\n"
)

func TestCommandPageQuotesTheHelpOfEveryCommand(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "cli.md")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(page), helpBegin)
	old, after, ok2 := strings.Cut(rest, helpEnd)
	if !ok1 || !ok2 {
		t.Fatalf("%s lacks the marks of the help", file)
	}
	want := helpOfEveryCommand(t)
	switch {
	case *updateDocs:
		if err := os.WriteFile(file, []byte(before+helpBegin+want+helpEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	case old != want:
		t.Errorf("%s does not quote the help as it is; write it anew with -update", file)
	}
}

// helpOfEveryCommand is what each command's --help prints, in English.
func helpOfEveryCommand(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("\n```\n" + helpOf(t) + "```\n")
	for _, c := range commands(t) {
		b.WriteString("\n### filiere " + c + "\n\n```\n" + helpOf(t, strings.Fields(c)...) + "```\n")
	}
	return b.String() + "\n"
}

// commands are the program's own, by name; help and completion are the library's.
func commands(t *testing.T) []string {
	t.Helper()
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{bundle: bundle, l: bundle[locale.English]}
	return commandsUnder(p.root(), "")
}

// commandsUnder are the commands under one, and under those.
func commandsUnder(c *cobra.Command, prefix string) []string {
	var names []string
	for _, sub := range c.Commands() {
		if sub.Name() != "help" && sub.Name() != "completion" {
			names = append(names, prefix+sub.Name())
			names = append(names, commandsUnder(sub, prefix+sub.Name()+" ")...)
		}
	}
	return names
}

func helpOf(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	args = append(args, "--help", "--lang", "en")
	code := run(context.Background(), args, &out, &complaints, func(string) string { return "" })
	if code != exitDone || complaints.Len() > 0 {
		t.Fatalf("filiere %s exited with %d: %s", strings.Join(args, " "), code, complaints.String())
	}
	return out.String()
}
