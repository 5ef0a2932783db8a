package web

import (
	"context"
	"net/url"
	"strconv"

	"filiere/internal/market"
)

const (
	mostFound     = 60  // the API gives as many
	longestSearch = 200 // characters; the form sends no more
)

// searchView is what a search found.
type searchView struct {
	Text        string
	Occupations []found
	Areas       []found
	Export      export
}

// found is one answer with its address.
type found struct {
	market.Found
	URL string
}

// Nothing reports whether the search found nothing.
func (s searchView) Nothing() bool { return len(s.Occupations)+len(s.Areas) == 0 }

// search finds occupations and places by name.
func (s *server) search(ctx context.Context, v *visit) (page, error) {
	p := page{name: "search", title: v.T("search.title"), room: "nav.search"}
	view := searchView{Text: v.Query.Get("q")}
	if r := []rune(view.Text); len(r) > longestSearch {
		view.Text = string(r[:longestSearch])
	}
	if view.Text != "" {
		p.title = v.T("search.title.for", "text", view.Text)
		view.Export = exportFrom("search", url.Values{"q": {view.Text}, "limit": {strconv.Itoa(mostFound)}})
		answers, err := s.reader.Search(ctx, view.Text, mostFound)
		if err != nil {
			return p, err
		}
		for _, f := range answers {
			if f.Kind == "area" {
				view.Areas = append(view.Areas, found{f, "/areas/" + f.Ref})
			} else {
				view.Occupations = append(view.Occupations, found{f, "/occupations/" + f.Ref})
			}
		}
	}
	p.data = view
	return p, nil
}
