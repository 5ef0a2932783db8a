package store

import (
	"context"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

// current joins a table of figures x to its release and keeps those no later edition replaced.
const current = ` JOIN release r ON r.id = x.release_id AND r.superseded_by IS NULL`

// Sectors lists the activities that hired most into an occupation in the latest year known. limit 0
// lists every one.
func (s *Store) Sectors(ctx context.Context, id occupation.ID, limit int) ([]market.HiringSector, error) {
	return query(ctx, s, "hiring sectors of "+string(id), func(row interface{ Scan(...any) error }) (market.HiringSector, error) {
		var h market.HiringSector
		return h, row.Scan(&h.Occupation, &h.NAF, &h.Label, &h.Year, &h.Hirings)
	}, `SELECT x.occupation_id, x.naf, x.label, x.year, x.hirings FROM hiring_sector x`+current+`
		WHERE x.occupation_id = $1 AND x.year = (SELECT max(x.year) FROM hiring_sector x`+current+` WHERE x.occupation_id = $1)
		ORDER BY x.hirings DESC, x.naf LIMIT $2`, id, limitOf(limit))
}

// Pay lists the shares of an occupation's employees by band of net monthly pay, lowest band first.
func (s *Store) Pay(ctx context.Context, id occupation.ID) ([]market.PayBand, error) {
	return query(ctx, s, "pay of "+string(id), func(row interface{ Scan(...any) error }) (market.PayBand, error) {
		var p market.PayBand
		return p, row.Scan(&p.Occupation, &p.Band, &p.Rank, &p.Thousands, &p.Percent)
	}, `SELECT x.occupation_id, x.band, x.rank, x.thousands, x.percent FROM pay_band x`+current+`
		WHERE x.occupation_id = $1 ORDER BY x.rank, x.band`, id)
}

// Trainings lists the specialities people of an occupation hold a diploma in, the largest share first.
// limit 0 lists every one.
func (s *Store) Trainings(ctx context.Context, id occupation.ID, limit int) ([]market.Training, error) {
	return query(ctx, s, "trainings of "+string(id), func(row interface{ Scan(...any) error }) (market.Training, error) {
		var t market.Training
		return t, row.Scan(&t.Occupation, &t.NSF, &t.Label, &t.Thousands, &t.Percent)
	}, `SELECT x.occupation_id, x.nsf, x.label, x.thousands, x.percent FROM training x`+current+`
		WHERE x.occupation_id = $1 ORDER BY x.percent DESC, x.label LIMIT $2`, id, limitOf(limit))
}
