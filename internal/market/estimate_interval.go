package market

import "slices"

// IntervalCoverage is how often the published class is to be within low and high.
const IntervalCoverage = 0.80

// Interval gives the classes around the most likely one that together are as likely as mass asks: it grows by
// the likelier neighbour until they are.
func (d Distribution) Interval(mass float64) (low, high int) {
	low = d.Mode()
	high = low
	for sum := d[low-1]; sum < mass && (low > 1 || high < ClassCount); {
		if high == ClassCount || low > 1 && d[low-2] >= d[high] {
			low--
			sum += d[low-1]
		} else {
			high++
			sum += d[high-1]
		}
	}
	return low, high
}

// needs is the mass an interval must reach for it to grow as far as a class: 0 for the most likely class,
// which every interval holds.
func (d Distribution) needs(class int) float64 {
	low := d.Mode()
	high := low
	sum := d[low-1]
	if class == low {
		return 0
	}
	for low > 1 || high < ClassCount {
		reached := sum
		if high == ClassCount || low > 1 && d[low-2] >= d[high] {
			low--
			sum += d[low-1]
		} else {
			high++
			sum += d[high-1]
		}
		if class == low || class == high {
			return reached
		}
	}
	return sum
}

// intervalMass finds the mass for which intervals hold the published class as often as IntervalCoverage
// asks, from estimates the classes had no part in (split conformal prediction: V. Vovk et al., Algorithmic
// Learning in a Random World, 2005). Classes are few: intervals of the nominal mass hold more.
func intervalMass(estimates []Distribution, classes []int) float64 {
	if len(estimates) == 0 {
		return IntervalCoverage
	}
	needed := make([]float64, len(estimates))
	for i, d := range estimates {
		needed[i] = d.needs(classes[i])
	}
	slices.Sort(needed)
	at := min(int(IntervalCoverage*float64(len(needed)+1)), len(needed)-1)
	return needed[at] + massMargin
}

// massMargin lets an interval reach the mass that was measured, and not just miss it.
const massMargin = 1e-9
