package web

import (
	"context"
	"strings"

	"filiere/internal/fold"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/territory"
)

// routePlace is an area a route can be about, as it is offered.
type routePlace struct {
	id          territory.ID
	label, text string
}

// routePlaces lists the areas alerts are about, by level and name.
func (s *server) routePlaces(ctx context.Context, l *locale.Locale) ([]routePlace, error) {
	var out []routePlace
	for _, level := range market.AlertLevels() {
		if level == territory.Country {
			continue // everything lies in it: that is to ask for no area
		}
		areas, err := s.reader.Areas(ctx, level, territory.DefaultZoning(level))
		if err != nil {
			return nil, err
		}
		byLabelOrder(areas)
		for _, a := range areas {
			out = append(out, routePlace{a.ID, a.Label, l.T("route.place", "label", a.Label, "level", l.T("level."+string(level)), "code", a.ID.Code())})
		}
	}
	return out, nil
}

// mostMeant is how many of the areas a name may mean are told.
const mostMeant = 4

// placeTyped finds the one area that was typed: its name as it is offered, its identifier, its name alone or its code
// alone. "" is no area. Otherwise it says what is wrong.
func placeTyped(v *visit, places []routePlace, typed string) (territory.ID, map[string]string) {
	if typed == "" {
		return "", nil
	}
	plain := fold.Plain(typed)
	var meant []routePlace
	for _, p := range places {
		if typed == p.text || typed == string(p.id) {
			return p.id, nil
		}
		if plain == fold.Plain(p.text) || plain == fold.Plain(p.label) || strings.EqualFold(typed, p.id.Code()) {
			meant = append(meant, p)
		}
	}
	switch {
	case len(meant) == 0:
		return "", map[string]string{"area": v.T("route.wrong.area")}
	case len(meant) == 1:
		return meant[0].id, nil
	}
	var said []string
	for _, p := range meant[:min(len(meant), mostMeant)] {
		said = append(said, p.text)
	}
	return "", map[string]string{"area": v.T("route.wrong.area.many", "places", v.List(said))}
}
