package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed *.json
var files embed.FS

// part is a stretch of a message: literal text, or the name of a parameter.
type part struct {
	text  string
	param string
}

// message is one entry of a catalogue.
type message struct {
	count string // the parameter that decides the plural form; "" when there is one form
	forms map[plural.Form][]part
}

// categories are the names of plural forms in catalogue files.
var categories = map[string]plural.Form{
	"zero": plural.Zero, "one": plural.One, "two": plural.Two,
	"few": plural.Few, "many": plural.Many, "other": plural.Other,
}

// load reads the embedded catalogues of a language: the general one and one for each topic.
func load(lang string, typeset func(string) string) (map[string]message, error) {
	names, err := fs.Glob(files, "*."+lang+".json")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	entries := map[string]any{}
	for _, name := range append(names, lang+".json") {
		data, err := files.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", name, err)
		}
		own := map[string]any{}
		if err := json.Unmarshal(data, &own); err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", name, err)
		}
		for key, entry := range own {
			if _, twice := entries[key]; twice {
				return nil, fmt.Errorf("read catalogue %s: another catalogue has %s too", name, key)
			}
			entries[key] = entry
		}
	}
	messages := make(map[string]message, len(entries))
	for key, entry := range entries {
		m, err := parse(entry, typeset)
		if err != nil {
			return nil, fmt.Errorf("catalogue %s: %s: %w", lang, key, err)
		}
		messages[key] = m
	}
	return messages, nil
}

// parse reads an entry: a string, or an object {"plural": "n", "one": …, "other": …}.
func parse(entry any, typeset func(string) string) (message, error) {
	switch e := entry.(type) {
	case string:
		parts, err := split(typeset(e))
		return message{forms: map[plural.Form][]part{plural.Other: parts}}, err
	case map[string]any:
		m := message{forms: map[plural.Form][]part{}}
		for name, v := range e {
			text, ok := v.(string)
			form, known := categories[name]
			switch {
			case !ok:
				return m, fmt.Errorf("form %q is not text", name)
			case name == "plural":
				m.count = text
			case !known:
				return m, fmt.Errorf("no plural form is called %q", name)
			default:
				parts, err := split(typeset(text))
				if err != nil {
					return m, err
				}
				m.forms[form] = parts
			}
		}
		if m.count == "" || m.forms[plural.Other] == nil {
			return m, fmt.Errorf("a plural message needs %q and %q", "plural", "other")
		}
		return m, nil
	}
	return message{}, fmt.Errorf("an entry is text or an object of plural forms")
}

// split cuts a message at its parameters.
func split(text string) ([]part, error) {
	var parts []part
	for text != "" {
		before, rest, found := strings.Cut(text, "{")
		if before != "" {
			parts = append(parts, part{text: before})
		}
		if !found {
			break
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed || name == "" {
			return nil, fmt.Errorf("a brace is not closed in %q", text)
		}
		parts = append(parts, part{param: name})
		text = after
	}
	return parts, nil
}

// form picks the parts for a count, which may be any number.
func (m message) form(tag language.Tag, count any) []part {
	if m.count == "" {
		return m.forms[plural.Other]
	}
	if parts, ok := m.forms[category(tag, count)]; ok {
		return parts
	}
	return m.forms[plural.Other]
}

// category is the CLDR plural category of a number in a language.
func category(tag language.Tag, count any) plural.Form {
	switch n := count.(type) {
	case int:
		return plural.Cardinal.MatchPlural(tag, abs(n)%10_000_000, 0, 0, 0, 0)
	case float64:
		whole := int(n)
		if n == float64(whole) {
			return category(tag, whole)
		}
		return plural.Cardinal.MatchPlural(tag, abs(whole)%10_000_000, 1, 1, 1, 1)
	}
	return plural.Other
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
