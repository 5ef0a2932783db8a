package market

import (
	"math"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Query asks the radar for cells. Zero fields do not restrict.
type Query struct {
	Nomenclature occupation.Nomenclature
	Occupation   occupation.ID
	Grain        *occupation.Grain // nil: every grain
	Area         territory.ID
	Level        territory.Level
	Zoning       territory.Zoning // an edition of a division; matters for basins
	Region       territory.ID     // only areas inside this région
	Year         int              // 0: the latest published year each list has at a level, else the latest computed
	MinClass     int              // 0: cells without a class too
	Top          int              // 0: every row
	Offset       int
}

// Row is a cell with the names people know it by.
type Row struct {
	Cell
	Label     string // the occupation's
	AreaLabel string
}

// Tally counts an area's cells by class.
type Tally struct {
	Area    territory.ID
	Label   string
	Year    int
	Classes [5]int // index 0 is class 1
}

// Total is the number of cells that have a class.
func (t Tally) Total() int {
	n := 0
	for _, c := range t.Classes {
		n += c
	}
	return n
}

// Tense is the share of cells in class 4 or 5, 0 when there are none.
func (t Tally) Tense() float64 {
	if n := t.Total(); n > 0 {
		return float64(t.Classes[3]+t.Classes[4]) / float64(n)
	}
	return 0
}

// wilsonZ makes TenseAtLeast the lower end of an 80 % interval.
const wilsonZ = 1.2816

// TenseAtLeast is the lower end of the 80 % interval of Tense (Wilson score): what the share is at least,
// as far as so many cells can tell. Areas are ranked by it, so that one with three cells does not lead by
// chance.
func (t Tally) TenseAtLeast() float64 {
	n := float64(t.Total())
	if n == 0 {
		return 0
	}
	p, z2 := t.Tense(), wilsonZ*wilsonZ
	return (p + z2/(2*n) - wilsonZ*math.Sqrt(p*(1-p)/n+z2/(4*n*n))) / (1 + z2/n)
}

// FewestCells is how many cells a share of them should rest on; below it pages mark it as weak.
const FewestCells = 20

// Edition is a nomenclature × level × year the radar has cells for.
type Edition struct {
	Nomenclature occupation.Nomenclature
	Grain        occupation.Grain
	Level        territory.Level
	Zoning       territory.Zoning
	Year         int
	Cells        int
	Classed      int // of which have a class
	Published    int // of which were published
}

// Difficulty is the BMO survey's answer for an occupation in an area: hiring projects, and how many
// employers judge difficult. A value may be withheld.
type Difficulty struct {
	Occupation occupation.ID
	Label      string
	Area       territory.ID
	AreaLabel  string
	Year       int
	Projects   Value
	Difficult  Value
	Seasonal   Value
}

// Correspondence is an entry of another nomenclature that covers the same work.
type Correspondence struct {
	Occupation occupation.Occupation
	Relation   string
	Quality    occupation.Quality
}

// NearOccupation is an occupation people move to, and how tense it is.
type NearOccupation struct {
	occupation.Occupation
	Close bool // at once; otherwise with training
	Class int  // national class of the latest year; 0 when none
}

// RankedSkill is a skill of an occupation.
type RankedSkill struct {
	occupation.Skill
	Core bool
}

// Found is one answer of the search box.
type Found struct {
	Kind  string `json:"kind"`  // "occupation", "area"
	Ref   string `json:"ref"`   // occupation.ID or territory.ID
	Label string `json:"label"` // the name of what was found
	Match string `json:"match"` // the title that matched, when it is another name than Label
}
