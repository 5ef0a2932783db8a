package skill_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"filiere/internal/fold"
	"filiere/internal/occupation"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

// dataFolder is where the published lists and the adverts are; tests that want them are skipped without.
func dataFolder(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("FILIERE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "postings", "postings.jsonl.gz")); err != nil {
		t.Skip("the adverts are not here: set FILIERE_DATA to the folder that has them")
	}
	return dir
}

// table hands the rows of a CSV file to row, by the names of its columns.
func table(t testing.TB, path string, row func(map[string]string)) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	head, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		named := map[string]string{}
		for i, v := range record {
			named[strings.TrimPrefix(head[i], "\ufeff")] = strings.ReplaceAll(v, "''", "'")
		}
		row(named)
	}
}

var realCatalogue = sync.OnceValue(func() *skill.Catalogue { return &skill.Catalogue{} })

// everyLabel reads the lists as they are published.
func everyLabel(t testing.TB) skill.Catalogue {
	t.Helper()
	dir := dataFolder(t)
	c := realCatalogue()
	if len(c.Skills) > 0 {
		return *c
	}
	seen := map[string]bool{}
	add := func(id, label string, kind occupation.SkillKind) {
		if label != "" && !seen[id] {
			seen[id] = true
			c.Skills = append(c.Skills, occupation.Skill{ID: id, Label: label, Kind: kind})
		}
	}
	table(t, filepath.Join(dir, "rome/v460/arborescence_savoirs.csv"), func(r map[string]string) {
		add("ogr-"+r["Code OGR"], r["Savoir"], occupation.Knowledge)
	})
	table(t, filepath.Join(dir, "rome/v347/unix_referentiel_competence_v347_utf8.csv"), func(r map[string]string) {
		add("ogr-"+r["code_ogr"], r["libelle_competence"], occupation.Knowledge)
	})
	for _, name := range []string{"arborescence_competences.csv", "arborescence_macro_competences.csv"} {
		table(t, filepath.Join(dir, "rome/v460", name), func(r map[string]string) {
			label := r["5 - Compétence"]
			if _, fine := r["5 - Compétence"]; !fine {
				label = r["4 - Macro-compétence"]
			}
			add("rome4-"+fold.Key(label), label, occupation.Competence)
		})
	}
	table(t, filepath.Join(dir, "esco/skills_fr.csv"), func(r map[string]string) {
		id := "esco-" + strings.TrimPrefix(r["conceptUri"], "http://data.europa.eu/esco/skill/")
		kind := occupation.Competence
		if r["skillType"] == "knowledge" {
			kind = occupation.Knowledge
		}
		add(id, r["preferredLabel"], kind)
		for label := range strings.Lines(r["altLabels"]) {
			c.Labels = append(c.Labels, occupation.SkillLabel{Skill: id, Label: strings.TrimSpace(label)})
		}
	})
	table(t, filepath.Join(dir, "rome/v460/unix_referentiel_appellation_v460_utf8.csv"), func(r map[string]string) {
		c.Titles = append(c.Titles, r["libelle_appellation_long"], r["libelle_appellation_court"])
	})
	table(t, filepath.Join(dir, "esco/occupations_fr.csv"), func(r map[string]string) {
		c.Titles = append(c.Titles, r["preferredLabel"])
		for label := range strings.Lines(r["altLabels"]) {
			c.Titles = append(c.Titles, strings.TrimSpace(label))
		}
	})
	return *c
}

// advert is one of the real adverts.
type advert struct {
	ID, Source, Titre, Description string
}

// everyAdvert reads the adverts that have a text.
func everyAdvert(t testing.TB) []advert {
	t.Helper()
	f, err := os.Open(filepath.Join(dataFolder(t), "postings", "postings.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []advert
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var a advert
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		if a.Description != "" {
			out = append(out, a)
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func french(t testing.TB) words.Language {
	t.Helper()
	l, err := words.In("fr")
	if err != nil {
		t.Fatal(err)
	}
	return l
}
