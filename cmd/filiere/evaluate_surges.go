package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/market/surge"
	"filiere/internal/store"
)

// newEvaluateSurges makes the command that measures the detectors of surges on a simulation.
func (p *program) newEvaluateSurges() *cobra.Command {
	var seed uint64
	var cells int
	var asJSON bool
	c := &cobra.Command{
		Use: "surges", Short: p.l.T("cli.surges.short"), Long: p.l.T("cli.surges.long"),
		Example: "  filiere evaluate surges\n  filiere evaluate surges --seed 7 --cells 1000 --json",
		Args:    args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			if cells < 1 {
				return usageError{errors.New(p.l.T("cli.surges.atleast"))}
			}
			r, err := p.evaluateSurges(c.Context(), seed, cells)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, r)
			}
			return p.showSurges(r)
		},
	}
	c.Flags().Uint64Var(&seed, "seed", 2026, p.l.T("cli.surges.seed"))
	c.Flags().IntVar(&cells, "cells", 2000, p.l.T("cli.surges.cells"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) evaluateSurges(ctx context.Context, seed uint64, cells int) (r *surge.Report, err error) {
	var scenario surge.Scenario
	if err := p.withStore(ctx, func(s *store.Store) error {
		scenario, err = s.SurgeScenario(ctx)
		return err
	}); err != nil {
		return nil, err
	}
	scenario.Seed, scenario.Cells = seed, cells
	return surge.Simulate(ctx, scenario)
}

// showSurges prints the table, and first of all that it is of a simulation.
func (p *program) showSurges(r *surge.Report) error {
	fmt.Fprintln(p.stdout, p.l.T("cli.surges.simulation"))
	fmt.Fprintln(p.stdout, p.l.T("cli.surges.what", "cells", r.Cells, "days", r.Days, "first", r.First.String(), "seed", strconv.FormatUint(r.Seed, 10)))
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	matched := false
	fmt.Fprintln(w, "\n"+p.l.T("cli.surges.asused")+"\n"+p.l.T("cli.surges.header"))
	for _, row := range r.Rows {
		if row.Matched && !matched {
			matched = true
			if err := w.Flush(); err != nil {
				return err
			}
			fmt.Fprintln(w, "\n"+p.l.T("cli.surges.matched", "n", fmt.Sprintf("%.0f", r.Target))+"\n"+p.l.T("cli.surges.header"))
		}
		size := row.Size
		if size == "" {
			size = p.l.T("cli.surges.all")
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%.1f", p.l.T("cli.surges."+row.Way), size, row.Cells, row.FalseAlarms)
		for _, s := range row.BySize {
			fmt.Fprintf(w, "\t%.2f (%d)", s.Sensitivity(), s.Injected)
		}
		delay := "–"
		if row.Delay != nil {
			delay = fmt.Sprintf("%.0f", *row.Delay)
		}
		fmt.Fprintf(w, "\t%s\n", delay)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout)
	for _, d := range r.Discoveries {
		fmt.Fprintln(p.stdout, p.l.T("cli.surges.discoveries", "way", p.l.T("cli.surges."+d.Way), "share", fmt.Sprintf("%.3f", d.Daily),
			"limit", fmt.Sprintf("%.2f", r.Limit), "wrong", d.False, "days", d.Days, "falsely", d.FalseEpisodes, "episodes", d.Episodes))
	}
	return nil
}
