package market

import (
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Origin says where a cell's tension comes from.
type Origin string

// The origins of a tension. An Estimate is no cell: it says how likely each class is.
const (
	Published Origin = "published" // value or class stands in a published table
	Computed  Origin = "computed"  // worked out by Compute from published components
)

// Cell is the product's answer for an occupation in an area in a year.
type Cell struct {
	Occupation occupation.ID
	Area       territory.ID
	Year       int

	Tension Value // the indicator, standard deviations; Absent where only a class is published
	Class   int   // 1–5; 0 where neither published nor computable
	Origin  Origin

	Causes         [CauseCount]int // classes 1–5 in the order of Causes; 0 where unknown
	CausesComputed uint8           // bit i set: cause i was computed rather than published

	Offers     Value // over the year
	Jobseekers Value // categories A, B, C
	Employment Value
	Projects   Value // hiring projects
	Difficult  Value // of which judged difficult

	Sources string // dataset keys with their vintage, "bmo 2024 + tension_bassin 2021"
	Release string // the release the tension was published in; "" when computed from several
}

// Firmness says how much a cell's figure can bear.
type Firmness string

// The degrees of firmness.
const (
	Firm    Firmness = "firm"    // enough offers and jobseekers behind it
	Fair    Firmness = "fair"    // read it with its neighbours
	Weak    Firmness = "weak"    // few offers or jobseekers, or computed from part of the components
	Unrated Firmness = "unrated" // the producer gives no count to judge it by
)
