package paper

import "time"

// Document is a text to be rendered.
type Document struct {
	Title  string
	Lang   string    // "fr" or "en"
	At     time.Time // when it was made; the PDF carries it
	Footer string    // on every page of the PDF, at the end elsewhere
	Blocks []Block
}

// Block is a part of a document: one of Heading, Paragraph, Table, Columns.
type Block interface{ block() }

// Heading opens a section. Level 1 is the document's own title, which Title gives; sections begin at 2.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is running text.
type Paragraph struct {
	Text string
	Mono bool // a hash or a code, set in a fixed width
}

// Table has a caption, a head and rows of as many cells. Numbers says which columns are set to the right.
type Table struct {
	Name    string // by which it is known to programs; not printed
	Caption string
	Head    []string
	Rows    [][]string
	Numbers []bool
}

// Columns are lines side by side, such as who writes and to whom. The first line of each is set strong.
type Columns struct{ Left, Right []string }

func (Columns) block()   {}
func (Heading) block()   {}
func (Paragraph) block() {}
func (Table) block()     {}

// number reports whether a column holds numbers.
func (t Table) number(column int) bool { return column < len(t.Numbers) && t.Numbers[column] }
