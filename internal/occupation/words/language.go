package words

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/spanish"

	"filiere/internal/fault"
)

// Language is what the matcher has to know of a language. Its methods take folded words and may be called by
// many at once.
type Language interface {
	// Code is the language's two letters (ISO 639-1), "und" for a language nothing is known of.
	Code() string
	// Stem is what a word has in common with its inflections. It is folded itself.
	Stem(folded string) string
	// Stop tells whether a word says nothing by itself: articles, elided ones too, prepositions, pronouns,
	// auxiliaries.
	Stop(folded string) bool
	// Stops are the words Stop knows; not to be changed.
	Stops() map[string]bool
}

// Undetermined is the code of the language nothing is known of: every word is its own stem.
const Undetermined = "und"

// In gives a language by its code. It is a fault to ask for one that is not known; Undetermined is.
func In(code string) (Language, error) {
	if l, ok := languages()[code]; ok {
		return l, nil
	}
	f := fault.New(fault.Invalid, "choose language", "%q is no language texts are read in", code)
	f.Advise("use one of %s", strings.Join(Codes(), ", "))
	return nil, f
}

// Codes are the codes In knows, sorted.
func Codes() []string { return slices.Sorted(maps.Keys(languages())) }

var languages = sync.OnceValue(func() map[string]Language {
	out := map[string]Language{Undetermined: undetermined{}}
	for _, g := range grammars {
		out[g.code] = newLanguage(g)
	}
	return out
})

// grammar is a language as data.
type grammar struct {
	code  string
	stem  func(*snowballstem.Env) bool
	stops string // folded, between blanks
	// endings are rewritten before the stemmer sees a word, the first that fits: longest first.
	endings []ending
	// whole words that are rewritten, before endings.
	whole map[string]string
}

// ending is an ending of folded words and what the stemmer has to see instead. Words are folded first and
// stemmed then, because adverts are typed in capitals and in a hurry: GERER, gerer and gérer must be one. The
// stemmers of languages with accents expect them in a few endings; the tables below put right what folding took
// away, and bring feminines together with masculines, which the stemmers do not.
type ending struct{ from, to string }

var grammars = []grammar{
	{
		code: "fr", stem: french.Stem, stops: frenchStops,
		endings: []ending{
			{"iennes", "ien"},
			{"ienne", "ien"},
			{"trices", "teur"},
			{"trice", "teur"},
			{"euses", "eur"},
			{"euse", "eur"},
			{"ieres", "ier"},
			{"iere", "ier"},
			{"eres", "er"},
			{"ere", "er"},
			{"ees", "e"},
			{"ee", "e"},
		},
		whole: map[string]string{
			"lieux": "lieu", "milieux": "milieu", "enjeux": "enjeu", "jeux": "jeu", "feux": "feu", "essieux": "essieu",
			"cheveux": "cheveu", "voeux": "voeu", "travaux": "travail", "vitraux": "vitrail", "email": "email",
		},
	},
	{code: "en", stem: english.Stem, stops: englishStops},
	{code: "de", stem: german.Stem, stops: germanStops, endings: []ending{{"erinnen", "er"}, {"erin", "er"}}},
	{
		code: "es", stem: spanish.Stem, stops: spanishStops,
		endings: []ending{{"cion", "ción"}, {"sion", "sión"}, {"logia", "logía"}, {"logias", "logías"}, {"doras", "dor"}, {"dora", "dor"}},
	},
	{code: "nl", stem: dutch.Stem, stops: dutchStops},
	{code: "it", stem: italian.Stem, stops: italianStops, endings: []ending{{"ita", "ità"}, {"trici", "tore"}, {"trice", "tore"}}},
}

// language is a grammar at work.
type language struct {
	grammar
	stopped map[string]bool
	envs    sync.Pool
	known   cache
}

func newLanguage(g grammar) *language {
	l := &language{grammar: g, stopped: map[string]bool{}}
	for _, w := range strings.Fields(g.stops) {
		l.stopped[w] = true
	}
	l.envs.New = func() any { return snowballstem.NewEnv("") }
	return l
}

// Code implements Language.
func (l *language) Code() string { return l.code }

// Stop implements Language.
func (l *language) Stop(folded string) bool { return l.stopped[folded] }

// Stops implements Language.
func (l *language) Stops() map[string]bool { return l.stopped }

// longestWord is the longest word, in bytes, that is stemmed. What is longer is no word of a language.
const longestWord = 48

// Stem implements Language.
func (l *language) Stem(folded string) string {
	if len(folded) < 3 || len(folded) > longestWord {
		return folded
	}
	return l.known.get(folded, l.compute)
}

// leastRoot is what must remain of a word before an ending that is rewritten.
const leastRoot = 3

func (l *language) compute(word string) string {
	seen := word
	if to, ok := l.whole[word]; ok {
		seen = to
	} else {
		for _, e := range l.endings {
			if len(word)-len(e.from) >= leastRoot && strings.HasSuffix(word, e.from) {
				seen = word[:len(word)-len(e.from)] + e.to
				break
			}
		}
	}
	env := l.envs.Get().(*snowballstem.Env)
	defer l.envs.Put(env)
	env.SetCurrent(seen)
	l.stem(env)
	return Fold(env.Current())
}

// undetermined is the language nothing is known of.
type undetermined struct{}

// Code implements Language.
func (undetermined) Code() string { return Undetermined }

// Stem implements Language.
func (undetermined) Stem(folded string) string { return folded }

// Stop implements Language.
func (undetermined) Stop(string) bool { return false }

// Stops implements Language.
func (undetermined) Stops() map[string]bool { return nil }
