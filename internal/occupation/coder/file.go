package coder

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

// FileVersion is the form of a model's file. A file of another form is refused: train again.
const FileVersion = 2

// magic begins a model's file.
const magic = "filiere-coder\n"

// maxFile is the largest model read, in bytes. One of the whole ROME and 14,000 adverts has 40 million.
const maxFile = 256 << 20

// fileHead is what a model's file begins with, as JSON.
type fileHead struct {
	Version     int               `json:"version"`
	Report      Report            `json:"report"`
	Sheets      []string          `json:"sheets"`
	Parents     map[string]string `json:"parents"`
	Temperature float32           `json:"temperature"`
	Threshold   float32           `json:"threshold"`
	Committee   []*ranker         `json:"committee"`
}

// MarshalBinary writes the model as a file: magic, the length of the head, the head, then lists of numbers each
// with its length, all little-endian, and the SHA-256 of it all.
func (m *Model) MarshalBinary() ([]byte, error) {
	head, err := json.Marshal(fileHead{FileVersion, m.report, m.sheets, m.parents, m.temperature, m.threshold, m.committee})
	if err != nil {
		return nil, fmt.Errorf("write coder: %w", err)
	}
	var b bytes.Buffer
	b.WriteString(magic)
	if err := errors.Join(putList(&b, head), m.lists(putter{&b})); err != nil {
		return nil, fmt.Errorf("write coder: %w", err)
	}
	sum := sha256.Sum256(b.Bytes())
	return append(b.Bytes(), sum[:]...), nil
}

// ReadModel reads what MarshalBinary wrote. It returns an Invalid fault when the file is damaged or of another
// version.
func ReadModel(r io.Reader) (*Model, error) {
	all, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read coder: %w", err)
	}
	end := len(all) - sha256.Size
	if len(all) > maxFile || end < len(magic) || string(all[:len(magic)]) != magic {
		return nil, retrain(fault.New(fault.Invalid, "read coder", "the file is no model that codes adverts"))
	}
	if sum := sha256.Sum256(all[:end]); !bytes.Equal(sum[:], all[end:]) {
		return nil, retrain(fault.New(fault.Invalid, "read coder", "the file of the model is damaged"))
	}
	m, err := parse(bytes.NewReader(all[len(magic):end]))
	if err != nil {
		return nil, err
	}
	return m, m.index()
}

func retrain(f *fault.Fault) error {
	f.Advise("train it again with filiere train --postings")
	return f
}

func parse(r *bytes.Reader) (*Model, error) {
	var head []byte
	if err := takeList(r, &head); err != nil {
		return nil, retrain(fault.New(fault.Invalid, "read coder", "the file of the model is damaged"))
	}
	var h fileHead
	if err := json.Unmarshal(head, &h); err != nil {
		return nil, retrain(fault.New(fault.Invalid, "read coder", "the file of the model is damaged"))
	}
	if h.Version != FileVersion {
		return nil, retrain(fault.New(fault.Invalid, "read coder", "the model is of another version"))
	}
	lang, err := words.In("fr")
	if err != nil {
		return nil, err
	}
	m := &Model{
		lang: lang, report: h.Report, sheets: h.Sheets, parents: h.Parents, temperature: h.Temperature, threshold: h.Threshold,
		committee: h.Committee,
	}
	m.evidence.near = &neighbours{}
	if err := m.lists(taker{r}); err != nil || r.Len() > 0 || !m.sound() {
		return nil, retrain(fault.New(fault.Invalid, "read coder", "the file of the model is damaged"))
	}
	return m, nil
}

// side is one direction of a file: lists are put or taken by the same walk.
type side interface {
	list(at any) error
}

// lists walks everything in a model that is long.
func (m *Model) lists(s side) error {
	e := &m.evidence
	x := e.near
	entries := entriesOut(x.entries)
	titles, texts, near := e.titleRow.keys, e.textRow.keys, x.row.keys
	for _, at := range []any{
		&titles, &texts, &near, &e.rarity, &e.offers, &e.adverts, &e.title.scale, &e.title.cell, &e.whole.scale, &e.whole.cell, &e.gist.scale, &e.gist.cell,
		&x.weight, &x.from, &x.posting, &entries.sheet, &entries.adverts, &entries.norm, &entries.key, &entries.official,
		&m.groups, &m.named,
	} {
		if err := s.list(at); err != nil {
			return err
		}
	}
	e.sheets = len(m.sheets)
	e.title.sheets, e.whole.sheets, e.gist.sheets = e.sheets, e.sheets, e.sheets
	e.titleRow, e.textRow, x.row = vocabularyOf(titles), vocabularyOf(texts), vocabularyOf(near)
	var err error
	x.entries, err = entries.in()
	return err
}

// columns are entries as lists.
type columns struct {
	sheet         []int32
	adverts, norm []float32
	key           []uint64
	official      []int8
}

func entriesOut(list []entry) columns {
	var c columns
	for _, e := range list {
		c.sheet = append(c.sheet, e.sheet)
		c.adverts = append(c.adverts, e.adverts)
		c.norm = append(c.norm, e.norm)
		c.key = append(c.key, e.key)
		official := int8(0)
		if e.official {
			official = 1
		}
		c.official = append(c.official, official)
	}
	return c
}

func (c columns) in() ([]entry, error) {
	n := len(c.sheet)
	if len(c.adverts) != n || len(c.norm) != n || len(c.key) != n || len(c.official) != n {
		return nil, retrain(fault.New(fault.Invalid, "read coder", "the file of the model is damaged"))
	}
	out := make([]entry, n)
	for i := range out {
		out[i] = entry{sheet: c.sheet[i], adverts: c.adverts[i], norm: c.norm[i], key: c.key[i], official: c.official[i] == 1}
	}
	return out, nil
}

// sound tells whether the lists of a model fit together, so that no advert can make it look beyond them.
func (m *Model) sound() bool {
	e, x, n := &m.evidence, m.evidence.near, len(m.sheets)
	rows := e.textRow.size() + e.titleRow.size()
	fits := n >= minSheets && n <= maxSheets && len(e.offers) == n && len(e.adverts) == n && len(e.rarity) == e.textRow.size() &&
		len(e.title.scale) == e.titleRow.size() && len(e.title.cell) == n*e.titleRow.size() &&
		len(e.gist.scale) == e.textRow.size() && len(e.gist.cell) == n*e.textRow.size() &&
		len(e.whole.scale) == rows && len(e.whole.cell) == n*rows &&
		len(x.weight) == x.row.size() && len(x.from) == x.row.size()+1 &&
		m.temperature > 0 && len(m.committee) > 0 && !slices.Contains(m.committee, nil)
	if !fits || x.from[0] != 0 || int(x.from[len(x.from)-1]) != len(x.posting) || !slices.IsSorted(x.from) {
		return false
	}
	within := func(limit int) func(int32) bool { return func(v int32) bool { return v < 0 || int(v) >= limit } }
	return !slices.ContainsFunc(x.posting, within(len(x.entries))) &&
		!slices.ContainsFunc(x.entries, func(e entry) bool { return within(n)(e.sheet) }) &&
		slices.IsSorted(e.titleRow.keys) && slices.IsSorted(e.textRow.keys) && slices.IsSorted(x.row.keys)
}

type putter struct{ b *bytes.Buffer }

func (p putter) list(at any) error {
	switch l := at.(type) {
	case *[]uint64:
		return putList(p.b, *l)
	case *[]float32:
		return putList(p.b, *l)
	case *[]int32:
		return putList(p.b, *l)
	case *[]int8:
		return putList(p.b, *l)
	}
	return fmt.Errorf("no list: %T", at)
}

func putList[T any](b *bytes.Buffer, list []T) error {
	return errors.Join(binary.Write(b, binary.LittleEndian, uint64(len(list))), binary.Write(b, binary.LittleEndian, list))
}

type taker struct{ r *bytes.Reader }

func (t taker) list(at any) error {
	switch l := at.(type) {
	case *[]uint64:
		return takeList(t.r, l)
	case *[]float32:
		return takeList(t.r, l)
	case *[]int32:
		return takeList(t.r, l)
	case *[]int8:
		return takeList(t.r, l)
	}
	return fmt.Errorf("no list: %T", at)
}

func takeList[T any](r *bytes.Reader, list *[]T) error {
	var n uint64
	if err := binary.Read(r, binary.LittleEndian, &n); err != nil {
		return err
	}
	var one T
	if n > uint64(r.Len())/uint64(max(binary.Size(one), 1)) {
		return io.ErrUnexpectedEOF
	}
	*list = make([]T, n)
	return binary.Read(r, binary.LittleEndian, *list)
}
