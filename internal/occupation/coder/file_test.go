package coder_test

import (
	"bytes"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/occupation/coder"
)

func FuzzReadModel(f *testing.F) {
	f.Add([]byte("filiere-coder\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := coder.ReadModel(bytes.NewReader(b)); err != nil && fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%v is not said to be the file's fault", err)
		}
	})
}
