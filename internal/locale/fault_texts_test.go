package locale

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// ownWords are rooms whose faults nobody meets on the command line, though it imports them: pages have
// sentences of their own, and the API speaks English.
var ownWords = []string{"internal/api", "internal/web", "internal/fault"}

// met lists the folders whose faults a person can meet on the command line: its own, and the rooms it
// imports. Any other room may have French words, and owes them once there is a command for it.
func met(t *testing.T, root string) []string {
	t.Helper()
	folders := []string{"cmd/filiere"}
	for _, f := range newListener(t, filepath.Join(root, folders[0]), nil).files {
		for _, i := range f.Imports {
			folder, ours := strings.CutPrefix(strings.Trim(i.Path.Value, `"`), "filiere/")
			if ours && !slices.Contains(ownWords, folder) && !slices.Contains(folders, folder) {
				folders = append(folders, folder)
			}
		}
	}
	return folders
}

// faultTexts finds what faults say in the code of the module, with the place of each text: the operation
// and the reason of fault.New, the parts of a fault.Fault, hints, nouns, and the reasons rows are refused
// for. A text that is handed on by a function is looked for where that function is called. needed are those
// met on the command line. It fails the test when one of them is made up while the program runs: no
// catalogue can hold it.
func faultTexts(t *testing.T) (texts, needed map[string]string) {
	t.Helper()
	texts, needed = map[string]string{}, map[string]string{}
	root := filepath.Join("..", "..")
	owing := met(t, root)
	for _, top := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				return err
			}
			if d.Name() == "testdata" {
				return filepath.SkipDir
			}
			name, err := filepath.Rel(root, path)
			l := newListener(t, path, texts)
			if slices.Contains(owing, filepath.ToSlash(name)) {
				l.needed = needed
			}
			for known := 0; known != len(l.says); {
				known = len(l.says)
				l.each(l.handsOn)
			}
			l.each(l.hear)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts, needed
}

// listener hears what the faults of one package say.
type listener struct {
	t      *testing.T
	set    *token.FileSet
	files  []*ast.File
	consts map[string]ast.Expr
	says   map[string][]int // functions by name, and which of their arguments faults say
	texts  map[string]string
	needed map[string]string // nil: this package owes no words
}

func newListener(t *testing.T, folder string, texts map[string]string) *listener {
	t.Helper()
	l := &listener{t: t, set: token.NewFileSet(), consts: map[string]ast.Expr{}, texts: texts, says: map[string][]int{
		"fault.New": {2}, "fault.Noun": {0}, ".Advise": {0},
	}}
	if filepath.Base(folder) == "intake" {
		l.says[".Refuse"] = []int{-1} // the last
	}
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(l.set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		l.files = append(l.files, f)
		for n := range ast.Preorder(f) {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Names) == len(v.Values) {
				for i, name := range v.Names {
					l.consts[name.Name] = v.Values[i]
				}
			}
		}
	}
	return l
}

// each calls f with every node of the package and the parameters of the function it stands in.
func (l *listener) each(f func(n ast.Node, within *ast.FuncDecl)) {
	for _, file := range l.files {
		for _, d := range file.Decls {
			fn, _ := d.(*ast.FuncDecl)
			for n := range ast.Preorder(d) {
				f(n, fn)
			}
		}
	}
}

// handsOn notes the functions that have a fault say one of their parameters.
func (l *listener) handsOn(n ast.Node, within *ast.FuncDecl) {
	if within == nil {
		return
	}
	name := within.Name.Name
	if within.Recv != nil {
		name = "." + name
	}
	for i, p := range params(within) {
		nouns := p.kind == "fault.Noun"
		call, ok := n.(*ast.CallExpr)
		spoken := ok && slices.ContainsFunc(l.spoken(call), func(e ast.Expr) bool { return nameOf(e) == p.name })
		if known := l.says[name]; (nouns || spoken) && !slices.Contains(known, i) && !slices.Contains(known, -1) {
			l.says[name] = append(l.says[name], i)
		}
	}
}

type param struct{ name, kind string }

func params(f *ast.FuncDecl) []param {
	var out []param
	for _, field := range f.Type.Params.List {
		for _, name := range field.Names {
			out = append(out, param{name.Name, nameOf(field.Type)})
		}
	}
	return out
}

// nameOf is a name as it is written, "" for what is no name.
func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return nameOf(e.X) + "." + e.Sel.Name
	}
	return ""
}

// spoken lists the arguments of a call that a fault says. The text of a fault of our own making is none of
// the catalogue's.
func (l *listener) spoken(call *ast.CallExpr) []ast.Expr {
	name := nameOf(call.Fun)
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok && l.says[name] == nil {
		name = "." + sel.Sel.Name
	}
	var out []ast.Expr
	for _, i := range l.says[name] {
		if i < 0 {
			i += len(call.Args)
		}
		if i < len(call.Args) && nameOf(call.Args[0]) != "fault.Internal" {
			out = append(out, call.Args[i])
		}
	}
	return out
}

// hear keeps the texts a node has a fault say.
func (l *listener) hear(n ast.Node, within *ast.FuncDecl) {
	switch n := n.(type) {
	case *ast.CallExpr:
		if nameOf(n.Fun) == "fault.New" && nameOf(n.Args[0]) != "fault.Internal" {
			if op, ok := l.value(n.Args[1]); ok && op != "" { // one made of names stays as it is
				l.note(op, l.set.Position(n.Pos()).String())
			}
		}
		for _, e := range l.spoken(n) {
			l.keep(e, within)
		}
	case *ast.CompositeLit:
		if nameOf(n.Type) != "fault.Fault" {
			return
		}
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok && slices.Contains([]string{"Op", "Reason", "Hint"}, nameOf(kv.Key)) {
				l.keep(kv.Value, within)
			}
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if sel, ok := left.(*ast.SelectorExpr); ok && len(n.Lhs) == len(n.Rhs) && (sel.Sel.Name == "Hint" || sel.Sel.Name == "Reason") {
				l.keep(n.Rhs[i], within)
			}
		}
	}
}

// keep notes a text, unless it is a parameter, which those who call the function give.
func (l *listener) keep(e ast.Expr, within *ast.FuncDecl) {
	l.t.Helper()
	place := l.set.Position(e.Pos())
	text, ok := l.value(e)
	if call, isCall := e.(*ast.CallExpr); isCall && strings.HasSuffix(nameOf(call.Fun), ".Error") {
		return // of another fault, in whatever language it was written down
	}
	handed := within != nil && slices.ContainsFunc(params(within), func(p param) bool { return p.name == nameOf(e) })
	switch {
	case ok && text != "":
		l.note(text, place.String())
	case !ok && !handed && l.needed != nil:
		l.t.Errorf("%s: a fault says what no catalogue can hold; write one text with verbs (fault.New, Advise)", place)
	}
}

func (l *listener) note(text, place string) {
	l.texts[text] = place
	if l.needed != nil {
		l.needed[text] = place
	}
}

// value works out a constant text.
func (l *listener) value(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.Ident:
		if v, ok := l.consts[e.Name]; ok {
			return l.value(v)
		}
	case *ast.BinaryExpr:
		a, okA := l.value(e.X)
		b, okB := l.value(e.Y)
		return a + b, okA && okB
	}
	return "", false
}
