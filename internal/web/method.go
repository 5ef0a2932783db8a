package web

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"filiere/internal/market"
)

// methodView is how the figures are made, from the very data the program computes with.
type methodView struct {
	Method     market.Method
	Components []string // keys, in the order of the weights
	Causes     []string
	Agreements []market.Agreement
	Sources    []market.Release
	Backtest   *market.Backtest // nil where there is nothing to judge
	Local      judgedView
	Unseen     judgedView
	Years      []market.JudgedYear // of the forecast, all of them together last
	Cure       []cureWeight
}

// judgedView is a table of ways to estimate with their scores.
type judgedView struct {
	Caption string
	Route   string
	Rows    []market.JudgedLocal
}

// cureWeight is what a factor weighs in how far training can cure a shortage.
type cureWeight struct {
	Name   market.FactorName
	Weight float64
}

// cureWeights lists them, the heaviest first.
func cureWeights() []cureWeight {
	var out []cureWeight
	for name, w := range market.CureWeights() {
		out = append(out, cureWeight{name, w})
	}
	slices.SortFunc(out, func(a, b cureWeight) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// method explains the figures.
func (s *server) method(ctx context.Context, v *visit) (page, error) {
	p := page{name: "method", title: v.T("method.title"), room: "nav.method"}
	view := methodView{Method: market.Dares2020()}
	for c := range market.ComponentCount {
		view.Components = append(view.Components, market.Component(c).String())
	}
	for _, m := range market.Causes() {
		view.Causes = append(view.Causes, m.String())
	}
	var err error
	if view.Agreements, err = s.reader.Agreements(ctx); err != nil {
		return p, err
	}
	if view.Backtest, err = s.reader.Backtest(ctx); err != nil {
		return p, err
	}
	if b := view.Backtest; b != nil {
		view.Local = judgedView{v.T("method.backtest.local.caption", "year", strconv.Itoa(b.Year)), "backtest/local", b.Local}
		view.Unseen = judgedView{v.T("method.backtest.unseen.caption"), "backtest/unseen", b.Unseen}
		if len(b.Forecast) > 0 {
			view.Years = append(b.Forecast[:len(b.Forecast):len(b.Forecast)], b.Overall)
		}
	}
	view.Cure = cureWeights()
	if view.Sources, err = s.reader.Releases(ctx, false); err != nil {
		return p, err
	}
	p.data = view
	return p, nil
}

// besideMethod tells whether estimates were judged on whole sheets: that is added some time after they are made.
func (s *server) besideMethod(v *visit) string {
	b, err := s.reader.Backtest(v.Context())
	if err != nil || b == nil || len(b.Unseen) == 0 {
		return ""
	}
	return "u"
}

// sources lists what was imported.
func (s *server) sources(ctx context.Context, v *visit) (page, error) {
	rs, err := s.reader.Releases(ctx, false)
	return page{name: "sources", title: v.T("sources.title"), data: rs}, err
}

// about says what Filière is.
func (s *server) about(_ context.Context, v *visit) (page, error) {
	return page{name: "about", title: v.T("about.title")}, nil
}
