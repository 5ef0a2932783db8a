package main

import (
	"context"
	"net/http"
	"slices"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

func TestPagesAreMadeAheadForEveryCellByBasinOnceInEachLanguage(t *testing.T) {
	s := storetest.Open(t, "sqlite")
	b, err := s.BeginBatch(t.Context(), "r1")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []occupation.ID{"rome3-M1805", "rome3-J1506"} {
		for _, a := range []territory.ID{"be2019-8401", "be2019-8402"} {
			obs := market.Observation{Occupation: o, Area: a, Year: 2021}
			obs.Values[market.TensionClass] = market.Is(4)
			if err := b.Put(t.Context(), obs); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := b.Commit(t.Context(), market.Release{ID: "r1", Dataset: market.DatasetTensionBassin, Scope: "2021", ImportedAt: storetest.Clock()}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
		t.Fatal(err)
	}
	paths, err := pagesToWarm(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	var asked []string
	warm(t.Context(), http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Accept-Language")+" "+r.URL.RequestURI())
	}), "http://localhost", paths)
	slices.Sort(asked)
	var want []string
	for _, path := range []string{
		"/", "/?level=bassin", "/?level=departement", "/?level=region", "/?level=zone_emploi",
		"/map?level=bassin", "/map?level=departement", "/map?level=region", "/map?level=zone_emploi",
		"/areas/be2019-8401", "/areas/be2019-8402",
		"/map?occupation=rome3-J1506&level=bassin", "/map?occupation=rome3-M1805&level=bassin",
		"/occupations/rome3-J1506", "/occupations/rome3-M1805",
	} {
		want = append(want, "en "+path, "fr "+path)
	}
	slices.Sort(want)
	if !slices.Equal(asked, want) {
		t.Errorf("asked for %q, want %q", asked, want)
	}
}

func TestMakingPagesAheadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	asked := 0
	warm(ctx, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++; cancel() }), "http://localhost", []string{"/", "/map", "/areas"})
	if asked != 1 {
		t.Errorf("asked for %d pages after the end", asked)
	}
}
