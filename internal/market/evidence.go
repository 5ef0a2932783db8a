package market

import (
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Evidence is what an alert rests on, as it stood when the alert was opened. It is kept as a copy: later
// editions of the figures do not change it.
type Evidence struct {
	Occupation      occupation.ID   `json:"occupation"`
	OccupationLabel string          `json:"occupation_label"`
	Area            territory.ID    `json:"area"`
	AreaLabel       string          `json:"area_label"`
	Level           territory.Level `json:"level"`
	Year            int             `json:"year"`
	Class           int             `json:"class"`           // of tension, 1–5
	Tension         *float64        `json:"tension"`         // standard deviations; null where only a class is published
	Causes          [CauseCount]int `json:"causes"`          // classes 1–5 in the order of Causes; 0 where unknown
	CausesComputed  uint8           `json:"causes_computed"` // bit i set: cause i was carried over from another list or worked out
	Employment      *float64        `json:"employment"`
	Offers          *float64        `json:"offers"`
	Jobseekers      *float64        `json:"jobseekers"`
	Origin          Origin          `json:"origin"`
	Source          string          `json:"source"`  // datasets with their vintage
	Release         string          `json:"release"` // the edition it was published in; "" when computed from several
}
