package paper

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// WriteHTML writes the document as a page that needs nothing else and runs nothing.
func (d Document) WriteHTML(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html>
<html lang="%s">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>%s</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b; background: #fff }
div { overflow-x: auto } table { border-collapse: collapse; width: 100%% }
caption { text-align: left; font-weight: bold; padding: .25rem 0 }
th, td { border-bottom: 1px solid #767676; padding: .25rem .5rem; text-align: left; vertical-align: top }
.two { display: flex; flex-wrap: wrap; gap: 0 4rem }
.n { text-align: right; white-space: nowrap } code { overflow-wrap: anywhere }
</style>
<main>
<h1>%[2]s</h1>
`, html.EscapeString(d.Lang), html.EscapeString(d.Title))
	d.blocksHTML(&b)
	fmt.Fprintf(&b, "<footer><p>%s</p></footer>\n</main>\n</html>\n", html.EscapeString(d.Footer))
	_, err := io.WriteString(w, b.String())
	return err
}

// blocksHTML writes the blocks, escaped.
func (d Document) blocksHTML(b *strings.Builder) {
	for i, block := range d.Blocks {
		switch x := block.(type) {
		case Heading:
			fmt.Fprintf(b, "<h%d>%s</h%[1]d>\n", x.Level, html.EscapeString(x.Text))
		case Paragraph:
			if x.Mono {
				fmt.Fprintf(b, "<p><code>%s</code></p>\n", html.EscapeString(x.Text))
			} else {
				fmt.Fprintf(b, "<p>%s</p>\n", html.EscapeString(x.Text))
			}
		case Columns:
			fmt.Fprintf(b, "<div class=\"two\">%s%s</div>\n", linesHTML(x.Left), linesHTML(x.Right))
		case Table:
			x.html(b, fmt.Sprintf("t%d", i))
		}
	}
}

func (t Table) html(b *strings.Builder, id string) {
	// Scrolled by keyboard too, a wide table needs to take the focus and to have a name.
	fmt.Fprintf(b, "<div role=\"region\" tabindex=\"0\" aria-labelledby=\"%[1]s\"><table>\n<caption id=\"%[1]s\">%s</caption>\n<thead><tr>", id, html.EscapeString(t.Caption))
	class := func(column int) string {
		if t.number(column) {
			return ` class="n"`
		}
		return ""
	}
	for i, h := range t.Head {
		fmt.Fprintf(b, "<th scope=\"col\"%s>%s</th>", class(i), html.EscapeString(h))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range t.Rows {
		b.WriteString("<tr>")
		for i, cell := range row {
			fmt.Fprintf(b, "<td%s>%s</td>", class(i), html.EscapeString(cell))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody></table></div>\n")
}

// linesHTML writes lines below each other.
func linesHTML(lines []string) string {
	var b strings.Builder
	for i, l := range lines {
		text := html.EscapeString(l)
		if i == 0 {
			text = "<strong>" + text + "</strong>"
		}
		b.WriteString(text + "<br>\n")
	}
	return "<p>" + b.String() + "</p>"
}
