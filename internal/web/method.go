package web

import (
	"context"

	"filiere/internal/market"
)

// methodView is how the figures are made, from the very data the program computes with.
type methodView struct {
	Method     market.Method
	Components []string // keys, in the order of the weights
	Causes     []string
	Agreements []market.Agreement
	Sources    []market.Release
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
	if view.Sources, err = s.reader.Releases(ctx, false); err != nil {
		return p, err
	}
	p.data = view
	return p, nil
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
