package figure

import (
	"encoding/xml"
	"errors"
	"fmt"
	"html/template"
	"io"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var french = Words{
	Class:    [6]string{"aucune donnée", "très faible", "faible", "moyenne", "forte", "très forte"},
	Firmness: map[Firmness]string{Firm: "chiffre solide", Weak: "chiffre fragile"},
}

// node is an element of a figure as a browser would see it.
type node struct {
	name  string
	attrs map[string]string
	text  string // of the element itself
	path  string // its ancestors' names and its own
}

// parse reads a figure as XML, which is stricter than HTML, and returns its elements in document order.
func parse(t *testing.T, h template.HTML) []node {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(string(h)))
	var nodes []node
	var open []int
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nodes
		}
		if err != nil {
			t.Fatalf("the figure is not well-formed: %v\n%s", err, h)
		}
		switch tok := token.(type) {
		case xml.StartElement:
			n := node{name: tok.Name.Local, attrs: map[string]string{}, path: tok.Name.Local}
			if len(open) > 0 {
				n.path = nodes[open[len(open)-1]].path + ">" + n.path
			}
			for _, a := range tok.Attr {
				n.attrs[a.Name.Local] = a.Value
			}
			nodes = append(nodes, n)
			open = append(open, len(nodes)-1)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				nodes[open[len(open)-1]].text += string(tok)
			}
		}
	}
}

func find(nodes []node, path string) []node {
	return slices.DeleteFunc(slices.Clone(nodes), func(n node) bool { return !strings.HasSuffix(n.path, path) })
}

func hasClass(n node, class string) bool {
	return slices.Contains(strings.Fields(n.attrs["class"]), class)
}

func TestAnAreaIsALinkNamedInWords(t *testing.T) {
	for _, c := range []struct {
		name  string
		area  Area
		title string
		class string
		fill  string // of the shape
	}{
		{"firm", Area{ID: "be2024-8401", Label: "Bourg", Class: 4, Firmness: Firm, Value: "0,42", Href: "/a/8401"}, "Bourg, forte, 0,42, chiffre solide", "area c4", ""},
		{"weak", Area{Label: "Bourg", Class: 2, Firmness: Weak, Href: "/a"}, "Bourg, faible, chiffre fragile", "area c2 weak", "url(#m-weak2)"},
		{"firmness without words", Area{Label: "Bourg", Class: 1, Firmness: Unrated, Href: "/a"}, "Bourg, très faible", "area c1", ""},
		{"no figure", Area{Label: "Bourg", Firmness: Weak, Href: "/a"}, "Bourg, aucune donnée", "area c0 weak", "url(#m-none)"},
		{"impossible class", Area{Label: "Bourg", Class: 9, Href: "/a"}, "Bourg, aucune donnée", "area c0", "url(#m-none)"},
		{"negative class", Area{Label: "Bourg", Class: -1, Href: "/a"}, "Bourg, aucune donnée", "area c0", "url(#m-none)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for kind, h := range map[string]template.HTML{
				"use":  Choropleth(Map{ID: "m", Words: french, Shapes: []Shape{{Area: c.area, Path: "M0 0h1z"}}}),
				"rect": TileMap(Tiles{ID: "m", Words: french, Tiles: []Tile{{Area: c.area, Code: "01"}}}),
			} {
				nodes := parse(t, h)
				a, title, shape := find(nodes, "svg>a"), find(nodes, "svg>a>title"), find(nodes, "svg>a>"+kind)
				if len(a) != 1 || len(title) != 1 || len(shape) != 1 {
					t.Fatalf("%s: %d links, %d titles, %d shapes in %s", kind, len(a), len(title), len(shape), h)
				}
				if title[0].text != c.title || a[0].attrs["class"] != c.class || a[0].attrs["href"] != c.area.Href || shape[0].attrs["fill"] != c.fill {
					t.Errorf("%s: %q %v %v, want %q, class %q, fill %q", kind, title[0].text, a[0].attrs, shape[0].attrs, c.title, c.class, c.fill)
				}
				checkReferences(t, nodes)
			}
		})
	}
}

// checkReferences holds every id to be single and every reference to lead to one.
func checkReferences(t *testing.T, nodes []node) {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range nodes {
		if id := n.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("the id %q stands twice", id)
			}
			ids[id] = true
		}
	}
	for _, n := range nodes {
		for _, ref := range []string{n.attrs["aria-labelledby"], n.attrs["aria-describedby"], strings.TrimSuffix(strings.TrimPrefix(n.attrs["fill"], "url(#"), ")"), used(n)} {
			if ref != "" && !ids[ref] {
				t.Errorf("<%s> refers to %q, which is not there", n.name, ref)
			}
		}
	}
}

// used is the id an element stands in for, "" when it is no <use>.
func used(n node) string {
	if n.name != "use" {
		return ""
	}
	return strings.TrimPrefix(n.attrs["href"], "#")
}

func TestAnAreaThatLeadsNowhereOrElsewhereIsNoLink(t *testing.T) {
	for _, href := range []string{
		"", "javascript:alert(1)", "//evil.example", `/\evil.example`, "https://evil.example/", "data:text/html,x",
		"/\t/evil.example", "\x01javascript:alert(1)", " /a", "a/b",
	} {
		nodes := parse(t, Choropleth(Map{ID: "m", Words: french, Shapes: []Shape{{Area: Area{Label: "x", Href: href}, Path: "M0 0z"}}}))
		if n := len(find(nodes, "a")); n != 0 {
			t.Errorf("%q became a link", href)
		}
		if g := find(nodes, "svg>g"); len(g) != 1 || g[0].attrs["role"] != "img" {
			t.Errorf("%q: no plain shape in words: %v", href, g)
		}
	}
	for _, href := range []string{"/a/b?c=d&e=f", "?area=be2024-8401", "#x"} {
		nodes := parse(t, Choropleth(Map{ID: "m", Words: french, Shapes: []Shape{{Area: Area{Label: "x", Href: href}, Path: "M0 0z"}}}))
		if a := find(nodes, "svg>a"); len(a) != 1 || a[0].attrs["href"] != href {
			t.Errorf("%q is no link: %v", href, a)
		}
	}
}

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>]]></title><!--&amp;`

// everything draws each kind of figure with s wherever a text can stand.
func everything(s string) map[string]template.HTML {
	w := Words{Class: [6]string{s, s, s, s, s, s}, Firmness: map[Firmness]string{Weak: s, Firm: s}}
	a := Area{ID: s, Label: s, Class: 3, Firmness: Weak, Value: s, Href: "/" + s}
	return map[string]template.HTML{
		"choropleth": Choropleth(Map{ID: s, Title: s, Desc: s, Words: w, ViewBox: [4]float64{0, 0, 10, 10}, Shapes: []Shape{{Area: a, Path: s}}}),
		"tiles":      TileMap(Tiles{ID: s, Title: s, Desc: s, Words: w, Tiles: []Tile{{Area: a, Code: s}}}),
		"legend":     Legend(s, w),
		"history": History(Series{
			ID: s, Title: s, Desc: s, Source: s, YLabel: s, XLabel: s, Points: []Point{{Year: 2019, Value: 1, Text: s}},
			Cuts: []float64{0}, BandLabels: []string{s, s}, Number: func(float64) string { return s },
		}),
		"bar":   ClassBar(Distribution{Counts: [6]int{1, 2}, Text: s, Part: func(int, int) string { return s }}),
		"meter": CauseMeter(3, s),
	}
}

func TestHostileTextStaysText(t *testing.T) {
	plain := everything("x")
	for kind, h := range everything(hostile) {
		t.Run(kind, func(t *testing.T) {
			allowed := map[string]bool{}
			for _, n := range parse(t, plain[kind]) {
				allowed[n.name] = true
				for a := range n.attrs {
					allowed[n.name+" "+a] = true
				}
			}
			for _, n := range parse(t, h) {
				if !allowed[n.name] {
					t.Errorf("the text made an element <%s>", n.name)
				}
				for a := range n.attrs {
					if !allowed[n.name+" "+a] {
						t.Errorf("the text made an attribute %s of <%s>", a, n.name)
					}
				}
			}
		})
	}
}

var inlineLook = regexp.MustCompile(`<script|<style|\sstyle=|\son[a-z]+=`)

func TestFiguresNeedNoInlineStyleOrScript(t *testing.T) {
	for kind, h := range everything("x") {
		if m := inlineLook.FindString(string(h)); m != "" {
			t.Errorf("%s contains %q", kind, m)
		}
	}
}

func TestFiguresAreNamed(t *testing.T) {
	for kind, h := range everything("le nom") {
		if kind == "legend" {
			continue // a list, which is its own words
		}
		svg := parse(t, h)[0]
		if svg.attrs["aria-label"] != "le nom" && svg.attrs["aria-labelledby"] != "le-nom-title" {
			t.Errorf("%s has no name: %v", kind, svg.attrs)
		}
		if want := map[bool]string{true: "group", false: "img"}[kind == "choropleth" || kind == "tiles"]; svg.attrs["role"] != want {
			t.Errorf("%s has role %q, want %q", kind, svg.attrs["role"], want)
		}
	}
}

func TestTilesStandInTheirCells(t *testing.T) {
	nodes := parse(t, TileMap(Tiles{ID: "t", Words: french, Tiles: []Tile{{Code: "75"}, {Code: "2A", Col: 3, Row: 1}}}))
	if got := nodes[0].attrs["viewBox"]; got != "0 0 160 80" {
		t.Errorf("viewBox = %q", got)
	}
	rects, texts := find(nodes, "svg>g>rect"), find(nodes, "svg>g>text")
	if rects[1].attrs["x"] != "121.5" || rects[1].attrs["y"] != "41.5" || texts[1].text != "2A" {
		t.Errorf("second tile: %v, %v", rects[1], texts[1])
	}
}

var cuts = []float64{-0.564, -0.260, 0.130, 0.510}

func TestHistoryBreaksItsLineAtAMissingYear(t *testing.T) {
	h := History(Series{ID: "h", Cuts: cuts, BandLabels: french.Class[1:], Points: []Point{
		{Year: 2015, Value: 0.4, Class: 4, Text: "2015"},
		{Year: 2011, Value: -0.6, Class: 1},
		{Year: 2012, Value: -0.3},
		{Year: 2013, Value: math.NaN()},
		{Year: 2014, Value: math.Inf(1)},
		{Year: 2016, Value: 0.6, Class: 5},
	}})
	nodes := parse(t, h)
	i := slices.IndexFunc(nodes, func(n node) bool { return hasClass(n, "line") })
	d := nodes[i].attrs["d"]
	if strings.Count(d, "M") != 2 || strings.Count(d, "L") != 2 {
		t.Errorf("path %q, want two pieces of two points", d)
	}
	dots := find(nodes, "svg>circle")
	if len(dots) != 4 || !hasClass(dots[2], "c4") || !hasClass(dots[1], "c0") {
		t.Errorf("dots = %v", dots)
	}
	if bands := slices.DeleteFunc(nodes, func(n node) bool { return !hasClass(n, "band") }); len(bands) != 5 {
		t.Errorf("%d bands, want 5", len(bands))
	}
}

func TestHistoryPutsAPointInItsBand(t *testing.T) {
	c := newChart(Series{Cuts: cuts, Points: []Point{{Year: 2011, Value: -3}, {Year: 2012, Value: 4}}})
	for i := 1; i < len(cuts); i++ {
		if c.y(cuts[i]) >= c.y(cuts[i-1]) {
			t.Errorf("the higher cut %v stands at or below %v", cuts[i], cuts[i-1])
		}
	}
	if c.y(-3) > c.bottom || c.y(4) < c.top || c.x(2011) >= c.x(2012) {
		t.Errorf("points leave the plot: %+v", c)
	}
}

func TestHistoryDrawsWhatLittleThereIs(t *testing.T) {
	for name, s := range map[string]Series{
		"nothing":                 {},
		"bands alone":             {Cuts: cuts, BandLabels: french.Class[1:]},
		"one point":               {Points: []Point{{Year: 2019, Value: 3}}},
		"a flat line":             {Points: []Point{{Year: 2018, Value: 3}, {Year: 2019, Value: 3}}},
		"huge values":             {Points: []Point{{Year: 2018, Value: 1e12}, {Year: 2019, Value: -1e12}}},
		"a century":               {Points: []Point{{Year: 1919, Value: 3}, {Year: 2019, Value: 4}}},
		"fewer labels than bands": {Cuts: cuts, BandLabels: []string{"1"}},
	} {
		h := string(History(s))
		parse(t, template.HTML(h))
		if strings.Contains(h, "NaN") || strings.Contains(h, "Inf") {
			t.Errorf("%s: not a number in %s", name, h)
		}
		if n := strings.Count(h, "tick-x"); n > maxYears+1 {
			t.Errorf("%s: %d years on the axis", name, n)
		}
		if n := strings.Count(h, "tick-y"); n > 12 {
			t.Errorf("%s: %d ticks", name, n)
		}
	}
}

func TestTickStep(t *testing.T) {
	for span, want := range map[float64]float64{0.9: 0.2, 1.3: 0.2, 2.1: 0.5, 8: 2, 10: 2, 4: 1, 25: 5} {
		if got := tickStep(span); math.Abs(got-want) > 1e-9 {
			t.Errorf("tickStep(%v) = %v, want %v", span, got, want)
		}
	}
}

func TestClassBarSharesItsWidth(t *testing.T) {
	nodes := parse(t, ClassBar(Distribution{
		Counts: [6]int{10, 20, 0, 30, -5, 20}, Text: "x",
		Part: func(c, n int) string { return fmt.Sprint(c, ":", n) },
	}))
	var got []string
	for _, r := range find(nodes, "svg>rect") {
		got = append(got, r.attrs["class"]+" "+r.attrs["x"]+" "+r.attrs["width"])
	}
	want := []string{"c1 0 58.5", "c3 60 88.5", "c5 150 58.5", "c0 210 28.5"}
	if !slices.Equal(got, want) {
		t.Errorf("segments = %q, want %q", got, want)
	}
	if titles := find(nodes, "rect>title"); len(titles) != 4 || titles[1].text != "3:30" {
		t.Errorf("titles = %v", titles)
	}
}

func TestAnEstimateIsDrawnApartFromWhatIsPublished(t *testing.T) {
	words := french
	words.Doubt[2] = "estimé"
	m := Map{ID: "m", Title: "t", ViewBox: [4]float64{0, 0, 10, 10}, Words: words, Shapes: []Shape{
		{Area: Area{Label: "publié", Class: 4, Firmness: Weak}, Path: "M0 0"},
		{Area: Area{Label: "estimé", Class: 4, Doubt: 2, Firmness: Weak, Value: "3 à 5"}, Path: "M0 0"},
		{Area: Area{Label: "sans classe", Doubt: 2}, Path: "M0 0"},
		{Area: Area{Label: "doute hors bornes", Class: 4, Doubt: 9}, Path: "M0 0"},
	}}
	drawn := string(Choropleth(m))
	for _, want := range []string{`fill="url(#m-weak4)"`, `fill="url(#m-doubt2-4)"`, `id="m-doubt2-4"`, `class="area c4 estimate"`, "estimé, forte, 3 à 5</title>", `fill="url(#m-none)"`} {
		if strings.Count(drawn, want) != 1 {
			t.Errorf("%q stands %d times in the map", want, strings.Count(drawn, want))
		}
	}
	m.Shapes = m.Shapes[:1]
	if strings.Contains(string(Choropleth(m)), "doubt") {
		t.Error("a map without estimates bears their patterns")
	}
	parse(t, Choropleth(m))
	legend := string(Legend("l", words))
	parse(t, Legend("l", words))
	if strings.Count(legend, "estimé") != 1 || !strings.Contains(legend, `url(#l-doubt2-4)`) || strings.Contains(string(Legend("l", french)), "doubt") {
		t.Errorf("the legend is %s", legend)
	}
}

func TestLikelihoodsKeepWithinTheirFrame(t *testing.T) {
	l := Likelihood{P: [Classes]float64{0, 0.25, 0.5, math.NaN(), 7}, Low: 2, High: 3, Text: `<&"`, Share: func(p float64) string { return fmt.Sprint(p) }}
	nodes := parse(t, Likelihoods(l))
	heights := map[string]string{}
	for _, n := range nodes {
		if n.name == "rect" {
			heights[n.attrs["class"]] = n.attrs["height"]
		}
	}
	if heights["c1"] != "1" || heights["c3"] != "55" || heights["c4"] != "1" || heights["c5"] != "110" {
		t.Errorf("heights %v", heights)
	}
	if !strings.Contains(string(Likelihoods(l)), `class="interval" d="M62 155v5H162v-5"`) {
		t.Errorf("the interval of 2 to 3 is not marked: %s", Likelihoods(l))
	}
	l.Low, l.High = 4, 2
	if strings.Contains(string(Likelihoods(l)), "interval") {
		t.Error("an interval that is none is marked")
	}
}

func TestCauseMeterFillsItsLevel(t *testing.T) {
	for level, want := range map[int][2]int{0: {0, 5}, 1: {1, 0}, 5: {5, 0}, 6: {0, 5}} {
		h := string(CauseMeter(level, "x"))
		if on, unknown := strings.Count(h, `class="on"`), strings.Count(h, `class="unknown"`); on != want[0] || unknown != want[1] {
			t.Errorf("level %d: %d on, %d unknown, want %v", level, on, unknown, want)
		}
	}
}

// country is a map of the size of the basins'.
func country() Map {
	m := Map{ID: "m", Title: "Tension", Desc: "par bassin", ViewBox: [4]float64{0, 0, 1000, 950}, Words: french}
	path := "M500 500l" + strings.Repeat("3-1.5 2 .5", 26) + "z" // 270 bytes, as in the real outlines
	for i := range 403 {
		m.Shapes = append(m.Shapes, Shape{Path: path, Area: Area{
			ID: fmt.Sprintf("be2024-%04d", i), Label: "L'Isle-d'Abeau & Crémieu", Class: i % 6,
			Firmness: []Firmness{Firm, Weak}[i%2], Value: "0,42", Href: fmt.Sprintf("/area/be2024-%04d", i),
		}})
	}
	return m
}

func BenchmarkChoropleth(b *testing.B) {
	m := country()
	b.ReportAllocs()
	for b.Loop() {
		Choropleth(m)
	}
}

func BenchmarkHistory(b *testing.B) {
	s := Series{ID: "h", Cuts: cuts, BandLabels: french.Class[1:]}
	for y := 2011; y < 2020; y++ {
		s.Points = append(s.Points, Point{Year: y, Value: float64(y-2015) / 10, Class: 3, Text: "x"})
	}
	for b.Loop() {
		History(s)
	}
}
