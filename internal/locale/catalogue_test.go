package locale

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func bundle(t *testing.T) Bundle {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// params lists the parameters of a message, in order, each once.
func (m message) params() []string {
	set := map[string]bool{}
	for _, parts := range m.forms {
		for _, p := range parts {
			if p.param != "" {
				set[p.param] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func TestEveryMessageExistsInEveryLanguageWithTheSameParameters(t *testing.T) {
	b := bundle(t)
	fr, en := b[French].messages, b[English].messages
	for key, f := range fr {
		e, ok := en[key]
		if !ok {
			t.Errorf("%s is not in English", key)
			continue
		}
		if !slices.Equal(f.params(), e.params()) {
			t.Errorf("%s: French has %v, English %v", key, f.params(), e.params())
		}
		if f.count != e.count {
			t.Errorf("%s: French counts %q, English %q", key, f.count, e.count)
		}
	}
	for key := range en {
		if _, ok := fr[key]; !ok {
			t.Errorf("%s is not in French", key)
		}
	}
}

func TestFrenchIsTypesetAsFrenchIs(t *testing.T) {
	loose := regexp.MustCompile(`[^\s\d/][:;!?»%](?: |$)| [:;!?»%]|« |'`)
	for key, m := range bundle(t)[French].messages {
		if strings.HasPrefix(key, "cli.") {
			continue // the command line shows code too
		}
		for _, parts := range m.forms {
			for _, p := range parts {
				text := strings.NewReplacer("\u00a0:", "", "\u202f;", "", "\u202f!", "", "\u202f?", "", "\u00a0»", "", "\u202f%", "").Replace(p.text)
				if bad := loose.FindString(text); bad != "" {
					t.Errorf("%s: %q stands without its no-break space in %q", key, bad, p.text)
				}
			}
		}
	}
}

// uses finds the keys the module's code and templates name. A quoted string that ends in a dot, or a
// printf pattern, stands for every key that begins or matches so.
func uses(t *testing.T, keys []string) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	quoted := regexp.MustCompile("[\"`]([a-z_]+(?:\\.[a-z0-9_%]*)+)[\"`]")
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if ext := filepath.Ext(path); (ext != ".go" && ext != ".html") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range quoted.FindAllStringSubmatch(string(text), -1) {
			mark(used, m[1], keys)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return used
}

func mark(used map[string]bool, name string, keys []string) {
	if !strings.HasSuffix(name, ".") && !strings.Contains(name, "%") {
		used[name] = true
		return
	}
	pattern := regexp.QuoteMeta(name)
	pattern = strings.NewReplacer("%s", "[a-z0-9_]+", "%d", "[0-9]+").Replace(pattern)
	if strings.HasSuffix(name, ".") {
		pattern += ".+"
	}
	re := regexp.MustCompile("^" + pattern + "$")
	for _, k := range keys {
		if re.MatchString(k) {
			used[k] = true
		}
	}
}

func TestNoMessageIsUnused(t *testing.T) {
	l := bundle(t)[French]
	used := uses(t, l.Keys())
	for _, key := range l.Keys() {
		if !used[key] {
			t.Errorf("%s is used nowhere", key)
		}
	}
}

func TestEveryKeyTemplatesNameExists(t *testing.T) {
	l := bundle(t)[French]
	call := regexp.MustCompile(`\b(?:t|rich) "([^"]+)"`)
	files, err := filepath.Glob(filepath.Join("..", "web", "templates", "*.html"))
	if err != nil {
		t.Fatal(err)
	}
	parts, err := filepath.Glob(filepath.Join("..", "web", "templates", "part", "*.html"))
	if err != nil {
		t.Fatal(err)
	}
	if files = append(files, parts...); len(files) < 10 {
		t.Fatalf("only %d templates found", len(files))
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range call.FindAllStringSubmatch(string(text), -1) {
			if !l.Has(m[1]) {
				t.Errorf("%s: no message is called %s", filepath.Base(f), m[1])
			}
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("{n} métiers sur {total}")
	f.Add("{")
	f.Fuzz(func(t *testing.T, text string) {
		parts, err := split(text)
		if err != nil {
			return
		}
		var b strings.Builder
		for _, p := range parts {
			if p.param != "" {
				b.WriteString("{" + p.param + "}")
			} else {
				b.WriteString(p.text)
			}
		}
		if b.String() != text {
			t.Errorf("%q became %q", text, b.String())
		}
	})
}
