package market

import "math"

// Score judges estimates of classes by what was published.
type Score struct {
	Cells    int     `json:"cells"`
	Accuracy float64 `json:"accuracy"` // share whose most likely class is the published one
	RMSE     float64 `json:"rmse"`     // of the expected class
	RPS      float64 `json:"rps"`      // ranked probability score, summed over the cumulative steps; 0 is perfect
	Coverage float64 `json:"coverage"` // share whose published class is within low and high; 0 where there is no interval
	Width    float64 `json:"width"`    // classes in the interval, in the mean
}

// tallyScore sums up what a Score is the mean of.
type tallyScore struct {
	n, hit, square, rps, covered, width float64
}

// add judges one estimate. low and high are 0 where there is no interval.
func (t *tallyScore) add(d Distribution, expected float64, low, high, class int) {
	t.n++
	if d.Mode() == class {
		t.hit++
	}
	t.square += (expected - float64(class)) * (expected - float64(class))
	t.rps += rankedProbability(d, class)
	if low > 0 {
		t.width += float64(high - low + 1)
		if low <= class && class <= high {
			t.covered++
		}
	}
}

func (t *tallyScore) score() Score {
	if t.n == 0 {
		return Score{}
	}
	return Score{
		Cells: int(t.n), Accuracy: t.hit / t.n, RMSE: math.Sqrt(t.square / t.n), RPS: t.rps / t.n,
		Coverage: t.covered / t.n, Width: t.width / t.n,
	}
}

// rankedProbability is the ranked probability score of one estimate: the squared distance of its cumulative
// distribution from that of the class that came (E. S. Epstein, Journal of Applied Meteorology 8, 1969).
func rankedProbability(d Distribution, class int) float64 {
	below, sum := 0.0, 0.0
	for c := range ClassCount - 1 {
		below += d[c]
		came := 0.0
		if class <= c+1 {
			came = 1
		}
		sum += (below - came) * (below - came)
	}
	return sum
}
