package epub_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/epub"
	"filiere/internal/locale"
)

// words are the texts of the program.
func words(t testing.TB) locale.Bundle {
	t.Helper()
	b, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// made writes a course as a book.
func made(t testing.TB, c campus.Course) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := epub.Write(&b, c, words(t)); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// dot is a small image.
func dot(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hostile are texts an author might try, or write by accident.
var hostile = []string{
	"# T & <T>\n\nA [link](https://example.org/a?b=1&c=é#x), [mail](mailto:a@example.org), [none](javascript:alert(1)), [page](/courses/x), [bad](http://[::1)\n\n" +
		"![a dot](dot.png \"t\") ![b](DOT.png) ![c](../x.png) ![d](https://example.org/x.png)",
	"| a | b |\n|:--|--:|\n| <b>x</b> | `y|z` |\n\n> q\n> > r\n\n3. c\n4. d\n   - e\n\n---\n\n```go\na < b && c > d\n```\n\n~~x~~ **y** *z*  \nbr",
	"<script>alert(1)</script>\n\n<div id=\"x\" onclick=\"y\">a</div><img src=x onerror=y>\n\n<!-- -- --> ]]> <![CDATA[ x ]]> &nbsp; &bogus; &#0; &#xFFFE;",
	"\u0001\u0008\u000b\ufffe\uffff\u0085 caf\u00e9 \U0001f600 \u202e abc\n\n" + strings.Repeat("> ", 80) + "deep\n\n" + strings.Repeat("- ", 70) + "deep",
	"[a](https://user:pass@example.org) [b](https://exa mple.org) [c](https://example.org/%zz) [d](http://example.org:99999999999/) [e](https:///x) [f](#here) [g](mailto:x) [h](https://a..b/)" +
		" [i](https://xn--/é?é=é#é) [j](https://example.org/a|b\"c'd`e\\f) <https://example.org/{x}> [k](HTTPS://EXAMPLE.ORG) [l](mailto:a@b?subject=x y) [m](https://example.org/a#b#c)",
	"#\n\n##\n\n-\n\n1.\n\n>\n\n||\n|-|\n||\n\n![](dot.png) [](https://example.org)\n\n[![x](dot.png)](https://example.org)",
	"<p>\n<table><tr><td>x\n\n</p>\n\n<ul><p>a</ul>\n\n<h1>a<h2>b</h1>\n\n<a href='x'><a href='y'>z",
}

func specimen(t testing.TB) campus.Course {
	quiz := &campus.Quiz{Title: "Vérifiez & vous", Questions: []campus.Question{
		{Text: "A < B ?", Options: []campus.Option{{Text: "oui `x<y`", Right: true}, {Text: "non"}, {Text: "<b>si</b>", Right: true}}, Explanation: "Parce que **A**.\n\n- liste"},
		{Text: hostile[0], Options: []campus.Option{{Text: hostile[1], Right: true}, {Text: hostile[2]}}},
	}}
	c := campus.Course{
		Slug: "essai", Lang: "fr", Version: "1.2 <beta>", Hours: 1, Licence: "CC BY-SA 4.0", Title: "L'essai & « Co » <x>", Summary: hostile[1],
		ImportedAt: time.Date(2026, 3, 1, 10, 0, 0, 123456000, time.UTC),
		Files: []campus.File{
			{Part: "une", Name: "dot.png", Media: "image/png", Data: dot(t)},
			{Name: "dot.png", Media: "image/png", Data: dot(t)},
			{Part: "une", Name: "DOT.png", Media: "image/png", Data: dot(t)},
		},
		Parts: []campus.Part{{Slug: "une", Title: "Une", Intro: "Bonjour ![le point](dot.png)", Quiz: quiz}, {Slug: "deux", Title: "Deux", Chapters: []campus.Chapter{{Slug: "x", Title: "X"}}}},
	}
	for i, text := range hostile {
		c.Parts[0].Chapters = append(c.Parts[0].Chapters, campus.Chapter{Slug: "c" + string(rune('a'+i)), Title: "Chapitre <" + string(rune('a'+i)) + ">", Body: text})
	}
	return c
}

// epubcheck runs the checker of the e-book's own standard. It is skipped where the checker is not installed, but
// not on a machine that is to prove the program.
func epubcheck(t *testing.T, book []byte) {
	t.Helper()
	const program = "/usr/bin/epubcheck"
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("epubcheck is not installed: .ci/deps installs it")
		}
		t.Skip("epubcheck is not installed (Debian package epubcheck): the e-book is not checked")
	}
	file := filepath.Join(t.TempDir(), "book.epub")
	if err := os.WriteFile(file, book, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), "java", "-jar", program, file).CombinedOutput()
	if err != nil || bytes.Contains(out, []byte("WARNING")) || !bytes.Contains(out, []byte("No errors or warnings detected")) {
		t.Errorf("epubcheck: %v\n%s", err, out)
	}
}

func TestAHostileCourseIsABookWithoutErrors(t *testing.T) { epubcheck(t, made(t, specimen(t))) }

func TestACourseInEnglishIsABookWithoutErrors(t *testing.T) {
	epubcheck(t, made(t, campus.Course{
		Slug: "one", Lang: "en", Version: "1", Hours: 3, Title: "One", Licence: "All rights reserved",
		Parts: []campus.Part{{Slug: "a", Title: "A", Chapters: []campus.Chapter{{Slug: "b", Title: "B", Body: "Text."}}}},
	}))
}

func TestTheSameCourseGivesTheSameBytes(t *testing.T) {
	c := specimen(t)
	first := made(t, c)
	c.Files[0], c.Files[2] = c.Files[2], c.Files[0] // the order they were read in does not matter
	if !bytes.Equal(first, made(t, c)) {
		t.Error("the two differ")
	}
	c.Version = "2"
	if bytes.Equal(first, made(t, c)) {
		t.Error("another version is the same book")
	}
}

// opened reads the files of a book, and checks that every page of it is XML.
func opened(t testing.TB, book []byte) map[string]string {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(data)
		if strings.HasSuffix(f.Name, "ml") || strings.HasSuffix(f.Name, ".opf") {
			wellFormed(t, f.Name, data)
		}
	}
	return out
}

func wellFormed(t testing.TB, name string, data []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s is not well-formed: %v\n%s", name, err, data)
		}
		el, is := tok.(xml.StartElement)
		if !is {
			continue
		}
		for _, a := range el.Attr {
			value := strings.ToLower(a.Value)
			if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "style" || el.Name.Local == "script" || strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") {
				t.Fatalf("%s holds %s %s=%q", name, el.Name.Local, a.Name.Local, a.Value)
			}
			if a.Name.Local == "src" && !strings.HasPrefix(value, "image/") {
				t.Fatalf("%s shows %q", name, a.Value)
			}
		}
	}
}

func TestABookHoldsTheCourseItsImagesAndTheAnswersAfterTheQuestions(t *testing.T) {
	book := made(t, specimen(t))
	if !bytes.HasPrefix(book[30:], []byte("mimetypeapplication/epub+zip")) {
		t.Errorf("the type is not first: %q", book[:60])
	}
	files := opened(t, book)
	for name, want := range map[string][]string{
		"EPUB/part01.xhtml":         {"Partie 1\u00a0: Une", `<img src="image/003.png" alt="le point"/>`},
		"EPUB/part01-01.xhtml":      {`href="https://example.org/a?b=1&amp;c=`, `href="mailto:a@example.org"`, "none", `<img src="image/003.png"`},
		"EPUB/part01-quiz.xhtml":    {"A &lt; B ?", "Plusieurs réponses", `href="part01-answers.xhtml#a1"`},
		"EPUB/part01-answers.xhtml": {"<strong>a.</strong>", "<strong>c.</strong>", "Parce que <strong>A</strong>"},
		"EPUB/title.xhtml":          {"creativecommons.org/licenses/by-sa/4.0/", "Version 1.2 &lt;beta&gt;", "1 heure"},
		"EPUB/package.opf":          {`<dc:language>fr</dc:language>`, "2026-03-01T10:00:00Z", "schema:accessMode", "CC BY-SA 4.0"},
	} {
		for _, w := range want {
			if !strings.Contains(files[name], w) {
				t.Errorf("%s lacks %q:\n%s", name, w, files[name])
			}
		}
	}
	if strings.Contains(files["EPUB/part01-quiz.xhtml"], "Parce que") || strings.Contains(files["EPUB/part01-01.xhtml"], "/courses/") {
		t.Error("the questions tell their answers, or a page of the site is linked")
	}
}

func FuzzEveryTextMakesAWellFormedBook(f *testing.F) {
	for _, h := range hostile {
		f.Add(h, "T")
	}
	f.Add("\xff\xfe", "\x00")
	w := words(f)
	f.Fuzz(func(t *testing.T, text, title string) {
		var b bytes.Buffer
		err := epub.Write(&b, campus.Course{Slug: "s", Lang: "en", Title: title, Summary: text, Version: title, Licence: text, Parts: []campus.Part{{
			Slug: "p", Title: title, Intro: text, Chapters: []campus.Chapter{{Slug: "c", Title: title, Body: text}},
			Quiz: &campus.Quiz{Title: title, Questions: []campus.Question{{Text: text, Options: []campus.Option{{Text: text, Right: true}}, Explanation: text}}},
		}}, Files: []campus.File{{Part: "p", Name: "dot.png", Media: "image/png"}}}, w)
		if err != nil {
			t.Fatal(err)
		}
		opened(t, b.Bytes())
	})
}
