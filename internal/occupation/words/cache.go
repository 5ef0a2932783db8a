package words

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// cacheSlots is how many words a language remembers the stem of. The adverts of a week use some 60,000 words;
// a slot is 8 bytes and a remembered word about 64.
const cacheSlots = 1 << 16

// cache remembers stems. Each word has one slot, which the last word that fell into it holds: the cache never
// grows, and readers and writers do not wait for each other.
type cache struct {
	slots [cacheSlots]atomic.Pointer[stemmed]
}

type stemmed struct{ word, stem string }

var seed = maphash.MakeSeed()

// get is the stem of a word, computed unless it is remembered.
func (c *cache) get(word string, compute func(string) string) string {
	slot := &c.slots[maphash.String(seed, word)%cacheSlots]
	if s := slot.Load(); s != nil && s.word == word {
		return s.stem
	}
	word = strings.Clone(word) // words are pieces of texts, which must not be kept alive
	s := &stemmed{word: word, stem: compute(word)}
	slot.Store(s)
	return s.stem
}
