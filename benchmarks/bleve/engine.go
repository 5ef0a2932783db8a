package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/custom"
	"github.com/blevesearch/bleve/v2/analysis/char/asciifolding"
	"github.com/blevesearch/bleve/v2/analysis/lang/fr"
	"github.com/blevesearch/bleve/v2/analysis/token/edgengram"
	"github.com/blevesearch/bleve/v2/analysis/token/lowercase"
	"github.com/blevesearch/bleve/v2/analysis/token/ngram"
	"github.com/blevesearch/bleve/v2/analysis/tokenizer/unicode"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"

	"filiere/internal/occupation/match"
)

// asked is how many names the engine is asked for: about as many as the matcher weighs.
const asked = 50

// Lengths of the pieces of words that are indexed where they are.
const (
	shortEdge, longEdge = 3.0, 10.0
	shortRun, longRun   = 3.0, 4.0
)

// field is one way a name is indexed: the name of an analyzer.
type field string

const (
	french field = fr.AnalyzerName // words: elisions, stop words and endings off
	edges  field = "edges"         // how words begin
	letter field = "letters"       // runs of letters
)

// setup is one way to use the engine.
type setup struct {
	name   string
	fields []field
	titles bool // the ROME's titles that the crosswalk ties are names too
}

// setups are those compared, all ranked by BM25.
var setups = []setup{
	{"bleve, French analyzer", []field{french}, false},
	{"bleve, and how words begin", []field{french, edges}, false},
	{"bleve, and runs of 3 and 4 letters", []field{french, letter}, false},
	{"bleve, French analyzer, tied titles too", []field{french}, true},
	{"bleve, and how words begin, tied titles too", []field{french, edges}, true},
}

// engine is an index of names.
type engine struct {
	index  bleve.Index
	fields []field
	owner  []string // the entry each document is a name of
}

// build indexes every name as one document.
func (s setup) build(t match.Taxonomy) (*engine, error) {
	m, err := s.mapping()
	if err != nil {
		return nil, err
	}
	x, err := bleve.NewUsing("", m, scorch.Name, scorch.Name, nil) // in memory
	if err != nil {
		return nil, fmt.Errorf("make index: %w", err)
	}
	e := &engine{index: x, fields: s.fields}
	b := x.NewBatch()
	add := func(owner, name string) error {
		document := map[string]any{}
		for _, f := range s.fields {
			document[string(f)] = name
		}
		e.owner = append(e.owner, owner)
		return b.Index(strconv.Itoa(len(e.owner)-1), document)
	}
	for _, entry := range t.Entries {
		for _, label := range entry.Labels {
			if err := add(entry.ID, label); err != nil {
				return nil, err
			}
		}
	}
	for _, title := range t.Titles {
		if s.titles && title.Entry != "" {
			if err := add(title.Entry, title.Name); err != nil {
				return nil, err
			}
		}
	}
	return e, x.Batch(b)
}

// mapping says how names are indexed.
func (s setup) mapping() (mapping.IndexMapping, error) {
	m := bleve.NewIndexMapping()
	m.ScoringModel = index.BM25Scoring
	pieces := map[string]map[string]any{
		string(edges):  {"type": edgengram.Name, "min": shortEdge, "max": longEdge},
		string(letter): {"type": ngram.Name, "min": shortRun, "max": longRun},
	}
	for name, filter := range pieces {
		if err := m.AddCustomTokenFilter(name, filter); err != nil {
			return nil, fmt.Errorf("set up %s: %w", name, err)
		}
		err := m.AddCustomAnalyzer(name, map[string]any{
			"type": custom.Name, "char_filters": []string{asciifolding.Name}, "tokenizer": unicode.Name,
			"token_filters": []string{lowercase.Name, fr.ElisionName, fr.StopName, name},
		})
		if err != nil {
			return nil, fmt.Errorf("set up %s: %w", name, err)
		}
	}
	document := bleve.NewDocumentStaticMapping()
	for _, f := range s.fields {
		text := bleve.NewTextFieldMapping()
		text.Analyzer, text.Store, text.IncludeTermVectors, text.IncludeInAll, text.DocValues = string(f), false, false, false, false
		document.AddFieldMappingsAt(string(f), text)
	}
	m.DefaultMapping = document
	return m, nil
}

// find lists the entries whose names the engine finds, each once, the best first.
func (e *engine) find(ctx context.Context, text string) ([]string, error) {
	var parts []query.Query
	for _, f := range e.fields {
		q := bleve.NewMatchQuery(text)
		q.SetField(string(f))
		parts = append(parts, q)
	}
	var q query.Query = parts[0]
	if len(parts) > 1 {
		q = bleve.NewDisjunctionQuery(parts...)
	}
	found, err := e.index.SearchInContext(ctx, bleve.NewSearchRequestOptions(q, asked, 0, false))
	if err != nil {
		return nil, fmt.Errorf("search %q: %w", text, err)
	}
	var out []string
	seen := map[string]bool{}
	for _, hit := range found.Hits {
		document, err := strconv.Atoi(hit.ID)
		if err != nil {
			return nil, fmt.Errorf("search %q: %w", text, err)
		}
		if owner := e.owner[document]; !seen[owner] {
			seen[owner] = true
			out = append(out, owner)
		}
	}
	return out, nil
}
