// Package fold reduces French and English words to what a person who types in a hurry means by them:
// no accents, no case, no gender, no plural. Pages search with it, importers match column names with
// it. It knows no occupation and no place.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// ligatures are letters that decomposition leaves whole.
var ligatures = strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae", "ß", "ss", "ø", "o", "Ø", "o", "ł", "l", "Ł", "l")

// Plain lower-cases s, strips accents and opens ligatures. Other characters stay.
func Plain(s string) string {
	if isPlain(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range norm.NFD.String(ligatures.Replace(s)) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// isPlain spares the common case of text that needs nothing.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || (c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return true
}

// Key folds a name to its letters and digits, joined by single underscores.
func Key(s string) string { return strings.Join(split(Plain(s)), "_") }

// Word is a word as typed, folded, and as meant.
type Word struct {
	Plain string // lower case, no accents
	Stem  string // masculine singular, abbreviations written out
}

// Split gives the words of s in order, without the little words that say nothing.
func Split(s string) []Word {
	words := split(Plain(s))
	out := make([]Word, 0, len(words))
	for _, w := range words {
		if !little[w] {
			out = append(out, Word{Plain: w, Stem: Stem(w)})
		}
	}
	return out
}

// Words gives the stems of the words of s, in order, without the little words that say nothing.
func Words(s string) []string {
	words := Split(s)
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w.Stem
	}
	return out
}

// Name folds a name to the stems it is made of, each said once: "Serveur / Serveuse de restaurant"
// and "serveuse restaurant" are both "serveur restaurant".
func Name(s string) string {
	seen := map[string]bool{}
	words := Words(s)
	out := words[:0]
	for _, w := range words {
		if !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	return strings.Join(out, " ")
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

var little = map[string]bool{
	"a": true, "au": true, "aux": true, "d": true, "de": true, "des": true, "du": true, "en": true, "et": true, "l": true,
	"la": true, "le": true, "les": true, "ou": true, "sur": true, "un": true, "une": true, "dans": true, "par": true,
	"pour": true, "avec": true, "chez": true, "the": true, "of": true, "and": true,
}

// written are abbreviations people use in names of places.
var written = map[string]string{"st": "saint", "ste": "saint", "sts": "saint", "stes": "saint", "arr": "arrondissement"}

// endings map feminine and plural endings to masculine singular ones, longest first. The plural s and x are
// taken off before, save for those that end in x here.
var endings = []struct{ from, to string }{
	{"euse", "eur"},
	{"eux", "eur"},
	{"trice", "teur"},
	{"ienne", "ien"},
	{"enne", "en"},
	{"onne", "on"},
	{"esse", ""},
	{"ere", "er"},
	{"ive", "if"},
	{"elle", "el"},
	{"ee", ""},
}

// shortest is the length up to which a word keeps its ending: "mere" is not "mer".
const shortest = 5

// root is what must remain of a word when an ending is taken off: "presse" is not "pr".
const root = 3

// Stem takes the plural and the feminine off a plain word (infirmieres and infirmiers give infirmier),
// writes abbreviations out (st gives saint) and takes the ending off ordinals (8e and 8eme give 8).
func Stem(w string) string {
	if full, ok := written[w]; ok {
		return full
	}
	if n := strings.IndexFunc(w, unicode.IsLetter); n > 0 && ordinal[w[n:]] {
		return w[:n]
	}
	if len(w) < shortest {
		return w
	}
	return masculine(singular(w))
}

var ordinal = map[string]bool{"e": true, "er": true, "ere": true, "eme": true, "nd": true, "nde": true, "th": true, "st": true}

func singular(w string) string {
	switch {
	case strings.HasSuffix(w, "eaux"):
		return w[:len(w)-1]
	case strings.HasSuffix(w, "aux") && len(w) > shortest:
		return w[:len(w)-2] + "l"
	case strings.HasSuffix(w, "eux") && len(w) > shortest:
		return w
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"):
		return w[:len(w)-1]
	}
	return w
}

func masculine(w string) string {
	if len(w) <= shortest {
		return w
	}
	for _, e := range endings {
		if strings.HasSuffix(w, e.from) && len(w)-len(e.from) >= root {
			return w[:len(w)-len(e.from)] + e.to
		}
	}
	return strings.TrimSuffix(w, "e")
}
