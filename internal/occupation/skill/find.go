package skill

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"filiere/internal/occupation/words"
)

// longestGap is how many little words may stand between two words of a label.
const longestGap = 3

// nearness is how many words before and after a common word are looked through for a word of its trade.
const nearness = 25

// match is a label found.
type match struct {
	from, to int // words
	label    *label
}

// reader walks through one text.
type reader struct {
	g       *Gazetteer
	text    string
	words   []words.Word
	tokens  []token // by word: 0 is in no label of several words
	glue    []bool  // by word: may be passed over between two words of a label
	parted  []bool  // by word: a sign before it parts it from the word before
	aside   []bool  // by word: speaks of the employer
	taken   []bool  // by word: a label has it
	matches []match
}

var readers = sync.Pool{New: func() any { return &reader{} }}

// Find gives the spans of a text that name skills, in order; none overlaps another. The text must be one that
// words.Clean returned.
func (g *Gazetteer) Find(text string) []Span {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	r.read(g, text)
	r.match()
	var out []Span
	for _, m := range r.choose() {
		out = append(out, Span{r.words[m.from].Start, r.words[m.to].End, m.label.skills})
	}
	r.text, r.g = "", nil
	clear(r.words)
	clear(r.matches)
	return out
}

// read cuts the text and knows its words again.
func (r *reader) read(g *Gazetteer, text string) {
	r.g, r.text = g, text
	r.words = words.Append(r.words[:0], text)
	n := len(r.words)
	r.tokens, r.glue, r.parted, r.aside = sized(r.tokens, n), sized(r.glue, n), sized(r.parted, n), sized(r.aside, n)
	end := 0
	for i, w := range r.words {
		r.glue[i] = g.rules.glue[w.Fold]
		r.tokens[i] = 0
		if !r.glue[i] {
			r.tokens[i] = g.tokens[g.stem(w.Fold)]
		}
		r.parted[i] = i == 0 || parts(text[end:w.Start])
		end = w.End
	}
	r.setAside()
}

// sized is a slice of n elements, the old one where it is large enough.
func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}

// parts tells whether what stands between two words parts them. Blanks, apostrophes, hyphens and slashes without
// blanks around them do not.
func parts(between string) bool {
	if between == " " {
		return false
	}
	if strings.ContainsAny(between, "\n.,;:!?()[]{}|•·*\"«»“”→►✓✔…") {
		return true
	}
	blank := strings.HasPrefix(between, " ") || strings.HasSuffix(between, " ")
	return blank && strings.ContainsAny(between, "-–—/+")
}

// match finds every label that is the longest one from its first word on.
func (r *reader) match() {
	r.matches = r.matches[:0]
	for i := range r.words {
		if r.aside[i] || r.glue[i] {
			continue
		}
		if to, l := r.longest(i); l != nil {
			if r.named(i, to) {
				continue
			}
			r.matches = append(r.matches, match{i, to, l})
			continue
		}
		if l := r.g.single[singular(r.words[i].Fold)]; l != nil && r.allowed(l, i) && !r.named(i, i) {
			r.matches = append(r.matches, match{i, i, l})
		}
	}
}

// longest is the longest label of several words that begins at a word, and its last word.
func (r *reader) longest(from int) (to int, found *label) {
	at, ok := r.g.next[step{0, r.tokens[from]}]
	for i, gap := from+1, 0; ok && i < len(r.words) && !r.parted[i] && !r.aside[i]; i++ {
		if r.glue[i] {
			if gap++; gap > longestGap {
				break
			}
			continue
		}
		gap = 0
		if at, ok = r.g.next[step{at, r.tokens[i]}]; ok && r.g.ends[at] != nil {
			to, found = i, r.g.ends[at]
		}
	}
	return to, found
}

// named tells whether the words before or after a label make of it the name of a part of an organisation or of a
// person.
func (r *reader) named(from, to int) bool {
	if to+1 < len(r.words) && !r.parted[to+1] && r.g.rules.person[r.words[to+1].Fold] {
		return true
	}
	for i := from; i > 0 && !r.parted[i]; i-- {
		if before := r.words[i-1].Fold; !r.glue[i-1] {
			return r.g.rules.unit[before]
		}
	}
	return false
}

// allowed tells whether a label of one word is meant by a word.
func (r *reader) allowed(l *label, at int) bool {
	w := r.words[at]
	if l.exact && r.text[w.Start:w.End] != l.text {
		return false
	}
	if !l.exact && !accented(r.text[w.Start:w.End], l.text) {
		return false
	}
	if l.near == nil {
		return true
	}
	for i := max(0, at-nearness); i < min(len(r.words), at+nearness+1); i++ {
		if i != at && l.near[r.words[i].Fold] {
			return true
		}
	}
	return false
}

// accented tells whether the accents of a word are those of a label: "livrés" is no book. The first letter counts
// without, and so does a word in capitals or one without accents.
func accented(word, label string) bool {
	if !hasAccents(word) {
		return true
	}
	a, b := strings.ToLower(word), strings.ToLower(label)
	_, first := utf8.DecodeRuneInString(a)
	_, second := utf8.DecodeRuneInString(b)
	return singular(a[first:]) == singular(b[second:])
}

func hasAccents(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return true
		}
	}
	return false
}

// choose keeps of labels that overlap the longest, and the first of those as long, in the order of the text.
func (r *reader) choose() []match {
	slices.SortFunc(r.matches, func(a, b match) int {
		return cmp.Or(cmp.Compare(b.label.size, a.label.size), cmp.Compare(a.from, b.from))
	})
	r.taken = sized(r.taken, len(r.words))
	clear(r.taken)
	kept := r.matches[:0]
	for _, m := range r.matches {
		if taken := r.taken[m.from : m.to+1]; !slices.Contains(taken, true) {
			kept = append(kept, m)
			for i := range taken {
				taken[i] = true
			}
		}
	}
	slices.SortFunc(kept, func(a, b match) int { return cmp.Compare(a.from, b.from) })
	return kept
}
