package studio_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/studio"
)

func TestADesignIsReadAsItWasWritten(t *testing.T) {
	text, err := json.Marshal(whole().Design())
	if err != nil {
		t.Fatal(err)
	}
	d, err := studio.ReadDesign(bytes.NewReader(text))
	if err != nil || len(d.Framework.Competencies()) != 3 || len(d.Projects) != 1 || d.Title != "Title" {
		t.Errorf("%+v, %v", d, err)
	}
	for _, bad := range []string{"", "x", "[]", "{}{}", `{"king": 1}`, `{"level": "six"}`, strings.Repeat(" ", studio.MaxDesign+1)} {
		_, err := studio.ReadDesign(strings.NewReader(bad))
		faulty(t, fault.Invalid, err)
	}
}

func TestWhatStandsIsFoundByItsWords(t *testing.T) {
	p := whole()
	if i, ok := p.Standing(studio.KindCompetency, "a", " Do  c1 "); !ok || i.ID != "c1" {
		t.Errorf("%+v, %v", i, ok)
	}
	item(&p, "c1").State = studio.ItemWithdrawn
	if i, ok := p.Standing(studio.KindCompetency, "a", "Do c1"); ok {
		t.Errorf("what was withdrawn: %+v", i)
	}
}

// FuzzReadDesign: a file from elsewhere is read or refused, and what is read can be written again.
func FuzzReadDesign(f *testing.F) {
	text, err := json.Marshal(whole().Design())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"framework":{"blocs":[{"activities":null}]},"projects":[{"rubric":[{}]}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := studio.ReadDesign(bytes.NewReader(text))
		if err != nil {
			faulty(t, fault.Invalid, err)
			return
		}
		again, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := studio.ReadDesign(bytes.NewReader(again)); err != nil {
			t.Errorf("%s: %v", again, err)
		}
	})
}
