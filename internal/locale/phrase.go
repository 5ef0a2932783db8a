package locale

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
)

// phrases are the texts of faults in a language, by their English text in the code. English has none.
//
//go:embed fault/*.json
var phrases embed.FS

// loadPhrases reads them: the general catalogue and one for each room. Verbs of package fmt are left as
// they are.
func loadPhrases(lang string, typeset func(string) string) (map[string]string, error) {
	names, err := fs.Glob(phrases, "fault/*"+lang+".json")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	out := map[string]string{}
	for _, name := range names {
		data, err := phrases.ReadFile(name)
		if err == nil {
			err = json.Unmarshal(data, &out)
		}
		if err != nil {
			return nil, fmt.Errorf("read catalogue %s: %w", name, err)
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	const verb = "\x00%" // keeps the space before a verb from being taken for that before a percent sign
	for text, words := range out {
		out[text] = strings.ReplaceAll(typeset(strings.ReplaceAll(words, "%", verb)), verb, "%")
	}
	return out, nil
}

// Phrase gives a text of a fault, as it stands in the code, in the reader's language, and a text nobody
// translated as it is. It is a fault.Words.
func (l *Locale) Phrase(text string) string {
	if words, ok := l.phrases[text]; ok {
		return words
	}
	return text
}
