package letter

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"filiere/internal/locale"
	"filiere/internal/mission"
	"filiere/internal/paper"
)

// Report puts the mission report of a year into words, to be printed.
func Report(l *locale.Locale, r mission.Report) paper.Document {
	w := reporter{l: l, r: r}
	d := paper.Document{Title: l.T("mission.report.title", "year", strconv.Itoa(r.Year)), Lang: string(l.Lang), At: r.ComputedAt, Footer: l.T("mission.report.footer", "year", strconv.Itoa(r.Year))}
	status := l.T("mission.report.draft", "at", l.Date(r.ComputedAt))
	if r.Frozen() {
		d.At = r.FrozenAt
		status = l.T("mission.report.frozen", "at", l.Date(r.FrozenAt))
	}
	d.Blocks = append(d.Blocks, paper.Paragraph{Text: status})
	d.Blocks = append(d.Blocks, w.objectives()...)
	d.Blocks = append(d.Blocks, w.figures()...)
	d.Blocks = append(d.Blocks, w.roadmap()...)
	d.Blocks = append(d.Blocks, w.recommendations()...)
	d.Blocks = append(d.Blocks, w.seals()...)
	return d
}

// reporter writes a report in a language.
type reporter struct {
	l *locale.Locale
	r mission.Report
}

func (w reporter) heading(key string) paper.Block {
	return paper.Heading{Level: 2, Text: w.l.T(key)}
}

func (w reporter) objectives() []paper.Block {
	out := []paper.Block{w.heading("mission.objectives")}
	if len(w.r.Objectives) == 0 {
		return append(out, paper.Paragraph{Text: w.l.T("mission.objectives.none")})
	}
	for i, o := range w.r.Objectives {
		out = append(out, paper.Heading{Level: 3, Text: fmt.Sprintf("%d. %s", i+1, o.Title)}, paper.Paragraph{Text: o.Text})
		for _, name := range o.Indicators {
			for _, f := range w.r.Figures {
				if f.Indicator == name {
					out = append(out, paper.Paragraph{Text: w.l.T("mission.indicator."+string(name)) + w.l.T("mission.colon") + ValueText(w.l, f) + " (" + ReachedText(w.l, f) + ")"})
				}
			}
		}
	}
	return out
}

func (w reporter) figures() []paper.Block {
	t := paper.Table{
		Name:    mission.FiguresTable,
		Caption: w.l.T("mission.indicators.caption", "year", strconv.Itoa(w.r.Year)),
		Head: []string{
			w.l.T("mission.column.indicator"), w.l.T("mission.column.value"), w.l.T("mission.column.target"),
			w.l.T("mission.column.of"), w.l.T("mission.column.definition"),
		},
		Numbers: []bool{false, true, true, true},
	}
	out := []paper.Block{w.heading("mission.indicators")}
	var areas paper.Block
	for _, f := range w.r.Figures {
		name := string(f.Indicator)
		t.Rows = append(t.Rows, []string{
			w.l.T("mission.indicator." + name), ValueText(w.l, f), FigureText(w.l, f.Target, f.Unit),
			OfText(w.l, f), w.l.T("mission.indicator." + name + ".what"),
		})
		if len(f.ByArea) > 0 {
			areas = w.byArea(f)
		}
	}
	out = append(out, t)
	if areas != nil {
		out = append(out, areas)
	}
	return out
}

func (w reporter) byArea(f mission.Figure) paper.Block {
	t := paper.Table{
		Name: mission.AreasTable, Caption: w.l.T("mission.byarea"), Numbers: []bool{false, true, true, true},
		Head: []string{w.l.T("mission.column.area"), w.l.T("mission.column.people"), w.l.T("mission.column.population"), w.l.T("mission.column.share")},
	}
	for _, a := range f.ByArea {
		t.Rows = append(t.Rows, []string{a.Label, peopleText(w.l, a), w.l.Int(a.Population), shareText(w.l, a)})
	}
	return t
}

// shareText is an area's share, a dash where so few people are in it that it would tell of them.
func shareText(l *locale.Locale, a mission.AreaHead) string {
	if a.Few {
		return none
	}
	return l.Number(a.Share, 4) + l.T("mission.percent")
}

func peopleText(l *locale.Locale, a mission.AreaHead) string {
	if a.Few {
		return few(l)
	}
	return l.Int(a.People)
}

// few says instead of a number that it is too small to be said.
func few(l *locale.Locale) string { return l.T("mission.few", "n", mission.FewestShown) }

// none stands where there is nothing.
const none = "–"

// ValueText writes what a figure says, with its unit.
func ValueText(l *locale.Locale, f mission.Figure) string {
	if f.Few {
		return none
	}
	return FigureText(l, f.Value, f.Unit)
}

// OfText says what a figure rests on.
func OfText(l *locale.Locale, f mission.Figure) string {
	if f.Few {
		return few(l)
	}
	return l.Int(f.Of)
}

func (w reporter) roadmap() []paper.Block {
	out := []paper.Block{w.heading("mission.roadmap")}
	if len(w.r.Roadmap) == 0 {
		return append(out, paper.Paragraph{Text: w.l.T("mission.roadmap.none")})
	}
	t := paper.Table{
		Name:    mission.RoadmapTable,
		Caption: w.l.T("mission.roadmap.caption"),
		Head:    []string{w.l.T("mission.column.promise"), w.l.T("mission.column.due"), w.l.T("mission.column.standing"), w.l.T("mission.column.settled"), w.l.T("mission.column.reason")},
	}
	for _, p := range w.r.Roadmap {
		t.Rows = append(t.Rows, []string{p.Title, w.l.Date(p.DueOn), w.l.T("mission.standing." + string(p.Standing)), w.day(p.SettledAt), p.Reason})
	}
	return append(out, t)
}

func (w reporter) day(t time.Time) string {
	if t.IsZero() {
		return none
	}
	return w.l.Date(t)
}

func (w reporter) recommendations() []paper.Block {
	out := []paper.Block{w.heading("mission.recommendations")}
	if len(w.r.Recommendations) == 0 {
		return append(out, paper.Paragraph{Text: w.l.T("mission.recommendations.none")})
	}
	t := paper.Table{
		Name:    mission.RecommendationsTable,
		Caption: w.l.T("mission.recommendations.caption"),
		Head:    []string{w.l.T("mission.column.made"), w.l.T("mission.column.recommendation"), w.l.T("mission.column.state"), w.l.T("mission.column.answer")},
	}
	for _, r := range w.r.Recommendations {
		t.Rows = append(t.Rows, []string{w.l.Date(r.MadeAt), r.Text, w.l.T("mission.recommendation." + string(r.State)), r.Answer})
	}
	return append(out, t)
}

// seals lists the hashes of a frozen report.
func (w reporter) seals() []paper.Block {
	if !w.r.Frozen() {
		return nil
	}
	out := []paper.Block{w.heading("mission.seals"), paper.Paragraph{Text: w.l.T("mission.seals.text")}, paper.Paragraph{Text: w.r.Hash, Mono: true}}
	for _, f := range w.r.Figures {
		out = append(out, paper.Paragraph{Text: string(f.Indicator) + "  " + f.Hash, Mono: true})
	}
	return out
}

// FigureText writes a figure with its unit, a dash for none.
func FigureText(l *locale.Locale, v *float64, u mission.Unit) string {
	if v == nil {
		return none
	}
	switch u {
	case mission.Percent:
		digits := 1
		if *v > 0 && *v < 0.1 {
			digits = 5 // a share of the population
		}
		return l.Number(*v, digits) + l.T("mission.percent")
	case mission.Days:
		return l.T("mission.days", "n", int(math.Ceil(*v))) // a day begun counts, so that 90.1 does not look like 90
	}
	return l.Int(int(*v))
}

// ReachedText says how a figure stands to its target.
func ReachedText(l *locale.Locale, f mission.Figure) string {
	reached, ok := f.Reached()
	switch {
	case !ok:
		return l.T("mission.reached.unknown", "target", FigureText(l, f.Target, f.Unit))
	case reached:
		return l.T("mission.reached.yes", "target", FigureText(l, f.Target, f.Unit))
	}
	return l.T("mission.reached.no", "target", FigureText(l, f.Target, f.Unit))
}
