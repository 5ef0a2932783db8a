package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/territory"
)

// radarFlags are what a person asks the radar.
type radarFlags struct {
	placeFlags
	occupation, nomenclature, grain, asOf string
	minClass                              int
}

// placeFlags say where and when, how many rows, and as what: those of radar and of estimates.
type placeFlags struct {
	area, level, zoning string
	year, top           int
	asJSON, asCSV       bool
}

// addPlaceFlags has a command take them; level and year are the keys of what these two mean to it.
func (p *program) addPlaceFlags(flags *pflag.FlagSet, f *placeFlags, level, year string) {
	flags.StringVar(&f.area, "area", "", p.l.T("cli.radar.area"))
	flags.StringVar(&f.level, "level", "", p.l.T(level))
	flags.StringVar(&f.zoning, "zoning", "", p.l.T("cli.radar.zoning"))
	flags.IntVar(&f.year, "year", 0, p.l.T(year))
	flags.IntVar(&f.top, "top", 0, p.l.T("cli.radar.top"))
	flags.BoolVar(&f.asJSON, "json", false, p.l.T("cli.flag.json"))
	flags.BoolVar(&f.asCSV, "csv", false, p.l.T("cli.flag.csv"))
}

func (p *program) radarCommand() *cobra.Command {
	var f radarFlags
	c := &cobra.Command{
		Use:     "radar",
		Short:   p.l.T("cli.radar.short"),
		Long:    p.l.T("cli.radar.long"),
		Example: "  filiere radar --level country --top 20\n  filiere radar --occupation M1805 --level bassin --csv > m1805.csv\n  filiere radar --area dep-69 --min-class 4 --json",
		Args:    args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			if f.asJSON && f.asCSV {
				return usageError{errors.New(p.l.T("cli.exclusive"))}
			}
			q, err := f.query()
			if err != nil {
				return usageError{err}
			}
			return p.withStore(c.Context(), func(s *store.Store) error { return p.radar(c.Context(), s, f, q) })
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.occupation, "occupation", "", p.l.T("cli.radar.occupation"))
	flags.StringVar(&f.nomenclature, "nomenclature", "", p.l.T("cli.radar.nomenclature"))
	flags.StringVar(&f.grain, "grain", "", p.l.T("cli.radar.grain"))
	flags.IntVar(&f.minClass, "min-class", 0, p.l.T("cli.radar.minclass"))
	flags.StringVar(&f.asOf, "as-of", "", p.l.T("cli.radar.asof"))
	p.addPlaceFlags(flags, &f.placeFlags, "cli.radar.level", "cli.radar.year")
	_ = c.RegisterFlagCompletionFunc("level", cobra.FixedCompletions(
		[]string{"country", "region", "departement", "bassin"}, cobra.ShellCompDirectiveNoFileComp))
	return c
}

// query reads the flags into a question for the radar. It returns every fault at once.
func (f radarFlags) query() (market.Query, error) {
	q := market.Query{Year: f.year, MinClass: f.minClass, Top: f.top}
	var grain occupation.Grain
	faults := []error{
		read(&q.Level, f.level, territory.ParseLevel),
		read(&q.Zoning, f.zoning, territory.ParseZoning),
		read(&q.Nomenclature, f.nomenclature, occupation.ParseNomenclature),
		read(&grain, f.grain, occupation.ParseGrain),
		read(&q.Occupation, f.occupation, func(s string) (occupation.ID, error) { return occupation.Parse(s, q.Nomenclature) }),
		read(&q.Area, f.area, func(s string) (territory.ID, error) { return territory.Parse(s, q.Level, q.Zoning) }),
	}
	if f.grain != "" {
		q.Grain = &grain
	}
	if f.minClass < 0 || f.minClass > 5 {
		faults = append(faults, fault.New(fault.Invalid, "read --min-class", "a class is a number from 1 to 5"))
	}
	if f.top < 0 {
		faults = append(faults, fault.New(fault.Invalid, "read --top", "a number of rows cannot be negative"))
	}
	return q, errors.Join(faults...)
}

// read parses the value of a flag that was given.
func read[T any](into *T, value string, parse func(string) (T, error)) (err error) {
	if value != "" {
		*into, err = parse(value)
	}
	return err
}

// rowReader calls a function with each row that answers a query.
type rowReader func(context.Context, market.Query, func(market.Row) error) error

func (p *program) radar(ctx context.Context, s *store.Store, f radarFlags, q market.Query) error {
	read := rowReader(s.EachRadarRow)
	if f.asOf != "" {
		read = asOf(s, f.asOf)
	}
	switch {
	case f.asCSV:
		return p.radarCSV(ctx, read, q)
	case f.asJSON:
		return p.radarJSON(ctx, read, q)
	}
	return p.radarTable(ctx, read, q)
}

// asOf reads the radar as it stood when a release was the newest.
func asOf(s *store.Store, release string) rowReader {
	return func(ctx context.Context, q market.Query, f func(market.Row) error) error {
		rows, err := s.RadarAsOf(ctx, market.Dares2020(), release, q)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := f(r); err != nil {
				return err
			}
		}
		return nil
	}
}

func (p *program) radarCSV(ctx context.Context, read rowReader, q market.Query) error {
	w := csv.NewWriter(p.stdout)
	if err := w.Write(market.Columns); err != nil {
		return fmt.Errorf("write CSV: %w", err)
	}
	if err := read(ctx, q, func(r market.Row) error { return w.Write(r.Fields()) }); err != nil {
		return err
	}
	w.Flush()
	return w.Error()
}

// radarJSON writes an array row by row: every row of the radar does not fit a memory budget.
func (p *program) radarJSON(ctx context.Context, read rowReader, q market.Query) error {
	w := bufio.NewWriter(p.stdout)
	separator := "[\n  "
	err := read(ctx, q, func(r market.Row) error {
		if _, err := w.WriteString(separator); err != nil {
			return err
		}
		separator = ",\n  "
		return r.WriteJSON(w)
	})
	if err != nil {
		return err
	}
	if separator == "[\n  " {
		w.WriteString("[")
	}
	w.WriteString("\n]\n")
	return w.Flush()
}

// tableRows is how many rows a terminal is shown when --top does not say.
const tableRows = 50

func (p *program) radarTable(ctx context.Context, read rowReader, q market.Query) error {
	limited := q.Top == 0 && isTerminal(p.stdout)
	if limited {
		q.Top = tableRows
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	n := 0
	err := read(ctx, q, func(r market.Row) error {
		if n == 0 {
			fmt.Fprintln(w, p.l.T("cli.radar.header"))
		}
		n++
		_, err := fmt.Fprintln(w, p.radarLine(r))
		return err
	})
	if err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if n == 0 {
		fmt.Fprintln(p.stderr, p.l.T("cli.radar.empty"))
	} else if limited && n == tableRows {
		fmt.Fprintln(p.stderr, p.l.T("cli.radar.limited", "n", n))
	}
	return nil
}

func (p *program) radarLine(r market.Row) string {
	tension, class := "–", "–"
	if r.Tension.Known() {
		tension = fmt.Sprintf("%+.2f", r.Tension.Float)
	}
	if r.Class > 0 {
		class = fmt.Sprint(r.Class)
	}
	var causes strings.Builder
	for _, c := range r.Causes {
		if c == 0 {
			causes.WriteString("·")
		} else {
			fmt.Fprint(&causes, c)
		}
	}
	return strings.Join([]string{
		class, tension, causes.String(), string(r.Occupation), shorten(r.Label, 44), string(r.Area), shorten(r.AreaLabel, 28),
		fmt.Sprint(r.Year), p.l.T("cli.origin." + string(r.Origin)), p.l.T("cli.firmness." + string(r.Firmness())),
	}, "\t")
}

func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
