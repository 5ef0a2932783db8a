package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/territory"
)

// estimateFlags are which estimates a person asks for.
type estimateFlags struct {
	placeFlags
	occupation string
}

func (p *program) estimatesCommand() *cobra.Command {
	var f estimateFlags
	c := &cobra.Command{
		Use:     "estimates",
		Short:   p.l.T("cli.estimates.short"),
		Long:    p.l.T("cli.estimates.long"),
		Example: "  filiere estimates --occupation K1304 --top 20\n  filiere estimates --area be2019-8404\n  filiere estimates --year 2021 --csv > estimates.csv",
		Args:    args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.asJSON && f.asCSV {
				return usageError{errors.New(p.l.T("cli.exclusive"))}
			}
			q, err := f.query()
			if err != nil {
				return usageError{err}
			}
			return p.withStore(c.Context(), func(s *store.Store) error { return p.estimates(c.Context(), s, f, q) })
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.occupation, "occupation", "", p.l.T("cli.estimates.occupation"))
	p.addPlaceFlags(flags, &f.placeFlags, "cli.estimates.level", "cli.estimates.year")
	return c
}

// query reads the flags. It returns every fault at once.
func (f estimateFlags) query() (market.EstimateQuery, error) {
	q := market.EstimateQuery{Top: f.top, Year: f.year}
	var level territory.Level
	faults := []error{
		read(&level, f.level, territory.ParseLevel),
		read(&q.Zoning, f.zoning, territory.ParseZoning),
		read(&q.Occupation, f.occupation, func(s string) (occupation.ID, error) { return occupation.Parse(s, "") }),
		read(&q.Area, f.area, func(s string) (territory.ID, error) { return territory.Parse(s, level, q.Zoning) }),
	}
	if level != "" && q.Zoning == "" {
		q.Zoning = territory.DefaultZoning(level)
		q.Country = level == territory.Country
	}
	if f.top < 0 {
		faults = append(faults, fault.New(fault.Invalid, "read --top", "a number of rows cannot be negative"))
	}
	return q, errors.Join(faults...)
}

func (p *program) estimates(ctx context.Context, s *store.Store, f estimateFlags, q market.EstimateQuery) error {
	e, err := s.Estimates(ctx)
	if err != nil {
		return err
	}
	if e == nil {
		f := fault.New(fault.NotFound, "list estimates", "there are no estimates: no table of tension by basin was imported")
		f.Hint = "import one with filiere import (docs/sources.md says where it is)"
		return f
	}
	list, err := e.Query(q)
	if err != nil {
		return err
	}
	switch {
	case f.asCSV:
		return p.estimatesCSV(list)
	case f.asJSON:
		return writeJSON(p.stdout, list)
	}
	if q.Top == 0 && isTerminal(p.stdout) {
		list = list[:min(len(list), tableRows)]
	}
	return p.estimatesTable(e, list)
}

func (p *program) estimatesCSV(list []market.Estimate) error {
	out := bufio.NewWriter(p.stdout)
	w := csv.NewWriter(out)
	if err := w.Write(market.EstimateColumns); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	for _, x := range list {
		if err := w.Write(x.Fields()); err != nil {
			return fmt.Errorf("write CSV: %w", err)
		}
	}
	w.Flush()
	return errors.Join(w.Error(), out.Flush())
}

func (p *program) estimatesTable(e *market.Estimates, list []market.Estimate) error {
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.estimates.header"))
	for _, x := range list {
		published := "–"
		if x.Published > 0 {
			published = fmt.Sprint(x.Published)
		}
		fmt.Fprintf(w, "%s\t%d–%d\t%.0f %%\t%s\t%s\t%s\t%s\t%s\t%d\n", fmt.Sprintf("%.1f", x.P.Expected()), x.Low, x.High,
			100*x.P.AtLeast(market.TenseClass), published, x.Occupation, shorten(e.Labels[x.Occupation], 44), x.Area, shorten(e.Places[x.Area].Label, 28), x.Year)
	}
	return w.Flush()
}

func (p *program) backtestCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "backtest",
		Short: p.l.T("cli.backtest.short"),
		Long:  p.l.T("cli.backtest.long"),
		Args:  args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				b, err := s.RunBacktest(c.Context())
				if err != nil {
					return err
				}
				if b == nil {
					f := fault.New(fault.NotFound, "run the backtest", "there is nothing to judge: neither a table of tension by basin nor a national series was imported")
					f.Hint = "import them with filiere import (docs/sources.md says where they are)"
					return f
				}
				if asJSON {
					return writeJSON(p.stdout, b)
				}
				return p.printBacktest(*b)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) printBacktest(b market.Backtest) error {
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	local := func(title string, rows []market.JudgedLocal) {
		if len(rows) == 0 {
			return
		}
		fmt.Fprintln(w, title)
		fmt.Fprintln(w, p.l.T("cli.backtest.local.header"))
		for _, r := range rows {
			coverage := "–"
			if r.Coverage > 0 {
				coverage = fmt.Sprintf("%.1f %%", 100*r.Coverage)
			}
			fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t%s\n", p.l.T("estimate.way."+r.Name), r.Cells, r.Accuracy, r.RMSE, r.RPS, coverage)
		}
		fmt.Fprintln(w)
	}
	local(p.l.T("cli.backtest.local", "year", fmt.Sprint(b.Year)), b.Local)
	local(p.l.T("cli.backtest.unseen"), b.Unseen)
	if len(b.Reliable) > 0 {
		fmt.Fprintln(w, p.l.T("cli.backtest.reliability"))
		fmt.Fprintln(w, p.l.T("cli.backtest.reliability.header"))
		for _, r := range b.Reliable {
			fmt.Fprintf(w, "%.0f–%.0f %%\t%d\t%.1f %%\t%.1f %%\n", 100*r.From, 100*r.To, r.Cells, 100*r.Said, 100*r.Came)
		}
		fmt.Fprintln(w)
	}
	if len(b.Forecast) > 0 {
		fmt.Fprintln(w, p.l.T("cli.backtest.forecast"))
		fmt.Fprintln(w, p.l.T("cli.backtest.forecast.header"))
		for _, j := range append(b.Forecast, b.Overall) {
			year := p.l.T("cli.backtest.all")
			if j.Year > 0 {
				year = fmt.Sprint(j.Year)
			}
			fmt.Fprintf(w, "%s\t%d\t%d\t%.4f\t%.3f\t%.4f\t%.3f\t%.1f %%\t%.4f\t%.1f %%\n", year, j.Occupations, j.Tense, j.Brier, j.AUC,
				j.PersistenceBrier, j.PersistenceAUC, 100*j.Gain(), j.HindsightBrier, 100*j.HindsightGain())
		}
	}
	return w.Flush()
}
