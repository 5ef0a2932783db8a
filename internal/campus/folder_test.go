package campus_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"filiere/internal/campus"
	"filiere/internal/fault"
)

// dot is an image of one pixel.
var dot, _ = base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")

const readmeText = "---\nlang: en\nversion: 1.0\nhours: 5\nlicence: CC BY-SA 4.0\n---\n\n# A course\n\nWhat it is about.\n"

const quizText = `# What did you keep?

## Which of these is a colour?

- [x] red
- [ ] seven
- [x] blue, as in
  a long explanation

> Red and blue are.
>
> Seven is a number.

## Two and two?
- [ ] 3
- [x] 4
`

// folder is a small course.
func folder() fstest.MapFS {
	return fstest.MapFS{
		"README.md":             {Data: []byte(readmeText)},
		"cover.png":             {Data: dot},
		".git/config":           {Data: []byte("hidden")},
		"01-begin/README.md":    {Data: []byte("# To begin\n\nWhy.\n")},
		"01-begin/01-first.md":  {Data: []byte("\ufeff# First\r\n\r\nSome *text*.\r\n\r\n![a dot](dot.png)\r\n")},
		"01-begin/02-second.md": {Data: []byte("# Second\n\n```\n![not an image](none.png)\n```\n")},
		"01-begin/dot.png":      {Data: dot},
		"01-begin/quiz.md":      {Data: []byte(quizText)},
		"02-end/README.md":      {Data: []byte("# To end\n")},
		"02-end/01-last.md":     {Data: []byte("# Last\n\nBye.\n")},
	}
}

func TestACourseIsReadFromItsFolder(t *testing.T) {
	c, err := campus.ReadCourse(folder(), "a-course")
	if err != nil {
		t.Fatal(err)
	}
	want := campus.Course{
		Slug: "a-course", Lang: "en", Version: "1.0", Hours: 5, Licence: "CC BY-SA 4.0", Title: "A course", Summary: "What it is about.",
		Parts: []campus.Part{
			{Slug: "begin", Title: "To begin", Intro: "Why.", Chapters: []campus.Chapter{
				{Slug: "first", Title: "First", Body: "Some *text*.\n\n![a dot](dot.png)"},
				{Slug: "second", Title: "Second", Body: "```\n![not an image](none.png)\n```"},
			}, Quiz: &campus.Quiz{Title: "What did you keep?", Questions: []campus.Question{
				{
					Text: "Which of these is a colour?", Explanation: "Red and blue are.\n\nSeven is a number.",
					Options: []campus.Option{{Text: "red", Right: true}, {Text: "seven"}, {Text: "blue, as in\na long explanation", Right: true}},
				},
				{Text: "Two and two?", Options: []campus.Option{{Text: "3"}, {Text: "4", Right: true}}},
			}}},
			{Slug: "end", Title: "To end", Chapters: []campus.Chapter{{Slug: "last", Title: "Last", Body: "Bye."}}},
		},
		Files: []campus.File{{Part: "begin", Name: "dot.png", Media: "image/png", Data: dot}, {Name: "cover.png", Media: "image/png", Data: dot}},
	}
	if d := cmp.Diff(want, c); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if c.Chapters() != 3 || c.Quizzes() != 1 {
		t.Errorf("%d chapters, %d quizzes", c.Chapters(), c.Quizzes())
	}
}

func TestWhatComesInGoesOut(t *testing.T) {
	c, err := campus.ReadCourse(folder(), "a-course")
	if err != nil {
		t.Fatal(err)
	}
	out := fstest.MapFS{}
	if err := campus.WriteCourse(c, func(name string, data []byte) error {
		out[name] = &fstest.MapFile{Data: data}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	again, err := campus.ReadCourse(out, "a-course")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(c, again, cmpopts.SortSlices(func(a, b campus.File) bool { return a.Name < b.Name })); d != "" || c.Seal() != again.Seal() {
		t.Errorf("(-in +out):\n%s", d)
	}
	var one, two bytes.Buffer
	for _, b := range []*bytes.Buffer{&one, &two} {
		if err := campus.WriteCourseZip(b, c); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same course makes two archives")
	}
	unpacked, err := campus.ReadCourseZip(one.Bytes(), "ignored")
	if err != nil || unpacked.Seal() != c.Seal() || unpacked.Slug != "a-course" {
		t.Errorf("got %q, %v", unpacked.Slug, err)
	}
}

func TestAFolderThatIsNoCourseIsRefusedWithItsPlace(t *testing.T) {
	file := func(name, text string) func(fstest.MapFS) {
		return func(f fstest.MapFS) { f[name] = &fstest.MapFile{Data: []byte(text)} }
	}
	for name, c := range map[string]struct {
		spoil func(fstest.MapFS)
		file  string
		line  int
	}{
		"no README":              {func(f fstest.MapFS) { delete(f, "README.md") }, "README.md", 0},
		"no front matter":        {file("README.md", "# A\n"), "README.md", 1},
		"endless front matter":   {file("README.md", "---\nlang: fr\n"), "README.md", 1},
		"a language of the moon": {file("README.md", "---\nlang: mo\n---\n# A\n"), "README.md", 2},
		"no language":            {file("README.md", "---\nhours: 1\n---\n# A\n"), "README.md", 1},
		"hours that are none":    {file("README.md", "---\nlang: fr\nhours: many\n---\n# A\n"), "README.md", 3},
		"a key twice":            {file("README.md", "---\nlang: fr\nlang: fr\n---\n# A\n"), "README.md", 3},
		"an unknown key":         {file("README.md", "---\nlang: fr\nfoo: 1\n---\n# A\n"), "README.md", 3},
		"no title":               {file("README.md", "---\nlang: fr\n---\n\nA\n"), "README.md", 5},
		"a part without README":  {func(f fstest.MapFS) { delete(f, "02-end/README.md") }, "02-end/README.md", 0},
		"a part without chapter": {func(f fstest.MapFS) { delete(f, "02-end/01-last.md") }, "02-end", 0},
		"a part twice":           {file("03-end/README.md", "# x\n"), "03-end", 0},
		"a reserved name":        {file("03-files/README.md", "# x\n"), "03-files", 0},
		"a chapter twice":        {file("02-end/02-last.md", "# x\n"), "02-end/02-last.md", 0},
		"a chapter called quiz":  {file("02-end/02-quiz.md", "# x\n"), "02-end/02-quiz.md", 0},
		"a chapter no title":     {file("02-end/01-last.md", "\n\nx\n"), "02-end/01-last.md", 3},
		"a script":               {file("02-end/run.sh", "x"), "02-end/run.sh", 0},
		"a folder in a part":     {file("02-end/more/x.md", "x"), "02-end/more", 0},
		"an image that is none":  {file("02-end/x.png", "GIF89a"), "02-end/x.png", 0},
		"an image not there":     {file("02-end/01-last.md", "# x\n\n![x](gone.png)\n"), "end/last.md", 0},
		"an image elsewhere":     {file("02-end/01-last.md", "# x\n\n![x](https://example.org/x.png)\n"), "end/last.md", 0},
		"no UTF-8":               {file("02-end/01-last.md", "# x\n\n\xff\n"), "02-end/01-last.md", 3},
		"a zero byte":            {file("02-end/01-last.md", "# x\n\n\x00\n"), "02-end/01-last.md", 3},
		"a text too long":        {file("02-end/01-last.md", "# x\n"+strings.Repeat("y", campus.MaxMarkdown)), "02-end/01-last.md", 0},
		"a quiz without title":   {file("02-end/quiz.md", "## q\n"), "02-end/quiz.md", 1},
		"a quiz without any":     {file("02-end/quiz.md", "# q\n"), "02-end/quiz.md", 2},
		"one option":             {file("02-end/quiz.md", "# q\n## a\n- [x] b\n"), "02-end/quiz.md", 2},
		"nothing right":          {file("02-end/quiz.md", "# q\n\n## a\n- [ ] b\n- [ ] c\n"), "02-end/quiz.md", 3},
		"text after options":     {file("02-end/quiz.md", "# q\n\n## a\n- [x] b\n- [ ] c\nand\n"), "02-end/quiz.md", 6},
	} {
		t.Run(name, func(t *testing.T) {
			f := folder()
			c.spoil(f)
			_, err := campus.ReadCourse(f, "a-course")
			got, is := errors.AsType[*fault.Fault](err)
			if !is || got.Code != fault.Invalid || got.File != c.file || got.Line != c.line {
				t.Errorf("got %v (%+v), want %s:%d", err, got, c.file, c.line)
			}
		})
	}
	for _, slug := range []string{"", "A", "a b", "../x", "-a", strings.Repeat("a", 90)} {
		if _, err := campus.ReadCourse(folder(), slug); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("a course called %q: %v", slug, err)
		}
	}
}

// archive packs files as a zip.
func archive(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestHostileArchivesAreRefused(t *testing.T) {
	for name, data := range map[string][]byte{
		"no zip":         []byte("hello"),
		"empty":          archive(t, nil),
		"outside":        archive(t, map[string]string{"../x/README.md": readmeText}),
		"absolute":       archive(t, map[string]string{"/x/README.md": readmeText}),
		"two folders":    archive(t, map[string]string{"a/README.md": readmeText, "b/README.md": readmeText}),
		"a bomb":         archive(t, map[string]string{"a/README.md": strings.Repeat("0", campus.MaxCourseBytes+1)}),
		"a large text":   archive(t, map[string]string{"a/README.md": strings.Repeat("0", campus.MaxMarkdown+1)}),
		"a huge archive": make([]byte, campus.MaxCourseZip+1),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := campus.ReadCourseZip(data, "x"); err == nil || fault.CodeOf(err) != fault.Invalid {
				t.Errorf("got %v", err)
			}
		})
	}
}

func FuzzAQuizThatIsReadIsWrittenAndReadTheSame(f *testing.F) {
	f.Add(quizText)
	f.Add("# q\n## a\nmore\n- [x] b\n  c\n- [ ] d\n> e\n")
	f.Fuzz(func(t *testing.T, text string) {
		q, err := campus.ParseQuiz("quiz.md", text)
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		again, err := campus.ParseQuiz("quiz.md", campus.QuizText(q))
		if d := cmp.Diff(q, again); d != "" || err != nil {
			t.Errorf("%v\n(-read +again):\n%s\nwritten:\n%q", err, d, campus.QuizText(q))
		}
	})
}

func FuzzACourseThatIsReadIsWrittenAndReadTheSame(f *testing.F) {
	f.Add(readmeText, "# To begin\n", "# First\n\ntext\n")
	f.Add("---\nlang: fr\n---\n# a\n", "# b", "# c\n\n    code\n")
	f.Fuzz(func(t *testing.T, course, part, chapter string) {
		c, err := campus.ReadCourse(fstest.MapFS{
			"README.md": {Data: []byte(course)}, "01-p/README.md": {Data: []byte(part)}, "01-p/01-c.md": {Data: []byte(chapter)},
		}, "x")
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("%v", err)
			}
			return
		}
		out := fstest.MapFS{}
		_ = campus.WriteCourse(c, func(name string, data []byte) error {
			out[name] = &fstest.MapFile{Data: data}
			return nil
		})
		again, err := campus.ReadCourse(out, "x")
		if d := cmp.Diff(c, again); d != "" || err != nil {
			t.Errorf("%v\n(-read +again):\n%s", err, d)
		}
	})
}

func FuzzNoArchiveBreaksTheReader(f *testing.F) {
	f.Add(archive(f, map[string]string{"a/README.md": readmeText, "a/01-p/README.md": "# p", "a/01-p/01-c.md": "# c"}))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := campus.ReadCourseZip(data, "x"); err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%v", err)
		}
	})
}
