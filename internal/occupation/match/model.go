package match

import (
	"encoding/json"
	"fmt"
	"io"

	"filiere/internal/fault"
)

// Version is that of models: evidence, its order and how texts are read. A model of another version is refused.
const Version = 1

// Model is a ranker that was taught, with all that says on what.
type Model struct {
	Kind     string // "title ranker"
	Version  int
	Language string
	Taxonomy string // Hash of the taxonomy it was taught from
	Training Training
	Ranker   Committee
}

// modelKind is what a file of a model says it is.
const modelKind = "title ranker"

// NewModel puts a taught ranker together with what it was taught from.
func NewModel(language string, t Taxonomy, r *Committee, training Training) *Model {
	return &Model{Kind: modelKind, Version: Version, Language: language, Taxonomy: t.Hash(), Training: training, Ranker: *r}
}

// WriteTo writes a model as JSON. The same model gives the same bytes.
func (m *Model) WriteTo(w io.Writer) (int64, error) {
	b, err := json.Marshal(m)
	if err != nil {
		return 0, fmt.Errorf("write model: %w", err)
	}
	n, err := w.Write(append(b, '\n'))
	return int64(n), err
}

// maxModel bounds the file of a model, in bytes.
const maxModel = 1 << 22

// ReadModel reads a model. It returns an Invalid fault for what is none, or one of another version.
func ReadModel(r io.Reader) (*Model, error) {
	var m Model
	in := json.NewDecoder(io.LimitReader(r, maxModel))
	in.DisallowUnknownFields()
	if err := in.Decode(&m); err != nil || m.Kind != modelKind {
		return nil, fault.New(fault.Invalid, "read model", "this is no file that filiere train wrote")
	}
	if m.Version != Version || len(m.Ranker.Networks) == 0 {
		f := fault.New(fault.Invalid, "read model", "it is of version %d, this program reads %d", m.Version, Version)
		f.Hint = "train anew: filiere train"
		return nil, f
	}
	return &m, nil
}
