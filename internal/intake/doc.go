// Package intake reads what official producers publish.
//
// It recognises a file by its content, never by its name, reads it row by row into the types of
// territory, occupation and market, and hands those to a Sink inside one batch per file: a file that
// is refused or interrupted leaves nothing behind. A row that cannot be read is refused with its line,
// column, value and reason; the rest of the file is kept unless most of it is unreadable.
//
// One file per producer or subject holds its sources; each source is listed in Catalogue. To add a
// source, write a Source next to its kin and list it there.
//
// The package does not know the database: Sink and Batch say what it needs, the store satisfies them.
package intake
