package match

import (
	"slices"
	"strings"

	"filiere/internal/occupation/words"
)

// Why is what speaks for a match, as people can follow it.
type Why struct {
	// Name is the label or title that resembles most, as it is written; "" when only siblings speak for it.
	Name        string
	Resemblance float64  // of that name, 0–1
	Shared      []string // words of the text that the name has too, as the text writes them
	Siblings    float64  // how much the titles of the same sheet resemble the entry, or are tied to it, 0–1
}

// Explain says why a title was matched. x is one of what Match gave for it.
func (m *Matcher) Explain(title string, x Match) Why {
	e := &x.Evidence
	w := Why{
		Resemblance: min(float64(e[resemblance]), 1),
		Siblings:    min(float64(max(e[siblings], e[closeKin], e[tied], e[closelyTied])), 1),
	}
	if x.Name == "" {
		return w
	}
	w.Name = m.written(x)
	w.Shared = m.shared(title, x.Name)
	return w
}

// written is the name of a match as it is written: one of the entry's own labels, or a title tied to it.
func (m *Matcher) written(x Match) string {
	for _, label := range x.Entry.Labels {
		ways, _ := spoken(label)
		if m.saysSo(ways, x.Name) {
			return label
		}
	}
	for i, t := range m.tie {
		if t == none || m.taxonomy.Entries[t].ID != x.Entry.ID {
			continue
		}
		if name := m.taxonomy.Titles[i].Name; m.saysSo(asked(name), x.Name) {
			return name
		}
	}
	return ""
}

// saysSo tells whether a name is said in stems in one of its ways.
func (m *Matcher) saysSo(ways [][]string, inStems string) bool {
	return slices.ContainsFunc(ways, func(folded []string) bool {
		return strings.Join(stems(m.lang, content(m.lang, folded)), " ") == inStems
	})
}

// shared are the words of a text whose stems a name has, each once, as the text writes them.
func (m *Matcher) shared(text, inStems string) []string {
	text = head(text)
	has := strings.Fields(inStems)
	var out, seen []string
	for w := range words.Scan(text) {
		if len(content(m.lang, []string{w.Fold})) == 0 {
			continue
		}
		if s := m.lang.Stem(w.Fold); slices.Contains(has, s) && !slices.Contains(seen, s) {
			seen = append(seen, s)
			out = append(out, text[w.Start:w.End])
		}
	}
	return out
}

// head is what of a title is read.
func head(title string) string {
	if len(title) > longestTitle {
		return strings.ToValidUTF8(title[:longestTitle], "")
	}
	return title
}
