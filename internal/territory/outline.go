package territory

import (
	"io"
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"filiere/internal/fault"
)

// The national map every outline is drawn on. Metropolitan France fills it in a Lambert-93 projection
// (1 unit is about 1.2 km); each territory overseas has an inset at the left with a scale of its own.
const (
	MapWidth  = 1000.0
	MapHeight = 950.0
)

// What may be simplified away. The map is shown 600 to 1,000 pixels wide, so that a unit is about a pixel.
const (
	// outlineGrid is the step coordinates are rounded to, in map units: half a pixel, which high-density
	// screens still show.
	outlineGrid = 0.5
	// outlineDetail is the area, in square units, of the smallest bend of a border that is kept. It was
	// chosen on the real files: 403 basins come to 109 kB of path text, 101 départements to 57 kB.
	outlineDetail = 2.0
	// minRingArea is the area, in square units, of the smallest island or hole that is drawn.
	minRingArea = 0.6
)

// Outline is the shape of an area on the national map.
type Outline struct {
	Area ID
	Path string     // SVG path data in map units, closed, even-odd or non-zero alike
	X, Y float64    // a point inside the largest polygon, to put a label at
	Box  [4]float64 // smallest x, smallest y, largest x, largest y of the path
}

// regionOverseas gives the région each département overseas also is: the two have the same limits.
var regionOverseas = map[ID]ID{
	"dep-971": "reg-01", "dep-972": "reg-02", "dep-973": "reg-03", "dep-974": "reg-04", "dep-976": "reg-06",
}

// OverseasRegions makes outlines of the five régions overseas from those of the départements; the
// published file of régions has only the thirteen of the mainland.
func OverseasRegions(departements []Outline) []Outline {
	var out []Outline
	for _, o := range departements {
		if r, ok := regionOverseas[o.Area]; ok {
			o.Area = r
			out = append(out, o)
		}
	}
	return out
}

// feature is one area as read: its polygons on the national map, in full detail.
type feature struct {
	index  int
	area   ID
	shapes []orb.Polygon
}

// ParseOutlines reads a GeoJSON FeatureCollection in WGS 84 degrees whose features carry an area's code
// of zoning z, and returns each area's outline on the national map in file order. Borders are
// simplified once for the two areas they part, so that no gap opens between neighbours.
//
// A feature that cannot be used (no code, no polygon, coordinates off every map) is left out and told
// in the second result, an Invalid fault with the feature's index and, where it is known, its code.
// The error is an Invalid fault when the file as a whole cannot be used: not GeoJSON, beyond a limit
// (MaxOutlineBytes, MaxOutlineFeatures, MaxOutlineVertices), or without a single usable area.
func ParseOutlines(r io.Reader, z Zoning) ([]Outline, []error, error) {
	features, refused, err := readFeatures(r, z)
	if err != nil {
		return nil, refused, err
	}
	if len(features) == 0 {
		return nil, refused, fault.New(fault.Invalid, opOutlines, "no feature of the file is a usable area")
	}
	borders := newBorders(features)
	outlines := make([]Outline, 0, len(features))
	for _, f := range features {
		outlines = append(outlines, draw(f, borders))
	}
	return outlines, refused, nil
}

// draw turns a feature into its outline. An area whose every ring is too small to draw keeps its
// largest one, as a dot if need be: no area may vanish from a map.
func draw(f feature, borders *borders) Outline {
	var kept []orb.Polygon
	for _, p := range f.shapes {
		if s := simplified(p, borders); s != nil {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 {
		kept = []orb.Polygon{{unsimplified(largest(f.shapes)[0])}}
	}
	box := bounds(kept)
	at := labelPoint(largest(kept))
	return Outline{Area: f.area, Path: pathData(kept), X: at[0], Y: at[1], Box: box}
}

// simplified returns p with fewer points on the grid, without the holes too small to see, or nil when
// p itself is.
func simplified(p orb.Polygon, borders *borders) orb.Polygon {
	var out orb.Polygon
	for i, ring := range p {
		r := borders.simplify(ring)
		if len(r) >= minRingPoints && math.Abs(planar.Area(r)) >= minRingArea {
			out = append(out, r)
		} else if i == 0 {
			return nil
		}
	}
	return out
}

// unsimplified rounds a ring to the grid and, when nothing is left of it, puts a dot of one unit there.
func unsimplified(ring orb.Ring) orb.Ring {
	r := orb.Ring(tidy(append([]orb.Point(nil), ring...)))
	if len(r) >= minRingPoints && planar.Area(r) != 0 {
		return r
	}
	c := snap(ring.Bound().Center())
	return orb.Ring{{c[0], c[1] - 0.5}, {c[0] + 0.5, c[1]}, {c[0], c[1] + 0.5}, {c[0] - 0.5, c[1]}, {c[0], c[1] - 0.5}}
}

// largest returns the polygon with the largest outer ring.
func largest(ps []orb.Polygon) orb.Polygon {
	best, most := ps[0], -1.0
	for _, p := range ps {
		if a := math.Abs(planar.Area(p[0])); a > most {
			best, most = p, a
		}
	}
	return best
}

func bounds(ps []orb.Polygon) [4]float64 {
	b := orb.MultiPolygon(ps).Bound()
	return [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

// labelScans is how many horizontal lines are tried for a label: enough to meet a wide place of a ragged
// area, which a single line through its middle may miss.
const labelScans = 15

// labelPoint returns a point inside p, holes left out, that lies in the middle of a wide stretch: of
// several horizontal lines across p, the middle of the longest inner piece, lines near the middle
// height being preferred.
func labelPoint(p orb.Polygon) orb.Point {
	b := p.Bound()
	height := b.Max[1] - b.Min[1]
	best, at := -1.0, b.Center()
	for i := range labelScans {
		// Off the grid by construction, so that no vertex lies on the line.
		share := (float64(i) + 0.513) / labelScans
		y := b.Min[1] + height*share
		weight := 1 - math.Abs(share-0.5)
		for _, s := range innerPieces(p, y) {
			if w := (s[1] - s[0]) * weight; w > best {
				best, at = w, orb.Point{(s[0] + s[1]) / 2, y}
			}
		}
	}
	return orb.Point{round(at[0], 0.01), round(at[1], 0.01)}
}

func round(v, step float64) float64 { return math.Round(v/step) * step }
