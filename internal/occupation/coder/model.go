package coder

import (
	"slices"
	"sync"

	"filiere/internal/occupation/words"
)

// Model is a coder that has learned. Many may use it at once.
type Model struct {
	lang        words.Language
	evidence    evidence
	sheets      []string
	parents     map[string]string
	committee   []*ranker
	temperature float32
	threshold   float32
	groups      []uint64 // of the adverts learned from, sorted
	named       []uint64 // of their titles
	report      Report

	place map[string]int32
	desks sync.Pool
}

// Candidate is a sheet an advert may be about.
type Candidate struct {
	Sheet       string  `json:"sheet"`
	Probability float64 `json:"probability"`
}

// index makes what is not kept in the file.
func (m *Model) index() error {
	m.place = make(map[string]int32, len(m.sheets))
	for i, s := range m.sheets {
		m.place[s] = int32(i)
	}
	return nil
}

// remember notes the groups a model must not be measured on.
func (m *Model) remember(p *prepared) {
	for _, a := range p.adverts {
		m.groups = append(m.groups, a.group)
		m.named = append(m.named, a.named)
	}
	slices.Sort(m.groups)
	slices.Sort(m.named)
	m.groups, m.named = slices.Compact(m.groups), slices.Compact(m.named)
}

// Report says what the model learned from.
func (m *Model) Report() Report { return m.report }

// Threshold is the probability of the first candidate under which the honest answer is "don't know".
func (m *Model) Threshold() float64 { return float64(m.threshold) }

func (m *Model) desk() *desk {
	if d, ok := m.desks.Get().(*desk); ok {
		return d
	}
	return &desk{reader: reader{lang: m.lang}}
}

// Code gives the n likeliest sheets of an advert, the likeliest first. text may be empty; it has to be plain
// (words.Clean). A title without a word in it gives none.
func (m *Model) Code(title, text string, n int) []Candidate {
	d := m.desk()
	defer m.desks.Put(d)
	listed := m.weigh(d, title, text)
	if len(listed) == 0 || n <= 0 {
		return nil
	}
	order := highest(d.scores, min(n, len(listed)), d.listed[:0])
	out := make([]Candidate, len(order))
	for i, at := range order {
		out[i] = Candidate{m.sheets[listed[at].sheet], float64(d.scores[at])}
	}
	d.listed = order
	return out
}

// weigh leaves the probabilities of what it lists in d.scores.
func (m *Model) weigh(d *desk, title, text string) []candidate {
	features := d.readTitle(title)
	var counts []counted
	if text != "" {
		counts = d.readText(text)
	}
	if len(features) == 0 && len(counts) == 0 {
		return nil
	}
	listed := m.evidence.weigh(features, counts, d)
	d.scores = slices.Grow(d.scores[:0], len(listed))[:len(listed)]
	scoreBy(m.committee, listed, d.scores)
	probable(d.scores, m.temperature)
	return listed
}

// Sheet is the sheet a published code means, a later edition's too; ok is false when it is none.
func (m *Model) Sheet(code string) (sheet string, ok bool) {
	i, ok := sheetOf(code, m.parents, m.place)
	if !ok {
		return "", false
	}
	return m.sheets[i], true
}
