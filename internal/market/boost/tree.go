package boost

// node is a split or a leaf. Rows whose bin of the feature is at most the limit go left.
type node struct {
	feature uint16
	limit   uint8
	left    int32 // its index in the tree; 0 for a leaf
	right   int32
	value   float64 // of a leaf: what it adds to the log-odds
}

type tree []node

// leaf finds what a binned row gets.
func (t tree) leaf(bins []uint8) float64 {
	n := &t[0]
	for n.left != 0 {
		if bins[n.feature] <= n.limit {
			n = &t[n.left]
		} else {
			n = &t[n.right]
		}
	}
	return n.value
}

// sums are gradient and curvature over some rows, and how many those are.
type sums struct {
	g, h float64
	n    int32
}

func (s *sums) minus(o sums) { s.g -= o.g; s.h -= o.h; s.n -= o.n }

// histogram holds the sums of every bin of every feature.
type histogram []sums

const binsOf = maxBins + 1

// growth is a leaf that may be split: its rows, their histogram and the best split found.
type growth struct {
	node       int32
	rows       []int32
	total      sums
	histogram  histogram
	gain       float64
	feature    int
	limit      uint8
	leftValues sums
}

// grower grows the trees of a model over the same rows.
type grower struct {
	options  Options
	bins     []uint8 // row by row
	features int
	widths   []int // bins in use of each feature
	order    []int32
	spare    []int32
	free     []histogram
}

// grow fits a tree to gradients and curvatures, and adds what its leaves say to scores.
func (w *grower) grow(g, h []float64, scores []float64) tree {
	for i := range w.order {
		w.order[i] = int32(i)
	}
	t := tree{{}}
	root := &growth{rows: w.order, histogram: w.take()}
	w.measure(root.histogram, root.rows, g, h)
	for _, r := range root.rows {
		root.total.g += g[r]
		root.total.h += h[r]
	}
	root.total.n = int32(len(root.rows))
	w.seek(root)
	leaves := []*growth{root}
	for len(leaves) < w.options.Leaves {
		best := 0
		for i, l := range leaves {
			if l.gain > leaves[best].gain {
				best = i
			}
		}
		if leaves[best].gain <= 0 {
			break
		}
		l, r := w.split(&t, leaves[best], g, h)
		leaves[best] = l
		leaves = append(leaves, r)
	}
	for _, l := range leaves {
		v := w.options.Rate * value(l.total, w.options.L2)
		t[l.node].value = v
		for _, r := range l.rows {
			scores[r] += v
		}
		w.free = append(w.free, l.histogram)
	}
	return t
}

// value is the step that lessens the loss most: Newton's, held back by the penalty.
func value(s sums, l2 float64) float64 { return -s.g / (s.h + l2) }

// worth is what a leaf takes off the loss, twice.
func worth(s sums, l2 float64) float64 { return s.g * s.g / (s.h + l2) }

// split turns a leaf into two. The histogram of the larger one is what the smaller leaves of the whole.
func (w *grower) split(t *tree, l *growth, g, h []float64) (left, right *growth) {
	k := w.part(l.rows, l.feature, l.limit)
	at := int32(len(*t))
	*t = append(*t, node{}, node{})
	(*t)[l.node] = node{feature: uint16(l.feature), limit: l.limit, left: at, right: at + 1}
	left = &growth{node: at, rows: l.rows[:k], total: l.leftValues}
	right = &growth{node: at + 1, rows: l.rows[k:], total: l.total}
	right.total.minus(left.total)
	small, large := left, right
	if len(small.rows) > len(large.rows) {
		small, large = large, small
	}
	small.histogram = w.take()
	w.measure(small.histogram, small.rows, g, h)
	large.histogram = l.histogram
	for i := range large.histogram {
		large.histogram[i].minus(small.histogram[i])
	}
	w.seek(left)
	w.seek(right)
	return left, right
}

// part puts the rows that go left first, keeping their order, and says how many they are.
func (w *grower) part(rows []int32, feature int, limit uint8) int {
	k, rest := 0, w.spare[:0]
	for _, r := range rows {
		if w.bins[int(r)*w.features+feature] <= limit {
			rows[k] = r
			k++
		} else {
			rest = append(rest, r)
		}
	}
	copy(rows[k:], rest)
	return k
}

func (w *grower) measure(into histogram, rows []int32, g, h []float64) {
	for _, r := range rows {
		gr, hr := g[r], h[r]
		base := 0
		for _, b := range w.bins[int(r)*w.features : (int(r)+1)*w.features] {
			s := &into[base+int(b)]
			s.g += gr
			s.h += hr
			s.n++
			base += binsOf
		}
	}
}

// seek finds the best split of a leaf.
func (w *grower) seek(l *growth) {
	l.gain = 0
	whole := worth(l.total, w.options.L2)
	least := int32(w.options.LeastRows)
	if l.total.n < 2*least {
		return
	}
	for f := range w.features {
		var left sums
		for b := range w.widths[f] {
			s := l.histogram[f*binsOf+b]
			left.g += s.g
			left.h += s.h
			left.n += s.n
			if left.n < least || s.n == 0 {
				continue
			}
			if l.total.n-left.n < least {
				break
			}
			right := l.total
			right.minus(left)
			if gain := worth(left, w.options.L2) + worth(right, w.options.L2) - whole; gain > l.gain {
				l.gain, l.feature, l.limit, l.leftValues = gain, f, uint8(b), left
			}
		}
	}
}

// take gives an empty histogram.
func (w *grower) take() histogram {
	if n := len(w.free); n > 0 {
		h := w.free[n-1]
		w.free = w.free[:n-1]
		clear(h)
		return h
	}
	return make(histogram, w.features*binsOf)
}
