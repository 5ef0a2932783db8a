package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is a parsed page with questions to ask of it.
type document struct {
	t    *testing.T
	name string
	root *html.Node
}

func parseHTML(t *testing.T, name, body string) document {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return document{t, name, root}
}

// all lists the elements of a tag, every element when it is "".
func (d document) all(tag string) []*html.Node { return within(d.root, tag) }

func within(root *html.Node, tag string) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (tag == "" || n.Data == tag) {
			out = append(out, n)
		}
	}
	return out
}

// one is the only element of a tag.
func (d document) one(tag string) *html.Node {
	d.t.Helper()
	found := d.all(tag)
	if len(found) != 1 {
		d.t.Fatalf("%s: %d <%s>, want 1", d.name, len(found), tag)
	}
	return found[0]
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func hasAttr(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func text(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// says reports whether the page's main part says something, no-break spaces counting as spaces.
func (d document) says(want string) bool {
	plain := strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'").Replace(text(d.one("main")))
	return strings.Contains(plain, want)
}

// links lists the pages the page links to on this site; what is to be downloaded is none.
func (d document) links() []string {
	var out []string
	for _, a := range d.all("a") {
		if href := attr(a, "href"); strings.HasPrefix(href, "/") && !hasAttr(a, "download") {
			out = append(out, href)
		}
	}
	return out
}

// faults lists what is wrong with the page for whoever reads it without a mouse, a screen or scripts.
func (d document) faults() []string {
	var out []string
	add := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if attr(d.one("html"), "lang") == "" {
		add("the page names no language")
	}
	for _, tag := range []string{"main", "h1", "title", "header", "footer"} {
		if n := len(d.all(tag)); n != 1 && tag != "title" || n < 1 {
			add("%d <%s>", n, tag)
		}
	}
	out = append(out, d.scriptFaults()...)
	out = append(out, d.headingFaults()...)
	out = append(out, d.nameFaults()...)
	return out
}

func (d document) scriptFaults() []string {
	var out []string
	for _, n := range d.all("") {
		if n.Data == "script" && attr(n, "src") == "" || n.Data == "style" {
			out = append(out, "an inline <"+n.Data+">")
		}
		for _, a := range n.Attr {
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" {
				out = append(out, fmt.Sprintf("<%s %s>", n.Data, a.Key))
			}
			if (a.Key == "href" || a.Key == "action" || a.Key == "src") && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				out = append(out, "a script address")
			}
		}
	}
	return out
}

func (d document) headingFaults() []string {
	var out []string
	level := 0
	for _, n := range d.all("") {
		if len(n.Data) != 2 || n.Data[0] != 'h' || n.Data[1] < '1' || n.Data[1] > '6' {
			continue
		}
		next := int(n.Data[1] - '0')
		if next > level+1 {
			out = append(out, fmt.Sprintf("<%s> %q follows <h%d>", n.Data, text(n), level))
		}
		if text(n) == "" {
			out = append(out, "an empty <"+n.Data+">")
		}
		level = next
	}
	return out
}

// nameFaults finds controls, links, tables and regions without a name, and names given twice.
func (d document) nameFaults() []string {
	var out []string
	ids, labelled := map[string]bool{}, map[string]bool{}
	for _, n := range d.all("") {
		if id := attr(n, "id"); id != "" {
			if ids[id] {
				out = append(out, "the id "+id+" twice")
			}
			ids[id] = true
		}
		if n.Data == "label" {
			labelled[attr(n, "for")] = true
		}
	}
	for _, n := range d.all("") {
		switch n.Data {
		case "input", "select":
			if attr(n, "type") != "hidden" && !labelled[attr(n, "id")] {
				out = append(out, "a control without a label: "+attr(n, "name"))
			}
		case "a", "button":
			if text(n) == "" {
				out = append(out, "a link or button without words: "+attr(n, "href"))
			}
		case "th":
			if attr(n, "scope") == "" {
				out = append(out, "a heading cell without scope: "+text(n))
			}
		}
		for _, name := range []string{"aria-labelledby", "aria-describedby"} {
			if ref := attr(n, name); ref != "" && !ids[ref] {
				out = append(out, name+" points to nothing: "+ref)
			}
		}
	}
	return out
}
