package market

import "math"

// Remedy says how far training can cure a shortage, and why. Tension alone does not justify a diploma: where
// people stay away because of working conditions, short contracts or pay, more graduates change little.
//
// Score = need × cure. Need is how far the job calls for a particular training (lien formation-emploi). Cure
// is the weighted mean of what stands in the way of people who have it: whether there is anybody to train,
// working conditions, contracts, pay, seasons. Factors that are not known are left out and the weights of the
// others scaled up. No register says which shortages training cured, so that the weights are our judgement:
// they are data, printed on the method page, and each score comes with its factors.
type Remedy struct {
	Score   float64        `json:"score"`   // 0 to 1
	Known   float64        `json:"known"`   // weight of the factors of cure that are known, 0 to 1
	Factors []RemedyFactor `json:"factors"` // need first
	Paths   int            `json:"paths"`   // close occupations people can come from
	Free    float64        `json:"free"`    // of which, how many are not expected to be short of people themselves
	Titles  int            `json:"titles"`  // active registered titles that lead to the occupation
}

// RemedyFactor is one reason for or against.
type RemedyFactor struct {
	Name   FactorName `json:"factor"`
	Value  float64    `json:"value"`  // 0 hinders, 1 helps
	Weight float64    `json:"weight"` // in cure; 0 for the need
	Figure float64    `json:"figure"` // what it was read from: a class 1–5, a share, a number of occupations
}

// FactorName names a factor.
type FactorName string

// The factors.
const (
	FactorNeed       FactorName = "need"       // class of lien formation-emploi
	FactorPeople     FactorName = "people"     // class of manque de main-d'œuvre, where few could be retrained
	FactorRetraining FactorName = "retraining" // close occupations that are not short of people
	FactorConditions FactorName = "conditions" // class of conditions de travail contraignantes
	FactorContracts  FactorName = "contracts"  // class of non-durabilité de l'emploi
	FactorPay        FactorName = "pay"        // share of employees paid little
	FactorSeason     FactorName = "season"     // share of hiring projects that are seasonal
)

// Bearing tells what a factor does: helps, hinders or neither.
func (f RemedyFactor) Bearing() int {
	switch {
	case f.Value >= 0.6:
		return 1
	case f.Value <= 0.4:
		return -1
	}
	return 0
}

// needOf is the need by class of lien formation-emploi, 1 to 5.
var needOf = [ClassCount]float64{0.10, 0.30, 0.55, 0.80, 1}

// CureWeights say how much each factor counts in cure. People and retraining are one: whichever helps more.
func CureWeights() map[FactorName]float64 {
	return map[FactorName]float64{
		FactorPeople: 0.30, FactorConditions: 0.30, FactorContracts: 0.20, FactorPay: 0.15, FactorSeason: 0.05,
	}
}

const (
	freeHalf    = 2.0  // close occupations with people to spare that make retraining half of what it can be
	muchLowPay  = 0.60 // share of employees paid little at which pay hinders fully
	muchSeason  = 0.50 // share of seasonal projects at which seasons hinder fully
	LowPayBelow = 1500 // € net a month: what is called little, by the bands the Dares publishes
)

// RemedyFacts is what Remediability reads of an occupation in an area.
type RemedyFacts struct {
	Causes   [CauseCount]int // classes 1–5 in the order of Causes; 0 where unknown
	Paths    int             // close occupations people can come from
	Free     float64         // of which, how many are not expected to be tense
	LowPay   Value           // share of employees paid less than LowPayBelow
	Seasonal Value           // share of hiring projects that are seasonal
	Titles   int
}

// Remediability works the score out. ok is false when nothing says how far the job calls for training.
func Remediability(in RemedyFacts) (r Remedy, ok bool) {
	link := in.Causes[causeIndex(LienFormationEmploi)]
	if link < 1 || link > ClassCount {
		return Remedy{}, false
	}
	need := needOf[link-1]
	r = Remedy{Paths: in.Paths, Free: in.Free, Titles: in.Titles, Factors: []RemedyFactor{{Name: FactorNeed, Value: need, Figure: float64(link)}}}
	weights := CureWeights()
	cure := 0.0
	add := func(name FactorName, weight, value, figure float64) {
		r.Factors = append(r.Factors, RemedyFactor{Name: name, Value: value, Weight: weight, Figure: figure})
		cure += weight * value
		r.Known += weight
	}
	if name, value, figure, known := peopleToTrain(in); known {
		add(name, weights[FactorPeople], value, figure)
	}
	if c := in.Causes[causeIndex(ConditionsTravail)]; c > 0 {
		add(FactorConditions, weights[FactorConditions], ease(c), float64(c))
	}
	if c := in.Causes[causeIndex(NonDurabiliteEmploi)]; c > 0 {
		add(FactorContracts, weights[FactorContracts], ease(c), float64(c))
	}
	if in.LowPay.Known() {
		add(FactorPay, weights[FactorPay], 1-math.Min(in.LowPay.Float/muchLowPay, 1), in.LowPay.Float)
	}
	if in.Seasonal.Known() {
		add(FactorSeason, weights[FactorSeason], 1-math.Min(in.Seasonal.Float/muchSeason, 1), in.Seasonal.Float)
	}
	if r.Known == 0 {
		return Remedy{}, false
	}
	r.Score = need * cure / r.Known
	return r, true
}

// ease turns a class that pushes tension up, 1 to 5, into how little stands in the way, 1 to 0.
func ease(class int) float64 { return float64(ClassCount-class) / (ClassCount - 1) }

// peopleToTrain takes what helps more: jobseekers of the occupation, or close occupations with people to spare.
func peopleToTrain(in RemedyFacts) (name FactorName, value, figure float64, known bool) {
	if c := in.Causes[causeIndex(ManqueMainOeuvre)]; c > 0 {
		name, value, figure, known = FactorPeople, ease(c), float64(c), true
	}
	if in.Paths > 0 {
		if v := 1 - math.Exp2(-in.Free/freeHalf); !known || v > value {
			name, value, figure, known = FactorRetraining, v, in.Free, true
		}
	}
	return name, value, figure, known
}
