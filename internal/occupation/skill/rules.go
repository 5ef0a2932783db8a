package skill

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
	"sync"

	"filiere/internal/occupation/words"
)

// rules are what is known of a language besides its stems, read from rules.<code>.txt. The files say what each
// section is for.
type rules struct {
	glue     map[string]bool            // words that may stand or miss between two words of a label
	heads    map[string]bool            // heads of labels that may miss
	diplomas map[string]bool            // first words of labels that are left out
	kin      map[string]string          // forms of verbs, and the stem of their noun
	kinStems map[string]string          // stems of verbs, and the stem of their noun
	unit     map[string]bool            // words before a label that make it a part of an organisation
	person   map[string]bool            // words after a label that make it a person
	never    map[string]bool            // labels that are no skill in an advert; for several words, their stems
	names    map[string]bool            // labels of one word taken only as the label is written
	contexts map[string]map[string]bool // labels of one word taken only near one of these
	own      phrases                    // headings of what speaks of the post
	other    phrases                    // headings of what does not
	employer phrases                    // words of a sentence that speaks of the employer
	benefit  phrases                    // words of a sentence that does not speak of the post
	rescue   phrases                    // words of a sentence that does all the same
}

//go:embed rules.*.txt
var files embed.FS

// rulesOf are the rules of a language; without a file there are none, and little words are those of the language.
func rulesOf(code string) *rules {
	if r, ok := allRules()[code]; ok {
		return r
	}
	lang, err := words.In(code)
	if err != nil {
		return &rules{}
	}
	return &rules{glue: lang.Stops()}
}

var allRules = sync.OnceValue(func() map[string]*rules {
	out := map[string]*rules{}
	names, err := fs.Glob(files, "rules.*.txt")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		text, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		code := strings.TrimSuffix(strings.TrimPrefix(name, "rules."), ".txt")
		r, err := parseRules(code, string(text))
		if err != nil {
			panic(fmt.Sprintf("%s: %v", name, err)) // the file is ours, and tests read it
		}
		out[code] = r
	}
	return out
})

// parseRules reads a file of rules: sections in square brackets, a line for each entry, # before what is for
// people.
func parseRules(code, text string) (*rules, error) {
	lang, err := words.In(code)
	if err != nil {
		return nil, err
	}
	r := &rules{
		glue: map[string]bool{}, heads: map[string]bool{}, diplomas: map[string]bool{}, unit: map[string]bool{}, person: map[string]bool{}, kin: map[string]string{}, kinStems: map[string]string{},
		never: map[string]bool{}, names: map[string]bool{}, contexts: map[string]map[string]bool{},
	}
	sets := map[string]map[string]bool{"glue": r.glue, "heads": r.heads, "diplomas": r.diplomas, "unit": r.unit, "person": r.person}
	signs := map[string]*phrases{"post": &r.own, "other": &r.other, "employer": &r.employer, "benefit": &r.benefit, "rescue": &r.rescue}
	contexts := map[string]map[string]bool{}
	section, about := "", ""
	var late []string // [never] wants kin to be known
	n := 0
	for line := range strings.Lines(text) {
		n++
		if strings.HasPrefix(line, "# ") {
			continue
		}
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		if strings.HasPrefix(line, "[") {
			section, about, _ = strings.Cut(strings.Trim(line, "[]"), " ")
			continue
		}
		if set, ok := sets[section]; ok {
			all(set, line)
			continue
		}
		if sign, ok := signs[section]; ok {
			sign.add(line)
			continue
		}
		left, right, pair := strings.Cut(line, ":")
		switch section {
		case "kin":
			r.relate(lang, left, right)
		case "apart":
			for w := range words.Scan(line) {
				r.kin[w.Fold] = singular(w.Fold) + "=" // no stem has this sign
			}
		case "never":
			late = append(late, line)
		case "names":
			for w := range words.Scan(line) {
				r.names[singular(w.Fold)] = true
			}
		case "trade":
			contexts[about] = and(contexts[about], line)
		case "near":
			for w := range words.Scan(left) {
				r.contexts[singular(w.Fold)] = contexts[strings.TrimSpace(right)]
			}
			if !pair || contexts[strings.TrimSpace(right)] == nil {
				return nil, fmt.Errorf("line %d: no trade is called %q", n, right)
			}
		default:
			return nil, fmt.Errorf("line %d: no section is called %q", n, section)
		}
	}
	r.forbid(Gazetteer{lang: lang, rules: r}, late)
	return r, nil
}

// forbid notes what is never a skill, in the form labels are looked up in.
func (r *rules) forbid(g Gazetteer, lines []string) {
	for _, line := range lines {
		key := g.key(line)
		if len(key) == 1 {
			for w := range words.Scan(line) {
				r.never[singular(w.Fold)] = true
			}
			continue
		}
		r.never[strings.Join(key, " ")] = true
	}
}

func all(set map[string]bool, line string) {
	for _, w := range strings.Fields(line) {
		set[words.Fold(w)] = true
	}
}

func and(set map[string]bool, line string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	for w := range words.Scan(line) {
		set[w.Fold] = true
	}
	return set
}

// relate makes the forms of a verb stand for its noun. The infinitive, which comes first, stands for every form
// that shares its stem.
func (r *rules) relate(lang words.Language, noun, verbs string) {
	stem := lang.Stem(words.Fold(strings.TrimSpace(noun)))
	for i, v := range strings.Fields(verbs) {
		v = words.Fold(v)
		r.kin[v] = stem
		if i == 0 {
			r.kinStems[lang.Stem(v)] = stem
		}
	}
}

// phrases are sequences of folded words, by their first.
type phrases map[string][][]string

func (p *phrases) add(line string) {
	var list []string
	for w := range words.Scan(line) {
		list = append(list, w.Fold)
	}
	if len(list) == 0 {
		return
	}
	if *p == nil {
		*p = phrases{}
	}
	(*p)[list[0]] = append((*p)[list[0]], list)
}

// begins is how many words the longest phrase has that list begins with, 0 for none.
func (p phrases) begins(list []words.Word) int {
	if len(list) == 0 {
		return 0
	}
	longest := 0
	for _, phrase := range p[list[0].Fold] {
		if len(phrase) > longest && len(phrase) <= len(list) && same(phrase, list) {
			longest = len(phrase)
		}
	}
	return longest
}

func same(phrase []string, list []words.Word) bool {
	for i, w := range phrase {
		if list[i].Fold != w {
			return false
		}
	}
	return true
}

// in tells whether a phrase is in list.
func (p phrases) in(list []words.Word) bool {
	for i := range list {
		if p.begins(list[i:]) > 0 {
			return true
		}
	}
	return false
}
