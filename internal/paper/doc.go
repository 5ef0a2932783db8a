// Package paper writes documents that leave the program: the mission report, invoices.
//
// A Document is a list of blocks (headings, paragraphs, tables) written once and rendered as HTML, Markdown
// or PDF, so that the three say the same. It knows no room: who makes a document brings its words. The PDF
// uses the Go fonts (golang.org/x/image/font/gofont), which have the accents and signs of French and
// English.
package paper
