package store

import (
	"context"
	"errors"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// estimateFacts loads what cells, estimates and forecasts are made from, as things stood when a release was
// the newest.
func (s *Store) estimateFacts(ctx context.Context, release string) (market.EstimateFacts, error) {
	var f market.EstimateFacts
	var failed error
	published := make(chan struct{})
	go func() { // published figures and open offers are the two large reads: on two cores they take the time of one
		defer close(published)
		f.Facts, failed = s.facts(ctx, release)
	}()
	g, err := s.ground(ctx)
	var stock []market.Stock
	var parts, overlaps []territory.Overlap
	if err == nil {
		stock, parts, overlaps = g.stock(), g.parts(), g.overlaps()
	}
	<-published
	if err := errors.Join(failed, err); err != nil {
		return f, err
	}
	f.Stock, f.Parts, f.Overlaps = stock, parts, overlaps
	if f.Sheets, err = s.romeSheets(ctx); err != nil {
		return f, err
	}
	f.Centres, err = s.basinCentres(ctx)
	return f, err
}

func (s *Store) romeSheets(ctx context.Context) ([]occupation.ID, error) {
	return query(ctx, s, "ROME sheets", func(row scanner) (o occupation.ID, err error) {
		return o, row.Scan(&o)
	}, `SELECT id FROM occupation WHERE nomenclature = $1 AND grain = $2 ORDER BY id`, occupation.ROME3, occupation.Detailed)
}

// basinCentres takes the mean of the communes of each basin.
func (s *Store) basinCentres(ctx context.Context) ([]market.Centre, error) {
	return query(ctx, s, "centres of basins", func(row scanner) (c market.Centre, err error) {
		return c, row.Scan(&c.Basin, &c.Lat, &c.Lon)
	}, `SELECT m.area_id, avg(c.lat), avg(c.lon) FROM membership m JOIN area c ON c.id = m.commune_id
		WHERE m.zoning = $1 AND c.lat <> 0 GROUP BY m.area_id ORDER BY m.area_id`, territory.Bassins2019)
}
