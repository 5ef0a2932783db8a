package locale

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// system are the texts of the operating system that causes end in.
var system = []syscall.Errno{
	syscall.ENOENT, syscall.EACCES, syscall.EADDRINUSE, syscall.EADDRNOTAVAIL, syscall.ECONNREFUSED, syscall.EEXIST, syscall.EISDIR,
	syscall.ENOTDIR, syscall.ENOSPC, syscall.EROFS,
}

func TestEveryFaultHasItsFrenchWords(t *testing.T) {
	said, needed := faultTexts(t)
	for _, e := range system {
		needed[e.Error()] = "package syscall"
	}
	needed[": "] = "package fault"
	maps.Copy(said, needed)
	french := bundle(t)[French].phrases
	for _, text := range slices.Sorted(maps.Keys(said)) {
		words, ok := french[text]
		switch {
		case !ok && needed[text] != "":
			t.Errorf("%s: fault/fr.json has no words for %q", needed[text], text)
		case !ok:
		case !slices.Equal(verbs(text), verbs(words)):
			t.Errorf("%s: %q has the verbs %v, its translation %v", said[text], text, verbs(text), verbs(words))
		}
	}
	for _, text := range slices.Sorted(maps.Keys(french)) {
		if _, ok := said[text]; !ok {
			t.Errorf("fault/fr.json has words for %q, which no fault says", text)
		}
	}
	if len(needed) < 200 {
		t.Errorf("only %d texts of faults were found", len(needed))
	}
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0-9.]*([a-zA-Z%])`)

// verbs lists the verbs of a format with the numbers of their arguments.
func verbs(format string) []string {
	var out []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil {
			next = n
		}
		out = append(out, fmt.Sprint(next, m[2]))
		next++
	}
	slices.Sort(out)
	return out
}

func TestAPhraseKeepsItsVerbs(t *testing.T) {
	l := bundle(t)[French]
	if got := fmt.Sprintf(l.Phrase("no grain is called %q"), "x"); !strings.Contains(got, `"x"`) || strings.Contains(got, "%") {
		t.Errorf("got %q", got)
	}
	const unknown = "what nobody translated: %d"
	if got := l.Phrase(unknown); got != unknown {
		t.Errorf("got %q", got)
	}
	if got := bundle(t)[English].Phrase("no grain is called %q"); got != "no grain is called %q" {
		t.Errorf("English changes the text: %q", got)
	}
}
