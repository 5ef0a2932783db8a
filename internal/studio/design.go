package studio

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"filiere/internal/fault"
)

// Design is what a programme's group wrote, as a file carries it from one school to another: without its
// group, its votes and its evidence. IDs in it only say what belongs together.
type Design struct {
	Title     string    `json:"title"`
	Summary   string    `json:"summary"` // Markdown
	Level     int       `json:"level"`
	Framework Framework `json:"framework"`
	Projects  []Project `json:"projects"`
}

// MaxDesign bounds the file of a design: it holds the longest programme there can be.
const MaxDesign = 8 << 20

// ReadDesign reads a design from its JSON.
//
// Errors: Invalid when it is too large, is no JSON or holds a field nobody reads.
func ReadDesign(r io.Reader) (Design, error) {
	const op = "read programme"
	var d Design
	text, err := io.ReadAll(io.LimitReader(r, MaxDesign+1))
	if err != nil {
		return d, err
	}
	if len(text) > MaxDesign {
		return d, fault.New(fault.Invalid, op, "the file has more than %d bytes", MaxDesign)
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		f := fault.New(fault.Invalid, op, "this is no programme as JSON")
		f.Err = err
		return Design{}, f
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Design{}, fault.New(fault.Invalid, op, "this is no programme as JSON")
	}
	return d, nil
}

// Design is what stands of a programme, to be carried elsewhere.
func (p Programme) Design() Design {
	return Design{Title: p.Title, Summary: p.Summary, Level: p.Level, Framework: p.Framework(), Projects: p.Projects()}
}

// Standing finds what stands right under an item, "" for the blocs, and says something. ok is false when
// nothing does.
func (p Programme) Standing(kind ItemKind, parent, wording string) (found Item, ok bool) {
	wording, err := kind.CheckWording(wording)
	if err != nil {
		return Item{}, false
	}
	list := p.standing(parent)
	i := slices.IndexFunc(list, func(i Item) bool { return i.Kind == kind && i.Wording == wording })
	if i < 0 {
		return Item{}, false
	}
	return list[i], true
}
