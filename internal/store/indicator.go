package store

import (
	"context"
	"fmt"
	"time"

	"filiere/internal/mission"
	"filiere/internal/studio"
)

// figures computes every indicator of a year, fit to be read by all.
func (s *Store) figures(ctx context.Context, year int, targets []mission.Target, now time.Time) ([]mission.Figure, error) {
	var out []mission.Figure
	for _, i := range mission.Indicators() {
		f, err := s.figure(ctx, i, year)
		if err != nil {
			return nil, fmt.Errorf("compute %s of %d: %w", i, year, err)
		}
		f.Indicator, f.Year, f.Unit, f.At = i, year, i.Unit(), now
		for _, t := range targets {
			if t.Indicator == i {
				value := t.Value
				f.Target = &value
			}
		}
		out = append(out, f.Public())
	}
	return out, nil
}

// figure computes the value of an indicator and what it rests on.
func (s *Store) figure(ctx context.Context, i mission.Indicator, year int) (mission.Figure, error) {
	from, to := yearBounds(year)
	switch i {
	case mission.Learners:
		return s.countFigure(ctx, `SELECT count(*) FROM enrolment WHERE enrolled_at >= $1 AND enrolled_at < $2`, from, to)
	case mission.Graduates:
		return s.countFigure(ctx, `SELECT count(*) FROM diploma WHERE issued_at >= $1 AND issued_at < $2 AND state = 'issued'`, from, to)
	case mission.AlertsAnswered:
		return s.shareFigure(ctx, `SELECT count(*), count(*) FILTER (WHERE programme_id <> '' OR state = 'resolved')
			FROM alert WHERE opened_at >= $1 AND opened_at < $2`, from, to)
	case mission.Working:
		return s.shareFigure(ctx, `SELECT count(*), count(*) FILTER (WHERE works) FROM outcome WHERE answered_at >= $1 AND answered_at < $2`, from, to)
	case mission.OnTimeShare:
		return s.onTimeFigure(ctx, from, to)
	case mission.TrainedInAI:
		return s.trainedFigure(ctx, to)
	case mission.LeadTime:
		return s.leadFigure(ctx, from, to)
	}
	return mission.Figure{}, i.Check()
}

func (s *Store) countFigure(ctx context.Context, text string, from, to time.Time) (mission.Figure, error) {
	var n int
	err := s.reader().QueryRowContext(ctx, text, at(from), at(to)).Scan(&n)
	value := float64(n)
	return mission.Figure{Value: &value, Of: n}, err
}

func (s *Store) shareFigure(ctx context.Context, text string, from, to time.Time) (mission.Figure, error) {
	var whole, part int
	err := s.reader().QueryRowContext(ctx, text, at(from), at(to)).Scan(&whole, &part)
	return mission.Figure{Value: mission.ShareOf(part, whole), Of: whole}, err
}

// onTimeFigure counts the graduates who took no longer than their path was planned to take.
func (s *Store) onTimeFigure(ctx context.Context, from, to time.Time) (mission.Figure, error) {
	type taken struct {
		version studio.VersionID
		length  time.Duration
	}
	all, err := query(ctx, s, "lengths of paths", func(row scanner) (taken, error) {
		var t taken
		var enrolled, issued time.Time
		err := row.Scan(&t.version, moment{&enrolled}, moment{&issued})
		t.length = issued.Sub(enrolled)
		return t, err
	}, `SELECT d.version_id, e.enrolled_at, d.issued_at FROM diploma d JOIN enrolment e ON e.id = d.enrolment_id
		WHERE d.issued_at >= $1 AND d.issued_at < $2 AND d.state = 'issued'`, at(from), at(to))
	if err != nil {
		return mission.Figure{}, err
	}
	planned := map[studio.VersionID]time.Duration{}
	inTime := 0
	for _, t := range all {
		if _, known := planned[t.version]; !known {
			v, err := s.Version(ctx, t.version)
			if err != nil {
				return mission.Figure{}, err
			}
			hours := 0
			for _, p := range v.Projects {
				hours += p.Hours
			}
			planned[t.version] = mission.PlannedLength(hours)
		}
		if t.length <= planned[t.version] {
			inTime++
		}
	}
	return mission.Figure{Value: mission.ShareOf(inTime, len(all)), Of: len(all)}, nil
}

// trainedFigure counts the people who graduated, up to a time, from a programme the standing objective
// counts, against the inhabitants of the country and of the départements where they said they live.
func (s *Store) trainedFigure(ctx context.Context, to time.Time) (mission.Figure, error) {
	const trained = ` FROM (SELECT DISTINCT d.learner FROM diploma d JOIN mission_programme m ON m.programme_id = d.programme_id
		WHERE d.issued_at < $1 AND d.state = 'issued') t`
	var f mission.Figure
	var inhabitants float64
	err := s.reader().QueryRowContext(ctx, `SELECT count(*), (SELECT coalesce(sum(population), 0) FROM area WHERE level = 'region')`+trained, at(to)).
		Scan(&f.Of, &inhabitants)
	if err != nil {
		return f, err
	}
	f.Value = mission.ShareOf(f.Of, int(inhabitants))
	f.ByArea, err = query(ctx, s, "people trained by area", func(row scanner) (mission.AreaHead, error) {
		var a mission.AreaHead
		err := row.Scan(&a.Area, &a.Label, &a.Population, &a.People)
		if share := mission.ShareOf(a.People, a.Population); share != nil {
			a.Share = *share
		}
		return a, err
	}, `SELECT a.id, a.label, CAST(a.population AS bigint), count(*)`+trained+`
		JOIN learner_place p ON p.account_id = t.learner JOIN area a ON a.id = p.area_id
		GROUP BY a.id, a.label, a.population ORDER BY count(*) DESC, a.id`, at(to))
	return f, err
}

// leadFigure is the median time from an alert to the first version that answers it.
func (s *Store) leadFigure(ctx context.Context, from, to time.Time) (mission.Figure, error) {
	leads, err := query(ctx, s, "lead times", func(row scanner) (time.Duration, error) {
		var opened, published time.Time
		err := row.Scan(moment{&opened}, moment{&published})
		return published.Sub(opened), err
	}, `SELECT a.opened_at, v.published_at FROM version v JOIN alert a ON a.id = v.alert_id
		WHERE v.number = 1 AND v.alert_id <> '' AND v.published_at >= $1 AND v.published_at < $2`, at(from), at(to))
	return mission.Figure{Value: mission.MedianDays(leads), Of: len(leads)}, err
}
