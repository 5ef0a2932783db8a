package epub

import (
	"archive/zip"
	"cmp"
	"fmt"
	"hash/crc32"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/net/html"

	"filiere/internal/campus"
	"filiere/internal/locale"
	"filiere/internal/markdown"
)

// Media is the media type of an e-book.
const Media = "application/epub+zip"

// Write writes a course, read whole, as an e-book in the words of its language.
func Write(w io.Writer, c campus.Course, words locale.Bundle) error {
	lang, ok := locale.Parse(c.Lang)
	if !ok {
		lang = locale.French
	}
	c.Files = slices.Clone(c.Files)
	slices.SortFunc(c.Files, func(a, b campus.File) int {
		return cmp.Or(strings.Compare(a.Part, b.Part), strings.Compare(a.Name, b.Name))
	})
	b := &book{course: c, l: words[lang], zip: zip.NewWriter(w)}
	b.pack()
	if b.err == nil {
		b.err = b.zip.Close()
	}
	if b.err != nil {
		return fmt.Errorf("write e-book: %w", b.err)
	}
	return nil
}

// book is an e-book being written. The first error ends it.
type book struct {
	course campus.Course
	l      *locale.Locale
	zip    *zip.Writer
	err    error

	items   []item
	entries []entry
}

// item is a file of the book.
type item struct {
	id, path, media, properties string
	spine                       bool
}

// entry is a line of the table of contents.
type entry struct {
	title, path string
	depth       int // 1 or 2
}

// pack writes the files. The type comes first and unpacked: readers look for it there.
func (b *book) pack() {
	b.file("mimetype", []byte(Media), zip.Store)
	b.text("META-INF/container.xml", `<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
`)
	b.add(item{id: "style", path: "style.css", media: "text/css"}, style)
	b.titlePage()
	for i, p := range b.course.Parts {
		b.part(i+1, p)
	}
	b.images()
	b.contents()
	b.text("EPUB/package.opf", b.packageDocument())
}

// file adds a file to the zip.
func (b *book) file(name string, data []byte, method uint16) {
	if b.err != nil {
		return
	}
	h := &zip.FileHeader{Name: name, Method: method} // without a date: the book says nothing of when it was made
	var f io.Writer
	if method == zip.Store {
		h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc32.ChecksumIEEE(data), uint64(len(data)), uint64(len(data))
		f, b.err = b.zip.CreateRaw(h) // sizes before the data, where simple readers look for them
	} else {
		f, b.err = b.zip.CreateHeader(h)
	}
	if b.err == nil {
		_, b.err = f.Write(data)
	}
}

func (b *book) text(name, text string) { b.file(name, []byte(text), zip.Deflate) }

// add adds a file the package lists.
func (b *book) add(i item, text string) {
	b.items = append(b.items, i)
	b.text("EPUB/"+i.path, text)
}

// page adds a page of the book.
func (b *book) page(id, title, kind, body, properties string) {
	lang := escape(string(b.l.Lang))
	text := `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="` + lang + `" xml:lang="` + lang + `">
<head>
<title>` + escape(title) + `</title>
<link rel="stylesheet" type="text/css" href="style.css"/>
</head>
<body epub:type="` + kind + `">
` + body + `
</body>
</html>
`
	b.add(item{id: id, path: id + ".xhtml", media: "application/xhtml+xml", properties: properties, spine: id != "nav"}, text)
}

// heading writes a heading.
func heading(level int, text string) string {
	return fmt.Sprintf("<h%d>%s</h%[1]d>\n", level, escape(text))
}

func (b *book) titlePage() {
	c := b.course
	var s strings.Builder
	s.WriteString(`<section epub:type="titlepage">` + "\n" + heading(1, c.Title))
	s.WriteString(b.markdown("", c.Summary, 1))
	s.WriteString("\n<p class=\"facts\">" + escape(b.l.T("epub.version", "version", c.Version)) + " · " + escape(b.l.T("epub.hours", "n", c.Hours)))
	if licence := escape(strings.TrimSpace(c.Licence)); licence != "" {
		if u := licenceAddress(c.Licence); u != "" {
			licence = `<a href="` + u + `">` + licence + `</a>`
		}
		s.WriteString("<br/>" + escape(b.l.T("epub.licence")) + " " + licence)
	}
	s.WriteString("</p>\n</section>")
	b.page("title", c.Title, "frontmatter", s.String(), "")
	b.entries = append(b.entries, entry{c.Title, "title.xhtml", 1})
}

// part writes a part: its introduction, chapters, questions and answers.
func (b *book) part(n int, p campus.Part) {
	id := fmt.Sprintf("part%02d", n)
	title := b.l.T("epub.part", "n", n, "title", p.Title)
	b.page(id, title, "bodymatter", section("part", "doc-part", title, heading(1, title)+b.markdown(p.Slug, p.Intro, 1)), "")
	b.entries = append(b.entries, entry{title, id + ".xhtml", 1})
	for i, ch := range p.Chapters {
		at := fmt.Sprintf("%s-%02d", id, i+1)
		b.page(at, ch.Title, "bodymatter", section("chapter", "doc-chapter", ch.Title, heading(1, ch.Title)+b.markdown(p.Slug, ch.Body, 1)), "")
		b.entries = append(b.entries, entry{ch.Title, at + ".xhtml", 2})
	}
	if p.Quiz == nil {
		return
	}
	b.page(id+"-quiz", p.Quiz.Title, "bodymatter", b.quiz(p, id), "")
	b.entries = append(b.entries, entry{p.Quiz.Title, id + "-quiz.xhtml", 2})
	answers := b.l.T("epub.answers", "title", p.Quiz.Title)
	b.page(id+"-answers", answers, "bodymatter", b.answers(p, id, answers), "")
	b.entries = append(b.entries, entry{answers, id + "-answers.xhtml", 2})
}

// section wraps a page's matter in what it is.
func section(kind, role, label, body string) string {
	return `<section epub:type="` + kind + `" role="` + role + `" aria-label="` + escape(label) + "\">\n" + body + "\n</section>"
}

// letter names an option: a, b, c…
func letter(i int) string { return string(rune('a' + i)) }

// quiz writes the questions of a part. Options have letters, which the answers name.
func (b *book) quiz(p campus.Part, id string) string {
	var s strings.Builder
	s.WriteString("<section role=\"doc-chapter\" aria-label=\"" + escape(p.Quiz.Title) + "\">\n" + heading(1, p.Quiz.Title))
	for i, q := range p.Quiz.Questions {
		fmt.Fprintf(&s, "<section id=\"q%d\">\n<h2>%s</h2>\n%s", i+1, escape(b.l.T("epub.question", "n", i+1)), b.markdown(p.Slug, q.Text, 2))
		if q.Several() {
			s.WriteString("<p class=\"hint\">" + escape(b.l.T("epub.several")) + "</p>\n")
		}
		s.WriteString("<ol class=\"options\">\n")
		for _, o := range q.Options {
			s.WriteString("<li>" + b.line(p.Slug, o.Text) + "</li>\n")
		}
		fmt.Fprintf(&s, "</ol>\n<p class=\"hint\"><a href=\"%s-answers.xhtml#a%d\">%s</a></p>\n</section>\n", id, i+1, escape(b.l.T("epub.toanswer")))
	}
	s.WriteString("</section>")
	return s.String()
}

func (b *book) answers(p campus.Part, id, title string) string {
	var s strings.Builder
	s.WriteString("<section role=\"doc-chapter\" aria-label=\"" + escape(title) + "\">\n" + heading(1, title))
	for i, q := range p.Quiz.Questions {
		fmt.Fprintf(&s, "<section id=\"a%d\">\n<h2><a href=\"%s-quiz.xhtml#q%[1]d\">%s</a></h2>\n<ul>\n", i+1, id, escape(b.l.T("epub.question", "n", i+1)))
		for j, o := range q.Options {
			if o.Right {
				s.WriteString("<li><strong>" + letter(j) + ".</strong> " + b.line(p.Slug, o.Text) + "</li>\n")
			}
		}
		s.WriteString("</ul>\n" + b.markdown(p.Slug, q.Explanation, 2) + "</section>\n")
	}
	s.WriteString("</section>")
	return s.String()
}

// images adds the images of the course.
func (b *book) images() {
	for i, f := range b.course.Files {
		b.items = append(b.items, item{id: fmt.Sprintf("image%03d", i+1), path: imagePath(i, f), media: f.Media})
		b.file("EPUB/"+imagePath(i, f), f.Data, zip.Store) // images are packed already
	}
}

// imagePath is where the i-th image stands in the book. Its own name is not used: two may differ by case alone.
func imagePath(i int, f campus.File) string {
	ending := ".jpg"
	if f.Media == "image/png" {
		ending = ".png"
	}
	return fmt.Sprintf("image/%03d%s", i+1, ending)
}

// imageBase is where the text of a part is told its images are, for package markdown.
const imageBase = "/book/"

// find gives the path of an image in the book: one of the part's own, or of the course's.
func (b *book) find(part string) func(src string) string {
	return func(src string) string {
		name, ok := strings.CutPrefix(src, imageBase)
		if !ok {
			return ""
		}
		for i, f := range b.course.Files {
			if f.Part == part && f.Name == name {
				return imagePath(i, f)
			}
		}
		return ""
	}
}

// markdown writes a text of the course.
func (b *book) markdown(part, text string, under int) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	return xhtml(markdown.Render(text, markdown.Place{Images: imageBase, Under: under}), b.find(part))
}

// line writes a text of one paragraph.
func (b *book) line(part, text string) string {
	return xhtml(markdown.Line(text), b.find(part))
}

// identity names this text of this course: another revision is another book.
func (b *book) identity() string {
	c := b.course
	return "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte("filiere:course:"+c.Slug+":"+c.Seal())).String()
}

var ccForm = regexp.MustCompile(`^CC (BY|BY-SA|BY-ND|BY-NC|BY-NC-SA|BY-NC-ND) (\d\.\d)$`)

// licenceAddress is where a Creative Commons licence can be read, "" for another.
func licenceAddress(name string) string {
	m := ccForm.FindStringSubmatch(strings.ToUpper(strings.TrimSpace(name)))
	if m == nil {
		return ""
	}
	return "https://creativecommons.org/licenses/" + strings.ToLower(m[1]) + "/" + m[2] + "/"
}

// plainWords gives the text of a piece of Markdown without its marks, on one line.
func plainWords(text string) string {
	z := html.NewTokenizer(strings.NewReader(markdown.Render(text, markdown.Place{})))
	var b strings.Builder
	for z.Next() != html.ErrorToken {
		if t := z.Token(); t.Type == html.TextToken {
			b.WriteString(t.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
