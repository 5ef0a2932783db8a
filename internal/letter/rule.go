package letter

import (
	"math"
	"strconv"

	"filiere/internal/locale"
	"filiere/internal/market"
)

// RuleLine is one thing a rule says, in words.
type RuleLine struct {
	What string
	Says []string
}

// RuleFigure writes the figure of a rule: a class out of 5, or a probability.
func RuleFigure(l *locale.Locale, b market.Basis, figure float64) string {
	if b.Probable() {
		return l.Percent(figure, 0)
	}
	return l.T("cause.class", "class", strconv.Itoa(int(figure)))
}

// RuleLines says in words what a rule asks: pages and command line share it.
func RuleLines(l *locale.Locale, r market.Rule) []RuleLine {
	out := []RuleLine{
		{l.T("rule.basis"), []string{l.T("rule.basis." + string(r.Basis))}},
		{l.T("rule.open"), []string{l.T("rule.figure."+string(r.Basis), "figure", RuleFigure(l, r.Basis, r.Open))}},
		{l.T("rule.stay"), []string{l.T("rule.stays", "figure", RuleFigure(l, r.Basis, r.Stay))}},
	}
	if r.Cause != "" {
		out = append(out, RuleLine{l.T("rule.cause"), []string{l.T("alert.asked.cause", "cause", l.T("cause."+r.Cause), "least", r.MinCause)}})
	}
	if r.MinRemediability > 0 {
		out = append(out, RuleLine{l.T("rule.min_remediability"), []string{l.Number(r.MinRemediability, 2)}})
	}
	var watches, severities []string
	for _, w := range r.Watches {
		watches = append(watches, RuleWatch(l, w))
	}
	for _, g := range r.Severities {
		severities = append(severities, l.T("rule.grade", "severity", l.T("severity."+string(g.Severity)), "figure", RuleFigure(l, r.Basis, g.From)))
	}
	out = append(out, RuleLine{l.T("rule.watches"), watches}, RuleLine{l.T("alert.severity"), severities})
	if r.Margin > 0 && len(r.Severities) > 1 {
		out = append(out, RuleLine{l.T("rule.margin"), []string{l.T("rule.margin.text", "margin", margin(l, r))}})
	}
	if r.Note != "" {
		out = append(out, RuleLine{l.T("rule.note"), []string{oneLine(r.Note)}})
	}
	return out
}

// margin writes by how much a figure must be below.
func margin(l *locale.Locale, r market.Rule) string {
	if r.Basis.Probable() {
		return l.Number(r.Margin, 2)
	}
	return l.Short(r.Margin)
}

// RuleWatch says where a rule looks, and how many people must be concerned there.
func RuleWatch(l *locale.Locale, w market.Watch) string {
	level := l.T("level." + string(w.Level))
	list := l.T("nomenclature." + string(w.Nomenclature))
	if w.Size == "" {
		return l.T("rule.watch.any", "level", level, "list", list)
	}
	return l.T("rule.watch", "level", level, "list", list, "least", l.T("alert.concerned."+w.Size, "n", int(math.Round(w.Min))))
}
