package market

import (
	"math"
	"slices"
)

// Component is one of the three variables the tension indicator is made of.
type Component int

// The components.
const (
	DifficultyShare Component = iota // hiring projects judged difficult ÷ hiring projects (BMO)
	OfferRatio                       // online offers ÷ jobseekers
	ListExitRate                     // rate of exit from the jobseeker lists, categories A, B, C
	componentCount
)

// ComponentCount is how many components there are.
const ComponentCount = int(componentCount)

// String names the component in the API and on the method page.
func (c Component) String() string {
	return [ComponentCount]string{"difficulty_share", "offer_ratio", "list_exit_rate"}[c]
}

// Method is the definition of the indicator, as data: the code reads it, the method page prints it.
type Method struct {
	Name      string                  `json:"name"`
	Source    string                  `json:"source"`
	Weights   [ComponentCount]float64 `json:"weights"`   // sum to 1
	Reference [2]int                  `json:"reference"` // first and last year of the period components are standardised over
	Cutoffs   [4]float64              `json:"cutoffs"`   // T between classes 1|2, 2|3, 3|4, 4|5
}

// Dares2020 is the indicator of the Dares. The cut-offs are not published; they were measured on its
// tables of 2019, where they give back 17,138 of the 17,143 published classes.
func Dares2020() Method {
	return Method{
		Name:      "Dares 2020",
		Source:    "Dares, Les tensions sur le marché du travail, note méthodologique, 2020",
		Weights:   [ComponentCount]float64{0.50, 0.30, 0.20},
		Reference: [2]int{2014, 2018},
		Cutoffs:   [4]float64{-0.564, -0.260, 0.130, 0.510},
	}
}

// ClassOf returns the class, 1–5, of a tension.
func (m Method) ClassOf(t float64) int {
	c := 1
	for _, cut := range m.Cutoffs {
		if t >= cut {
			c++
		}
	}
	return c
}

// Scale standardises one component: z = (x − Mean) ÷ SD, over occupations nationally.
type Scale struct {
	Mean, SD float64
}

// NewScale measures mean and standard deviation. ok is false with fewer than two distinct values.
func NewScale(values []float64) (Scale, bool) {
	if len(values) < 2 {
		return Scale{}, false
	}
	var sum, squares float64
	for _, v := range values {
		sum += v
	}
	mean := sum / float64(len(values))
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	sd := math.Sqrt(squares / float64(len(values)))
	return Scale{Mean: mean, SD: sd}, sd > 0
}

// Z standardises a value.
func (s Scale) Z(v float64) float64 { return (v - s.Mean) / s.SD }

// Tension combines standardised components. Components that are not known are left out and the
// weights of the others scaled up to 1; coverage is the weight that was there, 0 when nothing was.
func (m Method) Tension(z [ComponentCount]Value) (t, coverage float64) {
	for i, v := range z {
		if v.Known() {
			t += m.Weights[i] * v.Float
			coverage += m.Weights[i]
		}
	}
	if coverage > 0 {
		t /= coverage
	}
	return t, coverage
}

// minCoverage is the weight of known components below which we do not speak of a tension.
const minCoverage = 0.75

// quintiles gives each value a class 1–5 by its rank among all: a fifth of the values in each.
// Equal values share a class.
func quintiles(values map[string]float64) map[string]int {
	sorted := make([]float64, 0, len(values))
	for _, v := range values {
		sorted = append(sorted, v)
	}
	slices.Sort(sorted)
	classes := make(map[string]int, len(values))
	for k, v := range values {
		rank, _ := slices.BinarySearch(sorted, v)
		classes[k] = 1 + rank*5/len(sorted)
	}
	return classes
}

// Duncan is the dissimilarity of two distributions over the same places: ½·Σ|a_g/a − b_g/b|, from 0
// (alike) to 1 (apart). It is the inadéquation géographique of offers and jobseekers. ok is false when
// either side is empty.
func Duncan(a, b []float64) (d float64, ok bool) {
	var sa, sb float64
	for i := range a {
		sa += a[i]
		sb += b[i]
	}
	if sa <= 0 || sb <= 0 {
		return 0, false
	}
	for i := range a {
		d += math.Abs(a[i]/sa - b[i]/sb)
	}
	return d / 2, true
}
