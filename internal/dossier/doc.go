// Package dossier writes what is held on a person as one file they can keep: a zip with the same content
// twice, as JSON for programs and as an HTML page for people.
//
// Pages, API and command line share it, so that a person gets the same file whoever hands it to them.
// The page stands alone: it loads nothing and runs nothing.
//
// Source: règlement (UE) 2016/679, articles 15 (access) and 20 (portability: structured, commonly used,
// machine-readable).
package dossier
