package letter

import (
	"strconv"

	"filiere/internal/locale"
	"filiere/internal/market"
)

// Reasons says in a sentence each why training can cure a shortage, or cannot. It is plain text.
func Reasons(l *locale.Locale, r market.Remedy) []string {
	said := make([]string, len(r.Factors))
	for i, f := range r.Factors {
		said[i] = l.T("remedy."+string(f.Name)+"."+bearing(f),
			"class", strconv.Itoa(int(f.Figure)), "share", l.Percent(f.Figure, 0),
			"n", l.Number(f.Figure, 1), "paths", r.Paths, "pay", l.Number(market.LowPayBelow, 0))
	}
	return said
}

// decisive are the reasons that help or hinder; what does neither is left out.
func decisive(l *locale.Locale, r market.Remedy) []string {
	var out []string
	for i, text := range Reasons(l, r) {
		if r.Factors[i].Bearing() != 0 {
			out = append(out, text)
		}
	}
	return out
}

func bearing(f market.RemedyFactor) string {
	switch f.Bearing() {
	case 1:
		return "helps"
	case -1:
		return "hinders"
	}
	return "even"
}
