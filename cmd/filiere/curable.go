package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/letter"
	"filiere/internal/market"
	"filiere/internal/store"
	"filiere/internal/territory"
)

func (p *program) curableCommand() *cobra.Command {
	var area, level string
	var asJSON, asCSV bool
	q := market.NewCurableQuery(territory.France)
	c := &cobra.Command{
		Use:     "curable",
		Short:   p.l.T("cli.curable.short"),
		Long:    p.l.T("cli.curable.long"),
		Example: "  filiere curable\n  filiere curable --area be2019-8438 --family J --most-titles 10",
		Args:    args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			if asJSON && asCSV {
				return usageError{errors.New(p.l.T("cli.exclusive"))}
			}
			var at territory.Level
			err := errors.Join(read(&at, level, territory.ParseLevel), q.Check(),
				read(&q.Area, area, func(s string) (territory.ID, error) { return territory.Parse(s, at, "") }))
			if err != nil {
				return usageError{err}
			}
			return p.withStore(c.Context(), func(s *store.Store) error { return p.curable(c.Context(), s, q, asJSON, asCSV) })
		},
	}
	flags := c.Flags()
	flags.StringVar(&area, "area", "", p.l.T("cli.curable.area"))
	flags.StringVar(&level, "level", "", p.l.T("cli.radar.level"))
	flags.StringVar(&q.Family, "family", "", p.l.T("cli.curable.family"))
	flags.Float64Var(&q.MinTense, "min-tense", q.MinTense, p.l.T("cli.curable.mintense"))
	flags.Float64Var(&q.MinScore, "min-score", q.MinScore, p.l.T("cli.curable.minscore"))
	flags.IntVar(&q.MostTitles, "most-titles", q.MostTitles, p.l.T("cli.curable.titles"))
	flags.BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	flags.BoolVar(&asCSV, "csv", false, p.l.T("cli.flag.csv"))
	return c
}

func (p *program) curable(ctx context.Context, s *store.Store, q market.CurableQuery, asJSON, asCSV bool) error {
	r, err := s.Remedies(ctx)
	if err != nil {
		return err
	}
	list := r.Curable(q)
	switch {
	case asJSON:
		return writeJSON(p.stdout, list)
	case asCSV:
		w := csv.NewWriter(p.stdout)
		rows := [][]string{market.CurableColumns}
		for _, c := range list {
			rows = append(rows, c.Fields())
		}
		return w.WriteAll(rows)
	}
	if len(list) == 0 {
		fmt.Fprintln(p.stderr, p.l.T("cli.curable.empty"))
		return nil
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.curable.header"))
	for _, c := range list {
		fmt.Fprintf(w, "%.2f\t%.0f %%\t%.2f\t%d\t%s\t%s\n", c.Promise(), 100*c.Tense(), c.Remedy.Score, c.Remedy.Titles, c.Occupation, c.Label)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout)
	first := list[0]
	fmt.Fprintln(p.stdout, first.Label)
	for _, reason := range letter.Reasons(p.l, first.Remedy) {
		fmt.Fprintln(p.stdout, "  "+reason)
	}
	return nil
}
