package territory

import "strings"

// Tile is an area's cell on a tile map, where every area has the same size: a small dense département
// such as Paris is as easy to see and to hit as a large empty one.
type Tile struct {
	Area     ID
	Col, Row int // from the upper left, starting at 0
}

// departementGrid is our own layout. It was found by simulated annealing on the départements' centres and
// common borders (94 % of neighbours touch), then closed up by hand. Corsica stands at the lower
// right, overseas in the column at the left.
const departementGrid = `
.  .  .  .  .  62 80 59 .  .  .  .  .
.  .  .  .  .  76 60 02 .  .  .  .  .
.  .  .  14 27 95 75 93 08 55 54 57 .
29 22 .  50 61 78 92 94 51 52 88 67 .
.  56 35 53 72 28 91 77 10 70 90 68 .
.  .  44 49 37 41 45 89 21 25 .  .  .
.  .  85 79 86 36 18 58 71 39 .  .  .
.  .  .  17 16 87 23 03 69 01 74 .  .
971 . .  33 24 19 63 43 42 38 73 .  .
972 . .  40 47 46 15 48 07 26 05 .  .
973 . .  64 32 82 12 30 84 04 .  .  .
974 . .  .  65 31 81 34 13 83 06 .  .
976 . .  .  .  09 11 .  .  .  .  .  2B
.  .  .  .  .  .  66 .  .  .  .  .  2A
`

// regionGrid is the same for the régions of 2016, those overseas in the lowest row.
const regionGrid = `
.  .  32 .  .
53 28 11 44 .
.  52 24 27 .
.  75 84 .  .
.  76 93 .  .
.  .  .  94 .
01 02 03 04 06
`

// DepartementTiles returns a cell for each of the 101 départements, by row.
func DepartementTiles() []Tile { return tiles(Departements, departementGrid) }

// RegionTiles returns a cell for each of the 18 régions, by row.
func RegionTiles() []Tile { return tiles(Regions, regionGrid) }

// tiles reads a layout: one line a row, cells parted by blanks, a dot for an empty one.
func tiles(z Zoning, grid string) []Tile {
	var out []Tile
	for row, line := range strings.Split(strings.TrimSpace(grid), "\n") {
		for col, code := range strings.Fields(line) {
			if code != "." {
				out = append(out, Tile{Area: Make(z, code), Col: col, Row: row})
			}
		}
	}
	return out
}
