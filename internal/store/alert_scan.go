package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/people"
)

// ScanAlerts looks for alerts: it asks a rule about the newest figures (published ones: of the latest edition
// of each list it watches), and opens an alert for each subject it opens one for, unless the occupation has
// one in the area that is not resolved, or had one by this rule on the figures of the same year. A more
// serious alert takes the place of a lighter one of another rule that no programme answers. Scanning again
// opens nothing twice. With scope.DryRun it only counts, and the rule need not be kept or on.
//
// Errors: NotFound; Conflict when the rule is not on.
func (s *Store) ScanAlerts(ctx context.Context, by people.Actor, rule market.Rule, scope market.ScanScope) (market.Scan, error) {
	scan := market.Scan{Rule: rule.ID, DryRun: scope.DryRun}
	if !scope.DryRun {
		kept, err := s.Rule(ctx, rule.ID)
		if err != nil {
			return scan, err
		}
		if kept.State != market.RuleOn {
			return scan, fault.New(fault.Conflict, "scan alerts", "the rule is not switched on")
		}
		rule = kept.Rule
	}
	generation, err := s.generation(ctx, rule.Basis)
	if err != nil {
		return scan, err
	}
	found, err := s.alertCandidates(ctx, rule, scope, everything, &scan)
	if err != nil || scope.DryRun {
		scan.Opened, scan.ByLevel = len(found), byLevel(found)
		return scan, err
	}
	e := eventOn(by, "alert.scan", people.Ref{Kind: people.KindAlert}, "rule", string(rule.ID), "level", string(scope.Level), "within", string(scope.Within))
	err = s.change(ctx, e, func(tx *sql.Tx) error {
		opened, err := s.openAlerts(ctx, tx, by, found)
		if err != nil {
			return err
		}
		scan.Kept += len(found) - len(opened) // somebody was faster
		scan.Opened, scan.ByLevel = len(opened), byLevel(opened)
		if len(opened) == 0 {
			return errUnchanged
		}
		return nil
	})
	if err == nil && scope == (market.ScanScope{}) {
		err = s.noteAsked(ctx, rule.ID, generation)
	}
	return scan, err
}

// noteAsked notes which figures a rule was asked about. It is done after what came of it: a process that dies
// between the two asks again, and opens nothing twice.
func (s *Store) noteAsked(ctx context.Context, id market.RuleID, generation string) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE alert_rule SET asked = $1 WHERE id = $2`, generation, string(id))
		if err != nil {
			return fmt.Errorf("note what the rule was asked: %w", err)
		}
		return nil
	})
}

// candidate is what a rule opens an alert for, and the lighter alert it takes the place of.
type candidate struct {
	market.Alert
	replaces market.AlertID
}

// everything asks about all cells, whenever they changed.
const everything int64 = -1

// alertCandidates lists the alerts a rule opens that are not open yet, the most serious first, and counts
// what it saw. since leaves out cells that did not change after that generation.
func (s *Store) alertCandidates(ctx context.Context, rule market.Rule, scope market.ScanScope, since int64, scan *market.Scan) ([]candidate, error) {
	taken, err := s.takenByAlerts(ctx, rule)
	if err != nil {
		return nil, err
	}
	subjects, err := s.subjects(ctx, rule, scope, since)
	if err != nil || len(subjects) == 0 {
		return nil, err
	}
	remedies, err := s.Remedies(ctx)
	if err != nil {
		return nil, err
	}
	var out []candidate
	for _, x := range subjects {
		if remedy, known := remedies.Of(x.Occupation, x.Area); known {
			x.Remediability, x.Remedy = &remedy.Score, &remedy
		}
		if opens, _ := rule.Opens(x); !opens {
			continue
		}
		scan.Found++
		c := candidate{Alert: rule.Start(x)}
		claim, claimed := taken.open[placeOf(c.Evidence)]
		if taken.figures[c.Evidence.Figures()] || claimed && !claim.YieldsTo(c.Alert) {
			scan.Kept++
			continue
		}
		c.replaces = claim.ID
		out = append(out, c)
	}
	slices.SortFunc(out, func(x, y candidate) int {
		return cmp.Or(y.Severity.Rank()-x.Severity.Rank(), cmp.Compare(y.Evidence.Concerned(), x.Evidence.Concerned()),
			cmp.Compare(x.Evidence.Occupation, y.Evidence.Occupation), cmp.Compare(x.Evidence.Area, y.Evidence.Area))
	})
	if scope.Most > 0 {
		out = out[:min(scope.Most, len(out))]
	}
	return out, nil
}

// placeOf names an occupation in an area.
func placeOf(e market.Evidence) string { return string(e.Occupation) + ":" + string(e.Area) }

// taken says what has an alert already.
type taken struct {
	figures map[string]bool         // figures of a year the rule, in any version, opened one on
	open    map[string]market.Claim // occupation and area of those that are not resolved
}

func (s *Store) takenByAlerts(ctx context.Context, rule market.Rule) (taken, error) {
	t := taken{map[string]bool{}, map[string]market.Claim{}}
	_, err := query(ctx, s, "alerts", func(row scanner) (struct{}, error) {
		var e market.Evidence
		var c market.Claim
		err := row.Scan(&e.Occupation, &e.Area, &e.Year, &c.ID, &c.Rule, &c.State, &c.Severity)
		if c.Rule.Name() == rule.Name {
			t.figures[e.Figures()] = true
		}
		if c.State != market.AlertResolved {
			t.open[placeOf(e)] = c
		}
		return struct{}{}, err
	}, `SELECT occupation_id, area_id, year, id, rule, state, severity FROM alert`)
	return t, err
}

// subjects gathers what a rule is to be asked about.
func (s *Store) subjects(ctx context.Context, rule market.Rule, scope market.ScanScope, since int64) ([]market.Subject, error) {
	if rule.Basis.Probable() {
		return s.foreseen(ctx, rule, scope)
	}
	text, args := scanText(rule, scope, since)
	if text == "" {
		return nil, nil
	}
	return query(ctx, s, "cells to look for alerts in", func(row scanner) (market.Subject, error) {
		r, err := scanRow(row)
		return market.Subject{Row: r}, err
	}, text, args...)
}

// latestEdition is true of a cell of the latest published year of its list.
const latestEdition = `(c.zoning, c.year) IN (SELECT e.zoning, max(e.year) FROM edition e
	WHERE e.nomenclature = c.nomenclature AND e.grain = 0 AND e.level = c.level AND e.published > 0 GROUP BY e.zoning)`

// scanText writes one query over the lists a rule watches: of the latest published year of each, the cells
// that have what the rule asks. The rule is asked again about each of them: it decides, the query only
// keeps what it would refuse from being read.
func scanText(rule market.Rule, scope market.ScanScope, since int64) (string, []any) {
	b := &binder{}
	var parts []string
	for _, w := range rule.Watches {
		if scope.Level != "" && scope.Level != w.Level {
			continue
		}
		c := &clause{binder: b}
		c.add("c.nomenclature = %s", w.Nomenclature)
		c.conditions = append(c.conditions, "c.grain = 0", latestEdition)
		c.add("c.level = %s", w.Level)
		c.add("c.class >= %s", int(rule.Open))
		c.add("c.origin = %s", market.Published)
		if since != everything {
			c.add("c.changed > %s", since)
		}
		if rule.Cause != "" {
			c.add("c."+rule.Cause+" >= %s", rule.MinCause)
		}
		if w.Size != "" {
			c.add("c."+w.Size+" >= %s", w.Min)
		}
		if scope.Within != "" {
			p := b.bind(clip(string(scope.Within), maxFilter))
			c.conditions = append(c.conditions, `(c.area_id = `+p+` OR a.region_id = `+p+`)`)
		}
		parts = append(parts, `SELECT `+prefixed("c", cellColumns)+`, coalesce(o.label, ''), coalesce(a.label, '') FROM cell c
			LEFT JOIN occupation o ON o.id = c.occupation_id LEFT JOIN area a ON a.id = c.area_id`+c.where())
	}
	return strings.Join(parts, ` UNION ALL `), b.args
}

// byLevel counts alerts by the level of their area and by severity, in the order of the levels.
func byLevel(found []candidate) []market.ByLevel {
	out := []market.ByLevel{}
	levels, _ := market.Watchable()
	for _, level := range levels {
		l := market.ByLevel{Level: level, BySeverity: map[market.Severity]int{}}
		for _, c := range found {
			if c.Evidence.Level == level {
				l.Opened++
				l.BySeverity[c.Severity]++
			}
		}
		if l.Opened > 0 {
			out = append(out, l)
		}
	}
	return out
}

// openAlerts opens alerts, and ends those they take the place of. It returns those that were not there.
func (s *Store) openAlerts(ctx context.Context, tx *sql.Tx, by people.Actor, found []candidate) ([]candidate, error) {
	var opened []candidate
	for _, c := range found {
		if c.replaces != "" {
			ended, err := s.endAlert(ctx, tx, c.replaces, market.SupersedeAlert, market.Superseded)
			if err != nil {
				return nil, err
			}
			if !ended {
				continue
			}
		}
		fresh, err := s.openAlert(ctx, tx, by, c.Alert)
		if err != nil {
			return nil, err
		}
		if fresh {
			opened = append(opened, c)
		}
	}
	return opened, nil
}

// endAlert ends an alert without a person, if its life leads there from where it is.
func (s *Store) endAlert(ctx context.Context, tx *sql.Tx, id market.AlertID, e lifecycle.Event, why market.Ending) (bool, error) {
	a, next, err := lockAlert(ctx, tx, id, e)
	if fault.CodeOf(err) == fault.Conflict {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := happened(ctx, tx, id, market.AlertResolves, a.Severity, s.stamp()); err != nil {
		return false, err
	}
	r, err := tx.ExecContext(ctx, `UPDATE alert SET state = $1, resolved_at = $2, ending = $3 WHERE id = $4`,
		string(next), at(s.stamp()), string(why), string(id))
	return true, touched(r, err, "alert")
}

// generation names the state of the figures rules on a basis are asked about.
func (s *Store) generation(ctx context.Context, b market.Basis) (string, error) {
	if b.Probable() {
		o, err := s.outlook(ctx)
		return o.Version, err
	}
	text, err := s.setting(ctx, settingCellGeneration)
	if err != nil {
		return "", err
	}
	n, err := generationOf(text)
	return strconv.FormatInt(n, 10), err
}
