package market

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"filiere/internal/market/boost"
)

// learning is how the model learns. The numbers were settled on the first two of the five parts; more rounds
// or larger trees change little.
var learning = boost.Options{Rounds: 80, Rate: 0.1, Leaves: 8, LeastRows: 40, L2: 5}

// everyPart hides nothing.
const everyPart folds = 0

// outer is the set of parts that are held out together, 0 ≤ k < OuterFolds.
func outer(k int) folds {
	var f folds
	for i := range heldOut {
		f |= 1 << (k*heldOut + i)
	}
	return f
}

// train fits a model to the cells outside the hidden parts. What is known of each of them is worked out
// without its own part, so that no class has had a share in what explains it; what is hidden has a share in
// nothing.
func (l *lattice) train(ctx context.Context, hidden folds) (*boost.Model, error) {
	rows := boost.Table{Features: featCount}
	var class []uint8
	for part := range uint8(foldCount) {
		if hidden.has(part) {
			continue
		}
		v := l.without(hidden | 1<<part)
		for _, k := range l.known {
			if k.fold != part {
				continue
			}
			rows.Values = append(rows.Values, make([]float32, featCount)...)
			v.features(int(k.sheet), int(k.basin), rows.Values[len(rows.Values)-featCount:])
			class = append(class, k.class)
		}
	}
	m, err := boost.Train(ctx, rows, class, ClassCount, learning)
	if err != nil {
		return nil, fmt.Errorf("fit the model of local estimates: %w", err)
	}
	return m, nil
}

// predict fills in the distribution of the cells that are asked for, as the parts in sight tell it.
func (l *lattice) predict(m *boost.Model, hidden folds, sheets []int, ask func(cell int) bool, into []Distribution) {
	v, p, row := l.without(hidden), m.Predictor(), make([]float32, featCount)
	for _, s := range sheets {
		for b := range l.basins {
			i := l.at(s, b)
			if !ask(i) {
				continue
			}
			v.features(s, b, row)
			copy(into[i][:], p.Predict(row))
		}
	}
}

// distributions estimates every cell. A published cell is estimated by a model fitted without its part and
// from what can be seen without its part; the others by a model fitted to all that is published. A sheet
// published nowhere is estimated by a model that learnt to do without a sheet's own cells.
func (l *lattice) distributions(ctx context.Context) ([]Distribution, error) {
	out := make([]Distribution, len(l.class))
	return out, together(append(l.heldOutJobs(ctx, out), func() error { return l.estimateUnpublished(ctx, out) }))
}

// heldOutJobs are the fits and estimates of the published cells, one for each set of parts held out.
func (l *lattice) heldOutJobs(ctx context.Context, out []Distribution) []func() error {
	var jobs []func() error
	for k := range OuterFolds {
		jobs = append(jobs, func() error {
			m, err := l.train(ctx, outer(k))
			if err != nil {
				return err
			}
			l.predict(m, outer(k), l.everySheet(), func(i int) bool { return l.class[i] > 0 && outer(k).has(l.fold[i]) }, out)
			return nil
		})
	}
	return jobs
}

func (l *lattice) everySheet() []int {
	all := make([]int, len(l.sheets))
	for s := range all {
		all[s] = s
	}
	return all
}

// estimateUnpublished estimates the cells nothing is published of, a part of the sheets on each processor.
func (l *lattice) estimateUnpublished(ctx context.Context, out []Distribution) error {
	cold := l.dealtBySheet()
	var models [2]*boost.Model
	err := together([]func() error{
		func() (err error) { models[0], err = l.train(ctx, everyPart); return err },
		func() (err error) { models[1], err = cold.train(ctx, everyPart); return err },
	})
	if err != nil {
		return err
	}
	published := make([]bool, len(l.sheets))
	for _, k := range l.known {
		published[k.sheet] = true
	}
	var jobs []func() error
	workers := runtime.GOMAXPROCS(0)
	for k := range workers {
		var mine [2][]int
		for s := k; s < len(l.sheets); s += workers {
			if published[s] {
				mine[0] = append(mine[0], s)
			} else {
				mine[1] = append(mine[1], s)
			}
		}
		jobs = append(jobs, func() error {
			for i, m := range models {
				l.predict(m, everyPart, mine[i], func(i int) bool { return l.class[i] == 0 }, out)
			}
			return nil
		})
	}
	return together(jobs)
}

// dealtBySheet is the lattice with all cells of a sheet in the same part. What is known of a cell is then
// known without its sheet, and what is held out is held out with it.
func (l *lattice) dealtBySheet() *lattice {
	d := *l
	d.fold, d.known = make([]uint8, len(l.fold)), slices.Clone(l.known)
	for s, o := range l.sheets {
		part := foldOf(o, "")
		for b := range l.basins {
			d.fold[l.at(s, b)] = part
		}
	}
	for i, k := range d.known {
		d.known[i].fold = d.fold[l.at(int(k.sheet), int(k.basin))]
	}
	return &d
}

// together does jobs on every processor and waits for all. It returns the first error by their order.
func together(jobs []func() error) error {
	errs := make([]error, len(jobs))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(jobs)) {
		workers.Go(func() {
			for i := range next {
				errs[i] = jobs[i]()
			}
		})
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	workers.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
