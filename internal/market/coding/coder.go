// Package coding says of an advert that came in what it is about and where it is: it puts together what reads titles and
// texts, and what reads places.
package coding

import (
	"cmp"
	"time"

	"filiere/internal/market/posting"
	"filiere/internal/occupation"
	"filiere/internal/occupation/reading"
	"filiere/internal/territory"
	"filiere/internal/territory/place"
)

// Coder codes adverts. It may be used by many at once.
type Coder struct {
	Places *place.Finder
	Reader *reading.Reader
	Sheets map[string]occupation.ID // codes of the ROME 3 and 4 that sources give, to their sheet
	Sure   float64                  // the probability from which an occupation is taken; 0 for what the reader thinks sure
}

// Code reads what an advert is about and where it is; now is when it came in. The source's own code is believed.
func (c *Coder) Code(a posting.Posting, now time.Time) posting.Coded {
	out := posting.Coded{Posting: a, Taken: now}
	if sheet, ok := c.Sheets[a.Code]; ok {
		out.Occupation, out.Probability = sheet, 1
	} else if list, sure := c.Reader.Link(occupation.ROME3, a.Title, a.Text, 1); len(list) > 0 && list[0].Probability >= cmp.Or(c.Sure, sure) {
		out.Occupation, out.Probability = list[0].ID, list[0].Probability
	}
	found := c.Places.Find(a.Place)
	if len(found.Communes) == 1 {
		out.Commune = found.Communes[0]
	}
	out.Departement = found.Departement
	out.Bassin, _ = c.Places.Area(found, territory.Bassins2019)
	return out
}
