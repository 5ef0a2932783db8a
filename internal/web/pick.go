package web

import (
	"cmp"
	"context"
	"html/template"
	"strings"

	"filiere/internal/market"
	"filiere/internal/territory"
)

// pickList is a list of options as many pages show it, with one of them selected or none. The areas of a level
// are hundreds: writing them took a third of the time of an occupation's page, so it is done once.
type pickList struct {
	key   string
	html  string
	at    map[string]int // by value, where in html the word goes that selects it
	drawn piece          // html, as pages hold it that select none
}

func newPickList(key string, options []option) pickList {
	l := pickList{key: key, at: make(map[string]int, len(options))}
	var b strings.Builder
	for _, o := range options {
		b.WriteString(`<option value="` + template.HTMLEscapeString(o.Value) + `"`)
		l.at[o.Value] = b.Len()
		b.WriteString(`>` + template.HTMLEscapeString(o.Label) + "</option>\n")
	}
	l.html = b.String()
	l.drawn = newSharedPiece([]byte(l.html))
	return l
}

// with writes the list into a page with the option of a value selected, none where the list has no such.
func (l pickList) with(v *visit, selected string) template.HTML {
	at, ok := l.at[selected]
	if !ok {
		return v.share(l.key, l.drawn)
	}
	return template.HTML(l.html[:at] + ` selected` + l.html[at:]) //nolint:gosec // escaped where it was written
}

// areasToPick lists the areas of a zoning that have estimates, by name.
func (s *server) areasToPick(ctx context.Context, e *market.Estimates, z territory.Zoning) (pickList, error) {
	version, err := s.version(ctx)
	if err != nil {
		return pickList{}, err
	}
	key := "areas to pick " + string(z)
	return s.picks.get(ctx, version, key, func(context.Context) (pickList, error) {
		var places []territory.Area
		for _, a := range e.Areas {
			if a.Zoning() == z {
				places = append(places, territory.Area{ID: a, Label: cmp.Or(e.Places[a].Label, string(a))})
			}
		}
		byLabelOrder(places)
		options := make([]option, len(places))
		for i, a := range places {
			options[i] = option{Value: string(a.ID), Label: a.Label}
		}
		return newPickList(key, options), nil
	})
}
