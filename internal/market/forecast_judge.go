package market

import (
	"math"
	"slices"
)

// JudgedYear judges the forecasts of a year, each made from earlier years alone.
type JudgedYear struct {
	Year        int     `json:"year"` // 0 for all together
	Occupations int     `json:"occupations"`
	Tense       int     `json:"tense"` // of which in class 4 or 5 when the year came
	Brier       float64 `json:"brier"`
	AUC         float64 `json:"auc"`
	// Persistence is the table of how often each class was followed by class 4 or 5, made from the same years.
	PersistenceBrier float64 `json:"persistence_brier"`
	PersistenceAUC   float64 `json:"persistence_auc"`
	// Hindsight is the same table made from all years, the one forecast among them.
	HindsightBrier float64 `json:"hindsight_brier"`
}

// Gain is by how much the Brier score is below the persistence table's.
func (j JudgedYear) Gain() float64 { return 1 - j.Brier/j.PersistenceBrier }

// HindsightGain is by how much it is below that of a table that knows the year it forecasts.
func (j JudgedYear) HindsightGain() float64 { return 1 - j.Brier/j.HindsightBrier }

// judged is one forecast with what came.
type judged struct {
	said, persistence, hindsight float64
	came                         bool
}

// backtestForecast forecasts each year from the fourth on from the years before it.
func backtestForecast(f Facts) ([]JudgedYear, JudgedYear) {
	s := newSeries(f)
	if len(s.occupations) < fewestSeries {
		return nil, JudgedYear{}
	}
	var years []JudgedYear
	var all []judged
	hindsight := s.persistence(s.years() - 1)
	for t := 2; t+1 < s.years(); t++ {
		said, table := s.tense(s.fit(t), t), s.persistence(t)
		list := make([]judged, len(said))
		for i, p := range said {
			class := Dares2020().ClassOf(s.tension[i][t])
			list[i] = judged{p, table[class-1], hindsight[class-1], Dares2020().ClassOf(s.tension[i][t+1]) >= TenseClass}
		}
		years = append(years, judgeYear(s.first+t+1, list))
		all = append(all, list...)
	}
	return years, judgeYear(0, all)
}

// persistence is how often each class was followed by class 4 or 5 up to year last.
func (s *series) persistence(last int) [ClassCount]float64 {
	var tense, n [ClassCount]float64
	for t := range last {
		for i := range s.occupations {
			c := Dares2020().ClassOf(s.tension[i][t]) - 1
			n[c]++
			if Dares2020().ClassOf(s.tension[i][t+1]) >= TenseClass {
				tense[c]++
			}
		}
	}
	for c := range tense {
		tense[c] = (tense[c] + 0.5) / (n[c] + 1)
	}
	return tense
}

func judgeYear(year int, list []judged) JudgedYear {
	j := JudgedYear{Year: year, Occupations: len(list)}
	square := func(p float64, came bool) float64 {
		if came {
			p--
		}
		return p * p
	}
	for _, x := range list {
		if x.came {
			j.Tense++
		}
		j.Brier += square(x.said, x.came)
		j.PersistenceBrier += square(x.persistence, x.came)
		j.HindsightBrier += square(x.hindsight, x.came)
	}
	n := math.Max(float64(len(list)), 1)
	j.Brier, j.PersistenceBrier, j.HindsightBrier = j.Brier/n, j.PersistenceBrier/n, j.HindsightBrier/n
	j.AUC = auc(list, func(x judged) float64 { return x.said })
	j.PersistenceAUC = auc(list, func(x judged) float64 { return x.persistence })
	return j
}

// auc is how often one that came was said to be likelier than one that did not; a tie counts half.
func auc(list []judged, said func(judged) float64) float64 {
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b judged) int {
		switch x, y := said(a), said(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	var came, not, won float64
	for i := 0; i < len(sorted); {
		k, tied, others := i, 0.0, 0.0
		for ; k < len(sorted) && said(sorted[k]) == said(sorted[i]); k++ {
			if sorted[k].came {
				tied++
			} else {
				others++
			}
		}
		won += tied * (not + others/2)
		came, not = came+tied, not+others
		i = k
	}
	if came == 0 || not == 0 {
		return 0
	}
	return won / (came * not)
}
