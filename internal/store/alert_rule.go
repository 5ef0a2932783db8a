package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/people"
)

// ruleColumns are the columns of a rule in the order of scanRule.
const ruleColumns = `r.content, r.state, r.asked, (SELECT count(*) FROM alert a WHERE a.rule = r.id)`

func scanRule(row scanner) (market.KeptRule, error) {
	var r market.KeptRule
	var content []byte
	if err := row.Scan(&content, &r.State, &r.Asked, &r.Alerts); err != nil {
		return r, err
	}
	if err := json.Unmarshal(content, &r.Rule); err != nil {
		return r, fmt.Errorf("read a rule: %w", err)
	}
	return r, nil
}

// Rules lists the versions of the rules that open alerts, by name, the newest first.
func (s *Store) Rules(ctx context.Context) ([]market.KeptRule, error) {
	return query(ctx, s, "rules", scanRule, `SELECT `+ruleColumns+` FROM alert_rule r ORDER BY r.name, r.version DESC`)
}

// Rule finds a version of a rule. A name without a number stands for the version that is on, or the newest.
// It returns a NotFound fault when there is none.
func (s *Store) Rule(ctx context.Context, id market.RuleID) (market.KeptRule, error) {
	r, err := scanRule(s.db.QueryRowContext(ctx, `SELECT `+ruleColumns+` FROM alert_rule r WHERE r.id = $1 OR r.name = $1
		ORDER BY CASE WHEN r.id = $1 THEN 0 WHEN r.state = 'on' THEN 1 ELSE 2 END, r.version DESC LIMIT 1`, string(id)))
	return r, found(err, "rule")
}

// AddRule keeps a rule as the next version of its name, off. Versions of the name that are off are retired;
// one that is on stays so until the new one is switched on, so that somebody is always watching.
//
// Errors: Invalid with the field; Conflict when the newest version says the same already.
func (s *Store) AddRule(ctx context.Context, by people.Actor, rule market.Rule) (market.KeptRule, error) {
	if err := rule.Check(); err != nil {
		return market.KeptRule{}, err
	}
	err := s.change(ctx, eventOn(by, "alert.rule.add", people.Ref{Kind: people.KindAlert}, "rule", rule.Name), func(tx *sql.Tx) error {
		last, err := scanRule(tx.QueryRowContext(ctx, `SELECT `+ruleColumns+` FROM alert_rule r WHERE r.name = $1 ORDER BY r.version DESC LIMIT 1`, rule.Name))
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("read rule: %w", err)
		}
		if reflect.DeepEqual(rule.Named(last.Version), last.Rule) {
			return fault.New(fault.Conflict, "add rule", "version %d of the rule says the same", last.Version)
		}
		rule = rule.Named(last.Version + 1)
		content, err := json.Marshal(rule)
		if err != nil {
			return fmt.Errorf("write rule: %w", err)
		}
		if err := retireRules(ctx, tx, rule.Name, market.RuleOff); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO alert_rule (id, name, version, content, state, asked) VALUES ($1, $2, $3, $4, $5, '')`,
			string(rule.ID), rule.Name, rule.Version, string(content), string(market.RuleMachine().Initial))
		if err != nil {
			return fmt.Errorf("write rule: %w", err)
		}
		return nil
	})
	if err != nil {
		return market.KeptRule{}, err
	}
	return s.Rule(ctx, rule.ID)
}

// retireRules retires the versions of a rule that are in a state.
func retireRules(ctx context.Context, tx *sql.Tx, name string, in market.RuleState) error {
	next, err := market.RuleMachine().Next(in, market.RetireRule)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE alert_rule SET state = $1 WHERE name = $2 AND state = $3`, string(next), name, string(in)); err != nil {
		return fmt.Errorf("retire rule: %w", err)
	}
	return nil
}

// SwitchRule switches a version of a rule on or off. The version of its name that was on is retired when
// another is switched on. Alerts a rule opened are still judged by it when it is off or retired.
//
// Errors: NotFound; Conflict when it is so already, or retired.
func (s *Store) SwitchRule(ctx context.Context, by people.Actor, id market.RuleID, on bool) error {
	event, done := market.SwitchRuleOff, eventOn(by, "alert.rule.off", people.Ref{Kind: people.KindAlert}, "rule", string(id))
	if on {
		event, done = market.SwitchRuleOn, eventOn(by, "alert.rule.on", people.Ref{Kind: people.KindAlert}, "rule", string(id))
	}
	return s.change(ctx, done, func(tx *sql.Tx) error {
		r, err := scanRule(tx.QueryRowContext(ctx, `SELECT `+ruleColumns+` FROM alert_rule r WHERE r.id = $1`, string(id)))
		if err != nil {
			return found(err, "rule")
		}
		return switchRule(ctx, tx, r, event)
	})
}

func switchRule(ctx context.Context, tx *sql.Tx, r market.KeptRule, event lifecycle.Event) error {
	next, err := market.RuleMachine().Next(r.State, event)
	if err != nil {
		return err
	}
	if next == market.RuleOn {
		if err := retireRules(ctx, tx, r.Name, market.RuleOn); err != nil {
			return err
		}
	}
	result, err := tx.ExecContext(ctx, `UPDATE alert_rule SET state = $1, asked = '' WHERE id = $2`, string(next), string(r.ID))
	return touched(result, err, "rule")
}

// StartRule switches a version of a rule on, if it is not, and opens the alerts it finds. Doing it again
// opens nothing twice.
//
// Errors: NotFound; Conflict when it is retired.
func (s *Store) StartRule(ctx context.Context, by people.Actor, id market.RuleID) (market.Scan, error) {
	r, err := s.Rule(ctx, id)
	if err != nil {
		return market.Scan{}, err
	}
	if r.State != market.RuleOn {
		if err := s.SwitchRule(ctx, by, r.ID, true); err != nil {
			return market.Scan{}, err
		}
	}
	return s.ScanAlerts(ctx, by, r.Rule, market.ScanScope{})
}
