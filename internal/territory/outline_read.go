package territory

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"filiere/internal/fault"
)

const opOutlines = "read outlines"

// Limits on a file of outlines, which anybody may hand us. The largest real one, the départements at
// full detail, has 4 MB, 101 features and 194,000 vertices; basins and zones have 403 features at most.
const (
	MaxOutlineBytes    = 64 << 20
	MaxOutlineFeatures = 2_000
	MaxOutlineVertices = 2_000_000
)

// minRingPoints is the number of points of the smallest ring, a triangle with its first point repeated.
const minRingPoints = 4

// codeProperties are the names under which producers give an area's code, in lower case and in the order
// they are tried: "dep" and "reg" come last, for they also stand beside a basin's own code.
var codeProperties = []string{
	"code", "code_bassin_bmo", "code_bassin", "be24", "be19", "ze2020", "insee_dep", "insee_reg",
	"code_dept", "code_insee", "codgeo", "dep", "reg",
}

// readFeatures reads a collection feature by feature, so that memory holds one feature's text at a time.
func readFeatures(r io.Reader, z Zoning) ([]feature, []error, error) {
	in := &io.LimitedReader{R: r, N: MaxOutlineBytes + 1}
	dec := json.NewDecoder(in)
	read := &featureReader{zoning: z, seen: map[ID]bool{}}
	err := read.collection(dec)
	if in.N <= 0 {
		err = fault.New(fault.Invalid, opOutlines, "the file is larger than %d bytes", MaxOutlineBytes)
	}
	if err != nil {
		return nil, read.refused, err
	}
	return read.features, read.refused, nil
}

// featureReader gathers the usable features of one file and the faults of the others.
type featureReader struct {
	zoning   Zoning
	features []feature
	refused  []error
	seen     map[ID]bool
	count    int // features met
	vertices int
}

// collection reads the outer object; members other than "type" and "features" are skipped.
func (fr *featureReader) collection(dec *json.Decoder) error {
	if err := expect(dec, '{'); err != nil {
		return err
	}
	found := false
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return notGeoJSON(err)
		}
		switch key {
		case "features":
			found = true
			err = fr.array(dec)
		default:
			err = skipMember(dec, key)
		}
		if err != nil {
			return err
		}
	}
	if err := expect(dec, '}'); err != nil {
		return err
	}
	if !found {
		return notGeoJSON(unfit(`it has no member "features"`))
	}
	return nil
}

// skipMember reads past a member's value, holding "type" to what it must be.
func skipMember(dec *json.Decoder, key json.Token) error {
	var v json.RawMessage
	if err := dec.Decode(&v); err != nil {
		return notGeoJSON(err)
	}
	if key == "type" && string(v) != `"FeatureCollection"` {
		return notGeoJSON(unfit("its type is not FeatureCollection"))
	}
	return nil
}

func (fr *featureReader) array(dec *json.Decoder) error {
	if err := expect(dec, '['); err != nil {
		return err
	}
	for dec.More() {
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return notGeoJSON(err)
		}
		if fr.count == MaxOutlineFeatures {
			return fault.New(fault.Invalid, opOutlines, "the file has more than %d features", MaxOutlineFeatures)
		}
		fr.one(raw)
		fr.count++
		if fr.vertices > MaxOutlineVertices {
			return fault.New(fault.Invalid, opOutlines, "the file has more than %d vertices", MaxOutlineVertices)
		}
	}
	return expect(dec, ']')
}

// one reads a single feature and files it under features or refused.
func (fr *featureReader) one(raw json.RawMessage) {
	var dto struct {
		Properties map[string]any
		Geometry   struct {
			Type        string
			Coordinates json.RawMessage
		}
	}
	if err := json.Unmarshal(raw, &dto); err != nil {
		fr.refuse("", err)
		return
	}
	code, err := featureCode(dto.Properties, fr.zoning)
	if err != nil {
		fr.refuse(code, err)
		return
	}
	id := Make(fr.zoning, code)
	if fr.seen[id] {
		fr.refuse(code, unfit("an earlier feature has the same code"))
		return
	}
	shapes, vertices, err := polygons(dto.Geometry.Type, dto.Geometry.Coordinates)
	fr.vertices += vertices
	if err != nil {
		fr.refuse(code, err)
		return
	}
	fr.seen[id] = true
	fr.features = append(fr.features, feature{index: fr.count, area: id, shapes: shapes})
}

func (fr *featureReader) refuse(code string, err error) {
	place := fmt.Sprintf("feature %d", fr.count)
	if code != "" {
		place += fmt.Sprintf(" (code %.20q)", code)
	}
	fr.refused = append(fr.refused, &fault.Fault{Code: fault.Invalid, Op: opOutlines, Column: place, Err: err})
}

// featureCode finds the area's code among the properties and checks its form, for it becomes part of an ID.
func featureCode(props map[string]any, z Zoning) (string, error) {
	lower := make(map[string]any, len(props))
	for k, v := range props {
		lower[strings.ToLower(k)] = v
	}
	for _, name := range codeProperties {
		var code string
		switch v := lower[name].(type) {
		case string:
			code = strings.ToUpper(strings.TrimSpace(v))
		case float64:
			code = strconv.FormatFloat(v, 'f', -1, 64)
		}
		if code == "" {
			continue
		}
		if !wellFormedCode(code, z) {
			return code, unfit("property %q is no code of zoning %s", name, z)
		}
		return code, nil
	}
	return "", unfit("no property holds the area's code")
}

// wellFormedCode accepts digits and, for Corsica, A and B, no longer than the zoning's codes are.
func wellFormedCode(code string, z Zoning) bool {
	width := codeWidth[z]
	if z == Departements {
		width = 3 // overseas
	}
	if len(code) > width {
		return false
	}
	return strings.Trim(code, "0123456789AB") == ""
}

// polygons reads a Polygon's or MultiPolygon's coordinates and puts them on the national map. It also
// returns the number of vertices met.
func polygons(kind string, coordinates json.RawMessage) ([]orb.Polygon, int, error) {
	var many []orb.Polygon
	switch kind {
	case "Polygon":
		many = make([]orb.Polygon, 1)
		if err := json.Unmarshal(coordinates, &many[0]); err != nil {
			return nil, 0, err
		}
	case "MultiPolygon":
		if err := json.Unmarshal(coordinates, &many); err != nil {
			return nil, 0, err
		}
	default:
		return nil, 0, unfit("its geometry is a %.20q, not a Polygon or MultiPolygon", kind)
	}
	vertices := 0
	for _, p := range many {
		n, err := projectPolygon(p)
		vertices += n
		if err != nil {
			return nil, vertices, err
		}
	}
	if vertices == 0 {
		return nil, 0, unfit("it has no polygon")
	}
	return many, vertices, nil
}

// projectPolygon replaces degrees by map units in place, after checking that every ring is closed and
// every point on the map's same part. It returns the number of vertices.
func projectPolygon(p orb.Polygon) (int, error) {
	if len(p) == 0 || len(p[0]) == 0 {
		return 0, unfit("a polygon has no ring")
	}
	on, err := frameAt(p[0][0])
	if err != nil {
		return 0, err
	}
	vertices := 0
	for _, ring := range p {
		if len(ring) < minRingPoints || ring[0] != ring[len(ring)-1] {
			return vertices, unfit("a ring is not closed or has fewer than four points")
		}
		for i, pt := range ring {
			if !on.holds(pt) {
				return vertices, unfit("point %.4f, %.4f (longitude, latitude) lies off the map of %s", pt[0], pt[1], on.name)
			}
			ring[i] = on.place(pt)
		}
		vertices += len(ring)
	}
	return vertices, nil
}

func expect(dec *json.Decoder, want json.Delim) error {
	t, err := dec.Token()
	if err != nil {
		return notGeoJSON(err)
	}
	if t != want {
		return notGeoJSON(unfit("%q is expected, %.20q found", want.String(), fmt.Sprint(t)))
	}
	return nil
}

// unfit says why something in the file cannot be used.
func unfit(format string, args ...any) error { return fault.New(fault.Invalid, "", format, args...) }

func notGeoJSON(err error) error {
	return &fault.Fault{
		Code: fault.Invalid, Op: opOutlines, Reason: "the file is no GeoJSON FeatureCollection", Err: err,
		Hint: "give a FeatureCollection of Polygons or MultiPolygons in WGS 84 degrees with a property \"code\"",
	}
}

// OutlineZoning tells which zoning a set of area codes belongs to, from the codes alone; ok is false when
// they fit none. Leading zeros may be missing. What it goes by:
//
//   - codes of one to three characters are départements when 2A, 2B or an overseas code (97x) is among them, or
//     more than there are régions, and régions when every one is a région's;
//   - four digits beginning with 00 (0051–0064) are the zones d'emploi that straddle régions: no other
//     zoning has any;
//   - Mayotte is basin 0405 in 2019 and basin 0601 in 2024, the only code that differs between the two
//     editions. (0601 is also a zone d'emploi, which is why the zones are looked for first.)
func OutlineZoning(codes []string) (z Zoning, ok bool) {
	has, longest := map[string]bool{}, 0
	for _, c := range codes {
		c = strings.ToUpper(strings.TrimSpace(c))
		has[c] = true
		longest = max(longest, len(c))
	}
	switch {
	case longest == 0 || longest > 4:
		return "", false
	case longest < 4 && !has["405"]:
		return shortCodeZoning(has)
	}
	padded := map[string]bool{}
	for c := range has {
		padded[Make(Zones2020, c).Code()] = true
	}
	switch {
	case padded["0051"] && padded["0064"]:
		return Zones2020, true
	case padded["0405"] && !padded["0601"]:
		return Bassins2019, true
	case padded["0601"] && !padded["0405"]:
		return Bassins2024, true
	}
	return "", false
}

var regionCodes = []string{
	"01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94",
}

// shortCodeZoning tells régions from départements. Every région code but three is a département's too, so a
// handful of codes may fit both; the régions win then, because a file of départements has many more.
func shortCodeZoning(has map[string]bool) (Zoning, bool) {
	known := map[string]bool{}
	for _, c := range regionCodes {
		known[c] = true
	}
	strangers := 0
	for c := range has {
		if !wellFormedCode(c, Departements) {
			return "", false
		}
		if !known[Make(Regions, c).Code()] {
			strangers++
		}
	}
	if strangers == 0 {
		return Regions, true
	}
	if has["2A"] || has["971"] || len(has) > len(regionCodes) {
		return Departements, true
	}
	return "", false
}

// finite reports whether both coordinates are numbers one can draw.
func finite(p orb.Point) bool {
	return !math.IsNaN(p[0]+p[1]) && !math.IsInf(p[0]+p[1], 0)
}
