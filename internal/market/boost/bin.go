package boost

import (
	"math"
	"slices"
)

// maxBins bounds how many bins a feature is cut into, the one for what is not known aside.
const maxBins = 127

// cut says where the bins of a feature end: a value falls into the first bin whose edge is not below it.
// Bin 0 is for NaN.
type cut []float32

// cuts finds edges so that each bin holds about as many of the values.
func cuts(values []float32) cut {
	known := make([]float32, 0, len(values))
	for _, v := range values {
		if !isNaN(v) {
			known = append(known, v)
		}
	}
	slices.Sort(known)
	distinct := slices.Compact(slices.Clone(known))
	if len(distinct) <= maxBins {
		return distinct
	}
	edges := make(cut, 0, maxBins)
	for i := 1; i <= maxBins; i++ {
		edges = append(edges, known[i*len(known)/maxBins-1])
	}
	return slices.Compact(edges)
}

// bin gives the bin of a value. What lies above every edge falls into the last bin.
func (c cut) bin(v float32) uint8 {
	if isNaN(v) || len(c) == 0 {
		return 0
	}
	i, _ := slices.BinarySearch(c, v)
	return uint8(min(i, len(c)-1) + 1)
}

func isNaN(v float32) bool { return math.IsNaN(float64(v)) }
