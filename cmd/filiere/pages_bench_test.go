package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/territory"
)

// loadRate and loadTime are the load the pages are measured under: so many requests a second, sent on
// time whether or not earlier ones are answered.
const (
	loadRate = 200
	loadTime = 10 * time.Second
	loadSeed = 1 // the order of pages is the same in every run
)

// realStore holds the producers' figures, computed. FILIERE_BENCH_DB may name a database that has them
// already.
func realStore(b *testing.B) *store.Store {
	b.Helper()
	s := benchStore(b)
	ctx := context.Background()
	if version, err := s.CellVersion(ctx); err == nil && version != "" {
		return s
	}
	importAll(b, s, producersFiles(b))
	if _, err := s.Recompute(ctx, market.Dares2020()); err != nil {
		b.Fatal(err)
	}
	if err := s.RebuildSearch(ctx); err != nil {
		b.Fatal(err)
	}
	return s
}

// pageSite is the program over the real figures, before anybody asked it anything.
type pageSite struct {
	program *program
	handler http.Handler
}

func newPageSite(b *testing.B, s *store.Store) pageSite {
	b.Helper()
	bundle, err := locale.Load()
	if err != nil {
		b.Fatal(err)
	}
	var log bytes.Buffer
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &log, stderr: &log, getenv: os.Getenv, now: time.Now}
	h, err := p.handler(s)
	if err != nil {
		b.Fatal(err)
	}
	return pageSite{p, h}
}

// ask is a page as one reader asks for it.
type ask struct {
	path, lang string
	session    *http.Cookie // nil: nobody is signed in
}

func (a ask) request(base string) *http.Request {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, base+a.path, nil)
	if err != nil {
		panic(err) // the address is the benchmark's own
	}
	// Asking for gzip by name keeps the client from unpacking: readers do that on machines of their own.
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("Accept-Language", a.lang)
	if a.session != nil {
		r.AddCookie(a.session)
	}
	return r
}

// coldKinds are the kinds of pages pagesByKind lists.
var coldKinds = []string{"map", "occupation", "area", "cell", "curable"}

// pagesByKind lists, for each kind of page, every address the figures have, in both languages and in no
// order: maps of each occupation, level and year, occupations at each level, areas with their short and
// their long list and what training can cure there, each occupation in each area.
func pagesByKind(b *testing.B, s *store.Store) map[string][]ask {
	b.Helper()
	ctx := context.Background()
	seen := map[string]bool{}
	kinds := map[string][]ask{}
	add := func(kind, path string) {
		if !seen[path] {
			seen[path] = true
			kinds[kind] = append(kinds[kind], ask{path: path, lang: "fr"}, ask{path: path, lang: "en"})
		}
	}
	areas := namedAreas(b, s)
	editions, err := s.Editions(ctx)
	if err != nil {
		b.Fatal(err)
	}
	for _, e := range editions {
		q := market.Query{Nomenclature: e.Nomenclature, Grain: &e.Grain, Level: e.Level, Zoning: e.Zoning, Year: e.Year}
		err := s.EachRadarRow(ctx, q, func(r market.Row) error {
			if e.Level != territory.Country {
				add("map", fmt.Sprintf("/map?occupation=%s&level=%s&year=%d", r.Occupation, e.Level, e.Year))
				add("occupation", fmt.Sprintf("/occupations/%s?level=%s", r.Occupation, e.Level))
			}
			if areas[r.Area] {
				add("area", "/areas/"+string(r.Area))
				add("area", "/areas/"+string(r.Area)+"?list=all")
				add("curable", "/curable?area="+string(r.Area))
				add("cell", fmt.Sprintf("/occupations/%s/areas/%s", r.Occupation, r.Area))
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	order := rand.New(rand.NewPCG(loadSeed, 0))
	for _, kind := range coldKinds {
		asks := kinds[kind]
		order.Shuffle(len(asks), func(i, j int) { asks[i], asks[j] = asks[j], asks[i] })
	}
	return kinds
}

// namedAreas are the areas that have a page: some cells lie in areas no list names.
func namedAreas(b *testing.B, s *store.Store) map[territory.ID]bool {
	b.Helper()
	named := map[territory.ID]bool{territory.France: true}
	for level, zonings := range map[territory.Level][]territory.Zoning{
		territory.Region: {territory.Regions}, territory.Departement: {territory.Departements},
		territory.Bassin: {territory.Bassins2019, territory.Bassins2024}, territory.ZoneEmploi: {territory.Zones2020},
	} {
		for _, z := range zonings {
			as, err := s.Areas(context.Background(), level, z)
			if err != nil {
				b.Fatal(err)
			}
			for _, a := range as {
				named[a.ID] = true
			}
		}
	}
	return named
}

// anewPages is how many pages BenchmarkPagesMadeAnew makes of each kind.
const anewPages = 500

// BenchmarkPagesMadeAnew is what a page costs that nobody has asked for before: processor time, which a
// busy machine does not change much, beside the time on the clock.
func BenchmarkPagesMadeAnew(b *testing.B) {
	s := realStore(b)
	kinds := pagesByKind(b, s)
	for _, kind := range coldKinds {
		b.Run(kind, func(b *testing.B) {
			var spent, taken time.Duration
			bytes, n := 0, 0
			for b.Loop() {
				site, asks := newPageSite(b, s), kinds[kind]
				get(b, site, asks[0]) // opens connections, reads what all pages share
				for _, a := range asks[1:min(len(asks), anewPages+1)] {
					start, clock := processorTime(), time.Now()
					bytes += get(b, site, a)
					spent, taken, n = spent+processorTime()-start, taken+time.Since(clock), n+1
				}
			}
			b.ReportMetric(ms(spent)/float64(n), "cpu-ms/page")
			b.ReportMetric(ms(taken)/float64(n), "ms/page")
			b.ReportMetric(float64(bytes)/float64(n)/1000, "kB/page")
		})
	}
}

// get asks the handler itself and gives the bytes of the answer.
func get(b *testing.B, site pageSite, a ask) int {
	b.Helper()
	w := httptest.NewRecorder()
	site.handler.ServeHTTP(w, a.request("http://localhost:8080"))
	if w.Code != http.StatusOK {
		b.Fatalf("%s: status %d", a.path, w.Code)
	}
	return w.Body.Len()
}

// processorTime is the time processors have spent on the program so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkColdPagesUnderLoad asks for pages at 200 requests/s over loopback, none of them twice and none of
// them made ahead, and reports the latency of the slowest hundredth. What pages share is there, as it is within a
// second of the program's start.
func BenchmarkColdPagesUnderLoad(b *testing.B) {
	s := realStore(b)
	kinds := pagesByKind(b, s)
	for _, kind := range coldKinds {
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				site := newPageSite(b, s)
				warm(b.Context(), site.handler, site.program.publicURL, pagesOfLevels())
				base := serveHandler(b, site.handler)
				asks := kinds[kind]
				if err := fetch(http.DefaultClient, asks[0].request(base)); err != nil { // opens connections, reads what all pages share
					b.Fatal(err)
				}
				asks = asks[1:]
				report(b, load(b, base, func(i int) ask { return asks[i%len(asks)] }))
				b.ReportMetric(float64(min(len(asks), loadPages)), "pages")
			}
		})
	}
}

// BenchmarkWarmPagesUnderLoad does the same with pages made ahead as the program does when it starts to serve,
// for visitors and for people who are signed in. Searches and the API are never made ahead.
func BenchmarkWarmPagesUnderLoad(b *testing.B) {
	s := realStore(b)
	site := newPageSite(b, s)
	paths, err := pagesToWarm(context.Background(), s)
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	warm(context.Background(), site.handler, site.program.publicURL, paths)
	b.Logf("%d pages made ahead in %.1f s, %.0f MiB resident at most", len(paths)*len(locale.Langs()), time.Since(start).Seconds(), peakMemory()/(1<<20))
	base := serveHandler(b, site.handler)
	rows, err := s.Radar(context.Background(), market.Query{Level: territory.Bassin})
	if err != nil || len(rows) == 0 {
		b.Fatalf("%d rows, %v", len(rows), err)
	}
	named := namedAreas(b, s)
	rows = slices.DeleteFunc(rows, func(r market.Row) bool { return !named[r.Area] })
	sessions := benchSessions(b, s)
	for _, kind := range warmKinds {
		for _, reader := range []struct {
			name     string
			sessions []*http.Cookie
		}{{"visitor", nil}, {"signed-in", sessions}} {
			b.Run(reader.name+"/"+kind.name, func(b *testing.B) {
				for b.Loop() {
					report(b, load(b, base, func(i int) ask {
						a := ask{path: kind.address(rows[rand.IntN(len(rows))]), lang: []string{"fr", "en"}[i%2]}
						if n := len(reader.sessions); n > 0 {
							a.session = reader.sessions[i%n]
						}
						return a
					}))
				}
			})
		}
	}
}

// warmKinds are the pages asked for of a site that has been running for a while.
var warmKinds = []struct {
	name    string
	address func(market.Row) string
}{
	{"home", func(market.Row) string { return "/" }},
	{"map", func(r market.Row) string { return "/map?occupation=" + string(r.Occupation) + "&level=bassin" }},
	{"occupation", func(r market.Row) string { return "/occupations/" + string(r.Occupation) }},
	{"area", func(r market.Row) string { return "/areas/" + string(r.Area) }},
	{"cell", func(r market.Row) string { return "/occupations/" + string(r.Occupation) + "/areas/" + string(r.Area) }},
	{"curable", func(r market.Row) string { return "/curable?area=" + string(r.Area) }},
	{"alerts", func(market.Row) string { return "/alerts" }},
	{"rules", func(market.Row) string { return "/rules" }},
	{"search", func(r market.Row) string { return "/search?q=" + url.QueryEscape(r.AreaLabel) }},
	{"api-radar", func(r market.Row) string { return "/api/v1/radar?occupation=" + string(r.Occupation) + "&level=bassin" }},
}

// benchSessions signs people in.
func benchSessions(b *testing.B, s *store.Store) []*http.Cookie {
	b.Helper()
	const readers = 100
	ctx := context.Background()
	tag := time.Now().UnixNano() // a database named from outside may hold those of an earlier run
	var out []*http.Cookie
	for i := range readers {
		a, err := s.CreateAccount(ctx, people.ByCLI, people.Account{
			Email: fmt.Sprintf("r%d-%d@example.org", tag, i), Name: fmt.Sprintf("Reader %d", i), Lang: "fr",
		})
		if err != nil {
			b.Fatal(err)
		}
		secret, _, err := s.OpenSession(ctx, a.ID, "passkey", "benchmark", "127.0.0.1")
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, &http.Cookie{Name: "session", Value: secret})
	}
	return out
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// loadPages is how many requests a load is.
const loadPages = loadRate * int(loadTime/time.Second)

// load sends requests at loadRate for loadTime and gives the time each took from when it was due. It reports how
// many cores site and readers kept busy: when a run is slow and they were few, others had the machine.
func load(b *testing.B, base string, next func(int) ask) []time.Duration {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: 10 * time.Second}
	latencies := make([]time.Duration, loadPages)
	var failed atomic.Int64
	var wait sync.WaitGroup
	start, spent := time.Now(), processorTime()
	for i := range latencies {
		due := start.Add(time.Duration(i) * time.Second / loadRate)
		time.Sleep(time.Until(due))
		wait.Go(func() {
			if err := fetch(client, next(i).request(base)); err != nil && failed.Add(1) == 1 {
				b.Error(err)
			}
			latencies[i] = time.Since(due)
		})
	}
	wait.Wait()
	b.ReportMetric((processorTime()-spent).Seconds()/time.Since(start).Seconds(), "cores")
	if n := failed.Load(); n > 0 {
		b.Errorf("%d of %d requests failed", n, loadPages)
	}
	return latencies
}

func fetch(client *http.Client, r *http.Request) error {
	res, err := client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return fmt.Errorf("%s: %w", r.URL, err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", r.URL, res.Status)
	}
	return nil
}

// report gives the middle, the slowest hundredth and the slowest of latencies.
func report(b *testing.B, latencies []time.Duration) {
	b.Helper()
	slices.SortFunc(latencies, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	b.ReportMetric(ms(latencies[len(latencies)/2]), "p50-ms")
	b.ReportMetric(ms(latencies[len(latencies)*99/100]), "p99-ms")
	b.ReportMetric(ms(latencies[len(latencies)-1]), "max-ms")
}
