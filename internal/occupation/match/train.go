package match

import (
	"context"
	"math"
	"slices"

	"filiere/internal/occupation/words"
)

// Training says what a ranker was taught on.
type Training struct {
	Tied   int      `json:"tied"`  // titles whose row of the crosswalk was a lesson
	Own    int      `json:"own"`   // labels that were one, to be found by themselves
	Lost   int      `json:"lost"`  // rows whose entry was no candidate, which teach nothing
	Loss   float64  `json:"loss"`  // mean −log(probability) of the right entry over what was held out
	Right  float64  `json:"right"` // share of what was held out where the right entry came first
	Epochs int      `json:"epochs"`
	Seeds  []uint64 `json:"seeds"`
}

// example is one lesson: candidates, and which is right.
type example struct {
	candidates []candidate
	right      int
}

// How the network is taught: Adam with the usual decay of its means, a step that shrinks from epoch to epoch.
const (
	epochs    = 6
	batch     = 32
	step      = 0.005
	decay     = 1e-4
	heldOut   = 10   // one lesson in so many is for measuring and for the warmth
	otherPart = 0.3  // the part of other labels that are lessons; preferred ones all are
	smallest  = 1e-3 // scale of evidence that never varies
)

// seeds are where the networks of a committee begin.
var seeds = []uint64{1, 2, 3}

// Train teaches a ranker from a taxonomy. Two sorts of lessons: titles a crosswalk ties to an entry less than
// exactly (no lesson is made of rows MELO asks for, see Unanswered), each found without its own row; and entries' own
// labels, which teach what it is worth that a name is the same. The result depends on the taxonomy alone.
func Train(ctx context.Context, lang words.Language, t Taxonomy) (*Committee, Training, error) {
	m := New(lang, t.Unanswered(), Fixed{})
	lessons, report, err := m.lessons(ctx)
	if err != nil {
		return nil, report, err
	}
	shuffle(lessons, newDice(seeds[0]))
	held := lessons[:len(lessons)/heldOut]
	c := &Committee{Warmth: 1}
	for _, seed := range seeds {
		n, err := teach(ctx, lessons[len(held):], newDice(seed))
		if err != nil {
			return nil, report, err
		}
		c.Networks = append(c.Networks, *n)
	}
	report.Epochs, report.Seeds = epochs, seeds
	report.Loss = c.warm(held)
	report.Right = c.right(held)
	return c, report, nil
}

// lessons are made of every tied title and of many labels.
func (m *Matcher) lessons(ctx context.Context) ([]example, Training, error) {
	var out []example
	var r Training
	d := m.newDesk()
	learn := func(text string, at, right int32) bool {
		cs := m.candidatesFor(d, text, at)
		i := slices.IndexFunc(cs, func(c candidate) bool { return c.entry == right })
		if i >= 0 {
			out = append(out, example{cs, i})
		}
		return i >= 0
	}
	tiedTo := map[int32][]int32{}
	for i, t := range m.taxonomy.Titles {
		if err := ctx.Err(); err != nil {
			return nil, r, err
		}
		at := int32(i)
		if m.tie[at] == none {
			continue
		}
		tiedTo[m.tie[at]] = append(tiedTo[m.tie[at]], at)
		if learn(t.Name, at, m.tie[at]) {
			r.Tied++
		} else {
			r.Lost++
		}
	}
	dice := newDice(seeds[0])
	for e, entry := range m.taxonomy.Entries {
		if err := ctx.Err(); err != nil {
			return nil, r, err
		}
		if entry.Whole {
			continue
		}
		for j, label := range entry.Labels {
			if j > 0 && dice.share() > otherPart {
				continue
			}
			at := int32(none)
			if ts := tiedTo[int32(e)]; len(ts) > 0 {
				at = ts[dice.below(len(ts))]
			}
			if learn(label, at, int32(e)) {
				r.Own++
			}
		}
	}
	return out, r, nil
}

func (m *Matcher) candidatesFor(d *desk, text string, at int32) []candidate {
	m.look(d, m.read(text), at)
	return slices.Clone(m.candidates(d, at, at))
}

// weights is how many numbers a network learns.
const weights = hidden*int(pieces) + 2*hidden

// weight gives the address of one of a network's numbers.
func (n *Network) weight(i int) *float32 {
	switch {
	case i < hidden*int(pieces):
		return &n.In[i/int(pieces)][i%int(pieces)]
	case i < hidden*int(pieces)+hidden:
		return &n.Bias[i-hidden*int(pieces)]
	}
	return &n.Out[i-hidden*int(pieces)-hidden]
}

// teach fits a network so that the right candidate of each lesson is the likeliest (listwise softmax loss).
func teach(ctx context.Context, lessons []example, dice *dice) (*Network, error) {
	n := &Network{}
	n.standardise(lessons)
	for i := range weights {
		if i < hidden*int(pieces) || i >= hidden*int(pieces)+hidden {
			*n.weight(i) = (dice.share() - 0.5) / 2
		}
	}
	var slope, mean, square [weights]float64
	steps := 0
	for epoch := range epochs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		shuffle(lessons, dice)
		rate := step * (1 - 0.9*float64(epoch)/epochs)
		for i := range lessons {
			n.slope(&lessons[i], &slope)
			if i%batch != batch-1 && i != len(lessons)-1 {
				continue
			}
			steps++
			debias1, debias2 := 1-math.Pow(0.9, float64(steps)), 1-math.Pow(0.999, float64(steps))
			for k := range weights {
				w := n.weight(k)
				g := slope[k]/batch + decay*float64(*w)
				mean[k] = 0.9*mean[k] + 0.1*g
				square[k] = 0.999*square[k] + 0.001*g*g
				*w -= float32(rate * mean[k] / debias1 / (math.Sqrt(square[k]/debias2) + 1e-8))
				slope[k] = 0
			}
		}
	}
	return n, nil
}

// standardise sets the mean and the scale of each piece of evidence.
func (n *Network) standardise(lessons []example) {
	var count float64
	var sum, squares [pieces]float64
	for _, l := range lessons {
		for i := range l.candidates {
			count++
			for k, v := range l.candidates[i].evidence {
				sum[k] += float64(v)
				squares[k] += float64(v) * float64(v)
			}
		}
	}
	for k := range sum {
		mean := sum[k] / max(count, 1)
		n.Mean[k] = float32(mean)
		n.Scale[k] = float32(1 / math.Sqrt(max(squares[k]/max(count, 1)-mean*mean, smallest*smallest)))
	}
}

// slope adds one lesson's slope of the loss to sum.
func (n *Network) slope(l *example, sum *[weights]float64) {
	scores := make([]float32, len(l.candidates))
	units := make([][hidden]float64, len(l.candidates))
	inputs := make([][pieces]float64, len(l.candidates))
	for c := range l.candidates {
		for i, v := range l.candidates[c].evidence {
			inputs[c][i] = float64((v - n.Mean[i]) * n.Scale[i])
		}
		for h := range hidden {
			a := float64(n.Bias[h])
			for i, w := range n.In[h] {
				a += float64(w) * inputs[c][i]
			}
			if a < 0 {
				a *= leak
			}
			units[c][h] = a
			scores[c] += n.Out[h] * float32(a)
		}
	}
	likely(scores)
	for c, p := range scores {
		d := float64(p)
		if c == l.right {
			d--
		}
		for h := range hidden {
			sum[hidden*int(pieces)+hidden+h] += d * units[c][h]
			dh := d * float64(n.Out[h])
			if units[c][h] < 0 {
				dh *= leak
			}
			sum[hidden*int(pieces)+h] += dh
			for i, z := range inputs[c] {
				sum[h*int(pieces)+i] += dh * z
			}
		}
	}
}

// warm finds the warmth under which the held out lessons are likeliest, and returns their mean loss.
func (c *Committee) warm(held []example) float64 {
	best, at := math.Inf(1), float32(1)
	for w := float32(0.3); w <= 3; w *= 1.05 {
		c.Warmth = w
		if loss := c.loss(held); loss < best {
			best, at = loss, w
		}
	}
	c.Warmth = at
	return best
}

func (c *Committee) loss(held []example) float64 {
	var sum float64
	for i := range held {
		scores := c.scoresOf(&held[i])
		likely(scores)
		sum -= math.Log(max(float64(scores[held[i].right]), 1e-9))
	}
	return sum / float64(max(len(held), 1))
}

func (c *Committee) right(held []example) float64 {
	n := 0
	for i := range held {
		if ranked(held[i].candidates, c.scoresOf(&held[i]))[0] == held[i].right {
			n++
		}
	}
	return float64(n) / float64(max(len(held), 1))
}

func (c *Committee) scoresOf(l *example) []float32 {
	out := make([]float32, len(l.candidates))
	for i := range out {
		out[i] = c.Score(&l.candidates[i].evidence)
	}
	return out
}

// dice are random numbers that are the same in every run and every version of Go (SplitMix64).
type dice struct{ state uint64 }

func newDice(seed uint64) *dice { return &dice{seed} }

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	z := d.state
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// share is a number from 0 to 1.
func (d *dice) share() float32 { return float32(d.next()>>40) / (1 << 24) }

func (d *dice) below(n int) int { return int(d.next() % uint64(n)) }

func shuffle(s []example, d *dice) {
	for i := len(s) - 1; i > 0; i-- {
		j := d.below(i + 1)
		s[i], s[j] = s[j], s[i]
	}
}
