package epub

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// kept are the elements a book may hold, with the attributes of each. Others leave their contents; those of
// dropped leave nothing.
var kept = map[atom.Atom][]string{
	atom.P: nil, atom.Br: nil, atom.Hr: nil, atom.Ul: nil, atom.Ol: {"start"}, atom.Li: nil, atom.Blockquote: nil,
	atom.Pre: nil, atom.Code: nil, atom.Em: nil, atom.Strong: nil, atom.Del: nil,
	atom.H1: nil, atom.H2: nil, atom.H3: nil, atom.H4: nil, atom.H5: nil, atom.H6: nil,
	atom.Table: nil, atom.Thead: nil, atom.Tbody: nil, atom.Tr: nil, atom.Th: {"scope"}, atom.Td: nil,
	atom.A: {"href"}, atom.Img: {"src", "alt"},
}

var dropped = []atom.Atom{atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Noscript, atom.Svg, atom.Math, atom.Title, atom.Textarea, atom.Select}

// empty are elements without an end.
var empty = []atom.Atom{atom.Br, atom.Hr, atom.Img}

// bare are elements that hold no text of their own.
var bare = []atom.Atom{atom.Table, atom.Thead, atom.Tbody, atom.Tr, atom.Ul, atom.Ol}

// nesting are the elements that can hold each other without end.
var nesting = []atom.Atom{atom.Ul, atom.Ol, atom.Blockquote, atom.Table}

// maxNested bounds how deep elements stand in each other: readers give up long before.
const maxNested = 60

// xhtml writes a piece of HTML as XHTML. image gives the address of an image of the text inside the book, ""
// for one the book does not have: its words stand instead.
func xhtml(fragment string, image func(src string) string) string {
	nodes, err := html.ParseFragment(strings.NewReader(fragment), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil { // a string is always read to its end
		return "<p>" + escape(fragment) + "</p>"
	}
	w := writer{image: image}
	for _, n := range nodes {
		w.node(n, 0)
	}
	return w.String()
}

// writer writes nodes as XHTML.
type writer struct {
	strings.Builder
	image func(src string) string
}

func (w *writer) node(n *html.Node, depth int) {
	switch {
	case n.Type == html.TextNode:
		if n.Parent == nil || !slices.Contains(bare, n.Parent.DataAtom) || strings.TrimSpace(n.Data) != "" {
			w.WriteString(escape(n.Data))
		}
		return
	case n.Type != html.ElementNode || slices.Contains(dropped, n.DataAtom):
		return
	}
	if depth > maxNested && slices.Contains(nesting, n.DataAtom) {
		w.words(n)
		return
	}
	name, attrs := w.opening(n)
	if name == "" {
		w.children(n, depth)
		return
	}
	if slices.Contains(empty, n.DataAtom) {
		w.WriteString("<" + name + attrs + "/>")
		return
	}
	w.WriteString("<" + name + attrs + ">")
	w.children(n, depth+1)
	w.WriteString("</" + name + ">")
}

// words writes the text of a node without its elements.
func (w *writer) words(n *html.Node) {
	if n.Type == html.TextNode {
		w.WriteString(escape(n.Data))
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.words(c)
	}
}

func (w *writer) children(n *html.Node, depth int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, depth)
	}
}

// opening gives the name and the attributes an element is written with; "" when only its contents stay.
func (w *writer) opening(n *html.Node) (name, attrs string) {
	allowed, known := kept[n.DataAtom]
	if !known || n.Namespace != "" {
		return "", ""
	}
	value := map[string]string{}
	for _, a := range n.Attr {
		if slices.Contains(allowed, a.Key) || a.Key == "align" {
			value[a.Key] = a.Val
		}
	}
	var b strings.Builder
	add := func(key, val string) { b.WriteString(" " + key + `="` + escape(val) + `"`) }
	switch n.DataAtom {
	case atom.A:
		href, ok := address(value["href"])
		if !ok {
			return "", ""
		}
		add("href", href)
	case atom.Img:
		src := w.image(value["src"])
		if src == "" {
			w.WriteString(escape(value["alt"]))
			return "", ""
		}
		add("src", src)
		add("alt", value["alt"])
	case atom.Ol:
		if number(value["start"]) {
			add("start", value["start"])
		}
	case atom.Th, atom.Td:
		if n.DataAtom == atom.Th {
			add("scope", "col")
		}
		if value["align"] == "right" || value["align"] == "center" {
			add("class", value["align"])
		}
	}
	return n.DataAtom.String(), b.String()
}

// number reports whether a text is a whole number as XML has them, and a small one.
func number(s string) bool {
	return s != "" && len(s) < 9 && strings.Trim(s, "0123456789") == ""
}

// address takes the address of a link: web and mail only, and only what is an address beyond doubt. The pages of
// the site are not in the book.
func address(s string) (string, bool) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return "", false
	}
	switch {
	case u.Scheme == "mailto" && u.Opaque != "" && plainAddress(u.Opaque) && strings.Count(u.Opaque, "@") == 1:
		return "mailto:" + u.Opaque, true
	case (u.Scheme == "http" || u.Scheme == "https") && hostForm(u.Hostname()) && u.User == nil && (u.Port() == "" || number(u.Port())):
		out := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath, RawQuery: u.RawQuery, Fragment: u.Fragment}
		if text := out.String(); plainAddress(text) {
			return text, true
		}
	}
	return "", false
}

// plainAddress reports whether an address has only characters addresses have (RFC 3986).
func plainAddress(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if c == '%' && (i+2 >= len(s) || !hex(s[i+1]) || !hex(s[i+2])) {
			return false
		}
		if !letter && !strings.ContainsRune("-._~:/?#@!$&'()*+,;=%", rune(c)) {
			return false
		}
	}
	return strings.Count(s, "#") < 2
}

func hex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// hostForm reports whether a text is the name of a machine.
func hostForm(s string) bool {
	if s == "" || len(s) > 253 || strings.HasPrefix(s, ".") || strings.HasSuffix(s, ".") || strings.Contains(s, "..") {
		return false
	}
	return strings.Trim(strings.ToLower(s), "abcdefghijklmnopqrstuvwxyz0123456789.-") == "" && !strings.HasPrefix(s, "-") && !strings.HasSuffix(s, "-")
}

var entities = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// escape writes text so that it stands in XML, without what XML cannot hold.
func escape(s string) string {
	return entities.Replace(strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff, r == utf8.RuneError, r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef:
			return -1
		}
		return r
	}, s))
}
