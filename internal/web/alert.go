package web

import (
	"context"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
	"filiere/internal/web/figure"
)

// Watchtower is what the pages of alerts ask of the store. The errors are those the store documents.
type Watchtower interface {
	Alerts(ctx context.Context, f market.AlertFilter, limit, offset int) ([]market.Alert, int, error)
	Alert(ctx context.Context, id market.AlertID) (market.Alert, error)
	ScanAlerts(ctx context.Context, by people.Actor, rule market.Rule, scope market.ScanScope) (market.Scan, error)
	Rules(ctx context.Context) ([]market.KeptRule, error)
	Rule(ctx context.Context, id market.RuleID) (market.KeptRule, error)
	AddRule(ctx context.Context, by people.Actor, rule market.Rule) (market.KeptRule, error)
	StartRule(ctx context.Context, by people.Actor, id market.RuleID) (market.Scan, error)
	SwitchRule(ctx context.Context, by people.Actor, id market.RuleID, on bool) error
	AcknowledgeAlert(ctx context.Context, by people.Actor, id market.AlertID) error
	ResolveAlert(ctx context.Context, by people.Actor, id market.AlertID, reason string) error
}

// The kinds of routes about alerts.
var (
	handleAlerts = kindOfRoute{action: people.HandleAlerts, object: func(*http.Request) people.Ref { return anyAlert }}
	handleAlert  = kindOfRoute{action: people.HandleAlerts, object: access.PathObject(people.KindAlert, "id")}
)

var anyAlert = people.Ref{Kind: people.KindAlert}

// alertParams are the parameters of the list of alerts.
var alertParams = []string{"q", "level", "within", "area", "occupation", "severity", "state", "family", "since", "page", "done"}

func (s *server) alertRoutes() []access.Route {
	if s.alerts == nil {
		return nil
	}
	const one = "/alerts/{id}"
	routes := []access.Route{
		{Pattern: "GET /alerts", Action: people.ReadCatalogue, Handler: s.fresh(s.alertList, alertParams...)},
		{Pattern: "GET " + one, Action: people.ReadCatalogue, Handler: s.fresh(s.alert, "done")},
		{Pattern: "GET /alerts.atom", Action: people.ReadCatalogue, Handler: http.HandlerFunc(s.alertFeed), Plain: true},
		handleAlerts.show("/alerts/scan", s.personal(s.alertScan)),
		{Pattern: "POST /alerts/scan", Action: handleAlerts.action, Object: handleAlerts.object, Handler: s.form(s.scanAlerts)},
	}
	routes = append(routes, handleAlert.change(one+"/acknowledge", s.form(s.acknowledgeAlert), s.backTo(one))...)
	return append(routes, handleAlert.change(one+"/resolve", s.form(s.resolveAlert), s.backTo(one))...)
}

// alertsAPage is how many alerts one page lists.
const alertsAPage = 50

// alertListView is a part of the list of alerts.
type alertListView struct {
	Done       string
	Query      string
	Family     string
	Since      string
	Feed       string // the address of the same list as an Atom feed
	Wrong      map[string]string
	Occupation *occupation.Occupation // the one asked for, with what corresponds to it
	Area       *territory.Area        // the one asked for
	Levels     []option
	Regions    []option
	Severities []option
	States     []option
	Filtered   bool
	Total      int
	Alerts     []market.Alert
	Export     export
	MayScan    bool
	MayFollow  bool // there are accounts, and routes to keep
	Rules      []ruleView
	Prev, Next string
}

// anyState stands for alerts in every state; without a state only the unresolved are listed.
const anyState = "any"

func (s *server) alertList(ctx context.Context, v *visit) (page, error) {
	n := pageNumber(v.Query.Get("page"))
	view := alertListView{
		Query: v.Query.Get("q"), Family: v.Query.Get("family"), Since: v.Query.Get("since"), Feed: feedAddress(v), Wrong: map[string]string{}, MayFollow: s.routes != nil && s.people != nil, MayScan: access.Who(ctx).May(people.HandleAlerts, anyAlert),
	}
	if key := "done." + v.Query.Get("done"); v.Query.Has("done") && v.Has(key) {
		view.Done = key
	}
	f, err := s.alertFilter(ctx, v, &view)
	if err != nil {
		return page{}, err
	}
	if view.Alerts, view.Total, err = s.alerts.Alerts(ctx, f, alertsAPage, (n-1)*alertsAPage); err != nil {
		return page{}, err
	}
	if view.Rules, _, err = s.rulesOn(ctx, v.Locale); err != nil {
		return page{}, err
	}
	view.Filtered = slices.ContainsFunc(alertParams[:len(alertParams)-2], v.Query.Has)
	view.Export = exportFrom("alerts", alertExport(v))
	if err := s.alertChoices(ctx, v, &view); err != nil {
		return page{}, err
	}
	if n > 1 {
		view.Prev = v.with("page", strconv.Itoa(n-1))
	}
	if n*alertsAPage < view.Total {
		view.Next = v.with("page", strconv.Itoa(n+1))
	}
	return page{name: "alerts", room: "nav.alerts", title: v.T("alerts.title"), data: view, feed: view.Feed}, nil
}

// alertFilter reads what the list is asked for. What is no level, severity or state does not restrict.
func (s *server) alertFilter(ctx context.Context, v *visit, view *alertListView) (market.AlertFilter, error) {
	f := market.AlertFilter{Text: view.Query, Within: territory.ID(v.Query.Get("within")), Area: territory.ID(v.Query.Get("area"))}
	f.Level, _ = territory.ParseLevel(v.Query.Get("level"))
	f.Severity, _ = market.ParseSeverity(v.Query.Get("severity"))
	f.State, _ = market.ParseAlertState(v.Query.Get("state"))
	f.Unresolved = f.State == "" && v.Query.Get("state") != anyState
	if id, err := occupation.ParseFamily(view.Family); view.Family != "" {
		f.Families = []occupation.ID{id}
		if err != nil {
			f.Families = []occupation.ID{"none"} // what is no family picks nothing
			view.Wrong["family"] = v.T("route.wrong.families")
		}
	}
	var err error
	if f.Since, err = market.ParseSince(view.Since, s.now()); err != nil && view.Since != "" {
		view.Wrong["since"] = v.T("alerts.wrong.since")
	}
	if f.Area != "" {
		a, err := s.reader.Area(ctx, f.Area)
		if err != nil {
			return f, err
		}
		view.Area = &a
	}
	if id := occupation.ID(v.Query.Get("occupation")); id != "" {
		o, err := s.reader.Occupation(ctx, id)
		if err != nil {
			return f, err
		}
		related, err := s.reader.Correspondences(ctx, id)
		if err != nil {
			return f, err
		}
		view.Occupation, f.Occupations = &o, []occupation.ID{id}
		for _, c := range related {
			if c.Quality != occupation.Unconfirmed {
				f.Occupations = append(f.Occupations, c.Occupation.ID)
			}
		}
	}
	return f, nil
}

// alertExport is what the API is asked for to give the same list; alerts of occupations that correspond
// are the page's own doing.
func alertExport(v *visit) url.Values {
	q := url.Values{}
	for page, api := range map[string]string{"q": "search", "level": "level", "within": "within", "area": "area", "occupation": "occupation", "severity": "severity", "state": "state", "family": "family", "since": "since"} {
		if x := v.Query.Get(page); x != "" {
			q.Set(api, x)
		}
	}
	return q
}

// alertChoices fills the menus of the list.
func (s *server) alertChoices(ctx context.Context, v *visit, view *alertListView) error {
	pick := func(name, value, text string) option {
		return option{Value: value, Label: text, Selected: v.Query.Get(name) == value}
	}
	levels, _ := market.Watchable()
	for _, level := range levels {
		view.Levels = append(view.Levels, pick("level", string(level), v.T("level."+string(level))))
	}
	for _, severity := range slices.Backward(market.Severities()) {
		view.Severities = append(view.Severities, pick("severity", string(severity), v.T("severity."+string(severity))))
	}
	for _, state := range market.AlertMachine().States() {
		view.States = append(view.States, pick("state", string(state), v.T("alert.state."+string(state))))
	}
	view.States = append(view.States, pick("state", anyState, v.T("alerts.state.any")))
	regions, err := s.reader.Areas(ctx, territory.Region, territory.Regions)
	byLabelOrder(regions)
	for _, a := range regions {
		view.Regions = append(view.Regions, pick("within", string(a.ID), a.Label))
	}
	return err
}

// concerned says how many people the figures of an alert concern, "" when nothing says so.
func concerned(l *locale.Locale, e market.Evidence) string {
	name, n := e.Size()
	if name == "" {
		return ""
	}
	return l.T("alert.concerned."+name, "n", int(math.Round(n)))
}

// scanView is what asking the rules that are on would open.
type scanView struct {
	Scans  []ruleScan
	Opened int
	Rules  []ruleView
}

// ruleScan is what one rule would open.
type ruleScan struct {
	Rule ruleView
	Scan market.Scan
}

// alertScan shows what looking for alerts would open.
func (s *server) alertScan(ctx context.Context, v *visit) (page, error) {
	var view scanView
	var rules []market.Rule
	var err error
	if view.Rules, rules, err = s.rulesOn(ctx, v.Locale); err != nil {
		return page{}, err
	}
	for i, r := range rules {
		scan, err := s.alerts.ScanAlerts(ctx, access.Who(ctx).Actor(), r, market.ScanScope{DryRun: true})
		if err != nil {
			return page{}, err
		}
		view.Scans = append(view.Scans, ruleScan{view.Rules[i], scan})
		view.Opened += scan.Opened
	}
	return page{name: "alert_scan", room: "nav.alerts", title: v.T("alerts.scan"), data: view}, nil
}

func (s *server) scanAlerts(ctx context.Context, v *visit) (page, error) {
	_, rules, err := s.rulesOn(ctx, v.Locale)
	if err != nil {
		return page{}, err
	}
	for _, r := range rules {
		if _, err := s.alerts.ScanAlerts(ctx, access.Who(ctx).Actor(), r, market.ScanScope{}); err != nil {
			return page{}, err
		}
	}
	return page{moved: "/alerts?done=scanned"}, nil
}

// alertView is one alert.
type alertView struct {
	market.Alert
	Done    string
	Reasons []reasonView

	Explanation string
	Remedy      *remedyView // how far training can cure it, as it stood; nil where that was not kept
	Likely      *sharesView // how likely each class is, where the class is an estimate
	RulePage    string
	NewFigure   string // the newest figure seen since, with its year
	NewAt       moment
	Causes      []cause
	Cell        market.Cell
	OpenedAt    moment
	SeenAt      moment
	EndedAt     moment
	Thread      string
	Programme   string // its page, "" when this reader may not open it
	Opens       string // where a programme is opened from it, "" when this reader may not or there is one
	Wrong       map[string]string
	Typed       string // the reason that was sent
	MayHandle   bool
	MaySee      bool // acknowledging can be done now
	MayEnd      bool // resolving can
}

// reasonView is one thing the rule asks, in words.
type reasonView struct{ Asked, Got string }

func pathAlert(v *visit) market.AlertID { return market.AlertID(v.PathValue("id")) }

func (s *server) alert(ctx context.Context, v *visit) (page, error) {
	return s.alertPage(ctx, v, nil)
}

func (s *server) alertPage(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	a, err := s.alerts.Alert(ctx, pathAlert(v))
	if err != nil {
		return page{}, err
	}
	who, machine := access.Who(ctx), market.AlertMachine()
	ref := people.Ref{Kind: people.KindAlert, ID: string(a.ID)}
	cell := a.Evidence.Cell()
	view := alertView{
		Alert: a, Cell: cell, Causes: causesOf(v.Locale, cell), Thread: threadAddress(string(a.ID)), Wrong: wrong, Typed: v.PostForm.Get("reason"),
		OpenedAt: momentOf(v.Locale, a.OpenedAt), SeenAt: momentOf(v.Locale, a.AcknowledgedAt), EndedAt: momentOf(v.Locale, a.ResolvedAt),
		Programme: addressOf(who, people.Ref{Kind: people.KindProgramme, ID: a.Programme}),
		MayHandle: who.May(people.HandleAlerts, ref),
		MaySee:    machine.Can(a.State, market.AcknowledgeAlert), MayEnd: machine.Can(a.State, market.ResolveAlert),
	}
	if s.studio != nil && machine.Can(a.State, market.LinkAlert) && who.May(people.ChangeProgrammes, anyProgramme("")) {
		view.Opens = "/studio/new?alert=" + queryEscape(string(a.ID))
	}
	if view.Wrong == nil {
		view.Wrong = map[string]string{}
	}
	if key := "done." + v.Query.Get("done"); v.Query.Has("done") && v.Has(key) {
		view.Done = key
	}
	if rule, err := s.alerts.Rule(ctx, a.Rule); err == nil && rule.ID == a.Rule {
		view.Reasons, view.RulePage = reasonsOf(v.Locale, rule.Reasons(a.Evidence)), ruleAddress(rule.ID)
	}
	if x := a.Standing; x != nil {
		view.NewFigure = v.T("alert.standing.figure", "figure", letter.RuleFigure(v.Locale, a.Evidence.Basis(), x.Figure), "year", strconv.Itoa(x.Year))
		view.NewAt = momentOf(v.Locale, x.At)
	}
	if r := a.Evidence.Remedy; r != nil {
		view.Remedy = &remedyView{*r, letter.Reasons(v.Locale, *r)}
	}
	view.Explanation = letter.Explain(v.Locale, a)
	if x := a.Evidence.Estimate; x != nil {
		view.Likely = sharesOf(v.Locale, x)
	}
	p := page{name: "alert", room: "nav.alerts", title: v.T("alert.title", "what", a.Label()), data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// sharesView is how likely each class is: drawn, and in words.
type sharesView struct {
	Figure template.HTML
	Shares []reasonView
	Text   string
}

func sharesOf(l *locale.Locale, x *market.Estimated) *sharesView {
	out := &sharesView{Text: l.T("alert.likely.text", "low", strconv.Itoa(x.Low), "high", strconv.Itoa(x.High), "expected", l.Number(x.Expected, 1))}
	d := figure.Likelihood{P: x.P, Low: x.Low, High: x.High, Text: l.T("alert.likely") + ". " + out.Text, Share: func(p float64) string { return l.Percent(p, 0) }}
	for i, share := range x.P {
		out.Shares = append(out.Shares, reasonView{l.T("tension." + strconv.Itoa(i+1)), l.Percent(share, 0)})
	}
	out.Figure = figure.Likelihoods(d)
	return out
}

// reasonsOf says what a rule asked and what the figures gave.
func reasonsOf(l *locale.Locale, reasons []market.Reason) []reasonView {
	var out []reasonView
	for _, r := range reasons {
		what := string(r.What)
		switch r.What {
		case market.AskedEstimate, market.AskedForecast, market.AskedRemediability:
			out = append(out, reasonView{l.T("alert.asked."+what, "least", l.Number(r.Least, 2)), l.Number(r.Got, 2)})
		case market.AskedClass:
			out = append(out, reasonView{l.T("alert.asked."+what, "least", int(r.Least)), l.T("cause.class", "class", int(r.Got))})
		default:
			out = append(out, reasonOf(l, what, r))
		}
	}
	return out
}

// reasonOf says what a rule asked of a cause or a count, and what the figures gave.
func reasonOf(l *locale.Locale, what string, r market.Reason) reasonView {
	if l.Has("cause." + what) {
		return reasonView{l.T("alert.asked.cause", "cause", l.T("cause."+what), "least", int(r.Least)), l.T("cause.class", "class", int(r.Got))}
	}
	return reasonView{l.T("alert.asked."+what, "least", int(r.Least)), l.T("alert.concerned."+what, "n", int(math.Round(r.Got)))}
}

// alertDone leads back to the alert after a deed. What can be told at the form is told there.
func (s *server) alertDone(ctx context.Context, v *visit, done string, err error) (page, error) {
	if field, ok := wrongField(err); ok && field == "reason" {
		return s.alertPage(ctx, v, map[string]string{"reason": v.T("alert.wrong.reason")})
	}
	if fault.CodeOf(err) == fault.Conflict {
		return s.alertPage(ctx, v, map[string]string{"": v.T("alert.wrong.moved")})
	}
	return page{moved: "/alerts/" + url.PathEscape(string(pathAlert(v))) + "?done=" + done}, err
}

func (s *server) acknowledgeAlert(ctx context.Context, v *visit) (page, error) {
	return s.alertDone(ctx, v, "acknowledged", s.alerts.AcknowledgeAlert(ctx, access.Who(ctx).Actor(), pathAlert(v)))
}

// resolveAlert ends an alert, once the box that says so is ticked.
func (s *server) resolveAlert(ctx context.Context, v *visit) (page, error) {
	if v.PostForm.Get("confirm") == "" {
		return s.alertPage(ctx, v, map[string]string{"confirm": v.T("alert.wrong.confirm")})
	}
	return s.alertDone(ctx, v, "resolved", s.alerts.ResolveAlert(ctx, access.Who(ctx).Actor(), pathAlert(v), v.PostForm.Get("reason")))
}
