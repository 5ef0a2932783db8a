package market

import (
	"time"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Observation is what one published file says of one occupation in one area and year.
type Observation struct {
	Occupation occupation.ID
	Area       territory.ID
	Year       int
	Values     [MeasureCount]Value
}

// SeriesPoint is one value of a series that is not by occupation × area: national offers by month and
// contract, offers of a domain in a quarter.
type SeriesPoint struct {
	Series string // "offers_monthly", "offers_by_contract", "offers_by_domain"
	Key    string // what the value is for within the series: "total", a contract, a domain
	Period string // "2015-01", "2025-T3"
	Value  float64
	Unit   string // "offers", "share"
}

// HiringSector is how many people an activity (NAF) hired into an occupation in a year.
type HiringSector struct {
	Occupation occupation.ID
	NAF        string
	Label      string
	Year       int
	Hirings    float64
}

// PayBand is the share of an occupation's employees paid within a band of net monthly pay.
type PayBand struct {
	Occupation occupation.ID
	Band       string
	Rank       int     // 0 is the lowest band
	Thousands  float64 // employees
	Percent    float64
}

// Training is the share of an occupation's workers whose diploma is in one NSF speciality: the raw
// matter of the lien formation-emploi.
type Training struct {
	Occupation occupation.ID
	NSF        string // "" when the producer gives only a label
	Label      string
	Thousands  float64 // workers
	Percent    float64
}

// Release is one edition of one source, as imported: who published it, under which licence, what it
// covers. Every figure points to the release it came from.
type Release struct {
	ID           string    `json:"id"`      // UUIDv7, the import's id
	Dataset      string    `json:"dataset"` // key in the catalogue of sources, e.g. "bmo"
	Scope        string    `json:"scope"`   // what of the dataset this file covers; a later release of the same scope supersedes it
	Vintage      string    `json:"vintage"` // edition as stated by the content: "2024", "3.47"
	Title        string    `json:"title"`
	Producer     string    `json:"producer"`
	Licence      string    `json:"licence"`
	File         string    `json:"file"`   // base name or URL it was read from
	SHA256       string    `json:"sha256"` // of the content, decompressed
	ImportedAt   time.Time `json:"imported_at"`
	RowsRead     int       `json:"rows_read"`
	RowsKept     int       `json:"rows_kept"`
	RowsRefused  int       `json:"rows_refused"`
	SupersededBy string    `json:"superseded_by"` // a later release's ID, "" while current
}

// Refusal is a row of a source that could not be read.
type Refusal struct {
	Line   int    `json:"line"`   // 1-based line of the file
	Column string `json:"column"` // column name, "" when the whole row is wrong
	Value  string `json:"value"`  // what stood there, shortened
	Reason string `json:"reason"`
}
