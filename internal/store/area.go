package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/territory"
)

const areaColumns = `id, label, region_id, departement_id, population, populated_in, lat, lon`

func scanArea(row interface{ Scan(...any) error }) (territory.Area, error) {
	var a territory.Area
	return a, row.Scan(&a.ID, &a.Label, &a.Region, &a.Departement, &a.Population, &a.PopulatedIn, &a.Lat, &a.Lon)
}

// Area finds one area. It returns a NotFound fault when there is none.
func (s *Store) Area(ctx context.Context, id territory.ID) (territory.Area, error) {
	a, err := scanArea(s.reader().QueryRowContext(ctx, `SELECT `+areaColumns+` FROM area WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		f := fault.New(fault.NotFound, "find area", "there is no area %q", id)
		f.Hint = "an area is named by its zoning and code, such as dep-38 or be2019-8404; search finds it by name"
		return a, f
	}
	if err != nil {
		return a, fmt.Errorf("find area %s: %w", id, err)
	}
	return a, nil
}

// Areas lists the areas of a level by code. Zoning "" takes every zoning of the level.
func (s *Store) Areas(ctx context.Context, level territory.Level, zoning territory.Zoning) ([]territory.Area, error) {
	return query(ctx, s, "areas", scanArea, `SELECT `+areaColumns+` FROM area
		WHERE level = $1 AND ($2 = '' OR zoning = $2) ORDER BY id`, level, zoning)
}

// AreasWithin lists the areas of a level inside a région by code. Zoning "" takes every zoning of the level.
func (s *Store) AreasWithin(ctx context.Context, region territory.ID, level territory.Level, zoning territory.Zoning) ([]territory.Area, error) {
	return query(ctx, s, "areas within "+string(region), scanArea, `SELECT `+areaColumns+` FROM area
		WHERE region_id = $1 AND level = $2 AND ($3 = '' OR zoning = $3) ORDER BY id`, region, level, zoning)
}

// Outlines lists how the areas of a zoning are drawn, by code.
func (s *Store) Outlines(ctx context.Context, zoning territory.Zoning) ([]territory.Outline, error) {
	return query(ctx, s, "outlines of "+string(zoning), func(row interface{ Scan(...any) error }) (territory.Outline, error) {
		var o territory.Outline
		return o, row.Scan(&o.Area, &o.Path, &o.X, &o.Y, &o.Box[0], &o.Box[1], &o.Box[2], &o.Box[3])
	}, `SELECT o.area_id, o.path, o.x, o.y, o.min_x, o.min_y, o.max_x, o.max_y
		FROM outline o JOIN area a ON a.id = o.area_id WHERE a.zoning = $1 AND a.level = $2 ORDER BY o.area_id`,
		zoning, territory.Make(zoning, "0").Level())
}
