package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"filiere/internal/fold"
	"filiere/internal/market"
)

const (
	// searchWords bounds the words of a query that are looked at: names are shorter, and each word costs a lookup.
	searchWords = 8
	// searchCandidates bounds the names that are ranked: the best answers are among the heaviest.
	searchCandidates = 200
	// wholeOnly is the length up to which a word must be met whole: one or two letters begin
	// thousands of words and help nobody.
	wholeOnly = 2
)

// Search finds occupations and places by name: each word typed must begin a word of the name, accents, gender and
// plural aside. The same name comes first, then names that hold the very words, then those that begin with
// them; among equals those with figures, then the shorter. When nothing is found, numbers are left out
// ("Lyon 8" finds Lyon where there are no arrondissements).
func (s *Store) Search(ctx context.Context, text string, limit int) ([]market.Found, error) {
	words := queryWords(text)
	for len(words) > 0 {
		found, err := s.candidates(ctx, words)
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			return ranked(found, words, limit), nil
		}
		fewer := slices.DeleteFunc(slices.Clone(words), func(w fold.Word) bool { return w.Stem[0] >= '0' && w.Stem[0] <= '9' })
		if len(fewer) == len(words) {
			break
		}
		words = fewer
	}
	return nil, nil
}

// queryWords gives the different words of a query, the longest first: it is met in the fewest names.
func queryWords(text string) []fold.Word {
	words := fold.Split(text)
	seen := map[string]bool{}
	words = slices.DeleteFunc(words, func(w fold.Word) bool {
		again := seen[w.Stem]
		seen[w.Stem] = true
		return again
	})
	slices.SortStableFunc(words, func(a, b fold.Word) int { return cmp.Compare(len(b.Stem), len(a.Stem)) })
	return words[:min(len(words), searchWords)]
}

// searchEntry is a name people may look for, and what it leads to.
type searchEntry struct {
	market.Found
	name   string // the name itself, which may not be the label
	folded string
	weight int64
}

// candidates finds the heaviest names that hold every word,
// whole words first.
func (s *Store) candidates(ctx context.Context, words []fold.Word) ([]searchEntry, error) {
	b := &binder{}
	first := words[0]
	text := `SELECT e.kind, e.ref, e.label, e.name, e.folded, e.weight FROM (
		SELECT w.entry_id, max(CASE WHEN w.word IN (` + b.bind(first.Stem) + `, ` + b.bind(first.Plain) + `) THEN 1 ELSE 0 END) AS whole,
			max(w.weight) AS weight
		FROM search_word w WHERE ` + begins(b, "w", first)
	for _, w := range words[1:] {
		text += ` AND EXISTS (SELECT 1 FROM search_word v WHERE v.entry_id = w.entry_id AND ` + begins(b, "v", w) + `)`
	}
	text += ` GROUP BY w.entry_id ORDER BY whole DESC, weight DESC, w.entry_id LIMIT ` + b.bind(searchCandidates) + `
		) AS c JOIN search_entry e ON e.id = c.entry_id`
	return query(ctx, s, "names", scanEntry, text, b.args...)
}

func scanEntry(row interface{ Scan(...any) error }) (searchEntry, error) {
	var e searchEntry
	return e, row.Scan(&e.Kind, &e.Ref, &e.Label, &e.name, &e.folded, &e.weight)
}

// begins is the condition that a word of the index begins with a word of the query, as typed or as meant.
func begins(b *binder, alias string, w fold.Word) string {
	one := func(prefix string) string {
		if len(prefix) <= wholeOnly {
			return alias + `.word = ` + b.bind(prefix)
		}
		return alias + `.word >= ` + b.bind(prefix) + ` AND ` + alias + `.word < ` + b.bind(after(prefix))
	}
	if strings.HasPrefix(w.Plain, w.Stem) {
		return one(w.Stem)
	}
	return `(` + one(w.Stem) + ` OR ` + one(w.Plain) + `)`
}

// after is the first text that comes after everything that begins with prefix, for texts of folded letters
// and digits: their order is the same in every collation.
func after(prefix string) string {
	r := []rune(prefix)
	for len(r) > 1 && r[len(r)-1] == 'z' {
		r = r[:len(r)-1]
	}
	switch last := &r[len(r)-1]; *last {
	case '9':
		*last = 'a'
	default:
		*last++
	}
	return string(r)
}

// How well a name answers a query.
const (
	begun = iota // its words begin with those of the query
	whole        // it holds the very words
	same         // it is the query
)

// weightSameTitle lifts the very title of an occupation, below the occupation's own name: a title may
// belong to several occupations, and the one named after it is meant.
const weightSameTitle = 300

// answer says how well an entry answers a query, and its weight as an answer.
func (e searchEntry) answer(words []fold.Word) (rank int, weight int64) {
	have := strings.Fields(e.folded)
	for _, w := range words {
		if !slices.Contains(have, w.Stem) {
			return begun, e.weight
		}
	}
	switch {
	case len(have) > len(words):
		return whole, e.weight
	case e.Kind == "occupation" && e.name != e.Label:
		return whole, e.weight + weightSameTitle
	}
	return same, e.weight
}

// ranked orders candidates, keeps the best name of each thing found, and cuts.
func ranked(found []searchEntry, words []fold.Word, limit int) []market.Found {
	slices.SortStableFunc(found, func(a, b searchEntry) int {
		rankA, weightA := a.answer(words)
		rankB, weightB := b.answer(words)
		return cmp.Or(cmp.Compare(rankB, rankA), cmp.Compare(weightB, weightA), cmp.Compare(a.Ref, b.Ref))
	})
	seen := map[string]bool{}
	var out []market.Found
	for _, e := range found {
		if seen[e.Ref] {
			continue
		}
		seen[e.Ref] = true
		if e.name != e.Label {
			e.Match = e.name
		}
		if out = append(out, e.Found); limit > 0 && len(out) == limit {
			break
		}
	}
	return out
}

// entryID numbers the names in the order they are written.
func entryID(n int) string { return fmt.Sprintf("%07d", n) }
