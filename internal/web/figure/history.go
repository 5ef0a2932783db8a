package figure

import (
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Point is one year of a series.
type Point struct {
	Year  int
	Value float64 // NaN and infinities are left out
	Class int     // colours the point; 0 for none
	Text  string  // the point in words
}

// Series is what History draws.
type Series struct {
	ID          string
	Title, Desc string
	Source      string // written under the chart
	YLabel      string // the quantity and its unit
	XLabel      string
	Points      []Point              // in any order; a year that is missing breaks the line
	Cuts        []float64            // ascending bounds between classes; nil draws no bands
	BandLabels  []string             // one more than Cuts, lowest class first
	Number      func(float64) string // writes a tick of the vertical axis; nil uses a decimal point
}

// Measures of the chart, in its own units, which are pixels at its natural size.
const (
	chartWidth  = 680.0
	plotHeight  = 260.0
	plotLeft    = 64.0
	plotRight   = 556.0 // the bands' names stand to the right of it
	lineHeight  = 18.0
	titleChars  = 62 // a line of title at the size figure.css gives it, in a wide typeface
	sourceChars = 92
	maxYears    = 14   // more year labels than this would touch
	yPadding    = 0.08 // of the values' span, above and below
	bandLabelDY = 14.0 // least distance between two bands' names
)

// History draws a yearly series over the class bands it moves through.
func History(h Series) template.HTML {
	id := identifier(h.ID)
	c := newChart(h)
	s := newSVG(8192)
	s.open("figure figure-history", "img", id, h.Title, h.Desc, [4]float64{0, 0, chartWidth, c.height})
	for i, line := range c.title {
		s.label("heading", 0, lineHeight*float64(i+1)-3, line)
	}
	c.bands(s, h)
	c.yAxis(s, h)
	c.xAxis(s, h)
	c.line(s)
	c.dots(s)
	for i, line := range c.source {
		s.label("source", 0, c.bottom+58+16*float64(i), line)
	}
	return s.raw("</svg>").html()
}

// chart holds the scales of one drawing.
type chart struct {
	points        []Point // finite, by year
	title, source []string
	top, bottom   float64 // of the plot
	height        float64
	low, high     float64 // values at bottom and top
	first, last   int     // years at left and right
}

func newChart(h Series) *chart {
	c := &chart{title: wrap(h.Title, titleChars), source: wrap(h.Source, sourceChars)}
	c.top = lineHeight*float64(len(c.title)) + 28 // the axis's name stands between
	c.bottom = c.top + plotHeight
	c.height = c.bottom + 48 + 16*float64(len(c.source))
	for _, p := range h.Points {
		if finite(p.Value) {
			c.points = append(c.points, p)
		}
	}
	slices.SortStableFunc(c.points, func(a, b Point) int { return a.Year - b.Year })
	c.scale(h.Cuts)
	return c
}

// scale fits the axes to the points and, so that every band has some room, to the cuts.
func (c *chart) scale(cuts []float64) {
	c.low, c.high = math.Inf(1), math.Inf(-1)
	for _, p := range c.points {
		c.low, c.high = min(c.low, p.Value), max(c.high, p.Value)
	}
	if n := len(cuts); n > 0 {
		margin := max(cuts[n-1]-cuts[0], 0.1) / 4
		c.low, c.high = min(c.low, cuts[0]-margin), max(c.high, cuts[n-1]+margin)
	}
	if c.low > c.high {
		c.low, c.high = 0, 1
	}
	pad := max((c.high-c.low)*yPadding, 1e-3)
	c.low, c.high = c.low-pad, c.high+pad
	if len(c.points) > 0 {
		c.first, c.last = c.points[0].Year, c.points[len(c.points)-1].Year
	}
}

func (c *chart) y(v float64) float64 {
	share := (v - c.low) / (c.high - c.low)
	return c.bottom - plotHeight*min(max(share, 0), 1)
}

// x places a year; the outermost stand a little inside the plot.
func (c *chart) x(year int) float64 {
	const inset = 22
	if c.last == c.first {
		return (plotLeft + plotRight) / 2
	}
	return plotLeft + inset + (plotRight-plotLeft-2*inset)*float64(year-c.first)/float64(c.last-c.first)
}

// bands draws the classes behind the series and names them at the right, kept from running into each other.
func (c *chart) bands(s *svg, h Series) {
	s.raw(`<g aria-hidden="true">`)
	last := math.Inf(1)
	for i := range len(h.Cuts) + 1 {
		if len(h.Cuts) == 0 {
			break
		}
		low, high := c.low, c.high
		if i > 0 {
			low = h.Cuts[i-1]
		}
		if i < len(h.Cuts) {
			high = h.Cuts[i]
		}
		top, bottom := c.y(high), c.y(low)
		s.raw(`<rect class="band b`).int(min(i+1, Classes)).raw(`"`).attr("x", plotLeft).attr("y", top).
			attr("width", plotRight-plotLeft).attr("height", bottom-top).raw("/>")
		if i < len(h.BandLabels) {
			last = min((top+bottom)/2+4, last-bandLabelDY)
			s.label("band-label", plotRight+10, last, h.BandLabels[i])
		}
	}
	s.raw("</g>")
}

func (c *chart) yAxis(s *svg, h Series) {
	s.raw(`<g aria-hidden="true">`).label("axis-label", 0, c.top-10, h.YLabel)
	number := h.Number
	if number == nil {
		number = func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	}
	step := tickStep(c.high - c.low)
	for i := math.Ceil(c.low / step); i*step <= c.high; i++ {
		// A product of a decimal step carries noise in its last digits.
		v := math.Round(i*step*1e6) / 1e6
		y := c.y(v)
		s.raw(`<path class="grid" d="M`).num(plotLeft).raw(" ").num(y).raw("H").num(plotRight).raw(`"/>`)
		s.label("tick tick-y", plotLeft-8, y+4, number(v+0)) // -0 + 0 is 0
	}
	s.raw("</g>")
}

func (c *chart) xAxis(s *svg, h Series) {
	s.raw(`<g aria-hidden="true"><path class="axis" d="M`).num(plotLeft).raw(" ").num(c.bottom).raw("H").num(plotRight).raw(`"/>`)
	if len(c.points) > 0 {
		step := (c.last-c.first)/maxYears + 1
		for year := c.first; year <= c.last; year += step {
			s.label("tick tick-x", c.x(year), c.bottom+18, strconv.Itoa(year))
		}
	}
	s.label("axis-label axis-x", plotRight, c.bottom+36, h.XLabel).raw("</g>")
}

// line joins the points of consecutive years. It is drawn twice: a wide halo keeps it apart from any band.
func (c *chart) line(s *svg) {
	var d svg
	for i, p := range c.points {
		if i > 0 && p.Year-c.points[i-1].Year <= 1 {
			d.raw("L")
		} else {
			d.raw("M")
		}
		d.num(c.x(p.Year)).raw(" ").num(c.y(p.Value))
	}
	if d.b.Len() == 0 {
		return
	}
	for _, class := range []string{"halo", "line"} {
		s.raw(`<path class="`).raw(class).raw(`" d="`).raw(d.b.String()).raw(`"/>`)
	}
}

func (c *chart) dots(s *svg) {
	for _, p := range c.points {
		s.raw(`<circle class="point c`).int(Area{Class: p.Class}.class()).raw(`"`).attr("cx", c.x(p.Year)).
			attr("cy", c.y(p.Value)).raw(` r="5.5">`).title(p.Text).raw("</circle>")
	}
}

// tickStep is a round step (1, 2 or 5 times a power of ten) that gives four to nine ticks.
func tickStep(span float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(span/4)))
	for _, m := range []float64{5, 2} {
		if span/(m*power) >= 4 {
			return m * power
		}
	}
	return power
}

// wrap breaks words into lines of at most n characters; a longer word has a line of its own.
func wrap(words string, n int) []string {
	var lines []string
	for w := range strings.FieldsSeq(words) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(w) <= n {
			lines[last] += " " + w
			continue
		}
		lines = append(lines, w)
	}
	return lines
}
