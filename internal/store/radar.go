package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// cellColumns are the columns scanRow reads of a cell, in its order.
const cellColumns = `area_id, occupation_id, year, tension, class, origin,
	intensite_embauches, lien_formation_emploi, manque_main_oeuvre,
	non_durabilite_emploi, conditions_travail, inadequation_geographique, causes_computed,
	offers, jobseekers, employment, projects, difficult_projects, secret, sources, release_id`

// cellOrder is the order of the radar; index cell_rank holds the same expressions.
const cellOrder = `class DESC, coalesce(tension, -1000) DESC, coalesce(employment, offers, 0) DESC,
	occupation_id, area_id, year`

// partition is a slice of the cells that share what index cell_rank begins with.
type partition struct {
	nomenclature occupation.Nomenclature
	grain        occupation.Grain
	level        territory.Level
	zoning       territory.Zoning
	year         int
}

// Radar lists the cells a query asks for, the most tense first: class, then tension, then size, then
// occupation, area and year. Query.Year 0 takes the latest published year each nomenclature × level ×
// zoning has among the cells the other restrictions leave, the latest computed one where none is published.
func (s *Store) Radar(ctx context.Context, q market.Query) ([]market.Row, error) {
	var out []market.Row
	err := s.EachRadarRow(ctx, q, func(r market.Row) error {
		out = append(out, r)
		return nil
	})
	return out, err
}

// EachRadarRow calls f with each row of Radar in order, without holding them all. It stops at the
// first error of f and returns it.
func (s *Store) EachRadarRow(ctx context.Context, q market.Query, f func(market.Row) error) error {
	if answers(q) {
		x, err := s.index(ctx)
		if err != nil {
			return err
		}
		if x != nil {
			return each(x.radar(q), f)
		}
	}
	parts, err := s.partitions(ctx, q)
	if err != nil || len(parts) == 0 {
		return err
	}
	text, args := radarText(q, parts)
	rows, err := s.rows(ctx, text, args...)
	if err != nil {
		return fmt.Errorf("read radar: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return fmt.Errorf("read radar row: %w", err)
		}
		if err := f(r); err != nil {
			return err
		}
	}
	return rows.Err()
}

func each(rows []market.Row, f func(market.Row) error) error {
	for _, r := range rows {
		if err := f(r); err != nil {
			return err
		}
	}
	return nil
}

// partitions finds which partitions a query touches, from the smallest table that knows: the cells of
// one occupation, the tallies of the areas asked, or the editions.
func (s *Store) partitions(ctx context.Context, q market.Query) ([]partition, error) {
	c := &clause{binder: &binder{}}
	from := "edition"
	switch {
	case q.Occupation != "":
		from = "cell"
		c.add("occupation_id = %s", q.Occupation)
		c.add("class >= %s", q.MinClass)
		c.places(q)
	case q.Area != "" || q.Region != "":
		from = "area_tally"
		c.add("max_class >= %s", q.MinClass)
		c.places(q)
	default:
		c.add("max_class >= %s", q.MinClass)
	}
	c.kinds(q)
	parts, err := query(ctx, s, "radar partitions", scanPartition,
		`SELECT DISTINCT nomenclature, grain, level, zoning, year FROM `+from+c.where()+
			` ORDER BY year DESC, nomenclature, grain, level, zoning`, c.args...)
	if err != nil || q.Year != 0 {
		return parts, err
	}
	published, err := s.publishedYears(ctx)
	if err != nil {
		return nil, err
	}
	return latestOf(parts, published), nil
}

// publishedYears are the years of each list that a producer published cells for.
func (s *Store) publishedYears(ctx context.Context) (map[partition]bool, error) {
	parts, err := query(ctx, s, "published editions", scanPartition,
		`SELECT nomenclature, grain, level, zoning, year FROM edition WHERE published > 0`)
	years := make(map[partition]bool, len(parts))
	for _, p := range parts {
		p.grain = 0
		years[p] = true
	}
	return years, err
}

// places restricts to the areas of a query.
func (c *clause) places(q market.Query) {
	if q.Area != "" {
		c.add("area_id = %s", q.Area)
	}
	if q.Region != "" {
		c.add("area_id IN (SELECT id FROM area WHERE region_id = %s AND level <> 'commune')", q.Region)
	}
}

// kinds restricts to the partitions of a query.
func (c *clause) kinds(q market.Query) {
	if q.Nomenclature != "" {
		c.add("nomenclature = %s", q.Nomenclature)
	}
	if q.Grain != nil {
		c.add("grain = %s", *q.Grain)
	}
	if q.Level != "" {
		c.add("level = %s", q.Level)
	}
	if q.Zoning != "" {
		c.add("zoning = %s", q.Zoning)
	}
	if q.Year != 0 {
		c.add("year = %s", q.Year)
	}
}

func scanPartition(row interface{ Scan(...any) error }) (partition, error) {
	var p partition
	return p, row.Scan(&p.nomenclature, &p.grain, &p.level, &p.zoning, &p.year)
}

// latestOf keeps the partitions of the latest year of each nomenclature × level × zoning: the latest
// published one, or the latest of all where nothing is published. parts come latest year first.
func latestOf(parts []partition, published map[partition]bool) []partition {
	latest := map[partition]int{}
	for _, p := range parts {
		list, year := p, p.year
		list.grain, list.year = 0, 0
		at := p
		at.grain = 0
		have, seen := latest[list]
		if now := (partition{list.nomenclature, 0, list.level, list.zoning, have}); !seen || (published[at] && !published[now]) {
			latest[list] = year
		}
	}
	return slices.DeleteFunc(parts, func(p partition) bool {
		list := p
		list.grain, list.year = 0, 0
		return latest[list] != p.year
	})
}

// radarText writes the query over the partitions: the first rows of each by index, then the first of
// those together, then their names. Cells of one area or one occupation are few: they are gathered
// first (MATERIALIZED keeps the planner from preferring the ranking index), then sorted.
func radarText(q market.Query, parts []partition) (string, []any) {
	b := &binder{}
	if len(parts) == 1 && q.Area == "" && q.Occupation == "" {
		return onePartitionText(b, q, parts[0]), b.args
	}
	var text strings.Builder
	from, few := "cell", q.Area != "" || q.Occupation != ""
	if few {
		c := &clause{binder: b}
		if q.Area != "" {
			c.add("area_id = %s", q.Area)
		}
		if q.Occupation != "" {
			c.add("occupation_id = %s", q.Occupation)
		}
		if q.Level != "" {
			c.add("level = %s", q.Level)
		}
		c.conditions = append(c.conditions, "year IN ("+yearsOf(b, parts)+")")
		from = "mine"
		text.WriteString(`WITH mine AS MATERIALIZED (SELECT * FROM cell` + c.where() + `) `)
	}
	text.WriteString(`SELECT ` + prefixed("c", cellColumns) + `, coalesce(o.label, ''), coalesce(a.label, '') FROM (SELECT * FROM (`)
	for i, p := range parts {
		if i > 0 {
			text.WriteString(` UNION ALL `)
		}
		text.WriteString(partitionText(b, from, q, p, fmt.Sprintf("p%d", i)))
	}
	text.WriteString(`) AS parts ORDER BY ` + cellOrder + ` LIMIT ` + b.bind(limitOf(q.Top)) + ` OFFSET ` + b.bind(q.Offset))
	text.WriteString(`) AS c LEFT JOIN occupation o ON o.id = c.occupation_id LEFT JOIN area a ON a.id = c.area_id
		ORDER BY ` + prefixedOrder)
	return text.String(), b.args
}

// yearsOf lists the years of partitions as placeholders.
func yearsOf(b *binder, parts []partition) string {
	seen := map[int]bool{}
	var out []string
	for _, p := range parts {
		if !seen[p.year] {
			seen[p.year] = true
			out = append(out, b.bind(p.year))
		}
	}
	return strings.Join(out, ", ")
}

// prefixedOrder is cellOrder for the alias c.
const prefixedOrder = `c.class DESC, coalesce(c.tension, -1000) DESC, coalesce(c.employment, c.offers, 0) DESC,
	c.occupation_id, c.area_id, c.year`

// partitionText reads the rows of one partition that can be among the first Offset+Top of the whole.
func partitionText(b *binder, from string, q market.Query, p partition, alias string) string {
	text := `SELECT ` + cellColumns + ` FROM ` + from + ` AS c` + inPartition(b, q, p).where()
	if q.Top > 0 {
		text += ` ORDER BY ` + cellOrder + ` LIMIT ` + b.bind(q.Top+q.Offset)
	}
	return `SELECT * FROM (` + text + `) AS ` + alias
}

// onePartitionText reads one partition in the order of its index, which needs no sort however many rows are asked.
func onePartitionText(b *binder, q market.Query, p partition) string {
	return `SELECT ` + prefixed("c", cellColumns) + `, coalesce(o.label, ''), coalesce(a.label, '') FROM cell c
		LEFT JOIN occupation o ON o.id = c.occupation_id LEFT JOIN area a ON a.id = c.area_id` + inPartition(b, q, p).where() +
		` ORDER BY ` + prefixedOrder + ` LIMIT ` + b.bind(limitOf(q.Top)) + ` OFFSET ` + b.bind(q.Offset)
}

// inPartition restricts cells c to a partition and to what a query asks of it.
func inPartition(b *binder, q market.Query, p partition) *clause {
	c := &clause{binder: b}
	c.add("c.nomenclature = %s", p.nomenclature)
	c.add("c.grain = %s", p.grain)
	c.add("c.level = %s", p.level)
	c.add("c.zoning = %s", p.zoning)
	c.add("c.year = %s", p.year)
	if q.MinClass > 0 {
		c.add("c.class >= %s", q.MinClass)
	}
	if q.Region != "" {
		c.add("c.area_id IN (SELECT id FROM area WHERE region_id = %s AND level = "+b.bind(p.level)+")", q.Region)
	}
	return c
}

// prefixed puts an alias before each column of a list.
func prefixed(alias, columns string) string {
	parts := strings.Split(columns, ",")
	for i, p := range parts {
		parts[i] = alias + "." + strings.TrimSpace(p)
	}
	return strings.Join(parts, ", ")
}

// scanRow reads cellColumns and the two names.
func scanRow(row interface{ Scan(...any) error }) (market.Row, error) {
	var r market.Row
	var tension null
	var counts [5]null // in the order of the bits of secretBits
	var secret int64
	dest := []any{&r.Area, &r.Occupation, &r.Year, &tension, &r.Class, &r.Origin}
	for i := range r.Causes {
		dest = append(dest, &r.Causes[i])
	}
	dest = append(dest, &r.CausesComputed, &counts[0], &counts[1], &counts[2], &counts[3], &counts[4],
		&secret, &r.Sources, &r.Release, &r.Label, &r.AreaLabel)
	if err := row.Scan(dest...); err != nil {
		return r, err
	}
	r.Tension = valueOf(tension, false)
	for i, v := range []*market.Value{&r.Offers, &r.Jobseekers, &r.Employment, &r.Projects, &r.Difficult} {
		*v = valueOf(counts[i], secret&(1<<i) != 0)
	}
	return r, nil
}

// rowsOf reads cells with their names under a condition and in an order.
func (s *Store) rowsOf(ctx context.Context, what, where, order string, args ...any) ([]market.Row, error) {
	return query(ctx, s, what, scanRow, `SELECT `+prefixed("c", cellColumns)+`, coalesce(o.label, ''), coalesce(a.label, '')
		FROM cell c LEFT JOIN occupation o ON o.id = c.occupation_id LEFT JOIN area a ON a.id = c.area_id
		WHERE `+where+` ORDER BY `+order, args...)
}

// CellsOf lists one occupation's cells over all areas of a level, by area: what a map shows. Zoning ""
// takes every zoning of the level; year 0 the latest.
func (s *Store) CellsOf(ctx context.Context, o occupation.ID, level territory.Level, zoning territory.Zoning, year int) ([]market.Row, error) {
	x, err := s.index(ctx)
	if err != nil {
		return nil, err
	}
	if x != nil {
		return x.cellsOf(o, level, zoning, year), nil
	}
	const latest = `(SELECT max(year) FROM cell WHERE occupation_id = $1 AND level = $2 AND ($3 = '' OR zoning = $3))`
	return s.rowsOf(ctx, "cells of "+string(o),
		`c.occupation_id = $1 AND c.level = $2 AND ($3 = '' OR c.zoning = $3)
		 AND c.year = CASE WHEN $4 = 0 THEN `+latest+` ELSE $4 END`,
		`c.area_id`, o, level, zoning, year)
}

// History lists an occupation's cells in an area, by year.
func (s *Store) History(ctx context.Context, o occupation.ID, a territory.ID) ([]market.Row, error) {
	x, err := s.index(ctx)
	if err != nil {
		return nil, err
	}
	if x != nil {
		return x.history(o, a), nil
	}
	return s.rowsOf(ctx, "history of "+string(o), `c.area_id = $1 AND c.occupation_id = $2`, `c.year`, a, o)
}
