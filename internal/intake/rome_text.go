package intake

import (
	"cmp"
	"slices"
	"strings"

	"filiere/internal/occupation"
)

// textKinds are the kinds of text of a ROME 3 sheet.
var textKinds = map[string]bool{textDefinition: true, textAccess: true, textConditions: true}

const (
	textDefinition = "definition"
	textAccess     = "acces_a_em"
	textConditions = "cond_exercice_activite"
)

// paragraphs gathers the texts of the sheets, which come a row per paragraph.
type paragraphs struct {
	sheets map[occupation.ID]map[string][]paragraph
	order  []occupation.ID
}

type paragraph struct {
	position float64
	text     string
}

func newParagraphs() *paragraphs {
	return &paragraphs{sheets: map[occupation.ID]map[string][]paragraph{}}
}

func (p *paragraphs) add(id occupation.ID, kind string, position float64, text string) {
	if p.sheets[id] == nil {
		p.sheets[id] = map[string][]paragraph{}
		p.order = append(p.order, id)
	}
	p.sheets[id][kind] = append(p.sheets[id][kind], paragraph{position, text})
}

// emit hands on one occupation a sheet, without its label, which is in another table.
func (p *paragraphs) emit(in *Reading) error {
	for _, id := range p.order {
		o := occupation.Occupation{
			ID: id, Definition: p.text(id, textDefinition), Access: p.text(id, textAccess), Conditions: p.text(id, textConditions),
		}
		if err := in.Emit(o); err != nil {
			return err
		}
	}
	return nil
}

// text is the paragraphs of one kind, one a line.
func (p *paragraphs) text(id occupation.ID, kind string) string {
	parts := p.sheets[id][kind]
	slices.SortStableFunc(parts, func(a, b paragraph) int { return cmp.Compare(a.position, b.position) })
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.text
	}
	return strings.Join(texts, "\n")
}
