// Package epub writes a course as an e-book: EPUB 3, one file that reading software opens without a network.
//
// A part is a chapter with its introduction, its chapters below it, its questions, and then their answers. What
// authors wrote goes through package markdown and is then written anew, element by element, as XHTML: what
// comes out is well-formed whatever came in. The same course gives the same bytes.
//
// Sources: EPUB 3.3 (W3C), EPUB Accessibility 1.1 for the metadata. The gate is epubcheck, in a test.
package epub
