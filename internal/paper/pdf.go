package paper

import (
	"fmt"
	"io"
	"strings"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
)

// Measures of the page, in millimetres and points.
const (
	margin   = 20.0
	bodySize = 10.0 // points
	line     = 5.2  // millimetres, of a line of the body
	cellPad  = 1.2
)

// WritePDF writes the document as an A4 PDF.
func (d Document) WritePDF(w io.Writer) error {
	p := fpdf.New("P", "mm", "A4", "")
	p.SetCreationDate(d.At.UTC())
	p.SetModificationDate(d.At.UTC())
	p.SetCatalogSort(true)
	p.SetTitle(printable(d.Title), true)
	p.SetLang(d.Lang)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin)
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.AddUTF8FontFromBytes("gomono", "", gomono.TTF)
	p.AliasNbPages("{n}")
	p.SetFooterFunc(func() {
		p.SetY(-15)
		p.SetFont("go", "", 8)
		p.SetTextColor(80, 80, 80)
		p.CellFormat(0, 5, fmt.Sprintf("%s   %d / {n}", printable(d.Footer), p.PageNo()), "", 0, "C", false, 0, "")
		p.SetTextColor(0, 0, 0)
	})
	p.AddPage()
	p.SetFont("go", "B", 18)
	p.MultiCell(0, 8, printable(d.Title), "", "L", false)
	p.Ln(2)
	for _, block := range d.Blocks {
		switch x := block.(type) {
		case Heading:
			x.pdf(p)
		case Paragraph:
			x.pdf(p)
		case Columns:
			x.pdf(p)
		case Table:
			x.pdf(p)
		}
	}
	if err := p.Output(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

func (h Heading) pdf(p *fpdf.Fpdf) {
	size := map[int]float64{2: 14, 3: 11.5}[h.Level]
	if size == 0 {
		size = bodySize
	}
	p.Ln(3)
	keepTogether(p, 25)
	p.SetFont("go", "B", size)
	p.MultiCell(0, size*0.45, printable(h.Text), "", "L", false)
	p.Ln(1.5)
}

func (t Paragraph) pdf(p *fpdf.Fpdf) {
	p.SetFont("go", "", bodySize)
	if t.Mono {
		p.SetFont("gomono", "", 8)
	}
	p.MultiCell(0, line, printable(t.Text), "", "L", false)
	p.Ln(1.5)
}

// pdf writes the two beside each other.
func (c Columns) pdf(p *fpdf.Fpdf) {
	const gap = 8.0
	page, _ := p.GetPageSize()
	width := (page - 2*margin - gap) / 2
	keepTogether(p, float64(max(len(c.Left), len(c.Right)))*line)
	top, bottom := p.GetY(), p.GetY()
	for i, lines := range [][]string{c.Left, c.Right} {
		p.SetY(top)
		for n, text := range lines {
			style := ""
			if n == 0 {
				style = "B"
			}
			p.SetFont("go", style, bodySize)
			p.SetX(margin + float64(i)*(width+gap))
			p.MultiCell(width, line, printable(text), "", "L", false)
		}
		bottom = max(bottom, p.GetY())
	}
	p.SetY(bottom)
	p.Ln(4)
}

// keepTogether begins a new page when less than so many millimetres are left.
func keepTogether(p *fpdf.Fpdf, height float64) {
	_, page := p.GetPageSize()
	if p.GetY()+height > page-margin {
		p.AddPage()
	}
}

func (t Table) pdf(p *fpdf.Fpdf) {
	p.SetFont("go", "B", bodySize)
	keepTogether(p, 20)
	p.MultiCell(0, line, printable(t.Caption), "", "L", false)
	widths := t.widths(p)
	head := func() { t.row(p, widths, t.Head, "B") }
	head()
	_, page := p.GetPageSize()
	for _, r := range t.Rows {
		p.SetFont("go", "", bodySize)
		if p.GetY()+t.height(p, widths, r) > page-margin {
			p.AddPage()
			head() // a table that goes on says again what its columns are
		}
		t.row(p, widths, r, "")
	}
	p.Ln(3)
}

// widths shares the page's width among the columns by their longest word and their longest text.
func (t Table) widths(p *fpdf.Fpdf) []float64 {
	page, _ := p.GetPageSize()
	room := page - 2*margin
	least, wish := make([]float64, len(t.Head)), make([]float64, len(t.Head))
	measure := func(i int, text string) {
		text = printable(text)
		wish[i] = max(wish[i], min(p.GetStringWidth(text)+2*cellPad+3, room/2))
		for word := range strings.SplitSeq(text, " ") { // a no-break space keeps words together
			least[i] = max(least[i], min(p.GetStringWidth(word)+2*cellPad+3, room/3))
		}
	}
	p.SetFont("go", "B", bodySize) // the wider of the two
	for i, h := range t.Head {
		measure(i, h)
	}
	for _, r := range t.Rows {
		for i, c := range r[:min(len(r), len(t.Head))] {
			measure(i, c)
		}
	}
	sumLeast, sumWish := 0.0, 0.0
	for i := range least {
		sumLeast, sumWish = sumLeast+least[i], sumWish+wish[i]
	}
	out := make([]float64, len(t.Head))
	for i := range out {
		switch {
		case sumWish <= room: // all fits: what is left is shared by need
			out[i] = wish[i] * room / sumWish
		case sumLeast >= room:
			out[i] = least[i] * room / sumLeast
		default:
			out[i] = least[i] + (wish[i]-least[i])*(room-sumLeast)/(sumWish-sumLeast)
		}
	}
	return out
}

// height is how high a row is with its texts broken into lines.
func (t Table) height(p *fpdf.Fpdf, widths []float64, cells []string) float64 {
	lines := 1
	for i, c := range cells[:min(len(cells), len(widths))] {
		lines = max(lines, len(p.SplitText(printable(c), widths[i]-2*cellPad)))
	}
	return float64(lines)*line + 2*cellPad
}

func (t Table) row(p *fpdf.Fpdf, widths []float64, cells []string, style string) {
	p.SetFont("go", style, bodySize)
	h := t.height(p, widths, cells)
	x, y := p.GetX(), p.GetY()
	for i, c := range cells[:min(len(cells), len(widths))] {
		align := "L"
		if t.number(i) {
			align = "R"
		}
		p.SetXY(x+cellPad, y+cellPad)
		p.MultiCell(widths[i]-2*cellPad, line, printable(c), "", align, false)
		x += widths[i]
	}
	p.SetDrawColor(150, 150, 150)
	p.Line(margin, y+h, x, y+h)
	p.SetXY(margin, y+h)
}

// printable keeps what the fonts can show: controls and characters beyond the basic plane become a mark.
// Thin no-break spaces, which the fonts lack, become no-break ones.
func printable(s string) string {
	return strings.Map(func(r rune) rune { // what is not UTF-8 comes as U+FFFD
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case r == '\u202f' || r == '\u2009':
			return '\u00a0'
		case r < 0x20 || r == 0x7f || r == 0xfffd:
			return '?'
		case r > 0xffff:
			return '?'
		}
		return r
	}, s)
}
