package api

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"

	"filiere/internal/market"
	"filiere/internal/people"
)

// ruleDeeds are the routes of the rules alerts open by.
func ruleDeeds() []deed {
	any := func(*http.Request) people.Ref { return people.Ref{Kind: people.KindAlert} }
	return []deed{
		{pattern: "GET /rules", action: people.ReadCatalogue, do: (*desk).rules},
		{pattern: "GET /rules.csv", action: people.ReadCatalogue, do: (*desk).ruleTable},
		{pattern: "POST /rules", action: people.ChangeRules, object: any, limit: market.MaxRuleFile, do: (*desk).addRule},
		{pattern: "POST /rules/try", action: people.ChangeRules, object: any, limit: market.MaxRuleFile, do: (*desk).tryRule},
		{pattern: "GET /rules/{rule}", action: people.ReadCatalogue, do: (*desk).rule},
		{pattern: "POST /rules/{rule}/try", action: people.ChangeRules, object: any, do: (*desk).tryKeptRule},
		{pattern: "POST /rules/{rule}/on", action: people.ChangeRules, object: any, do: (*desk).startRule},
		{pattern: "POST /rules/{rule}/off", action: people.ChangeRules, object: any, do: (*desk).stopRule},
	}
}

// pathRule is the version of a rule the address names.
func (c call) pathRule() market.RuleID { return market.RuleID(c.PathValue("rule")) }

// sentRule reads a rule from the body. Its faults name the field.
func (c call) sentRule() (market.Rule, error) {
	var text json.RawMessage
	if err := c.body(&text); err != nil {
		return market.Rule{}, err
	}
	return market.ParseRule(text, "")
}

func (d *desk) rules(c call) (outcome, error) {
	kept, err := d.alerts.Rules(c.Context())
	return outcome{body: struct {
		Data []market.KeptRule `json:"data"`
	}{append([]market.KeptRule{}, kept...)}}, err
}

// ruleTable is the list as CSV, without what a rule watches.
func (d *desk) ruleTable(c call) (outcome, error) {
	kept, err := d.alerts.Rules(c.Context())
	return outcome{name: "rules.csv", media: "text/csv; charset=utf-8; header=present", file: func(w io.Writer) error {
		rows := [][]string{market.RuleColumns}
		for _, r := range kept {
			rows = append(rows, r.Fields())
		}
		return csv.NewWriter(w).WriteAll(rows)
	}}, err
}

func (d *desk) rule(c call) (outcome, error) {
	r, err := d.alerts.Rule(c.Context(), c.pathRule())
	return outcome{body: r}, err
}

func (d *desk) addRule(c call) (outcome, error) {
	rule, err := c.sentRule()
	if err != nil {
		return outcome{}, err
	}
	kept, err := d.alerts.AddRule(c.Context(), c.caller.Actor(), rule)
	return outcome{status: http.StatusCreated, body: kept, location: prefix + "/rules/" + string(kept.ID)}, err
}

// tryRule counts what the rule in the body would open.
func (d *desk) tryRule(c call) (outcome, error) {
	rule, err := c.sentRule()
	if err != nil {
		return outcome{}, err
	}
	return d.count(c, rule)
}

func (d *desk) tryKeptRule(c call) (outcome, error) {
	r, err := d.alerts.Rule(c.Context(), c.pathRule())
	if err != nil {
		return outcome{}, err
	}
	return d.count(c, r.Rule)
}

func (d *desk) count(c call, rule market.Rule) (outcome, error) {
	scan, err := d.alerts.ScanAlerts(c.Context(), c.caller.Actor(), rule, market.ScanScope{DryRun: true})
	return outcome{body: scan}, err
}

func (d *desk) startRule(c call) (outcome, error) {
	scan, err := d.alerts.StartRule(c.Context(), c.caller.Actor(), c.pathRule())
	return outcome{body: scan}, err
}

func (d *desk) stopRule(c call) (outcome, error) {
	if err := d.alerts.SwitchRule(c.Context(), c.caller.Actor(), c.pathRule(), false); err != nil {
		return outcome{}, err
	}
	return d.rule(c)
}
