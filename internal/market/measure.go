package market

// Measure is a quantity an observation may carry.
type Measure int

// The measures. Order matters: it is the order of columns in the database and of bits in the
// suppressed mask, so new measures go at the end.
const (
	Employment         Measure = iota // people employed, yearly mean
	Offers                            // online offers over the year
	OffersStock                       // offers open on one day
	Jobseekers                        // people registered in categories A, B, C, yearly mean
	JobseekersA                       // people registered in category A, yearly mean
	Projects                          // hiring projects of the coming year (BMO)
	DifficultProjects                 // of which judged difficult by the employer
	SeasonalProjects                  // of which seasonal
	Hirings                           // hirings declared over the year
	EntryRate                         // entries into establishments per 100 employed
	ExitRate                          // exits from establishments per 100 employed (not from the jobseeker lists)
	RotationRate                      // mean of the two
	Tension                           // the Dares indicator, standard deviations
	TensionClass                      // its class, 1–5
	IntensiteEmbauches                // causes, classes 1–5, in the order of Causes
	LienFormationEmploi
	ManqueMainOeuvre
	NonDurabiliteEmploi
	ConditionsTravail
	InadequationGeographique
	measureCount
)

// MeasureCount is how many measures there are.
const MeasureCount = int(measureCount)

var measureNames = [MeasureCount]string{
	"employment", "offers", "offers_stock", "jobseekers", "jobseekers_a",
	"projects", "difficult_projects", "seasonal_projects", "hirings",
	"entry_rate", "exit_rate", "rotation_rate", "tension", "class",
	"intensite_embauches", "lien_formation_emploi", "manque_main_oeuvre",
	"non_durabilite_emploi", "conditions_travail", "inadequation_geographique",
}

// String is the measure's name in the database, the API and exports.
func (m Measure) String() string { return measureNames[m] }

// Measures lists all measures in column order.
func Measures() []Measure {
	ms := make([]Measure, MeasureCount)
	for i := range ms {
		ms[i] = Measure(i)
	}
	return ms
}

// Causes lists the six complementary indicators in the order the Dares publishes them.
func Causes() []Measure {
	return []Measure{
		IntensiteEmbauches, LienFormationEmploi, ManqueMainOeuvre,
		NonDurabiliteEmploi, ConditionsTravail, InadequationGeographique,
	}
}

// CauseCount is the number of complementary indicators.
const CauseCount = 6

// State tells a figure that is not there from one that is withheld.
type State uint8

// The states of a value.
const (
	Absent     State = iota // the producer says nothing
	Known                   // the producer gives a number
	Suppressed              // the producer withholds a number under statistical secrecy; it is not zero
)

// Value is a figure as published.
type Value struct {
	Float float64
	State State
}

// Is wraps a known number.
func Is(f float64) Value { return Value{Float: f, State: Known} }

// Secret is a figure withheld under statistical secrecy.
func Secret() Value { return Value{State: Suppressed} }

// Known reports whether there is a number.
func (v Value) Known() bool { return v.State == Known }

// Class returns the value as a class 1–5, 0 when there is none.
func (v Value) Class() int {
	if !v.Known() {
		return 0
	}
	return int(v.Float)
}
