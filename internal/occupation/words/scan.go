package words

import (
	"iter"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Word is one word of a text.
type Word struct {
	Start, End int    // bytes of the text: text[Start:End] is the word as written
	Fold       string // lower case, no accents, ligatures opened
}

// Scan gives the words of text in order. Letters and digits make a word, and so do the few signs that belong
// to names: C++, C#, .NET, Node.js, R&D. Everything else parts words, apostrophes and hyphens of any form too:
// "d’engins" is d and engins, "technico-commercial" two words. Bytes that are no UTF-8 part words.
//
// Nothing is allocated for a word; for a text with capitals or accents, one buffer is. Words may be kept.
func Scan(text string) iter.Seq[Word] {
	return func(yield func(Word) bool) {
		s := scanner{text: text}
		for s.next() {
			if !yield(s.word) {
				return
			}
		}
	}
}

// Append appends the words of text to dst.
func Append(dst []Word, text string) []Word {
	s := scanner{text: text}
	for s.next() {
		dst = append(dst, s.word)
	}
	return dst
}

// scanner walks through a text. Folds of words that are not plain lie one after the other in folded, which
// never changes what it holds: pieces of it stay good when it grows.
type scanner struct {
	text   string
	pos    int
	folded strings.Builder
	word   Word
}

// next finds the next word.
func (s *scanner) next() bool {
	for s.pos < len(s.text) {
		if c := s.text[s.pos]; c < utf8.RuneSelf {
			if classes[c] == isOther {
				s.pos++
				continue
			}
			break
		}
		r, size := utf8.DecodeRuneInString(s.text[s.pos:])
		if inWord(r) && !unicode.Is(unicode.Mn, r) {
			break
		}
		s.pos += size
	}
	if s.pos == len(s.text) {
		return false
	}
	start, plain := s.pos, true
	s.pos, plain = s.run(s.pos)
	end := s.pos + s.tail(start)
	s.pos = end
	if start > 0 && s.text[start-1] == '.' && strings.EqualFold(s.text[start:end], "net") && !s.inWordBefore(start-1) {
		start--
	}
	s.word = Word{Start: start, End: end, Fold: s.fold(start, end, plain)}
	return true
}

// run is the end of the letters and digits from at, and whether they are as folding would leave them.
func (s *scanner) run(at int) (end int, plain bool) {
	plain = true
	for at < len(s.text) {
		c := s.text[at]
		if c < utf8.RuneSelf {
			if classes[c] == isOther {
				break
			}
			plain = plain && classes[c] == isPlain
			at++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if !inWord(r) {
			break
		}
		plain = false
		at += size
	}
	return at, plain
}

// dotted are the endings of names that are written after a dot.
var dotted = map[string]bool{"js": true, "net": true, "io": true, "ai": true}

// longestDotted is the length of the longest of them.
const longestDotted = 3

// tail is how many bytes after the run that ends at pos belong to the word that began at start.
func (s *scanner) tail(start int) int {
	rest := s.text[s.pos:]
	if rest == "" {
		return 0
	}
	switch rest[0] {
	case '+':
		if strings.HasPrefix(rest, "++") {
			return len("++")
		}
	case '#':
		if s.pos-start == 1 && !s.wordAt(s.pos+1) {
			return len("#")
		}
	case '&':
		if s.pos-start == 1 && s.wordAt(s.pos+1) {
			if end, _ := s.run(s.pos + 1); end == s.pos+2 {
				return 2
			}
		}
	case '.':
		if !s.wordAt(s.pos + 1) {
			return 0
		}
		end, _ := s.run(s.pos + 1)
		if name := s.text[s.pos+1 : end]; len(name) <= longestDotted && dotted[strings.ToLower(name)] {
			return end - s.pos
		}
	}
	return 0
}

// wordAt tells whether a word goes on or begins at a place.
func (s *scanner) wordAt(at int) bool {
	if at >= len(s.text) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s.text[at:])
	return inWord(r)
}

// inWordBefore tells whether a word ends at a place.
func (s *scanner) inWordBefore(at int) bool {
	r, _ := utf8.DecodeLastRuneInString(s.text[:at])
	return inWord(r)
}

// fold is the folded form of text[start:end].
func (s *scanner) fold(start, end int, plain bool) string {
	as := s.text[start:end]
	if plain && isLower(as) {
		return as
	}
	if s.folded.Cap() == 0 {
		s.folded.Grow(len(s.text))
	}
	from := s.folded.Len()
	appendFold(&s.folded, as)
	return s.folded.String()[from:]
}

// isLower tells whether the signs a word took along left it plain.
func isLower(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf || (c >= 'A' && c <= 'Z') {
			return false
		}
	}
	return true
}

// Fold is the folded form of one word, or of any text: what is no letter stays.
func Fold(s string) string {
	if isLower(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	appendFold(&b, s)
	return b.String()
}

func appendFold(b *strings.Builder, s string) {
	table := latin()
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			b.WriteByte(c)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		switch {
		case r < lastLatin:
			b.WriteString(table[r])
		case unicode.Is(unicode.Mn, r):
		case r >= 0x1e00 && r < 0x1f00: // Latin letters with two accents, and capital ß
			b.WriteString(foldRune(r))
		default:
			if r = unicode.ToLower(r); r < lastLatin {
				b.WriteString(table[r])
			} else {
				b.WriteRune(r)
			}
		}
	}
}

// lastLatin is where the Latin letters European languages are written with end.
const lastLatin = 0x250

// opened are letters that decomposition leaves whole.
var opened = map[rune]string{
	'œ': "oe", 'æ': "ae", 'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ı': "i",
}

// latin says how each Latin letter folds.
var latin = sync.OnceValue(func() *[lastLatin]string {
	var table [lastLatin]string
	for r := range rune(lastLatin) {
		table[r] = foldRune(r)
	}
	return &table
})

// foldRune is a character in lower case without its accents.
func foldRune(r rune) string {
	var b strings.Builder
	for _, d := range norm.NFD.String(string(r)) {
		for _, low := range norm.NFD.String(string(unicode.ToLower(d))) {
			switch as, ok := opened[low]; {
			case ok:
				b.WriteString(as)
			case !unicode.Is(unicode.Mn, low):
				b.WriteRune(low)
			}
		}
	}
	return b.String()
}

// class is what an ASCII character is to the scanner.
type class uint8

const (
	isOther   class = iota // parts words
	isPlain                // a digit, or a letter that folds to itself
	isCapital              // a letter that folds to another
)

var classes = func() (out [utf8.RuneSelf]class) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			out[c] = isPlain
		case c >= 'A' && c <= 'Z':
			out[c] = isCapital
		}
	}
	return out
}()

// inWord tells whether a character may be in a word. An accent that stands for itself belongs to the letter
// before it.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 0 && classes[r] != isOther
	}
	if r == utf8.RuneError {
		return false
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)
}
