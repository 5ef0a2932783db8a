package place_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filiere/internal/territory"
	"filiere/internal/territory/place"
)

// realFolder is where the producers' files are; the test is skipped where they are not.
func realFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("FILIERE_DATA")
	if folder == "" {
		folder = "../../../../shared/data"
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the producers' files are not here; set FILIERE_DATA to their folder")
	}
	return folder
}

// table reads a CSV file by column names.
func table(t testing.TB, name string, comma rune, each func(get func(column string) string)) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
	head, err := r.Read()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, h := range head {
		at[h] = i
	}
	for {
		row, err := r.Read()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		each(func(column string) string {
			if i, ok := at[column]; ok && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		})
	}
}

// realFinder makes a finder of the whole country from the producers' files.
func realFinder(t testing.TB, folder string) *place.Finder {
	t.Helper()
	var n place.Names
	var members []territory.Membership
	areas := map[territory.ID]territory.Area{}
	table(t, filepath.Join(folder, "geo/communes_coordonnees.csv"), ',', func(get func(string) string) {
		id := territory.Make(territory.Communes, get("code_commune_insee"))
		a := territory.Area{ID: id, Label: get("nom_de_la_commune")}
		if lat, lon, ok := strings.Cut(get("_geopoint"), ","); ok {
			_ = json.Unmarshal([]byte(lat), &a.Lat)
			_ = json.Unmarshal([]byte(lon), &a.Lon)
		}
		areas[id] = a
		for _, c := range []string{"nom_de_la_commune", "libelle_d_acheminement", "ligne_5"} {
			if name := get(c); name != "" {
				n.Postal = append(n.Postal, territory.Postal{Commune: id, Code: strings.Repeat("0", 5-len(get("code_postal"))) + get("code_postal"), Name: name})
			}
		}
	})
	table(t, filepath.Join(folder, "geo/commune_zone_emploi_2020_geo2022.csv"), ',', func(get func(string) string) {
		id := territory.Make(territory.Communes, get("CODGEO"))
		a := areas[id]
		a.ID, a.Label = id, get("LIBGEO")
		a.Departement, a.Region = territory.Make(territory.Departements, get("DEP")), territory.Make(territory.Regions, get("REG"))
		areas[id] = a
		areas[a.Departement] = territory.Area{ID: a.Departement, Region: a.Region, Label: areas[a.Departement].Label}
		members = append(members, territory.Membership{Commune: id, Area: territory.Make(territory.Zones2020, get("ZE2020"))})
	})
	table(t, filepath.Join(folder, "geo/commune_bassin_bmo_2019.csv"), ',', func(get func(string) string) {
		id := territory.Make(territory.Communes, get("CODE_COMMUNE_INSEE"))
		members = append(members, territory.Membership{Commune: id, Area: territory.Make(territory.Bassins2019, get("BE19"))})
	})
	for file, z := range map[string]territory.Zoning{"departements-avec-outre-mer.geojson": territory.Departements, "regions-version-simplifiee.geojson": territory.Regions} {
		labels(t, filepath.Join(folder, "geo", file), z, areas)
	}
	var passages []territory.Passage
	table(t, filepath.Join(folder, "geo/geocodes_passage_annuel.csv"), ';', func(get func(string) string) {
		if get("Niveau") == "COM" && get("Ancien Code Officiel") != "" {
			passages = append(passages, territory.Passage{Old: territory.Make(territory.Communes, get("Ancien Code Officiel")), New: territory.Make(territory.Communes, get("Code Courant Officiel"))})
		}
	})
	for _, a := range areas {
		n.Areas = append(n.Areas, a)
	}
	n.Members = territory.NewResolver(members, passages)
	return place.New(n)
}

// labels reads the names of areas from their outlines.
func labels(t testing.TB, name string, z territory.Zoning, areas map[territory.ID]territory.Area) {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Features []struct {
			Properties struct{ Code, Nom string }
		}
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	for _, f := range g.Features {
		a := areas[territory.Make(z, f.Properties.Code)]
		a.ID, a.Label = territory.Make(z, f.Properties.Code), f.Properties.Nom
		areas[a.ID] = a
	}
}

// degrees are written as a number, as a text or not at all.
type degrees float64

func (d *degrees) UnmarshalJSON(b []byte) error {
	if s := strings.Trim(string(b), `"`); s != "" && s != "null" && s != "None" {
		return json.Unmarshal([]byte(s), (*float64)(d))
	}
	return nil
}

// advert is what an advert says of its place.
type advert struct {
	Lieu       string  `json:"lieu"`
	Commune    string  `json:"commune"`
	CodePostal string  `json:"code_postal"`
	Dep        string  `json:"departement"`
	Lat        degrees `json:"lat"`
	Lon        degrees `json:"lon"`
	Source     string  `json:"source"`
}

func realAdverts(t testing.TB, folder string) []advert {
	t.Helper()
	f, err := os.Open(filepath.Join(folder, "postings/postings.jsonl.gz"))
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
	lines.Buffer(nil, 8<<20)
	for lines.Scan() {
		var a advert
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

// TestRealPlaces measures how often places are found right: on the adverts that carry the code of their commune, which
// the finder is not shown.
func TestRealPlaces(t *testing.T) {
	folder := realFolder(t)
	f := realFinder(t, folder)
	adverts := realAdverts(t, folder)
	for _, shown := range []struct {
		name  string
		write func(advert) place.Written
		floor float64
	}{
		{"the place as written", func(a advert) place.Written { return place.Written{Text: a.Lieu} }, 0.98},
		{"with the postal code", func(a advert) place.Written { return place.Written{Text: a.Lieu, PostalCode: a.CodePostal} }, 0.98},
		{"with the point too", func(a advert) place.Written {
			return place.Written{Text: a.Lieu, PostalCode: a.CodePostal, Lat: float64(a.Lat), Lon: float64(a.Lon)}
		}, 0.98},
		{"the point alone", func(a advert) place.Written { return place.Written{Lat: float64(a.Lat), Lon: float64(a.Lon)} }, 0},
	} {
		all, decided, right, basins, basinsRight := 0, 0, 0, 0, 0
		wrong := map[string]int{}
		for _, a := range adverts {
			if a.Commune == "" {
				continue
			}
			all++
			truth := territory.FoldArrondissement(territory.Make(territory.Communes, a.Commune))
			found := f.Find(shown.write(a))
			if len(found.Communes) == 1 {
				decided++
				if territory.FoldArrondissement(found.Communes[0]) == truth {
					right++
				} else {
					wrong[a.Lieu+" "+a.CodePostal+" "+a.Commune+" → "+string(found.Communes[0])+" "+string(found.How)]++
				}
			}
			if b, ok := f.Area(found, territory.Bassins2019); ok {
				basins++
				if want, _ := f.Area(place.Found{Communes: []territory.ID{truth}}, territory.Bassins2019); want == b {
					basinsRight++
				}
			}
		}
		share := float64(right) / float64(max(decided, 1))
		t.Logf("%-22s %d adverts, commune decided %d (%.1f %%), right %.2f %%; basin decided %d (%.1f %%), right %.2f %%", shown.name, all, decided,
			100*float64(decided)/float64(all), 100*share, basins, 100*float64(basins)/float64(all), 100*float64(basinsRight)/float64(max(basins, 1)))
		for w, n := range wrong {
			if testing.Verbose() && os.Getenv("FILIERE_WRONG") != "" {
				t.Logf("   wrong %d × %s", n, w)
			}
		}
		if share < shown.floor {
			t.Errorf("%s: %.4f of the decided are right, want %.2f", shown.name, share, shown.floor)
		}
	}
	ways, levels := map[place.How]int{}, map[string]int{}
	for _, a := range adverts {
		found := f.Find(place.Written{Text: a.Lieu, Commune: a.Commune, PostalCode: a.CodePostal, Departement: a.Dep, Lat: float64(a.Lat), Lon: float64(a.Lon)})
		ways[found.How]++
		if _, ok := f.Area(found, territory.Bassins2019); ok {
			levels["bassin"]++
		}
		if found.How == place.NotFound && os.Getenv("FILIERE_WRONG") != "" && a.Lieu != "" {
			t.Logf("   not found %q %s", a.Lieu, a.Source)
		}
	}
	t.Logf("all %d adverts: %v, with a basin %d", len(adverts), ways, levels["bassin"])
}
