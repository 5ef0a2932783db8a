package repost

import "math"

// The signature of a text is the smallest hash of its shingles under each of bands × rows hash functions. Two texts
// agree in one with the probability of their resemblance J, and so share a band with 1 − (1 − J³)¹⁶: 65 in 100 at J = 0.4,
// 98 at 0.6; two that share one shingle in twenty, 2 in 1,000, and only those of one département are looked at.
const (
	bands = 16
	rows  = 3
)

// Key is something adverts of the same job are likely to share.
type Key int64

// The kinds of keys that are no band; a band is its own kind.
const (
	titleAndCommune = bands + iota
	titleAndEmployer
)

// Keys are what an advert is found by. All hold where it is, so that a text a company puts up in every town is not looked
// at for each of them. At most bands + 2.
func (p Print) Keys() []Key {
	out := make([]Key, 0, bands+2)
	where := hash64(string(p.departement))
	if len(p.text) > 0 {
		for band, h := range signature(p.text) {
			out = append(out, key(band, where, h))
		}
	}
	title := uint64(0)
	for _, w := range p.title {
		title = mix(title ^ uint64(w))
	}
	if len(p.title) == 0 {
		return out
	}
	if p.commune != "" {
		out = append(out, key(titleAndCommune, hash64(string(p.commune)), title))
	}
	if len(p.employer) > 0 {
		for _, w := range p.employer {
			title = mix(title ^ uint64(w))
		}
		out = append(out, key(titleAndEmployer, where, title))
	}
	return out
}

func key(kind int, where, what uint64) Key { return Key(mix(mix(uint64(kind)^where) ^ what)) }

// signature is one hash a band.
func signature(text []uint32) (out [bands]uint64) {
	for band := range out {
		least := [rows]uint64{}
		for i := range least {
			least[i] = math.MaxUint64
		}
		for _, s := range text {
			x := uint64(s) << 32
			for i := range least {
				// Multiply–shift hashing (Dietzfelbinger et al. 1997): odd factors, the upper bits are used.
				h := (x | uint64(s)) * factors[band*rows+i]
				least[i] = min(least[i], h^h>>32)
			}
		}
		for _, l := range least {
			out[band] = mix(out[band] ^ l)
		}
	}
	return out
}

// factors are those of the hash functions: odd, and the same for ever, because keys are kept.
var factors = func() (out [bands * rows]uint64) {
	x := uint64(1)
	for i := range out {
		x = mix(x)
		out[i] = x | 1
	}
	return out
}()

// MostOfKey is how many adverts are kept under one key: what more than these share tells nothing apart.
const MostOfKey = 20
