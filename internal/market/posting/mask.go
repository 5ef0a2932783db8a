package posting

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Masked counts what was taken out of a text because it tells of persons.
type Masked struct {
	Emails int `json:"emails"`
	Phones int `json:"phones"`
	Names  int `json:"names"`
}

func (m Masked) plus(n Masked) Masked {
	return Masked{m.Emails + n.Emails, m.Phones + n.Phones, m.Names + n.Names}
}

// What stands in a text for what was taken out.
const (
	maskedEmail = "[e-mail]"
	maskedPhone = "[tel]"
	maskedName  = "[nom]"
)

// How persons are called: words with a capital, joined by hyphens or not, no more than three.
const (
	capital  = `\p{Lu}(?:\p{Ll}+|\p{Lu}*)(?:[-'’]\p{Lu}(?:\p{Ll}+|\p{Lu}*))?`
	person   = `(?:(?:de|du|des)[ \t]+)?` + capital + `(?:[ \t]+` + capital + `){0,2}`
	twoNames = capital + `[ \t]+` + capital
)

// The forms of what is taken out; each is tried only where it may begin, since adverts are many and persons few. A name
// is only taken for one after a word that announces a person: words that begin with a capital stand everywhere.
var (
	// name@host, or with the sign written out
	emailForm = regexp.MustCompile(`(?i)^[a-z0-9._%+'-]{1,64}(?:@|\s?[\[(]\s?(?:at|arobase|a)\s?[\])]\s?)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,4}\.[a-z]{2,24}\b`)
	// a French number, national or international, in pairs or run together; any other international number
	phoneForm   = regexp.MustCompile(`^(?:(?:\+\s?33|0033)[\s.\-]?(?:\(0\)[\s.\-]?)?[1-9](?:[\s.\-]?\d{2}){4}\b|0[1-9](?:[\s.\-]?\d{2}){4}\b|\+\d{2,3}(?:[\s.\-]?\d{2,4}){3,5}\b)`)
	titleForm   = regexp.MustCompile(`^((?:M\.|MM\.|Mr\.?|Mrs\.?|Mme\.?|Mlle\.?|Madame|Monsieur|Mademoiselle)\s+)` + person)
	contactForm = regexp.MustCompile(`^((?i:contact(?:ez|er)?|interlocut(?:eur|rice)|recruteu(?:r|se)|attention de|auprès de|recruté(?:e)? par|consultante?)\s*:?\s*)` + twoNames)
)

// announced are the beginnings of words after which a name may stand.
var announced = []string{"contact", "interlocut", "recrut", "attention", "auprès", "consultant"}

// longestForm is how far what is taken out may reach, in bytes: enough for three names joined.
const longestForm = 240

// Mask takes e-mail addresses, telephone numbers and names of persons out of a text.
func Mask(s string) (string, Masked) {
	var m Masked
	var b strings.Builder
	written := strings.Contains(s, "@") || strings.Contains(s, "(") || strings.Contains(s, "[")
	kept := 0
	for i := 0; i < len(s); {
		if !beginsWord(s, i) {
			i++
			continue
		}
		n, instead := m.at(s[i:min(len(s), i+longestForm)], written)
		if n == 0 {
			i++
			continue
		}
		b.WriteString(s[kept:i])
		b.WriteString(instead)
		i += n
		kept = i
	}
	if kept == 0 {
		return s, m
	}
	b.WriteString(s[kept:])
	return b.String(), m
}

// beginsWord tells whether a word or number begins at a byte of a text.
func beginsWord(s string, i int) bool {
	if c := s[i]; !isLetter(c) && !isDigit(c) && c != '+' {
		return false
	}
	if i == 0 {
		return true
	}
	c := s[i-1]
	if c < utf8.RuneSelf {
		return !isLetter(c) && !isDigit(c)
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return !unicode.IsLetter(r)
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// at tells what is to be taken out at the beginning of s: how many bytes, and what stands for them.
func (m *Masked) at(s string, addresses bool) (int, string) {
	c := s[0]
	if c == '+' || c == '0' {
		if n := len(phoneForm.FindString(s)); n > 0 {
			m.Phones++
			return n, maskedPhone
		}
	}
	if addresses && mayBeAddress(s) {
		if n := len(emailForm.FindString(s)); n > 0 {
			m.Emails++
			return n, maskedEmail
		}
	}
	var form *regexp.Regexp
	switch {
	case c == 'M':
		form = titleForm
	case isAnnounced(s):
		form = contactForm
	default:
		return 0, ""
	}
	at := form.FindStringSubmatchIndex(s)
	if at == nil {
		return 0, ""
	}
	m.Names++
	return at[1], s[:at[3]] + maskedName
}

// mayBeAddress tells whether the word that begins here may be an e-mail address: a sign stands after it.
func mayBeAddress(s string) bool {
	i := strings.IndexAny(s, "@([")
	if i <= 0 || i > 66 {
		return false
	}
	blank := strings.IndexAny(s[:i], " \t\n,;:/")
	return blank < 0 || s[i] != '@' && blank == i-1
}

func isAnnounced(s string) bool {
	for _, word := range announced {
		if len(s) > len(word) && strings.EqualFold(s[:len(word)], word) {
			return true
		}
	}
	return false
}
