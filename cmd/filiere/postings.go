package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/market/posting"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/territory"
)

func (p *program) postingsCommand() *cobra.Command {
	var occupationCode, area, from, to string
	var days, top int
	var asJSON bool
	c := &cobra.Command{
		Use: "postings", Short: p.l.T("cli.posting.short"), Long: p.l.T("cli.posting.long"),
		Example: "  filiere postings --days 28\n  filiere postings --occupation N1101 --from 2026-01-01",
		Args:    args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			q, err := p.postingQuery(occupationCode, area, from, to, days)
			if err != nil {
				return usageError{err}
			}
			q.Limit = top
			return p.withStore(c.Context(), func(s *store.Store) error { return p.postings(c.Context(), s, q, asJSON) })
		},
	}
	flags := c.Flags()
	flags.StringVar(&occupationCode, "occupation", "", p.l.T("cli.posting.occupation"))
	flags.StringVar(&area, "area", "", p.l.T("cli.posting.area"))
	flags.IntVar(&days, "days", 28, p.l.T("cli.posting.days"))
	flags.StringVar(&from, "from", "", p.l.T("cli.posting.from"))
	flags.StringVar(&to, "to", "", p.l.T("cli.posting.to"))
	flags.IntVar(&top, "top", 20, p.l.T("cli.posting.top"))
	flags.BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// postingQuery reads what counts are asked for: days before today, unless days are named.
func (p *program) postingQuery(occupationCode, area, from, to string, days int) (posting.Query, error) {
	today := p.now().UTC()
	q := posting.Query{From: today.AddDate(0, 0, 1-max(days, 1)).Format(time.DateOnly), To: today.Format(time.DateOnly)}
	var err error
	if occupationCode != "" {
		if q.Occupation, err = occupation.Parse(occupationCode, occupation.ROME3); err != nil {
			return q, err
		}
	}
	if area != "" {
		if q.Bassin, err = territory.Parse(area, territory.Bassin, ""); err != nil {
			return q, err
		}
	}
	for _, day := range []struct {
		written string
		into    *string
	}{{from, &q.From}, {to, &q.To}} {
		if day.written == "" {
			continue
		}
		t, err := time.Parse(time.DateOnly, day.written)
		if err != nil {
			return q, fmt.Errorf("%s", p.l.T("cli.posting.badday", "day", day.written))
		}
		*day.into = t.Format(time.DateOnly)
	}
	return q, nil
}

// cellJSON is how many adverts a cell has.
type cellJSON struct {
	Occupation      occupation.ID `json:"occupation"`
	OccupationLabel string        `json:"occupation_label"`
	Bassin          territory.ID  `json:"bassin"`
	BassinLabel     string        `json:"bassin_label"`
	Postings        int           `json:"postings"`
}

// postings prints the cells with the most adverts.
func (p *program) postings(ctx context.Context, s *store.Store, q posting.Query, asJSON bool) error {
	cells, err := s.PostingCounts(ctx, q)
	if err != nil {
		return err
	}
	named, err := nameCells(ctx, s, cells)
	if err != nil {
		return err
	}
	if asJSON {
		return writeJSON(p.stdout, named)
	}
	if len(named) == 0 {
		fmt.Fprintln(p.stderr, p.l.T("cli.posting.none", "from", q.From, "to", q.To))
		return nil
	}
	t := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, p.l.T("cli.posting.header"))
	for _, c := range named {
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\n", c.Postings, c.Occupation.Code(), c.OccupationLabel, c.Bassin, c.BassinLabel)
	}
	return t.Flush()
}

// nameCells puts names beside the codes of cells.
func nameCells(ctx context.Context, s *store.Store, cells []posting.Cell) ([]cellJSON, error) {
	sheets, err := s.Occupations(ctx, occupation.ROME3, occupation.Detailed)
	if err != nil {
		return nil, err
	}
	basins, err := s.Areas(ctx, territory.Bassin, territory.Bassins2019)
	if err != nil {
		return nil, err
	}
	sheet, basin := map[occupation.ID]string{}, map[territory.ID]string{}
	for _, o := range sheets {
		sheet[o.ID] = o.Label
	}
	for _, a := range basins {
		basin[a.ID] = a.Label
	}
	out := make([]cellJSON, len(cells))
	for i, c := range cells {
		out[i] = cellJSON{c.Occupation, sheet[c.Occupation], c.Bassin, basin[c.Bassin], c.Postings}
	}
	return out, nil
}
