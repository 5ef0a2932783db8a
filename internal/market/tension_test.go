package market

import (
	"math"
	"testing"
)

func TestTheWeightsOfTheMethodSumToOne(t *testing.T) {
	sum := 0.0
	for _, w := range Dares2020().Weights {
		sum += w
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("weights sum to %v", sum)
	}
}

func TestAClassChangesAtItsCutoff(t *testing.T) {
	for _, c := range []struct {
		t    float64
		want int
	}{
		{-9, 1}, {-0.5641, 1}, {-0.564, 2}, {-0.2601, 2}, {-0.26, 3}, {0.1299, 3}, {0.13, 4}, {0.5099, 4}, {0.51, 5}, {9, 5},
	} {
		if got := Dares2020().ClassOf(c.t); got != c.want {
			t.Errorf("T = %v is in class %d, want %d", c.t, got, c.want)
		}
	}
}

func TestTensionScalesTheWeightsOfTheKnownComponentsUp(t *testing.T) {
	m := Dares2020()
	all := [ComponentCount]Value{Is(1), Is(2), Is(-1)}
	if got, coverage := m.Tension(all); math.Abs(got-0.9) > 1e-12 || math.Abs(coverage-1) > 1e-12 {
		t.Errorf("all known: T = %v with coverage %v, want 0.9 with 1", got, coverage)
	}
	two := [ComponentCount]Value{Is(1), Is(2), {}}
	if got, coverage := m.Tension(two); math.Abs(got-1.1/0.8) > 1e-12 || math.Abs(coverage-0.8) > 1e-12 {
		t.Errorf("exit rate absent: T = %v with coverage %v, want 1.375 with 0.8", got, coverage)
	}
	secret := [ComponentCount]Value{Secret(), {}, {}}
	if _, coverage := m.Tension(secret); coverage != 0 {
		t.Errorf("nothing known: coverage %v", coverage)
	}
}

func TestAScaleNeedsTwoDistinctValues(t *testing.T) {
	if _, ok := NewScale([]float64{3}); ok {
		t.Error("one value made a scale")
	}
	if _, ok := NewScale([]float64{3, 3, 3}); ok {
		t.Error("equal values made a scale")
	}
	s, ok := NewScale([]float64{1, 3})
	if !ok || s.Mean != 2 || s.SD != 1 || s.Z(4) != 2 {
		t.Errorf("scale of 1 and 3: %+v, %v", s, ok)
	}
}

func TestDuncanRunsFromAlikeToApart(t *testing.T) {
	for _, c := range []struct {
		name string
		a, b []float64
		want float64
		ok   bool
	}{
		{"same shares, other sizes", []float64{1, 3}, []float64{10, 30}, 0, true},
		{"nothing in common", []float64{5, 0}, []float64{0, 7}, 1, true},
		{"a quarter would have to move", []float64{1, 1}, []float64{3, 1}, 0.25, true},
		{"no jobseekers at all", []float64{1, 1}, []float64{0, 0}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := Duncan(c.a, c.b)
			if ok != c.ok || math.Abs(got-c.want) > 1e-12 {
				t.Errorf("got %v, %v; want %v, %v", got, ok, c.want, c.ok)
			}
		})
	}
}

func TestQuintilesHoldAFifthEach(t *testing.T) {
	values := map[string]float64{}
	for i := range 10 {
		values[string(rune('a'+i))] = float64(i)
	}
	count := map[int]int{}
	for _, c := range quintiles(values) {
		count[c]++
	}
	for class := 1; class <= 5; class++ {
		if count[class] != 2 {
			t.Errorf("class %d holds %d of 10 values", class, count[class])
		}
	}
}

func TestFirmnessFollowsTheCounts(t *testing.T) {
	for _, c := range []struct {
		name string
		cell Cell
		want Firmness
	}{
		{"thousands on both sides", Cell{Origin: Published, Offers: Is(5000), Jobseekers: Is(4000)}, Firm},
		{"fifty on both sides", Cell{Origin: Published, Offers: Is(50), Jobseekers: Is(50)}, Fair},
		{"ten offers", Cell{Origin: Published, Offers: Is(10), Jobseekers: Is(900)}, Fair},
		{"five offers", Cell{Origin: Published, Offers: Is(5), Jobseekers: Is(900)}, Weak},
		{"no counts, many employed", Cell{Origin: Published, Employment: Is(63_000)}, Firm},
		{"no counts, few employed", Cell{Origin: Published, Employment: Is(300)}, Weak},
		{"nothing to judge by", Cell{Origin: Published}, Unrated},
		{"computed nationally is never firm", Cell{Origin: Computed, Area: "FR", Offers: Is(5000), Jobseekers: Is(4000)}, Fair},
		{"computed nationally from nothing countable is unrated", Cell{Origin: Computed, Area: "FR"}, Unrated},
		{"computed locally is weak", Cell{Origin: Computed, Area: "dep-69", Offers: Is(5000), Jobseekers: Is(4000)}, Weak},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := c.cell.Firmness(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestSpearmanOfRanks(t *testing.T) {
	if got := spearman([]float64{1, 2, 3, 4}, []float64{10, 20, 30, 1000}); math.Abs(got-1) > 1e-12 {
		t.Errorf("same order: %v", got)
	}
	if got := spearman([]float64{1, 2, 3}, []float64{3, 2, 1}); math.Abs(got+1) > 1e-12 {
		t.Errorf("opposite order: %v", got)
	}
	if got := spearman([]float64{1, 2, 3}, []float64{5, 5, 5}); got != 0 {
		t.Errorf("one side constant: %v", got)
	}
}

func TestASmallAreaDoesNotLeadByChance(t *testing.T) {
	three, many := Tally{Classes: [5]int{0, 0, 0, 0, 3}}, Tally{Classes: [5]int{2, 1, 1, 10, 31}}
	if three.Tense() <= many.Tense() || three.TenseAtLeast() >= many.TenseAtLeast() {
		t.Errorf("3 of 3: %v, at least %v; 41 of 45: %v, at least %v", three.Tense(), three.TenseAtLeast(), many.Tense(), many.TenseAtLeast())
	}
	if (Tally{}).TenseAtLeast() != 0 {
		t.Error("no cells at all give a share")
	}
}
