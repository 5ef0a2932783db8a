package intake

import (
	"bytes"
	"encoding/csv"
	"strings"

	"filiere/internal/fold"
)

// Stage orders the files of one import: places and nomenclatures come before the figures that name
// them, so that what does not join is known at once.
type Stage int

// The stages, in the order they run.
const (
	StageTerritory Stage = iota
	StageNomenclature
	StageCrosswalk
	StageFigures
)

// Source is one kind of published file.
type Source struct {
	Dataset  string // key, the same in the database, the API and the docs
	Title    string
	Producer string
	Licence  string
	Home     string // where the producer publishes it
	Stage    Stage
	// Recognise tells from the beginning of a file whether it is of this kind.
	Recognise func(Head) bool
	// Read reads a file of this kind.
	Read func(*Reading) error
}

// LicenceOuverte is the licence of most French official data.
const LicenceOuverte = "Licence Ouverte 2.0"

// headSize is how much of a file recognition may look at: enough for the header of every known file
// (the widest has 341 columns) and the preamble of the ESCO mapping.
const headSize = 64 << 10

// Head is the beginning of a file, decoded to UTF-8.
type Head struct {
	Text    string     // the first headSize bytes
	Comma   rune       // the separator the header suggests
	Records [][]string // the first records, read as CSV; nil when it is no CSV
	columns map[string]bool
}

// headRecords is how many records recognition may look at: the ESCO mapping has its header on line 17.
const headRecords = 40

func newHead(content []byte) Head {
	text := content[:min(len(content), headSize)]
	h := Head{Text: string(text), Comma: guessComma(text), columns: map[string]bool{}}
	r := newCSV(bytes.NewReader(text), h.Comma)
	for len(h.Records) < headRecords {
		record, err := r.Read()
		if err != nil {
			break
		}
		h.Records = append(h.Records, record)
	}
	if len(h.Records) > 0 {
		for _, c := range h.Records[0] {
			h.columns[columnKey(c)] = true
		}
	}
	return h
}

// Has reports whether the header names all these columns, whatever their case, accents and spaces.
func (h Head) Has(columns ...string) bool {
	for _, c := range columns {
		if !h.columns[columnKey(c)] {
			return false
		}
	}
	return true
}

// Cell is the value in a column of the first data record, "" when there is none.
func (h Head) Cell(column string) string {
	if len(h.Records) < 2 {
		return ""
	}
	for i, c := range h.Records[0] {
		if columnKey(c) == columnKey(column) && i < len(h.Records[1]) {
			return strings.TrimSpace(h.Records[1][i])
		}
	}
	return ""
}

// columnKey folds a column name: producers vary case, accents, spaces and apostrophes between editions.
func columnKey(name string) string { return fold.Key(name) }

// guessComma picks the separator that is most frequent in the first line.
func guessComma(text []byte) rune {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	best, count := ',', 0
	for _, c := range []rune{',', ';', '\t', '|'} {
		if n := strings.Count(string(line), string(c)); n > count {
			best, count = c, n
		}
	}
	return best
}

func newCSV(r interface{ Read([]byte) (int, error) }, comma rune) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma = comma
	c.FieldsPerRecord = -1 // a short row is refused as a row, with its line, not as a file
	c.LazyQuotes = true    // labels hold lone quotes (ROME texts)
	c.ReuseRecord = false
	return c
}
