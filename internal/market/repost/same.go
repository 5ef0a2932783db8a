package repost

import (
	"filiere/internal/market/posting"
)

// Same tells whether two adverts offer the same job, and how alike their texts are, 0 to 1.
//
// What speaks against it for certain: more than Window between them, two communes, an internship and a job. Otherwise the
// texts must be the more alike the less else agrees.
func Same(a, b Print) (alike float64, same bool) {
	apart := a.Day.Sub(b.Day).Abs()
	if apart > Window || a.departement != b.departement || (a.commune != b.commune && a.commune != "" && b.commune != "") || !contractsAgree(a.contract, b.contract) {
		return 0, false
	}
	title := titleLikeness(a.title, b.title)
	employer := compareEmployers(a.employer, b.employer)
	if min(len(a.text), len(b.text)) < fewShingles {
		// Without texts it takes all the rest.
		return 0, title == 1 && employer == agrees && a.commune != "" && a.commune == b.commune && len(a.text)+len(b.text) < manyShingles
	}
	alike = likeness(a.text, b.text)
	return alike, alike >= needed(title, employer)
}

// The texts that can be compared, and the length of one that is none beside another.
const (
	fewShingles  = 12
	manyShingles = 60
)

// How alike texts must be.
const (
	alikeAlone     = 0.80 // the texts of two titles that agree in part
	alikeTitled    = 0.55 // titles agree
	alikeOfOne     = 0.45 // titles agree, and the employer
	alikeOfTwo     = 0.90 // another name as employer: an agency's, or a form letter for two jobs
	titleAgrees    = 0.66
	titleDisagrees = 0.30
)

// needed is how alike texts must be, with titles and employers as they are.
func needed(title float64, employer agreement) float64 {
	switch {
	case title < titleDisagrees:
		return 2 // never: a company writes all its adverts alike
	case employer == disagrees:
		return alikeOfTwo
	case title < titleAgrees:
		return alikeAlone
	case employer == agrees:
		return alikeOfOne
	default:
		return alikeTitled
	}
}

// Original chooses the advert that another one repeats, of those that share a key with it: the most alike, of equals the
// first. -1 when it repeats none.
func Original(p Print, others []Print) int {
	best, bestAlike := -1, -1.0
	for i, o := range others {
		alike, same := Same(p, o)
		if same && (alike > bestAlike || alike == bestAlike && before(o, others[best])) {
			best, bestAlike = i, alike
		}
	}
	return best
}

func before(a, b Print) bool {
	if !a.Day.Equal(b.Day) {
		return a.Day.Before(b.Day)
	}
	return a.ID < b.ID
}

// agreement is what two adverts say of one thing.
type agreement int

const (
	unknown agreement = iota // one of them does not say it
	agrees
	disagrees
)

// compareEmployers takes names for one where all words of one are in the other: "Dupont" and "Dupont Bâtiment Lyon".
func compareEmployers(a, b []uint32) agreement {
	both := common(a, b)
	switch {
	case len(a) == 0 || len(b) == 0:
		return unknown
	case both == min(len(a), len(b)):
		return agrees
	default:
		return disagrees
	}
}

// contractsAgree tells learning a trade from practising it; how long a job lasts is told too differently from one site
// to the next.
func contractsAgree(a, b posting.Contract) bool {
	learning := func(c posting.Contract) bool { return c == posting.Apprenticeship || c == posting.Internship }
	return a == "" || b == "" || a == b || !learning(a) && !learning(b)
}

// resemblance is how much of what two hold together they have in common (Jaccard), 0 to 1.
func resemblance(a, b []uint32) float64 {
	both := common(a, b)
	return float64(both) / float64(max(len(a)+len(b)-both, 1))
}

// titleLikeness of two titles is as for texts where both have words enough: sites add to titles, and cut them.
func titleLikeness(a, b []uint32) float64 {
	if min(len(a), len(b)) < 2 {
		return resemblance(a, b)
	}
	return likeness(a, b)
}

// likeness of two texts is their resemblance, or, if more, nine tenths of the share of the shorter one that is in the
// other: a text cut short is wholly in the whole one.
func likeness(a, b []uint32) float64 {
	both := float64(common(a, b))
	return max(both/(float64(len(a)+len(b))-both), 0.9*both/float64(min(len(a), len(b))))
}

// common counts what two sorted lists share.
func common(a, b []uint32) int {
	n := 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			n, i, j = n+1, i+1, j+1
		}
	}
	return n
}
