package api

import (
	"context"
	"net/http"
	"time"

	"filiere/internal/access"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// AlertRoutes is what the routes of who is told of alerts ask of the store. The errors are those the store
// documents. An owner of "" means the school's webhooks.
type AlertRoutes interface {
	AlertRoutes(ctx context.Context, owner people.AccountID) ([]market.Route, error)
	AlertRoute(ctx context.Context, owner people.AccountID, id market.RouteID) (market.Route, error)
	AddAlertRoute(ctx context.Context, by people.Actor, r market.Route, loopback bool) (made market.Route, secret string, err error)
	ChangeAlertRoute(ctx context.Context, by people.Actor, r market.Route, loopback bool) error
	PauseAlertRoute(ctx context.Context, by people.Actor, owner people.AccountID, id market.RouteID, paused bool) error
	RemoveAlertRoute(ctx context.Context, by people.Actor, owner people.AccountID, id market.RouteID) error
	Deliveries(ctx context.Context, route market.RouteID, limit int) ([]market.Delivery, error)
	RetryDelivery(ctx context.Context, by people.Actor, route market.RouteID, id string) (n int, err error)
	ToldSince(ctx context.Context, since time.Time) ([]market.Told, error)
}

// routeDeeds are the routes of who is told of alerts: one's own, and the webhooks of the school.
func routeDeeds() []deed {
	own := access.Own
	any := func(*http.Request) people.Ref { return people.Ref{Kind: people.KindAlert} }
	mine := func(c call) people.AccountID { return c.own() }
	nobody := func(call) people.AccountID { return "" }
	var out []deed
	for _, k := range []struct {
		base         string
		read, change people.Action
		object       func(*http.Request) people.Ref
		owner        func(call) people.AccountID
	}{
		{"/me/alert-routes", people.ReadOwn, people.ChangeOwn, own, mine},
		{"/webhooks", people.KeepWebhooks, people.KeepWebhooks, any, nobody},
	} {
		of := func(do func(*desk, call, people.AccountID) (outcome, error)) func(*desk, call) (outcome, error) {
			return func(d *desk, c call) (outcome, error) { return do(d, c, k.owner(c)) }
		}
		out = append(out,
			deed{pattern: "GET " + k.base, action: k.read, object: k.object, do: of((*desk).alertRoutes)},
			deed{pattern: "POST " + k.base, action: k.change, object: k.object, do: of((*desk).addAlertRoute)},
			deed{pattern: "PATCH " + k.base + "/{route}", action: k.change, object: k.object, do: of((*desk).changeAlertRoute)},
			deed{pattern: "DELETE " + k.base + "/{route}", action: k.change, object: k.object, do: of((*desk).removeAlertRoute)},
			deed{pattern: "GET " + k.base + "/{route}/deliveries", action: k.read, object: k.object, params: []string{"limit"}, do: of((*desk).deliveries)})
	}
	return append(out, deed{pattern: "POST /webhooks/{route}/retry", action: people.KeepWebhooks, object: any, do: (*desk).retryDeliveries})
}

// routeRequest is a route as it is asked for; what is left out stays, or is the widest.
type routeRequest struct {
	Means    *string            `json:"means"`
	Name     *string            `json:"name"`
	Least    *market.Severity   `json:"least"`
	Levels   *[]territory.Level `json:"levels"`
	Area     *territory.ID      `json:"area"`
	Families *[]string          `json:"families"`
	URL      *string            `json:"url"`
	Paused   *bool              `json:"paused"`
	DryRun   bool               `json:"dry_run"` // only say what it would have told
}

// over puts what was given over a route.
func (q routeRequest) over(r market.Route) (market.Route, error) {
	set(&r.Name, q.Name)
	set(&r.Least, q.Least)
	set(&r.Levels, q.Levels)
	set(&r.Area, q.Area)
	set(&r.URL, q.URL)
	if q.Families != nil {
		r.Families = nil
		for _, s := range *q.Families {
			id, err := occupation.ParseFamily(s)
			if err != nil {
				return r, err
			}
			r.Families = append(r.Families, id)
		}
	}
	return r, nil
}

// set puts a value that was given into a field.
func set[T any](field, given *T) {
	if given != nil {
		*field = *given
	}
}

// routeJSON is a route as programs read it.
type routeJSON struct {
	ID        market.RouteID    `json:"id"`
	Means     market.Means      `json:"means"`
	Name      string            `json:"name"`
	Least     market.Severity   `json:"least"`
	Levels    []territory.Level `json:"levels"`
	Area      territory.ID      `json:"area"`
	Families  []occupation.ID   `json:"families"`
	URL       string            `json:"url,omitempty"`
	Paused    bool              `json:"paused"`
	CreatedAt time.Time         `json:"created_at,omitzero"`
	Preview   int               `json:"preview"`          // how many alerts it would have told of in the last 90 days
	Secret    string            `json:"secret,omitempty"` // of a webhook, once
}

func (d *desk) viewRoute(c call, r market.Route, secret string) (routeJSON, error) {
	told, err := d.routes.ToldSince(c.Context(), d.now().Add(-market.PreviewLife))
	return toRoute(r, told, secret), err
}

func toRoute(r market.Route, told []market.Told, secret string) routeJSON {
	return routeJSON{
		r.ID, r.Means, r.Name, r.Least, append([]territory.Level{}, r.Levels...), r.Area, append([]occupation.ID{}, r.Families...), r.URL,
		r.Paused, r.CreatedAt, r.Preview(told), secret,
	}
}

func (d *desk) alertRoutes(c call, owner people.AccountID) (outcome, error) {
	all, err := d.routes.AlertRoutes(c.Context(), owner)
	if err != nil {
		return outcome{}, err
	}
	told, err := d.routes.ToldSince(c.Context(), d.now().Add(-market.PreviewLife))
	out := list[routeJSON]{Data: make([]routeJSON, len(all))}
	for i, r := range all {
		out.Data[i] = toRoute(r, told, "")
	}
	return outcome{body: out}, err
}

func (d *desk) addAlertRoute(c call, owner people.AccountID) (outcome, error) {
	var q routeRequest
	if err := c.body(&q); err != nil {
		return outcome{}, err
	}
	r := market.Route{Owner: string(owner), Means: market.ByWebhook, Least: market.Alerte}
	if owner != "" {
		r.Means = market.ByPage
	}
	if q.Means != nil {
		means, err := market.ParseMeans(*q.Means)
		if err != nil {
			return outcome{}, err
		}
		r.Means = means
	}
	set(&r.Paused, q.Paused)
	r, err := q.over(r)
	if err != nil {
		return outcome{}, err
	}
	if q.DryRun {
		if r, err = r.Check(d.loopback); err != nil {
			return outcome{}, err
		}
		body, err := d.viewRoute(c, r, "")
		return outcome{body: body}, err
	}
	made, secret, err := d.routes.AddAlertRoute(c.Context(), c.caller.Actor(), r, d.loopback)
	if err != nil {
		return outcome{}, err
	}
	body, err := d.viewRoute(c, made, secret)
	return outcome{status: http.StatusCreated, body: body}, err
}

func (c call) pathRoute() market.RouteID { return market.RouteID(c.PathValue("route")) }

func (d *desk) changeAlertRoute(c call, owner people.AccountID) (outcome, error) {
	var q routeRequest
	if err := c.body(&q); err != nil {
		return outcome{}, err
	}
	if q.Means != nil || q.DryRun {
		return outcome{}, wrong("means", "stays: make another route")
	}
	r, err := d.routes.AlertRoute(c.Context(), owner, c.pathRoute())
	if err != nil {
		return outcome{}, err
	}
	paused := r.Paused
	if r, err = q.over(r); err != nil {
		return outcome{}, err
	}
	if err := d.routes.ChangeAlertRoute(c.Context(), c.caller.Actor(), r, d.loopback); err != nil {
		return outcome{}, err
	}
	if q.Paused != nil && *q.Paused != paused {
		if err := d.routes.PauseAlertRoute(c.Context(), c.caller.Actor(), owner, r.ID, *q.Paused); err != nil {
			return outcome{}, err
		}
	}
	if r, err = d.routes.AlertRoute(c.Context(), owner, r.ID); err != nil {
		return outcome{}, err
	}
	body, err := d.viewRoute(c, r, "")
	return outcome{body: body}, err
}

func (d *desk) removeAlertRoute(c call, owner people.AccountID) (outcome, error) {
	return nothing, d.routes.RemoveAlertRoute(c.Context(), c.caller.Actor(), owner, c.pathRoute())
}

func (d *desk) deliveries(c call, owner people.AccountID) (outcome, error) {
	limit, _, err := c.page()
	if err != nil {
		return outcome{}, err
	}
	if _, err := d.routes.AlertRoute(c.Context(), owner, c.pathRoute()); err != nil {
		return outcome{}, err
	}
	all, err := d.routes.Deliveries(c.Context(), c.pathRoute(), limit)
	return outcome{body: list[market.Delivery]{Data: append([]market.Delivery{}, all...)}}, err
}

// retried is how many calls were put back.
type retried struct {
	PutBack int `json:"put_back"`
}

func (d *desk) retryDeliveries(c call) (outcome, error) {
	var q struct {
		Delivery string `json:"delivery"` // "" for every one that was given up
	}
	if err := c.body(&q); err != nil {
		return outcome{}, err
	}
	if _, err := d.routes.AlertRoute(c.Context(), "", c.pathRoute()); err != nil {
		return outcome{}, err
	}
	n, err := d.routes.RetryDelivery(c.Context(), c.caller.Actor(), c.pathRoute(), q.Delivery)
	return outcome{body: retried{n}}, err
}
