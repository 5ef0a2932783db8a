package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/mission"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/studio"
)

func (p *program) missionCommand() *cobra.Command {
	c := p.group("mission", "cli.mission.short", "cli.mission.long")
	c.AddCommand(p.missionReportCommand(), p.missionFreezeCommand(), p.missionFiguresCommand(), p.missionAskCommand())
	return c
}

// missionReportCommand prints the report of a year.
func (p *program) missionReportCommand() *cobra.Command {
	var year int
	var format, file string
	c := &cobra.Command{
		Use:   "report",
		Short: p.l.T("cli.mission.report.short"),
		Long:  p.l.T("cli.mission.report.long"),
		Args:  args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			r, err := s.MissionReport(ctx, p.yearOr(year))
			if err != nil {
				return err
			}
			return p.writeFile(file, func(w io.Writer) error { return p.writeReport(w, r, format) })
		}),
	}
	c.Flags().IntVar(&year, "year", 0, p.l.T("cli.mission.year"))
	c.Flags().StringVar(&format, "format", "md", p.l.T("cli.mission.format"))
	c.Flags().StringVarP(&file, "output", "o", "", p.l.T("cli.mission.output"))
	return c
}

func (p *program) writeReport(w io.Writer, r mission.Report, format string) error {
	d := letter.Report(p.l, r)
	switch format {
	case "json":
		return writeJSON(w, r)
	case "html":
		return d.WriteHTML(w)
	case "pdf":
		return d.WritePDF(w)
	case "md":
		return d.WriteMarkdown(w)
	}
	f := fault.New(fault.Invalid, "print report", "no format is called %q", format)
	f.Column, f.Hint = "--format", "the formats are html, pdf, md and json"
	return f
}

// writeFile writes to a file, whole or not at all, or to the standard output when no file is named.
func (p *program) writeFile(file string, write func(io.Writer) error) error {
	if file == "" {
		return write(p.stdout)
	}
	f, err := os.CreateTemp(filepath.Dir(file), ".filiere-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	defer os.Remove(f.Name()) // a no-op once it has its name
	if err := write(f); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	return os.Rename(f.Name(), file)
}

// yearOr is a year, this one when none was given.
func (p *program) yearOr(year int) int {
	if year == 0 {
		return p.now().Year()
	}
	return year
}

func (p *program) missionFreezeCommand() *cobra.Command {
	var year int
	c := &cobra.Command{
		Use:   "freeze",
		Short: p.l.T("cli.mission.freeze.short"),
		Long:  p.l.T("cli.mission.freeze.long"),
		Args:  args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			r, err := s.FreezeReport(ctx, people.ByCLI, p.yearOr(year))
			if err != nil {
				return err
			}
			fmt.Fprintln(p.stdout, r.Hash)
			return nil
		}),
	}
	c.Flags().IntVar(&year, "year", 0, p.l.T("cli.mission.year"))
	return c
}

// missionFiguresCommand prints the indicators of a year.
func (p *program) missionFiguresCommand() *cobra.Command {
	var year int
	var asJSON bool
	c := &cobra.Command{
		Use:   "indicators",
		Short: p.l.T("cli.mission.indicators.short"),
		Long:  p.l.T("cli.mission.indicators.long"),
		Args:  args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			r, err := s.MissionReport(ctx, p.yearOr(year))
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, r.Figures)
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.mission.header"))
			for _, f := range r.Figures {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", p.l.T("mission.indicator."+string(f.Indicator)),
					letter.ValueText(p.l, f), letter.FigureText(p.l, f.Target, f.Unit), letter.OfText(p.l, f))
			}
			return w.Flush()
		}),
	}
	c.Flags().IntVar(&year, "year", 0, p.l.T("cli.mission.year"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// missionAskCommand asks the graduates whose diploma is six months old, as the server does by itself.
func (p *program) missionAskCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "ask",
		Short: p.l.T("cli.mission.ask.short"),
		Long:  p.l.T("cli.mission.ask.long"),
		Args:  args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			n, err := p.askGraduates(ctx, s)
			p.say("cli.mission.asked", "n", n)
			return err
		}),
	}
	p.siteFlags(c)
	return c
}

// askAtATime bounds how many graduates are asked before others are looked for.
const askAtATime = 100

// askGraduates asks everybody who is due what became of them, and ends the time of those who did not say.
// Each is asked in a transaction of their own: whoever was asked is not asked again.
func (p *program) askGraduates(ctx context.Context, s *store.Store) (int, error) {
	if _, err := s.LapseOutcomes(ctx); err != nil {
		return 0, err
	}
	if p.publicURL == "" {
		p.publicURL = "http://" + defaultAddr
	}
	site, err := access.ParseSite(p.publicURL)
	if err != nil {
		return 0, err
	}
	asked := 0
	for {
		due, err := s.OutcomesToAsk(ctx, askAtATime)
		if err != nil || len(due) == 0 {
			return asked, err
		}
		for _, o := range due {
			if err := p.askGraduate(ctx, s, site, o); err != nil {
				return asked, err
			}
			asked++
		}
	}
}

func (p *program) askGraduate(ctx context.Context, s *store.Store, site access.Site, o mission.Outcome) error {
	a, err := s.Account(ctx, o.Learner)
	if err != nil {
		return err
	}
	v, err := s.Version(ctx, studio.VersionID(o.Version))
	if err != nil {
		return err
	}
	lang, _ := locale.Parse(a.Lang)
	return s.AskOutcome(ctx, o, func(secret string) people.Message {
		return letter.Outcome(p.bundle[lang], a, v.Title, site.Link("/outcome/"+secret), mission.AnswerLife)
	})
}
