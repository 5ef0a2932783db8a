package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/territory"
)

// alertFlags are what a person asks of the list of alerts.
type alertFlags struct {
	occupation, area, within, level, severity, state, text string
	family, since                                          string
	top                                                    int
	all, asJSON, asCSV                                     bool
}

// alertsCommand lists alerts, and groups what is done with them.
func (p *program) alertsCommand() *cobra.Command {
	var f alertFlags
	c := &cobra.Command{
		Use:     "alerts",
		Short:   p.l.T("cli.alerts.short"),
		Long:    p.l.T("cli.alerts.long"),
		Example: "  filiere alerts scan --dry-run\n  filiere alerts --level departement --severity urgence\n  filiere alerts --within reg-84 --csv > alerts.csv",
		Args:    args(0, unlimited),
		RunE: func(c *cobra.Command, a []string) error {
			if len(a) > 0 {
				return p.noCommand(c, a)
			}
			if f.asJSON && f.asCSV {
				return usageError{errors.New(p.l.T("cli.exclusive"))}
			}
			filter, err := f.filter(p.now())
			if err != nil {
				return usageError{err}
			}
			return p.withStore(c.Context(), func(s *store.Store) error { return p.listAlerts(c.Context(), s, f, filter) })
		},
		SuggestionsMinimumDistance: 2,
	}
	flags := c.Flags()
	flags.StringVar(&f.occupation, "occupation", "", p.l.T("cli.alerts.occupation"))
	flags.StringVar(&f.area, "area", "", p.l.T("cli.alerts.area"))
	flags.StringVar(&f.within, "within", "", p.l.T("cli.alerts.within"))
	flags.StringVar(&f.level, "level", "", p.l.T("cli.alerts.level"))
	flags.StringVar(&f.severity, "severity", "", p.l.T("cli.alerts.severity"))
	flags.StringVar(&f.state, "state", "", p.l.T("cli.alerts.state"))
	flags.StringVar(&f.family, "family", "", p.l.T("cli.alerts.family"))
	flags.StringVar(&f.since, "since", "", p.l.T("cli.alerts.since"))
	flags.StringVar(&f.text, "search", "", p.l.T("cli.alerts.search"))
	flags.BoolVar(&f.all, "all", false, p.l.T("cli.alerts.all"))
	flags.IntVar(&f.top, "top", 0, p.l.T("cli.radar.top"))
	flags.BoolVar(&f.asJSON, "json", false, p.l.T("cli.flag.json"))
	flags.BoolVar(&f.asCSV, "csv", false, p.l.T("cli.flag.csv"))
	p.completeAlerts(c)
	c.AddCommand(p.alertScanCommand(), p.alertShowCommand(), p.alertAcknowledgeCommand(), p.alertResolveCommand(),
		p.alertRoutesCommand(), p.alertRulesCommand(), p.alertEvaluateCommand())
	return c
}

// completeAlerts offers the words flags take.
func (p *program) completeAlerts(c *cobra.Command) {
	fixed := func(flag string, words ...string) {
		_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
	}
	fixed("level", "country", "region", "departement", "bassin")
	fixed("severity", "veille", "vigilance", "alerte", "urgence")
	fixed("state", "opened", "acknowledged", "linked", "monitored", "resolved")
}

// filter reads the flags. It returns every fault at once.
func (f alertFlags) filter(now time.Time) (market.AlertFilter, error) {
	var out market.AlertFilter
	var o, family occupation.ID
	err := errors.Join(
		read(&out.Level, f.level, territory.ParseLevel),
		read(&out.Severity, f.severity, market.ParseSeverity),
		read(&out.State, f.state, market.ParseAlertState),
		read(&o, f.occupation, func(s string) (occupation.ID, error) { return occupation.Parse(s, "") }),
		read(&out.Area, f.area, func(s string) (territory.ID, error) { return territory.Parse(s, out.Level, "") }),
		read(&out.Within, f.within, func(s string) (territory.ID, error) { return territory.Parse(s, territory.Region, "") }),
		read(&family, f.family, occupation.ParseFamily),
		read(&out.Since, f.since, func(s string) (time.Time, error) { return market.ParseSince(s, now) }),
	)
	if o != "" {
		out.Occupations = []occupation.ID{o}
	}
	if family != "" {
		out.Families = []occupation.ID{family}
	}
	out.Text, out.Unresolved = f.text, !f.all && out.State == ""
	return out, err
}

func (p *program) listAlerts(ctx context.Context, s *store.Store, f alertFlags, filter market.AlertFilter) error {
	alerts, total, err := s.Alerts(ctx, filter, max(f.top, 0), 0)
	if err != nil {
		return err
	}
	switch {
	case f.asJSON:
		return writeJSON(p.stdout, append([]market.Alert{}, alerts...))
	case f.asCSV:
		w := csv.NewWriter(p.stdout)
		rows := [][]string{market.AlertColumns}
		for _, a := range alerts {
			rows = append(rows, a.Fields())
		}
		return w.WriteAll(rows)
	case total == 0:
		fmt.Fprintln(p.stderr, p.l.T("cli.alerts.none"))
		return nil
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.alerts.header"))
	for _, a := range alerts {
		e := a.Evidence
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%d\t%s\n", a.ID, p.l.T("severity."+string(a.Severity)), p.l.T("alert.state."+string(a.State)),
			shorten(e.OccupationLabel, 44), shorten(e.AreaLabel, 28), e.Year, e.Class, concerned(p.l, e))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, p.l.T("cli.alerts.total", "n", len(alerts), "total", total))
	return nil
}

// concerned says how many people an alert concerns.
func concerned(l *locale.Locale, e market.Evidence) string {
	name, n := e.Size()
	if name == "" {
		return ""
	}
	return l.T("alert.concerned."+name, "n", int(math.Round(n)))
}

func (p *program) alertScanCommand() *cobra.Command {
	var level, within, rule string
	var scope market.ScanScope
	var asJSON bool
	c := &cobra.Command{
		Use:     "scan",
		Short:   p.l.T("cli.alerts.scan.short"),
		Long:    p.l.T("cli.alerts.scan.long"),
		Example: "  filiere alerts scan --dry-run\n  filiere alerts scan --level departement --within reg-84",
		Args:    args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			err := errors.Join(
				read(&scope.Level, level, territory.ParseLevel),
				read(&scope.Within, within, func(s string) (territory.ID, error) { return territory.Parse(s, territory.Region, "") }))
			if err != nil {
				return usageError{err}
			}
			r, err := s.Rule(ctx, market.RuleID(rule))
			if err != nil {
				return err
			}
			scan, err := s.ScanAlerts(ctx, people.ByCLI, r.Rule, scope)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, scan)
			}
			p.printScan(scan)
			return nil
		}),
	}
	flags := c.Flags()
	flags.BoolVar(&scope.DryRun, "dry-run", false, p.l.T("cli.alerts.scan.dryrun"))
	flags.StringVar(&level, "level", "", p.l.T("cli.alerts.level"))
	flags.StringVar(&within, "within", "", p.l.T("cli.alerts.within"))
	flags.IntVar(&scope.Most, "most", 0, p.l.T("cli.alerts.scan.most"))
	flags.StringVar(&rule, "rule", market.PublishedRule().Name, p.l.T("cli.alerts.scan.rule"))
	flags.BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) printScan(scan market.Scan) {
	p.say("cli.alerts.scan.found", "n", scan.Found, "rule", string(scan.Rule))
	if scan.Kept > 0 {
		p.say("cli.alerts.scan.kept", "n", scan.Kept)
	}
	if scan.DryRun {
		p.say("cli.alerts.scan.would", "n", scan.Opened)
	} else {
		p.say("cli.alerts.scan.opened", "n", scan.Opened)
	}
	for _, l := range scan.ByLevel {
		var by []string
		for _, severity := range market.Severities() {
			if n := l.BySeverity[severity]; n > 0 {
				by = append(by, fmt.Sprintf("%s %d", p.l.T("severity."+string(severity)), n))
			}
		}
		fmt.Fprintf(p.stdout, "  %s: %d (%s)\n", p.l.T("level."+string(l.Level)), l.Opened, strings.Join(by, ", "))
	}
}

func (p *program) alertShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show ID", Short: p.l.T("cli.alerts.show.short"), Long: p.l.T("cli.alerts.show.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			a, err := s.Alert(ctx, market.AlertID(named[0]))
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, explained{a, letter.Explain(p.l, a)})
			}
			return p.showAlert(a)
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// explained is an alert with its explanation.
type explained struct {
	market.Alert
	Explanation string `json:"explanation"`
}

// showAlert prints an alert, its evidence and its causes, and says it all in a paragraph.
func (p *program) showAlert(a market.Alert) error {
	e := a.Evidence
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	line := func(key string, value string) {
		if value != "" {
			fmt.Fprintf(w, "%s\t%s\n", p.l.T(key), value)
		}
	}
	number := func(f *float64, decimals int) string {
		if f == nil {
			return ""
		}
		return p.l.Number(*f, decimals)
	}
	line("cli.alerts.show.id", string(a.ID))
	line("column.occupation", e.OccupationLabel+" ("+string(e.Occupation)+")")
	line("column.area", e.AreaLabel+" ("+string(e.Area)+")")
	line("alert.severity", p.l.T("severity."+string(a.Severity)))
	line("alert.state", p.l.T("alert.state."+string(a.State)))
	if e.Class > 0 {
		line("column.class", p.l.T("tension."+fmt.Sprint(e.Class)))
	}
	if x := e.Estimate; x != nil {
		for class, share := range x.P {
			line("tension."+fmt.Sprint(class+1), p.l.Percent(share, 0))
		}
	}
	line("column.tension", number(e.Tension, 2))
	line("column.employment", number(e.Employment, 0))
	line("column.offers", number(e.Offers, 0))
	line("column.jobseekers", number(e.Jobseekers, 0))
	for i, m := range market.Causes() {
		if e.Causes[i] > 0 {
			line("cause."+m.String(), p.l.T("cause.class", "class", e.Causes[i]))
		}
	}
	line("column.year", fmt.Sprint(e.Year))
	line("column.source", e.Source)
	line("alert.rule", string(a.Rule))
	line("alert.opened", stampText(a.OpenedAt))
	line("alert.acknowledged", stampText(a.AcknowledgedAt))
	line("alert.programme", a.Programme)
	line("alert.resolved", stampText(a.ResolvedAt))
	line("alert.reason", a.Resolution)
	if a.Ending != "" {
		line("alert.reason", p.l.T("alert.ended."+string(a.Ending)))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout)
	fmt.Fprintln(p.stdout, letter.Explain(p.l, a))
	return nil
}

// stampText writes a time to the minute, nothing for none.
func stampText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}

func (p *program) alertAcknowledgeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "acknowledge ID", Short: p.l.T("cli.alerts.acknowledge.short"), Long: p.l.T("cli.alerts.acknowledge.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			if err := s.AcknowledgeAlert(ctx, people.ByCLI, market.AlertID(named[0])); err != nil {
				return err
			}
			p.say("cli.alerts.acknowledged")
			return nil
		}),
	}
}

func (p *program) alertResolveCommand() *cobra.Command {
	var reason string
	c := &cobra.Command{
		Use: "resolve ID --reason TEXT", Short: p.l.T("cli.alerts.resolve.short"), Long: p.l.T("cli.alerts.resolve.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			if err := s.ResolveAlert(ctx, people.ByCLI, market.AlertID(named[0]), reason); err != nil {
				return err
			}
			p.say("cli.alerts.resolved")
			return nil
		}),
	}
	c.Flags().StringVar(&reason, "reason", "", p.l.T("cli.alerts.resolve.reason"))
	return c
}

// explain says why an alert was opened, in a language.
func (p *program) explain(lang string, a market.Alert) string {
	in, _ := locale.Parse(lang)
	return letter.Explain(p.bundle[in], a)
}
