package studio_test

import (
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/studio"
)

func TestAProjectIsCheckedFieldByField(t *testing.T) {
	p := whole()
	good := p.Drafts[0].Project
	if _, err := good.CheckDraft(p.Knows()); err != nil {
		t.Fatal(err)
	}
	if _, err := (studio.Project{Title: "Begun", Hours: 10}).CheckDraft(p.Knows()); err != nil {
		t.Errorf("a project that is only begun: %v", err)
	}
	many := make([]string, 6)
	for name, c := range map[string]struct {
		spoil func(*studio.Project)
		field string
	}{
		"no title":           {func(p *studio.Project) { p.Title = "" }, "title"},
		"4 hours":            {func(p *studio.Project) { p.Hours = 4 }, "hours"},
		"121 hours":          {func(p *studio.Project) { p.Hours = 121 }, "hours"},
		"six competencies":   {func(p *studio.Project) { p.Competencies = many }, "competencies"},
		"one unknown":        {func(p *studio.Project) { p.Competencies = []string{"nothing"} }, "competencies"},
		"one twice":          {func(p *studio.Project) { p.Competencies = []string{"c1", "c1"} }, "competencies"},
		"a file by no name":  {func(p *studio.Project) { p.Deliverables = deliverable("../etc/passwd") }, "deliverables"},
		"one file twice":     {func(p *studio.Project) { p.Deliverables = append(deliverable("a.pdf"), deliverable("a.pdf")...) }, "deliverables"},
		"a rubric elsewhere": {func(p *studio.Project) { p.Rubric = []studio.RubricLine{{"c1", "other", "x"}} }, "rubric"},
		"a rubric of others": {func(p *studio.Project) { p.Rubric = []studio.RubricLine{{"c9", "d", "x"}} }, "rubric"},
		"a rubric twice":     {func(p *studio.Project) { p.Rubric = append(p.Rubric, p.Rubric[0]) }, "rubric"},
	} {
		pr := good
		c.spoil(&pr)
		_, err := pr.CheckDraft(p.Knows())
		faulty(t, fault.Invalid, err)
		if f, is := err.(*fault.Fault); !is || f.Column != c.field { //nolint:errorlint // not wrapped
			t.Errorf("%s: %v", name, err)
		}
	}
}

func deliverable(file string) []studio.Deliverable {
	return []studio.Deliverable{{ID: file, Title: "It", File: file}}
}

func TestNamesOfFiles(t *testing.T) {
	for _, good := range []string{"rapport.pdf", "a-b_c.2.tar.gz", "1.txt"} {
		if err := studio.CheckFile(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", "rapport", ".pdf", "Rapport.pdf", "a b.pdf", "a/b.pdf", "..pdf", "a..b.pdf", "é.pdf", "a.p-f", "-a.pdf", "a.pdf\n", strings.Repeat("a", 80) + ".pdf"} {
		faulty(t, fault.Invalid, studio.CheckFile(bad))
	}
}

func FuzzNamesOfFilesAreHarmless(f *testing.F) {
	f.Add("rapport.pdf")
	f.Add("../x.pdf")
	f.Fuzz(func(t *testing.T, name string) {
		if studio.CheckFile(name) == nil && (strings.ContainsAny(name, "/\\ \x00\n\"'<>&%:") || strings.HasPrefix(name, ".") || strings.Contains(name, "..")) {
			t.Errorf("%q passes", name)
		}
	})
}
