package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

// The size of the synthetic store: about that of the whole of the real data.
const (
	benchSheets   = 530 // ROME 3 sheets
	benchFAP      = 310 // FAP 2009, two grains
	benchBMO      = 228 // FAP 2021
	benchBasins   = 400 // of each edition
	benchCommunes = 35_000
	benchTitles   = 20 // for each ROME entry
	benchSeed     = 2
)

// benchVariable names the database of a store with the real data to measure instead of the synthetic one.
const benchVariable = "FILIERE_BENCH_DB"

// bench is a store to measure, and things that are in it.
type bench struct {
	*store.Store
	rome, fap     occupation.ID
	basin, region territory.ID
}

// benchStore opens the store to measure: 400,000 cells, 53,000 survey rows and 35,000 communes unless benchVariable
// names another.
func benchStore(b *testing.B) bench {
	b.Helper()
	path := os.Getenv(benchVariable)
	real := path != ""
	if !real {
		path = filepath.Join(b.TempDir(), "bench.db")
	}
	s, err := store.Open(b.Context(), path, storetest.Clock)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	if real {
		return bench{s, "rome3-J1506", "fap2009-V1Z80", "be2019-8428", "reg-84"}
	}
	fillSynthetic(b, s)
	return bench{s, sheet(occupation.ROME3, 40), family(occupation.FAP2009, 40), "be2019-0040", "reg-07"}
}

var (
	trades = []string{"Infirmier / Infirmière", "Serveur / Serveuse", "Développeur / Développeuse", "Conducteur / Conductrice", "Agent / Agente", "Chef", "Responsable", "Technicien / Technicienne", "Conseiller / Conseillère", "Ouvrier / Ouvrière"}
	fields = []string{"restauration", "production", "maintenance", "bloc opératoire", "travaux publics", "web", "logistique", "assurance", "entretien", "élevage", "chantier", "qualité", "commerce international", "énergie", "textile"}
	towns  = []string{"Saint", "Sainte", "La", "Le", "Ville", "Mont", "Château", "Bourg", "Val", "Roche", "Pont", "Lyon"}
	suffix = []string{"sur-Loire", "en-Bresse", "Étienne", "Denis", "les-Bains", "d'Abeau", "Martin", "Germain", "le-Vieux", "du-Bois"}
)

func fillSynthetic(b *testing.B, s *store.Store) {
	b.Helper()
	r := rand.New(rand.NewPCG(benchSeed, 0))
	put(b, s, "geo", "x", benchPlaces(r)...)
	put(b, s, "work", "x", benchWork(r)...)
	put(b, s, market.DatasetBMO, "2024", benchSurvey(r)...)
	if err := s.ReplaceCells(b.Context(), "v1", benchCells(r)); err != nil {
		b.Fatal(err)
	}
	if err := s.RebuildSearch(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := s.RefreshStatistics(b.Context()); err != nil {
		b.Fatal(err)
	}
}

func pick(r *rand.Rand, from []string) string { return from[r.IntN(len(from))] }

func benchPlaces(r *rand.Rand) []any {
	out := []any{territory.Area{ID: "FR", Label: "France"}}
	region := func(i int) territory.ID { return territory.Make(territory.Regions, fmt.Sprint(i%18+1)) }
	departement := func(i int) territory.ID { return territory.Make(territory.Departements, fmt.Sprint(i%101+1)) }
	for i := range 18 {
		out = append(out, territory.Area{ID: region(i), Label: "Région " + fmt.Sprint(i)})
	}
	for i := range 101 {
		out = append(out, territory.Area{ID: departement(i), Label: "Département " + fmt.Sprint(i), Region: region(i)})
	}
	for i := range benchBasins {
		for _, z := range []territory.Zoning{territory.Bassins2019, territory.Bassins2024} {
			out = append(out, territory.Area{ID: territory.Make(z, fmt.Sprint(i+1)), Label: pick(r, towns) + " " + pick(r, suffix), Region: region(i), Departement: departement(i)})
		}
	}
	for i := range benchCommunes {
		id := territory.Make(territory.Communes, fmt.Sprint(i+1))
		out = append(out, territory.Area{ID: id, Label: pick(r, towns) + "-" + pick(r, suffix) + "-" + pick(r, suffix), Region: region(i), Departement: departement(i), Population: r.IntN(10_000)},
			territory.Membership{Commune: id, Area: territory.Make(territory.Bassins2019, fmt.Sprint(i%benchBasins+1))})
	}
	return out
}

func sheet(n occupation.Nomenclature, i int) occupation.ID {
	return occupation.Make(n, fmt.Sprintf("%c%04d", 'A'+i%14, i))
}

func family(n occupation.Nomenclature, i int) occupation.ID {
	if i%7 < 2 {
		return occupation.Make(n, fmt.Sprintf("%c%dZ", 'A'+i%22, i/22%10))
	}
	return occupation.Make(n, fmt.Sprintf("%c%dZ%02d", 'A'+i%22, i/220, i%100))
}

func benchWork(r *rand.Rand) []any {
	var out []any
	for i := range benchSheets * 3 {
		id := sheet(occupation.ROME4, i)
		if i < benchSheets {
			id = sheet(occupation.ROME3, i)
			for j := range 40 {
				out = append(out, occupation.SkillLink{Occupation: id, Skill: fmt.Sprintf("ogr-%d", (i*7+j)%6000), Core: j%3 == 0})
			}
			for j := range 10 {
				out = append(out, occupation.Mobility{From: id, To: sheet(occupation.ROME3, (i+j*3+1)%benchSheets), Close: j%2 == 0})
			}
			for j := range 60 {
				out = append(out, occupation.CertificationLink{Certification: fmt.Sprintf("RNCP%d", (i*13+j)%17000), Occupation: id})
			}
			for j := range 100 {
				out = append(out, market.HiringSector{Occupation: id, NAF: fmt.Sprintf("%04dZ", j), Label: pick(r, fields), Year: 2021, Hirings: float64(r.IntN(1000))})
			}
		}
		out = append(out, occupation.Occupation{ID: id, Label: pick(r, trades) + " de " + pick(r, fields), Definition: "Texte."})
		for j := range benchTitles {
			out = append(out, occupation.Title{Occupation: id, Label: fmt.Sprintf("%s %s en %s %d", pick(r, trades), pick(r, fields), pick(r, fields), j)})
		}
	}
	for i := range benchFAP {
		id := family(occupation.FAP2009, i)
		out = append(out, occupation.Occupation{ID: id, Label: pick(r, trades) + " " + pick(r, fields)},
			occupation.Crosswalk{From: id, To: sheet(occupation.ROME3, i), Quality: occupation.Official},
			market.PayBand{Occupation: id, Band: "tous"}, market.Training{Occupation: id, Label: "toutes"})
	}
	for i := range benchBMO {
		out = append(out, occupation.Occupation{ID: sheet(occupation.FAP2021, i), Label: pick(r, trades) + " " + pick(r, fields)})
	}
	for i := range 6000 {
		out = append(out, occupation.Skill{ID: fmt.Sprintf("ogr-%d", i), Label: pick(r, fields), Kind: occupation.Competence})
	}
	for i := range 17000 {
		out = append(out, occupation.Certification{ID: fmt.Sprintf("RNCP%d", i), Title: pick(r, trades) + " " + pick(r, fields), Active: i%3 > 0})
	}
	return out
}

func benchSurvey(r *rand.Rand) []any {
	var out []any
	for a := range benchBasins {
		for o := range benchBMO {
			if r.IntN(100) < 58 {
				out = append(out, survey(sheet(occupation.FAP2021, o), territory.Make(territory.Bassins2024, fmt.Sprint(a+1)), market.Is(float64(r.IntN(900))), market.Is(float64(r.IntN(400))), market.Secret()))
			}
		}
	}
	return out
}

// benchCells are 390,000 cells: two years of 530 sheets in 340 basins, a year of 310 families in 101
// départements and 18 régions, and their history for the country.
func benchCells(r *rand.Rand) []market.Cell {
	var out []market.Cell
	add := func(o occupation.ID, a territory.ID, year int) {
		c := cell(o, a, year, 1+r.IntN(5), market.Is(r.NormFloat64()), market.Is(float64(r.IntN(90_000))))
		c.Causes, c.Offers, c.Jobseekers = [market.CauseCount]int{1, 2, 3, 4, 5, 1}, market.Is(float64(r.IntN(500))), market.Is(float64(r.IntN(500)))
		c.Sources = "tension_bassin 2021"
		out = append(out, c)
	}
	for a := range 340 {
		for o := range benchSheets {
			add(sheet(occupation.ROME3, o), territory.Make(territory.Bassins2019, fmt.Sprint(a+1)), 2021)
			add(sheet(occupation.ROME3, o), territory.Make(territory.Bassins2019, fmt.Sprint(a+1)), 2020)
		}
	}
	for o := range benchFAP {
		id := family(occupation.FAP2009, o)
		for a := range 101 {
			add(id, territory.Make(territory.Departements, fmt.Sprint(a+1)), 2019)
		}
		for a := range 18 {
			add(id, territory.Make(territory.Regions, fmt.Sprint(a+1)), 2019)
		}
		for year := range 9 {
			add(id, territory.France, 2011+year)
		}
	}
	for o := range benchSheets {
		add(sheet(occupation.ROME3, o), territory.France, 2021)
	}
	return out
}

// BenchmarkReads times each read pages make on a store of realistic size. The aim of a page is 50 ms at
// the 99th percentile under load, and a page makes up to ten reads.
func BenchmarkReads(b *testing.B) {
	detailed := occupation.Detailed
	on := benchStore(b)
	reads := []struct {
		name string
		read func(ctx context.Context, s *store.Store) error
	}{
		{"Radar/top of a level", radar(market.Query{Nomenclature: occupation.ROME3, Grain: &detailed, Level: territory.Bassin, Top: 50})},
		{"Radar/top of everything", radar(market.Query{Top: 50})},
		{"Radar/page 100 of a level", radar(market.Query{Nomenclature: occupation.ROME3, Level: territory.Bassin, Top: 50, Offset: 5000})},
		{"Radar/top of a basin", radar(market.Query{Area: on.basin, Top: 50})},
		{"Radar/top of the country", radar(market.Query{Area: "FR", Nomenclature: occupation.FAP2009, Top: 50})},
		{"Radar/all of a basin", radar(market.Query{Area: on.basin})},
		{"Radar/one occupation", radar(market.Query{Occupation: on.rome, Top: 50})},
		{"Radar/top of a région's basins", radar(market.Query{Region: on.region, Level: territory.Bassin, Top: 50})},
		{"EachRadarRow/a whole level", func(ctx context.Context, s *store.Store) error {
			return s.EachRadarRow(ctx, market.Query{Level: territory.Bassin, Year: 2021}, func(market.Row) error { return nil })
		}},
		{"CellsOf/basins", func(ctx context.Context, s *store.Store) error {
			return second(s.CellsOf(ctx, on.rome, territory.Bassin, territory.Bassins2019, 0))
		}},
		{"History", func(ctx context.Context, s *store.Store) error { return second(s.History(ctx, on.fap, "FR")) }},
		{"Editions", func(ctx context.Context, s *store.Store) error { return second(s.Editions(ctx)) }},
		{"Tallies", func(ctx context.Context, s *store.Store) error {
			return second(s.Tallies(ctx, territory.Bassin, territory.Bassins2019, occupation.ROME3, detailed, 0))
		}},
		{"AreaTallies", func(ctx context.Context, s *store.Store) error { return second(s.AreaTallies(ctx, on.basin)) }},
		{"Difficulties/the country", func(ctx context.Context, s *store.Store) error {
			return second(s.Difficulties(ctx, "", "FR", 0, 20))
		}},
		{"Occupation", func(ctx context.Context, s *store.Store) error { return second(s.Occupation(ctx, on.rome)) }},
		{"Occupations", func(ctx context.Context, s *store.Store) error {
			return second(s.Occupations(ctx, occupation.ROME3, detailed))
		}},
		{"Children", func(ctx context.Context, s *store.Store) error { return second(s.Children(ctx, on.rome.Parent())) }},
		{"Titles", func(ctx context.Context, s *store.Store) error { return second(s.Titles(ctx, on.rome)) }},
		{"Correspondences", func(ctx context.Context, s *store.Store) error { return second(s.Correspondences(ctx, on.rome)) }},
		{"Skills", func(ctx context.Context, s *store.Store) error { return second(s.Skills(ctx, on.rome)) }},
		{"Near", func(ctx context.Context, s *store.Store) error { return second(s.Near(ctx, on.rome)) }},
		{"Certifications", func(ctx context.Context, s *store.Store) error {
			_, _, err := s.Certifications(ctx, on.rome, false, 20)
			return err
		}},
		{"Sectors", func(ctx context.Context, s *store.Store) error { return second(s.Sectors(ctx, on.rome, 10)) }},
		{"Pay", func(ctx context.Context, s *store.Store) error { return second(s.Pay(ctx, on.fap)) }},
		{"Trainings", func(ctx context.Context, s *store.Store) error { return second(s.Trainings(ctx, on.fap, 10)) }},
		{"Area", func(ctx context.Context, s *store.Store) error { return second(s.Area(ctx, on.basin)) }},
		{"Areas/basins", func(ctx context.Context, s *store.Store) error {
			return second(s.Areas(ctx, territory.Bassin, territory.Bassins2019))
		}},
		{"AreasWithin", func(ctx context.Context, s *store.Store) error {
			return second(s.AreasWithin(ctx, on.region, territory.Bassin, territory.Bassins2019))
		}},
		{"Search/word", find("infirmiere")},
		{"Search/two words", find("saint etienne")},
		{"Search/three letters", find("con")},
		{"Search/common prefix", find("sai")},
		{"Search/nothing", find("zzzz")},
		{"CellVersion", func(ctx context.Context, s *store.Store) error { return second(s.CellVersion(ctx)) }},
	}
	for _, r := range reads {
		b.Run(r.name, func(b *testing.B) {
			for b.Loop() {
				if err := r.read(b.Context(), on.Store); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func radar(q market.Query) func(context.Context, *store.Store) error {
	return func(ctx context.Context, s *store.Store) error { return second(s.Radar(ctx, q)) }
}

func find(text string) func(context.Context, *store.Store) error {
	return func(ctx context.Context, s *store.Store) error { return second(s.Search(ctx, text, 10)) }
}

func second[T any](_ T, err error) error { return err }

// BenchmarkRollups times what a recompute adds to the writing of cells, and what the names cost.
func BenchmarkRollups(b *testing.B) {
	on := benchStore(b)
	for _, r := range []struct {
		name string
		run  func(context.Context) error
	}{{"RefreshTallies", on.RefreshTallies}, {"RebuildSearch", on.RebuildSearch}} {
		b.Run(r.name, func(b *testing.B) {
			for b.Loop() {
				if err := r.run(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
