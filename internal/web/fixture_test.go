package web_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filiere/internal/access"
	"filiere/internal/intake"
	"filiere/internal/market"
	"filiere/internal/occupation/reading"
	"filiere/internal/registrar/registrartest"
	"filiere/internal/sample"
	"filiere/internal/store"
	"filiere/internal/web"
)

func now() time.Time { return time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC) }

// openStore opens an empty database of the test's own.
func openStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// sampleStore holds the bundled sample, computed.
func sampleStore(t testing.TB) *store.Store {
	t.Helper()
	s := openStore(t)
	im := intake.Importer[*store.Batch]{Sink: s, Sources: intake.Catalogue(), Now: now}
	if err := im.RunFS(t.Context(), sample.Files(), func(intake.Report) {}); err != nil {
		t.Fatal(err)
	}
	compute(t, s)
	return s
}

// storeOf holds records of a test's own, computed.
func storeOf(t testing.TB, r market.Release, records ...any) *store.Store {
	t.Helper()
	s := openStore(t)
	b, err := s.BeginBatch(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, record := range records {
		if err := b.Put(t.Context(), record); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Commit(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
	compute(t, s)
	return s
}

func compute(t testing.TB, s *store.Store) {
	t.Helper()
	if _, err := s.Recompute(t.Context(), market.Dares2020()); err != nil {
		t.Fatal(err)
	}
	if err := s.RebuildSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// site is the handler under test with a browser's manners.
type site struct {
	t       testing.TB
	handler http.Handler
	log     *strings.Builder
}

func newSite(t testing.TB, r web.Reader) site {
	t.Helper()
	log := &strings.Builder{}
	tower, _ := r.(web.Watchtower)
	loom, _ := r.(web.Loom)
	mission, _ := r.(web.Mission)
	lessons, _ := r.(web.Campus)
	office, _ := registrartest.Office(t, "https://filiere.example")
	desk, _ := r.(web.Studio)
	shop, _ := r.(web.Shop)
	pages, err := web.New(web.Config{Reader: r, Adverts: desktop{reader: reading.New(reading.Parts{})}, Alerts: tower, Thread: loom, Campus: lessons, Mission: mission, Registrar: office, Studio: desk, Shop: shop, Now: now, Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	gate, err := access.New(access.Config{PublicURL: "http://localhost", Log: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	h, err := gate.Mux(pages)
	if err != nil {
		t.Fatal(err)
	}
	return site{t, h, log}
}

// get asks for an address, with headers given as name, value pairs.
func (s site) get(address string, headers ...string) *httptest.ResponseRecorder {
	s.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	return w
}

// page asks for a page that must be there, in a language.
func (s site) page(t *testing.T, address, lang string) document {
	t.Helper()
	w := s.get(address, "Accept-Language", lang)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d", address, w.Code)
	}
	return parseHTML(t, address+" ("+lang+")", w.Body.String())
}
