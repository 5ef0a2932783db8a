package api

import (
	"cmp"
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"
	"time"

	"filiere/internal/access"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
	"filiere/internal/thread"
)

// Watchtower is what the routes of alerts ask of the store. The errors are those the store documents.
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

// Loom is what the route of the thread asks of the store. The errors are those the store documents.
type Loom interface {
	FindOnThread(ctx context.Context, id string) (people.Ref, error)
	Thread(ctx context.Context, ref people.Ref, reader people.AccountID, all bool) (thread.Chain, error)
}

var alertFilters = []string{"search", "level", "within", "area", "occupation", "severity", "state", "family", "since"}

// alertDeeds are the routes of alerts and of the thread.
func alertDeeds() []deed {
	any := func(*http.Request) people.Ref { return people.Ref{Kind: people.KindAlert} }
	one := access.PathObject(people.KindAlert, "id")
	return []deed{
		{pattern: "GET /alerts", action: people.ReadCatalogue, params: append([]string{"limit", "offset"}, alertFilters...), do: (*desk).listAlerts},
		{pattern: "GET /alerts.csv", action: people.ReadCatalogue, params: alertFilters, do: (*desk).alertTable},
		{pattern: "POST /alerts/scan", action: people.HandleAlerts, object: any, do: (*desk).scanAlerts},
		{pattern: "GET /alerts/{id}", action: people.ReadCatalogue, params: []string{"lang"}, do: (*desk).alert},
		{pattern: "POST /alerts/{id}/acknowledge", action: people.HandleAlerts, object: one, do: (*desk).acknowledgeAlert},
		{pattern: "POST /alerts/{id}/resolve", action: people.HandleAlerts, object: one, do: (*desk).resolveAlert},
		{pattern: "GET /thread/{id}", action: people.ReadCatalogue, do: (*desk).thread},
	}
}

// alertFilter reads what a list of alerts is asked for. Without a state the resolved ones are left out;
// "any" takes every state.
func (c call) alertFilter(now time.Time) (market.AlertFilter, error) {
	p := &reading{values: c.values}
	f := market.AlertFilter{Text: p.text("search"), Level: p.level(), Severity: parsed(p, "severity", market.ParseSeverity)}
	if state := p.text("state"); state != "any" {
		f.State = parsed(p, "state", market.ParseAlertState)
		f.Unresolved = state == ""
	}
	f.Area, f.Within = p.area("area", f.Level, ""), p.area("within", territory.Region, "")
	if o := p.occupation(""); o != "" {
		f.Occupations = []occupation.ID{o}
	}
	if family := parsed(p, "family", occupation.ParseFamily); family != "" {
		f.Families = []occupation.ID{family}
	}
	f.Since = parsed(p, "since", func(s string) (time.Time, error) { return market.ParseSince(s, now) })
	return f, p.err
}

// alertPage is a part of the list of alerts.
type alertPage struct {
	Data   []market.Alert `json:"data"`
	Total  int            `json:"total"`
	Limit  int            `json:"limit"`
	Offset int            `json:"offset"`
	Next   *string        `json:"next"`
}

func (d *desk) listAlerts(c call) (outcome, error) {
	limit, offset, err := c.page()
	if err != nil {
		return outcome{}, err
	}
	f, err := c.alertFilter(d.now())
	if err != nil {
		return outcome{}, err
	}
	found, total, err := d.alerts.Alerts(c.Context(), f, limit, offset)
	if err != nil {
		return outcome{}, err
	}
	out := alertPage{Data: append([]market.Alert{}, found...), Total: total, Limit: limit, Offset: offset}
	if offset+limit < total {
		out.Next = c.next("offset", strconv.Itoa(offset+limit))
	}
	return outcome{body: out}, nil
}

// alertTable is the list as CSV.
func (d *desk) alertTable(c call) (outcome, error) {
	f, err := c.alertFilter(d.now())
	if err != nil {
		return outcome{}, err
	}
	found, _, err := d.alerts.Alerts(c.Context(), f, maxTableRows, 0)
	return outcome{name: "alerts.csv", media: "text/csv; charset=utf-8; header=present", file: func(w io.Writer) error {
		rows := [][]string{market.AlertColumns}
		for _, a := range found {
			rows = append(rows, a.Fields())
		}
		return csv.NewWriter(w).WriteAll(rows)
	}}, err
}

// pathAlert is the alert the address names.
func (c call) pathAlert() market.AlertID { return market.AlertID(c.PathValue("id")) }

func (d *desk) alert(c call) (outcome, error) {
	a, err := d.alerts.Alert(c.Context(), c.pathAlert())
	if err != nil {
		return outcome{}, err
	}
	p := &reading{values: c.values}
	lang := cmp.Or(p.text("lang"), "en")
	if lang != "en" && lang != "fr" {
		p.fail(wrong("lang", "is fr or en"))
	}
	if p.err != nil {
		return outcome{}, p.err
	}
	out := explainedAlert{Alert: a}
	if d.explain != nil {
		out.Explanation = d.explain(lang, a)
	}
	return outcome{body: out}, nil
}

// explainedAlert is an alert with one paragraph that says why it was opened.
type explainedAlert struct {
	market.Alert
	Explanation string `json:"explanation"`
}

// scanRequest says where to look for alerts.
type scanRequest struct {
	DryRun bool   `json:"dry_run"`
	Level  string `json:"level"`
	Within string `json:"within"`
	Most   int    `json:"most"`
	Rule   string `json:"rule"`
}

// scanAlerts looks for alerts by a rule: that over published figures when none is named.
func (d *desk) scanAlerts(c call) (outcome, error) {
	var ask scanRequest
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	p := &reading{values: map[string][]string{"level": {ask.Level}, "within": {ask.Within}}}
	scope := market.ScanScope{DryRun: ask.DryRun, Most: ask.Most, Level: p.level(), Within: p.area("within", territory.Region, "")}
	if p.err == nil && ask.Most < 0 {
		p.fail(wrong("most", "is a number of alerts, 0 for all"))
	}
	if p.err != nil {
		return outcome{}, p.err
	}
	rule, err := d.alerts.Rule(c.Context(), market.RuleID(cmp.Or(ask.Rule, market.PublishedRule().Name)))
	if err != nil {
		return outcome{}, err
	}
	scan, err := d.alerts.ScanAlerts(c.Context(), c.caller.Actor(), rule.Rule, scope)
	return outcome{body: scan}, err
}

func (d *desk) acknowledgeAlert(c call) (outcome, error) {
	if err := d.alerts.AcknowledgeAlert(c.Context(), c.caller.Actor(), c.pathAlert()); err != nil {
		return outcome{}, err
	}
	return d.alert(c)
}

func (d *desk) resolveAlert(c call) (outcome, error) {
	var ask struct {
		Reason string `json:"reason"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	if err := d.alerts.ResolveAlert(c.Context(), c.caller.Actor(), c.pathAlert(), ask.Reason); err != nil {
		return outcome{}, err
	}
	return d.alert(c)
}

// thread answers GET /thread/{id}: everything for analysts and designers, for others what is public or
// theirs.
func (d *desk) thread(c call) (outcome, error) {
	ref, err := d.loom.FindOnThread(c.Context(), c.PathValue("id"))
	if err != nil {
		return outcome{}, err
	}
	all := c.caller.May(people.HandleAlerts, people.Ref{Kind: people.KindAlert}) ||
		c.caller.May(people.ChangeProgrammes, people.Ref{Kind: people.KindProgramme})
	chain, err := d.loom.Thread(c.Context(), ref, c.own(), all)
	return outcome{body: chain.Seen()}, err
}
