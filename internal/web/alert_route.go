package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// AlertRoutes is what the pages of who is told of alerts ask of the store. The errors are those the store
// documents. An owner of "" means the school's webhooks.
type AlertRoutes interface {
	AlertRoutes(ctx context.Context, owner people.AccountID) ([]market.Route, error)
	AlertRoute(ctx context.Context, owner people.AccountID, id market.RouteID) (market.Route, error)
	AddAlertRoute(ctx context.Context, by people.Actor, r market.Route, loopback bool) (made market.Route, secret string, err error)
	ChangeAlertRoute(ctx context.Context, by people.Actor, r market.Route, loopback bool) error
	PauseAlertRoute(ctx context.Context, by people.Actor, owner people.AccountID, id market.RouteID, paused bool) error
	RemoveAlertRoute(ctx context.Context, by people.Actor, owner people.AccountID, id market.RouteID) error
	RenewWebhookSecret(ctx context.Context, by people.Actor, id market.RouteID) (secret string, err error)
	Deliveries(ctx context.Context, route market.RouteID, limit int) ([]market.Delivery, error)
	RetryDelivery(ctx context.Context, by people.Actor, route market.RouteID, id string) (n int, err error)
	ToldSince(ctx context.Context, since time.Time) ([]market.Told, error)
	RouteBySecret(ctx context.Context, secret string) (market.Route, error)
	Unsubscribe(ctx context.Context, secret string, all bool) error
}

// ownRoutesPath is where a person's own routes are.
const ownRoutesPath = "/me/alerts"

// keeper is whose routes a page is about: a person's own, or the school's webhooks.
type keeper struct {
	base  string
	title string // its key
	owner func(context.Context) people.AccountID
	means []market.Means
}

var ownRoutes = keeper{
	base: ownRoutesPath, title: "desk.alerts", means: []market.Means{market.ByPage, market.ByMail},
	owner: func(ctx context.Context) people.AccountID { return access.Who(ctx).Account.ID },
}

// routeRoutes are the pages of who is told of alerts.
func (s *server) routeRoutes() []access.Route {
	if s.routes == nil || s.people == nil {
		return nil
	}
	return slices.Concat(s.keeperRoutes(ownRoutes, readOwn, changeOwn), s.keeperRoutes(webhooks, keepWebhooks, keepWebhooks),
		s.webhookRoutes(), s.unsubscribeRoutes())
}

func (s *server) keeperRoutes(k keeper, read, change kindOfRoute) []access.Route {
	of := func(h func(context.Context, *visit, keeper) (page, error)) handler {
		return func(ctx context.Context, v *visit) (page, error) { return h(ctx, v, k) }
	}
	one := k.base + "/{route}"
	out := []access.Route{
		read.show(k.base, s.personal(of(s.routeList), "done")),
		{Pattern: "POST " + k.base, Action: change.action, Object: change.object, Handler: s.form(of(s.addRoute))},
		read.show(one, s.personal(of(s.routePage), "done")),
		{Pattern: "POST " + one, Action: change.action, Object: change.object, Handler: s.form(of(s.changeRoute))},
	}
	out = append(out, change.change(one+"/pause", s.form(of(s.pauseRoute)), s.backTo(one))...)
	out = append(out, change.change(one+"/resume", s.form(of(s.resumeRoute)), s.backTo(one))...)
	return append(out, change.change(one+"/remove", s.form(of(s.removeRoute)), s.backTo(one))...)
}

// routesView is the list of somebody's routes, with the form of another.
type routesView struct {
	deskView
	Base   string
	Title  string
	Own    bool
	Routes []routeView
	Form   routeForm
	Wrong  map[string]string
}

// routeView is a route in words.
type routeView struct {
	market.Route
	Page  string
	Takes []string
}

// routeForm is the form of a route.
type routeForm struct {
	Action     string
	Save       string // the key of its button
	Wrong      map[string]string
	Means      []option // none: it is settled
	Name, URL  string
	Webhook    bool
	Families   string
	Severities []option
	Levels     []option
	Area       string   // as it is typed
	Places     []string // that may be
	Previewed  bool
	Preview    int
}

func (s *server) routeList(ctx context.Context, v *visit, k keeper) (page, error) {
	return s.routeListPage(ctx, v, k, market.Route{Means: k.means[0], Least: market.Alerte}, routeForm{})
}

func (s *server) routeListPage(ctx context.Context, v *visit, k keeper, r market.Route, form routeForm) (page, error) {
	view := routesView{deskView: s.desk(v, k.title), Base: k.base, Title: k.title, Own: k.base == ownRoutesPath, Wrong: form.Wrong}
	routes, err := s.routes.AlertRoutes(ctx, k.owner(ctx))
	if err != nil {
		return page{}, err
	}
	for _, r := range routes {
		x, err := s.viewRoute(ctx, v.Locale, k, r)
		if err != nil {
			return page{}, err
		}
		view.Routes = append(view.Routes, x)
	}
	form.Action, form.Save = k.base, "route.add"
	if view.Form, err = s.routeForm(ctx, v, k, r, form); err != nil {
		return page{}, err
	}
	if len(k.means) > 1 {
		for _, m := range k.means {
			view.Form.Means = append(view.Form.Means, option{string(m), v.T("means." + string(m) + ".long"), m == r.Means})
		}
	}
	p := page{name: "routes", title: v.T(k.title), data: view}
	if len(form.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// viewRoute says in words which alerts a route takes.
func (s *server) viewRoute(ctx context.Context, l *locale.Locale, k keeper, r market.Route) (routeView, error) {
	view := routeView{Route: r, Page: k.base + "/" + url.PathEscape(string(r.ID)), Takes: []string{l.T("route.from", "severity", l.T("severity."+string(r.Least)))}}
	var levels []string
	for _, x := range r.Levels {
		levels = append(levels, l.T("level."+string(x)))
	}
	if len(levels) > 0 {
		view.Takes = append(view.Takes, l.List(levels))
	}
	if r.Area != "" {
		a, err := s.reader.Area(ctx, r.Area)
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			return view, err
		}
		view.Takes = append(view.Takes, cmp.Or(a.Label, string(r.Area)))
	}
	if len(r.Families) > 0 {
		view.Takes = append(view.Takes, familiesText(r.Families))
	}
	return view, nil
}

// familiesText writes families as people type them.
func familiesText(families []occupation.ID) string {
	var out []string
	for _, f := range families {
		if id, err := occupation.ParseFamily(f.Code()); err == nil && id == f {
			f = occupation.ID(f.Code())
		}
		out = append(out, string(f))
	}
	return strings.Join(out, ", ")
}

// routeForm fills the form of a route.
func (s *server) routeForm(ctx context.Context, v *visit, k keeper, r market.Route, form routeForm) (routeForm, error) {
	form.Name, form.URL, form.Webhook = r.Name, r.URL, k.base == webhooksPath
	if form.Families == "" {
		form.Families = familiesText(r.Families)
	}
	if form.Wrong == nil {
		form.Wrong = map[string]string{}
	}
	for _, x := range market.Severities() {
		form.Severities = append(form.Severities, option{string(x), v.T("severity." + string(x)), x == r.Least})
	}
	for _, x := range market.AlertLevels() {
		form.Levels = append(form.Levels, option{string(x), v.T("level." + string(x)), slices.Contains(r.Levels, x)})
	}
	places, err := s.routePlaces(ctx, v.Locale)
	for _, p := range places {
		form.Places = append(form.Places, p.text)
		if form.Area == "" && p.id == r.Area {
			form.Area = p.text
		}
	}
	form.Area = cmp.Or(form.Area, string(r.Area)) // an area of another list, from the command line or the API
	return form, err
}

// typedRoute reads the form of a route; wrong holds what can be told beside its fields.
func (s *server) typedRoute(ctx context.Context, v *visit, r market.Route) (_ market.Route, form routeForm, err error) {
	f := v.PostForm
	before := r.Area
	r.Name, r.Least, r.URL = f.Get("name"), market.Severity(f.Get("least")), f.Get("url")
	r.Levels, r.Families = nil, nil
	for _, x := range f["level"] {
		r.Levels = append(r.Levels, territory.Level(x))
	}
	form.Area, form.Families = strings.TrimSpace(f.Get("area")), strings.TrimSpace(f.Get("families"))
	for _, x := range strings.FieldsFunc(form.Families, func(c rune) bool { return c == ',' || c == ';' || c == ' ' }) {
		id, err := occupation.ParseFamily(x)
		if err != nil {
			form.Wrong = map[string]string{"families": v.T("route.wrong.families")}
			return r, form, nil
		}
		r.Families = append(r.Families, id)
	}
	places, err := s.routePlaces(ctx, v.Locale)
	if err != nil {
		return r, form, err
	}
	if before == "" || form.Area != string(before) { // one of another list stays as it is
		if r.Area, form.Wrong = placeTyped(v, places, form.Area); len(form.Wrong) > 0 {
			return r, form, nil
		}
	}
	_, wrong := r.Check(s.webhooks.Loopback)
	form.Wrong = wrongRoute(v, wrong)
	return r, form, nil
}

// wrongRoute says what is wrong with a route, beside its field.
func wrongRoute(v *visit, err error) map[string]string {
	field, ok := wrongField(err)
	if !ok {
		return nil
	}
	said := v.T("route.wrong." + field)
	if f, is := asFault(err); is && field == "url" {
		said = v.Locale.Phrase(f.Reason)
	}
	return map[string]string{field: said}
}

// previewed reports whether only a preview is asked for, and what it says.
func (s *server) previewed(ctx context.Context, v *visit, r market.Route, form *routeForm) error {
	told, err := s.routes.ToldSince(ctx, s.now().Add(-market.PreviewLife))
	form.Previewed, form.Preview = true, r.Preview(told)
	return err
}

func (s *server) addRoute(ctx context.Context, v *visit, k keeper) (page, error) {
	owner := k.owner(ctx)
	r := market.Route{Owner: string(owner), Means: k.means[0]}
	if m := market.Means(v.PostForm.Get("means")); slices.Contains(k.means, m) {
		r.Means = m
	}
	r, form, err := s.typedRoute(ctx, v, r)
	if err != nil {
		return page{}, err
	}
	if len(form.Wrong) > 0 {
		return s.routeListPage(ctx, v, k, r, form)
	}
	if v.PostForm.Get("do") == "preview" {
		if err := s.previewed(ctx, v, r, &form); err != nil {
			return page{}, err
		}
		return s.routeListPage(ctx, v, k, r, form)
	}
	made, secret, err := s.routes.AddAlertRoute(ctx, access.Who(ctx).Actor(), r, s.webhooks.Loopback)
	if form.Wrong = wrongRoute(v, err); fault.CodeOf(err) == fault.Conflict {
		form.Wrong = map[string]string{"": v.T("route.wrong.many")}
	}
	switch {
	case len(form.Wrong) > 0:
		return s.routeListPage(ctx, v, k, r, form)
	case err != nil:
		return page{}, err
	case secret != "": // shown once: a redirect would have to keep it somewhere
		return s.oneRoute(ctx, v, k, made, routeForm{}, oneRouteView{Secret: secret})
	}
	return page{moved: k.base + "?done=routed"}, nil
}

// oneRouteView is one route: its form, its state, what it delivered.
type oneRouteView struct {
	deskView
	routeView
	Base       string
	Title      string
	Own        bool
	MayTry     bool
	Form       routeForm
	Preview    int
	Secret     string // of a webhook, once
	Tried      string // what came of a try
	Wrong      map[string]string
	Deliveries []deliveryView
	Lost       int // calls given up among them
}

// deliveryView is a delivery in words.
type deliveryView struct {
	market.Delivery
	Made, Due moment
}

// deliveriesShown is how many deliveries the page of a route lists.
const deliveriesShown = 30

func pathRoute(v *visit) market.RouteID { return market.RouteID(v.PathValue("route")) }

func (s *server) routePage(ctx context.Context, v *visit, k keeper) (page, error) {
	r, err := s.routes.AlertRoute(ctx, k.owner(ctx), pathRoute(v))
	if err != nil {
		return page{}, err
	}
	return s.oneRoute(ctx, v, k, r, routeForm{}, oneRouteView{})
}

// oneRoute shows a route, its form filled with typed.
func (s *server) oneRoute(ctx context.Context, v *visit, k keeper, typed market.Route, form routeForm, view oneRouteView) (page, error) {
	r, err := s.routes.AlertRoute(ctx, k.owner(ctx), typed.ID)
	if err != nil {
		return page{}, err
	}
	view.deskView, view.Base, view.Title, view.Own, view.MayTry = s.desk(v, k.title), k.base, k.title, k.base == ownRoutesPath, s.webhooks.Try != nil
	if view.routeView, err = s.viewRoute(ctx, v.Locale, k, r); err != nil {
		return page{}, err
	}
	form.Action, form.Save = view.Page, "route.save"
	if view.Form, err = s.routeForm(ctx, v, k, typed, form); err != nil {
		return page{}, err
	}
	told, err := s.routes.ToldSince(ctx, s.now().Add(-market.PreviewLife))
	if err != nil {
		return page{}, err
	}
	view.Preview = r.Preview(told)
	deliveries, err := s.routes.Deliveries(ctx, r.ID, deliveriesShown)
	for _, d := range deliveries {
		x := deliveryView{Delivery: d, Made: momentOf(v.Locale, d.CreatedAt)}
		if d.State() == "waiting" {
			x.Due = momentOf(v.Locale, d.DueAt)
		}
		if d.State() == "given_up" {
			view.Lost++
		}
		view.Deliveries = append(view.Deliveries, x)
	}
	if view.Wrong == nil {
		view.Wrong = map[string]string{}
	}
	p := page{name: "route", title: v.T(k.title), data: view}
	if len(form.Wrong)+len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, err
}

func (s *server) changeRoute(ctx context.Context, v *visit, k keeper) (page, error) {
	r, err := s.routes.AlertRoute(ctx, k.owner(ctx), pathRoute(v))
	if err != nil {
		return page{}, err
	}
	r, form, err := s.typedRoute(ctx, v, r)
	if err != nil {
		return page{}, err
	}
	if len(form.Wrong) == 0 && v.PostForm.Get("do") == "preview" {
		if err := s.previewed(ctx, v, r, &form); err != nil {
			return page{}, err
		}
		return s.oneRoute(ctx, v, k, r, form, oneRouteView{})
	}
	if len(form.Wrong) == 0 {
		err = s.routes.ChangeAlertRoute(ctx, access.Who(ctx).Actor(), r, s.webhooks.Loopback)
		form.Wrong = wrongRoute(v, err)
	}
	if len(form.Wrong) > 0 {
		return s.oneRoute(ctx, v, k, r, form, oneRouteView{})
	}
	return page{moved: k.base + "?done=routed"}, err
}

func (s *server) pauseRoute(ctx context.Context, v *visit, k keeper) (page, error) {
	return s.setPaused(ctx, v, k, true)
}

func (s *server) resumeRoute(ctx context.Context, v *visit, k keeper) (page, error) {
	return s.setPaused(ctx, v, k, false)
}

func (s *server) setPaused(ctx context.Context, v *visit, k keeper, paused bool) (page, error) {
	err := s.routes.PauseAlertRoute(ctx, access.Who(ctx).Actor(), k.owner(ctx), pathRoute(v), paused)
	return page{moved: k.base + "/" + url.PathEscape(string(pathRoute(v))) + "?done=routed"}, err
}

// removeRoute takes a route away, once the box that says so is ticked.
func (s *server) removeRoute(ctx context.Context, v *visit, k keeper) (page, error) {
	if v.PostForm.Get("confirm") == "" {
		r, err := s.routes.AlertRoute(ctx, k.owner(ctx), pathRoute(v))
		if err != nil {
			return page{}, err
		}
		return s.oneRoute(ctx, v, k, r, routeForm{}, oneRouteView{Wrong: map[string]string{"confirm": v.T("route.wrong.confirm")}})
	}
	return page{moved: k.base + "?done=unrouted"}, s.routes.RemoveAlertRoute(ctx, access.Who(ctx).Actor(), k.owner(ctx), pathRoute(v))
}
