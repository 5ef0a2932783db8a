package boost_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"filiere/internal/market/boost"
)

var options = boost.Options{Rounds: 60, Rate: 0.1, Leaves: 8, LeastRows: 20, L2: 1}

// drawn makes rows whose class follows a known law: of three features, the first two decide together, the
// third says nothing.
func drawn(seed uint64, n int) (boost.Table, []uint8, [][]float64) {
	r := rand.New(rand.NewPCG(seed, 1))
	t := boost.Table{Features: 3}
	var class []uint8
	var truth [][]float64
	for range n {
		a, b, c := r.Float64(), r.Float64(), r.Float64()
		law := []float64{0.1, 0.2, 0.7}
		if (a > 0.5) != (b > 0.3) {
			law = []float64{0.8, 0.15, 0.05}
		}
		u, k := r.Float64(), uint8(0)
		for u > law[k] && k < 2 {
			u -= law[k]
			k++
		}
		t.Values = append(t.Values, float32(a), float32(b), float32(c))
		class, truth = append(class, k), append(truth, law)
	}
	return t, class, truth
}

func TestAModelFindsALawTwoFeaturesMakeTogether(t *testing.T) {
	rows, class, _ := drawn(1, 6000)
	m, err := boost.Train(context.Background(), rows, class, 3, options)
	if err != nil {
		t.Fatal(err)
	}
	fresh, _, truth := drawn(2, 2000)
	p, off := m.Predictor(), 0.0
	for i := range fresh.Rows() {
		got := p.Predict(fresh.Row(i))
		sum := 0.0
		for c, v := range got {
			off += math.Abs(v - truth[i][c])
			sum += v
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Fatalf("row %d: probabilities sum to %g", i, sum)
		}
	}
	if mean := off / float64(fresh.Rows()*3); mean > 0.04 {
		t.Errorf("the probabilities are %.3f off the law in the mean", mean)
	}
}

func TestTheSameRowsGiveTheSameModel(t *testing.T) {
	rows, class, _ := drawn(3, 1500)
	var said [2][]float64
	for i := range said {
		m, err := boost.Train(context.Background(), rows, class, 3, options)
		if err != nil {
			t.Fatal(err)
		}
		p := m.Predictor()
		for r := range rows.Rows() {
			said[i] = append(said[i], p.Predict(rows.Row(r))...)
		}
	}
	if !slices.Equal(said[0], said[1]) {
		t.Error("two models of the same rows differ")
	}
}

func TestWhatIsNotKnownIsInformation(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 1))
	rows := boost.Table{Features: 1}
	var class []uint8
	for i := range 2000 {
		v := float32(r.Float64())
		if i%2 == 0 {
			v = float32(math.NaN())
		}
		rows.Values, class = append(rows.Values, v), append(class, uint8(i%2))
	}
	m, err := boost.Train(context.Background(), rows, class, 2, options)
	if err != nil {
		t.Fatal(err)
	}
	p := m.Predictor()
	if got := p.Predict([]float32{float32(math.NaN())})[0]; got < 0.95 {
		t.Errorf("what is not known is class 0 with %.2f", got)
	}
	if got := p.Predict([]float32{7})[1]; got < 0.95 {
		t.Errorf("what lies above everything known is class 1 with %.2f", got)
	}
}

func TestRowsThatDoNotGoTogetherAreRefused(t *testing.T) {
	for name, try := range map[string]func() error{
		"nothing": func() error { _, err := boost.Train(context.Background(), boost.Table{}, nil, 2, options); return err },
		"too few labels": func() error {
			_, err := boost.Train(context.Background(), boost.Table{Features: 1, Values: []float32{1, 2}}, []uint8{0}, 2, options)
			return err
		},
		"no such class": func() error {
			_, err := boost.Train(context.Background(), boost.Table{Features: 1, Values: []float32{1}}, []uint8{2}, 2, options)
			return err
		},
		"given up": func() error {
			ctx, stop := context.WithCancel(context.Background())
			stop()
			rows, class, _ := drawn(5, 100)
			_, err := boost.Train(ctx, rows, class, 3, options)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if try() == nil {
				t.Error("a model came of it")
			}
		})
	}
}
