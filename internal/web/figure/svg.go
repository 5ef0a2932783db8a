package figure

import (
	"html/template"
	"math"
	"strconv"
	"strings"
)

// svg is what SVG is written to. Its methods return it, so that an element reads as one line.
type svg struct{ b strings.Builder }

// newSVG makes room for so many bytes.
func newSVG(size int) *svg {
	s := &svg{}
	s.b.Grow(size)
	return s
}

// raw writes markup of our own.
func (s *svg) raw(markup string) *svg {
	s.b.WriteString(markup)
	return s
}

// text writes words of anybody's, escaped for an element's content or a quoted attribute.
func (s *svg) text(words string) *svg { return s.raw(template.HTMLEscapeString(words)) }

func (s *svg) int(n int) *svg {
	s.b.WriteString(strconv.Itoa(n))
	return s
}

// num writes a coordinate, to a tenth of a unit.
func (s *svg) num(v float64) *svg {
	var digits [24]byte
	s.b.Write(strconv.AppendFloat(digits[:0], math.Round(v*10)/10, 'f', -1, 64))
	return s
}

// attr writes ` name="v"` for a coordinate.
func (s *svg) attr(name string, v float64) *svg {
	return s.raw(" ").raw(name).raw(`="`).num(v).raw(`"`)
}

// title names the element it stands in.
func (s *svg) title(words string) *svg { return s.raw("<title>").text(words).raw("</title>") }

// label writes visible text at a point.
func (s *svg) label(class string, x, y float64, words string) *svg {
	return s.raw(`<text class="`).raw(class).raw(`"`).attr("x", x).attr("y", y).raw(">").text(words).raw("</text>")
}

func (s *svg) html() template.HTML { return template.HTML(s.b.String()) }

// open starts a figure that is named and described by its own title and desc. role is "group" when
// there are links inside, which "img" would hide from a screen reader, and "img" otherwise.
func (s *svg) open(class, role, id, title, desc string, box [4]float64) *svg {
	s.raw(`<svg class="`).raw(class).raw(`" role="`).raw(role).raw(`" aria-labelledby="`).raw(id).raw(`-title"`)
	if desc != "" {
		s.raw(` aria-describedby="`).raw(id).raw(`-desc"`)
	}
	s.attr("width", box[2]).attr("height", box[3])
	s.raw(` viewBox="`).num(box[0]).raw(" ").num(box[1]).raw(" ").num(box[2]).raw(" ").num(box[3]).raw(`">`)
	s.raw(`<title id="`).raw(id).raw(`-title">`).text(title).raw("</title>")
	if desc != "" {
		s.raw(`<desc id="`).raw(id).raw(`-desc">`).text(desc).raw("</desc>")
	}
	return s
}

// identifier makes a name fit for an id and for url(#…): what is not a letter, digit, hyphen or
// underscore becomes a hyphen, and an empty name "figure".
func identifier(name string) string {
	if name == "" {
		return "figure"
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, name)
}

// localHref reports whether a link stays on this site: a path, a query or a fragment. "//host" and
// "/\host" are paths to the eye and other sites to a browser, which also drops tabs and newlines first.
func localHref(href string) bool {
	if href == "" || strings.ContainsAny(href, "\t\r\n\\") || strings.HasPrefix(href, "//") {
		return false
	}
	return href[0] == '/' || href[0] == '?' || href[0] == '#'
}

// finite reports whether v can be drawn.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
