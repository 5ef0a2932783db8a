package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"filiere/internal/market"
	"filiere/internal/people"
)

// EvaluateAlerts holds the alerts against the newest figures: each that is not resolved is judged by its rule
// (market.Rule.Review), and each rule that is on and was asked about everything once opens what is new. Only
// figures that changed since a rule was last asked are looked at; full asks about all of them.
//
// Each rule is one transaction. Two processes that evaluate at once do it once: the second finds each alert
// opened, and each figure seen.
func (s *Store) EvaluateAlerts(ctx context.Context, by people.Actor, full bool) ([]market.Evaluation, error) {
	rules, err := s.Rules(ctx)
	if err != nil {
		return nil, err
	}
	var out []market.Evaluation
	for _, r := range rules {
		if r.State != market.RuleOn && r.Alerts == 0 {
			continue
		}
		e, err := s.evaluateRule(ctx, by, r, full)
		if err != nil {
			return out, fmt.Errorf("evaluate rule %s: %w", r.ID, err)
		}
		out = append(out, e)
	}
	return out, nil
}

// evaluateRule evaluates one rule. A rule that was never asked about everything opens nothing here: somebody
// must have seen how much it would.
func (s *Store) evaluateRule(ctx context.Context, by people.Actor, r market.KeptRule, full bool) (market.Evaluation, error) {
	out := market.Evaluation{Rule: r.ID}
	generation, err := s.generation(ctx, r.Basis)
	if err != nil || generation == "" || generation == r.Asked && !full {
		return out, err
	}
	since := everything
	if !full && r.Asked != "" && !r.Basis.Probable() {
		if since, err = generationOf(r.Asked); err != nil {
			return out, err
		}
	}
	news, err := s.newsOf(ctx, r.Rule, since)
	if err != nil {
		return out, err
	}
	var found []candidate
	if r.State == market.RuleOn && r.Asked != "" {
		var scan market.Scan
		if found, err = s.alertCandidates(ctx, r.Rule, market.ScanScope{}, since, &scan); err != nil {
			return out, err
		}
		out.Found = scan.Found
	}
	e := eventOn(by, "alert.evaluate", people.Ref{Kind: people.KindAlert}, "rule", string(r.ID), "figures", generation)
	err = s.change(ctx, e, func(tx *sql.Tx) error { return s.applyEvaluation(ctx, tx, by, r.Rule, news, found, &out) })
	if err == nil && r.Asked != "" && r.Asked != generation {
		err = s.noteAsked(ctx, r.ID, generation)
	}
	return out, err
}

// applyEvaluation writes what an evaluation came to. It leaves no event when nothing came of it.
func (s *Store) applyEvaluation(ctx context.Context, tx *sql.Tx, by people.Actor, rule market.Rule, news []market.News, found []candidate, out *market.Evaluation) error {
	for _, n := range news {
		if err := s.review(ctx, tx, rule, n, out); err != nil {
			return err
		}
	}
	opened, err := s.openAlerts(ctx, tx, by, found)
	if out.Opened = len(opened); err == nil && out.Opened+out.Reviewed == 0 {
		return errUnchanged
	}
	return err
}

// review judges one alert by its newest figure.
func (s *Store) review(ctx context.Context, tx *sql.Tx, rule market.Rule, n market.News, out *market.Evaluation) error {
	a, err := scanAlert(tx.QueryRowContext(ctx, `UPDATE alert SET state = state WHERE id = $1 RETURNING `+alertColumns, string(n.ID)))
	if err != nil {
		return found(err, "alert")
	}
	if a.State == market.AlertResolved || !a.IsNews(rule.Basis, n.Year, n.Figure) {
		return nil
	}
	v := rule.Review(a.Severity, n.Figure)
	standing, err := json.Marshal(market.Standing{Year: n.Year, Figure: n.Figure, Eased: v.Eased, At: s.stamp()})
	if err != nil {
		return fmt.Errorf("write the standing of an alert: %w", err)
	}
	r, err := tx.ExecContext(ctx, `UPDATE alert SET standing = $1, severity = $2, rank = $3 WHERE id = $4`,
		string(standing), string(v.Severity), v.Severity.Rank(), string(n.ID))
	if err := touched(r, err, "alert"); err != nil {
		return err
	}
	if v.Severity.Rank() > a.Severity.Rank() {
		if err := happened(ctx, tx, n.ID, market.AlertRises, v.Severity, s.stamp()); err != nil {
			return err
		}
	}
	ended := false
	if v.Eased {
		if ended, err = s.endAlert(ctx, tx, n.ID, market.EaseAlert, market.Eased); err != nil {
			return err
		}
	}
	out.Reviewed++
	out.Count(a.Severity, v, ended)
	return nil
}

// newsOf reads the newest figures for the unresolved alerts of a rule, of cells that changed after a
// generation.
func (s *Store) newsOf(ctx context.Context, rule market.Rule, since int64) ([]market.News, error) {
	if rule.Basis.Probable() {
		return s.foreseenNews(ctx, rule)
	}
	return query(ctx, s, "newer figures of alerts", func(row scanner) (n market.News, err error) {
		err = row.Scan(&n.ID, &n.Year, &n.Figure)
		return n, err
	}, `SELECT x.id, c.year, c.class FROM alert x JOIN cell c ON c.area_id = x.area_id AND c.occupation_id = x.occupation_id
		WHERE x.rule = $1 AND x.state <> $2 AND c.origin = $3 AND c.class > 0 AND c.changed > $4 AND c.year >= x.year AND `+latestEdition+`
		ORDER BY x.id`, string(rule.ID), string(market.AlertResolved), string(market.Published), since)
}

// foreseenNews reads what the models say now of the unresolved alerts of a rule.
func (s *Store) foreseenNews(ctx context.Context, rule market.Rule) ([]market.News, error) {
	o, err := s.outlook(ctx)
	if err != nil || o.Version == "" {
		return nil, err
	}
	alerts, err := query(ctx, s, "alerts of a rule", func(row scanner) (a market.Alert, err error) {
		err = row.Scan(&a.ID, &a.Evidence.Occupation, &a.Evidence.Area)
		return a, err
	}, `SELECT id, occupation_id, area_id FROM alert WHERE rule = $1 AND state <> $2 ORDER BY id`, string(rule.ID), string(market.AlertResolved))
	if err != nil || len(alerts) == 0 {
		return nil, err
	}
	return rule.News(o, alerts), nil
}
