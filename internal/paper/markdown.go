package paper

import (
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the document as CommonMark with tables.
func (d Document) WriteMarkdown(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", plain(d.Title))
	for _, block := range d.Blocks {
		b.WriteString("\n")
		switch x := block.(type) {
		case Heading:
			fmt.Fprintf(&b, "%s %s\n", strings.Repeat("#", x.Level), plain(x.Text))
		case Paragraph:
			if x.Mono {
				fmt.Fprintf(&b, "`%s`\n", strings.ReplaceAll(x.Text, "`", "'"))
			} else {
				fmt.Fprintf(&b, "%s\n", plain(x.Text))
			}
		case Columns:
			for i, lines := range [][]string{x.Left, x.Right} {
				if i > 0 {
					b.WriteString("\n")
				}
				for _, l := range lines {
					fmt.Fprintf(&b, "%s  \n", plain(l))
				}
			}
		case Table:
			x.markdown(&b)
		}
	}
	if d.Footer != "" {
		fmt.Fprintf(&b, "\n%s\n", plain(d.Footer))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (t Table) markdown(b *strings.Builder) {
	fmt.Fprintf(b, "%s\n\n", plain(t.Caption))
	row := func(cells []string) {
		for _, c := range cells {
			fmt.Fprintf(b, "| %s ", plain(c))
		}
		b.WriteString("|\n")
	}
	row(t.Head)
	for i := range t.Head {
		if t.number(i) {
			b.WriteString("|---:")
		} else {
			b.WriteString("|---")
		}
	}
	b.WriteString("|\n")
	for _, r := range t.Rows {
		row(r)
	}
}

// plain writes text so that Markdown shows it as it stands, on one line.
func plain(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	var b strings.Builder
	for i, r := range s {
		marks := strings.ContainsRune("\\`*_[]<>|&~", r)
		begins := i == 0 && strings.ContainsRune("#+-=", r)
		if marks || begins {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
