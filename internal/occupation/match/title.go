package match

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"filiere/internal/occupation/words"
)

// How employers and nomenclatures write that a title is for women and men. These habits are the same in the languages
// read here: a pair (serveur / serveuse, Lehrer/Lehrerin), an ending (technicien(ne), maestro/a, Lehrer*in), or letters
// beside the title (H/F, m/w/d).
var (
	sexes       = regexp.MustCompile(`(?i)\(?\b[hfmwdxv](\s?[/-]\s?[hfmwdxv]){1,2}\b\)?`)
	inBrackets  = regexp.MustCompile(`(\p{L})\(-?\p{Ll}{1,6}\)`)
	afterMark   = regexp.MustCompile(`(\p{L})[*·•:]\p{Ll}{1,6}([*·•]s\b)?`)
	shortEnding = regexp.MustCompile(`(\p{L}{3})/-?\p{Ll}{1,3}\b`)
)

// longestTitle is how much of a title is read, in bytes; what is longer is no title.
const longestTitle = 300

// spoken gives the ways a title is said, each as its folded words: "Agent / Agente d'entretien" is said "agent d
// entretien" and "agente d entretien". genders tells that they are the same title for men and women, masculine first.
func spoken(title string) (ways [][]string, genders bool) {
	if len(title) > longestTitle {
		title = strings.ToValidUTF8(title[:longestTitle], "")
	}
	if mayTellSexes(title) {
		title = sexes.ReplaceAllString(title, " ")
	}
	if strings.ContainsAny(title, "(*:") || strings.Contains(title, "·") || strings.Contains(title, "•") {
		title = inBrackets.ReplaceAllString(title, "$1")
		title = afterMark.ReplaceAllString(title, "$1")
	}
	if !strings.Contains(title, "/") {
		return [][]string{folds(title)}, false
	}
	if mayEndShortly(title) {
		title = shortEnding.ReplaceAllString(title, "$1")
	}
	parts := strings.Split(title, "/")
	switch len(parts) {
	case 1:
		return [][]string{folds(parts[0])}, false
	case 2:
		return pair(folds(parts[0]), folds(parts[1]))
	}
	return pairs(parts), true
}

// mayTellSexes tells whether sexes can match: a letter that stands alone is before a slash or hyphen. Most titles have
// a slash, and the pattern is slow.
func mayTellSexes(title string) bool {
	for i := 1; i < len(title); i++ {
		if title[i] != '/' && title[i] != '-' {
			continue
		}
		letter := i - 1
		if strings.IndexByte(" \t\n\f\r", title[letter]) >= 0 {
			letter--
		}
		if letter >= 0 && strings.IndexByte("hfmwdxvHFMWDXV", title[letter]) >= 0 && (letter == 0 || !isWordByte(title[letter-1])) {
			return true
		}
	}
	return false
}

// mayEndShortly tells whether shortEnding can match: what stands right after a slash is no longer than it takes.
func mayEndShortly(title string) bool {
	for i := 1; i < len(title)-1; i++ {
		if title[i] != '/' || title[i-1] == ' ' || title[i+1] == ' ' {
			continue
		}
		ending := strings.TrimPrefix(title[i+1:], "-")
		if len(ending) < 4 || !isWordByte(ending[0]) || !isWordByte(ending[1]) || !isWordByte(ending[2]) || !isWordByte(ending[3]) {
			return true
		}
	}
	return false
}

// isWordByte is what patterns take for a part of a word: letters with accents are none to them.
func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}

// asked gives the ways a title is looked up: of two genders the masculine, which all names have.
func asked(title string) [][]string {
	ways, genders := spoken(title)
	if genders {
		return ways[:1]
	}
	return ways
}

func folds(s string) []string {
	var out []string
	for w := range words.Scan(s) {
		out = append(out, w.Fold)
	}
	return out
}

// pair tells the two ways of a title written "left / right". The right begins with the feminine of a word of the
// left; what follows the feminine is said with both.
func pair(left, right []string) (ways [][]string, genders bool) {
	if len(left) == 0 || len(right) == 0 {
		return [][]string{slices.Concat(left, right)}, false
	}
	for i, w := range left {
		if !alike(w, right[0]) {
			continue
		}
		rest := right[min(len(left)-i, len(right)):]
		return [][]string{slices.Concat(left, rest), slices.Concat(left[:i], right)}, true
	}
	return [][]string{left, right}, false // two names, not two genders
}

// pairs tells the two ways of a title with several pairs: of two words beside a slash that are alike, the first is
// masculine and the second feminine.
func pairs(parts []string) [][]string {
	var first, second []string
	for _, part := range parts {
		ws := folds(part)
		if len(ws) > 0 && len(first) > 0 && alike(first[len(first)-1], ws[0]) {
			first = append(first, ws[1:]...)
			second = append(second[:len(second)-1], ws...)
			continue
		}
		first, second = append(first, ws...), append(second, ws...)
	}
	return [][]string{first, second}
}

// leastAlike is how many letters two genders of one word begin with.
const leastAlike = 3

// alike tells whether two words may be the genders of one.
func alike(a, b string) bool {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n >= leastAlike || n > 0 && n >= min(len(a), len(b))-1
}

// content keeps the words of a title that say something: no articles, no numbers.
func content(lang words.Language, folded []string) []string {
	out := make([]string, 0, len(folded))
	for _, w := range folded {
		if !lang.Stop(w) && strings.IndexFunc(w, unicode.IsLetter) >= 0 && !noise[w] {
			out = append(out, w)
		}
	}
	return out
}

// noise are words of adverts' titles that say nothing of the work: how urgent it is, under what contract.
var noise = map[string]bool{
	"cdi": true, "cdd": true, "interim": true, "urgent": true, "urgence": true, "alternance": true, "stage": true, "apprentissage": true,
	"hf": true, "fh": true, "mf": true, "asap": true, "recrute": true, "poste": true, "offre": true, "emploi": true,
	"temps": true, "plein": true, "partiel": true, "debutant": true, "accepte": true, "mission": true, "job": true,
}

// stems are the stems of words, in order.
func stems(lang words.Language, ws []string) []string {
	out := make([]string, len(ws))
	for i, w := range ws {
		out[i] = lang.Stem(w)
	}
	return out
}
