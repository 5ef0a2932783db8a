// Package sample carries the figures the program starts with: enough for the radar to say something
// true with no download. They are official figures and codes restated in the exchange format of package
// intake (docs/exchange-format.md), each file naming its source, year and licence in its first line.
// They cover the country, régions and départements; basins come with the producers' own files.
package sample

import (
	"embed"
	"io/fs"
)

//go:embed data/*.csv.gz
var files embed.FS

// Files are the sample's files, for intake.Importer.RunFS.
func Files() fs.FS {
	sub, err := fs.Sub(files, "data")
	if err != nil { // cannot happen: the folder is embedded above
		panic(err)
	}
	return sub
}
