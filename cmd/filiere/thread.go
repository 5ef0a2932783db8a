package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/thread"
)

func (p *program) threadCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:     "thread ID",
		Short:   p.l.T("cli.thread.short"),
		Long:    p.l.T("cli.thread.long"),
		Example: "  filiere thread fap2009-M2Z90:FR:2019",
		Args:    args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			ref, err := s.FindOnThread(ctx, named[0])
			if err != nil {
				return err
			}
			// Whoever can run this can read the database anyway.
			chain, err := s.Thread(ctx, ref, "", true)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, chain.Seen())
			}
			return p.printThread(chain)
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// printThread prints the way back, the object and the way forward, one line each.
func (p *program) printThread(c thread.Chain) error {
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	line := func(mark string, n thread.Node, lead string) {
		fmt.Fprintf(w, "%s %s\t%s\t%s\t%s\t%s\n", mark, n.At.Format(time.DateOnly), p.l.T("kind."+string(n.Ref.Kind)), shorten(n.Label, 60), n.Ref.ID, lead)
	}
	fmt.Fprintln(w, p.l.T("cli.thread.header"))
	for _, s := range c.Back {
		line(" ", s.Node, p.l.T("thread.until", "days", thread.Days(s.Lead), "what", p.kindWord(s.Link.To.Kind)))
	}
	line("*", c.Focus, "")
	for _, s := range c.Forward {
		line(" ", s.Node, p.l.T("thread.since", "days", thread.Days(s.Lead), "what", p.kindWord(s.Link.From.Kind)))
	}
	if err := w.Flush(); err != nil || len(c.Tallies) == 0 {
		return err
	}
	fmt.Fprintln(p.stdout, p.l.T("cli.thread.tallies"))
	for _, t := range c.Tallies {
		fmt.Fprintf(w, "  %s\t%d\t%s\t%s\n", p.l.T("kind."+string(t.Kind)), t.Count, t.First.Format(time.DateOnly), t.Last.Format(time.DateOnly))
	}
	return w.Flush()
}

// kindWord is a kind within a sentence.
func (p *program) kindWord(k people.Kind) string { return p.l.T("kind." + string(k) + ".word") }
