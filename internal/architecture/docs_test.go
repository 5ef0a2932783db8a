package architecture

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var root = filepath.Join("..", "..")

// documents are the pages people read: path from the root → text.
func documents(t *testing.T) map[string]string {
	t.Helper()
	docs := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			docs[strings.TrimPrefix(filepath.ToSlash(f), "../../")] = read(t, f)
		}
	}
	return docs
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// sources joins the files a pattern finds.
func sources(t *testing.T, pattern string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, pattern))
	if err != nil || len(files) == 0 {
		t.Fatalf("no file is like %s: %v", pattern, err)
	}
	var b strings.Builder
	for _, f := range files {
		b.WriteString(read(t, f))
	}
	return b.String()
}

// submatches are what the group of a pattern finds in a text.
func submatches(pattern, text string) []string {
	var out []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestCommandsQuotedInTheDocsExist(t *testing.T) {
	program := sources(t, "cmd/filiere/*.go")
	commands := append(submatches(`(?:Use:\s+|p\.group\()"([a-z]+)`, program), "help", "completion")
	flags := append(submatches(`\.(?:Bool|String|StringSlice|StringToString|Int|Uint64|Float64)(?:Var)?\([^"\n]*"([a-z-]+)"`, program), "help", "version")
	flags = append(flags, submatches(`\{&\w+\.\w+, "([a-z-]+)"\}`, program)...) // declared from a table
	ran := 0
	for file, text := range documents(t) {
		for _, line := range quoted(text) {
			for _, call := range submatches(`(?:^|[\s(])filiere ((?:[^\s()#;|&>]+ ?)+)`, line) {
				name, used := parseCall(call)
				if name != "" && !slices.Contains(commands, name) {
					t.Errorf("%s quotes filiere %s, which is no command", file, name)
				}
				for _, f := range used {
					if !slices.Contains(flags, f) {
						t.Errorf("%s quotes filiere %s --%s, which is no flag", file, name, f)
					}
				}
				ran++
			}
		}
	}
	if ran < 30 {
		t.Errorf("only %d commands were found", ran)
	}
}

// word is the form of a command's name; COMMAND, [flags] and the like stand for something else.
var word = regexp.MustCompile(`^[a-z]+$`)

// parseCall finds the command and the long flags of a call.
func parseCall(call string) (name string, flags []string) {
	fields := strings.Fields(call)
	for i := 0; i < len(fields); i++ {
		flag, long := strings.CutPrefix(fields[i], "--")
		switch {
		case long && flag != "":
			flag, _, inline := strings.Cut(flag, "=")
			flags = append(flags, flag)
			if name == "" && !inline && (flag == "db" || flag == "lang") {
				i++ // its value
			}
		case name == "" && !word.MatchString(fields[i]):
			return "", flags
		case name == "":
			name = fields[i]
		}
	}
	return name, flags
}

func TestMakeTargetsQuotedInTheDocsExist(t *testing.T) {
	targets := submatches(`(?m)^([a-z-]+):`, read(t, filepath.Join(root, "Makefile")))
	for file, text := range documents(t) {
		for _, line := range quoted(text) {
			for _, target := range submatches(`^(?:\$ )?make ([a-z-]+)`, line) {
				if !slices.Contains(targets, target) {
					t.Errorf("%s quotes make %s, which is no target", file, target)
				}
			}
		}
	}
}

func TestTestsQuotedInTheDocsExist(t *testing.T) {
	for file, text := range documents(t) {
		for _, line := range quoted(text) {
			for _, name := range append(submatches(`-run (Test\w+)`, line), submatches(`-bench (\w+)`, line)...) {
				pkg := submatches(`\./((?:internal|cmd)/[a-z/]+)`, line)
				if len(pkg) == 0 || !regexp.MustCompile(`func (Benchmark)?`+name).MatchString(sources(t, pkg[0]+"/*_test.go")) {
					t.Errorf("%s quotes %q, and there is no such test", file, line)
				}
			}
		}
	}
}

// quoted are the lines of a page's code blocks and its code in lines of prose.
func quoted(page string) []string {
	var lines []string
	for i, part := range strings.Split(page, "```") {
		if i%2 == 1 {
			lines = append(lines, strings.Split(part, "\n")[1:]...)
			continue
		}
		lines = append(lines, submatches("`([^`\n]+)`", part)...)
	}
	return lines
}

func TestLinksOfTheDocsLeadSomewhere(t *testing.T) {
	docs := documents(t)
	for file, text := range docs {
		for _, link := range submatches(`\]\(([^)\s]+)\)`, prose(text)) {
			if strings.Contains(link, "://") {
				continue
			}
			path, anchor, _ := strings.Cut(link, "#")
			target := file
			if path != "" {
				target = filepath.ToSlash(filepath.Join(filepath.Dir(file), path))
			}
			if _, err := os.Stat(filepath.Join(root, target)); err != nil {
				t.Errorf("%s links to %s, which is not there", file, link)
				continue
			}
			if page, isPage := docs[target]; anchor != "" && isPage && !slices.Contains(anchors(page), anchor) {
				t.Errorf("%s links to %s, and %s has no such heading", file, link, target)
			}
		}
	}
}

// prose is a page without its code blocks.
func prose(page string) string {
	var b strings.Builder
	for i, part := range strings.Split(page, "```") {
		if i%2 == 0 {
			b.WriteString(part)
		}
	}
	return b.String()
}

// anchors are the names by which links reach a page's headings.
func anchors(page string) []string {
	var out []string
	for _, heading := range submatches(`(?m)^#+ (.+)$`, prose(page)) {
		out = append(out, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_':
				return unicode.ToLower(r)
			}
			return -1
		}, heading))
	}
	return out
}
