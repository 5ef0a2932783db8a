// Package store keeps everything Filière knows in a SQL database: one SQLite file by default, a
// PostgreSQL database by URL. It is the only package that speaks SQL. The same queries and the same
// conformance tests run on both engines; what cannot be shared stands in dialect.go, both texts side
// by side.
//
// Figures are versioned: an observation belongs to the release it was imported with, a later release
// of the same dataset and scope supersedes it, and the old rows stay. Reference tables (areas,
// occupations, crosswalks…) hold the latest edition only, each row naming the release it came from.
package store
