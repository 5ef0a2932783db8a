package territory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// departementsOf lists the metropolitan départements by région (code officiel géographique).
var departementsOf = map[string]string{
	"11": "75 77 78 91 92 93 94 95", "24": "18 28 36 37 41 45", "27": "21 25 39 58 70 71 89 90",
	"28": "14 27 50 61 76", "32": "02 59 60 62 80", "44": "08 10 51 52 54 55 57 67 68 88",
	"52": "44 49 53 72 85", "53": "22 29 35 56", "75": "16 17 19 23 24 33 40 47 64 79 86 87",
	"76": "09 11 12 30 31 32 34 46 48 65 66 81 82", "84": "01 03 07 15 26 38 42 43 63 69 73 74",
	"93": "04 05 06 13 83 84", "94": "2A 2B",
}

func TestEveryAreaHasOneTileOfItsOwn(t *testing.T) {
	deps := []ID{"dep-971", "dep-972", "dep-973", "dep-974", "dep-976"}
	regs := []ID{"reg-01", "reg-02", "reg-03", "reg-04", "reg-06"}
	for r, ds := range departementsOf {
		regs = append(regs, Make(Regions, r))
		for d := range strings.FieldsSeq(ds) {
			deps = append(deps, Make(Departements, d))
		}
	}
	for _, c := range []struct {
		name  string
		tiles []Tile
		want  []ID
		count int
	}{
		{"départements", DepartementTiles(), deps, 101},
		{"régions", RegionTiles(), regs, 18},
	} {
		var got []ID
		cells := map[string]ID{}
		for _, tile := range c.tiles {
			got = append(got, tile.Area)
			cell := fmt.Sprint(tile.Col, tile.Row)
			if other, taken := cells[cell]; taken {
				t.Errorf("%s and %s share a cell", tile.Area, other)
			}
			cells[cell] = tile.Area
		}
		slices.Sort(got)
		slices.Sort(c.want)
		if len(got) != c.count || !slices.Equal(got, c.want) {
			t.Errorf("%s: %d tiles %v, want %d %v", c.name, len(got), got, c.count, c.want)
		}
	}
}

func TestTilesOfARegionTouch(t *testing.T) {
	at := map[ID]Tile{}
	for _, tile := range DepartementTiles() {
		at[tile.Area] = tile
	}
	touching, all := 0, 0
	for _, ds := range departementsOf {
		codes := strings.Fields(ds)
		for _, a := range codes {
			all++
			if slices.ContainsFunc(codes, func(b string) bool {
				return a != b && touch(at[Make(Departements, a)], at[Make(Departements, b)])
			}) {
				touching++
			} else {
				t.Logf("%s touches no département of its région", a)
			}
		}
	}
	if all != 96 || touching*100 < 95*all {
		t.Errorf("%d of %d metropolitan départements touch one of their région, want 95 %% of 96", touching, all)
	}
}

func touch(a, b Tile) bool { return max(abs(a.Col-b.Col), abs(a.Row-b.Row)) == 1 }

func abs(n int) int { return max(n, -n) }

func TestTilesKeepTheCompass(t *testing.T) {
	at := map[ID]Tile{}
	for _, tile := range DepartementTiles() {
		at[tile.Area] = tile
	}
	for _, c := range []struct{ west, east ID }{{"dep-29", "dep-35"}, {"dep-33", "dep-69"}, {"dep-31", "dep-06"}, {"dep-14", "dep-67"}} {
		if at[c.west].Col >= at[c.east].Col {
			t.Errorf("%s is not west of %s", c.west, c.east)
		}
	}
	for _, c := range []struct{ north, south ID }{{"dep-59", "dep-75"}, {"dep-75", "dep-45"}, {"dep-69", "dep-13"}, {"dep-13", "dep-2A"}, {"dep-33", "dep-64"}} {
		if at[c.north].Row >= at[c.south].Row {
			t.Errorf("%s is not north of %s", c.north, c.south)
		}
	}
}
