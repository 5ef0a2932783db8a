package posting

import (
	"time"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Lot tells what became of adverts that were handed over together, all kept or none. Whoever watches the stream learns
// of it from these.
type Lot struct {
	At time.Time `json:"at"` // when they were kept
	Taken
	Unsure  int    `json:"unsure"`    // of the new: not known what they are about
	Nowhere int    `json:"no_bassin"` // of the new: not known in which basin they are
	Cells   []Cell `json:"cells"`     // what was added to the counts
	Seen    []Seen `json:"seen"`      // the last of the new ones, at most SeenOfLot
}

// Add takes a new advert into the lot. Whether it counts depends on those before it.
func (l *Lot) Add(c Coded) {
	l.New++
	if c.Occupation == "" {
		l.Unsure++
	}
	if c.Bassin == "" {
		l.Nowhere++
	}
	if len(l.Seen) == SeenOfLot {
		l.Seen = l.Seen[1:]
	}
	l.Seen = append(l.Seen, Seen{ID: c.ID(), Title: c.Title, Day: c.Day(), Occupation: c.Occupation, Probability: c.Probability, Bassin: c.Bassin})
}

// SeenOfLot is how many adverts of a lot are told one by one.
const SeenOfLot = 5

// Seen is an advert as it is shown to whoever watches.
type Seen struct {
	ID          string        `json:"id"`
	Title       string        `json:"title"`
	Day         string        `json:"day"`
	Occupation  occupation.ID `json:"occupation"` // "" when it is not sure
	Probability float64       `json:"probability"`
	Bassin      territory.ID  `json:"bassin"` // "" when it is not known
}

// Taken says what became of adverts that were handed over to be kept.
type Taken struct {
	New     int `json:"new"`     // kept now
	Known   int `json:"known"`   // kept before, by source and number: nothing changed
	Counted int `json:"counted"` // of the new, those that count for a cell
	Reposts int `json:"reposts"` // of the new, those that offer again the job of another
}

// Plus adds up.
func (t Taken) Plus(u Taken) Taken {
	return Taken{t.New + u.New, t.Known + u.Known, t.Counted + u.Counted, t.Reposts + u.Reposts}
}
