package store

import (
	"context"
	"fmt"

	"filiere/internal/territory"
	"filiere/internal/territory/place"
)

// Places gives the finder of places, made once for each version of the data and kept, about 40 MB. Before communes
// were imported it finds départements and régions only.
func (s *Store) Places(ctx context.Context) (*place.Finder, error) {
	version, err := s.currentVersion(ctx)
	if err != nil {
		return nil, err
	}
	return s.places.of(version, func() (*place.Finder, error) {
		n, err := s.placeNames(ctx)
		if err != nil {
			return nil, fmt.Errorf("make a finder of places: %w", err)
		}
		return place.New(n), nil
	})
}

// placeNames reads what places are found by.
func (s *Store) placeNames(ctx context.Context) (n place.Names, err error) {
	if n.Areas, err = query(ctx, s, "communes and what holds them", scanArea, `SELECT `+areaColumns+` FROM area
		WHERE level IN ($1, $2, $3) ORDER BY id`, territory.Commune, territory.Departement, territory.Region); err != nil {
		return n, err
	}
	if n.Postal, err = query(ctx, s, "postal names", func(row interface{ Scan(...any) error }) (p territory.Postal, err error) {
		return p, row.Scan(&p.Commune, &p.Code, &p.Name)
	}, `SELECT commune_id, code, name FROM postal_name ORDER BY commune_id, code, name`); err != nil {
		return n, err
	}
	n.Members, err = s.Resolver(ctx)
	return n, err
}
