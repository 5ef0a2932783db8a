package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"

	"filiere/internal/occupation"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
)

func main() {
	data, database := os.Getenv("FILIERE_DATA"), os.Getenv("FILIERE_BENCH_DB")
	folder := filepath.Join(data, "melo-fr")
	if _, err := os.Stat(folder); data == "" || database == "" || err != nil {
		fmt.Println("skipped: set FILIERE_DATA to the folder of the producers' files, with melo-fr in it, and FILIERE_BENCH_DB to a database that ESCO and the ROME were imported into")
		return
	}
	if err := run(context.Background(), folder, database); err != nil {
		fmt.Fprintln(os.Stderr, "bleve:", err)
		os.Exit(1)
	}
}

// finder lists the entries a title may mean, the likeliest first.
type finder func(title string) ([]string, error)

// entrant is what is compared.
type entrant struct {
	name string
	make func() (finder, error)
}

func run(ctx context.Context, folder, database string) error {
	runtime.GOMAXPROCS(1) // the figures are of one core
	melo, err := match.ReadMelo(os.DirFS(folder))
	if err != nil {
		return err
	}
	known, err := taxonomy(ctx, database)
	if err != nil {
		return err
	}
	all, err := entrants(ctx, melo, known)
	if err != nil {
		return err
	}
	var results []result
	for _, e := range all {
		find, err := e.make()
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		r, err := judge(melo, find)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		r.name = e.name
		results = append(results, r)
	}
	return show(results)
}

func taxonomy(ctx context.Context, database string) (t match.Taxonomy, err error) {
	s, err := store.Open(ctx, database, time.Now)
	if err != nil {
		return t, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return s.Taxonomy(ctx, occupation.ESCO)
}

// entrants are the engine in every set-up, and the matcher with and without its taught ranker. None sees the rows of
// the crosswalk that the benchmark is made from.
func entrants(ctx context.Context, melo *match.Melo, known match.Taxonomy) ([]entrant, error) {
	lang, err := words.In(melo.Language)
	if err != nil {
		return nil, err
	}
	var all []entrant
	within := melo.Within(known)
	for _, s := range setups {
		all = append(all, entrant{s.name, func() (finder, error) {
			e, err := s.build(within.Unanswered())
			if err != nil {
				return nil, err
			}
			return func(title string) ([]string, error) { return e.find(ctx, title) }, nil
		}})
	}
	all = append(all, entrant{"Filière, names and structure alone", func() (finder, error) {
		return matched(match.New(lang, within.Untied(), match.Fixed{})), nil
	}}, entrant{"Filière, trained", func() (finder, error) {
		ranker, _, err := match.Train(ctx, lang, known)
		return matched(match.New(lang, within.Unanswered(), ranker)), err
	}})
	return all, nil
}

func matched(m *match.Matcher) finder {
	return func(title string) ([]string, error) {
		var out []string
		for _, x := range m.Match(title, asked) {
			out = append(out, x.Entry.ID)
		}
		return out, nil
	}
}

// result is how right and how fast one is.
type result struct {
	name        string
	mrr, a1, a5 float64
	perSecond   float64
}

// timed is how long each is asked for its time, after all queries were asked once: what is worked out when first asked
// for is there then.
const timed = 3 * time.Second

// judge asks all queries. Of each concept one name counts, as a person would want them shown; what is not found is
// ranked behind all names there are.
func judge(melo *match.Melo, find finder) (result, error) {
	var r result
	for _, q := range melo.Queries {
		found, err := find(q.Text)
		if err != nil {
			return r, err
		}
		rank := 1 + slices.IndexFunc(found, func(id string) bool { return slices.Contains(q.Right, id) })
		if rank == 0 {
			rank = melo.Labels()
		}
		n := float64(len(melo.Queries))
		r.mrr += 1 / float64(rank) / n
		if rank <= 1 {
			r.a1 += 1 / n
		}
		if rank <= 5 {
			r.a5 += 1 / n
		}
	}
	start := time.Now()
	n := 0
	for ; time.Since(start) < timed; n++ {
		if _, err := find(melo.Queries[n%len(melo.Queries)].Text); err != nil {
			return r, err
		}
	}
	r.perSecond = float64(n) / time.Since(start).Seconds()
	return r, nil
}

// show prints the table. The last is what the others are held against.
func show(results []result) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tMRR\tA@1\tA@5\tqueries/s\ttrained ranker is faster by")
	last := results[len(results)-1]
	for _, r := range results {
		fmt.Fprintf(w, "%s\t%.3f\t%.3f\t%.3f\t%.0f\t%.1f\n", r.name, r.mrr, r.a1, r.a5, r.perSecond, last.perSecond/r.perSecond)
	}
	return w.Flush()
}
