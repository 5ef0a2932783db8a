package market

import "filiere/internal/occupation"

// AreaTally is a tally of one nomenclature and grain: an area has one for each, and for each year.
type AreaTally struct {
	Nomenclature occupation.Nomenclature
	Grain        occupation.Grain
	Tally
}
