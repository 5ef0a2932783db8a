package letter

import (
	"math"
	"strconv"
	"strings"

	"filiere/internal/locale"
	"filiere/internal/market"
)

// highClass is the class from which a cause counts as pushing tension up.
const highClass = 4

// Explain says in one paragraph why an alert was opened: the figures and how sure they are, how many people
// they concern, what pushes the tension up, how far training can help and why, what newer figures say, and what
// it cannot say. It is plain text: pages, API, command line, messages and feeds share it.
func Explain(l *locale.Locale, a market.Alert) string {
	e := a.Evidence
	var said []string
	say := func(key string, pairs ...any) { said = append(said, l.T(key, pairs...)) }
	what := []any{"occupation", oneLine(e.OccupationLabel), "area", oneLine(e.AreaLabel)}
	switch e.Basis() {
	case market.OnEstimates:
		said = append(said, estimated(l, e, what))
	case market.OnForecast:
		say("explain.forecast", append(what, "from", strconv.Itoa(e.Forecast.From), "class", words(l, e.Forecast.Class),
			"year", strconv.Itoa(e.Forecast.Year), "p", l.Percent(e.Forecast.P, 0))...)
	default:
		say("explain.published", append(what, "year", strconv.Itoa(e.Year), "class", words(l, e.Class))...)
	}
	if name, n := e.Size(); name != "" {
		say("alert.why."+name, "n", int(math.Round(n)))
	}
	said = append(said, causes(l, e)...)
	if e.Remediability != nil {
		say("explain.remediability", "n", l.Number(*e.Remediability, 2))
	}
	if e.Remedy != nil {
		said = append(said, decisive(l, *e.Remedy)...)
	}
	said = append(said, since(l, a)...)
	say("explain.limit." + string(e.Basis()))
	return strings.Join(said, " ")
}

// estimated says what the model held, with its uncertainty.
func estimated(l *locale.Locale, e market.Evidence, what []any) string {
	x := e.Estimate
	pairs := append(what, "year", strconv.Itoa(e.Year), "low", strconv.Itoa(x.Low), "high", strconv.Itoa(x.High),
		"mode", words(l, x.P.Mode()), "p", l.Percent(x.P.AtLeast(market.TenseClass), 0))
	if x.Low == x.High {
		return l.T("explain.estimate.sure", pairs...)
	}
	return l.T("explain.estimate", pairs...)
}

// words is a class in words.
func words(l *locale.Locale, class int) string { return l.T("class.in_words." + strconv.Itoa(class)) }

// causes says what pushes the tension up, and whether training cures that.
func causes(l *locale.Locale, e market.Evidence) []string {
	var push []string
	known := 0
	of := func(m market.Measure) int { return e.Causes[m-market.IntensiteEmbauches] }
	for _, m := range market.Causes() {
		if of(m) > 0 {
			known++
		}
		if of(m) >= highClass {
			push = append(push, l.T("cause."+m.String()+".short"))
		}
	}
	switch {
	case known == 0:
		return []string{l.T("explain.causes.unknown")}
	case len(push) == 0:
		return []string{l.T("explain.causes.none")}
	}
	out := []string{l.T("explain.causes", "causes", l.List(push))}
	if e.Remedy != nil {
		return out // its reasons say it better
	}
	if of(market.LienFormationEmploi) >= highClass {
		out = append(out, l.T("cause.lien_formation_emploi.high"))
	}
	if of(market.NonDurabiliteEmploi) >= highClass || of(market.ConditionsTravail) >= highClass {
		out = append(out, l.T("explain.beyond"))
	}
	return out
}

// since says what newer figures than those of the alert said.
func since(l *locale.Locale, a market.Alert) []string {
	s := a.Standing
	if s == nil {
		return nil
	}
	pairs := []any{"year", strconv.Itoa(s.Year)}
	key := "explain.since."
	if a.Evidence.Basis().Probable() {
		key, pairs = key+"p.", append(pairs, "figure", l.Percent(s.Figure, 0))
	} else {
		key, pairs = key+"class.", append(pairs, "figure", words(l, int(s.Figure)))
	}
	if s.Eased {
		key += "eased"
	} else {
		key += "tense"
	}
	out := []string{l.T(key, pairs...)}
	if a.Ending != "" {
		out = append(out, l.T("alert.ended."+string(a.Ending)))
	}
	return out
}
