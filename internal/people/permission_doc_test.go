package people_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filiere/internal/people"
)

var update = flag.Bool("update", false, "write docs/permissions.md")

const permissionsHead = `# Who may do what

<!-- Written by go test ./internal/people -run TestPermissionsPage -update; do not edit. -->

What is not in this table is refused. The same table (` + "`people.Permissions`" + `) is read for every page and every address of the
API, and a test walks every route with every role. How roles are given stands in [people.md](people.md#roles).

- *visitor* is everybody, signed in or not; *member* is everybody who is signed in. Neither is ever given.
- *own*: only to what is the person's own.
- *given for it*: only to an object the role was given for; the same role given everywhere opens none.
- A role given for one object holds for that object only. An expert is always expert of one programme.
- An API token does what its scopes name, and never more than its account may do.
`

func TestPermissionsPageStatesTheTable(t *testing.T) {
	file := filepath.Join("..", "..", "docs", "permissions.md")
	want := permissionsPage(t)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s does not state the table as it is; write it anew with -update", file)
	}
}

func permissionsPage(t *testing.T) string {
	t.Helper()
	said := remarks(t)
	var b strings.Builder
	b.WriteString(permissionsHead + "\n## Actions\n\n| action | what it is | who | to what |\n|---|---|---|---|\n")
	for _, p := range people.Permissions() {
		object := string(p.Kind)
		object += map[people.Reach]string{people.Own: ", own", people.Assigned: ", given for it"}[p.Reach]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Action, remark(t, said, string(p.Action)), p.Role, object)
	}
	b.WriteString("\n## Roles an administrator gives\n\n| role | what it is for | may, besides what every member may |\n|---|---|---|\n")
	for _, r := range people.Grantable() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r, said[string(r)], actionsOf(r))
	}
	return b.String()
}

// actionsOf lists what a role may do, a dash for nothing.
func actionsOf(r people.Role) string {
	var actions []string
	for _, p := range people.Permissions() {
		if name := "`" + string(p.Action) + "`"; p.Role == r && !slices.Contains(actions, name) {
			actions = append(actions, name)
		}
	}
	if len(actions) == 0 {
		return "–"
	}
	return strings.Join(actions, ", ")
}

func remark(t *testing.T, said map[string]string, name string) string {
	t.Helper()
	if said[name] == "" {
		t.Errorf("permission.go does not say what %s is", name)
	}
	return said[name]
}

// remarks reads what permission.go says beside its roles and actions: the page says it in the same words.
func remarks(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "permission.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || spec.Comment == nil {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
			name, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			said[name] = strings.TrimSpace(spec.Comment.Text())
		}
		return true
	})
	return said
}
