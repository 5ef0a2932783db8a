package match

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/occupation"
)

// Melo is one dataset of the MELO benchmark (Retyk et al. 2024): queries that are names of work in a national
// nomenclature, a corpus of names of ESCO's entries, and which of these are right for each query.
type Melo struct {
	Language string // of the corpus, as its identifiers say: C002089_fr_000 is French
	Entries  []Entry
	Queries  []MeloQuery

	elements int // surface forms
}

// MeloQuery is one query.
type MeloQuery struct {
	ID, Text string
	Right    []string // IDs of the entries that are right
}

// The files of a dataset and how many columns each has.
const (
	meloQueries     = "queries.tsv"
	meloCorpus      = "corpus_elements.tsv"
	meloConcepts    = "concept_mapping.tsv"
	meloAnnotations = "annotations.tsv"
)

// maxLine bounds a line of a dataset, in bytes.
const maxLine = 1 << 16

// What a concept's address begins with; what follows is a code or a UUID.
const (
	iscoAddress = "http://data.europa.eu/esco/isco/C"
	escoAddress = "http://data.europa.eu/esco/occupation/"
)

// conceptEntry makes an entry of a concept: "esco-<uuid>" or, for a group of occupations, "isco08-2166".
func conceptEntry(address string) Entry {
	if code, ok := strings.CutPrefix(address, iscoAddress); ok {
		return Entry{ID: string(occupation.Make(occupation.ISCO08, code)), Group: code, Whole: true}
	}
	return Entry{ID: string(occupation.Make(occupation.ESCO, strings.TrimPrefix(address, escoAddress)))}
}

// ReadMelo reads a dataset. The fault it returns names file and line.
func ReadMelo(dir fs.FS) (*Melo, error) {
	b := &Melo{}
	concepts := map[string]string{}
	if err := rows(dir, meloConcepts, 2, func(c []string) error { concepts[c[0]] = c[1]; return nil }); err != nil {
		return nil, err
	}
	at := map[string]int32{}
	err := rows(dir, meloCorpus, 2, func(c []string) error {
		concept, ok := concepts[c[0]]
		if !ok {
			return fault.New(fault.Invalid, "read benchmark", "%s has no concept in %s", c[0], meloConcepts)
		}
		if _, ok := at[concept]; !ok {
			at[concept] = int32(len(b.Entries))
			b.Entries = append(b.Entries, conceptEntry(concept))
		}
		e := &b.Entries[at[concept]]
		e.Labels = append(e.Labels, c[1])
		b.elements++
		if parts := strings.Split(c[0], "_"); b.Language == "" && len(parts) == 3 {
			b.Language = parts[1]
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	right := map[string][]string{}
	err = rows(dir, meloAnnotations, 4, func(c []string) error {
		concept, ok := concepts[c[2]]
		if !ok {
			return fault.New(fault.Invalid, "read benchmark", "%s has no concept in %s", c[2], meloConcepts)
		}
		if id := conceptEntry(concept).ID; c[3] != "0" && !slices.Contains(right[c[0]], id) {
			right[c[0]] = append(right[c[0]], id)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = rows(dir, meloQueries, 2, func(c []string) error {
		if len(right[c[0]]) == 0 {
			return fault.New(fault.Invalid, "read benchmark", "%s has no right answer in %s", c[0], meloAnnotations)
		}
		b.Queries = append(b.Queries, MeloQuery{c[0], c[1], right[c[0]]})
		return nil
	})
	return b, err
}

// Within puts the dataset's corpus in the place of a taxonomy's entries: its titles and ties stay, and what group an
// entry is in, the dataset's own names are all the names there are.
func (b *Melo) Within(t Taxonomy) Taxonomy {
	group := make(map[string]string, len(t.Entries))
	for _, e := range t.Entries {
		group[e.ID] = e.Group
	}
	out := Taxonomy{Entries: slices.Clone(b.Entries), Titles: t.Titles}
	for i, e := range out.Entries {
		if e.Group == "" {
			out.Entries[i].Group = group[e.ID]
		}
	}
	return out
}

// Labels is how many surface forms the corpus has.
func (b *Melo) Labels() int { return b.elements }

// rows reads a table of columns parted by tabs, without a header.
func rows(dir fs.FS, file string, columns int, row func([]string) error) error {
	f, err := dir.Open(file)
	if err != nil {
		return fmt.Errorf("open benchmark: %w", err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	in.Buffer(nil, maxLine)
	line := 0
	for in.Scan() {
		line++
		text := strings.TrimRight(in.Text(), "\r")
		if text == "" {
			continue
		}
		cells := strings.Split(text, "\t")
		if len(cells) != columns {
			return fault.New(fault.Invalid, "read benchmark", "%s, line %d: %d columns instead of %d", file, line, len(cells), columns)
		}
		if err := row(cells); err != nil {
			return fmt.Errorf("%s, line %d: %w", file, line, err)
		}
	}
	if err := in.Err(); err != nil {
		return fmt.Errorf("read %s after line %d: %w", file, line, err)
	}
	return nil
}

// Figures are what a ranking is worth: the mean of one over the rank of the first right answer, and how often there
// is one among the first 1, 5 and 10.
type Figures struct {
	MRR float64 `json:"mrr"`
	A1  float64 `json:"a@1"`
	A5  float64 `json:"a@5"`
	A10 float64 `json:"a@10"`
}

func (f *Figures) count(rank int) {
	f.MRR += 1 / float64(rank)
	f.A1 += within(rank, 1)
	f.A5 += within(rank, 5)
	f.A10 += within(rank, 10)
}

func within(rank, n int) float64 {
	if rank <= n {
		return 1
	}
	return 0
}

func (f *Figures) mean(n int) {
	for _, v := range []*float64{&f.MRR, &f.A1, &f.A5, &f.A10} {
		*v /= float64(max(n, 1))
	}
}

// MeloFigures are a matcher's on a dataset. Both rank the surface forms of the corpus, as the benchmark has it.
type MeloFigures struct {
	Queries int `json:"queries"`
	// ConceptFirst ranks one surface form of each concept, in the order of the concepts, before any second one.
	ConceptFirst Figures `json:"concept_first"`
	// LabelOrder ranks all surface forms of a concept before those of the next.
	LabelOrder Figures `json:"label_order"`
	Known      int     `json:"known_titles"` // queries that are titles of the imported taxonomy, whose sheet is known
}

// Evaluate runs a matcher, made from the dataset's own entries, on its queries. The taxonomy must be Unanswered.
func (b *Melo) Evaluate(ctx context.Context, m *Matcher) (MeloFigures, error) {
	var out MeloFigures
	d := m.newDesk()
	for _, q := range b.Queries {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		at := m.place(q.Text)
		if at != none {
			out.Known++
		}
		cs := m.weigh(d, q.Text, at)
		scores := m.scores(cs)
		order := ranked(cs, scores)
		out.Queries++
		out.ConceptFirst.count(b.conceptRank(q, cs, order))
		out.LabelOrder.count(b.labelRank(q, cs, order))
	}
	out.ConceptFirst.mean(out.Queries)
	out.LabelOrder.mean(out.Queries)
	return out, nil
}

// missed is the rank of an answer that is no candidate: behind the whole corpus.
func (b *Melo) missed() int { return b.elements }

func (b *Melo) conceptRank(q MeloQuery, cs []candidate, order []int) int {
	for i, c := range order {
		if slices.Contains(q.Right, b.Entries[cs[c].entry].ID) {
			return i + 1
		}
	}
	return b.missed()
}

// labelRank is the rank among surface forms when all those of a concept come before those of the next.
func (b *Melo) labelRank(q MeloQuery, cs []candidate, order []int) int {
	rank := 1
	for _, c := range order {
		e := b.Entries[cs[c].entry]
		if slices.Contains(q.Right, e.ID) {
			return rank
		}
		rank += len(e.Labels)
	}
	return b.missed()
}
