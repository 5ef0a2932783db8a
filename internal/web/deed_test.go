package web

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"filiere/internal/locale"
	"filiere/internal/studio"
)

// builtDeeds are the actions named while the program runs: what they begin with, and the machine whose event
// follows.
func builtDeeds() map[string][]string {
	var steps []string
	for _, m := range studio.ProgrammeMachine().Moves {
		steps = append(steps, string(m.Event))
	}
	return map[string][]string{"programme.": steps}
}

// deeds are the actions the sources write in the audit trail, each with where it is written.
type deeds struct {
	files   *token.FileSet
	takes   map[string]int    // functions that are handed an action, and as which argument
	names   map[string]string // constants DidX, and their text
	actions map[string]string
}

func readDeeds(t *testing.T) deeds {
	t.Helper()
	d := deeds{token.NewFileSet(), map[string]int{}, map[string]string{}, map[string]string{}}
	var sources []*ast.File
	for _, root := range []string{"..", filepath.Join("..", "..", "cmd")} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			f, err := parser.ParseFile(d.files, path, nil, parser.SkipObjectResolution)
			if err == nil {
				sources = append(sources, f)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range sources {
		ast.Inspect(f, d.declared)
	}
	for _, f := range sources {
		ast.Inspect(f, func(n ast.Node) bool { return d.written(t, n) })
	}
	return d
}

// declared notes the constants that name actions and the functions that are handed an actor and an action.
func (d deeds) declared(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if !strings.HasPrefix(strings.ToLower(name.Name), "did") || i >= len(n.Values) {
				continue
			}
			if text, ok := literal(n.Values[i]); ok && strings.Contains(text, ".") && !strings.Contains(text, "/") {
				d.names[name.Name] = text
				d.actions[text] = d.files.Position(n.Pos()).String()
			}
		}
	case *ast.FuncDecl:
		at, acts := 0, false
		for _, p := range n.Type.Params.List {
			for _, name := range p.Names {
				if name.Name == "by" {
					acts = true
				}
				if name.Name == "action" && acts {
					d.takes[n.Name.Name] = at
				}
				at++
			}
		}
	}
	return true
}

// written notes the action a call writes.
func (d deeds) written(t *testing.T, n ast.Node) bool {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return true
	}
	name := calledName(call.Fun)
	at, ok := d.takes[name]
	if !ok || at >= len(call.Args) {
		return true
	}
	where := d.files.Position(call.Pos()).String()
	switch arg := call.Args[at].(type) {
	case *ast.BasicLit:
		text, _ := literal(arg)
		d.actions[text] = where
	case *ast.BinaryExpr:
		prefix, _ := literal(arg.X)
		steps, ok := builtDeeds()[prefix]
		if !ok {
			t.Errorf("%s: name in builtDeeds what may follow %q", where, prefix)
		}
		for _, s := range steps {
			d.actions[prefix+s] = where
		}
	default:
		// An action handed on ("action"), or a constant: those are noted where they are declared.
		if c := calledName(arg); c != "action" && d.names[c] == "" {
			t.Errorf("%s: %s is handed an action this test cannot read", where, name)
		}
	}
	return true
}

// calledName is the last part of a name: "DidIssue" of registrar.DidIssue.
func calledName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

func TestEveryActionOfTheAuditTrailHasWords(t *testing.T) {
	b, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	d := readDeeds(t)
	if len(d.takes) < 8 || len(d.actions) < 80 {
		t.Fatalf("the walk finds %d functions and %d actions: it does not see them all", len(d.takes), len(d.actions))
	}
	for action, where := range d.actions {
		for _, lang := range []locale.Lang{locale.French, locale.English} {
			if !b[lang].Has(deedKey + action) {
				t.Errorf("%s: %s has no words (%s%s) in %s", where, action, deedKey, action, lang)
			}
		}
	}
	for _, key := range b[locale.French].Keys() {
		if action, ok := strings.CutPrefix(key, deedKey); ok && d.actions[action] == "" {
			t.Errorf("%s has words, and nothing writes it", action)
		}
	}
}
