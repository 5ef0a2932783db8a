package web

import (
	"context"
	"html/template"
	"net/url"

	"filiere/internal/letter"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// cellAddress is the page of an occupation in an area.
func cellAddress(o occupation.ID, a territory.ID) string {
	return "/occupations/" + string(o) + "/areas/" + string(a)
}

// cellView is everything known of an occupation in an area.
type cellView struct {
	Of       occupation.Occupation
	Area     territory.Area
	Sheet    lender // whose figures are shown, where they are another's
	Rows     []market.Row
	Export   export
	Causes   []cause
	Likely   *market.Estimate
	Sentence string
	Drawing  template.HTML
	Nation   string // the same over the country, in a sentence
	Estimate export
	Map      string
	Remedy   *remedyView // nil where nothing says how far training helps
}

// cellPage shows one occupation in one area.
func (s *server) cellPage(ctx context.Context, v *visit) (page, error) {
	p := page{name: "cell", room: "nav.occupations"}
	o, err := s.reader.Occupation(ctx, occupation.ID(v.PathValue("id")))
	if err != nil {
		return p, err
	}
	a, err := s.reader.Area(ctx, territory.ID(v.PathValue("area")))
	if err != nil {
		return p, err
	}
	view := cellView{Of: o, Area: a, Map: mapAddress(o.ID, a.Level(), 0)}
	p.title = v.T("cell.title", "occupation", o.Label, "area", a.Label)
	e, err := s.estimatesOf(ctx, o.ID)
	if err != nil {
		return p, err
	}
	figures := o.ID
	if e.There() && e.sheet != o.ID {
		figures = e.sheet
		if view.Sheet, err = s.lentBy(ctx, e.sheet); err != nil {
			return p, err
		}
	}
	if view.Rows, err = s.reader.History(ctx, figures, a.ID); err != nil {
		return p, err
	}
	if n := len(view.Rows); n > 0 {
		view.Causes = causesOf(v.Locale, view.Rows[n-1].Cell)
		view.Export = exportFrom("occupations/"+url.PathEscape(string(figures))+"/history", url.Values{"area": {string(a.ID)}})
	}
	if x, ok := e.at(a.ID); ok {
		view.Likely, view.Sentence, view.Drawing = &x, estimateText(v.Locale, x), likelihoods(v.Locale, x)
		view.Estimate = e.export(v, "", a.ID)
	}
	if x, ok := e.at(territory.France); ok && a.ID != territory.France && view.Likely != nil {
		view.Nation = v.T("cell.nation", "tense", percentOf(v.Locale, x.P.AtLeast(market.TenseClass)))
	}
	if view.Likely != nil {
		if view.Remedy, err = s.remedyOf(ctx, v, figures, a.ID); err != nil {
			return p, err
		}
	}
	p.data = view
	return p, nil
}

// remedyView says how far training can cure a shortage, and why.
type remedyView struct {
	market.Remedy
	Reasons []string
}

// Most is what stands in the way most.
func (r remedyView) Most() string { return r.Reasons[obstacle(r.Remedy)] }

// remedyOf is nil where nothing says how far the job calls for training.
func (s *server) remedyOf(ctx context.Context, v *visit, o occupation.ID, a territory.ID) (*remedyView, error) {
	remedies, err := s.reader.Remedies(ctx)
	if err != nil {
		return nil, err
	}
	r, ok := remedies.Of(o, a)
	if !ok {
		return nil, nil
	}
	return &remedyView{r, letter.Reasons(v.Locale, r)}, nil
}

// lentBy is a lender of figures.
func (s *server) lentBy(ctx context.Context, id occupation.ID) (lender, error) {
	o, err := s.reader.Occupation(ctx, id)
	return lender{From: o, Lent: true}, err
}
