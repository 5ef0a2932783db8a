package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"

	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/studio"
)

// classroom is a school with a published version, an author and a designer.
type classroom struct {
	*school
	author, designer, adaToken, bobToken []string
}

func newClassroom(t testing.TB, engine string) *classroom {
	t.Helper()
	openapi3filter.RegisterBodyDecoder("application/zip", openapi3filter.FileBodyDecoder)
	dsn := storetest.Fresh(t, engine)
	s, err := store.Open(t.Context(), dsn, storetest.Clock)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	storetest.KeepVersion(t, dsn, studio.Version{
		ID: "v1", Programme: "p1", Number: 1, Title: "AI for all", Level: 5, PublishedAt: storetest.Clock(), PublishedBy: people.ByCLI,
		Projects: []studio.Project{{ID: "p", Code: "P1", Title: "First project", Hours: 12}},
	})
	k := &classroom{school: schoolOver(t, s, nil)}
	k.author = k.token(k.person("author@example.org", "Author", people.Grant{Role: people.Author}))
	k.designer = k.token(k.person("dora@example.org", "Dora", people.Grant{Role: people.Designer}))
	k.adaToken, k.bobToken = k.token(k.ada), k.token(k.bob)
	return k
}

// eachClassroom runs a test on each engine.
func eachClassroom(t *testing.T, f func(t *testing.T, k *classroom)) {
	t.Helper()
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) { f(t, newClassroom(t, engine)) })
	}
}

// courseFiles are the files of a small course.
func courseFiles() map[string]string {
	return map[string]string{
		"README.md":          "---\nlang: en\nversion: 1\n---\n# =The course\n\nWhat it is about.\n",
		"01-begin/README.md": "# To begin\n",
		"01-begin/01-one.md": "# One\n\nText *one*.\n",
		"01-begin/02-two.md": "# Two\n\nText two.\n",
		"01-begin/quiz.md":   "# Check\n\n## Two and two?\n- [x] 4\n- [ ] 5\n\n> Four it is.\n\n## Even?\n- [x] 2\n- [x] 4\n- [ ] 5\n",
	}
}

// packed is a folder as a zip.
func packed(t testing.TB, folder string, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(folder + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// send brings a body in as a zip.
func (k *classroom) send(as []string, query, body string) *httptest.ResponseRecorder {
	k.t.Helper()
	return k.ask(append(slices.Clone(as), "Content-Type", "application/zip"), "POST", "/courses"+query, body)
}

// reads asks as somebody and reads the JSON of the answer.
func reads[T any](k *classroom, status int, as []string, method, path, body string) (out T) {
	k.t.Helper()
	if err := json.Unmarshal([]byte(k.want(status, as, method, path, body)), &out); err != nil {
		k.t.Fatal(err)
	}
	return out
}

// rowsOf asks for a table.
func (k *classroom) rowsOf(as []string, path string) [][]string {
	k.t.Helper()
	rows, err := csv.NewReader(strings.NewReader(k.want(200, as, "GET", path, ""))).ReadAll()
	if err != nil {
		k.t.Fatal(err)
	}
	return rows
}

type named struct {
	ID      string
	State   string
	Changed bool
}

type page struct {
	Data []named
	Next *string
}

// onPath brings a course in and makes a path that recommends it.
func (k *classroom) onPath() (course, path string) {
	k.t.Helper()
	w := k.send(k.author, "", packed(k.t, "the-course/", courseFiles()))
	if w.Code != http.StatusCreated {
		k.t.Fatalf("%d %s", w.Code, w.Body)
	}
	course = strings.TrimPrefix(w.Header().Get("Location"), "/api/v1/courses/")
	made := reads[named](k, 201, k.designer, "POST", "/paths", `{"version":"v1","title":"Evenings","courses":["`+course+`"]}`)
	return course, made.ID
}

func TestACourseIsBroughtInAndReadByAPI(t *testing.T) {
	eachClassroom(t, func(t *testing.T, k *classroom) {
		course, _ := k.onPath()
		if w := k.send(k.author, "?slug=the-course", packed(t, "", courseFiles())); w.Code != 200 || !strings.Contains(w.Body.String(), `"changed":false`) {
			t.Errorf("the same again: %d %s", w.Code, w.Body)
		}
		files := courseFiles()
		files["01-begin/01-one.md"] += "More.\n"
		if w := k.send(k.author, "", packed(t, "the-course/", files)); w.Code != 201 || !strings.Contains(w.Body.String(), `"revision":2`) {
			t.Errorf("a new revision: %d %s", w.Code, w.Body)
		}
		k.send(k.author, "", packed(t, "another/", courseFiles()))
		first := reads[page](k, 200, nil, "GET", "/courses?limit=1", "")
		if len(first.Data) != 1 || first.Next == nil {
			t.Fatalf("first page %+v", first)
		}
		second := reads[page](k, 200, nil, "GET", strings.TrimPrefix(*first.Next, "/api/v1"), "")
		if len(second.Data) != 1 || second.Next != nil || second.Data[0].ID == first.Data[0].ID {
			t.Errorf("second page %+v after %+v", second, first)
		}
		if rows := k.rowsOf(nil, "/courses.csv"); len(rows) != 3 || rows[1][2] != "'=The course" {
			t.Errorf("as a table: %v", rows)
		}
		at := "/courses/" + course
		if got := k.want(200, nil, "GET", at, ""); !strings.Contains(got, `"quiz":"Check"`) || strings.Contains(got, "Text") {
			t.Errorf("outline: %s", got)
		}
		if got := k.want(200, nil, "GET", at+"/begin/one", ""); !strings.Contains(got, `Text *one*.\nMore.`) {
			t.Errorf("chapter: %s", got)
		}
		quiz := k.want(200, nil, "GET", at+"/begin/quiz", "")
		if !strings.Contains(quiz, `"several":true,"options":["2","4","5"]`) || strings.Contains(quiz, "right") || strings.Contains(quiz, "Four") {
			t.Errorf("quiz: %s", quiz)
		}
		for _, none := range []string{"/courses/none", "/courses/none/begin/quiz", at + "/begin/none", at + "/none/one"} {
			k.want(404, nil, "GET", none, "")
		}
		k.want(400, nil, "GET", "/courses?limit=0", "")
	})
}

func TestAZipThatIsNoCourseIsRefusedWithItsPlace(t *testing.T) {
	k := newClassroom(t, "sqlite")
	broken := func(name, text string) string {
		files := courseFiles()
		files[name] = text
		return packed(t, "the-course/", files)
	}
	for name, c := range map[string]struct {
		query, body string
		status      int
		says        []string
	}{
		"no zip":           {"", "PK but not", 400, []string{"not a zip"}},
		"nothing":          {"", "", 400, []string{"not a zip"}},
		"a question":       {"", broken("01-begin/quiz.md", "# Check\n\n## Two?\n- [ ] 4\n- [ ] 5\n"), 400, []string{`"file":"01-begin/quiz.md"`, `"line":`}},
		"a stray file":     {"", broken("setup.exe", "MZ"), 400, []string{`"file":"setup.exe"`, `"hint":`}},
		"a way out":        {"", packed(t, "../", courseFiles()), 400, []string{"outside its folder"}},
		"no name":          {"", packed(t, "", courseFiles()), 400, []string{"cannot be the name"}},
		"another name":     {"?slug=other", packed(t, "the-course/", courseFiles()), 400, []string{`"parameter":"slug"`}},
		"a name of a path": {"?slug=..%2Fx", packed(t, "", courseFiles()), 400, []string{"cannot be the name"}},
		"too much":         {"", strings.Repeat("x", 16<<20+1), 413, []string{"16777216 bytes"}},
		"an unknown wish":  {"?force=1", "x", 400, []string{"force"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := k.send(k.author, c.query, c.body)
			for _, said := range c.says {
				if w.Code != c.status || !strings.Contains(w.Body.String(), said) {
					t.Errorf("%d, want %d and %s: %s", w.Code, c.status, said, w.Body)
				}
			}
		})
	}
	good := packed(t, "the-course/", courseFiles())
	if w := k.ask(k.author, "POST", "/courses", good); w.Code != http.StatusUnsupportedMediaType {
		t.Errorf("a zip that says it is JSON: %d", w.Code)
	}
	for who, as := range map[string][]string{"a learner": k.adaToken, "a designer": k.designer, "the administrator": k.token(k.root)} {
		if w := k.send(as, "", good); w.Code != http.StatusForbidden {
			t.Errorf("%s brings a course in: %d", who, w.Code)
		}
	}
	if got := reads[page](k, 200, nil, "GET", "/courses", ""); len(got.Data) != 0 {
		t.Errorf("something came of it: %+v", got)
	}
}
