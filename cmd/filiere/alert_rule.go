package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/store"
)

// alertRulesCommand lists the rules alerts open by, and groups what is done with them.
func (p *program) alertRulesCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "rules", Short: p.l.T("cli.rules.short"), Long: p.l.T("cli.rules.long"),
		Example: "  filiere alerts rules show published --json > mine.json\n  filiere alerts rules try mine.json\n  filiere alerts rules add mine.json\n  filiere alerts rules on published-2",
		Args:    args(0, unlimited),
		RunE: func(c *cobra.Command, a []string) error {
			if len(a) > 0 {
				return p.noCommand(c, a)
			}
			return p.withStore(c.Context(), func(s *store.Store) error {
				rules, err := s.Rules(c.Context())
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, rules)
				}
				return p.listRules(rules)
			})
		},
		SuggestionsMinimumDistance: 2,
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.AddCommand(p.ruleShowCommand(), p.ruleTryCommand(), p.ruleAddCommand(), p.ruleOnCommand(), p.ruleOffCommand())
	return c
}

func (p *program) listRules(rules []market.KeptRule) error {
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.rules.header"))
	for _, r := range rules {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, p.l.T("rule.state."+string(r.State)), p.l.T("rule.basis."+string(r.Basis)),
			letter.RuleFigure(p.l, r.Basis, r.Open), letter.RuleFigure(p.l, r.Basis, r.Stay), p.l.Int(r.Alerts))
	}
	return w.Flush()
}

func (p *program) ruleShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show ID", Short: p.l.T("cli.rules.show.short"), Long: p.l.T("cli.rules.show.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			r, err := s.Rule(ctx, market.RuleID(named[0]))
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, r.Rule)
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintf(w, "%s\t%s\n", r.ID, p.l.T("rule.state."+string(r.State)))
			for _, line := range letter.RuleLines(p.l, r.Rule) {
				what := line.What
				for _, says := range line.Says {
					fmt.Fprintf(w, "%s\t%s\n", what, says)
					what = ""
				}
			}
			fmt.Fprintf(w, "%s\t%s\n", p.l.T("rule.alerts"), p.l.Int(r.Alerts))
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// readRule reads a rule from a file; "-" is standard input.
func readRule(path string) (market.Rule, error) {
	in := io.Reader(os.Stdin)
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return market.Rule{}, &fault.Fault{Code: fault.Invalid, Op: "read rule", File: path, Reason: "it cannot be read", Err: err}
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, market.MaxRuleFile+1))
	if err != nil {
		return market.Rule{}, &fault.Fault{Code: fault.Invalid, Op: "read rule", File: path, Reason: "it cannot be read", Err: err}
	}
	return market.ParseRule(text, path)
}

// ruleOf reads a rule from a file, or finds a kept one.
func ruleOf(ctx context.Context, s *store.Store, name string) (market.Rule, error) {
	if _, err := os.Stat(name); name == "-" || err == nil || strings.HasSuffix(name, ".json") {
		return readRule(name)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return market.Rule{}, &fault.Fault{Code: fault.Invalid, Op: "read rule", File: name, Reason: "it cannot be read", Err: err}
	}
	r, err := s.Rule(ctx, market.RuleID(name))
	return r.Rule, err
}

func (p *program) ruleTryCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "try FILE|ID", Short: p.l.T("cli.rules.try.short"), Long: p.l.T("cli.rules.try.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			rule, err := ruleOf(ctx, s, named[0])
			if err != nil {
				return err
			}
			scan, err := s.ScanAlerts(ctx, people.ByCLI, rule, market.ScanScope{DryRun: true})
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
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) ruleAddCommand() *cobra.Command {
	return &cobra.Command{
		Use: "add FILE", Short: p.l.T("cli.rules.add.short"), Long: p.l.T("cli.rules.add.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			rule, err := readRule(named[0])
			if err != nil {
				return err
			}
			kept, err := s.AddRule(ctx, people.ByCLI, rule)
			if err != nil {
				return err
			}
			p.say("cli.rules.added", "rule", string(kept.ID))
			return nil
		}),
	}
}

func (p *program) ruleOnCommand() *cobra.Command {
	return &cobra.Command{
		Use: "on ID", Short: p.l.T("cli.rules.on.short"), Long: p.l.T("cli.rules.on.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			scan, err := s.StartRule(ctx, people.ByCLI, market.RuleID(named[0]))
			if err != nil {
				return err
			}
			p.say("cli.rules.started", "rule", string(scan.Rule))
			p.printScan(scan)
			return nil
		}),
	}
}

func (p *program) ruleOffCommand() *cobra.Command {
	return &cobra.Command{
		Use: "off ID", Short: p.l.T("cli.rules.off.short"), Long: p.l.T("cli.rules.off.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			r, err := s.Rule(ctx, market.RuleID(named[0]))
			if err != nil {
				return err
			}
			if err := s.SwitchRule(ctx, people.ByCLI, r.ID, false); err != nil {
				return err
			}
			p.say("cli.rules.stopped", "rule", string(r.ID))
			return nil
		}),
	}
}

// alertEvaluateCommand holds the alerts against the newest figures.
func (p *program) alertEvaluateCommand() *cobra.Command {
	var full, asJSON bool
	c := &cobra.Command{
		Use: "evaluate", Short: p.l.T("cli.alerts.evaluate.short"), Long: p.l.T("cli.alerts.evaluate.long"), Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			all, err := s.EvaluateAlerts(ctx, people.ByCLI, full)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, append([]market.Evaluation{}, all...))
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.alerts.evaluate.header"))
			for _, e := range all {
				fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\n", e.Rule, e.Reviewed, e.Opened, e.Raised, e.Lowered, e.Ended, e.Eased)
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&full, "full", false, p.l.T("cli.alerts.evaluate.full"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}
