package skill

import "strings"

// Keys are what of a label must agree with a text, one for each form of it.
func (g *Gazetteer) Keys(label string) []string {
	var out []string
	for _, form := range g.forms(label) {
		key := g.key(form)
		if len(key) == 1 {
			key[0] = g.lang.Stem(singular(key[0]))
		}
		out = append(out, strings.Join(key, " "))
	}
	return out
}
