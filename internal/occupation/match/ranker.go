package match

import "math"

// Ranker puts candidates in order by their evidence.
type Ranker interface {
	// Score is higher the more the evidence speaks for an entry; a difference of 1 makes it e times as likely.
	Score(*Evidence) float32
}

// Fixed is a rule of thumb that has learnt nothing: a name that is the same, names that look alike, the first word,
// and where names say little, the siblings. Its few round weights were set by hand on the French MELO benchmark.
type Fixed struct{}

// The weights of Fixed.
const (
	fixedWords    = 0.4  // of words in the likeness of names; the rest is letters
	fixedFirst    = 0.1  // for the preferred label
	fixedSame     = 0.15 // for being the preferred label, half for another
	fixedHead     = 0.1  // for the same first word
	fixedWhole    = 0.2  // against groups
	fixedSiblings = 0.8  // for what siblings resemble
	fixedDoubt    = 0.9  // how far a likeness silences siblings
	fixedScale    = 14   // of scores, so that they are logarithms of odds
)

// Score implements Ranker.
func (Fixed) Score(x *Evidence) float32 {
	alike := fixedWords*x[wordsOwn] + (1-fixedWords)*x[gramsOwn]
	v := alike + fixedFirst*(fixedWords*x[wordsFirst]+(1-fixedWords)*x[gramsFirst])
	v += fixedSame*x[sameFirst] + fixedSame/2*x[sameOther] + fixedHead*max(x[headFirst], x[headOther]) - fixedWhole*x[isWhole]
	v += fixedSiblings * (1 - fixedDoubt*alike) * (x[siblings] + x[closeKin])
	return fixedScale * v
}

// hidden is how many units a network has between evidence and score.
const hidden = 16

// leak is the slope of a unit below zero.
const leak = 0.1

// Network is one learnt function of the evidence: standardised, through one hidden layer.
type Network struct {
	Mean, Scale Evidence // what is taken off a piece of evidence, and what it is multiplied with
	In          [hidden]Evidence
	Bias        [hidden]float32
	Out         [hidden]float32
}

// Score implements Ranker.
func (n *Network) Score(x *Evidence) float32 {
	var z Evidence
	for i := range z {
		z[i] = (x[i] - n.Mean[i]) * n.Scale[i]
	}
	var sum float32
	for h := range n.In {
		a := n.Bias[h]
		for i, w := range n.In[h] {
			a += w * z[i]
		}
		if a < 0 {
			a *= leak
		}
		sum += n.Out[h] * a
	}
	return sum
}

// Committee is what Train makes: networks that differ in where they began to learn, and their mean.
type Committee struct {
	Networks []Network
	Warmth   float32 // what scores are multiplied with so that probabilities are true on what was not learnt from
}

// Score implements Ranker.
func (c *Committee) Score(x *Evidence) float32 {
	var sum float32
	for i := range c.Networks {
		sum += c.Networks[i].Score(x)
	}
	return sum * c.Warmth / float32(len(c.Networks))
}

// likely turns scores into probabilities that add up to 1, in place.
func likely(scores []float32) {
	top := float32(math.Inf(-1))
	for _, s := range scores {
		top = max(top, s)
	}
	var sum float32
	for i, s := range scores {
		scores[i] = float32(math.Exp(float64(s - top)))
		sum += scores[i]
	}
	for i := range scores {
		scores[i] /= sum
	}
}
