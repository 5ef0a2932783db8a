package words

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"filiere/internal/fault"
)

// MaxText is the longest advert read, in bytes. The longest real ones have a few thousand.
const MaxText = 1 << 20

// maxTag is how far a "<" may be from its ">" for the two to be a tag.
const maxTag = 4096

// Clean makes plain text of an advert as it came: tags and entities of HTML are taken out (what begins a block
// becomes the end of a line, what stands in script and style is dropped), bytes that are no UTF-8 become U+FFFD,
// control characters and characters without width go, any blank becomes a space, letters and their accents
// become one character. Spans of skills are places in what Clean returns. It is a fault to give more than
// MaxText.
func Clean(text string) (string, error) {
	if len(text) > MaxText {
		return "", fault.New(fault.Invalid, "read text", "the text has %d bytes; at most %d are read", len(text), MaxText)
	}
	if isClean(text) {
		return text, nil
	}
	var b strings.Builder
	b.Grow(len(text))
	(&stripper{out: &b}).strip(text)
	return norm.NFC.String(b.String()), nil
}

// isClean spares the common case.
func isClean(text string) bool {
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf {
			return isCleanText(text[i:]) && norm.NFC.IsNormalString(text)
		}
		if (c < ' ' && c != '\n') || c == 0x7f || c == '<' || c == '&' {
			return false
		}
	}
	return true
}

func isCleanText(text string) bool {
	for i, r := range text {
		if r == '<' || r == '&' {
			return false
		}
		if to, keep := tidy(r); !keep || to != r {
			return false
		}
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			return false
		}
	}
	return true
}

// stripper takes tags out of a text. It remembers what it looked for in vain to the end of the text, so that a
// text made to be slow is not.
type stripper struct {
	out    *strings.Builder
	vain   map[string]bool // tags whose end does not come any more
	noMore bool            // no comment ends any more
}

func (s *stripper) strip(text string) {
	from := 0
	for at := 0; at < len(text); {
		if text[at] != '<' {
			at++
			continue
		}
		end, name := s.tag(text[at:])
		if end == 0 {
			at++
			continue
		}
		s.piece(text[from:at])
		closing := text[at+1] == '/'
		at += end
		if hidden[name] && !closing {
			at += s.skipped(text[at:], name)
		}
		s.replace(name)
		from = at
	}
	s.piece(text[from:])
}

// piece adds the text between two tags.
func (s *stripper) piece(text string) { appendText(s.out, html.UnescapeString(text)) }

// replace adds what stands for a tag.
func (s *stripper) replace(name string) {
	switch {
	case blocks[name]:
		s.out.WriteByte('\n')
	case cells[name]:
		s.out.WriteByte(' ')
	}
}

// skipped is the length of what stands between a tag whose content is no text and the end of its closing tag.
func (s *stripper) skipped(text, name string) int {
	if s.vain[name] {
		return 0
	}
	for at := 0; at < len(text); at++ {
		if text[at] != '<' || at+1 == len(text) || text[at+1] != '/' {
			continue
		}
		if end, closing := s.tag(text[at:]); end > 0 && closing == name {
			return at + end
		}
	}
	if s.vain == nil {
		s.vain = map[string]bool{}
	}
	s.vain[name] = true
	return 0
}

// tag is the length of the tag or comment at the beginning of text and its name in lower case; 0 when there is
// none.
func (s *stripper) tag(text string) (length int, name string) {
	if strings.HasPrefix(text, "<!--") {
		return s.comment(text), ""
	}
	rest := strings.TrimPrefix(text[1:], "/")
	if rest == "" || (!isASCIILetter(rest[0]) && rest[0] != '!' && rest[0] != '?') {
		return 0, ""
	}
	end := strings.IndexByte(text[:min(len(text), maxTag)], '>')
	if end < 0 {
		return 0, ""
	}
	n := 0
	for n < len(rest) && (isASCIILetter(rest[n]) || (rest[n] >= '0' && rest[n] <= '9')) {
		n++
	}
	return end + 1, strings.ToLower(rest[:n])
}

func isASCIILetter(c byte) bool { return (c|0x20) >= 'a' && (c|0x20) <= 'z' }

// comment is the length of the comment at the beginning of text, 0 when it has no end.
func (s *stripper) comment(text string) int {
	if s.noMore {
		return 0
	}
	end := strings.Index(text, "-->")
	if end < 0 {
		s.noMore = true
		return 0
	}
	return end + len("-->")
}

var hidden = map[string]bool{"script": true, "style": true}

var cells = map[string]bool{"td": true, "th": true, "img": true}

var blocks = map[string]bool{
	"address": true, "article": true, "aside": true, "blockquote": true, "br": true, "dd": true, "div": true, "dl": true,
	"dt": true, "footer": true, "form": true, "h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true,
	"header": true, "hr": true, "li": true, "main": true, "ol": true, "p": true, "pre": true, "section": true, "table": true,
	"tr": true, "ul": true,
}

// appendText adds a piece of text, character by character.
func appendText(b *strings.Builder, piece string) {
	for i := 0; i < len(piece); {
		r, size := utf8.DecodeRuneInString(piece[i:])
		i += size
		if r == '\r' && !strings.HasPrefix(piece[i:], "\n") {
			r = '\n'
		}
		if to, keep := tidy(r); keep {
			b.WriteRune(to)
		}
	}
}

// tidy is what a character becomes, and whether it stays at all.
func tidy(r rune) (to rune, keep bool) {
	switch {
	case r == '\n' || (r >= ' ' && r < 0x7f):
		return r, true
	case r == '\t':
		return ' ', true
	case r == '\u2028', r == '\u2029':
		return '\n', true
	case r >= 0x80 && r < 0xa0:
		to = windows1252[r-0x80]
		return to, to != 0
	case r >= 0xe000 && r <= 0xf8ff: // the bullets of a symbol font
		return '•', true
	case unicode.Is(unicode.Zs, r):
		return ' ', true
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
		return 0, false
	}
	return r, true
}

// windows1252 are the characters that text taken for Latin-1 shows as control characters; 0 where there is none.
var windows1252 = [32]rune{
	'€', 0, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 0, 'Ž', 0,
	0, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', 0, 'ž', 'Ÿ',
}
