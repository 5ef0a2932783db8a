package match

// lanes is how many units are worked out side by side: a sum need not wait for the one before it.
const lanes = 8

// panel is a committee laid out to be asked quickly. The standardisation is folded into the weights, so that a piece of
// evidence that is nought, as most are, costs nothing; and all networks are gone through at once.
type panel []bench

// bench is a few units of the committee's, of one network.
type bench struct {
	in        [pieces][lanes]float32
	bias, out [lanes]float32
}

// panel lays a committee out. It scores as the committee does, but for rounding.
func (c *Committee) panel() panel {
	var p panel
	for _, n := range c.Networks {
		for first := 0; first < hidden; first += lanes {
			var b bench
			for l := range lanes {
				unit := first + l
				bias := float64(n.Bias[unit])
				for i, w := range n.In[unit] {
					b.in[i][l] = w * n.Scale[i]
					bias -= float64(w) * float64(n.Scale[i]) * float64(n.Mean[i])
				}
				b.bias[l] = float32(bias)
				b.out[l] = n.Out[unit] * c.Warmth / float32(len(c.Networks))
			}
			p = append(p, b)
		}
	}
	return p
}

// Score implements Ranker.
func (p panel) Score(x *Evidence) float32 {
	var given [pieces]uint8
	n := 0
	for i, v := range x {
		given[n] = uint8(i)
		if v != 0 {
			n++
		}
	}
	var sum float32
	for i := range p {
		sum += p[i].score(x, given[:n])
	}
	return sum
}

// score is what the units of one bench add, from the pieces of evidence that are given. Its sums are written one by
// one because the compiler keeps them in registers only then.
func (b *bench) score(x *Evidence, given []uint8) float32 {
	s0, s1, s2, s3 := b.bias[0], b.bias[1], b.bias[2], b.bias[3]
	s4, s5, s6, s7 := b.bias[4], b.bias[5], b.bias[6], b.bias[7]
	for _, i := range given {
		v, w := x[i], &b.in[i]
		s0 += v * w[0]
		s1 += v * w[1]
		s2 += v * w[2]
		s3 += v * w[3]
		s4 += v * w[4]
		s5 += v * w[5]
		s6 += v * w[6]
		s7 += v * w[7]
	}
	return b.out[0]*leaky(s0) + b.out[1]*leaky(s1) + b.out[2]*leaky(s2) + b.out[3]*leaky(s3) +
		b.out[4]*leaky(s4) + b.out[5]*leaky(s5) + b.out[6]*leaky(s6) + b.out[7]*leaky(s7)
}

// leaky is what a unit makes of its sum.
func leaky(v float32) float32 { return max(v, leak*v) }
