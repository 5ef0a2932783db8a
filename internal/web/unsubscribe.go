package web

import (
	"context"

	"filiere/internal/access"
	"filiere/internal/people"
)

// unsubscribePath is where the link of a message leads that stops it.
const unsubscribePath = "/unsubscribe/{secret}"

func (s *server) unsubscribeRoutes() []access.Route {
	return []access.Route{
		{Pattern: "GET " + unsubscribePath, Action: people.Unsubscribe, Handler: s.personal(s.showUnsubscribe, "all")},
		{Pattern: "POST " + unsubscribePath, Action: people.Unsubscribe, Handler: s.form(s.unsubscribe, "all")},
	}
}

// unsubscribeView asks whoever opened the link of a message whether to stop it.
type unsubscribeView struct {
	Action string
	Name   string
	All    bool
	Done   bool
}

// showUnsubscribe asks first: programs that look through mail follow links.
func (s *server) showUnsubscribe(ctx context.Context, v *visit) (page, error) {
	r, err := s.routes.RouteBySecret(ctx, v.PathValue("secret"))
	if err != nil {
		return s.deadLink(v, err)
	}
	return s.unsubscribePage(v, unsubscribeView{Name: r.Name, Done: r.Paused && v.Query.Get("all") == ""}), nil
}

func (s *server) unsubscribePage(v *visit, view unsubscribeView) page {
	view.Action, view.All = v.address(), v.Query.Get("all") != ""
	return page{name: "unsubscribe", title: v.T("unsubscribe.title"), data: view}
}

// unsubscribe stops a route, or all of that person's by e-mail. Nobody need sign in: the link is the proof. A mail
// program does it by itself (RFC 8058).
func (s *server) unsubscribe(ctx context.Context, v *visit) (page, error) {
	r, err := s.routes.RouteBySecret(ctx, v.PathValue("secret"))
	if err == nil {
		err = s.routes.Unsubscribe(ctx, v.PathValue("secret"), v.Query.Get("all") != "")
	}
	if err != nil {
		return s.deadLink(v, err)
	}
	return s.unsubscribePage(v, unsubscribeView{Name: r.Name, Done: true}), nil
}
