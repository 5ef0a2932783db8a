package people

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"filiere/internal/fault"
	"filiere/internal/fold"
)

// How long a password is, in characters, as ASVS asks (2.1.1, 2.1.2); the upper bound leaves room for
// any phrase and bounds the work of hashing.
const (
	MinPassword = 12
	MaxPassword = 128
)

// ownWords are what the program is called: a guesser's first try here.
var ownWords = []string{"filiere"}

// shortestWord is the length from which a part of a name or address counts as a word about a person.
const shortestWord = 3

// LeakList knows passwords that are in every guesser's list.
type LeakList interface {
	// Leaked reports whether a password, as NormalisePassword writes it, is on the list.
	Leaked(password string) (bool, error)
}

// NormalisePassword writes a password in the one form that is hashed: NFKC, so that keyboards which
// compose accents differently type the same password. Nothing is trimmed or cut off.
func NormalisePassword(password string) string { return norm.NFKC.String(password) }

// CheckNewPassword decides whether a password can be chosen, and gives it normalised. about is what others
// know of the person: address and name. Words of it, and the program's own name, count for nothing: what
// is left without them must still be long enough. There are no rules on kinds of characters, which make
// passwords harder to remember and not to guess (ASVS 2.1.9).
//
// Errors: Invalid for a password that cannot be chosen; what a list answers when it cannot be read.
func CheckNewPassword(password string, lists []LeakList, about ...string) (string, error) {
	if len(password) > MaxPassword*utf8.UTFMax { // before any work is spent on it
		return "", weak("a password has at most %d characters", MaxPassword)
	}
	if !utf8.ValidString(password) || strings.ContainsFunc(password, unicode.IsControl) {
		return "", weak("a password is one line of text")
	}
	password = NormalisePassword(password)
	switch n := utf8.RuneCountInString(password); {
	case n < MinPassword:
		return "", weak("a password has at least %d characters", MinPassword)
	case n > MaxPassword:
		return "", weak("a password has at most %d characters", MaxPassword)
	}
	if utf8.RuneCountInString(withoutWords(password, about)) < MinPassword {
		return "", weak("a password is more than one's name or address and the name of this site")
	}
	for _, list := range lists {
		leaked, err := list.Leaked(password)
		if err != nil {
			return "", fmt.Errorf("look a password up: %w", err)
		}
		if leaked {
			return "", weak("this password is known to guessers: it was in a leak")
		}
	}
	return password, nil
}

func weak(format string, args ...any) error {
	f := fault.New(fault.Invalid, "choose password", format, args...)
	f.Column, f.Hint = "password", "four or five words that mean something to you alone are easy to keep and hard to guess"
	return f
}

// withoutWords takes the words about a person and the program's own out of a folded password, the longest
// first: Anabelle is one word, not Ana and a rest.
func withoutWords(password string, about []string) string {
	words := slices.Clone(ownWords)
	for _, a := range about {
		words = append(words, wordsOf(a)...)
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	password = fold.Plain(password)
	for _, w := range words {
		password = strings.ReplaceAll(password, w, "")
	}
	return password
}

// wordsOf splits a name or an address into its words, folded, the long ones only.
func wordsOf(s string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(fold.Plain(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) >= shortestWord {
			out = append(out, w)
		}
	}
	return out
}
