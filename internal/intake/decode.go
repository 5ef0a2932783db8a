package intake

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// decode returns the content as UTF-8 without a byte order mark. What is not UTF-8 is read as
// Windows-1252, of which Latin-1 is the printable part: the only other encoding French producers use.
func decode(content []byte) []byte {
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	return mendControls(toUTF8(content))
}

// toUTF8 reads what is not UTF-8 as Windows-1252.
func toUTF8(b []byte) []byte {
	if utf8.Valid(b) {
		return b
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil { // cannot happen: every byte has a meaning there
		return bytes.ToValidUTF8(b, []byte("\uFFFD"))
	}
	return out
}

// c1Lead begins the UTF-8 form of the control characters U+0080 to U+009F.
const c1Lead = 0xc2

// mendControls puts back the characters of a Windows-1252 text that its producer turned into UTF-8 as
// if it were Latin-1: the Dares pay bands say "1250 U+0080" for "1250 €". These control characters have
// no use in a table, so nothing else is lost.
func mendControls(b []byte) []byte {
	if !hasC1(b) {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/16)
	for i := 0; i < len(b); i++ {
		if b[i] == c1Lead && i+1 < len(b) && b[i+1] >= 0x80 && b[i+1] <= 0x9f {
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(b[i+1]))
			i++
			continue
		}
		out = append(out, b[i])
	}
	return out
}

func hasC1(b []byte) bool {
	for {
		i := bytes.IndexByte(b, c1Lead)
		if i < 0 || i+1 >= len(b) {
			return false
		}
		if c := b[i+1]; c >= 0x80 && c <= 0x9f {
			return true
		}
		b = b[i+2:]
	}
}
