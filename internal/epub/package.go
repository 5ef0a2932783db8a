package epub

import (
	"fmt"
	"strings"
	"time"
)

// contents writes the table of contents, which is a page too.
func (b *book) contents() {
	title := b.l.T("epub.contents")
	var s strings.Builder
	s.WriteString("<nav epub:type=\"toc\" role=\"doc-toc\" id=\"toc\">\n" + heading(1, title) + "<ol>\n")
	for i, e := range b.entries {
		next := 1
		if i+1 < len(b.entries) {
			next = b.entries[i+1].depth
		}
		s.WriteString(`<li><a href="` + e.path + `">` + escape(e.title) + "</a>")
		switch {
		case next > e.depth:
			s.WriteString("\n<ol>\n")
		case next < e.depth:
			s.WriteString("</li>\n</ol>\n</li>\n")
		default:
			s.WriteString("</li>\n")
		}
	}
	s.WriteString("</ol>\n</nav>\n")
	s.WriteString("<nav epub:type=\"landmarks\" hidden=\"hidden\">\n" + heading(2, b.l.T("epub.landmarks")) + "<ol>\n" +
		`<li><a epub:type="toc" href="nav.xhtml#toc">` + escape(title) + "</a></li>\n")
	if len(b.course.Parts) > 0 {
		s.WriteString(`<li><a epub:type="bodymatter" href="part01.xhtml">` + escape(b.l.T("epub.begin")) + "</a></li>\n")
	}
	s.WriteString("</ol>\n</nav>")
	b.page("nav", title, "frontmatter", s.String(), "nav")
}

// modified is when the course was imported as it is: not when the book was made. A course that was not imported
// has a date too, for a book must.
func (b *book) modified() time.Time {
	if b.course.ImportedAt.IsZero() {
		return time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return b.course.ImportedAt.UTC()
}

// packageDocument says what the book is and of what it is made.
func (b *book) packageDocument() string {
	c := b.course
	lang := escape(string(b.l.Lang))
	var s strings.Builder
	s.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" xml:lang="` + lang + `">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">` + b.identity() + `</dc:identifier>
<dc:title>` + escape(c.Title) + `</dc:title>
<dc:language>` + lang + "</dc:language>\n")
	if words := escape(plainWords(c.Summary)); words != "" {
		s.WriteString("<dc:description>" + words + "</dc:description>\n")
	}
	if strings.TrimSpace(c.Licence) != "" {
		s.WriteString("<dc:rights>" + escape(strings.TrimSpace(c.Licence)) + "</dc:rights>\n")
	}
	if u := licenceAddress(c.Licence); u != "" {
		s.WriteString(`<meta property="dcterms:license">` + u + "</meta>\n")
	}
	s.WriteString(`<meta property="dcterms:modified">` + b.modified().Format("2006-01-02T15:04:05Z") + "</meta>\n")
	b.accessibility(&s)
	s.WriteString("</metadata>\n<manifest>\n")
	for _, i := range b.items {
		properties := ""
		if i.properties != "" {
			properties = ` properties="` + i.properties + `"`
		}
		fmt.Fprintf(&s, "<item id=\"%s\" href=\"%s\" media-type=\"%s\"%s/>\n", i.id, escape(i.path), escape(i.media), properties)
	}
	s.WriteString("</manifest>\n<spine>\n<itemref idref=\"title\"/>\n<itemref idref=\"nav\"/>\n")
	for _, i := range b.items {
		if i.spine && i.id != "title" {
			s.WriteString(`<itemref idref="` + i.id + "\"/>\n")
		}
	}
	s.WriteString("</spine>\n</package>\n")
	return s.String()
}

// accessibility says how the book can be read. It claims no conformance, which a person would have to check:
// whether the words of images say enough is the author's doing.
func (b *book) accessibility(s *strings.Builder) {
	type meta struct{ property, value string }
	all := []meta{
		{"accessMode", "textual"},
		{"accessibilityFeature", "tableOfContents"},
		{"accessibilityFeature", "readingOrder"},
		{"accessibilityFeature", "structuralNavigation"},
		{"accessibilityFeature", "displayTransformability"},
		{"accessibilityHazard", "none"},
		{"accessibilitySummary", b.l.T("epub.accessible")},
	}
	if len(b.course.Files) > 0 {
		all = append(all, meta{"accessMode", "visual"}, meta{"accessModeSufficient", "textual,visual"}, meta{"accessibilityFeature", "alternativeText"})
	} else {
		all = append(all, meta{"accessModeSufficient", "textual"})
	}
	for _, m := range all {
		fmt.Fprintf(s, "<meta property=\"schema:%s\">%s</meta>\n", m.property, escape(m.value))
	}
}
