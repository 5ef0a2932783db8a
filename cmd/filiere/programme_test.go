package main

import (
	"path/filepath"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/studio"
)

func TestAProgrammeImportedAgainAddsNothing(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "filiere.db"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p, err := s.OpenProgramme(t.Context(), people.ByCLI, studio.Brief{Title: "Title", Level: 6, Learners: 20, Reason: "asked for"}, "")
	if err != nil {
		t.Fatal(err)
	}
	d, err := readDesign("../../internal/story/programme.json")
	if err != nil {
		t.Fatal(err)
	}
	n, err := proposeDesign(t.Context(), s, p.ID, d)
	if err != nil || n.Items == 0 || n.Projects != len(d.Projects) {
		t.Errorf("%+v, %v", n, err)
	}
	if n, err = proposeDesign(t.Context(), s, p.ID, d); err != nil || n != (proposed{}) {
		t.Errorf("again: %+v, %v", n, err)
	}
	if p, err = s.Programme(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	for _, row := range p.Coverage().Rows {
		if !row.Covered() {
			t.Errorf("%s is assessed by no project", row.Code)
		}
	}
}
