package figure

import (
	"html/template"
	"slices"
	"strings"
)

// Classes is the number of tension classes.
const Classes = 5

// Firmness says how much a figure can bear. The values are those of the market package.
type Firmness string

// The degrees of firmness. Only Weak looks different; all are told in words.
const (
	Firm    Firmness = "firm"
	Fair    Firmness = "fair"
	Weak    Firmness = "weak"
	Unrated Firmness = "unrated"
)

// Words are what a reader is told in his own language.
type Words struct {
	Class    [Classes + 1]string // the classes by number; 0 is for "no figure"
	Firmness map[Firmness]string // a degree without words goes unsaid
	Doubt    [Doubts + 1]string  // the degrees of doubt of estimates, for the legend; "" for those that do not occur
}

// Doubts is the number of degrees estimates are told apart by: the more doubtful, the more of the paper shows
// through.
const Doubts = 3

// Area is a place on a map with its figure.
type Area struct {
	ID       string // becomes the element's id, after the figure's own; "" for none
	Label    string
	Class    int // 1–5; anything else counts as none
	Firmness Firmness
	Doubt    int    // 1–3 of an estimate, from the least; anything else is no estimate. It stands before Firmness
	Value    string // the figure in words, said after the class; may be ""
	Href     string // where the area leads on this site; "" or a link to elsewhere makes it a plain shape
}

// class is the class as drawn, 0 to 5.
func (a Area) class() int {
	if a.Class < 0 || a.Class > Classes {
		return 0
	}
	return a.Class
}

// doubt is the degree of doubt as drawn, 0 for what is no estimate.
func (a Area) doubt() int {
	if a.Doubt < 0 || a.Doubt > Doubts || a.class() == 0 {
		return 0
	}
	return a.Doubt
}

// says is the area in words: label, class, value, firmness. No figure has no firmness.
func (a Area) says(w Words) string {
	firmness := w.Firmness[a.Firmness]
	if a.class() == 0 || a.doubt() > 0 {
		firmness = ""
	}
	parts := make([]string, 0, 4)
	for _, p := range []string{a.Label, w.Class[a.class()], a.Value, firmness} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	return strings.Join(parts, ", ")
}

// Shape is an area with its outline, SVG path data in the units of the map's view box.
type Shape struct {
	Area
	Path string
}

// Map is what Choropleth draws.
type Map struct {
	ID string // unique in the page; ids inside begin with it
	// Outlines is what Outlines writes of the same ID and shapes, or what a page has in its stead: it is the
	// bulk of a map, and the same whatever the figures. "" writes it.
	Outlines    template.HTML
	Title, Desc string
	ViewBox     [4]float64 // x, y, width, height
	Shapes      []Shape
	Frames      [][4]float64 // left, top, right, bottom of boxes drawn around insets
	Words       Words
}

// Choropleth draws areas by their outlines, each filled by its class; a link where it leads somewhere.
func Choropleth(m Map) template.HTML {
	id := identifier(m.ID)
	s := newSVG(sizeOf(m))
	s.open("figure figure-map", "group", id, m.Title, m.Desc, m.ViewBox)
	s.patterns(id)
	if slices.ContainsFunc(m.Shapes, func(sh Shape) bool { return sh.doubt() > 0 }) {
		s.estimates(id)
	}
	for _, f := range m.Frames {
		s.raw(`<rect class="frame"`).attr("x", f[0]).attr("y", f[1]).
			attr("width", f[2]-f[0]).attr("height", f[3]-f[1]).raw(`/>`)
	}
	outlines := m.Outlines
	if outlines == "" {
		outlines = Outlines(m.ID, m.Shapes)
	}
	s.raw(string(outlines))
	for i, sh := range m.Shapes {
		s.area(id, sh.Area, m.Words, func() {
			s.raw(`<use`).fill(id, sh.Area).raw(` href="#`).outline(id, i).raw(`"/>`)
		})
	}
	return s.raw("</svg>").html()
}

// Outlines writes the outlines of a map's shapes, each under a name its area uses.
func Outlines(id string, shapes []Shape) template.HTML {
	id = identifier(id)
	s := &svg{}
	s.raw("<defs>")
	for i, sh := range shapes {
		s.raw(`<path id="`).outline(id, i).raw(`" d="`).text(sh.Path).raw(`"/>`)
	}
	return s.raw("</defs>").html()
}

// outline names the outline of the i-th shape.
func (s *svg) outline(id string, i int) *svg { return s.raw(id).raw("-o").int(i) }

// sizeOf guesses the bytes of a map, to allocate once.
func sizeOf(m Map) int {
	n := 4096 + len(m.Outlines)
	for _, sh := range m.Shapes {
		n += len(sh.Label) + len(sh.Value) + len(sh.Href) + 200
	}
	return n
}

// Tile is an area as a square of a grid.
type Tile struct {
	Area
	Code     string // two or three characters, written on the square
	Col, Row int
}

// Tiles is what TileMap draws.
type Tiles struct {
	ID          string
	Title, Desc string
	Tiles       []Tile
	Words       Words
}

// Measures of a tile map, in its own units. A cell shown at its natural size is a comfortable target
// for a finger (WCAG 2.5.8 asks for 24 pixels).
const (
	tileCell = 40.0
	tileGap  = 3.0
)

// TileMap draws areas as equal squares, each filled by its class and bearing its code.
func TileMap(m Tiles) template.HTML {
	id := identifier(m.ID)
	s := newSVG(4096 + len(m.Tiles)*300)
	cols, rows := 0, 0
	for _, t := range m.Tiles {
		cols, rows = max(cols, t.Col+1), max(rows, t.Row+1)
	}
	width, height := float64(cols)*tileCell, float64(rows)*tileCell
	s.open("figure figure-tiles", "group", id, m.Title, m.Desc, [4]float64{0, 0, width, height})
	s.patterns(id)
	if slices.ContainsFunc(m.Tiles, func(t Tile) bool { return t.doubt() > 0 }) {
		s.estimates(id)
	}
	for _, t := range m.Tiles {
		s.area(id, t.Area, m.Words, func() { s.tile(id, t) })
	}
	return s.raw("</svg>").html()
}

func (s *svg) tile(id string, t Tile) {
	x, y := float64(t.Col)*tileCell, float64(t.Row)*tileCell
	side := tileCell - tileGap
	s.raw(`<rect`).fill(id, t.Area).attr("x", x+tileGap/2).attr("y", y+tileGap/2).
		attr("width", side).attr("height", side).raw(` rx="3"/>`)
	// The code is already in the title; here it is for the eye.
	s.raw(`<text aria-hidden="true"`).attr("x", x+tileCell/2).attr("y", y+tileCell/2+5).raw(">").text(t.Code).raw("</text>")
}

// area writes the element around one area's drawing: a link, or a plain image in words.
func (s *svg) area(id string, a Area, w Words, draw func()) {
	link := localHref(a.Href)
	if link {
		s.raw(`<a href="`).text(a.Href).raw(`"`)
	} else {
		s.raw(`<g role="img"`)
	}
	if a.ID != "" {
		s.raw(` id="`).raw(id).raw("-").raw(identifier(a.ID)).raw(`"`)
	}
	s.raw(` class="area c`).int(a.class())
	switch {
	case a.doubt() > 0:
		s.raw(" estimate")
	case a.Firmness == Weak:
		s.raw(" weak")
	}
	s.raw(`">`).title(a.says(w))
	draw()
	if link {
		s.raw("</a>")
	} else {
		s.raw("</g>")
	}
}

// fill points an area at its pattern. Plain classes need none: the colour is inherited from the class.
func (s *svg) fill(id string, a Area) *svg {
	switch c := a.class(); {
	case c == 0:
		s.raw(` fill="url(#`).raw(id).raw(`-none)"`)
	case a.doubt() > 0:
		s.raw(` fill="url(#`).raw(id).raw(`-doubt`).int(a.doubt()).raw("-").int(c).raw(`)"`)
	case a.Firmness == Weak:
		s.raw(` fill="url(#`).raw(id).raw(`-weak`).int(c).raw(`)"`)
	}
	return s
}

// patterns defines the fills that are not one colour: stripes over each class for weak figures, and dots
// for none, so that neither rests on colour alone.
func (s *svg) patterns(id string) {
	s.raw("<defs>")
	s.raw(`<pattern id="`).raw(id).raw(`-none" width="7" height="7" patternUnits="userSpaceOnUse">`).
		raw(`<rect class="c0" width="7" height="7"/><circle class="dot" cx="3.5" cy="3.5" r="0.9"/></pattern>`)
	for c := 1; c <= Classes; c++ {
		s.raw(`<pattern id="`).raw(id).raw(`-weak`).int(c).
			raw(`" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="c`).int(c).
			raw(`" width="6" height="6"/><rect class="stripe s`).int(c).raw(`" width="1.6" height="6"/></pattern>`)
	}
	s.raw("</defs>")
}

// gaps are how wide the paper shows between the stripes of an estimate, of a period of 6, by its doubt.
var gaps = [Doubts + 1]float64{0, 1.3, 2.6, 3.9}

// estimates defines the fills of estimates: stripes of the class on paper, the thinner the more doubtful,
// leaning the other way than those of weak figures.
func (s *svg) estimates(id string) {
	s.raw("<defs>")
	for d := 1; d <= Doubts; d++ {
		for c := 1; c <= Classes; c++ {
			s.raw(`<pattern id="`).raw(id).raw(`-doubt`).int(d).raw("-").int(c).
				raw(`" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><rect class="c`).int(c).
				raw(`" width="6" height="6"/><rect class="paper"`).attr("width", gaps[d]).raw(` height="6"/></pattern>`)
		}
	}
	s.raw("</defs>")
}

// Legend lists the classes, from 1 to 5 and then none, then the hatching of weak figures and that of
// estimates. id must differ from those of the maps in the page.
func Legend(id string, w Words) template.HTML {
	id = identifier(id)
	s := newSVG(4096)
	s.raw(`<ul class="figure-legend">`)
	for _, c := range []int{1, 2, 3, 4, 5, 0} {
		s.swatch(id, Area{Class: c}, w.Class[c], func() {
			if c != 1 {
				return
			}
			s.patterns(id) // the first holds the patterns of all
			if w.Doubt != [Doubts + 1]string{} {
				s.estimates(id)
			}
		})
	}
	if words := w.Firmness[Weak]; words != "" {
		s.swatch(id, Area{Class: 3, Firmness: Weak}, words, func() {})
	}
	for d, words := range w.Doubt {
		if words != "" {
			s.swatch(id, Area{Class: 4, Doubt: d}, words, func() {})
		}
	}
	return s.raw("</ul>").html()
}

// swatch is one line of the legend, with what is defined in it.
func (s *svg) swatch(id string, a Area, words string, define func()) {
	s.raw(`<li><svg class="figure swatch c`).int(a.class()).raw(`" viewBox="0 0 20 20" aria-hidden="true">`)
	define()
	s.raw(`<rect`).fill(id, a).raw(` x="0.5" y="0.5" width="19" height="19" rx="3"/></svg>`).text(words).raw("</li>")
}
