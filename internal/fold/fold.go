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

// Words gives the stems of the words of s, in order, without the little words that say nothing.
func Words(s string) []string {
	words := split(Plain(s))
	out := words[:0]
	for _, w := range words {
		if !little[w] {
			out = append(out, Stem(w))
		}
	}
	return out
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

var little = map[string]bool{
	"a": true, "au": true, "aux": true, "d": true, "de": true, "des": true, "du": true, "en": true, "et": true, "l": true,
	"la": true, "le": true, "les": true, "ou": true, "sur": true, "the": true, "of": true, "and": true,
}

// endings map feminine endings to masculine ones, longest first.
var endings = []struct{ from, to string }{
	{"euse", "eur"}, {"trice", "teur"}, {"iere", "ier"}, {"ienne", "ien"}, {"onne", "on"}, {"ere", "er"},
	{"ive", "if"}, {"elle", "el"}, {"ee", "e"},
}

// shortest is the length below which a word keeps its ending: "mere" is not "mer".
const shortest = 5

// Stem takes the plural and the feminine off a plain word: infirmières and infirmiers give infirmier.
func Stem(w string) string {
	if len(w) < shortest {
		return w
	}
	if strings.HasSuffix(w, "s") || strings.HasSuffix(w, "x") {
		w = w[:len(w)-1]
	}
	for _, e := range endings {
		if len(w) > shortest && strings.HasSuffix(w, e.from) {
			return w[:len(w)-len(e.from)] + e.to
		}
	}
	if len(w) > shortest && strings.HasSuffix(w, "e") {
		return w[:len(w)-1]
	}
	return w
}
