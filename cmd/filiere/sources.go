package main

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/store"
)

func (p *program) sourcesCommand() *cobra.Command {
	var asJSON, all bool
	c := &cobra.Command{
		Use:   "sources",
		Short: p.l.T("cli.sources.short"),
		Long:  p.l.T("cli.sources.long"),
		Args:  args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				releases, err := s.Releases(c.Context(), all)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, releases)
				}
				w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
				fmt.Fprintln(w, p.l.T("cli.sources.header"))
				for _, r := range releases {
					mark := ""
					if r.SupersededBy != "" {
						mark = p.l.T("cli.sources.superseded")
					}
					fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t%s\n", r.Dataset, r.Vintage, r.Producer, r.RowsKept, r.ID, mark)
				}
				return w.Flush()
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.Flags().BoolVar(&all, "all", false, p.l.T("cli.sources.all"))
	return c
}

func (p *program) reportCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "report RELEASE",
		Short: p.l.T("cli.report.short"),
		Long:  p.l.T("cli.report.long"),
		Args:  args(1, 1),
		RunE: func(c *cobra.Command, a []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				release, err := s.Release(c.Context(), a[0])
				if err != nil {
					return err
				}
				refusals, err := s.Refusals(c.Context(), release.ID)
				if err != nil {
					return err
				}
				unjoined, err := s.Unjoined(c.Context(), release.ID)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, map[string]any{"release": release, "refusals": refusals, "unjoined": unjoined})
				}
				fmt.Fprintln(p.stdout, p.l.T("cli.report.head", "file", release.File, "dataset", release.Dataset,
					"read", release.RowsRead, "kept", release.RowsKept, "refused", release.RowsRefused))
				for _, r := range refusals {
					fmt.Fprintf(p.stdout, "%s:%d: %s: %q: %s\n", release.File, r.Line, r.Column, r.Value, p.l.Phrase(r.Reason))
				}
				for _, u := range unjoined {
					fmt.Fprintln(p.stdout, p.l.T("cli.report.unjoined", "kind", u.Kind, "code", u.Code, "rows", u.Rows))
				}
				return nil
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) searchCommand() *cobra.Command {
	var asJSON bool
	var limit int
	c := &cobra.Command{
		Use:     "search WORDS...",
		Short:   p.l.T("cli.search.short"),
		Long:    p.l.T("cli.search.long"),
		Example: "  filiere search infirmière\n  filiere search saint etienne",
		Args:    args(1, unlimited),
		RunE: func(c *cobra.Command, words []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				found, err := s.Search(c.Context(), strings.Join(words, " "), limit)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, found)
				}
				w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
				for _, f := range found {
					fmt.Fprintf(w, "%s\t%s\t%s\n", f.Ref, f.Label, f.Match)
				}
				if len(found) == 0 {
					fmt.Fprintln(p.stderr, p.l.T("cli.search.empty"))
				}
				return w.Flush()
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.Flags().IntVar(&limit, "top", 20, p.l.T("cli.radar.top"))
	return c
}
