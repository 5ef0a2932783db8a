package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/store"
	"filiere/internal/territory"
)

// startWarming makes the pages of basins and their occupations once, in the background, so that they
// wait in memory for the first who asks, signed in or not. Pages that were not made ahead take a few
// milliseconds each: what is made ahead spares a busy machine those most asked for. stop ends it and waits.
func (p *program) startWarming(ctx context.Context, s *store.Store, h http.Handler, log *slog.Logger) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		paths, err := pagesToWarm(ctx, s)
		if err != nil && ctx.Err() == nil {
			log.Error("list pages to make ahead", "err", err)
		}
		warm(ctx, h, p.publicURL, paths)
	}()
	return func() { cancel(); <-done }
}

// pagesToWarm lists the home page, the map of all occupations at each level, and the map, the occupation and
// the basin of every cell by basin.
func pagesToWarm(ctx context.Context, s *store.Store) ([]string, error) {
	paths, seen := pagesOfLevels(), map[string]bool{}
	add := func(path string) {
		if !seen[path] {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	err := s.EachRadarRow(ctx, market.Query{Level: territory.Bassin}, func(r market.Row) error {
		occupation := url.PathEscape(string(r.Occupation))
		add("/map?occupation=" + occupation + "&level=" + string(territory.Bassin))
		add("/occupations/" + occupation)
		add("/areas/" + url.PathEscape(string(r.Area)))
		return nil
	})
	return paths, err
}

// pagesOfLevels are the home page and the map of all occupations at each level. They come first: with them the
// outlines are made that every page with a map of the level shares.
func pagesOfLevels() []string {
	paths := []string{"/"}
	for _, l := range []territory.Level{territory.Region, territory.Departement, territory.ZoneEmploi, territory.Bassin} {
		paths = append(paths, "/?level="+string(l), "/map?level="+string(l))
	}
	return paths
}

// warm asks for pages one after the other, in each language, as a reader who says nothing else of
// themselves would.
func warm(ctx context.Context, h http.Handler, base string, paths []string) {
	for _, lang := range locale.Langs() {
		for _, path := range paths {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
			if err != nil || ctx.Err() != nil {
				return
			}
			r.Header.Set("Accept-Encoding", "gzip")
			r.Header.Set("Accept-Language", string(lang))
			r.RemoteAddr = "127.0.0.1:0"
			h.ServeHTTP(discard{http.Header{}}, r)
		}
	}
}

// discard is an answer nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
