package coder

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"filiere/internal/occupation/advert"
)

// allTrades are the sources of real adverts that were collected over all trades.
var allTrades = []string{"ft_chuckgcc", "ft_mehh92", "ft_mmkhinintn", "ft_mounatay"}

// realInput reads the producers' files of the folder FILIERE_DATA names: the input, and the titles of ROME 4.
func realInput(t testing.TB) (Input, []Advert) {
	t.Helper()
	dir := os.Getenv("FILIERE_DATA")
	if dir == "" {
		t.Skip("set FILIERE_DATA to the folder of the producers' files")
	}
	in := Input{Parents: map[string]string{}}
	place := map[string]int{}
	table := func(name string, comma rune, take func(row map[string]string)) {
		t.Helper()
		readTable(t, filepath.Join(dir, name), comma, take)
	}
	tidy := func(s string) string { return strings.ReplaceAll(s, "''", "'") }
	table("rome/v347/unix_referentiel_code_rome_v347_utf8.csv", ',', func(r map[string]string) {
		place[r["code_rome"]] = len(in.Sheets)
		in.Sheets = append(in.Sheets, Sheet{Code: r["code_rome"], Label: r["libelle_rome"]})
	})
	add := func(code string, change func(*Sheet)) {
		if i, ok := place[code]; ok {
			change(&in.Sheets[i])
		}
	}
	title := func(code, label string) {
		add(code, func(s *Sheet) { s.Titles = append(s.Titles, label) })
	}
	table("rome/v347/unix_referentiel_appellation_v347_utf8.csv", ',', func(r map[string]string) {
		title(r["code_rome"], tidy(r["libelle_appellation_long"]))
	})
	table("rome/v460/unix_referentiel_code_rome_v460_utf8.csv", ',', func(r map[string]string) {
		in.Parents[r["code_rome"]] = r["code_rome_parent"]
		title(r["code_rome_parent"], r["libelle_rome"])
	})
	var later []Advert
	table("rome/v460/unix_referentiel_appellation_v460_utf8.csv", ',', func(r map[string]string) {
		title(r["code_rome_parent"], r["libelle_appellation_long"])
		later = append(later, Advert{Title: r["libelle_appellation_long"], Code: r["code_rome_parent"]})
	})
	table("rome/v347/unix_texte_v347_utf8.csv", ',', func(r map[string]string) {
		if r["libelle_type_texte"] == "definition" {
			add(r["code_rome"], func(s *Sheet) { s.Texts = append(s.Texts, tidy(r["libelle_texte"])) })
		}
	})
	realSkills(t, dir, add)
	table("offer-counts/offres_commune_x_rome_20211221.csv.gz", ';', func(r map[string]string) {
		n, _ := strconv.ParseFloat(r["nb_offre"], 64)
		add(r["dc_rome_id"], func(s *Sheet) { s.Offers += n })
	})
	in.Adverts = realAdverts(t, dir)
	return in, later
}

func realSkills(t testing.TB, dir string, add func(string, func(*Sheet))) {
	t.Helper()
	label, of := map[string]string{}, map[string][]string{}
	readTable(t, filepath.Join(dir, "rome/v347/unix_referentiel_competence_v347_utf8.csv"), ',', func(r map[string]string) {
		label[r["code_ogr"]] = strings.ReplaceAll(r["libelle_competence"], "''", "'")
	})
	var codes []string
	readTable(t, filepath.Join(dir, "rome/v347/unix_coherence_item_v347_utf8.csv"), ',', func(r map[string]string) {
		if of[r["code_rome"]] == nil {
			codes = append(codes, r["code_rome"])
		}
		if l := label[r["code_ogr"]]; l != "" {
			of[r["code_rome"]] = append(of[r["code_rome"]], l)
		}
	})
	for _, c := range codes {
		add(c, func(s *Sheet) { s.Texts = append(s.Texts, strings.Join(of[c], ". ")) })
	}
}

func realAdverts(t testing.TB, dir string) []Advert {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "postings/postings.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []Advert
	if err := advert.ReadLines(f, "postings.jsonl.gz", func(a advert.Advert) error {
		if l, ok := Learnable(a); ok {
			out = append(out, l)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

func readTable(t testing.TB, name string, comma rune, take func(map[string]string)) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var from io.Reader = bufio.NewReader(f)
	if strings.HasSuffix(name, ".gz") {
		if from, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	rows := csv.NewReader(from)
	rows.Comma, rows.LazyQuotes, rows.FieldsPerRecord = comma, true, -1
	var header []string
	for {
		row, err := rows.Read()
		switch {
		case err == io.EOF:
			return
		case err != nil:
			t.Fatal(err)
		case header == nil:
			header = row
			continue
		}
		m := map[string]string{}
		for i, h := range header[:min(len(header), len(row))] {
			m[strings.TrimPrefix(h, "\ufeff")] = row[i]
		}
		take(m)
	}
}

func TestRealFolds(t *testing.T) {
	way := os.Getenv("FILIERE_FOLDS")
	if way == "" {
		t.Skip("set FILIERE_FOLDS to advert, title or held to measure (some minutes)")
	}
	in, later := realInput(t)
	start := time.Now()
	var e Evaluation
	var err error
	if way == "held" {
		e, err = HoldOutTitles(t.Context(), in, later)
	} else {
		e, err = CrossValidate(t.Context(), in, 5, Grouping(way), allTrades)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s %v: %+v\n%+v", way, time.Since(start), e, e.Trained)
	for _, r := range []*Reading{&e.Title, e.Whole} {
		if r != nil {
			t.Logf("all %+v", r.All)
			if r.Apart != nil {
				t.Logf("apart %+v", *r.Apart)
			}
		}
	}
}

// TestRealModel trains on the whole and writes the model where FILIERE_CODER names, for the benchmarks.
func TestRealModel(t *testing.T) {
	name := os.Getenv("FILIERE_CODER")
	if name == "" || os.Getenv("FILIERE_FOLDS") == "" {
		t.Skip("set FILIERE_CODER to the file to write, and FILIERE_FOLDS")
	}
	in, _ := realInput(t)
	m, report, err := Train(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes, %+v", len(b), report)
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
}
