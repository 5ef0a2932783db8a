package store

import (
	"context"
	"database/sql"
	"fmt"
	"math/bits"

	"filiere/internal/fold"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

var (
	searchEntryTable = table{name: "search_entry", columns: []string{"id", "kind", "ref", "label", "name", "folded", "weight"}, key: 1}
	searchWordTable  = table{name: "search_word", columns: []string{"entry_id", "word", "weight"}, key: 2}
)

// What makes a name come before another one that answers as well.
const (
	weightFigures = 10_000 // the radar has cells for it
	weightOwnName = 500    // its own name rather than a title or a commune of it
	weightSize    = 20     // for each doubling of the population
	weightLetter  = -5     // for each letter of the name: short before long
)

// RebuildSearch writes the names people can look for anew. It is to be run after imports that change
// occupations or areas, once the cells are computed: it wants to know what has figures.
func (s *Store) RebuildSearch(ctx context.Context) error {
	version, err := s.currentVersion(ctx)
	if err != nil {
		return err
	}
	b := &searchBuilder{}
	if err := s.nameOccupations(ctx, b); err != nil {
		return err
	}
	if err := s.nameAreas(ctx, b); err != nil {
		return err
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if err := b.write(ctx, tx, s.dialect); err != nil {
			return err
		}
		return setSetting(ctx, tx, settingSearchVersion, version)
	})
}

// searchBuilder gathers the names to be found.
type searchBuilder struct {
	entries []searchEntry
	extra   map[int][]string // entry → further words that find it: its code
}

func (b *searchBuilder) add(kind, ref, label, name string, weight int, codes ...string) {
	e := searchEntry{Found: market.Found{Kind: kind, Ref: ref, Label: label}, name: name, folded: fold.Name(name)}
	e.weight = int64(weight + weightLetter*len(name))
	if len(codes) > 0 {
		if b.extra == nil {
			b.extra = map[int][]string{}
		}
		b.extra[len(b.entries)] = codes
	}
	b.entries = append(b.entries, e)
}

// write replaces the index.
func (b *searchBuilder) write(ctx context.Context, tx *sql.Tx, d dialect) error {
	for _, t := range []string{"search_entry", "search_word"} {
		if _, err := tx.ExecContext(ctx, `DELETE FROM `+t); err != nil {
			return fmt.Errorf("clear %s: %w", t, err)
		}
	}
	entries, words := newInserter(tx, d, searchEntryTable), newInserter(tx, d, searchWordTable)
	for i, e := range b.entries {
		id := entryID(i)
		if err := entries.add(ctx, []any{id, e.Kind, e.Ref, e.Label, e.name, e.folded, e.weight}); err != nil {
			return err
		}
		for _, w := range b.words(i) {
			if err := words.add(ctx, []any{id, w, e.weight}); err != nil {
				return err
			}
		}
	}
	if err := entries.flush(ctx); err != nil {
		return err
	}
	return words.flush(ctx)
}

// words gives the different words that find an entry: the stems of its name, the words as they stand where
// taking off an ending changed more than a plural, and its code.
func (b *searchBuilder) words(i int) []string {
	seen := map[string]bool{}
	var out []string
	add := func(w string) {
		if w != "" && !seen[w] {
			seen[w] = true
			out = append(out, w)
		}
	}
	for _, w := range fold.Split(b.entries[i].name) {
		add(w.Stem)
		if w.Plain != w.Stem+"s" {
			add(w.Plain)
		}
	}
	for _, code := range b.extra[i] {
		add(fold.Plain(code))
	}
	return out
}

// nameOccupations adds the occupations of every nomenclature with cells and of ROME 4, and their titles.
func (s *Store) nameOccupations(ctx context.Context, b *searchBuilder) error {
	figures, err := s.keys(ctx, "occupations with cells", `SELECT DISTINCT occupation_id FROM cell`)
	if err != nil {
		return err
	}
	wanted, err := s.searchedNomenclatures(ctx)
	if err != nil {
		return err
	}
	found, err := query(ctx, s, "occupations", scanName, `SELECT id, label FROM occupation ORDER BY id`)
	if err != nil {
		return err
	}
	labels := map[occupation.ID]string{}
	weight := func(id occupation.ID) int {
		if figures[string(id)] {
			return weightFigures
		}
		return 0
	}
	for _, o := range found {
		if wanted[o.ID.Nomenclature()] {
			labels[o.ID] = o.Label
			b.add("occupation", string(o.ID), o.Label, o.Label, weight(o.ID)+weightOwnName, o.ID.Code())
		}
	}
	titles, err := query(ctx, s, "titles", func(row interface{ Scan(...any) error }) (occupation.Title, error) {
		var t occupation.Title
		return t, row.Scan(&t.Occupation, &t.Label)
	}, `SELECT occupation_id, label FROM title ORDER BY occupation_id, label`)
	for _, t := range titles {
		if label, ok := labels[t.Occupation]; ok && label != t.Label {
			b.add("occupation", string(t.Occupation), label, t.Label, weight(t.Occupation))
		}
	}
	return err
}

// searchedNomenclatures are those with cells and ROME 4; before any cell is computed, those that figures
// are published in.
func (s *Store) searchedNomenclatures(ctx context.Context) (map[occupation.Nomenclature]bool, error) {
	editions, err := s.Editions(ctx)
	wanted := map[occupation.Nomenclature]bool{occupation.ROME4: true}
	for _, e := range editions {
		wanted[e.Nomenclature] = true
	}
	if len(editions) == 0 {
		wanted[occupation.ROME3], wanted[occupation.FAP2009], wanted[occupation.FAP2021] = true, true, true
	}
	return wanted, err
}

// nameAreas adds the areas, and the communes with the basin they lie in.
func (s *Store) nameAreas(ctx context.Context, b *searchBuilder) error {
	figures, err := s.keys(ctx, "areas with cells", `SELECT DISTINCT area_id FROM area_tally`)
	if err != nil {
		return err
	}
	resolver, err := s.Resolver(ctx)
	if err != nil {
		return err
	}
	areas, err := query(ctx, s, "areas", scanArea, `SELECT `+areaColumns+` FROM area ORDER BY id`)
	if err != nil {
		return err
	}
	known := map[territory.ID]territory.Area{}
	for _, a := range areas {
		known[a.ID] = a
	}
	rank := func(id territory.ID) int {
		if figures[string(id)] {
			return weightFigures
		}
		return 0
	}
	for _, a := range areas {
		size := weightSize * bits.Len(uint(a.Population))
		if a.Level() != territory.Commune {
			b.add("area", string(a.ID), a.Label, a.Label, rank(a.ID)+size+weightOwnName, codesOf(a)...)
		} else if basin, ok := basinOf(a.ID, resolver, known); ok {
			b.add("area", string(basin.ID), basin.Label, a.Label, rank(basin.ID)+size)
		}
	}
	return nil
}

// basinOf finds the page a commune's name leads to: its basin of 2019, or else of 2024. ok is false
// for communes of no known basin.
func basinOf(id territory.ID, r *territory.Resolver, known map[territory.ID]territory.Area) (territory.Area, bool) {
	for _, z := range []territory.Zoning{territory.Bassins2019, territory.Bassins2024} {
		if basin, ok := r.Area(id, z); ok {
			if a, ok := known[basin]; ok {
				return a, true
			}
		}
	}
	return territory.Area{}, false
}

// codesOf gives the code people know an area by: the number of a département.
func codesOf(a territory.Area) []string {
	if a.Level() == territory.Departement {
		return []string{a.ID.Code()}
	}
	return nil
}

// keys reads one text column as a set.
func (s *Store) keys(ctx context.Context, what, text string) (map[string]bool, error) {
	list, err := query(ctx, s, what, func(row interface{ Scan(...any) error }) (string, error) {
		var k string
		return k, row.Scan(&k)
	}, text)
	set := make(map[string]bool, len(list))
	for _, k := range list {
		set[k] = true
	}
	return set, err
}
