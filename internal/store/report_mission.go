package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"filiere/internal/fault"
	"filiere/internal/mission"
	"filiere/internal/people"
	"filiere/internal/thread"
)

// MissionReport gives the report of a year: the frozen one, or a draft computed now (a minute ago at most,
// as a rule, where the store holds drafts). It returns an Invalid fault for a year to come.
func (s *Store) MissionReport(ctx context.Context, year int) (mission.Report, error) {
	r, err := s.frozenReport(ctx, year)
	if err != nil || r.Frozen() {
		return r, err
	}
	return s.draft(ctx, year)
}

// frozenReport gives the frozen report of a year, a zero one when there is none.
func (s *Store) frozenReport(ctx context.Context, year int) (mission.Report, error) {
	var content []byte
	err := s.reader().QueryRowContext(ctx, `SELECT content FROM mission_report WHERE year = $1`, year).Scan(&content)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return mission.Report{}, nil
	case err != nil:
		return mission.Report{}, fmt.Errorf("read the report of %d: %w", year, err)
	}
	var r mission.Report
	if err := json.Unmarshal(content, &r); err != nil {
		return r, fmt.Errorf("read the report of %d: %w", year, err)
	}
	if !r.Whole() {
		return r, fault.New(fault.Internal, "read report", "the report of %d is not as it was frozen", year)
	}
	return r, nil
}

// ReportYears lists the years whose report is frozen, the latest first.
func (s *Store) ReportYears(ctx context.Context) ([]int, error) {
	return query(ctx, s, "reports", func(row scanner) (int, error) {
		var y int
		return y, row.Scan(&y)
	}, `SELECT year FROM mission_report ORDER BY year DESC`)
}

// FreezeReport freezes the report of a year for ever. Freezing a frozen one changes nothing and gives it
// back.
//
// Errors: Invalid for a year to come.
func (s *Store) FreezeReport(ctx context.Context, by people.Actor, year int) (mission.Report, error) {
	old, err := s.frozenReport(ctx, year)
	if err != nil || old.Frozen() {
		return old, err
	}
	draft, err := s.draftReport(ctx, year)
	if err != nil {
		return draft, err
	}
	r := draft.Freeze(by, s.stamp())
	content, err := json.Marshal(r)
	if err != nil {
		return r, fmt.Errorf("write the report of %d: %w", year, err)
	}
	err = s.change(ctx, eventOn(by, didFreeze, missionRef(fmt.Sprint(year)), "hash", r.Hash), func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO mission_report (year, frozen_at, frozen_by, hash, content) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT DO NOTHING`, year, at(r.FrozenAt), by, r.Hash, string(content))
		if err != nil {
			return fmt.Errorf("freeze the report: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || n == 0 {
			return errOr(err, errUnchanged)
		}
		return weaveReport(ctx, tx, r, by)
	})
	if err != nil {
		return r, err
	}
	return s.MissionReport(ctx, year) // another process may have been first
}

// weaveReport puts a report on the thread. It comes from every outcome told in its year; there may be many
// thousands, so they are linked by one statement, and counted by one for all they came from.
func weaveReport(ctx context.Context, tx *sql.Tx, r mission.Report, by people.Actor) error {
	ref := missionRef(fmt.Sprint(r.Year))
	node := thread.Node{Ref: ref, Label: fmt.Sprint(r.Year), At: r.FrozenAt}
	if _, err := insertNode(ctx, tx, node); err != nil {
		return err
	}
	from, to := yearBounds(r.Year)
	_, err := tx.ExecContext(ctx, `INSERT INTO thread_link (from_kind, from_id, to_kind, to_id, at, actor, because)
		SELECT n.kind, n.id, $1, $2, $3, $4, '' FROM outcome o JOIN thread_node n ON n.kind = 'outcome' AND n.id = o.id
		WHERE o.state = 'answered' AND o.answered_at >= $5 AND o.answered_at < $6
		ON CONFLICT DO NOTHING`, ref.Kind, ref.ID, at(r.FrozenAt), by, at(from), at(to))
	if err != nil {
		return fmt.Errorf("link the report to outcomes: %w", err)
	}
	return tallyUp(ctx, tx, node)
}

// draftReport computes the report of a year as things stand.
func (s *Store) draftReport(ctx context.Context, year int) (mission.Report, error) {
	now := s.stamp()
	r := mission.Report{Year: year, ComputedAt: now, Recommendations: []mission.Recommendation{}}
	if err := mission.CheckYear(year, now); err != nil {
		return r, err
	}
	targets, err := s.Targets(ctx, year)
	if err != nil {
		return r, err
	}
	if r.Figures, err = s.figures(ctx, year, targets, now); err != nil {
		return r, err
	}
	if r.Objectives, err = s.objectiveReports(ctx, targets); err != nil {
		return r, err
	}
	if r.Roadmap, err = s.promiseReports(ctx, year, now); err != nil {
		return r, err
	}
	all, err := s.Recommendations(ctx)
	for _, rec := range all {
		if !rec.MadeAt.After(mission.EndOf(year, now)) {
			r.Recommendations = append(r.Recommendations, rec)
		}
	}
	return r, err
}

func (s *Store) objectiveReports(ctx context.Context, targets []mission.Target) ([]mission.ObjectiveReport, error) {
	objectives, err := s.Objectives(ctx)
	if err != nil {
		return nil, err
	}
	out := []mission.ObjectiveReport{}
	for _, o := range objectives {
		or := mission.ObjectiveReport{ID: o.ID, Title: o.Title, Text: o.Text, Indicators: []mission.Indicator{}}
		for _, i := range mission.Indicators() {
			for _, t := range targets {
				if t.Objective == o.ID && t.Indicator == i {
					or.Indicators = append(or.Indicators, i)
				}
			}
		}
		out = append(out, or)
	}
	return out, nil
}

// promiseReports tells of the promises that were made by the end of a year and not settled before it began.
func (s *Store) promiseReports(ctx context.Context, year int, now time.Time) ([]mission.PromiseReport, error) {
	from, _ := yearBounds(year)
	end := mission.EndOf(year, now)
	all, err := s.Promises(ctx)
	out := []mission.PromiseReport{}
	for _, p := range all {
		if p.PromisedAt.After(end) || !p.SettledAt.IsZero() && p.SettledAt.Before(from) {
			continue
		}
		if p.SettledAt.After(end) { // it was settled later: at the end of the year it was not
			p.State, p.SettledAt, p.Reason = mission.Promised, time.Time{}, ""
		}
		out = append(out, mission.PromiseReport{Promise: p, Standing: p.Standing(end)})
	}
	return out, err
}
