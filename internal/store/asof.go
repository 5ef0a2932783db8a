package store

import (
	"context"
	"fmt"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// CellsAsOf works out the cells as they stood when a release was the newest of all: what was imported
// later is left out, and what that superseded is put back. Nothing is stored.
func (s *Store) CellsAsOf(ctx context.Context, m market.Method, releaseID string) ([]market.Cell, error) {
	g, err := s.ground(ctx)
	if err != nil {
		return nil, err
	}
	facts, err := s.facts(ctx, releaseID)
	if err != nil {
		return nil, err
	}
	facts.Overlaps = g.overlaps()
	return market.Compute(m, facts).Cells, nil
}

// RadarAsOf is Radar as it would have answered when a release was the newest. It works every cell out
// again, which takes seconds. It returns a NotFound fault when there is no such release.
func (s *Store) RadarAsOf(ctx context.Context, m market.Method, releaseID string, q market.Query) ([]market.Row, error) {
	if _, err := s.Release(ctx, releaseID); err != nil {
		return nil, err
	}
	cells, err := s.CellsAsOf(ctx, m, releaseID)
	if err != nil {
		return nil, err
	}
	areas, err := s.placesOfFigures(ctx)
	if err != nil {
		return nil, err
	}
	places := make(map[territory.ID]territory.Area, len(areas))
	for _, a := range areas {
		places[a.ID] = a
	}
	labels, err := s.occupationLabels(ctx)
	if err != nil {
		return nil, err
	}
	cells = market.Select(cells, q, func(id territory.ID) territory.ID { return places[id].Region })
	rows := make([]market.Row, len(cells))
	for i, c := range cells {
		rows[i] = market.Row{Cell: c, Label: labels[c.Occupation], AreaLabel: places[c.Area].Label}
	}
	return rows, nil
}

func (s *Store) occupationLabels(ctx context.Context) (map[occupation.ID]string, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, label FROM occupation`)
	if err != nil {
		return nil, fmt.Errorf("read occupation labels: %w", err)
	}
	defer rows.Close()
	labels := map[occupation.ID]string{}
	for rows.Next() {
		var id occupation.ID
		var label string
		if err := rows.Scan(&id, &label); err != nil {
			return nil, fmt.Errorf("read occupation label: %w", err)
		}
		labels[id] = label
	}
	return labels, rows.Err()
}
