package posting

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Coded is an advert with what was read of it: what it is about and where it is.
type Coded struct {
	Posting
	Occupation  occupation.ID // a sheet of the ROME 3, "" when it is not sure
	Probability float64       // that it is the right one
	Commune     territory.ID  // "" when several may be meant, or none is known
	Departement territory.ID
	Bassin      territory.ID // of the 2019 edition, as tension is published for
	Taken       time.Time    // when it came in
}

// ID names an advert for ever: by its source and its number there.
func (p Posting) ID() string {
	h := sha256.New()
	h.Write([]byte(p.Source))
	h.Write([]byte{0})
	h.Write([]byte(p.Number))
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Day is the day an advert counts for: that of its publication, or the day it came in.
func (c Coded) Day() string {
	if c.Published.IsZero() {
		return c.Taken.UTC().Format(time.DateOnly)
	}
	return c.Published.UTC().Format(time.DateOnly)
}

// Counts tells whether an advert counts for a cell: it is known what it is about and where it is.
func (c Coded) Counts() bool { return c.Occupation != "" && c.Bassin != "" }

// Cell is how many adverts there are for an occupation in a basin on a day.
type Cell struct {
	Bassin     territory.ID  `json:"bassin"`
	Occupation occupation.ID `json:"occupation"`
	Day        string        `json:"day"` // 2026-11-24
	Postings   int           `json:"postings"`
}

// Query chooses counts.
type Query struct {
	Occupation occupation.ID // "" for all
	Bassin     territory.ID  // "" for all
	From, To   string        // days, both included
	Limit      int
}
