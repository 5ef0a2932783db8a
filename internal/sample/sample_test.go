package sample_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filiere/internal/intake"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/sample"
	"filiere/internal/territory"
)

var update = flag.Bool("update", false, "write the sample anew from the producers' files")

// memory keeps what the importer reads from the producers' files.
type memory struct{ records []any }

func (m *memory) ReleaseByContent(context.Context, string) (market.Release, bool, error) {
	return market.Release{}, false, nil
}
func (m *memory) BeginBatch(context.Context, string) (*memory, error)            { return m, nil }
func (m *memory) Put(_ context.Context, r any) error                             { m.records = append(m.records, r); return nil }
func (m *memory) Commit(context.Context, market.Release, []market.Refusal) error { return nil }
func (m *memory) Rollback()                                                      {}

// read imports files into memory and fails the test if one is refused.
func read(t *testing.T, files fs.FS) *memory {
	t.Helper()
	m := &memory{}
	im := intake.Importer[*memory]{Sink: m, Sources: intake.Catalogue(), Now: time.Now}
	err := im.RunFS(t.Context(), files, func(r intake.Report) {
		if r.Outcome != intake.Imported || len(r.Refusals) > 0 {
			t.Errorf("%s: %s %v %v", r.File, r.Outcome, r.Err, r.Refusals)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEveryFileOfTheSampleImportsWhole(t *testing.T) {
	m := read(t, sample.Files())
	count := map[string]int{}
	for _, r := range m.records {
		count[fmt.Sprintf("%T", r)]++
	}
	if count["territory.Area"] != 1+18+101 {
		t.Errorf("%d areas, want the country, 18 régions and 101 départements", count["territory.Area"])
	}
	for kind, least := range map[string]int{
		"occupation.Occupation": 500, "market.Observation": 30_000, "occupation.Crosswalk": 100,
	} {
		if count[kind] < least {
			t.Errorf("%d records of %s, want at least %d", count[kind], kind, least)
		}
	}
}

// TestTheSampleSaysWhatTheProducersSay holds the sample against the producers' files where those are
// at hand, so that what the demo shows is true. With -update it writes the sample anew.
func TestTheSampleSaysWhatTheProducersSay(t *testing.T) {
	dir := os.Getenv("FILIERE_DATA")
	if dir == "" {
		t.Skip("set FILIERE_DATA to the folder of the producers' files to compare")
	}
	m := &memory{}
	im := intake.Importer[*memory]{Sink: m, Sources: intake.Catalogue(), Now: time.Now}
	var paths []string
	for _, name := range []string{
		"tensions/dares_tensions_2019_fap_nat_reg_dep.csv", "tensions/dares_tensions_evol_2011_2019_nat.csv",
		"bmo/bmo_2024_fap_x_bassin.csv", "fap/Intitules_FAP2009.csv", "fap/Intitules_FAP2021.csv",
		"fap/pont_bmo2024_fap2021_vers_fap2009_rome_DERIVE.csv",
	} {
		paths = append(paths, filepath.Join(dir, name))
	}
	if err := im.Run(t.Context(), paths, func(r intake.Report) {
		if r.Outcome != intake.Imported {
			t.Fatalf("%s: %s %v", r.File, r.Outcome, r.Err)
		}
	}); err != nil {
		t.Fatal(err)
	}
	for name, want := range m.tables() {
		path := filepath.Join("data", name+".csv.gz")
		if *update {
			writeGzip(t, path, want)
			continue
		}
		if got := readGzip(t, path); got != want {
			t.Errorf("%s differs from the producers' files; go test ./internal/sample -update writes it anew", path)
		}
	}
}

// tables restates the records as exchange tables: name → content.
func (m *memory) tables() map[string]string {
	return map[string]string{
		"occupations": table("occupations", "labels", "fap", "2009, 2021", "Intitulés des familles professionnelles", "Dares", m.occupations()),
		"crosswalk":   table("crosswalk", "crosswalk", "fap", "2024", "Passage des métiers BMO 2024 aux FAP 2009 et aux fiches ROME 3", "Filière, d'après Dares et France Travail", m.crosswalk()),
		"bmo": table("observations", market.DatasetBMO, "2024", "2024",
			"Besoins en main-d'œuvre 2024, sommés par département", "France Travail", m.projects()),
		"tension": table("observations", market.DatasetTensionFAP, "2019", "2019",
			"Tensions sur le marché du travail en 2019 : classes par famille professionnelle et territoire", "Dares", m.tensions()),
		"series": table("observations", market.DatasetTensionSeries, "national", "2011–2019",
			"Tensions sur le marché du travail de 2011 à 2019", "Dares", m.series()),
	}
}

func table(kind, dataset, scope, vintage, title, producer string, rows [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Write([]string{
		"#filiere 1", "kind=" + kind, "dataset=" + dataset, "scope=" + scope, "vintage=" + vintage,
		"title=" + title, "producer=" + producer, "licence=" + intake.LicenceOuverte,
	})
	w.WriteAll(rows)
	return b.String()
}

func (m *memory) occupations() [][]string {
	labels := map[string]string{}
	surveyed := m.surveyed()
	for _, r := range m.records {
		o, ok := r.(occupation.Occupation)
		if !ok {
			continue
		}
		if o.ID.Nomenclature() == occupation.FAP2009 || surveyed[o.ID] || o.ID.Grain() != occupation.Detailed {
			labels[string(o.ID)] = o.Label
		}
	}
	rows := [][]string{{"occupation", "label"}}
	for _, id := range slices.Sorted(maps.Keys(labels)) {
		rows = append(rows, []string{id, labels[id]})
	}
	return rows
}

// surveyed are the occupations the survey of hiring projects asks about.
func (m *memory) surveyed() map[occupation.ID]bool {
	out := map[occupation.ID]bool{}
	for _, r := range m.records {
		if o, ok := r.(market.Observation); ok && o.Occupation.Nomenclature() == occupation.FAP2021 {
			out[o.Occupation] = true
		}
	}
	return out
}

func (m *memory) crosswalk() [][]string {
	rows := [][]string{{"from", "to", "quality"}}
	for _, r := range m.records {
		x, ok := r.(occupation.Crosswalk)
		if ok && x.From.Nomenclature() == occupation.FAP2021 && x.Quality != occupation.Unconfirmed {
			rows = append(rows, []string{string(x.From), string(x.To), string(x.Quality)})
		}
	}
	slices.SortFunc(rows[1:], slices.Compare)
	return rows
}

// projects sums the survey over the basins of each département. A sum leaves withheld basins out; it
// is withheld itself when every basin is.
func (m *memory) projects() [][]string {
	type key struct {
		occupation occupation.ID
		area       territory.ID
		year       int
	}
	departement := map[territory.ID]territory.ID{}
	for _, r := range m.records {
		if a, ok := r.(territory.Area); ok && a.Level() == territory.Bassin {
			departement[a.ID] = a.Departement
		}
	}
	measures := []market.Measure{market.Projects, market.DifficultProjects, market.SeasonalProjects}
	sums := map[key][3]market.Value{}
	for _, r := range m.records {
		o, ok := r.(market.Observation)
		if !ok || o.Occupation.Nomenclature() != occupation.FAP2021 {
			continue
		}
		k := key{o.Occupation, departement[o.Area], o.Year}
		s := sums[k]
		for i, measure := range measures {
			s[i] = plus(s[i], o.Values[measure])
		}
		sums[k] = s
	}
	rows := make([][]string, 0, len(sums))
	for k, s := range sums {
		if k.area.Code() == "978" { // Saint-Martin is no département
			continue
		}
		rows = append(rows, []string{string(k.occupation), string(k.area), fmt.Sprint(k.year), field(s[0]), field(s[1]), field(s[2])})
	}
	slices.SortFunc(rows, slices.Compare)
	return append([][]string{{"occupation", "area", "year", "projects", "difficult_projects", "seasonal_projects"}}, rows...)
}

func plus(a, b market.Value) market.Value {
	switch {
	case a.Known() && b.Known():
		return market.Is(a.Float + b.Float)
	case a.Known() || b.State == market.Absent:
		return a
	}
	return b
}

func field(v market.Value) string {
	if v.State == market.Suppressed {
		return "*"
	}
	return v.Field()
}

// tensions restates the classes and causes of every area, and for the country the indicator and
// employment as well.
func (m *memory) tensions() [][]string {
	var rows [][]string
	for _, r := range m.records {
		o, ok := r.(market.Observation)
		if !ok || !o.Values[market.TensionClass].Known() {
			continue
		}
		row := []string{string(o.Occupation), string(o.Area), fmt.Sprint(o.Year), "", "", field(o.Values[market.TensionClass])}
		if o.Area == territory.France {
			row[3], row[4] = rounded(o.Values[market.Tension]), field(o.Values[market.Employment])
		}
		for _, c := range market.Causes() {
			row = append(row, field(o.Values[c]))
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, slices.Compare)
	header := []string{"occupation", "area", "year", "tension", "employment", "class"}
	for _, c := range market.Causes() {
		header = append(header, c.String())
	}
	return append([][]string{header}, rows...)
}

func (m *memory) series() [][]string {
	var rows [][]string
	for _, r := range m.records {
		o, ok := r.(market.Observation)
		if ok && o.Values[market.Tension].Known() && o.Area == territory.France && o.Values[market.Employment].State == market.Absent {
			rows = append(rows, []string{string(o.Occupation), string(o.Area), fmt.Sprint(o.Year), rounded(o.Values[market.Tension])})
		}
	}
	slices.SortFunc(rows, slices.Compare)
	return append([][]string{{"occupation", "area", "year", "tension"}}, rows...)
}

// rounded keeps four decimals: classes and ranks do not change.
func rounded(v market.Value) string {
	if !v.Known() {
		return ""
	}
	return fmt.Sprintf("%.4f", v.Float)
}

func writeGzip(t *testing.T, path, content string) {
	t.Helper()
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	io.WriteString(z, content)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readGzip(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
