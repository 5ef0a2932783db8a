package territory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/simplify"
)

// weld is the distance, in map units, under which two vertices count as one: about 12 metres, enough for
// the rounding of any producer and too little to join what is apart.
const weld = 0.01

// knot is a vertex on the welding lattice.
type knot [2]int32

func knotOf(p orb.Point) knot {
	return knot{int32(math.Round(p[0] / weld)), int32(math.Round(p[1] / weld))}
}

// borders knows, for the rings of a whole file, at which vertices borders meet. Between two such
// junctions a border is simplified as one piece and always in the same direction, so that the two areas
// it parts get the very same points: what a topology-preserving format would store as a shared arc.
type borders struct {
	neighbours map[knot]*adjacency
}

// adjacency holds the first two distinct neighbours of a vertex and whether there are more.
type adjacency struct {
	first, second knot
	count         int
}

func (a *adjacency) add(k knot) {
	switch {
	case a.count > 0 && a.first == k, a.count > 1 && a.second == k:
		return
	case a.count == 0:
		a.first = k
	case a.count == 1:
		a.second = k
	}
	a.count++
}

func newBorders(features []feature) *borders {
	b := &borders{neighbours: map[knot]*adjacency{}}
	for _, f := range features {
		for _, p := range f.shapes {
			for _, ring := range p {
				b.learn(ring)
			}
		}
	}
	return b
}

func (b *borders) learn(ring orb.Ring) {
	for i := 1; i < len(ring); i++ {
		from, to := knotOf(ring[i-1]), knotOf(ring[i])
		if from == to {
			continue
		}
		b.at(from).add(to)
		b.at(to).add(from)
	}
}

func (b *borders) at(k knot) *adjacency {
	a := b.neighbours[k]
	if a == nil {
		a = &adjacency{}
		b.neighbours[k] = a
	}
	return a
}

// junction reports whether borders meet or end at a point rather than run through it.
func (b *borders) junction(p orb.Point) bool { return b.at(knotOf(p)).count != 2 }

// simplify returns the ring with each of its borders simplified and on the grid; it may come out with
// fewer than minRingPoints points.
func (b *borders) simplify(ring orb.Ring) orb.Ring {
	open := openRing(ring)
	if len(open) == 0 {
		return nil
	}
	start := slices.IndexFunc(open, b.junction)
	if start < 0 {
		return orb.Ring(island(open))
	}
	pts := rotate(open, start)
	var out []orb.Point
	for from := 0; from < len(pts)-1; {
		to := from + 1
		for to < len(pts)-1 && !b.junction(pts[to]) {
			to++
		}
		arc := border(pts[from : to+1])
		if len(out) > 0 {
			arc = arc[1:] // the junction is there already
		}
		out = append(out, arc...)
		from = to
	}
	return orb.Ring(out)
}

// openRing drops a ring's repeated last point and points welded to the one before.
func openRing(ring orb.Ring) []orb.Point {
	var out []orb.Point
	for _, p := range ring {
		if len(out) == 0 || knotOf(out[len(out)-1]) != knotOf(p) {
			out = append(out, p)
		}
	}
	for len(out) > 1 && knotOf(out[0]) == knotOf(out[len(out)-1]) {
		out = out[:len(out)-1]
	}
	return out
}

// rotate closes an open ring so that it starts and ends at index start.
func rotate(open []orb.Point, start int) []orb.Point {
	out := make([]orb.Point, 0, len(open)+1)
	out = append(out, open[start:]...)
	out = append(out, open[:start]...)
	return append(out, open[start])
}

// island simplifies a ring no other border touches, or which one other ring shares whole (an enclave and
// its hole). It starts at its least vertex, wherever the file starts it, for both to come out the same.
func island(open []orb.Point) []orb.Point {
	start := 0
	for i := range open {
		if less(open[i], open[start]) {
			start = i
		}
	}
	return border(rotate(open, start))
}

// border simplifies a piece between two junctions, in the direction that starts at its lesser end.
func border(arc []orb.Point) []orb.Point {
	pts := slices.Clone(arc)
	backwards := runsBackwards(pts)
	if backwards {
		slices.Reverse(pts)
	}
	// A border from a junction to itself needs an inside; one between two junctions may become straight.
	keep := 2
	if knotOf(pts[0]) == knotOf(pts[len(pts)-1]) {
		keep = minRingPoints
	}
	line := simplify.Visvalingam(outlineDetail, keep).LineString(orb.LineString(pts))
	pts = tidy(line)
	if backwards {
		slices.Reverse(pts)
	}
	return pts
}

func runsBackwards(pts []orb.Point) bool {
	first, last := pts[0], pts[len(pts)-1]
	if knotOf(first) == knotOf(last) {
		return less(pts[len(pts)-2], pts[1])
	}
	return less(last, first)
}

// less orders points by the lattice, so that welded points are equal.
func less(p, q orb.Point) bool {
	a, b := knotOf(p), knotOf(q)
	return a[0] < b[0] || a[0] == b[0] && a[1] < b[1]
}

func snap(p orb.Point) orb.Point {
	return orb.Point{round(p[0], outlineGrid), round(p[1], outlineGrid)}
}

// tidy puts points on the grid, in place, and drops those that then repeat or lie on a straight line
// between their neighbours. The ends stay.
func tidy(pts []orb.Point) []orb.Point {
	out := pts[:0]
	for _, p := range pts {
		p = snap(p)
		if n := len(out); n > 0 && out[n-1] == p {
			continue
		}
		if n := len(out); n > 1 && straight(out[n-2], out[n-1], p) {
			out[n-1] = p
			continue
		}
		out = append(out, p)
	}
	if len(out) == 1 {
		out = append(out, out[0])
	}
	return out
}

// straight reports whether b lies between a and c on a line. Coordinates on the grid make it exact.
func straight(a, b, c orb.Point) bool {
	ux, uy, vx, vy := b[0]-a[0], b[1]-a[1], c[0]-b[0], c[1]-b[1]
	return ux*vy == uy*vx && ux*vx+uy*vy >= 0
}
