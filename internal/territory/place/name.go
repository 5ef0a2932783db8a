package place

import (
	"strings"
	"unicode"

	"filiere/internal/fold"
)

// longForms are words that addresses shorten.
var longForms = map[string]string{"st": "saint", "ste": "sainte", "sts": "saints", "stes": "saintes"}

// articles begin names of places and are often left out.
var articles = map[string]bool{"le": true, "la": true, "les": true, "l": true}

// wordsOf gives the words of a written place: folded, without signs, saints written out.
func wordsOf(s string) []string {
	ws := strings.FieldsFunc(fold.Plain(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range ws {
		if long, ok := longForms[w]; ok {
			ws[i] = long
		}
	}
	return ws
}

// keyOf is what names are found by.
func keyOf(ws []string) string {
	if len(ws) > 1 && articles[ws[0]] {
		ws = ws[1:]
	}
	return strings.Join(ws, " ")
}

// isDigits tells whether a word is a number of n digits.
func isDigits(w string, n int) bool {
	return len(w) == n && strings.Trim(w, "0123456789") == ""
}

// district reads the number of an arrondissement from a word: "08", "8e", "9eme", "1er"; 0 is none.
func district(w string) int {
	for _, end := range []string{"ieme", "eme", "er", "e"} {
		if head, ok := strings.CutSuffix(w, end); ok {
			w = head
			break
		}
	}
	if len(w) == 0 || len(w) > 2 || strings.Trim(w, "0123456789") != "" {
		return 0
	}
	n := 0
	for _, c := range []byte(w) {
		n = 10*n + int(c-'0')
	}
	return n
}
