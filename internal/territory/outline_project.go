package territory

import (
	"math"
	"slices"

	"github.com/paulmach/orb"
)

// Inset is the part of the national map given to one territory.
type Inset struct {
	Name string     // the territory's own name
	Box  [4]float64 // left, top, right, bottom in map units
}

// Insets lists the parts of the map overseas, to be drawn as frames around them.
func Insets() []Inset {
	var in []Inset
	for _, f := range overseas {
		in = append(in, Inset{Name: f.name, Box: f.box})
	}
	return in
}

// InsetsOf lists the insets that hold at least one of the outlines, so that no frame stands empty.
func InsetsOf(outlines []Outline) []Inset {
	return slices.DeleteFunc(Insets(), func(in Inset) bool {
		return !slices.ContainsFunc(outlines, func(o Outline) bool { return overlap(o.Box, in.Box) })
	})
}

func overlap(a, b [4]float64) bool { return a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1] }

// frame puts one territory's degrees into its part of the map.
type frame struct {
	name       string
	west, east float64 // degrees of longitude the territory lies within
	south      float64 // degrees of latitude
	north      float64
	box        [4]float64 // left, top, right, bottom in map units
}

func (f frame) holds(p orb.Point) bool {
	return finite(p) && p[0] >= f.west && p[0] <= f.east && p[1] >= f.south && p[1] <= f.north
}

// overseas are the insets: a column in the Bay of Biscay. The degrees leave room around each territory
// for its small islands; the boxes were drawn by hand.
var overseas = []frame{
	{"Saint-Martin, Saint-Barthélemy", -63.2, -62.7, 17.8, 18.2, [4]float64{130, 764, 180, 819}},
	{"Saint-Pierre-et-Miquelon", -56.5, -56.1, 46.7, 47.2, [4]float64{130, 826, 180, 881}},
	{"Guadeloupe", -61.85, -60.95, 15.8, 16.55, [4]float64{8, 420, 122, 519}},
	{"Martinique", -61.28, -60.76, 14.36, 14.92, [4]float64{8, 526, 122, 632}},
	{"Guyane", -54.75, -51.45, 2.0, 5.9, [4]float64{8, 639, 122, 757}},
	{"La Réunion", 55.18, 55.88, -21.43, -20.83, [4]float64{8, 764, 122, 852}},
	{"Mayotte", 44.98, 45.34, -13.04, -12.6, [4]float64{8, 859, 122, 945}},
}

// mainland is metropolitan France with Corsica; place treats it apart, by Lambert-93.
var mainland = frame{name: "metropolitan France", west: -5.6, east: 9.9, south: 41.2, north: 51.3}

// frameAt finds the part of the map a point lies on by where it is, never by an area's code, so that
// it works for every zoning alike.
func frameAt(p orb.Point) (frame, error) {
	if mainland.holds(p) {
		return mainland, nil
	}
	for _, f := range overseas {
		if f.holds(p) {
			return f, nil
		}
	}
	return frame{}, unfit("a polygon lies on no part of the map; coordinates must be longitude, latitude in WGS 84 degrees")
}

// place converts degrees to map units.
func (f frame) place(p orb.Point) orb.Point {
	if f.name == mainland.name {
		return placeMainland(p)
	}
	return f.placeInset(p)
}

// placeInset scales the frame's degrees to its box, centred. These territories are small: a plate carrée
// that is true at the middle latitude differs from a conformal map by less than half a unit.
func (f frame) placeInset(p orb.Point) orb.Point {
	squeeze := math.Cos((f.south + f.north) / 2 * math.Pi / 180)
	w, h := (f.east-f.west)*squeeze, f.north-f.south
	boxW, boxH := f.box[2]-f.box[0], f.box[3]-f.box[1]
	scale := min(boxW/w, boxH/h)
	x := f.box[0] + (boxW-w*scale)/2 + (p[0]-f.west)*squeeze*scale
	y := f.box[1] + (boxH-h*scale)/2 + (f.north-p[1])*scale
	return orb.Point{x, y}
}

// Where the mainland stands on the map. In Lambert-93 it spans 99–1,242 km east and 6,047–7,111 km north.
const (
	metresPerUnit = 1165.0
	mapWest       = 91_000.0    // metres east of the map's left edge
	mapNorth      = 7_124_000.0 // metres north of its upper edge
)

func placeMainland(p orb.Point) orb.Point {
	e, n := lambert93(p[0], p[1])
	return orb.Point{(e - mapWest) / metresPerUnit, (mapNorth - n) / metresPerUnit}
}

// The parameters of RGF93 / Lambert-93 (EPSG:2154): a conformal conic projection of the GRS 80 ellipsoid
// with two standard parallels.
const (
	grs80A      = 6_378_137.0         // semi-major axis, metres
	grs80E      = 0.08181919104281579 // first eccentricity
	lambertLon0 = 3.0                 // degrees
	lambertLat0 = 46.5
	lambertLat1 = 44.0
	lambertLat2 = 49.0
	lambertX0   = 700_000.0 // false easting, metres
	lambertY0   = 6_600_000.0
)

// Constants of the cone, derived from the parameters once; see Snyder, "Map Projections: A Working
// Manual" (USGS 1395, 1987), equations 14-15, 15-7 to 15-10.
var (
	coneN    = math.Log(coneM(lambertLat1)/coneM(lambertLat2)) / math.Log(coneT(lambertLat1)/coneT(lambertLat2))
	coneF    = coneM(lambertLat1) / (coneN * math.Pow(coneT(lambertLat1), coneN))
	coneRho0 = grs80A * coneF * math.Pow(coneT(lambertLat0), coneN)
)

func coneM(lat float64) float64 {
	s, c := math.Sincos(lat * math.Pi / 180)
	return c / math.Sqrt(1-grs80E*grs80E*s*s)
}

func coneT(lat float64) float64 {
	phi := lat * math.Pi / 180
	es := grs80E * math.Sin(phi)
	return math.Tan(math.Pi/4-phi/2) / math.Pow((1-es)/(1+es), grs80E/2)
}

// lambert93 converts WGS 84 degrees to metres east and north.
func lambert93(lon, lat float64) (east, north float64) {
	rho := grs80A * coneF * math.Pow(coneT(lat), coneN)
	s, c := math.Sincos(coneN * (lon - lambertLon0) * math.Pi / 180)
	return lambertX0 + rho*s, lambertY0 + coneRho0 - rho*c
}
