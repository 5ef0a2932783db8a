package web

import (
	"context"
	"html/template"
	"slices"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/territory"
	"filiere/internal/web/figure"
)

// drawing is a map to be drawn from cells.
type drawing struct {
	title  string
	level  territory.Level
	zoning territory.Zoning
	rows   []market.Row
	link   func(territory.ID) string
	likely map[territory.ID]market.Estimate // of the rows that are estimated, and others
}

// areaAddress is the address of an area's page.
func areaAddress(a territory.ID) string { return "/areas/" + string(a) }

// drawCells draws one occupation over the areas of a level, "" when neither outlines nor tiles exist.
func (s *server) drawCells(ctx context.Context, v *visit, d drawing) (template.HTML, error) {
	areas := make(map[territory.ID]figure.Area, len(d.rows))
	for _, r := range d.rows {
		a := figure.Area{Label: r.AreaLabel, Class: r.Class}
		if r.Origin == estimated {
			x := d.likely[r.Area]
			a.Doubt, a.Value = x.Doubt(), likelyInWords(v.Locale, x)
		} else {
			a.Firmness, a.Value = figure.Firmness(r.Firmness()), cellInWords(v.Locale, r)
		}
		areas[r.Area] = a
	}
	words := classWords(v.Locale)
	words.Doubt = doubtWords(v.Locale, d.rows, d.likely)
	return s.drawMap(ctx, v, d, areas, words)
}

// cellInWords says what a map's area says beside its class.
func cellInWords(l *locale.Locale, r market.Row) string {
	return l.T("origin." + originOf(r.Cell))
}

// classWords are the words of maps whose colours are classes of tension.
func classWords(l *locale.Locale) figure.Words {
	w := figure.Words{Firmness: map[figure.Firmness]string{figure.Weak: l.T("firmness.weak")}}
	for c := range w.Class {
		w.Class[c] = l.T("tension." + string(rune('0'+c)))
	}
	return w
}

// drawTallies draws the share of occupations in tension, in fifths of the areas.
func (s *server) drawTallies(ctx context.Context, v *visit, m tallyMap) (template.HTML, error) {
	cuts := shareCuts(m.Areas)
	areas := make(map[territory.ID]figure.Area, len(m.Areas))
	for _, t := range m.Areas {
		class := 0
		if t.Total() > 0 {
			class = 1 + countAbove(cuts, t.Tense())
		}
		firmness := figure.Firm
		if t.Total() < market.FewestCells {
			firmness = figure.Weak
		}
		areas[t.Area] = figure.Area{
			Label: t.Label, Class: class, Firmness: firmness,
			Value: v.T("tally.in_words", "n", t.Classes[3]+t.Classes[4], "total", t.Total()),
		}
	}
	d := drawing{
		title: v.T("home.map.title"), level: m.Edition.Level, zoning: m.Edition.Zoning, link: areaAddress,
	}
	return s.drawMap(ctx, v, d, areas, shareWords(v.Locale, cuts))
}

// shareCuts are the bounds between fifths of the areas by their share of occupations in tension, in whole
// percents; fewer than four when areas are much alike.
func shareCuts(areas []market.Tally) []float64 {
	var shares []float64
	for _, t := range areas {
		if t.Total() > 0 {
			shares = append(shares, t.Tense())
		}
	}
	slices.Sort(shares)
	var cuts []float64
	for i := 1; i < figure.Classes && len(shares) > 0; i++ {
		cut := float64(int(shares[len(shares)*i/figure.Classes]*100+0.5)) / 100
		if len(cuts) == 0 || cut > cuts[len(cuts)-1] {
			cuts = append(cuts, cut)
		}
	}
	return cuts
}

func countAbove(cuts []float64, x float64) int {
	n := 0
	for _, c := range cuts {
		if x >= c {
			n++
		}
	}
	return n
}

// shareWords names the fifths: "less than 30%", "30% to 38%"…
func shareWords(l *locale.Locale, cuts []float64) figure.Words {
	w := figure.Words{}
	w.Class[0] = l.T("tension.0")
	for i := range len(cuts) + 1 {
		switch {
		case len(cuts) == 0:
			w.Class[1] = l.T("share.all")
		case i == 0:
			w.Class[1] = l.T("share.below", "high", l.Percent(cuts[0], 0))
		case i == len(cuts):
			w.Class[i+1] = l.T("share.above", "low", l.Percent(cuts[i-1], 0))
		default:
			w.Class[i+1] = l.T("share.between", "low", l.Percent(cuts[i-1], 0), "high", l.Percent(cuts[i], 0))
		}
	}
	return w
}

// drawMap puts areas on their outlines when there are any, on tiles otherwise. Places without a figure are
// drawn too: a hole in a map reads as sea.
func (s *server) drawMap(ctx context.Context, v *visit, d drawing, areas map[territory.ID]figure.Area, w figure.Words) (template.HTML, error) {
	zoning := d.zoning
	if zoning == "" {
		zoning = map[territory.Level]territory.Zoning{
			territory.Region: territory.Regions, territory.Departement: territory.Departements,
		}[d.level]
	}
	g, err := s.geometry(ctx, d.level, zoning)
	if err != nil {
		return "", err
	}
	finish := func(id territory.ID) figure.Area {
		a, ok := areas[id]
		if !ok {
			a.Label = g.names[id]
		}
		a.ID = string(id)
		if g.names[id] != "" || ok {
			a.Href = d.link(id)
		}
		return a
	}
	desc := v.T("map.figure.desc")
	if len(g.outlines) > 0 {
		return drawOutlines(v, d, desc, g, finish, w), nil
	}
	return drawTiles(d, desc, zoning, finish, w), nil
}

// geometry is what a zoning looks like.
type geometry struct {
	key      string
	names    map[territory.ID]string
	outlines []territory.Outline
	frames   [][4]float64 // around the insets that hold any of the outlines
	drawn    piece        // the outlines as maps hold them
}

// mapID names the map in a page, which has one at most.
const mapID = "carte"

func newGeometry(key string, places []territory.Area, outlines []territory.Outline) geometry {
	g := geometry{key: key, names: make(map[territory.ID]string, len(places)), outlines: outlines}
	for _, p := range places {
		g.names[p.ID] = p.Label
	}
	shapes := make([]figure.Shape, len(outlines))
	for i, o := range outlines {
		shapes[i].Path = o.Path
	}
	g.drawn = newSharedPiece([]byte(figure.Outlines(mapID, shapes)))
	for _, in := range territory.Insets() {
		if slices.ContainsFunc(outlines, func(o territory.Outline) bool { return holds(in.Box, o.X, o.Y) }) {
			g.frames = append(g.frames, in.Box)
		}
	}
	return g
}

func (s *server) geometry(ctx context.Context, l territory.Level, z territory.Zoning) (geometry, error) {
	version, err := s.version(ctx)
	if err != nil {
		return geometry{}, err
	}
	key := "outlines " + string(l) + " " + string(z)
	return s.shapes.get(ctx, version, key, func(ctx context.Context) (geometry, error) {
		places, err := s.reader.Areas(ctx, l, z)
		if err != nil {
			return geometry{}, err
		}
		outlines, err := s.reader.Outlines(ctx, z)
		if err != nil {
			return geometry{}, err
		}
		return newGeometry(key, places, outlines), nil
	})
}

func drawOutlines(v *visit, d drawing, desc string, g geometry, finish func(territory.ID) figure.Area, w figure.Words) template.HTML {
	m := figure.Map{
		ID: mapID, Title: d.title, Desc: desc, Words: w, Frames: g.frames,
		ViewBox:  [4]float64{0, 0, territory.MapWidth, territory.MapHeight},
		Outlines: v.share(g.key, g.drawn), Shapes: make([]figure.Shape, len(g.outlines)),
	}
	for i, o := range g.outlines {
		m.Shapes[i].Area = finish(o.Area)
	}
	return figure.Choropleth(m) + figure.Legend(mapID+"-legende", w)
}

// holds reports whether a point lies in a box given as left, top, right, bottom.
func holds(box [4]float64, x, y float64) bool {
	return x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3]
}

func drawTiles(d drawing, desc string, zoning territory.Zoning, finish func(territory.ID) figure.Area, w figure.Words) template.HTML {
	grids := map[territory.Zoning]func() []territory.Tile{
		territory.Departements: territory.DepartementTiles, territory.Regions: territory.RegionTiles,
	}
	grid, ok := grids[zoning]
	if !ok {
		return ""
	}
	m := figure.Tiles{ID: mapID, Title: d.title, Desc: desc, Words: w}
	for _, t := range grid() {
		m.Tiles = append(m.Tiles, figure.Tile{Area: finish(t.Area), Code: t.Area.Code(), Col: t.Col, Row: t.Row})
	}
	return figure.TileMap(m) + figure.Legend(mapID+"-legende", w)
}
