package paper_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"filiere/internal/paper"
)

func specimen() paper.Document {
	d := paper.Document{
		Title: "Rapport de mission 2026", Lang: "fr", At: time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC), Footer: "Filière — rapport",
		Blocks: []paper.Block{
			paper.Heading{Level: 2, Text: "Objectifs"},
			paper.Paragraph{Text: "Former 1 % de la population ≥ 16 ans : l’école s’y engage."},
			paper.Table{
				Caption: "Indicateurs", Head: []string{"indicateur", "valeur", "définition"}, Numbers: []bool{false, true},
				Rows: [][]string{{"diplômés", "12", strings.Repeat("diplômes délivrés dans l’année et non révoqués, ", 3)}, {"a|b", "1 234,5", "*x* <script>alert(1)</script>"}},
			},
			paper.Heading{Level: 3, Text: "# pas un titre"},
			paper.Paragraph{Text: strings.Repeat("abcdef01", 8), Mono: true},
		},
	}
	long := paper.Table{Caption: "Par département", Head: []string{"département", "personnes"}, Numbers: []bool{false, true}}
	for range 90 {
		long.Rows = append(long.Rows, []string{"Bouches-du-Rhône", "12"})
	}
	d.Blocks = append(d.Blocks, long)
	return d
}

func TestTheThreeFormsSayTheSameAndNoTextBecomesMarkup(t *testing.T) {
	var html, md bytes.Buffer
	if err := specimen().WriteHTML(&html); err != nil {
		t.Fatal(err)
	}
	if err := specimen().WriteMarkdown(&md); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"diplômés", "≥ 16 ans", "Par département", "Filière — rapport"} {
		if !strings.Contains(html.String(), want) || !strings.Contains(md.String(), want) {
			t.Errorf("%q is not in both", want)
		}
	}
	if strings.Contains(html.String(), "<script") || strings.Contains(md.String(), "<script") && !strings.Contains(md.String(), `\<script`) {
		t.Error("text became markup")
	}
	if !strings.Contains(md.String(), `| a\|b | 1 234,5 | \*x\*`) || !strings.Contains(md.String(), "|---|---:|---|") {
		t.Errorf("a table is not written right:\n%s", md.String())
	}
	if !strings.Contains(md.String(), `### \# pas un titre`) {
		t.Error("a heading's sign is not escaped")
	}
}

func TestALongTableGoesOnOverPages(t *testing.T) {
	var pdf bytes.Buffer
	if err := specimen().WritePDF(&pdf); err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF-")) || bytes.Count(pdf.Bytes(), []byte("/Type /Page\n")) != 4 {
		t.Errorf("%d bytes, %d pages, want 4", pdf.Len(), bytes.Count(pdf.Bytes(), []byte("/Type /Page\n")))
	}
}

func FuzzAnyTextIsPrinted(f *testing.F) {
	f.Add("é", "\x00\xff\u202e😀", "| # <b>")
	f.Add("", strings.Repeat("x", 3000), "\n\n")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		d := paper.Document{Title: a, Lang: "fr", Footer: c, Blocks: []paper.Block{
			paper.Paragraph{Text: b},
			paper.Columns{Left: []string{a, b}, Right: []string{c}},
			paper.Table{Caption: c, Head: []string{a, b}, Rows: [][]string{{b, c}, {a}, {a, b, c}}},
		}}
		var pdf, html, md bytes.Buffer
		if err := d.WritePDF(&pdf); err != nil {
			t.Errorf("PDF: %v", err)
		}
		if err := d.WriteHTML(&html); err != nil || strings.Contains(html.String(), "<b>") {
			t.Errorf("HTML: %v\n%s", err, html.String())
		}
		if err := d.WriteMarkdown(&md); err != nil {
			t.Errorf("Markdown: %v", err)
		}
	})
}
