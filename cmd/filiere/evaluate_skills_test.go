package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filiere/internal/locale"
	"filiere/internal/occupation"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

func TestSkillsAreEvaluatedOnSpansThatWereRead(t *testing.T) {
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &out, now: time.Now}
	if c := p.newEvaluateSkills(); c.Name() != "skills" {
		t.Errorf("the command is called %s", c.Name())
	}
	fr, err := words.In("fr")
	if err != nil {
		t.Fatal(err)
	}
	g := skill.New(skill.Catalogue{Skills: []occupation.Skill{{ID: "ogr-1", Label: "Gestion des stocks"}}}, fr)
	set := filepath.Join(t.TempDir(), "set.jsonl")
	text := "gestion des stocks"
	line, err := json.Marshal(skill.Judged{Source: "a", Advert: "1", Hash: skill.Hash(text), End: len(text), Skill: "ogr-1", Words: 3, Verdict: skill.Right})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(set, line, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.evaluateSkills(g, set, []skill.Text{{Source: "a", ID: "1", Text: text}}, true); err != nil {
		t.Fatal(err)
	}
	var got precisionJSON
	if err := json.Unmarshal(out.Bytes(), &got); err != nil || got.Right != 1 || got.Precision != 1 {
		t.Errorf("got %s, %v", out.String(), err)
	}
	if err := p.evaluateSkills(g, set, nil, false); err != nil || !bytes.Contains(out.Bytes(), []byte("1 spans whose advert is not there")) {
		t.Errorf("got %s, %v", out.String(), err)
	}
}
