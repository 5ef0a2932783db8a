// Package markdown turns the Markdown of authors into HTML a page can hold.
//
// What authors write is not trusted: raw HTML is left out, what remains is sanitised against a list of what
// may stand in a text (no script, no style, no form, no frame), links open http, https and mail addresses
// or pages of the site, and images are those of the text's own folder.
package markdown

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Place is where a text stands.
type Place struct {
	Images string // the address of its folder, "/courses/7/files/begin/"; "" where it has no images
	Under  int    // how far its headings move down; none ever becomes the page's own h1
}

// The headings a text may have: h1 is the page's.
const (
	highest = 2
	deepest = 6
)

// imageName is what an image of a text's own folder may be called.
var imageName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*\.(?:png|jpg|jpeg)$`)

// policy is what may stand in a text. It is made once and only read.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code",
		"em", "strong", "del", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("align").Matching(regexp.MustCompile(`^(?:left|right|center)$`)).OnElements("th", "td")
	p.AllowAttrs("href", "title").OnElements("a")
	p.AllowURLSchemes("http", "https", "mailto")
	p.AllowRelativeURLs(true)
	p.RequireNoFollowOnLinks(true)
	p.RequireNoReferrerOnLinks(true)
	p.AllowAttrs("src").Matching(regexp.MustCompile(`^/[A-Za-z0-9/._-]+$`)).OnElements("img")
	p.AllowAttrs("alt", "title").OnElements("img")
	return p
})

// Render gives a text as HTML.
func Render(source string, at Place) string {
	out := convert(source, at)
	out = strings.ReplaceAll(out, "<table>", `<div class="scroll" role="group" tabindex="0"><table>`)
	out = strings.ReplaceAll(out, "</table>", "</table></div>")
	out = strings.ReplaceAll(out, "<th>", `<th scope="col">`)
	out = strings.ReplaceAll(out, "<th align=", `<th scope="col" align=`)
	return strings.ReplaceAll(out, "<pre>", `<pre tabindex="0">`) // who has no mouse scrolls it too
}

// Line gives a text of one paragraph as HTML that can stand in a line.
func Line(source string) string {
	out := strings.TrimSpace(convert(source, Place{}))
	inner, open := strings.CutPrefix(out, "<p>")
	inner, closed := strings.CutSuffix(inner, "</p>")
	if open && closed && !strings.Contains(inner, "<p>") && !strings.Contains(inner, "</p>") {
		return inner
	}
	return html.EscapeString(source)
}

// convert parses, writes and sanitises a text.
func convert(source string, at Place) string {
	md := goldmark.New(
		goldmark.WithExtensions(extension.Strikethrough,
			extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute))),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(settle{at}, 100))),
	)
	var b bytes.Buffer
	if err := md.Convert([]byte(source), &b); err != nil {
		return "<p>" + html.EscapeString(source) + "</p>"
	}
	return policy().Sanitize(b.String())
}

// settle moves headings below the one above the text, and images to where they are served.
type settle struct{ at Place }

// Transform changes the tree of a text.
func (s settle) Transform(doc *ast.Document, reader text.Reader, _ parser.Context) {
	var foreign []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) { // it returns no error
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			n.Level = min(max(n.Level+s.at.Under, highest), deepest)
		case *ast.Image:
			name := string(n.Destination)
			if s.at.Images == "" || !imageName.MatchString(name) {
				foreign = append(foreign, n)
				break
			}
			n.Destination = fmt.Append(nil, s.at.Images, name)
		}
		return ast.WalkContinue, nil
	})
	for _, n := range foreign { // an image that is not the text's own leaves its words
		if p := n.Parent(); p != nil {
			//lint:ignore SA1019 the words of all its children are wanted, whatever they are
			words := ast.NewString(n.Text(reader.Source()))
			p.ReplaceChild(p, n, words)
		}
	}
}
