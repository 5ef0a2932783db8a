package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"time"

	"filiere/internal/locale"
	"filiere/internal/occupation"
)

// Config is what the pages need.
type Config struct {
	Reader Reader
	API    http.Handler     // mounted at /api/v1/; nil leaves the API out
	Now    func() time.Time // the clock; nil is the wall clock
	Log    *slog.Logger     // nil is slog.Default()
}

// server holds what is made once and only read afterwards; the cache guards itself.
type server struct {
	reader  Reader
	now     func() time.Time
	log     *slog.Logger
	locales locale.Bundle
	static  *static
	pages   *templates
	cache   *cache
	shapes  memo[geometry]
	lists   memo[[]domain]
	classes memo[map[occupation.ID]int]
	work    chan struct{} // a place for each page being made
	build   string        // changes with the program, so that a new one never answers 304 for an old page
}

// pagesAtOnce is how many pages are made at the same time for each core. More would only take memory
// from each other: a large map is some megabytes while it is made.
const pagesAtOnce = 4

// New builds the handler of the whole site. It fails when templates or catalogues are malformed.
func New(c Config) (http.Handler, error) {
	if c.Reader == nil {
		return nil, errors.New("web: a Reader is needed")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	locales, err := locale.Load()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	files, err := newStatic()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	pages, err := newTemplates(locales, files)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s := &server{
		reader: c.Reader, now: c.Now, log: c.Log, locales: locales,
		static: files, pages: pages, cache: newCache(cacheBytes), build: buildID(files),
		work: make(chan struct{}, pagesAtOnce*runtime.GOMAXPROCS(0)),
	}
	return s.routes(c.API), nil
}

// routes is the map of the site.
func (s *server) routes(api http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /{$}", s.page(s.home, "level"))
	mux.Handle("GET /map", s.page(s.mapPage, "occupation", "level", "year", "sort"))
	mux.Handle("GET /occupations", s.page(s.occupations, "list"))
	mux.Handle("GET /occupations/{id}", s.page(s.occupation, "level"))
	mux.Handle("GET /areas", s.page(s.areas))
	mux.Handle("GET /areas/{id}", s.page(s.area, "sort", "list"))
	mux.Handle("GET /search", s.fresh(s.search, "q")) // what people type is without end: not worth keeping
	mux.Handle("GET /method", s.page(s.method))
	mux.Handle("GET /sources", s.fresh(s.sources))
	mux.Handle("GET /about", s.page(s.about))
	mux.Handle("POST /preferences", http.HandlerFunc(s.preferences))
	mux.Handle("GET /static/", s.static)
	mux.Handle("GET /robots.txt", http.HandlerFunc(robots))
	if api != nil {
		mux.Handle("/api/v1/", api)
	}
	mux.Handle("/", s.fresh(s.notFound))
	return s.guard(http.NewCrossOriginProtection().Handler(mux))
}

func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, "User-agent: *\nDisallow: /search\n")
}
