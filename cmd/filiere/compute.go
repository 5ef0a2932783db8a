package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/market"
	"filiere/internal/store"
)

func (p *program) computeCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "compute",
		Short: p.l.T("cli.compute.short"),
		Long:  p.l.T("cli.compute.long"),
		Args:  args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				start := p.now()
				result, err := s.Recompute(c.Context(), market.Dares2020())
				if err != nil {
					return err
				}
				if err := s.RebuildSearch(c.Context()); err != nil {
					return err
				}
				fmt.Fprintln(p.stderr, p.l.T("cli.computed", "cells", len(result.Cells), "seconds", p.now().Sub(start).Seconds()))
				return p.printAgreement(result.Agreement, asJSON)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) methodCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "method",
		Short: p.l.T("cli.method.short"),
		Long:  p.l.T("cli.method.long"),
		Args:  args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				agreements, err := s.Agreements(c.Context())
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, map[string]any{"method": market.Dares2020(), "agreement": agreements})
				}
				m := market.Dares2020()
				fmt.Fprintln(p.stdout, m.Source)
				for i, w := range m.Weights {
					fmt.Fprintf(p.stdout, "  %.2f × z(%s)\n", w, market.Component(i))
				}
				fmt.Fprintln(p.stdout, p.l.T("cli.method.cutoffs", "cutoffs", fmt.Sprint(m.Cutoffs)))
				return p.printAgreement(agreements, false)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// printAgreement prints how well computed figures agree with published ones.
func (p *program) printAgreement(agreements []market.Agreement, asJSON bool) error {
	if asJSON {
		return writeJSON(p.stdout, agreements)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.agreement.header"))
	for _, a := range agreements {
		fmt.Fprintf(w, "%s\t%s\t%d\t%.1f %%\t%.1f %%\t%+.3f\n", a.What, a.Basis, a.Cells, 100*a.SameClass, 100*a.Within1, a.Spearman)
	}
	return w.Flush()
}
