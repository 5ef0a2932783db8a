package web

import (
	"html/template"
	"slices"
	"strings"
	"testing"
)

func TestAPageHoldsThePartsItCallsAndNoOthers(t *testing.T) {
	parse := func(text string) *template.Template { return template.Must(template.New("").Parse(text)) }
	parts := parse(`{{define "layout"}}[{{template "main" .}}]{{end}}` +
		`{{define "item"}}{{if .}}{{template "leaf"}}{{else}}{{template "none"}}{{end}}{{end}}` +
		`{{define "leaf"}}leaf{{end}}{{define "none"}}none{{end}}{{define "other"}}{{template "leaf"}}{{end}}` +
		`{{define "lost"}}{{with .}}{{template "nowhere"}}{{end}}{{end}}`)
	page := parse(`{{define "main"}}{{range .}}{{template "item" .}} {{end}}{{end}}`)
	if err := addParts(page, parts, "layout"); err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, p := range page.Templates() {
		if p.Name() != "" {
			names = append(names, p.Name())
		}
	}
	slices.Sort(names)
	if want := []string{"item", "layout", "leaf", "main", "none"}; !slices.Equal(names, want) {
		t.Errorf("the page holds %q, want %q", names, want)
	}
	var out strings.Builder
	if err := page.ExecuteTemplate(&out, "layout", []bool{true, false}); err != nil || out.String() != "[leaf none ]" {
		t.Errorf("the page is %q, %v", out.String(), err)
	}
	if err := addParts(parse(`{{define "main"}}{{template "lost"}}{{end}}`), parts, "layout"); err == nil || !strings.Contains(err.Error(), `"nowhere"`) {
		t.Errorf("a page that calls what does not exist gives %v", err)
	}
}
