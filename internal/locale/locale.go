package locale

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Lang is a language the program speaks.
type Lang string

// The languages; French is the default, being the language of the sources.
const (
	French  Lang = "fr"
	English Lang = "en"
)

// Langs lists the languages, the default first.
func Langs() []Lang { return []Lang{French, English} }

// Parse reads a language's name; ok is false when the program does not speak it.
func Parse(s string) (lang Lang, ok bool) {
	for _, l := range Langs() {
		if string(l) == s {
			return l, true
		}
	}
	return French, false
}

var matcher = language.NewMatcher([]language.Tag{language.French, language.English})

// Match picks the language that suits an Accept-Language header (or a LANG variable's "en_GB") best,
// French when none does.
func Match(accept string) Lang {
	tags, _, err := language.ParseAcceptLanguage(strings.ReplaceAll(accept, "_", "-"))
	if err != nil || len(tags) == 0 {
		return French
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return French
	}
	return Langs()[i]
}

// Locale writes text, numbers and dates in one language.
type Locale struct {
	Lang     Lang
	tag      language.Tag
	messages map[string]message
	phrases  map[string]string
	marks    marks
}

// Bundle holds a locale per language.
type Bundle map[Lang]*Locale

// Load reads the embedded catalogues. It fails only when a catalogue is malformed, which the
// package's tests exclude.
func Load() (Bundle, error) {
	b := Bundle{}
	for lang, l := range map[Lang]*Locale{
		French:  {tag: language.French, marks: frenchMarks},
		English: {tag: language.English, marks: englishMarks},
	} {
		messages, err := load(string(lang), l.marks.typeset)
		if err != nil {
			return nil, err
		}
		if l.phrases, err = loadPhrases(string(lang), l.marks.typeset); err != nil {
			return nil, err
		}
		l.Lang, l.messages = lang, messages
		b[lang] = l
	}
	return b, nil
}

// Has reports whether the catalogue has a key.
func (l *Locale) Has(key string) bool { _, ok := l.messages[key]; return ok }

// Keys lists the catalogue's keys in order.
func (l *Locale) Keys() []string { return slices.Sorted(maps.Keys(l.messages)) }

// T writes a message with its parameters, given as name, value pairs:
//
//	l.T("area.count", "n", 3)
//
// Integers and floats are written as the language writes them. A key that does not exist gives the
// key itself, so that it is seen and mended.
func (l *Locale) T(key string, pairs ...any) string {
	return l.Compose(key, func(text string) string { return text }, l.Show, pairs...)
}

// Compose writes a message through two functions, one for its own text and one for its parameters:
// pages escape the first and may put links in the second.
func (l *Locale) Compose(key string, text func(string) string, param func(any) string, pairs ...any) string {
	m, ok := l.messages[key]
	if !ok {
		return text(key)
	}
	var b strings.Builder
	for _, p := range m.form(l.tag, lookup(pairs, m.count)) {
		if p.param == "" {
			b.WriteString(text(p.text))
			continue
		}
		b.WriteString(param(lookup(pairs, p.param)))
	}
	return b.String()
}

// Show writes one parameter.
func (l *Locale) Show(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case int:
		return l.Int(v)
	case float64:
		return l.Short(v)
	}
	return fmt.Sprint(v)
}

// lookup finds a parameter in name, value pairs.
func lookup(pairs []any, name string) any {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return nil
}
