package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"filiere/internal/intake"
	"filiere/internal/sample"
	"filiere/internal/store"
)

func (p *program) demoCommand() *cobra.Command {
	var addr string
	var loadOnly bool
	c := &cobra.Command{
		Use:   "demo",
		Short: p.l.T("cli.demo.short"),
		Long:  p.l.T("cli.demo.long"),
		Args:  args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				bar := p.progressBar()
				im := intake.Importer[*store.Batch]{Sink: s, Sources: intake.Catalogue(), Now: p.now, Progress: bar.show}
				var reports []intake.Report
				err := im.RunFS(c.Context(), sample.Files(), func(r intake.Report) {
					bar.finish(p.reportLine(r))
					reports = append(reports, r)
				})
				if err != nil {
					return err
				}
				if err := failedImports(reports); err != nil {
					return err
				}
				if err := p.refresh(c.Context(), s); err != nil {
					return err
				}
				if loadOnly {
					return nil
				}
				p.demo = true
				fmt.Fprintln(p.stderr, p.l.T("cli.demo.open"))
				return p.serve(c.Context(), s, addr)
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, p.l.T("cli.serve.addr"))
	p.siteFlags(c)
	c.Flags().BoolVar(&loadOnly, "load-only", false, p.l.T("cli.demo.loadonly"))
	return c
}
