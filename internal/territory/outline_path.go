package territory

import (
	"math"
	"slices"
	"strconv"

	"github.com/paulmach/orb"
)

// pathData writes polygons as SVG path data: an absolute start and relative lines, whose numbers are
// shorter than absolute ones.
func pathData(ps []orb.Polygon) string {
	var d []byte
	for _, p := range ps {
		for _, ring := range p {
			d = appendRing(d, ring)
		}
	}
	return string(d)
}

func appendRing(d []byte, ring orb.Ring) []byte {
	d = append(d, 'M')
	d = appendNumber(d, ring[0][0], false)
	d = appendNumber(d, ring[0][1], true)
	wrote := false
	for i := 1; i < len(ring)-1; i++ { // "z" draws the last line
		dx, dy := ring[i][0]-ring[i-1][0], ring[i][1]-ring[i-1][1]
		if dx == 0 && dy == 0 {
			continue
		}
		if !wrote {
			d = append(d, 'l')
		}
		d = appendNumber(d, dx, wrote)
		d = appendNumber(d, dy, true)
		wrote = true
	}
	return append(d, 'z')
}

// appendNumber writes a number of the grid as short as SVG allows: "-.5" for -0.5, and no separator
// before a minus sign. follows says that a number stands before it.
func appendNumber(d []byte, v float64, follows bool) []byte {
	if follows && v >= 0 {
		d = append(d, ' ')
	}
	if a := math.Abs(v); a > 0 && a < 1 {
		if v < 0 {
			d = append(d, '-')
		}
		var buf [24]byte
		return append(d, strconv.AppendFloat(buf[:0], a, 'f', -1, 64)[1:]...)
	}
	return strconv.AppendFloat(d, v, 'f', -1, 64)
}

// innerPieces returns the pieces of the horizontal line at y that lie inside p, as pairs of x.
func innerPieces(p orb.Polygon, y float64) [][2]float64 {
	var xs []float64
	for _, ring := range p {
		for i := 1; i < len(ring); i++ {
			a, b := ring[i-1], ring[i]
			if (a[1] > y) != (b[1] > y) {
				xs = append(xs, a[0]+(y-a[1])/(b[1]-a[1])*(b[0]-a[0]))
			}
		}
	}
	slices.Sort(xs)
	var pieces [][2]float64
	for i := 1; i < len(xs); i += 2 {
		pieces = append(pieces, [2]float64{xs[i-1], xs[i]})
	}
	return pieces
}
