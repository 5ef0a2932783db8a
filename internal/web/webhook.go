package web

import (
	"context"
	"net/http"
	"net/url"

	"filiere/internal/access"
	"filiere/internal/market"
	"filiere/internal/people"
)

// webhooksPath is where the school's webhooks are.
const webhooksPath = "/webhooks"

// Webhooks is what the pages of webhooks need beside the store.
type Webhooks struct {
	Try      func(ctx context.Context, id market.RouteID) (answer string, err error) // calls one to see; nil: it is not offered
	Loopback bool                                                                    // this machine may be called
}

// keepWebhooks is the kind of route about webhooks.
var keepWebhooks = kindOfRoute{action: people.KeepWebhooks, object: func(*http.Request) people.Ref { return anyAlert }}

// webhooks are the school's: nobody's own.
var webhooks = keeper{
	base: webhooksPath, title: "desk.webhooks", means: []market.Means{market.ByWebhook},
	owner: func(context.Context) people.AccountID { return "" },
}

// webhookRoutes are what webhooks have beside the pages of every route.
func (s *server) webhookRoutes() (out []access.Route) {
	const one = webhooksPath + "/{route}"
	for name, h := range map[string]handler{"renew": s.renewSecret, "try": s.tryWebhook, "retry": s.retryCalls} {
		out = append(out, keepWebhooks.change(one+"/"+name, s.form(h), s.backTo(one))...)
	}
	return out
}

// renewSecret gives a webhook another secret and shows it, this once.
func (s *server) renewSecret(ctx context.Context, v *visit) (page, error) {
	r, err := s.routes.AlertRoute(ctx, "", pathRoute(v))
	if err != nil {
		return page{}, err
	}
	secret, err := s.routes.RenewWebhookSecret(ctx, access.Who(ctx).Actor(), r.ID)
	if err != nil {
		return page{}, err
	}
	return s.oneRoute(ctx, v, webhooks, r, routeForm{}, oneRouteView{Secret: secret})
}

// tryWebhook calls a webhook with a message that means nothing, and says what came of it.
func (s *server) tryWebhook(ctx context.Context, v *visit) (page, error) {
	r, err := s.routes.AlertRoute(ctx, "", pathRoute(v))
	if err != nil || s.webhooks.Try == nil {
		return page{}, err
	}
	answer, err := s.webhooks.Try(ctx, r.ID)
	if err != nil {
		return s.oneRoute(ctx, v, webhooks, r, routeForm{}, oneRouteView{Wrong: map[string]string{"": v.T("route.tried.wrong", "answer", answer)}})
	}
	return s.oneRoute(ctx, v, webhooks, r, routeForm{}, oneRouteView{Tried: answer})
}

func (s *server) retryCalls(ctx context.Context, v *visit) (page, error) {
	_, err := s.routes.RetryDelivery(ctx, access.Who(ctx).Actor(), pathRoute(v), v.PostForm.Get("delivery"))
	return page{moved: webhooksPath + "/" + url.PathEscape(string(pathRoute(v))) + "?done=routed"}, err
}
