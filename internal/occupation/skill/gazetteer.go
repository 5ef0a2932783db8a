package skill

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"filiere/internal/occupation"
	"filiere/internal/occupation/words"
)

// Span is a piece of a text that names skills.
type Span struct {
	Start, End int                // bytes of the text
	Skills     []occupation.Skill // what it names, by ID; not to be changed
}

// Catalogue is what a gazetteer is made from.
type Catalogue struct {
	Skills []occupation.Skill
	// Labels are other names of skills.
	Labels []occupation.SkillLabel
	// Titles are names of occupations: "data engineer" is a person in an advert, be it a diploma in a list of
	// knowledge.
	Titles []string
}

// Gazetteer finds the labels of skills in texts of one language. It does not change once made and may be used
// by many at once.
type Gazetteer struct {
	lang   words.Language
	rules  *rules
	tokens map[string]token  // by stem: what the labels of several words are made of
	next   map[step]node     // the trie of these
	single map[string]*label // labels of one word, by singular
	ends   []*label          // by node; nil where no label ends
}

// token is a word of labels, 0 for one that no label has.
type token uint32

// node is a place in the trie; 0 is its root.
type node uint32

type step struct {
	from node
	by   token
}

// label is what is named by one sequence of words.
type label struct {
	text   string // as the first skill of them writes it
	skills []occupation.Skill
	size   int // words that say something
	// exact asks for the capitals of the label, near for a word of a list close by. Both are for one word.
	exact bool
	near  map[string]bool
}

// New makes a gazetteer.
func New(c Catalogue, lang words.Language) *Gazetteer {
	g := &Gazetteer{
		lang: lang, rules: rulesOf(lang.Code()),
		tokens: map[string]token{}, next: map[step]node{}, single: map[string]*label{}, ends: make([]*label, 1),
	}
	people := map[string]bool{}
	for _, t := range c.Titles {
		for _, form := range genders(t) {
			people[strings.Join(g.key(form), " ")] = true
		}
	}
	byID := make(map[string]occupation.Skill, len(c.Skills))
	for _, s := range c.Skills {
		byID[s.ID] = s
		g.add(s, s.Label, people)
	}
	for _, l := range c.Labels {
		if s, ok := byID[l.Skill]; ok {
			g.add(s, l.Label, people)
		}
	}
	for _, l := range g.single {
		sortSkills(l.skills)
	}
	for _, l := range g.ends {
		if l != nil {
			sortSkills(l.skills)
		}
	}
	return g
}

// Labels is how many different labels the gazetteer looks for.
func (g *Gazetteer) Labels() int {
	n := len(g.single)
	for _, l := range g.ends {
		if l != nil {
			n++
		}
	}
	return n
}

func sortSkills(list []occupation.Skill) {
	slices.SortFunc(list, func(a, b occupation.Skill) int { return strings.Compare(a.ID, b.ID) })
}

// add takes up one label of a skill.
func (g *Gazetteer) add(s occupation.Skill, text string, people map[string]bool) {
	for w := range words.Scan(text) {
		if g.rules.diplomas[w.Fold] {
			return
		}
		break
	}
	for _, form := range g.forms(text) {
		key := g.key(form)
		if len(key) == 0 || g.rules.never[strings.Join(key, " ")] || people[strings.Join(key, " ")] {
			continue
		}
		if len(key) > 1 {
			g.addPhrase(s, form, key)
			continue
		}
		g.addWord(s, form)
	}
}

func (g *Gazetteer) addPhrase(s occupation.Skill, text string, key []string) {
	var at node
	for _, stem := range key {
		t, ok := g.tokens[stem]
		if !ok {
			t = token(len(g.tokens) + 1) //nolint:gosec // far fewer words than that
			g.tokens[stem] = t
		}
		to, ok := g.next[step{at, t}]
		if !ok {
			to = node(len(g.ends)) //nolint:gosec // the same
			g.ends = append(g.ends, nil)
			g.next[step{at, t}] = to
		}
		at = to
	}
	if g.ends[at] == nil {
		g.ends[at] = &label{text: text, size: len(key)}
	}
	g.ends[at].mean(s)
}

func (g *Gazetteer) addWord(s occupation.Skill, text string) {
	word := ""
	as := ""
	for w := range words.Scan(text) {
		if !g.rules.glue[w.Fold] {
			word, as = singular(w.Fold), text[w.Start:w.End]
		}
	}
	if g.rules.never[word] || (utf8.RuneCountInString(word) < shortestWord && g.rules.contexts[word] == nil) {
		return
	}
	l := g.single[word]
	if l == nil {
		l = &label{text: as, size: 1, near: g.rules.contexts[word]}
		g.single[word] = l
	}
	l.exact = l.exact || g.rules.names[word] || (isName(as) && len(as) <= longestAbbreviation)
	if l.exact && isName(as) {
		l.text = as
	}
	l.mean(s)
}

// shortestWord is how many characters a label of one word has that needs no context.
const shortestWord = 3

// longestAbbreviation is up to which length, in bytes, a name must be written with its capitals.
const longestAbbreviation = 4

// isName tells whether a word has a capital after its first letter, a digit or a sign: SQL, JavaScript, C++.
func isName(s string) bool {
	for i, r := range s {
		if i > 0 && !unicode.IsLower(r) && r != '-' {
			return true
		}
	}
	return false
}

func (l *label) mean(s occupation.Skill) {
	if !slices.ContainsFunc(l.skills, func(k occupation.Skill) bool { return k.ID == s.ID }) {
		l.skills = append(l.skills, s)
	}
}

// forms are the ways a label may stand in a text: whole, without what is in brackets or trails off, and without
// a head that says no more than that it is knowledge.
func (g *Gazetteer) forms(text string) []string {
	text = strings.TrimSpace(strings.TrimRight(strings.TrimSpace(text), ".…, "))
	out := []string{text}
	if from := strings.IndexByte(text, '('); from >= 0 {
		if to := strings.IndexByte(text[from:], ')'); to >= 0 {
			inner := text[from+1 : from+to]
			bare := strings.TrimSpace(text[:from] + text[from+to+1:])
			out[0] = bare
			if isName(inner) && !strings.Contains(inner, " ") {
				out = append(out, inner)
			}
		}
	}
	if rest, ok := g.headless(out[0]); ok {
		out = append(out, rest)
	}
	return out
}

// genders are the names in a title that is given for a man and a woman: "Commis / Commise de cuisine" is commis de
// cuisine and commise de cuisine.
func genders(title string) []string {
	man, rest, both := strings.Cut(title, " / ")
	if !both {
		return []string{title}
	}
	woman, of, _ := strings.Cut(rest, " ")
	return []string{man + " " + of, woman + " " + of, rest}
}

// headless is a label without its generic head, where two words that say something are left.
func (g *Gazetteer) headless(text string) (string, bool) {
	first := true
	for w := range words.Scan(text) {
		if first {
			if !g.rules.heads[w.Fold] {
				return "", false
			}
			first = false
			continue
		}
		if g.rules.glue[w.Fold] {
			continue
		}
		rest := text[w.Start:]
		return rest, len(g.key(rest)) > 1
	}
	return "", false
}

// key is what of a text must agree: the stems of the words that say something.
func (g *Gazetteer) key(text string) []string {
	var out []string
	for w := range words.Scan(text) {
		if !g.rules.glue[w.Fold] {
			out = append(out, g.stem(w.Fold))
		}
	}
	return out
}

// stem is the stem of a word, or that of the noun it is a verb of.
func (g *Gazetteer) stem(folded string) string {
	if noun, ok := g.rules.kin[folded]; ok {
		return noun
	}
	stem := g.lang.Stem(folded)
	if noun, ok := g.rules.kinStems[stem]; ok {
		return noun
	}
	return stem
}

// singular takes the s or x of the plural off.
func singular(folded string) string {
	if n := len(folded); n > 3 && (folded[n-1] == 's' || folded[n-1] == 'x') {
		return folded[:n-1]
	}
	return folded
}
