package territory

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"filiere/internal/fault"
)

// realFile opens a published file of outlines, or skips the test where the data are not at hand.
func realFile(t testing.TB, name string) *os.File {
	t.Helper()
	dir := os.Getenv("FILIERE_DATA")
	if dir == "" {
		t.Skip("set FILIERE_DATA to the folder that holds the published outlines in geo/")
	}
	f, err := os.Open(filepath.Join(dir, "geo", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

var realOutlines = []struct {
	file      string
	zoning    Zoning
	areas     int
	pathLimit int // bytes
}{
	{"regions-version-simplifiee.geojson", Regions, 13, 40_000},
	{"departements-avec-outre-mer.geojson", Departements, 101, 60_000},
	{"zones_emploi_2020_simplifie.geojson", Zones2020, 306, 120_000},
	{"bassins_bmo_2019_simplifie.geojson", Bassins2019, 403, 120_000},
	{"bassins_bmo_2024_simplifie.geojson", Bassins2024, 403, 120_000},
}

func TestPublishedOutlinesAreCompleteSmallAndOnTheMap(t *testing.T) {
	for _, c := range realOutlines {
		t.Run(c.file, func(t *testing.T) {
			outlines, refused, err := ParseOutlines(realFile(t, c.file), c.zoning)
			if err != nil || len(refused) > 0 {
				t.Fatalf("err = %v, refused = %v", err, refused)
			}
			var codes []string
			bytes := 0
			for _, o := range outlines {
				bytes += len(o.Path)
				codes = append(codes, o.Area.Code())
				checkOutline(t, o)
			}
			if len(outlines) != c.areas || bytes > c.pathLimit {
				t.Errorf("%d areas in %d bytes of path, want %d in at most %d", len(outlines), bytes, c.areas, c.pathLimit)
			}
			t.Logf("%d areas, %d bytes of path", len(outlines), bytes)
			if z, ok := OutlineZoning(codes); z != c.zoning || !ok {
				t.Errorf("OutlineZoning = %q, %v, want %q", z, ok, c.zoning)
			}
		})
	}
}

// checkOutline holds one outline to what pages rely on.
func checkOutline(t *testing.T, o Outline) {
	t.Helper()
	rings := ringsOf(t, o.Path)
	if len(rings) == 0 {
		t.Fatalf("%s: no ring in %q", o.Area, o.Path)
	}
	b := orb.Bound{Min: orb.Point{0, 0}, Max: orb.Point{MapWidth, MapHeight}}
	got := orb.MultiLineString(rings).Bound()
	if !b.Contains(got.Min) || !b.Contains(got.Max) {
		t.Errorf("%s: leaves the map: %v", o.Area, got)
	}
	if want := [4]float64{got.Min[0], got.Min[1], got.Max[0], got.Max[1]}; o.Box != want {
		t.Errorf("%s: Box = %v, the path spans %v", o.Area, o.Box, want)
	}
	inside := 0
	for _, r := range rings {
		if planar.RingContains(orb.Ring(r), orb.Point{o.X, o.Y}) {
			inside++
		}
	}
	if inside%2 == 0 {
		t.Errorf("%s: the label at %v, %v is not inside", o.Area, o.X, o.Y)
	}
}

// ringsOf reads path data back the way a browser does: M, l with repeated pairs, z.
func ringsOf(t *testing.T, path string) []orb.LineString {
	t.Helper()
	var rings []orb.LineString
	for _, part := range strings.SplitAfter(path, "z") {
		if part == "" {
			continue
		}
		start, rest, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(part, "M"), "z"), "l")
		at := pairs(t, start)[0]
		ring := orb.LineString{at}
		for _, d := range pairs(t, rest) {
			at = orb.Point{at[0] + d[0], at[1] + d[1]}
			ring = append(ring, at)
		}
		rings = append(rings, append(ring, ring[0]))
	}
	return rings
}

func pairs(t *testing.T, s string) []orb.Point {
	t.Helper()
	var out []orb.Point
	words := strings.Fields(strings.ReplaceAll(s, "-", " -"))
	for i := 0; i+1 < len(words); i += 2 {
		var p orb.Point
		if _, err := fmt.Sscan(words[i]+" "+words[i+1], &p[0], &p[1]); err != nil {
			t.Fatalf("%q is no pair of numbers: %v", words[i:i+2], err)
		}
		out = append(out, p)
	}
	if len(words)%2 != 0 {
		t.Fatalf("odd number of coordinates in %q", s)
	}
	return out
}

// TestNeighboursKeepACommonBorder looks for gaps: the length of border that belongs to one area only (the
// coast and the land frontier) may shrink by simplification but not grow, which it would wherever two
// neighbours' common border came apart.
func TestNeighboursKeepACommonBorder(t *testing.T) {
	for _, c := range realOutlines {
		t.Run(c.file, func(t *testing.T) {
			features, _, err := readFeatures(realFile(t, c.file), c.zoning)
			if err != nil {
				t.Fatal(err)
			}
			var source, drawn []orb.LineString
			known := newBorders(features)
			for _, f := range features {
				for _, p := range f.shapes {
					for _, ring := range p {
						source = append(source, orb.LineString(ring))
					}
				}
				drawn = append(drawn, ringsOf(t, draw(f, known).Path)...)
			}
			before, after := unshared(source), unshared(drawn)
			t.Logf("%.0f units of unshared border, %.0f in the file", after, before)
			if after > before {
				t.Errorf("%.0f units of border belong to one area only, %.0f in the file", after, before)
			}
		})
	}
}

// unshared is the length of the edges met in one ring only.
func unshared(rings []orb.LineString) float64 {
	type edge [2]knot
	met := map[edge]int{}
	length := map[edge]float64{}
	for _, r := range rings {
		for i := 1; i < len(r); i++ {
			a, b := r[i-1], r[i]
			if less(b, a) {
				a, b = b, a
			}
			e := edge{knotOf(a), knotOf(b)}
			met[e]++
			length[e] = planar.Distance(a, b)
		}
	}
	sum := 0.0
	for e, n := range met {
		if n == 1 {
			sum += length[e]
		}
	}
	return sum
}

func TestInsetsHoldTheirTerritories(t *testing.T) {
	outlines, _, err := ParseOutlines(realFile(t, "departements-avec-outre-mer.geojson"), Departements)
	if err != nil {
		t.Fatal(err)
	}
	insets := map[string]Inset{}
	for _, in := range InsetsOf(outlines) {
		insets[in.Name] = in
	}
	if len(insets) != 5 {
		t.Errorf("%d insets, want the five that hold a département", len(insets))
	}
	want := map[ID]string{
		"dep-971": "Guadeloupe", "dep-972": "Martinique", "dep-973": "Guyane", "dep-974": "La Réunion", "dep-976": "Mayotte",
	}
	for _, o := range outlines {
		if name := want[o.Area]; name != "" {
			in := insets[name].Box
			if o.Box[0] < in[0] || o.Box[1] < in[1] || o.Box[2] > in[2] || o.Box[3] > in[3] {
				t.Errorf("%s at %v leaves its inset %v", name, o.Box, in)
			}
			continue
		}
		for _, in := range overseas {
			if overlap(o.Box, in.box) {
				t.Errorf("%s at %v runs into the inset of %s", o.Area, o.Box, in.name)
			}
		}
	}
}

// TestLambert93 holds the projection to what defines it: its origin, true scale along both standard
// parallels, and the same scale north as east everywhere (conformality).
func TestLambert93(t *testing.T) {
	if e, n := lambert93(3, 46.5); math.Abs(e-700_000) > 1e-6 || math.Abs(n-6_600_000) > 1e-6 {
		t.Errorf("the origin is at %f, %f", e, n)
	}
	for _, p := range []orb.Point{{-4.8, 48.4}, {3, 44}, {7.7, 49}, {9.4, 42.7}, {2.35, 48.85}} {
		east, north := scales(p[0], p[1])
		if math.Abs(east-north) > 1e-6 {
			t.Errorf("at %v the scale is %.8f eastward, %.8f northward", p, east, north)
		}
		if (p[1] == 44 || p[1] == 49) && math.Abs(east-1) > 1e-6 {
			t.Errorf("at %v on a standard parallel the scale is %.8f", p, east)
		}
		if math.Abs(east-1) > 0.003 {
			t.Errorf("at %v the scale %.5f is none of a map of France", p, east)
		}
	}
}

// scales measures metres on the map per metre on the ellipsoid over a ten-thousandth of a degree.
func scales(lon, lat float64) (east, north float64) {
	const step = 1e-4
	w := math.Sin(lat * math.Pi / 180)
	k := 1 - grs80E*grs80E*w*w
	perRadEast := grs80A / math.Sqrt(k) * math.Cos(lat*math.Pi/180)
	perRadNorth := grs80A * (1 - grs80E*grs80E) / math.Pow(k, 1.5)
	moved := func(dlon, dlat float64) float64 {
		e0, n0 := lambert93(lon-dlon/2, lat-dlat/2)
		e1, n1 := lambert93(lon+dlon/2, lat+dlat/2)
		return math.Hypot(e1-e0, n1-n0) / (step * math.Pi / 180)
	}
	return moved(step, 0) / perRadEast, moved(0, step) / perRadNorth
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func square(code string, lon, lat, side float64) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":%s,"nom":"x"},"geometry":{"type":"Polygon","coordinates":[[[%g,%g],[%g,%g],[%g,%g],[%g,%g],[%g,%g]]]}}`,
		code, lon, lat, lon+side, lat, lon+side, lat+side, lon, lat+side, lon, lat)
}

func TestParseOutlinesRefusesAFeatureAndKeepsTheRest(t *testing.T) {
	good := square(`"69"`, 4, 45, 0.5)
	for _, c := range []struct{ name, feature, want string }{
		{"no code", strings.Replace(good, "code", "kode", 1), "feature 1: no property"},
		{"hostile code", square(`"<b>"`, 4, 45, 1), `feature 1 (code "<B>")`},
		{"code of another zoning", square(`"8401"`, 4, 45, 1), `feature 1 (code "8401")`},
		{"code twice", good, "same code"},
		{"metres for degrees", square(`"01"`, 700000, 6600000, 1), "WGS 84"},
		{"abroad", square(`"01"`, -3.7, 40.4, 0.1), "no part of the map"},
		{"half on the map", square(`"01"`, 9, 45, 4), "off the map"},
		{"a point", strings.Replace(square(`"01"`, 4, 45, 1), "Polygon", "Point", 1), "not a Polygon"},
		{"no geometry", `{"type":"Feature","properties":{"code":"01"},"geometry":null}`, "not a Polygon"},
		{"text for coordinates", `{"properties":{"code":"01"},"geometry":{"type":"Polygon","coordinates":"x"}}`, "feature 1"},
		{"no ring", `{"properties":{"code":"01"},"geometry":{"type":"Polygon","coordinates":[]}}`, "no ring"},
		{"empty multipolygon", `{"properties":{"code":"01"},"geometry":{"type":"MultiPolygon","coordinates":[]}}`, "no polygon"},
		{"open ring", `{"properties":{"code":"01"},"geometry":{"type":"Polygon","coordinates":[[[4,45],[5,45],[5,46],[4,46]]]}}`, "not closed"},
		{"a number", `7`, "feature 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			outlines, refused, err := ParseOutlines(strings.NewReader(collection(good, c.feature)), Departements)
			if err != nil || len(outlines) != 1 || outlines[0].Area != "dep-69" {
				t.Fatalf("outlines = %v, err = %v", outlines, err)
			}
			if len(refused) != 1 || !strings.Contains(refused[0].Error(), c.want) || fault.CodeOf(refused[0]) != fault.Invalid {
				t.Errorf("refused = %v, want %q", refused, c.want)
			}
		})
	}
}

func TestParseOutlinesRefusesAFile(t *testing.T) {
	many := strings.Repeat("7,", MaxOutlineFeatures) + square(`"69"`, 4, 45, 1)
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", "no GeoJSON"},
		{"not JSON", "code;nom\n", "no GeoJSON"},
		{"an array", "[]", "no GeoJSON"},
		{"a single feature", square(`"69"`, 4, 45, 1), "not FeatureCollection"},
		{"no features member", `{"type":"FeatureCollection"}`, `no member "features"`},
		{"cut short", collection(square(`"69"`, 4, 45, 1))[:150], "no GeoJSON"},
		{"nothing usable", collection("7"), "no feature"},
		{"too many features", collection(many), "more than 2000 features"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := ParseOutlines(strings.NewReader(c.in), Departements)
			if err == nil || !strings.Contains(err.Error(), c.want) || fault.CodeOf(err) != fault.Invalid {
				t.Errorf("err = %v, want %q", err, c.want)
			}
		})
	}
}

func TestATinyAreaIsDrawnAllTheSame(t *testing.T) {
	in := collection(square(`"69"`, 4, 45, 0.5), square(`"75"`, 2.35, 48.85, 0.0001))
	outlines, refused, err := ParseOutlines(strings.NewReader(in), Departements)
	if err != nil || len(refused) > 0 || len(outlines) != 2 {
		t.Fatalf("outlines = %v, refused = %v, err = %v", outlines, refused, err)
	}
	checkOutline(t, outlines[1])
}

func TestCodesAreFoundUnderProducersNames(t *testing.T) {
	for _, c := range []struct {
		props string
		z     Zoning
		want  ID
	}{
		{`{"code":"8401"}`, Bassins2024, "be2024-8401"},
		{`{"CODE":105}`, Bassins2019, "be2019-0105"},
		{`{"ze2020":"0051","libze2020":"Alençon"}`, Zones2020, "ze2020-0051"},
		{`{"BE19":"9401","DEP":"2A"}`, Bassins2019, "be2019-9401"},
		{`{"INSEE_DEP":"2a"}`, Departements, "dep-2A"},
		{`{"reg":1}`, Regions, "reg-01"},
	} {
		f := strings.Replace(square(`"69"`, 4, 45, 1), `{"code":"69","nom":"x"}`, c.props, 1)
		outlines, refused, err := ParseOutlines(strings.NewReader(collection(f)), c.z)
		if err != nil || len(refused) > 0 || outlines[0].Area != c.want {
			t.Errorf("%s: %v, refused %v, err %v, want %s", c.props, outlines, refused, err, c.want)
		}
	}
}

func TestOutlineZoningTellsCodeSetsApart(t *testing.T) {
	for _, c := range []struct {
		name  string
		codes []string
		want  Zoning
	}{
		{"régions with those overseas", []string{"01", "02", "11", "84", "94"}, Regions},
		{"départements, mainland only", []string{"01", "02", "2A", "2B", "69"}, Departements},
		{"zones with zeros lost", []string{"51", "64", "101", "601", "8405"}, Zones2020},
		{"basins of 2019 with zeros lost", []string{"101", "405", "8401"}, Bassins2019},
		{"basins of 2024", []string{"0101", "0601", "8401"}, Bassins2024},
		{"both editions at once", []string{"0405", "0601", "8401"}, ""},
		{"communes", []string{"69123"}, ""},
		{"nothing", nil, ""},
		{"words", []string{"Rhône"}, ""},
	} {
		if z, ok := OutlineZoning(c.codes); z != c.want || ok != (c.want != "") {
			t.Errorf("%s: %q, %v, want %q", c.name, z, ok, c.want)
		}
	}
}

func TestRegionsOverseasHaveTheirDepartementsShape(t *testing.T) {
	got := OverseasRegions([]Outline{{Area: "dep-69", Path: "a"}, {Area: "dep-973", Path: "b"}, {Area: "dep-976", Path: "c"}})
	want := []Outline{{Area: "reg-03", Path: "b"}, {Area: "reg-06", Path: "c"}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzParseOutlines(f *testing.F) {
	f.Add(collection(square(`"69"`, 4, 45, 0.5), square(`"01"`, 4.5, 45, 0.5)))
	f.Add(collection(square(`"974"`, 55.4, -21, 0.1)))
	f.Add(`{"features":[{"properties":{"code":1},"geometry":{"type":"MultiPolygon","coordinates":[[[[4,45],[4,45],[4,45],[4,45]]]]}}]}`)
	f.Add(`{"features":[{"properties":{"code":"1"},"geometry":{"type":"Polygon","coordinates":[[[4,45],[5,46],[4,45],[5,46],[4,45]]]}}]}`)
	f.Fuzz(func(t *testing.T, in string) {
		outlines, _, err := ParseOutlines(strings.NewReader(in), Departements)
		if (err == nil) != (len(outlines) > 0) {
			t.Fatalf("%d outlines with error %v", len(outlines), err)
		}
		for _, o := range outlines {
			if strings.Trim(o.Path, "Mlz0123456789-. ") != "" || o.Path == "" {
				t.Fatalf("path %q", o.Path)
			}
			for _, v := range append(o.Box[:], o.X, o.Y) {
				if math.IsNaN(v) || v < -1 || v > MapWidth+1 {
					t.Fatalf("%s: %v is off the map", o.Area, v)
				}
			}
		}
	})
}

func BenchmarkParseOutlines(b *testing.B) {
	f := realFile(b, "bassins_bmo_2024_simplifie.geojson")
	for b.Loop() {
		if _, err := f.Seek(0, 0); err != nil {
			b.Fatal(err)
		}
		if _, _, err := ParseOutlines(f, Bassins2024); err != nil {
			b.Fatal(err)
		}
	}
}
