package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"filiere/internal/access"
	"filiere/internal/api"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

// The figures of tension and of the BMO are those of the Dares (2019) and of France Travail (2024); the name
// that begins with = stands for a source that tries to write a formula.

// service is the API over a store that holds the fixture.
func service(t testing.TB) http.Handler {
	t.Helper()
	s := storetest.Open(t, "sqlite")
	put(t, s, "rome", "3.47",
		occupation.Occupation{ID: "rome3-J1506", Label: "Soins infirmiers généralistes", Definition: "Réalise des soins infirmiers."},
		occupation.Occupation{ID: "rome3-J1501", Label: "Soins d'hygiène, de confort du patient"},
		occupation.Occupation{ID: "fap2009-V1Z80", Label: "Infirmiers"},
		occupation.Occupation{ID: "fap2009-S2Z61", Label: "=Serveurs de cafés restaurants"},
		occupation.Occupation{ID: "fap2021-V1X80", Label: "Infirmiers et sages-femmes"},
		occupation.Title{Occupation: "rome3-J1506", Label: "Infirmier / Infirmière", Code: "15622"},
		occupation.Crosswalk{From: "fap2009-V1Z80", To: "rome3-J1506", Quality: occupation.Official},
		occupation.Mobility{From: "rome3-J1506", To: "rome3-J1501", Close: true},
		occupation.Skill{ID: "ogr-1", Label: "Réaliser un pansement", Kind: occupation.Competence},
		occupation.SkillLink{Occupation: "rome3-J1506", Skill: "ogr-1", Core: true},
		occupation.Certification{ID: "RNCP39923", Title: "Infirmier", Kind: "diplôme d'État", Level: 6, Active: true},
		occupation.CertificationLink{Certification: "RNCP39923", Occupation: "rome3-J1506"},
		market.HiringSector{Occupation: "rome3-J1506", NAF: "8610Z", Label: "Activités hospitalières", Year: 2021, Hirings: 900},
		market.PayBand{Occupation: "rome3-J1506", Band: "2 000 € et plus", Percent: 60},
		market.Training{Occupation: "rome3-J1506", NSF: "331", Label: "Santé", Percent: 80})
	put(t, s, "geography", "2024",
		territory.Area{ID: "FR", Label: "France", Population: 68_000_000, PopulatedIn: 2023},
		territory.Area{ID: "reg-84", Label: "Auvergne-Rhône-Alpes"},
		territory.Area{ID: "dep-69", Label: "Rhône", Region: "reg-84", Lat: 45.8, Lon: 4.6},
		territory.Area{ID: "be2024-8428", Label: "Lyon centre", Region: "reg-84", Departement: "dep-69"})
	put(t, s, market.DatasetTensionFAP, "2019",
		tense("fap2009-V1Z80", "FR", 520400, 0.483832557638273, 4, 2, 5, 5, 3, 4, 1),
		tense("fap2009-V1Z80", "dep-69", 16800, 0.7350744321225009, 5, 2, 5, 5, 2, 4, 1),
		tense("fap2009-S2Z61", "FR", 243400, 0.376587564865305, 4, 5, 1, 2, 5, 5, 1))
	put(t, s, market.DatasetBMO, "2024",
		observed("fap2021-V1X80", "be2024-8428", 2024, map[market.Measure]market.Value{
			market.Projects: market.Is(409), market.DifficultProjects: market.Is(342), market.SeasonalProjects: market.Secret(),
		}))
	if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
		t.Fatal(err)
	}
	if err := s.RebuildSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return gated(t, api.New(s, slog.New(slog.NewTextHandler(io.Discard, nil))))
}

// gated puts the API behind a gate, as the program does.
func gated(t testing.TB, s access.Surface) http.Handler {
	t.Helper()
	g, err := access.New(access.Config{PublicURL: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	m, err := g.Mux(s)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tense is a row of the Dares table: employment, tension, its class and those of the six causes.
func tense(o occupation.ID, a territory.ID, employment, tension float64, classes ...float64) market.Observation {
	obs := observed(o, a, 2019, map[market.Measure]market.Value{market.Employment: market.Is(employment), market.Tension: market.Is(tension)})
	for i, m := range append([]market.Measure{market.TensionClass}, market.Causes()...) {
		obs.Values[m] = market.Is(classes[i])
	}
	return obs
}

func observed(o occupation.ID, a territory.ID, year int, values map[market.Measure]market.Value) market.Observation {
	obs := market.Observation{Occupation: o, Area: a, Year: year}
	for m, v := range values {
		obs.Values[m] = v
	}
	return obs
}

func put(t testing.TB, s *store.Store, dataset, vintage string, records ...any) {
	t.Helper()
	id := dataset + "-" + vintage
	b, err := s.BeginBatch(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := b.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	err = b.Commit(t.Context(), market.Release{
		ID: id, Dataset: dataset, Scope: "all", Vintage: vintage, Title: dataset, Producer: "test",
		Licence: "Licence Ouverte 2.0", File: dataset + ".csv", SHA256: id, ImportedAt: storetest.Clock(), RowsRead: len(records), RowsKept: len(records),
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

// get asks and returns the answer; headers come in pairs.
func get(t testing.TB, h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return do(t, h, http.MethodGet, target, headers...)
}

func do(t testing.TB, h http.Handler, method, target string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
