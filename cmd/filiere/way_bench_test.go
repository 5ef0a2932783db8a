package main

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/store"
)

// The latency of every page of the way, from an alert to the report, with 100,000 enrolled learners:
//
//	go test -run '^$' -bench WayUnderLoad -benchtime 1x ./cmd/filiere
//
// cpu-ms/page is processor time of the handler alone, asked in turn, which a busy machine hardly changes;
// p50-ms, p99-ms and cores are those of 200 requests a second over loopback for ten seconds, the client in the
// same process; cpu-ms/request is what both ends spent then. The database is made the first time and kept. A table
// of it all comes last.

// measuredAlone is how many pages of a kind are asked for in turn, fewer when they took enoughAlone.
const (
	measuredAlone = 100
	enoughAlone   = 2 * time.Second
)

// affordable is the processor time a page may cost at 200 requests a second: with more, two processors are
// busy for longer than there are requests, and queues grow for as long as the load lasts.
const affordable = 9.0 // ms

// BenchmarkWayUnderLoad asks for every page of the way.
func BenchmarkWayUnderLoad(b *testing.B) {
	s, p := bigSchool(b)
	h, err := p.handler(s)
	if err != nil {
		b.Fatal(err)
	}
	site, base := pageSite{p, h}, serveHandler(b, h)
	var table strings.Builder
	defer func() { fmt.Print("\n| page | cpu-ms | p50 ms | p99 ms |\n|---|---|---|---|\n" + table.String()) }()
	for _, kind := range wayKinds(b, s, p.db) {
		b.Run(kind.name, func(b *testing.B) {
			for b.Loop() {
				get(b, site, kind.asks[0]) // opens connections, reads what all pages share
				bytes, pages, spent := 0, 0, processorTime()
				for pages < measuredAlone && processorTime()-spent < enoughAlone {
					bytes += get(b, site, kind.asks[pages%len(kind.asks)])
					pages++
				}
				cost := ms(processorTime()-spent) / float64(pages)
				b.ReportMetric(cost, "cpu-ms/page")
				b.ReportMetric(float64(bytes)/float64(pages)/1000, "kB/page")
				if cost > affordable {
					fmt.Fprintf(&table, "| %s | %.1f | | |\n", kind.name, cost)
					b.Errorf("a page costs %.1f ms of processor time: %d a second are more than two processors give", cost, loadRate)
					continue
				}
				spent = processorTime()
				latencies := load(b, base, func(i int) ask { return kind.asks[(measuredAlone+i)%len(kind.asks)] })
				b.ReportMetric(ms(processorTime()-spent)/float64(loadPages), "cpu-ms/request")
				report(b, latencies)
				fmt.Fprintf(&table, "| %s | %.1f | %.1f | %.0f |\n", kind.name, cost, ms(latencies[len(latencies)/2]), ms(latencies[len(latencies)*99/100]))
			}
		})
	}
}

// wayKind is a kind of page and the addresses of some of them, each with who asks.
type wayKind struct {
	name string
	asks []ask
}

// spread is how many different objects of a kind are asked for.
const spread = 500

// way lists pages over a database.
type way struct {
	b        *testing.B
	s        *store.Store
	db       *sql.DB
	sessions map[people.AccountID]*http.Cookie
	kinds    []wayKind
}

func wayKinds(b *testing.B, s *store.Store, file string) []wayKind {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?mode=ro")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	w := &way{b: b, s: s, db: db, sessions: map[people.AccountID]*http.Cookie{}}
	w.public()
	w.learners()
	w.staff()
	return w.kinds
}

// pairs reads two columns of some rows: an identifier and whose page it is.
func (w *way) pairs(text string) [][2]string {
	w.b.Helper()
	rows, err := w.db.Query(text)
	if err != nil {
		w.b.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var out [][2]string
	for rows.Next() {
		var p [2]string
		if err := rows.Scan(&p[0], &p[1]); err != nil {
			w.b.Fatal(err)
		}
		out = append(out, p)
	}
	if rows.Err() != nil || len(out) == 0 {
		w.b.Fatalf("%s: %d rows, %v", text, len(out), rows.Err())
	}
	return out
}

// some picks rows of a table from all over it.
func (w *way) some(table, id, whose, where string) [][2]string {
	w.b.Helper()
	all := w.pairs(`SELECT ` + id + `, ` + whose + ` FROM ` + table + ` WHERE ` + where)
	order := rand.New(rand.NewPCG(loadSeed, 0))
	order.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(len(all), spread)]
}

// session signs somebody in, once.
func (w *way) session(id string) *http.Cookie {
	w.b.Helper()
	account := people.AccountID(id)
	if w.sessions[account] == nil {
		secret, _, err := w.s.OpenSession(context.Background(), account, "passkey", "benchmark", "127.0.0.1")
		if err != nil {
			w.b.Fatal(err)
		}
		w.sessions[account] = &http.Cookie{Name: "session", Value: secret}
	}
	return w.sessions[account]
}

// open adds pages everybody may read, one for each row.
func (w *way) open(name, format string, rows [][2]string) {
	w.add(name, format, "", rows)
}

// add adds pages: as somebody asks for them, or with "own" as whom each row names.
func (w *way) add(name, format, who string, rows [][2]string) {
	w.b.Helper()
	k := wayKind{name: name}
	for i, r := range rows {
		a := ask{path: format, lang: []string{"fr", "en"}[i%2]}
		if r[0] != "" {
			a.path = fmt.Sprintf(format, r[0])
		}
		switch who {
		case "":
		case "own":
			a.session = w.session(r[1])
		default:
			a.session = w.session(who)
		}
		k.asks = append(k.asks, a)
	}
	w.kinds = append(w.kinds, k)
}

// alone is a page there is one of.
var alone = [][2]string{{"", ""}, {"", ""}}

// public are the pages everybody reads.
func (w *way) public() {
	told := w.pairs(`SELECT id, '' FROM alert WHERE programme_id <> ''`)
	version := w.pairs(`SELECT id, '' FROM version`)
	w.open("alerts", "/alerts", alone)
	w.open("alerts-search", "/alerts?q=%s", [][2]string{{"technicien", ""}, {"Lyon", ""}, {"infirm", ""}, {"cuisin", ""}})
	w.open("alert", "/alerts/%s", w.some("alert", "id", "''", "true"))
	w.open("alert-of-programme", "/alerts/%s", told)
	w.open("thread-alert", "/thread/%s", told)
	w.open("thread-path", "/thread/%s", w.pairs(`SELECT id, '' FROM path`))
	w.open("thread-diploma", "/thread/%s", w.some("diploma", "id", "''", "true"))
	w.open("programmes", "/programmes", alone)
	w.open("version", "/versions/%s", version)
	w.open("courses", "/courses", alone)
	w.open("course", "/courses/%s", w.pairs(`SELECT id, '' FROM course`))
	chapters := w.pairs(`SELECT course_id || '/' || part || '/' || slug, '' FROM course_chapter`)
	w.open("chapter", "/courses/%s", chapters)
	readers := w.some("enrolment", "id", "learner", "state = 'active'")
	own := make([][2]string, len(readers))
	for i, r := range readers {
		own[i] = [2]string{chapters[i%len(chapters)][0], r[1]}
	}
	w.add("chapter-learner", "/courses/%s", "own", own)
	w.open("path", "/paths/%s", w.pairs(`SELECT id, '' FROM path`))
	w.open("diploma", "/diplomas/%s", w.some("diploma", "id", "''", "true"))
	w.open("credential", "/diplomas/%s/credential.json", w.some("diploma", "id", "''", "true"))
	w.open("status-list", "/status/1", alone)
	w.open("verify", "/verify", alone)
	w.open("mission", "/mission", alone)
	w.open("mission-report", "/mission/reports/%s", w.pairs(`SELECT year, '' FROM mission_report`))
}

// learners are the pages of learners and graduates.
func (w *way) learners() {
	rows := w.some("enrolment", "id", "learner", "true")
	w.add("learning", "/learning", "own", mine(rows))
	w.add("learning-one", "/learning/%s", "own", rows)
	w.add("learning-projects", "/learning/%s/projects", "own", rows)
	w.add("me-learner", "/me", "own", mine(rows))
	w.add("thread-own", "/thread/%s", "own", w.some("diploma", "id", "learner", "true"))
}

// mine are the same people on a page that names nothing.
func mine(rows [][2]string) [][2]string {
	out := make([][2]string, len(rows))
	for i, r := range rows {
		out[i] = [2]string{"", r[1]}
	}
	return out
}

// staff are the pages of designers, mentors, assessors and jurors.
func (w *way) staff() {
	designer := w.pairs(`SELECT id, '' FROM account WHERE email = 'samir@example.org'`)[0][0]
	path := w.pairs(`SELECT id, '' FROM path`)[0][0]
	w.add("me-designer", "/me", designer, alone)
	w.add("thread-alert-designer", "/thread/%s", designer, w.pairs(`SELECT id, '' FROM alert WHERE programme_id <> ''`))
	w.add("campus", "/campus", designer, alone)
	w.add("campus-path", "/campus/paths/"+path, designer, alone)
	w.add("campus-path-page", "/campus/paths/"+path+"?before=%s", designer, w.some("enrolment", "id", "learner", "true"))
	w.add("campus-path-search", "/campus/paths/"+path+"?q=%s", designer,
		[][2]string{{"alma", ""}, {"raurau", ""}, {"caline+guilom", ""}, {"al+ra", ""}, {"example+org", ""}, {"54321", ""}, {"nobody", ""}})
	w.add("campus-assessment", "/campus/assessment", designer, alone)
	w.add("campus-jury", "/campus/juries/%s", designer, w.some("jury", "id", "''", "true"))
	w.add("learning-one-designer", "/learning/%s", designer, w.some("enrolment", "id", "learner", "true"))
	programme := w.pairs(`SELECT id, '' FROM programme`)
	w.add("studio", "/studio", designer, alone)
	w.add("studio-programme", "/studio/%s", designer, programme)
	w.add("studio-projects", "/studio/%s", designer, w.pairs(`SELECT programme_id || '/projects/' || id, '' FROM project`))
	w.add("mentoring", "/mentoring", "own", mine(w.some("enrolment", "id", "mentor", "mentor <> '' AND length(mentor) > 36")))
	w.add("me-mentor", "/me", "own", mine(w.some("enrolment", "id", "mentor", "mentor <> '' AND length(mentor) > 36")))
	w.add("learning-one-mentor", "/learning/%s", "own", w.some("enrolment", "id", "mentor", "mentor <> '' AND length(mentor) > 36"))
	w.add("defences", "/defences", "own", mine(w.some("defence", "id", "assessor", "length(assessor) > 36")))
	w.add("defence", "/defences/%s", "own", w.some("defence", "id", "assessor", "length(assessor) > 36"))
	w.add("juries", "/juries", "own", mine(w.some("jury_member", "jury_id", "account_id", "length(account_id) > 36")))
	w.add("jury", "/juries/%s", "own", w.some("jury_member", "jury_id", "account_id", "length(account_id) > 36"))
	w.add("jury-candidate", "/juries/%s", "own", w.some("jury_member m JOIN jury_candidate c ON c.jury_id = m.jury_id",
		"m.jury_id || '/candidates/' || c.enrolment_id", "m.account_id", "length(m.account_id) > 36"))
}

// enrolmentsAtOnce and enrolmentsInAll are how many people begin the path: so many at the same time, so many after
// each other.
const (
	enrolmentsAtOnce = 16
	enrolmentsInAll  = 1000
)

// BenchmarkEnrolments has people begin the path all at once. Every enrolment counts itself on the same rows of
// the thread's tallies, and on the path's.
func BenchmarkEnrolments(b *testing.B) {
	s, _ := bigSchool(b)
	ctx := context.Background()
	paths, err := s.Paths(ctx, "", "", 1)
	if err != nil || len(paths) == 0 {
		b.Fatal(paths, err)
	}
	for b.Loop() {
		tag := time.Now().UnixNano() // the school is kept: earlier runs have had theirs
		waiting := make(chan people.AccountID, enrolmentsInAll)
		for i := range enrolmentsInAll {
			a, err := s.CreateAccount(ctx, people.ByCLI, people.Account{Email: fmt.Sprintf("e%d-%d@example.org", tag, i), Name: "Newcomer", Lang: "fr"})
			if err != nil {
				b.Fatal(err)
			}
			waiting <- a.ID
		}
		close(waiting)
		var wait sync.WaitGroup
		var mu sync.Mutex
		var latencies []time.Duration
		start, spent := time.Now(), processorTime()
		for range enrolmentsAtOnce {
			wait.Go(func() {
				for id := range waiting {
					began := time.Now()
					if _, err := s.Enrol(ctx, people.By(id), paths[0].ID, id); err != nil {
						b.Error(err)
					}
					mu.Lock()
					latencies = append(latencies, time.Since(began))
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		b.ReportMetric(enrolmentsInAll/time.Since(start).Seconds(), "enrolments/s")
		b.ReportMetric(ms(processorTime()-spent)/enrolmentsInAll, "cpu-ms/enrolment")
		report(b, latencies)
	}
}

// BenchmarkDiplomasDue looks for decisions without a diploma, as the program does every minute, where there are
// none to find.
func BenchmarkDiplomasDue(b *testing.B) {
	s, _ := bigSchool(b)
	for b.Loop() {
		if due, err := s.DiplomasDue(context.Background(), 0); err != nil || len(due) != 0 {
			b.Fatal(due, err)
		}
	}
}
