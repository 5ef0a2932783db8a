package market

import (
	"cmp"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// EstimateFacts are what local estimates are made from.
type EstimateFacts struct {
	Facts
	Sheets  []occupation.ID // every ROME 3 sheet
	Centres []Centre        // of the basins the tension is published for
	Stock   []Stock         // offers open on one day, by sheet and basin
	// Parts says how areas of other zonings are made up of those basins.
	Parts []territory.Overlap
}

// Centre is where a basin lies: the mean of its communes.
type Centre struct {
	Basin    territory.ID
	Lat, Lon float64 // WGS 84 degrees
}

// Stock is how many offers for a sheet were open in a basin on the day they were counted.
type Stock struct {
	Occupation occupation.ID
	Basin      territory.ID
	Offers     float64
}

// CompareStock orders stocks by basin, then sheet.
func CompareStock(a, b Stock) int {
	return cmp.Or(cmp.Compare(a.Basin, b.Basin), cmp.Compare(a.Occupation, b.Occupation))
}

// foldCount is how many parts the published cells are dealt into; heldOut of them, a fifth of the cells, are
// kept apart together when a model is judged.
const (
	foldCount = 10
	heldOut   = 2
)

// OuterFolds is how many times a model is fitted to be judged, each time on four fifths of the cells.
const OuterFolds = foldCount / heldOut

// foldOf deals a cell by a hash of its codes (FNV-1a), so that anybody can tell which part it is in and
// another edition of the table leaves it there.
func foldOf(o occupation.ID, a territory.ID) uint8 {
	h := uint64(14695981039346656037)
	for _, s := range []string{string(o), "|", string(a)} {
		for i := range len(s) {
			h = (h ^ uint64(s[i])) * 1099511628211
		}
	}
	h ^= h >> 32 // the low bits of FNV alone deal similar codes unevenly
	return uint8(h % foldCount)
}
