package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"filiere/internal/access"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
)

// Config is what the pages need.
type Config struct {
	Reader Reader
	Now    func() time.Time // the clock; nil is the wall clock
	Log    *slog.Logger     // nil is slog.Default()

	// The rooms; each is nil where the program is run without it.
	Alerts  Watchtower
	Routes  AlertRoutes // who is told of alerts
	Thread  Loom
	Mission Mission

	Webhooks Webhooks // what the pages of Routes need beside it

	Registrar Registrar // diplomas, and the verification of any credential

	// What the sign-in needs. Without People there are no accounts, and nothing else here is used.
	People    People
	Gate      *access.Gate
	Passwords *people.Hasher    // nil: nobody signs in with a password
	Leaks     []people.LeakList // of passwords nobody may choose
	Provider  Provider          // nil: nobody signs in with an account elsewhere
	Later     *Later            // nil: of the pages' own, which nobody waits for

	Assessment Assessment // mentoring, projects, defences, juries; nil hides them

	// What the pages of signed-in people need.
	Archive    Archive // writes what is held on a person
	Studio     Studio  // nil: no programmes
	OpenOutbox bool    // show administrators the texts of messages: where no post carries them to people

	Shop   Shop   // offers, subscriptions, e-books; nil hides them
	Campus Campus // courses, paths, enrolments; nil hides them

	Adverts AdvertReader // reads adverts that people paste; nil hides it
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
	known   memo[editions]
	tallied memo[[]market.Tally]
	picks   memo[pickList]
	worked  heldWorkplaces
	work    chan struct{} // a place for each page being made
	build   string        // changes with the program, so that a new one never answers 304 for an old page

	alerts     Watchtower
	routes     AlertRoutes
	webhooks   Webhooks
	loom       Loom
	mission    Mission
	registrar  Registrar
	people     People
	gate       *access.Gate
	passwords  *people.Hasher
	leaks      []people.LeakList
	provider   Provider
	later      *Later
	archive    Archive
	assessment Assessment
	uploads    access.Uploads
	openOutbox bool
	shop       Shop
	campus     Campus
	adverts    AdvertReader
	studio     Studio
	relying    *webauthn.WebAuthn // nil: the site's address cannot have passkeys
}

// pagesAtOnce is how many pages are made at the same time for each core. More would only take memory
// from each other: a large map is some megabytes while it is made.
const pagesAtOnce = 4

// New builds the pages, to be served behind the gate. It fails when templates or catalogues are malformed.
func New(c Config) (access.Surface, error) {
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
		reader: &remembering{Reader: c.Reader}, now: c.Now, log: c.Log, locales: locales,
		static: files, pages: pages, cache: newCache(cacheBytes), build: buildID(files),
		work:   make(chan struct{}, pagesAtOnce*runtime.GOMAXPROCS(0)),
		alerts: c.Alerts, routes: c.Routes, webhooks: c.Webhooks, loom: c.Thread, mission: c.Mission, registrar: c.Registrar,
		people: c.People, gate: c.Gate, passwords: c.Passwords, leaks: c.Leaks,
		provider: c.Provider, later: c.Later, archive: c.Archive, openOutbox: c.OpenOutbox,
		assessment: c.Assessment, uploads: access.NewUploads(uploadsAtOnce), campus: c.Campus, shop: c.Shop, studio: c.Studio,
		adverts: c.Adverts,
	}
	if err := s.openDoor(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	return s, nil
}

// Routes is the map of the site.
func (s *server) Routes() []access.Route {
	return slices.Concat(s.publicRoutes(), s.alertRoutes(), s.ruleRoutes(), s.routeRoutes(), s.threadRoutes(), s.diplomaRoutes(), s.readingRoutes(), s.campusRoutes(), s.shopRoutes(), s.missionRoutes(), s.studioRoutes(), s.signRoutes(), s.deskRoutes(), s.assessmentRoutes())
}

// publicRoutes are what anybody may read.
func (s *server) publicRoutes() []access.Route {
	read := func(pattern string, h http.Handler) access.Route {
		return access.Route{Pattern: pattern, Action: people.ReadRadar, Handler: h}
	}
	plain := func(pattern string, h http.Handler) access.Route {
		return access.Route{Pattern: pattern, Action: people.ReadRadar, Handler: h, Plain: true}
	}
	return []access.Route{
		read("GET /{$}", s.page(s.home, "level")),
		read("GET /map", s.page(s.mapPage, "occupation", "level", "year", "sort", figuresParam)),
		read("GET /occupations", s.page(s.occupations, "list")),
		read("GET /occupations/{id}", s.page(s.occupation, "level", "area")),
		read("GET /occupations/{id}/areas/{area}", s.page(s.cellPage)),
		read("GET /areas", s.page(s.areas)),
		read("GET /areas/{id}", s.pageBeside(s.area, s.besideArea, "sort", "list", "page")),
		read("GET /curable", s.page(s.curable, curableParams...)),
		read("GET /search", s.fresh(s.search, "q")), // what people type is without end: not worth keeping
		read("GET /method", s.pageBeside(s.method, s.besideMethod)),
		read("GET /sources", s.fresh(s.sources)),
		read("GET /about", s.page(s.about)),
		read("POST /preferences", http.HandlerFunc(s.preferences)),
		plain("GET /static/", s.static),
		plain("GET /robots.txt", http.HandlerFunc(robots)),
		read("/", s.fresh(s.notFound)),
	}
}

func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	fmt.Fprint(w, "User-agent: *\nDisallow: /search\n")
}
