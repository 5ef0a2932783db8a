package coder

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"filiere/internal/occupation/words"
)

// Limits of what is read of an advert: what it says of the work stands near its head.
const (
	maxTitleWords = 24   // the longest titles of ROME have 20
	maxTextBytes  = 3000 // 9 texts in 10 are shorter; longer readings coded no better
	prefixBytes   = 5    // of a stem, so that "informatique" and "informaticien" meet
)

// noise is what titles of adverts carry beside the occupation, folded: sexes, endings in brackets, contracts,
// hours.
var noise = wordSet(`h f m x d hf fh cdi cdd urgent urgence interim interimaire stage stagiaire alternance
	alternant apprenti apprentissage contrat temps plein partiel mi e es se ses ne nes euse euses rice rices trice
	trices ere eres iere ieres le ve te fe esse sse re ienne ienne enne onne teuse s poste recherche recrute offre
	emploi heures mois an ans k dept`)

func wordSet(s string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(s) {
		set[w] = true
	}
	return set
}

// Kinds of feature: each starts a hash of its own.
const (
	kindWord   = 0x9ae16a3b2f90404f // a stem of the title
	kindPair   = 0xc949d7c7509e6557 // two stems that follow each other
	kindPrefix = 0xff51afd7ed558ccd // the beginning of a stem
	kindHead   = 0xc4ceb9fe1a85ec53 // the stem a title begins with
	kindText   = 0xa0761d6478bd642f // a stem of the text
)

func hash(seed uint64, s string) uint64 {
	h := seed ^ 0xcbf29ce484222325
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return mix(h)
}

func mix(z uint64) uint64 {
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb
	return z ^ (z >> 31)
}

// keyOf is one number for a set of features.
func keyOf(features []uint64) uint64 {
	h := uint64(0xcbf29ce484222325)
	for _, f := range features {
		h = mix(h*31 ^ f)
	}
	return h
}

// counted is a feature of a text with its weight there.
type counted struct {
	feature uint64
	weight  float32 // 1 + ln of how often it stands there
}

// reader turns titles and texts into features. It keeps its buffers: what it gives holds until the next call,
// and one goroutine uses one reader.
type reader struct {
	lang   words.Language
	stems  []string
	title  []uint64
	text   []uint64
	counts []counted
}

// readTitle gives the features of a title, distinct, in order of their hash. A stem counts once: "Vendeur /
// Vendeuse" has one.
func (r *reader) readTitle(s string) []uint64 {
	r.stem(s)
	out := r.title[:0]
	var before uint64
	for i, stem := range r.stems {
		h := hash(kindWord, stem)
		out = append(out, h)
		if i == 0 {
			out = append(out, mix(h^kindHead))
		} else {
			out = append(out, mix(before*3^h^kindPair))
		}
		if len(stem) > prefixBytes {
			out = append(out, hash(kindPrefix, stem[:prefixBytes]))
		}
		before = h
	}
	slices.Sort(out)
	r.title = slices.Compact(out)
	return r.title
}

func (r *reader) stem(s string) {
	r.stems = r.stems[:0]
	for w := range words.Scan(s) {
		if len(r.stems) == maxTitleWords {
			return
		}
		if noise[w.Fold] || r.lang.Stop(w.Fold) || !hasLetter(w.Fold) {
			continue
		}
		if stem := r.lang.Stem(w.Fold); !slices.Contains(r.stems, stem) {
			r.stems = append(r.stems, stem)
		}
	}
}

func hasLetter(folded string) bool {
	for i := range len(folded) {
		if folded[i] >= 'a' {
			return true
		}
	}
	return false
}

// readText gives the features of a text, distinct, in order of their hash.
func (r *reader) readText(s string) []counted {
	r.text, r.counts = r.text[:0], r.counts[:0]
	for w := range words.Scan(head(s, maxTextBytes)) {
		if len(w.Fold) > 1 && hasLetter(w.Fold) && !r.lang.Stop(w.Fold) {
			r.text = append(r.text, hash(kindText, r.lang.Stem(w.Fold)))
		}
	}
	slices.Sort(r.text)
	for i, f := range r.text {
		if i > 0 && f == r.text[i-1] {
			r.counts[len(r.counts)-1].weight++
			continue
		}
		r.counts = append(r.counts, counted{f, 1})
	}
	for i := range r.counts {
		if n := r.counts[i].weight; n > 1 {
			r.counts[i].weight = 1 + logf(n)
		}
	}
	return r.counts
}

// head is the beginning of a text, cut between two characters.
func head(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

func expf(x float32) float32 { return float32(math.Exp(float64(x))) }

func logf(x float32) float32 { return float32(math.Log(float64(x))) }

func sqrtf(x float32) float32 { return float32(math.Sqrt(float64(x))) }
