package vc

import (
	"bytes"
	_ "embed" // the contexts
	"sync"

	"github.com/piprate/json-gold/ld"

	"filiere/internal/fault"
)

// The contexts that come with the program.
const (
	ContextCredentials = "https://www.w3.org/ns/credentials/v2"
	ContextOpenBadges  = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
)

//go:embed contexts/credentials-v2.jsonld
var credentialsContext []byte

//go:embed contexts/open-badges-3.0.3.jsonld
var openBadgesContext []byte

// contexts gives each context as text.
func contexts() map[string][]byte {
	return map[string][]byte{ContextCredentials: credentialsContext, ContextOpenBadges: openBadgesContext}
}

// known reports whether a context comes with the program.
func known(name string) bool {
	_, ok := contexts()[name]
	return ok
}

// shelf gives json-gold the contexts of the program, and nothing else: it never reaches for the network.
type shelf map[string]any

// LoadDocument implements ld.DocumentLoader.
func (s shelf) LoadDocument(name string) (*ld.RemoteDocument, error) {
	doc, ok := s[name]
	if !ok {
		return nil, fault.New(fault.Invalid, "read context", "the context %q does not come with this program", clip(name))
	}
	return &ld.RemoteDocument{DocumentURL: name, Document: doc}, nil
}

// readShelf reads contexts.
func readShelf(texts map[string][]byte) (shelf, error) {
	s := shelf{}
	for name, text := range texts {
		doc, err := ld.DocumentFromReader(bytes.NewReader(text))
		if err != nil {
			return nil, err
		}
		s[name] = doc
	}
	return s, nil
}

// ownShelf is the program's contexts, read once. json-gold does not change what it is given.
var ownShelf = sync.OnceValues(func() (shelf, error) { return readShelf(contexts()) })
