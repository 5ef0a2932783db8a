package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/intake"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/mission"
	"filiere/internal/people"
	"filiere/internal/sample"
	"filiere/internal/store"
	"filiere/internal/story"
)

func (p *program) demoCommand() *cobra.Command {
	var addr string
	var loadOnly, noServe bool
	c := &cobra.Command{
		Use:   "demo",
		Short: p.l.T("cli.demo.short"),
		Long:  p.l.T("cli.demo.long"),
		Args:  args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			clock := story.NewClock(p.now)
			p.now = clock.Now
			return p.withStore(c.Context(), func(s *store.Store) error {
				if err := p.loadSample(c.Context(), s); err != nil || loadOnly {
					return err
				}
				if err := p.tellStory(c.Context(), s, clock, addr); err != nil || noServe {
					return err
				}
				p.demo = true
				return p.serve(c.Context(), s, addr)
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, p.l.T("cli.serve.addr"))
	p.siteFlags(c)
	c.Flags().BoolVar(&loadOnly, "load-only", false, p.l.T("cli.demo.loadonly"))
	c.Flags().BoolVar(&noServe, "no-serve", false, p.l.T("cli.demo.noserve"))
	return c
}

// loadSample brings the bundled figures in and works the cells out.
func (p *program) loadSample(ctx context.Context, s *store.Store) error {
	bar := p.progressBar()
	im := intake.Importer[*store.Batch]{Sink: s, Sources: intake.Catalogue(), Now: p.now, Progress: bar.show}
	var reports []intake.Report
	err := im.RunFS(ctx, sample.Files(), func(r intake.Report) {
		bar.finish(p.reportLine(r))
		reports = append(reports, r)
	})
	if err != nil {
		return err
	}
	if err := failedImports(reports); err != nil {
		return err
	}
	return p.refresh(ctx, s)
}

// tellStory plays the demonstration's story and says what to look at. A database that is somebody's school
// already is left as it is.
func (p *program) tellStory(ctx context.Context, s *store.Store, clock *story.Clock, addr string) error {
	ours, err := p.mayTell(ctx, s)
	if err != nil || !ours {
		return err
	}
	if p.publicURL == "" {
		p.publicURL = "http://" + addr
	}
	site, err := access.ParseSite(p.publicURL)
	if err != nil {
		return err
	}
	office, err := p.office(s, site, true)
	if err != nil {
		return err
	}
	teller := story.Teller{
		School: s, Clock: clock,
		Issue: func(ctx context.Context) error {
			_, err := office.IssueDue(ctx, people.BySystem)
			return err
		},
		Message: func(a people.Account, title, secret string) people.Message {
			lang, _ := locale.Parse(a.Lang)
			return letter.Outcome(p.bundle[lang], a, title, site.Link("/outcome/"+secret), mission.AnswerLife)
		},
	}
	fmt.Fprintln(p.stderr, p.l.T("cli.demo.telling"))
	alert, err := teller.Tell(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, p.l.T("cli.demo.open", "thread", site.Link("/thread/"+string(alert.ID)), "home", site.Link("/")))
	return nil
}

// mayTell reports whether the database is the demonstration's: it has no accounts, or the story's.
func (p *program) mayTell(ctx context.Context, s *store.Store) (bool, error) {
	_, err := s.AccountByEmail(ctx, story.FirstEmail)
	if err == nil || fault.CodeOf(err) != fault.NotFound {
		return err == nil, err
	}
	_, total, err := s.Accounts(ctx, "", 1, 0)
	if err == nil && total > 0 {
		fmt.Fprintln(p.stderr, p.l.T("cli.demo.untold"))
	}
	return total == 0, err
}
