package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/fold"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/thread"
)

// alertColumns are the columns of an alert in the order of scanAlert.
const alertColumns = `id, rule, evidence, severity, state, programme_id, resolution, standing, ending, opened_at, acknowledged_at, resolved_at`

func scanAlert(row scanner) (market.Alert, error) {
	var a market.Alert
	var evidence, standing []byte
	err := row.Scan(&a.ID, &a.Rule, &evidence, &a.Severity, &a.State, &a.Programme, &a.Resolution, &standing, &a.Ending,
		moment{&a.OpenedAt}, moment{&a.AcknowledgedAt}, moment{&a.ResolvedAt})
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(evidence, &a.Evidence); err != nil {
		return a, fmt.Errorf("read the evidence of alert %s: %w", a.ID, err)
	}
	if len(standing) > 0 {
		if err := json.Unmarshal(standing, &a.Standing); err != nil {
			return a, fmt.Errorf("read the standing of alert %s: %w", a.ID, err)
		}
	}
	return a, nil
}

// Alert finds an alert. It returns a NotFound fault when there is none.
func (s *Store) Alert(ctx context.Context, id market.AlertID) (market.Alert, error) {
	a, err := scanAlert(s.reader().QueryRowContext(ctx, `SELECT `+alertColumns+` FROM alert WHERE id = $1`, string(id)))
	return a, found(err, "alert")
}

// Alerts lists the alerts a filter picks, the most serious first and among those the ones that concern
// most people, and counts them all. limit 0 lists every one.
func (s *Store) Alerts(ctx context.Context, f market.AlertFilter, limit, offset int) ([]market.Alert, int, error) {
	c := alertsWhere(f)
	var total int
	if err := s.reader().QueryRowContext(ctx, `SELECT count(*) FROM alert`+c.where(), c.args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count alerts: %w", err)
	}
	order := `rank DESC, size DESC, id`
	if f.Newest {
		order = `opened_at DESC, id DESC`
	}
	out, err := query(ctx, s, "alerts", scanAlert, `SELECT `+alertColumns+` FROM alert`+c.where()+
		` ORDER BY `+order+` LIMIT `+c.bind(limitOf(limit))+` OFFSET `+c.bind(max(offset, 0)), c.args...)
	return out, total, err
}

// maxOccupations bounds how many occupations alerts can be picked by: none corresponds to more.
const maxOccupations = 200

func alertsWhere(f market.AlertFilter) *clause {
	c := &clause{binder: &binder{}}
	for column, value := range map[string]string{
		"area_id": string(f.Area), "region_id": string(f.Within),
		"level": string(f.Level), "severity": string(f.Severity), "state": string(f.State),
	} {
		if value != "" {
			c.add(column+" = %s", clip(value, maxFilter))
		}
	}
	if len(f.Occupations) > 0 {
		var ids []string
		for _, o := range f.Occupations[:min(len(f.Occupations), maxOccupations)] {
			ids = append(ids, c.bind(clip(string(o), maxFilter)))
		}
		c.conditions = append(c.conditions, "occupation_id IN ("+strings.Join(ids, ", ")+")")
	}
	if f.Unresolved {
		c.add("state <> %s", market.AlertResolved)
	}
	if !f.Since.IsZero() {
		c.add("opened_at >= %s", at(f.Since))
	}
	c.inFamilies(f.Families)
	for _, word := range strings.Fields(fold.Plain(clip(f.Text, maxSearch))) {
		c.add(`folded LIKE %s ESCAPE '\'`, "%"+likeLiteral(word)+"%")
	}
	return c
}

// inFamilies asks for alerts on the occupations of some families, or on what corresponds to them in other
// lists, as routes do.
func (c *clause) inFamilies(families []occupation.ID) {
	var either []string
	for _, f := range families[:min(len(families), maxOccupations)] {
		for _, prefix := range occupation.FamilyPrefixes(f) {
			p := c.bind(likeLiteral(clip(prefix, maxFilter)) + "%")
			either = append(either, `occupation_id LIKE `+p+` ESCAPE '\'`,
				`occupation_id IN (SELECT to_id FROM crosswalk WHERE quality <> 'unconfirmed' AND from_id LIKE `+p+` ESCAPE '\')`,
				`occupation_id IN (SELECT from_id FROM crosswalk WHERE quality <> 'unconfirmed' AND to_id LIKE `+p+` ESCAPE '\')`)
		}
	}
	if len(either) > 0 {
		c.conditions = append(c.conditions, "("+strings.Join(either, " OR ")+")")
	}
}

// openAlert keeps an alert and weaves the figures and it. It reports false when there is one already.
func (s *Store) openAlert(ctx context.Context, tx *sql.Tx, by people.Actor, a market.Alert) (bool, error) {
	id, err := newID()
	if err != nil {
		return false, err
	}
	a.ID, a.OpenedAt = market.AlertID(id), s.stamp()
	evidence, err := json.Marshal(a.Evidence)
	if err != nil {
		return false, fmt.Errorf("freeze the evidence of an alert: %w", err)
	}
	e := a.Evidence
	r, err := tx.ExecContext(ctx, `INSERT INTO alert (`+alertColumns+`, occupation_id, area_id, level, region_id, year, folded, rank, size)
		VALUES ($1, $2, $3, $4, $5, '', '', '', '', $6, NULL, NULL, $7, $8, $9,
			coalesce((SELECT CASE WHEN level = 'region' THEN id ELSE region_id END FROM area WHERE id = $8), ''), $10, $11, $12, $13)
		ON CONFLICT DO NOTHING`, id, string(a.Rule), string(evidence), string(a.Severity), string(a.State), at(a.OpenedAt),
		string(e.Occupation), string(e.Area), string(e.Level), e.Year, fold.Plain(e.Label()), a.Severity.Rank(), e.Concerned())
	if err != nil {
		return false, fmt.Errorf("open alert: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return false, err
	}
	if err := happened(ctx, tx, a.ID, market.AlertOpens, a.Severity, a.OpenedAt); err != nil {
		return false, err
	}
	figures := thread.Node{Ref: people.Ref{Kind: people.KindFigures, ID: e.Figures()}, Label: e.Label(), At: earlier(e.MeasuredAt(), a.OpenedAt)}
	if err := weave(ctx, tx, figures, by, ""); err != nil {
		return false, err
	}
	return true, weave(ctx, tx, thread.Node{Ref: alertRef(a.ID), Label: a.Label(), At: a.OpenedAt}, by, string(a.Rule), figures.Ref)
}

// earlier is the earlier of two times.
func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func alertRef(id market.AlertID) people.Ref {
	return people.Ref{Kind: people.KindAlert, ID: string(id)}
}

// lockAlert reads an alert and where an event takes it, and holds it until the transaction ends.
//
// Errors: NotFound; Conflict when the event does not happen in its state.
func lockAlert(ctx context.Context, tx *sql.Tx, id market.AlertID, e lifecycle.Event) (market.Alert, market.AlertState, error) {
	a, err := scanAlert(tx.QueryRowContext(ctx, `UPDATE alert SET state = state WHERE id = $1 RETURNING `+alertColumns, string(id)))
	if err != nil {
		return a, "", found(err, "alert")
	}
	next, err := market.AlertMachine().Next(a.State, e)
	return a, next, err
}

// AcknowledgeAlert notes that somebody has looked at an alert.
//
// Errors: NotFound; Conflict when it was looked at already, or is resolved.
func (s *Store) AcknowledgeAlert(ctx context.Context, by people.Actor, id market.AlertID) error {
	return s.change(ctx, eventOn(by, "alert.acknowledge", alertRef(id)), func(tx *sql.Tx) error {
		_, next, err := lockAlert(ctx, tx, id, market.AcknowledgeAlert)
		if err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `UPDATE alert SET state = $1, acknowledged_at = $2 WHERE id = $3`, string(next), at(s.stamp()), string(id))
		return touched(r, err, "alert")
	})
}

// ResolveAlert ends an alert for a reason.
//
// Errors: Invalid at the field "reason"; NotFound; Conflict when it is resolved already.
func (s *Store) ResolveAlert(ctx context.Context, by people.Actor, id market.AlertID, reason string) error {
	reason, err := market.CheckResolution(reason)
	if err != nil {
		return err
	}
	return s.change(ctx, eventOn(by, "alert.resolve", alertRef(id), "reason", reason), func(tx *sql.Tx) error {
		a, next, err := lockAlert(ctx, tx, id, market.ResolveAlert)
		if err != nil {
			return err
		}
		if err := happened(ctx, tx, id, market.AlertResolves, a.Severity, s.stamp()); err != nil {
			return err
		}
		r, err := tx.ExecContext(ctx, `UPDATE alert SET state = $1, resolved_at = $2, resolution = $3 WHERE id = $4`,
			string(next), at(s.stamp()), reason, string(id))
		return touched(r, err, "alert")
	})
}

// linkAlert notes that a programme answers an alert, in the transaction that opens the programme. The
// programme is woven, and the event written, by that step. Linking the same programme again changes
// nothing.
//
// Errors: NotFound; Conflict when another programme answers it, or it is resolved.
func linkAlert(ctx context.Context, tx *sql.Tx, _ people.Actor, id market.AlertID, programme people.Ref) error {
	if programme.Kind != people.KindProgramme || programme.ID == "" {
		return fault.New(fault.Internal, "link alert", "an alert is linked to a programme, not to %q", string(programme.Kind))
	}
	a, next, err := lockAlert(ctx, tx, id, market.LinkAlert)
	switch {
	case a.Programme == programme.ID:
		return nil
	case a.Programme != "":
		return fault.New(fault.Conflict, "link alert", "a programme answers this alert already")
	case err != nil:
		return err
	}
	r, err := tx.ExecContext(ctx, `UPDATE alert SET state = $1, programme_id = $2 WHERE id = $3`, string(next), programme.ID, string(id))
	return touched(r, err, "alert")
}

// monitorAlert notes that the programme that answers an alert is published, in the transaction that publishes
// it. It changes nothing when there is no alert, or it is monitored or resolved already.
func monitorAlert(ctx context.Context, tx *sql.Tx, id market.AlertID) error {
	if id == "" {
		return nil
	}
	a, next, err := lockAlert(ctx, tx, id, market.MonitorAlert)
	switch {
	case a.ID != "" && err != nil:
		return nil // its life does not lead there from where it is
	case err != nil:
		return err
	}
	r, err := tx.ExecContext(ctx, `UPDATE alert SET state = $1 WHERE id = $2`, string(next), string(id))
	return touched(r, err, "alert")
}
