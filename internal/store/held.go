package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// HoldCells makes the store keep the cells in memory from the first time a map, a history or the cells of one
// area or occupation are asked for: about 90 bytes a cell. A page then reads a few hundred cells in a tenth of
// a millisecond instead of two. They are read again when the version of the cells changes, whoever changed it;
// until they are there the database answers. Programs that ask once have no use for it.
//
// It must be called before the store is used by several goroutines.
func (s *Store) HoldCells() {
	if s.held == nil {
		s.held = &heldCells{}
	}
}

// heldCells are the cells in memory, of one version.
type heldCells struct {
	reading sync.Mutex // held by the one who reads them anew
	mu      sync.RWMutex
	version string
	cells   *cellIndex
}

// index gives the cells in memory if they are those of today's version, reading them if nobody else does.
// It is nil while they are not there: the database must be asked.
func (s *Store) index(ctx context.Context) (*cellIndex, error) {
	if s.held == nil {
		return nil, nil
	}
	version, err := s.CellVersion(ctx)
	if err != nil || version == "" {
		return nil, err
	}
	if x := s.held.of(version); x != nil {
		return x, nil
	}
	if !s.held.reading.TryLock() {
		return nil, nil
	}
	defer s.held.reading.Unlock()
	x, err := s.readIndex(ctx)
	if err != nil {
		return nil, err
	}
	// Cells that changed while they were read may be of two versions.
	if now, err := s.CellVersion(ctx); err != nil || now != version {
		return nil, err
	}
	s.held.mu.Lock()
	defer s.held.mu.Unlock()
	s.held.version, s.held.cells = version, x
	return x, nil
}

func (h *heldCells) of(version string) *cellIndex {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.version != version {
		return nil
	}
	return h.cells
}

// cellIndex is every cell, without a pointer to follow, by occupation and by area.
type cellIndex struct {
	cells        []heldCell
	byOccupation map[occupation.ID][]int32 // in the order of areas, then years
	byArea       map[territory.ID][]int32
	occupations  []heldOccupation
	areas        []heldArea
	texts        []string // origins, sources and releases
	published    map[partition]bool
}

// heldCell is a cell that names things by their place in the index's lists.
type heldCell struct {
	values                                     [6]float64 // tension, then in the order of the bits of secretBits
	occupation, area, origin, sources, release int32
	year                                       int16
	known, secret                              uint8 // a bit for each of values
	class, causesComputed                      uint8
	causes                                     [market.CauseCount]uint8
}

type heldOccupation struct {
	id           occupation.ID
	label        string
	nomenclature occupation.Nomenclature
	grain        occupation.Grain
}

type heldArea struct {
	id     territory.ID
	label  string
	level  territory.Level
	zoning territory.Zoning
	region territory.ID
}

// listOf gives each key a place in a list as it is first met.
type listOf[K comparable, V any] struct {
	at   map[K]int32
	list []V
}

func (l *listOf[K, V]) place(key K, make func() V) int32 {
	i, ok := l.at[key]
	if !ok {
		i = int32(len(l.list)) //nolint:gosec // there are fewer names than cells, and those fit
		l.at[key], l.list = i, append(l.list, make())
	}
	return i
}

func newListOf[K comparable, V any]() listOf[K, V] { return listOf[K, V]{at: map[K]int32{}} }

// readIndex reads every cell.
func (s *Store) readIndex(ctx context.Context) (*cellIndex, error) {
	regions, err := s.regionsOfAreas(ctx)
	if err != nil {
		return nil, err
	}
	x := &cellIndex{byOccupation: map[occupation.ID][]int32{}, byArea: map[territory.ID][]int32{}, published: map[partition]bool{}}
	occupations, areas := newListOf[occupation.ID, heldOccupation](), newListOf[territory.ID, heldArea]()
	texts := newListOf[string, string]()
	rows, err := s.db.QueryContext(ctx, `SELECT `+prefixed("c", cellColumns)+`, coalesce(o.label, ''), coalesce(a.label, '')
		FROM cell c LEFT JOIN occupation o ON o.id = c.occupation_id LEFT JOIN area a ON a.id = c.area_id`)
	if err != nil {
		return nil, fmt.Errorf("read cells to hold: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRow(rows)
		if err != nil {
			return nil, fmt.Errorf("read cell to hold: %w", err)
		}
		if len(x.cells) == math.MaxInt32 {
			return nil, fmt.Errorf("hold cells: there are more than %d", math.MaxInt32)
		}
		c := packCell(r.Cell)
		c.occupation = occupations.place(r.Occupation, func() heldOccupation {
			return heldOccupation{r.Occupation, r.Label, r.Occupation.Nomenclature(), r.Occupation.Grain()}
		})
		c.area = areas.place(r.Area, func() heldArea {
			return heldArea{r.Area, r.AreaLabel, r.Area.Level(), r.Area.Zoning(), regions[r.Area]}
		})
		c.origin = texts.place(string(r.Origin), func() string { return string(r.Origin) })
		c.sources = texts.place(r.Sources, func() string { return r.Sources })
		c.release = texts.place(r.Release, func() string { return r.Release })
		x.cells = append(x.cells, c)
	}
	x.occupations, x.areas, x.texts = occupations.list, areas.list, texts.list
	x.sort()
	return x, rows.Err()
}

// regionsOfAreas tells the région of each area that may have cells.
func (s *Store) regionsOfAreas(ctx context.Context) (map[territory.ID]territory.ID, error) {
	type pair struct{ area, region territory.ID }
	pairs, err := query(ctx, s, "régions of areas", func(row interface{ Scan(...any) error }) (pair, error) {
		var p pair
		return p, row.Scan(&p.area, &p.region)
	}, `SELECT id, region_id FROM area WHERE level <> 'commune' AND region_id <> ''`)
	regions := make(map[territory.ID]territory.ID, len(pairs))
	for _, p := range pairs {
		regions[p.area] = p.region
	}
	return regions, err
}

// sort orders the cells by area and year and lists them by occupation and by area.
func (x *cellIndex) sort() {
	slices.SortFunc(x.cells, func(a, b heldCell) int {
		return cmp.Or(
			strings.Compare(string(x.areas[a.area].id), string(x.areas[b.area].id)), cmp.Compare(a.year, b.year),
			strings.Compare(string(x.occupations[a.occupation].id), string(x.occupations[b.occupation].id)),
		)
	})
	x.cells = slices.Clip(x.cells)
	for i := range x.cells {
		c := &x.cells[i]
		o, a := x.occupations[c.occupation].id, x.areas[c.area].id
		x.byOccupation[o] = append(x.byOccupation[o], int32(i)) //nolint:gosec // readIndex counts
		x.byArea[a] = append(x.byArea[a], int32(i))             //nolint:gosec // the same
		if x.texts[c.origin] == string(market.Published) {
			p := x.partition(c)
			p.grain = 0
			x.published[p] = true
		}
	}
}

func packCell(c market.Cell) heldCell {
	h := heldCell{
		year: int16(c.Year), class: uint8(c.Class), //nolint:gosec // small, or the cell was never stored
		causesComputed: c.CausesComputed,
	}
	for i, cause := range c.Causes {
		h.causes[i] = uint8(cause) //nolint:gosec // a class
	}
	for i, v := range []market.Value{c.Tension, c.Offers, c.Jobseekers, c.Employment, c.Projects, c.Difficult} {
		h.values[i] = v.Float
		switch v.State {
		case market.Known:
			h.known |= 1 << i
		case market.Suppressed:
			h.secret |= 1 << i
		}
	}
	return h
}

// row is a cell with its names, as the database gives it.
func (x *cellIndex) row(c *heldCell) market.Row {
	o, a := &x.occupations[c.occupation], &x.areas[c.area]
	r := market.Row{Label: o.label, AreaLabel: a.label}
	r.Occupation, r.Area, r.Year, r.Class = o.id, a.id, int(c.year), int(c.class)
	r.Origin, r.CausesComputed = market.Origin(x.texts[c.origin]), c.causesComputed
	for i, cause := range c.causes {
		r.Causes[i] = int(cause)
	}
	for i, v := range []*market.Value{&r.Tension, &r.Offers, &r.Jobseekers, &r.Employment, &r.Projects, &r.Difficult} {
		switch {
		case c.known&(1<<i) != 0:
			*v = market.Is(c.values[i])
		case c.secret&(1<<i) != 0:
			*v = market.Secret()
		}
	}
	r.Sources, r.Release = x.texts[c.sources], x.texts[c.release]
	return r
}

func (x *cellIndex) partition(c *heldCell) partition {
	o, a := &x.occupations[c.occupation], &x.areas[c.area]
	return partition{o.nomenclature, o.grain, a.level, a.zoning, int(c.year)}
}

// cellsOf is CellsOf in memory.
func (x *cellIndex) cellsOf(o occupation.ID, level territory.Level, zoning territory.Zoning, year int) []market.Row {
	var found []*heldCell
	latest := 0
	for _, i := range x.byOccupation[o] {
		c := &x.cells[i]
		if a := &x.areas[c.area]; a.level == level && (zoning == "" || a.zoning == zoning) {
			found, latest = append(found, c), max(latest, int(c.year))
		}
	}
	if year == 0 {
		year = latest
	}
	var rows []market.Row
	for _, c := range found {
		if int(c.year) == year {
			rows = append(rows, x.row(c))
		}
	}
	return rows
}

// history is History in memory.
func (x *cellIndex) history(o occupation.ID, a territory.ID) []market.Row {
	var rows []market.Row
	for _, i := range x.byOccupation[o] {
		if c := &x.cells[i]; x.areas[c.area].id == a {
			rows = append(rows, x.row(c))
		}
	}
	return rows
}

// answers reports whether the cells in memory answer a query: those of one area or one occupation are few.
func answers(q market.Query) bool { return q.Area != "" || q.Occupation != "" }

// radar is Radar in memory, for a query it answers.
func (x *cellIndex) radar(q market.Query) []market.Row {
	list := x.byOccupation[q.Occupation]
	if q.Occupation == "" {
		list = x.byArea[q.Area]
	}
	var found []*heldCell
	seen := map[partition]bool{}
	for _, i := range list {
		if c := &x.cells[i]; x.asked(q, c) {
			found = append(found, c)
			seen[x.partition(c)] = true
		}
	}
	if q.Year == 0 {
		found = x.latest(found, seen)
	}
	slices.SortFunc(found, x.rank)
	found = found[min(q.Offset, len(found)):]
	found = found[:min(limitOf(q.Top), len(found))]
	var rows []market.Row
	for _, c := range found {
		rows = append(rows, x.row(c))
	}
	return rows
}

// asked reports whether a query asks for a cell, whatever the year when it names none.
func (x *cellIndex) asked(q market.Query, c *heldCell) bool {
	p, a := x.partition(c), &x.areas[c.area]
	return (q.Area == "" || a.id == q.Area) && (q.Region == "" || a.region == q.Region) &&
		(q.Nomenclature == "" || p.nomenclature == q.Nomenclature) && (q.Grain == nil || p.grain == *q.Grain) &&
		(q.Level == "" || p.level == q.Level) && (q.Zoning == "" || p.zoning == q.Zoning) &&
		(q.Year == 0 || p.year == q.Year) && int(c.class) >= q.MinClass
}

// latest keeps the cells of the year a query that names none is answered with.
func (x *cellIndex) latest(found []*heldCell, seen map[partition]bool) []*heldCell {
	var parts []partition
	for p := range seen {
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b partition) int {
		return cmp.Or(cmp.Compare(b.year, a.year), cmp.Compare(a.nomenclature, b.nomenclature), cmp.Compare(a.grain, b.grain))
	})
	keep := map[partition]bool{}
	for _, p := range latestOf(parts, x.published) {
		keep[p] = true
	}
	return slices.DeleteFunc(found, func(c *heldCell) bool { return !keep[x.partition(c)] })
}

// rank is cellOrder.
func (x *cellIndex) rank(a, b *heldCell) int {
	const tension, offers, employment = 0, 1, 3
	value := func(c *heldCell, otherwise float64, which ...int) float64 {
		for _, i := range which {
			if c.known&(1<<i) != 0 {
				return c.values[i]
			}
		}
		return otherwise
	}
	return cmp.Or(
		cmp.Compare(b.class, a.class),
		cmp.Compare(value(b, -1000, tension), value(a, -1000, tension)),
		cmp.Compare(value(b, 0, employment, offers), value(a, 0, employment, offers)),
		strings.Compare(string(x.occupations[a.occupation].id), string(x.occupations[b.occupation].id)),
		strings.Compare(string(x.areas[a.area].id), string(x.areas[b.area].id)),
		cmp.Compare(a.year, b.year),
	)
}
